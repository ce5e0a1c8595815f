//! Explanations as a tree that a person reads.

use crate::ui::{Style, Ui};
use appraisal::{Appraisal, Cell, Explanation, Facts, IndicatorExplanation, NO_GRADE, explain_colour};
use kernel::{Message, Score, key, msg};
use policy::{Colouring, Indicator, Pack, Test, Value, Within, colour_text, lead_words, source_text};

/// A line of a tree and the lines below it.
struct Leaf {
    text: String,
    below: Vec<Leaf>,
}

impl Leaf {
    fn new(text: String) -> Self {
        Leaf { text, below: Vec::new() }
    }

    fn print(&self, ui: &Ui, indent: &str, out: &mut Vec<String>) {
        for (i, leaf) in self.below.iter().enumerate() {
            let last = i + 1 == self.below.len();
            let (branch, stem) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            out.push(format!(
                "{}{}{}",
                ui.paint(Style::Dim, indent),
                ui.paint(Style::Dim, branch),
                leaf.text
            ));
            leaf.print(ui, &format!("{indent}{stem}"), out);
        }
    }
}

fn points(hundredths: Option<i64>) -> String {
    hundredths.map_or_else(|| "—".to_owned(), |s| Score(s).to_string())
}

/// A fact's value with its unit.
fn shown(ui: &Ui, value: &Value, unit: &str) -> String {
    match value {
        Value::Bool(b) => ui.word(if *b { key!("是") } else { key!("否") }),
        v => format!("{}{unit}", v.text()),
    }
}

/// Lines of the explanation of one appraisal.
pub fn appraisal_lines(ui: &Ui, done: &Appraisal<'_>, e: &Explanation) -> Vec<String> {
    let plan = done.scorer.plan;
    let pack = plan.pack;
    let facts = done.scorer.facts;
    let s = &done.subjects[e.subject];
    let mut root = Leaf::new(headline(ui, done, e));
    let mut items: Vec<&str> = Vec::new();
    for x in &e.indicators {
        let item = plan.indicator(x.indicator).item.as_str();
        if !items.contains(&item) {
            items.push(item);
        }
    }
    for item in items {
        let own: Vec<&IndicatorExplanation> =
            e.indicators.iter().filter(|x| plan.indicator(x.indicator).item == item).collect();
        let sum: i64 = own.iter().filter_map(|x| x.score).sum();
        let full: i64 = own.iter().map(|x| plan.indicator(x.indicator).full).sum();
        let heading = if own.iter().all(|x| plan.indicator(x.indicator).method.is_veto()) {
            item.to_owned()
        } else if full == 0 {
            format!("{item}  {}", Score(sum))
        } else {
            format!("{item}  {} / {}", Score(sum), Score(full))
        };
        let mut leaf = Leaf::new(ui.paint(Style::Bold, &heading));
        leaf.below = own.iter().map(|x| indicator(ui, done, e.subject, x)).collect();
        root.below.push(leaf);
    }
    root.below.push(sums(ui, done, e));
    if s.complete {
        root.below.push(grade(ui, done, e));
    } else {
        let mut leaf = Leaf::new(ui.paint(Style::Red, &ui.t(msg!("还缺以下内容，暂不能评定"))));
        leaf.below = done.missing(e.subject).into_iter().map(Leaf::new).collect();
        root.below.push(leaf);
    }
    let mut out = vec![root.text.clone()];
    root.print(ui, "", &mut out);
    out.push(pack_line(ui, pack, facts, e.subject));
    out
}

fn pack_line(ui: &Ui, pack: &Pack, facts: &Facts, subject: usize) -> String {
    let row = facts.rows[subject];
    let text = msg!(
        "依据《{title}》{version}，内容指纹 {hash}；事实表第 {row} 行",
        title = &pack.title,
        version = &pack.version,
        hash = &pack.hash[..12],
        row = row
    );
    ui.paint(Style::Dim, &ui.t(text))
}

