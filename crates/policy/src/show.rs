//! `policy show`: a pack as a document that a secretary reads.

use crate::colours::{COLOURS, ClassifyMissing};
use crate::consequences::{ACTIONS, TARGETS};
use crate::pack::{Pack, PackScope};
use crate::rule::{full_text, line_text, missing_text, source_text};
use crate::{campaigns, chains, duty, membership, people, pools, posts, review};
use kernel::key;
use std::fmt::Write as _;

/// A document: blocks in order.
#[derive(Clone, Debug, Default)]
pub struct Document {
    title: String,
    blocks: Vec<Block>,
}

/// A block. A paragraph that begins with a name in `**` stands as a small heading.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    Heading(String),
    Paragraph(String),
    List(Vec<String>),
    Table(Vec<String>, Vec<Vec<String>>),
}

/// The forms of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Markdown.
    Markdown,
    /// One self-contained HTML page.
    Html,
}

fn word<'a>(words: &[(&'a str, &'a str)], key: &'a str) -> &'a str {
    words.iter().find(|(k, _)| *k == key).map_or(key, |(_, w)| w)
}

/// The Chinese of an action.
pub fn action_text(action: &str) -> &str {
    word(&ACTIONS, action)
}

/// The Chinese of whom a consequence applies to.
pub fn target_text(target: &str) -> &str {
    word(&TARGETS, target)
}

/// The Chinese of a colour.
pub fn colour_text(colour: &str) -> &str {
    word(&COLOURS, colour)
}

/// Roles that lead a village's measures.
const LEADS: [(&str, &str); 8] = [
    ("county_leader", key!("县领导")),
    ("town_secretary", key!("镇党委书记")),
    ("deputy_secretary", key!("镇党委副书记")),
    ("town_offices", key!("镇直办所")),
    ("village_leader_in_charge", key!("包村领导")),
    ("management_area_director", key!("管理区主任")),
    ("village_assigned_cadre", key!("包村干部")),
    ("resident_team", key!("驻村工作队")),
];

/// The Chinese of a lead's roles, or their ids as written.
pub fn lead_words(lead: &str) -> Vec<&str> {
    lead.split('|').map(|role| word(&LEADS, role)).collect()
}

/// The leads as one text.
pub fn lead_text(lead: &str) -> String {
    lead_words(lead).join("、")
}

/// Renders a pack.
pub fn document(pack: &Pack) -> Document {
    let mut doc = Document { title: pack.title.clone(), blocks: Vec::new() };
    identity(pack, &mut doc);
    let mut number = 0;
    let mut heading = |doc: &mut Document, text: &str| {
        const NUMBERS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
        doc.blocks.push(Block::Heading(format!("{}、{text}", NUMBERS[number])));
        number += 1;
    };
    if pack.has_appraisal {
        heading(&mut doc, "考核指标");
        indicators(pack, &mut doc);
    }
    if !pack.grades.is_empty() {
        heading(&mut doc, "等次");
        grades(pack, &mut doc);
    }
    if !pack.consequences.is_empty() {
        heading(&mut doc, "结果运用");
        doc.blocks.push(Block::Paragraph(
            "以下由系统提出建议并附说明，由有权的人决定；本人可以看到依据并申诉。".into(),
        ));
        consequences(pack, &mut doc);
    }
    if pack.colours.is_some() {
        heading(&mut doc, "风险颜色");
        colours(pack, &mut doc);
    }
    if let Some(table) = pack.review.as_ref().filter(|t| !t.header.names.iter().any(|n| n == "kind")) {
        heading(&mut doc, "联审");
        let rows = table.rows.iter().map(|(_, cells)| cells.clone()).collect();
        doc.blocks.push(Block::Table(table.header.names.clone(), rows));
    }
    if let Some(section) = pack.posts() {
        heading(&mut doc, "岗位、班子和备案");
        doc.blocks.extend(posts::tell(pack, section));
    }
    if let Some(section) = pack.people() {
        heading(&mut doc, "人员信息");
        doc.blocks.extend(people::tell(pack, section));
    }
    if let Some(section) = pack.duty() {
        heading(&mut doc, "履职、考察和述职");
        doc.blocks.extend(duty::tell(pack, section));
    }
    if let Some(section) = pack.pools() {
        heading(&mut doc, "后备人才库");
        doc.blocks.extend(pools::tell(pack, section));
    }
    if let Some(section) = pack.campaigns() {
        heading(&mut doc, "公开选拔、招录");
        doc.blocks.extend(campaigns::tell(pack, section));
    }
    if let Some(section) = pack.membership() {
        heading(&mut doc, "党员发展");
        doc.blocks.extend(membership::tell(pack, section));
    }
    let told = pack.joint_review().map(|section| review::tell(pack, section)).unwrap_or_default();
    if !told.is_empty() {
        heading(&mut doc, "县级联审");
        doc.blocks.extend(told);
    }
    if let Some(section) = pack.chains() {
        heading(&mut doc, "空缺递补");
        doc.blocks.extend(chains::tell(pack, section));
    }
    if !pack.facts.is_empty() {
        heading(&mut doc, "用到的事实");
        facts(pack, &mut doc);
    }
    doc
}

