//! The composition checks of a pack, run over a village's team and explained. Pure.

use super::lineup::{Lineup, Member, Shape, one_decimal};
use kernel::{Message, Quantity, msg};
use policy::posts::{AgeAt, Check, Group, Kinship, Level, Method, Post, Posts, Wanted};
use standards::kinship::{self, KinClass};
use standards::{DivisionCode, VillageKind};

/// How a check ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Holds.
    Met,
    /// Does not hold; how hard that is, the check's level says.
    Missed,
    /// What it needs is not known.
    Unknown,
    /// Nobody it could look at.
    Idle,
}

/// One check with its proof.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub id: String,
    /// The method's id: `size`.
    pub method: &'static str,
    pub title: String,
    pub level: Level,
    pub verdict: Verdict,
    /// The figure in words: `5 人，应为 3—7 人`.
    pub said: Message,
    /// The rule as a Chinese sentence.
    pub rule: String,
    /// Its clause, with the pack's title, version and hash.
    pub basis: String,
    pub pack: String,
    /// What it was counted from, a line each.
    pub proof: Vec<Message>,
}

impl Outcome {
    /// Whether the law is not kept.
    pub fn is_breach(&self) -> bool {
        self.verdict == Verdict::Missed && self.level == Level::Must
    }
}

/// What a check found.
struct Found(Verdict, Message, Vec<Message>);

fn verdict(holds: bool) -> Verdict {
    if holds { Verdict::Met } else { Verdict::Missed }
}

/// The kind of a village by its twelve digits; a code that says none counts as a village.
fn kind_of(village: &str) -> VillageKind {
    village.parse::<DivisionCode>().map_or(VillageKind::Villagers, DivisionCode::village_kind)
}

/// Runs the checks that hold for a term begun on `begun` (`2026-01-15`) over a village's team.
pub fn run(posts: &Posts, village: &str, lineup: &Lineup, begun: &str) -> Vec<Outcome> {
    let kind = kind_of(village);
    let day = lineup.day.to_string();
    let run = |check: &Check| {
        let Found(verdict, said, proof) = look(posts, lineup, &day, &check.method);
        Outcome {
            id: check.id.clone(),
            method: check.method.id(),
            title: check.title.clone(),
            level: check.level,
            verdict,
            said,
            rule: posts.check_text(check, &day),
            basis: check.basis.clone(),
            pack: format!(
                "{} {} {}",
                check.pack.title,
                check.pack.version,
                check.pack.hash.get(..12).unwrap_or("")
            ),
            proof,
        }
    };
    posts.checks_on(begun).into_iter().filter(|c| c.covers(kind)).map(run).collect()
}

fn look(posts: &Posts, lineup: &Lineup, day: &str, method: &Method) -> Found {
    match method {
        Method::Size { group, min, max } => size(lineup, *group, *min, *max),
        Method::Women { group, min } => women(lineup, *group, *min),
        Method::Kin { group, against, degrees } => kin(lineup, *group, *against, degrees),
        Method::ConcurrentHead { wanted } => concurrent(lineup, *wanted),
        Method::AverageAge { group, max } => average_age(lineup, *group, *max),
        Method::Age { post, min, max, at } => age(lineup, post, *min, *max, *at),
        Method::EducationShare { group, at_least, min_percent } => {
            education_share(lineup, *group, at_least, *min_percent)
        }
        Method::Education { post, at_least } => education(lineup, post, at_least),
        Method::PartyYears { post, min } => party_years(lineup, post, *min),
        Method::Reserves { min } => Found(
            verdict(lineup.reserves >= *min),
            msg!("后备 {n} 人，应不少于 {min} 人", n = lineup.reserves, min = *min),
            Vec::new(),
        ),
        Method::Vacancy => vacancy(lineup, &posts.posts_on(day)),
    }
}

fn listed(member: &Member) -> Message {
    let titles: Vec<&str> = member.held.iter().map(|h| h.title.as_str()).collect();
    msg!("{name}：{titles}", name = member.name.as_str(), titles = titles.join("、"))
}

fn size(lineup: &Lineup, group: Group, min: u32, max: Option<u32>) -> Found {
    let members: Vec<&Member> = lineup.group(group).collect();
    let n = members.len() as u32;
    let holds = n >= min && max.is_none_or(|max| n <= max);
    let said = match max {
        Some(max) => msg!("{n} 人，应为 {min}—{max} 人", n = n, min = min, max = max),
        None => msg!("{n} 人，应不少于 {min} 人", n = n, min = min),
    };
    Found(verdict(holds), said, members.into_iter().map(listed).collect())
}