fn headline(ui: &Ui, done: &Appraisal<'_>, e: &Explanation) -> String {
    let pack = done.scorer.plan.pack;
    let facts = done.scorer.facts;
    let s = &done.subjects[e.subject];
    let name = [facts.townships.get(e.subject), facts.names.get(e.subject)];
    let who = format!("{} {}", facts.code(e.subject), name.join(" ").trim());
    let result = if s.complete {
        let grade = pack.grades.get(usize::from(s.grade)).map_or("", |g| g.label.as_str());
        ui.t(msg!(
            "总分 {total}  第 {rank} 名（共 {n}）  {grade}",
            total = Score(s.total),
            rank = s.rank,
            n = e.n.unwrap_or(0),
            grade = grade
        ))
    } else {
        ui.t(msg!("资料不全"))
    };
    format!("{}  {}", ui.paint(Style::Bold, who.trim()), ui.paint(Style::Bold, &result))
}

fn indicator(ui: &Ui, done: &Appraisal<'_>, subject: usize, x: &IndicatorExplanation) -> Leaf {
    let pack = done.scorer.plan.pack;
    let ind = &pack.indicators[x.indicator];
    let result = match (&x.cell, ind.method.is_veto()) {
        (_, true) => match x.veto {
            Some(true) => ui.paint(Style::Red, &ui.t(msg!("成立"))),
            Some(false) => ui.t(msg!("不成立")),
            None => ui.paint(Style::Red, &ui.t(msg!("不能判断"))),
        },
        (Cell::Score(score), _) if ind.full > 0 => format!("{} / {}", Score(*score), Score(ind.full)),
        (Cell::Score(score), _) => Score(*score).to_string(),
        (Cell::Skipped, _) => ui.paint(Style::Yellow, &ui.t(msg!("缺，不得分"))),
        (Cell::Prorated, _) => ui.paint(Style::Yellow, &ui.t(msg!("缺项折算"))),
        (Cell::Blocked | Cell::TooLarge, _) => ui.paint(Style::Red, &ui.t(msg!("缺，待补"))),
    };
    let mut leaf = Leaf::new(format!(
        "{} {}  {result}  {}",
        ui.paint(Style::Blue, &ind.id),
        ind.name,
        ui.paint(Style::Dim, &ind.basis)
    ));
    leaf.below.push(Leaf::new(ui.t(msg!("规则：{rule}", rule = pack.rule_text(ind)))));
    for (fact, value) in &x.facts {
        let f = &pack.facts[*fact];
        let shown = value.as_ref().map_or_else(|| ui.t(msg!("缺")), |v| shown(ui, v, &f.unit));
        let source = ui.word(source_text(&f.source));
        let text = msg!(
            "事实：{label} {value}（{id}，{source}）",
            label = &f.label,
            value = shown,
            id = &f.id,
            source = source
        );
        leaf.below.push(Leaf::new(ui.t(text)));
    }
    for (rater, mark) in &x.marks {
        let text =
            msg!("打分：{rater} {mark}", rater = rater_name(done, subject, rater), mark = points(*mark));
        leaf.below.push(Leaf::new(ui.t(text)));
    }
    if let Some((rank, n)) = x.place {
        leaf.below.push(Leaf::new(ui.t(msg!("排名：第 {rank} 名（共 {n}）", rank = rank, n = n))));
    }
    if let (Some(exact), Some(score)) = (x.exact, x.score) {
        let shown = exact.to_string();
        if rounded(ind, &shown, score) {
            leaf.below.push(Leaf::new(ui.t(msg!(
                "精确值 {exact}，四舍五入为 {score}",
                exact = shown,
                score = Score(score)
            ))));
        }
    }
    leaf
}

/// Whether rounding changed anything worth showing.
fn rounded(ind: &Indicator, exact: &str, score: i64) -> bool {
    ind.full > 0 && kernel::Quantity::parse(exact).ok().and_then(|q| q.hundredths()) != Some(score)
}

fn rater_name(done: &Appraisal<'_>, subject: usize, rater: &str) -> String {
    match (rater, done.scorer.facts.townships.get(subject)) {
        ("township", name) if !name.is_empty() => name.to_owned(),
        _ => done.scorer.plan.pack.rater_text(rater),
    }
}

