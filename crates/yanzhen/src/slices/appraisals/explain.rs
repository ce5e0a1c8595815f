//! Why a subject has its grade, as a tree: grade and line, sums, items, indicators, down to the raw figure, who entered
//! it, and the clause. The same functions that scored it unfold it.

use super::store::{Mark, RoundFact};
use crate::slices::places::pages::{moment_text, score_text};
use crate::slices::posts::pages::day_text;
use appraisal::{Appraisal, Cell, IndicatorExplanation, NO_GRADE, explain};
use kernel::{Score, msg};
use platform::kit::Node;
use platform::page::Page;
use policy::{Pack, Value, Within};

/// Where raw figures of the subject come from.
pub struct Sources<'a> {
    pub facts: &'a [RoundFact],
    pub marks: &'a [Mark],
    /// What a township's rater is called.
    pub township: &'a str,
}

/// An explanation as a page shows it.
pub struct Explained {
    pub nodes: Vec<Node>,
    /// What cost most, in a sentence; empty where nothing is lost.
    pub lost: String,
    /// How far the next better grade is, in a sentence; empty for the best and for none.
    pub line: String,
    /// The grade's label; empty for none.
    pub grade: String,
    /// 1 best; 0 for none.
    pub position: usize,
    pub total: String,
    pub rank: String,
    /// Each indicator's id and name, for appeals.
    pub indicators: Vec<(String, String)>,
}

/// Explains one subject.
pub fn explained(page: &Page, done: &Appraisal<'_>, subject: usize, sources: &Sources<'_>) -> Explained {
    let plan = done.scorer.plan;
    let pack = plan.pack;
    let e = explain(done, subject);
    let s = &done.subjects[subject];
    let grade = pack.grades.get(usize::from(s.grade));
    let label = grade.map(|g| g.label.clone()).unwrap_or_default();
    let mut items: Vec<&str> = Vec::new();
    for x in &e.indicators {
        let item = plan.indicator(x.indicator).item.as_str();
        if !items.contains(&item) {
            items.push(item);
        }
    }
    let mut parts = Vec::new();
    let mut losses: Vec<(i64, &str, i64, i64)> = Vec::new();
    for item in items {
        let own: Vec<&IndicatorExplanation> =
            e.indicators.iter().filter(|x| plan.indicator(x.indicator).item == item).collect();
        let scored = || own.iter().filter(|x| !plan.indicator(x.indicator).method.is_extra());
        let sum: i64 = own.iter().filter_map(|x| x.score).sum();
        let full: i64 = scored().map(|x| plan.indicator(x.indicator).full).sum();
        let gained: i64 = scored().filter_map(|x| x.score).sum();
        if full > gained {
            losses.push((full - gained, item, gained, full));
        }
        let vetoes = own.iter().all(|x| plan.indicator(x.indicator).method.is_veto());
        let title = page.m(&msg!("{item}（{n} 项指标）", item = item, n = own.len()));
        let value = if vetoes { veto_word(page, &own) } else { Score(sum).to_string() };
        let below = own.iter().map(|x| indicator(page, pack, x, sources)).collect();
        let mut node = Node::new(title, value).parts(below);
        if full > 0 {
            node = node.of(page.tn("满 {n}", Score(full)));
        }
        parts.push(node);
    }
    parts.extend(sums(page, done, &e));
    let mut nodes = Vec::new();
    if s.complete && !pack.grades.is_empty() {
        nodes.push(grade_node(page, done, subject, &label));
    }
    if !s.complete {
        let missing = done.missing(subject).into_iter().map(|m| Node::new(m, "")).collect();
        nodes.push(Node::new(page.t("资料不全，不评等次"), page.t("缺")).parts(missing).open());
    }
    let total = if s.complete { score_text(s.total) } else { "—".to_owned() };
    let full = page.tn("满 {n}", Score(plan.full));
    nodes.push(Node::new(page.t("总分"), total.clone()).of(full).parts(parts).open());
    losses.sort_by_key(|(loss, ..)| -loss);
    let lost = losses.first().map(|(_, item, gained, full)| {
        page.m(&msg!(
            "丢分最多的是{item}，{full} 分得 {gained} 分。",
            item = *item,
            full = score_text(*full),
            gained = score_text(*gained)
        ))
    });
    let indicators = pack.indicators.iter().map(|i| (i.id.clone(), i.name.clone())).collect();
    Explained {
        nodes,
        lost: lost.unwrap_or_default(),
        line: line(page, done, subject),
        position: grade.map_or(0, |_| usize::from(s.grade) + 1),
        grade: label,
        rank: match e.n {
            Some(n) => format!("{} / {n}", s.rank),
            None => String::new(),
        },
        total,
        indicators,
    }
}