fn women(lineup: &Lineup, group: Group, min: u32) -> Found {
    let all: Vec<&Member> = lineup.group(group).collect();
    let women: Vec<&Member> = all.iter().copied().filter(|m| m.sex == "2").collect();
    let unknown = all.iter().filter(|m| !matches!(m.sex.as_str(), "1" | "2")).count();
    let n = women.len() as u32;
    let verdict = match () {
        () if n >= min => Verdict::Met,
        () if n + unknown as u32 >= min => Verdict::Unknown,
        () => Verdict::Missed,
    };
    let said = msg!("妇女 {n} 人，应不少于 {min} 人", n = n, min = min);
    Found(verdict, said, women.into_iter().map(listed).collect())
}

/// Whether a relation is among the degrees meant.
fn meant(kin: &kinship::Kin, degrees: &[Kinship]) -> bool {
    let kind = match kin.class {
        KinClass::Spouse => Kinship::Spouse,
        KinClass::Direct => Kinship::Direct,
        KinClass::Collateral if kin.pair == "兄弟姐妹" => Kinship::Sibling,
        KinClass::Collateral => Kinship::Collateral,
        KinClass::InLaw => Kinship::InLaw,
        KinClass::Distant => return false,
    };
    kind.among(degrees)
}

fn kin(lineup: &Lineup, group: Group, against: Option<Group>, degrees: &[Kinship]) -> Found {
    let mut pairs = 0u32;
    let (mut sure, mut unsure) = (Vec::new(), Vec::new());
    for (n, a) in lineup.members.iter().enumerate() {
        for b in &lineup.members[n + 1..] {
            let looked = match against {
                None => a.is_of(group) && b.is_of(group),
                Some(other) => a.is_of(group) && b.is_of(other) || a.is_of(other) && b.is_of(group),
            };
            if !looked {
                continue;
            }
            pairs += 1;
            for (of, with) in [(a, b), (b, a)] {
                for relative in of.family.iter().filter(|r| r.name == with.name.as_str()) {
                    let Ok(kin) = kinship::kin_from(&relative.relation) else { continue };
                    if !meant(&kin, degrees) {
                        continue;
                    }
                    let said = msg!(
                        "{name} 的家庭成员里有 {relation} {other}",
                        name = of.name.as_str(),
                        relation = relative.relation.as_str(),
                        other = with.name.as_str()
                    );
                    match (relative.birth, with.birth) {
                        (Some(x), Some(y)) if x.agrees(y) => sure.push(said),
                        // A namesake of another age.
                        (Some(_), Some(_)) => {}
                        _ => unsure.push(said),
                    }
                }
            }
        }
    }
    if !sure.is_empty() {
        return Found(Verdict::Missed, msg!("有 {n} 处近亲属关系", n = sure.len()), sure);
    }
    if !unsure.is_empty() {
        let said = msg!("有 {n} 处同名，出生年月不全，请核对", n = unsure.len());
        return Found(Verdict::Unknown, said, unsure);
    }
    Found(Verdict::Met, msg!("未发现，已核 {n} 对", n = pairs), Vec::new())
}

fn concurrent(lineup: &Lineup, wanted: Wanted) -> Found {
    let tops: Vec<(&Member, usize)> = lineup
        .members
        .iter()
        .map(|m| (m, m.held.iter().filter(|h| h.top).count()))
        .filter(|(_, n)| *n > 0)
        .collect();
    let proof: Vec<Message> = tops.iter().map(|(m, _)| listed(m)).collect();
    if tops.is_empty() {
        return Found(Verdict::Idle, msg!("两个主职都空缺"), proof);
    }
    let both = tops.iter().find(|(_, n)| *n > 1).map(|(m, _)| m.name.clone());
    let said = match &both {
        Some(name) => msg!("{name} 一肩挑", name = name),
        None => msg!("书记、主任由两人分任"),
    };
    let holds = match wanted {
        Wanted::Neutral => true,
        Wanted::Encouraged => both.is_some(),
        Wanted::Discouraged => both.is_none(),
    };
    Found(verdict(holds), said, proof)
}

/// Compares an average with a bound exactly: sum <= bound × n.
fn at_most(sum: u32, n: u32, max: Quantity) -> bool {
    i128::from(sum) * 1_000_000 <= max.0 * i128::from(n)
}

fn average_age(lineup: &Lineup, group: Group, max: Quantity) -> Found {
    let shape = Shape::of(lineup.group(group), lineup.day, "");
    let Some(average) = shape.average_tenths() else {
        return Found(Verdict::Idle, msg!("没有可算的人"), Vec::new());
    };
    let unknown = shape.people - shape.aged;
    let mut proof: Vec<Message> = lineup
        .group(group)
        .filter_map(|m| {
            Some(msg!("{name} {age} 岁", name = m.name.as_str(), age = u32::from(m.age(lineup.day)?)))
        })
        .collect();
    proof.push(msg!("{sum} 岁 ÷ {n} 人", sum = shape.years, n = shape.aged));
    let said = msg!("平均 {age} 岁，应不超过 {max} 岁", age = one_decimal(average), max = max);
    if unknown > 0 {
        proof.push(msg!("{n} 人出生年月不明，没有算入", n = unknown));
        return Found(Verdict::Unknown, said, proof);
    }
    Found(verdict(at_most(shape.years, shape.aged, max)), said, proof)
}