fn sums(ui: &Ui, done: &Appraisal<'_>, e: &Explanation) -> Leaf {
    let pack = done.scorer.plan.pack;
    let s = &done.subjects[e.subject];
    let complete = s.complete;
    let show = |v| points(complete.then_some(v));
    let mut leaf = Leaf::new(ui.paint(Style::Bold, &format!("{}  {}", ui.t(msg!("合计")), show(s.total))));
    let raw: i64 = e
        .indicators
        .iter()
        .filter(|x| !pack.indicators[x.indicator].method.is_extra())
        .filter_map(|x| x.score)
        .sum();
    if let Some(scale) = e.scale {
        leaf.below.push(Leaf::new(ui.t(msg!(
            "缺项折算：{sum} × {scale} = {before}",
            sum = Score(raw),
            scale = format!("{}/{}", scale.num, scale.den),
            before = show(s.before_bonus)
        ))));
    }
    leaf.below.push(Leaf::new(ui.t(msg!("加减分前 {sum}", sum = show(s.before_bonus)))));
    leaf.below.push(Leaf::new(ui.t(msg!(
        "加分 {bonus}，扣分 {penalty}",
        bonus = show(s.bonus),
        penalty = show(s.penalty)
    ))));
    let unbounded = s.before_bonus + s.bonus + s.penalty;
    if complete && unbounded != s.total {
        leaf.below.push(Leaf::new(ui.t(msg!(
            "合计 {sum} 超出总分界限，按 {total} 计",
            sum = Score(unbounded),
            total = Score(s.total)
        ))));
    }
    leaf
}

fn grade(ui: &Ui, done: &Appraisal<'_>, e: &Explanation) -> Leaf {
    let plan = done.scorer.plan;
    let pack = plan.pack;
    let s = &done.subjects[e.subject];
    let grade = pack.grades.get(usize::from(s.grade)).map_or("—", |g| g.label.as_str());
    let mut leaf = Leaf::new(ui.paint(Style::Bold, &format!("{}  {grade}", ui.t(msg!("等次")))));
    let group = &done.groups[s.group as usize];
    let scope = match pack.grading.within {
        Within::Choice(f) => format!("{}（{}）", pack.within_text(), done.scorer.facts.text(f, e.subject)),
        _ => ui.word(&pack.within_text()),
    };
    leaf.below.push(Leaf::new(ui.t(msg!(
        "在{scope}内比较，资料齐全的 {n} 个",
        scope = scope,
        n = group.order.len()
    ))));
    for (g, seats) in pack.grades.iter().zip(&group.seats) {
        let given: Vec<u32> = group
            .order
            .iter()
            .copied()
            .filter(|i| {
                pack.grades.get(usize::from(done.subjects[*i as usize].grade)).is_some_and(|h| h.id == g.id)
            })
            .collect();
        let line = given
            .last()
            .map_or_else(|| "—".to_owned(), |i| Score(done.subjects[*i as usize].total).to_string());
        let seats = seats.map_or_else(|| "—".to_owned(), |s| s.to_string());
        let text = msg!(
            "{label}：名额 {seats}，评出 {given} 个，最低 {line}",
            label = &g.label,
            seats = seats,
            given = given.len(),
            line = line
        );
        let own = pack.grades.get(usize::from(s.grade)).is_some_and(|h| h.id == g.id);
        let text = ui.t(text);
        leaf.below.push(Leaf::new(if own { ui.paint(Style::Green, &text) } else { text }));
    }
    let position = group.order.iter().position(|i| *i as usize == e.subject).map_or(0, |p| p + 1);
    let ties = group.order.iter().filter(|i| done.subjects[**i as usize].total == s.total).count();
    let mut place = ui.t(msg!("排在第 {position} 位", position = position));
    if ties > 1 {
        place.push_str(&ui.t(msg!("，与另外 {n} 个总分相同，按办法依次比较", n = ties - 1)));
    }
    leaf.below.push(Leaf::new(place));
    let vetoes = done.veto_ids(e.subject);
    if !vetoes.is_empty() && s.grade != NO_GRADE {
        let text = ui.t(msg!("否决 {ids} 成立，等次受限", ids = vetoes));
        leaf.below.push(Leaf::new(ui.paint(Style::Red, &text)));
    }
    leaf
}