fn veto_word(page: &Page, own: &[&IndicatorExplanation]) -> String {
    let held = own.iter().filter(|x| x.veto == Some(true)).count();
    if held == 0 { page.t("未触发").to_owned() } else { page.tn("触发 {n} 项", held) }
}

/// How far the line of the next better grade is.
fn line(page: &Page, done: &Appraisal<'_>, subject: usize) -> String {
    let s = &done.subjects[subject];
    let pack = done.scorer.plan.pack;
    if !s.complete || s.grade == NO_GRADE || s.grade == 0 {
        return String::new();
    }
    let Some(group) = done.groups.get(s.group as usize) else { return String::new() };
    let better = group.order.iter().map(|i| &done.subjects[*i as usize]).filter(|o| o.grade < s.grade);
    let Some(last) = better.min_by_key(|o| o.total) else { return String::new() };
    let label = pack.grades.get(usize::from(last.grade)).map(|g| g.label.as_str()).unwrap_or_default();
    page.m(&msg!("总分差{label}线 {gap} 分。", label = label, gap = score_text(last.total - s.total)))
}

fn indicator(page: &Page, pack: &Pack, x: &IndicatorExplanation, sources: &Sources<'_>) -> Node {
    let ind = &pack.indicators[x.indicator];
    let value = match (&x.cell, ind.method.is_veto()) {
        (_, true) => match x.veto {
            Some(true) => page.t("成立").to_owned(),
            Some(false) => page.t("不成立").to_owned(),
            None => page.t("不能判断").to_owned(),
        },
        (Cell::Score(score), _) => Score(*score).to_string(),
        (Cell::Skipped, _) => page.t("缺，不得分").to_owned(),
        (Cell::Prorated, _) => page.t("缺项折算").to_owned(),
        (Cell::Blocked | Cell::TooLarge, _) => page.t("缺，待补").to_owned(),
    };
    let mut node = Node::new(format!("{} {}", ind.id, ind.name), value)
        .clause(ind.basis.clone())
        .raw(page.t("规则"), pack.rule_text(ind));
    if ind.full > 0 {
        node = node.of(page.tn("满 {n}", Score(ind.full)));
    }
    for (fact, value) in &x.facts {
        let f = &pack.facts[*fact];
        let shown = match value {
            None => page.t("缺").to_owned(),
            Some(Value::Bool(b)) => page.t(if *b { "是" } else { "否" }).to_owned(),
            Some(v) => format!("{}{}", v.text(), f.unit),
        };
        let from =
            sources.facts.iter().find(|k| k.fact == f.id).map(|k| provenance(page, k)).unwrap_or_default();
        node = node.raw(page.t("原始数"), format!("{} {shown}{from}", f.label));
    }
    for (rater, mark) in &x.marks {
        let name = if rater == "township" && !sources.township.is_empty() {
            sources.township.to_owned()
        } else {
            pack.rater_text(rater)
        };
        let own = sources.marks.iter().find(|m| m.indicator == ind.id && m.rater == *rater);
        let who = own.filter(|m| m.mark.is_some()).map(|m| {
            let note = if m.note.is_empty() { String::new() } else { format!("，{}", m.note) };
            format!("（{} {}{note}）", m.by, moment_text(m.at))
        });
        let mark = mark.map_or_else(|| page.t("没有打分").to_owned(), |m| Score(m).to_string());
        node = node.raw(name, format!("{mark}{}", who.unwrap_or_default()));
    }
    if let Some((rank, n)) = x.place {
        node = node.raw(page.t("排位"), page.m(&msg!("第 {rank} 名（共 {n}）", rank = rank, n = n)));
    }
    if let (Some(exact), Some(score)) = (x.exact, x.score) {
        let text = page.m(&msg!(
            "精确值 {exact}，四舍五入为 {score}",
            exact = exact.to_string(),
            score = Score(score)
        ));
        node = node.raw(page.t("计算"), text);
    }
    if !ind.note.is_empty() {
        node = node.raw(page.t("说明"), ind.note.clone());
    }
    node
}