/// Judges every holder of a post: the worst counts.
fn each_holder(
    lineup: &Lineup,
    post: &str,
    judge: impl Fn(&Member, Option<kernel::Day>) -> (Verdict, Message),
) -> Found {
    let judged: Vec<(Verdict, Message)> = lineup.holders(post).map(|(m, h)| judge(m, h.term_ends)).collect();
    let worst = [Verdict::Missed, Verdict::Unknown, Verdict::Met];
    let worst = worst.into_iter().find(|v| judged.iter().any(|(j, _)| j == v));
    match worst {
        None => Found(Verdict::Idle, msg!("空缺，没有可核的人"), Vec::new()),
        Some(worst) => {
            let said = judged.iter().find(|(j, _)| *j == worst).map_or_else(|| msg!(""), |(_, m)| m.clone());
            let rest =
                if judged.len() > 1 { judged.into_iter().map(|(_, m)| m).collect() } else { Vec::new() };
            Found(worst, said, rest)
        }
    }
}

fn age(lineup: &Lineup, post: &str, min: Option<u32>, max: Option<u32>, at: AgeAt) -> Found {
    each_holder(lineup, post, |member, ends| {
        let day = if at == AgeAt::TermEnd { ends.unwrap_or(lineup.day) } else { lineup.day };
        let Some(age) = member.age(day).map(u32::from) else {
            return (Verdict::Unknown, msg!("{name} 出生年月不明", name = member.name.as_str()));
        };
        let holds = min.is_none_or(|min| age >= min) && max.is_none_or(|max| age <= max);
        let said = if at == AgeAt::TermEnd {
            msg!("{name} 届满时 {age} 岁", name = member.name.as_str(), age = age)
        } else {
            msg!("{name} {age} 岁", name = member.name.as_str(), age = age)
        };
        (verdict(holds), said)
    })
}

fn level_name(code: &str) -> &str {
    standards::label_of(&standards::EDUCATION, code).unwrap_or(code)
}

fn education_share(lineup: &Lineup, group: Group, class: &str, min: Quantity) -> Found {
    let shape = Shape::of(lineup.group(group), lineup.day, class);
    let Some(share) = shape.educated_permille() else {
        return Found(Verdict::Idle, msg!("没有可算的人"), Vec::new());
    };
    let mut proof: Vec<Message> = lineup
        .group(group)
        .filter(|m| !m.education.is_empty())
        .map(|m| msg!("{name}：{titles}", name = m.name.as_str(), titles = level_name(&m.education)))
        .collect();
    let said = msg!(
        "{class}以上 {n} 人，占 {share}%，应不低于 {min}%",
        class = level_name(class),
        n = shape.educated,
        share = one_decimal(share),
        min = min
    );
    if shape.schooled < shape.people {
        proof.push(msg!("{n} 人学历不明，没有算入", n = shape.people - shape.schooled));
        return Found(Verdict::Unknown, said, proof);
    }
    let holds = i128::from(shape.educated) * 100 * 1_000_000 >= min.0 * i128::from(shape.schooled);
    Found(verdict(holds), said, proof)
}

fn education(lineup: &Lineup, post: &str, class: &str) -> Found {
    each_holder(lineup, post, |member, _| {
        if member.education.is_empty() {
            return (Verdict::Unknown, msg!("{name} 学历不明", name = member.name.as_str()));
        }
        let said =
            msg!("{name}：{titles}", name = member.name.as_str(), titles = level_name(&member.education));
        (verdict(policy::posts::reaches(&member.education, class)), said)
    })
}

fn party_years(lineup: &Lineup, post: &str, min: u32) -> Found {
    each_holder(lineup, post, |member, _| {
        if !matches!(member.political.as_str(), "" | "01" | "02") {
            return (Verdict::Missed, msg!("{name} 不是党员", name = member.name.as_str()));
        }
        let Some(years) = member.party_on.and_then(|d| d.age_on(lineup.day)) else {
            return (Verdict::Unknown, msg!("{name} 入党时间不明", name = member.name.as_str()));
        };
        let years = u32::from(years.years);
        (verdict(years >= min), msg!("{name} 党龄 {years} 年", name = member.name.as_str(), years = years))
    })
}

fn vacancy(lineup: &Lineup, posts: &[&Post]) -> Found {
    let mut proof = Vec::new();
    let mut missing = 0;
    for post in posts {
        let holders = lineup.holders(&post.id).count() as u32;
        let vacant = post.vacant(holders);
        if vacant > 0 {
            missing += vacant;
            proof.push(msg!("{title} 缺 {n} 人", title = post.title.as_str(), n = vacant));
        }
    }
    let said = if missing == 0 { msg!("配齐") } else { msg!("缺 {n} 人", n = missing) };
    Found(verdict(missing == 0), said, proof)
}