fn identity(pack: &Pack, doc: &mut Document) {
    let scope = match pack.scope {
        PackScope::County => "全县",
        PackScope::Township => "本乡镇",
        PackScope::Village => "本村",
    };
    let term = if pack.effective_to.is_empty() {
        format!("{} 起", pack.effective_from)
    } else {
        format!("{} 至 {}", pack.effective_from, pack.effective_to)
    };
    let mut rows = vec![
        ["发文机关", pack.issuer.as_str()],
        ["依据", pack.basis.as_str()],
        ["适用范围", scope],
        ["施行日期", term.as_str()],
        ["上位办法", pack.parent.as_str()],
    ];
    let version = format!("{}（编号 {}）", pack.version, pack.id);
    rows.push(["版本", &version]);
    rows.push(["内容指纹", &pack.hash]);
    let rows = rows.iter().filter(|r| !r[1].is_empty()).map(|r| r.map(str::to_owned).to_vec()).collect();
    doc.blocks.push(Block::Table(vec!["项目".into(), "内容".into()], rows));
}

fn indicators(pack: &Pack, doc: &mut Document) {
    let header: Vec<String> =
        ["编号", "指标", "满分", "怎么算", "由谁提供", "缺失时", "依据"].map(str::to_owned).to_vec();
    let mut items: Vec<&str> = Vec::new();
    for ind in &pack.indicators {
        if !items.contains(&ind.item.as_str()) {
            items.push(&ind.item);
        }
    }
    let scored = pack.indicators.iter().filter(|i| !i.method.is_extra() && !i.method.is_veto());
    let sum: i64 = scored.map(|i| i.full).sum();
    let bounds = match (pack.total_min, pack.total_max) {
        (Some(min), Some(max)) => format!("，总分限于 {} 至 {}", line_text(min), line_text(max)),
        (Some(min), None) => format!("，总分不低于 {}", line_text(min)),
        (None, Some(max)) => format!("，总分不超过 {}", line_text(max)),
        (None, None) => String::new(),
    };
    doc.blocks.push(Block::Paragraph(format!(
        "共 {} 项 {} 条，满分合计 {} 分{bounds}。每条得分四舍五入到 0.01 分。",
        items.len(),
        pack.indicators.len(),
        full_text(sum)
    )));
    doc.blocks.push(Block::Paragraph(format!(
        "结果公示 {} 个工作日；对结果的申诉在 {} 个工作日内由未参与评分的人答复。",
        pack.notice_workdays, pack.answer_workdays
    )));
    for item in items {
        let own: Vec<_> = pack.indicators.iter().filter(|i| i.item == item).collect();
        let sum: i64 = own.iter().map(|i| i.full).sum();
        let title =
            if sum == 0 { format!("**{item}**") } else { format!("**{item}**（{} 分）", full_text(sum)) };
        doc.blocks.push(Block::Paragraph(title));
        let rows = own
            .iter()
            .map(|i| {
                let raters: Vec<String> = i.raters.iter().map(|r| pack.rater_text(r)).collect();
                let note = if i.note.is_empty() { String::new() } else { format!(" {}", i.note) };
                vec![
                    i.id.clone(),
                    i.name.clone(),
                    if i.full == 0 { "—".into() } else { full_text(i.full) },
                    format!("{}。{note}", pack.rule_text(i)),
                    match pack.second_text(i) {
                        "" => raters.join("、"),
                        second => format!("{}（{second}）", raters.join("、")),
                    },
                    missing_text(i.missing).to_owned(),
                    i.basis.clone(),
                ]
            })
            .collect();
        doc.blocks.push(Block::Table(header.clone(), rows));
    }
}