/// Who entered a figure, when, from which document.
fn provenance(page: &Page, fact: &RoundFact) -> String {
    let mut told = vec![fact.source.clone()];
    if !fact.by.is_empty() {
        told.push(format!("{} {}", fact.unit, fact.by).trim().to_owned());
        told.push(moment_text(fact.at));
    } else if !fact.day.is_empty() {
        told.push(day_text(&fact.day));
    }
    told.retain(|t| !t.is_empty());
    if told.is_empty() {
        String::new()
    } else {
        format!("（{}）", told.join(if page.en() { ", " } else { "，" }))
    }
}

fn sums(page: &Page, done: &Appraisal<'_>, e: &appraisal::Explanation) -> Vec<Node> {
    let s = &done.subjects[e.subject];
    let pack = done.scorer.plan.pack;
    let show = |v: i64| if s.complete { score_text(v) } else { "—".to_owned() };
    let mut out = Vec::new();
    if let Some(scale) = e.scale {
        let scored = e.indicators.iter().filter(|x| !pack.indicators[x.indicator].method.is_extra());
        let raw: i64 = scored.filter_map(|x| x.score).sum();
        let text = format!("{} × {}/{}", Score(raw), scale.num, scale.den);
        out.push(Node::new(page.t("缺项折算"), show(s.before_bonus)).raw(page.t("计算"), text));
    }
    if pack.indicators.iter().any(|i| i.method.is_extra()) {
        out.push(Node::new(page.t("加减分前"), show(s.before_bonus)));
        out.push(Node::new(page.t("加分"), show(s.bonus)));
        out.push(Node::new(page.t("扣分"), show(s.penalty)));
    }
    let unbounded = s.before_bonus + s.bonus + s.penalty;
    if s.complete && unbounded != s.total {
        let text = page.m(&msg!(
            "合计 {sum} 超出总分界限，按 {total} 计",
            sum = Score(unbounded),
            total = Score(s.total)
        ));
        out.push(Node::new(text, show(s.total)));
    }
    out
}

fn grade_node(page: &Page, done: &Appraisal<'_>, subject: usize, label: &str) -> Node {
    let pack = done.scorer.plan.pack;
    let s = &done.subjects[subject];
    let group = &done.groups[s.group as usize];
    let scope = match pack.grading.within {
        Within::Choice(f) => format!("{}（{}）", pack.within_text(), done.scorer.facts.text(f, subject)),
        _ => page.w(&pack.within_text()),
    };
    let mut parts = vec![Node::new(
        page.m(&msg!("在{scope}内比较，资料齐全的 {n} 个", scope = scope, n = group.order.len())),
        "",
    )];
    for (g, seats) in pack.grades.iter().zip(&group.seats) {
        let given: Vec<i64> = group
            .order
            .iter()
            .map(|i| &done.subjects[*i as usize])
            .filter(|o| pack.grades.get(usize::from(o.grade)).is_some_and(|h| h.id == g.id))
            .map(|o| o.total)
            .collect();
        let lowest = given.iter().min().map_or_else(|| "—".to_owned(), |t| score_text(*t));
        let text = match seats {
            Some(n) => msg!(
                "{label}：名额 {seats}，评出 {given} 个",
                label = &g.label,
                seats = *n,
                given = given.len()
            ),
            None => msg!("{label}：评出 {given} 个", label = &g.label, given = given.len()),
        };
        parts.push(Node::new(page.m(&text), lowest));
    }
    let ties = group.order.iter().filter(|i| done.subjects[**i as usize].total == s.total).count();
    if ties > 1 {
        parts.push(Node::new(page.tn("与另外 {n} 个总分相同，按办法依次比较", ties - 1), ""));
    }
    let vetoes = done.veto_ids(subject);
    if !vetoes.is_empty() {
        parts.push(Node::new(page.m(&msg!("否决 {ids} 成立，等次受限", ids = vetoes)), page.t("成立")));
    }
    let title = page.m(&msg!("等次：{label}，列第 {rank} 名", label = label, rank = s.rank));
    Node::new(title, label).parts(parts).open()
}