/// Lines of the explanation of one colour.
pub fn colour_lines(ui: &Ui, pack: &Pack, facts: &Facts, subject: usize, outcome: &Colouring) -> Vec<String> {
    let Some(table) = &pack.colours else { return Vec::new() };
    let verdict: Message = match outcome {
        Colouring::Rule(r) => msg!(
            "{colour}（第 {rule} 条）",
            colour = ui.word(colour_text(&table.rules[*r].colour)),
            rule = &table.rules[*r].id
        ),
        Colouring::Blocked(r, _) => msg!("不能判断：第 {rule} 条还缺事实", rule = &table.rules[*r].id),
        Colouring::Undecided => msg!("待定：没有一条适用，由人研判"),
    };
    let style = match outcome {
        Colouring::Rule(r) => match table.rules[*r].colour.as_str() {
            "red" => Style::Red,
            "orange" => Style::Orange,
            "yellow" => Style::Yellow,
            _ => Style::Green,
        },
        _ => Style::Bold,
    };
    let who =
        format!("{} {} {}", facts.code(subject), facts.townships.get(subject), facts.names.get(subject));
    let mut root =
        Leaf::new(format!("{}  {}", ui.paint(Style::Bold, who.trim()), ui.paint(style, &ui.t(verdict))));
    for (r, tests) in explain_colour(pack, facts, subject) {
        let rule = &table.rules[r];
        let passed = tests.iter().any(|(_, t)| matches!(t, Test::Refuted | Test::Skipped));
        let unknown = tests.iter().any(|(_, t)| *t == Test::Unknown);
        let word = match (passed, unknown) {
            (true, _) => ui.paint(Style::Dim, &ui.t(msg!("不适用"))),
            (false, true) => ui.paint(Style::Red, &ui.t(msg!("还缺事实"))),
            (false, false) => ui.paint(style, &ui.t(msg!("适用"))),
        };
        let colour = ui.word(colour_text(&rule.colour));
        let mut leaf = Leaf::new(format!(
            "{} {colour}  {word}  {}",
            ui.paint(Style::Blue, &rule.id),
            ui.paint(Style::Dim, &rule.basis)
        ));
        for (fact, test) in tests {
            // A row that is passed is explained by what refutes it.
            if passed && !matches!(test, Test::Refuted | Test::Skipped) {
                continue;
            }
            let column = table.facts.iter().position(|f| *f == fact);
            let wanted = column
                .and_then(|c| rule.tests[c].as_ref())
                .map(|t| pack.cell_text(&t.expr, fact))
                .unwrap_or_default();
            let f = &pack.facts[fact];
            let found = match facts.value(fact, subject) {
                Some(v) => shown(ui, &v.to_owned(), &f.unit),
                None => ui.t(msg!("缺")),
            };
            let sign = match test {
                Test::Holds => "✓",
                Test::Unknown => "?",
                _ => "✗",
            };
            leaf.below.push(Leaf::new(ui.t(msg!(
                "{sign} 要求{wanted}；实际：{found}（{source}）",
                sign = sign,
                wanted = wanted,
                found = found,
                source = ui.word(source_text(&f.source))
            ))));
        }
        root.below.push(leaf);
    }
    if let Colouring::Rule(r) = outcome {
        let rule = &table.rules[*r];
        root.below.push(Leaf::new(ui.t(msg!("牵头：{leads}", leads = ui.words(&lead_words(&rule.lead))))));
        root.below.push(Leaf::new(ui.t(msg!("措施：{measures}", measures = &rule.measures))));
    }
    let mut out = vec![root.text.clone()];
    root.print(ui, "", &mut out);
    out.push(pack_line(ui, pack, facts, subject));
    out
}