fn grades(pack: &Pack, doc: &mut Document) {
    let rows = pack
        .grades
        .iter()
        .map(|g| {
            vec![
                g.label.clone(),
                g.quota.map_or_else(|| "不限".into(), |q| format!("{q}%")),
                g.at_least.map_or_else(|| "不限".into(), |a| format!("{} 分以上", line_text(a))),
            ]
        })
        .collect();
    doc.blocks.push(Block::Table(["等次", "比例", "分数线"].map(str::to_owned).to_vec(), rows));
    doc.blocks.push(Block::List(pack.grading_text()));
}

fn consequences(pack: &Pack, doc: &mut Document) {
    let rows = pack
        .consequences
        .iter()
        .map(|c| {
            vec![
                c.id.clone(),
                pack.condition_text(&c.when),
                match c.held_text() {
                    held if held.is_empty() => target_text(&c.applies_to).to_owned(),
                    held => format!("{}（{held}）", target_text(&c.applies_to)),
                },
                action_text(&c.action).to_owned(),
                pack.amount_text(c.amount.as_ref()),
                c.basis.clone(),
            ]
        })
        .collect();
    let header = ["编号", "情形", "对象", "建议", "金额", "依据"].map(str::to_owned).to_vec();
    doc.blocks.push(Block::Table(header, rows));
}

fn colours(pack: &Pack, doc: &mut Document) {
    let Some(table) = &pack.colours else { return };
    doc.blocks.push(Block::Paragraph(
        "从上往下看，第一条符合的为准；都不符合的为待定，由人研判，绝不默认为绿。".into(),
    ));
    let rows = table
        .rules
        .iter()
        .map(|r| {
            let tests = pack.row_text(table, r);
            vec![
                r.id.clone(),
                if tests.is_empty() { "任何情形".into() } else { tests },
                format!("{}{}", colour_text(&r.colour), level_text(&r.level)),
                lead_text(&r.lead),
                r.measures.clone(),
                r.basis.clone(),
                r.note.clone(),
            ]
        })
        .collect();
    let header = ["编号", "情形", "颜色", "牵头", "措施", "依据", "说明"].map(str::to_owned).to_vec();
    doc.blocks.push(Block::Table(header, rows));
    let missing: Vec<String> = pack
        .facts
        .iter()
        .zip(&pack.classify_missing)
        .filter_map(|(f, m)| match m {
            ClassifyMissing::Block => None,
            ClassifyMissing::Zero => Some(format!("{}缺了按零（否）算。", f.label)),
            ClassifyMissing::Skip => Some(format!("{}缺了算不符合。", f.label)),
        })
        .collect();
    if !missing.is_empty() {
        doc.blocks.push(Block::Paragraph("其余事实缺了，暂不能判断颜色；例外：".into()));
        doc.blocks.push(Block::List(missing));
    }
}

fn level_text(level: &str) -> &str {
    match level {
        "high" => "（高风险）",
        "medium" => "（中风险）",
        "low" => "（低风险）",
        _ => "",
    }
}

fn facts(pack: &Pack, doc: &mut Document) {
    let rows = pack
        .facts
        .iter()
        .map(|f| {
            let kind = f.kind.label().text(kernel::Lang::Zh);
            let kind =
                if f.choices.is_empty() { kind } else { format!("{kind}：{}", f.choices.join("、")) };
            vec![f.label.clone(), kind, f.unit.clone(), source_text(&f.source).to_owned(), f.id.clone()]
        })
        .collect();
    let header = ["事实", "类型", "单位", "来源", "列名"].map(str::to_owned).to_vec();
    doc.blocks.push(Block::Table(header, rows));
}

impl Document {
    /// The document in a form.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Markdown => self.markdown(),
            Format::Html => self.html(),
        }
    }

    fn markdown(&self) -> String {
        let mut out = format!("# {}\n", self.title);
        for block in &self.blocks {
            out.push('\n');
            match block {
                Block::Heading(text) => {
                    let _ = writeln!(out, "## {text}");
                }
                Block::Paragraph(text) => {
                    let _ = writeln!(out, "{text}");
                }
                Block::List(items) => {
                    for item in items {
                        let _ = writeln!(out, "- {item}");
                    }
                }
                Block::Table(header, rows) => {
                    let line = |cells: &[String]| {
                        let cells: Vec<String> =
                            cells.iter().map(|c| c.replace('|', "\\|").replace('\n', "<br>")).collect();
                        format!("| {} |\n", cells.join(" | "))
                    };
                    out.push_str(&line(header));
                    out.push_str(&format!("|{}\n", " --- |".repeat(header.len())));
                    rows.iter().for_each(|row| out.push_str(&line(row)));
                }
            }
        }
        out
    }

    fn html(&self) -> String {
        let mut out = format!(
            "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n",
            escape(&self.title)
        );
        for block in &self.blocks {
            match block {
                Block::Heading(text) => {
                    let _ = writeln!(out, "<h2>{}</h2>", escape(text));
                }
                Block::Paragraph(text) => {
                    let strong = text.strip_prefix("**").and_then(|t| t.split_once("**"));
                    let _ = match strong {
                        Some((name, rest)) => writeln!(out, "<h3>{}{}</h3>", escape(name), escape(rest)),
                        None => writeln!(out, "<p>{}</p>", escape(text)),
                    };
                }
                Block::List(items) => {
                    out.push_str("<ul>\n");
                    for item in items {
                        let _ = writeln!(out, "<li>{}</li>", escape(item));
                    }
                    out.push_str("</ul>\n");
                }
                Block::Table(header, rows) => {
                    out.push_str("<div class=\"table\"><table>\n<thead><tr>");
                    header.iter().for_each(|h| {
                        let _ = write!(out, "<th scope=\"col\">{}</th>", escape(h));
                    });
                    out.push_str("</tr></thead>\n<tbody>\n");
                    for row in rows {
                        out.push_str("<tr>");
                        row.iter().for_each(|c| {
                            let _ = write!(out, "<td>{}</td>", escape(c));
                        });
                        out.push_str("</tr>\n");
                    }
                    out.push_str("</tbody></table></div>\n");
                }
            }
        }
        out.push_str("</main>\n</body>\n</html>\n");
        out
    }
}

const STYLE: &str = "body{margin:0;background:#fff;color:#1a1a1a;font:16px/1.7 'Noto Serif SC','Songti SC',SimSun,serif}\
main{max-width:68rem;margin:0 auto;padding:2rem 1.5rem}h1{text-align:center;font-size:1.6rem}\
h2{font-size:1.2rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.2rem 0 .3rem}\
.table{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}\
th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{background:#f2f2f2;white-space:nowrap}@media print{main{padding:0;max-width:none}thead{display:table-header-group}\
tr{break-inside:avoid}}";

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
