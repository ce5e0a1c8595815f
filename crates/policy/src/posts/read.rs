//! Reading `[posts]`, every fault with its place.

use super::check_read as check;
use super::filing;
use super::origin::{
    Dated, Reader, decimal, required_decimal, required_whole, required_word, whole, word, word_places,
};
use super::words::{Group, KNOWN_POSTS, Team, Track, WayIn, WayOut, Word, lawful_track, said, said_post};
use super::{AgeLimit, EducationTarget, ForeseePart, Method, Post, PostsSection, Targets};
use crate::keys::{Keys, distance};
use crate::node::{Node, Pos};
use kernel::{Fault, Severity, msg};

/// Ids of posts, checks, documents, records: small letters and `_`, beginning with a letter.
pub(crate) fn is_word_id(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// Reads the section. Faults go to the reader's findings.
pub(crate) fn read<'a>(reader: &Reader<'a>, node: &'a Node) -> PostsSection {
    let keys = reader.keys(node, "posts");
    let mut out = PostsSection::default();
    for (i, node) in keys.items("post").iter().enumerate() {
        out.posts.extend(read_post(reader, node, &format!("posts.post[{}]", i + 1)));
    }
    for (i, node) in keys.items("check").iter().enumerate() {
        out.checks.extend(check::read(reader, node, &format!("posts.check[{}]", i + 1)));
    }
    if let Some(node) = keys.node("targets") {
        out.targets = read_targets(reader, node);
    }
    if let Some(node) = keys.node("filing") {
        out.filing = filing::read(reader, node);
    }
    if let Some(node) = keys.node("foresee") {
        out.foresee = read_foresee(reader, node);
    }
    keys.finish();
    once_a_day(reader, "posts.post", &out.posts);
    once_a_day(reader, "posts.check", &out.checks);
    once_a_day(reader, "posts.filing.document", &out.filing.documents);
    once_a_day(reader, "posts.foresee.age", &out.foresee.ages);
    named_posts(reader, node, &out);
    seats_and_sizes(reader, &out);
    out
}

/// An id may stand several times, as long as no day has two of them.
pub(crate) fn once_a_day<T: Dated>(reader: &Reader<'_>, path: &str, items: &[T]) {
    for (i, item) in items.iter().enumerate() {
        if items[..i].iter().any(|o| o.id() == item.id() && o.dates().meet(item.dates())) {
            let reason = msg!("编号 {id} 在同一段日期里出现两次", id = item.id());
            let mend = msg!("新旧规定并列时，用 effective_from、effective_to 把日期分开");
            let fault = Fault::cell(reader.file, item.row(), path, item.id(), reason).mend(mend);
            reader.findings.borrow_mut().push(fault.at(1));
        }
    }
}

fn read_post<'a>(reader: &Reader<'a>, node: &'a Node, path: &str) -> Option<Post> {
    let keys = reader.keys(node, path);
    let frame = reader.frame(&keys, "id", node.at.row);
    near_miss(reader, &keys, &frame.id);
    let blank = |track, team| Post {
        id: frame.id.clone(),
        title: String::new(),
        track,
        order: 0,
        top: false,
        team,
        seats_min: 0,
        seats_max: 0,
        term_years: None,
        ways_in: Vec::new(),
        ways_out: Vec::new(),
        duties: Vec::new(),
        off: frame.off,
        basis: frame.basis.clone(),
        dates: frame.dates.clone(),
        pack: reader.pack.clone(),
        row: frame.row,
    };
    if frame.off {
        keys.forgive();
        let title = keys.text("title");
        let track = word(&keys, "track").or(lawful_track(&frame.id)).unwrap_or(Track::Hired);
        keys.finish();
        return Some(Post { title, ..blank(track, Team::Other) });
    }
    let title = keys.required("title");
    let track = required_word::<Track>(&keys, "track");
    let team = required_word::<Team>(&keys, "team");
    let order = required_whole(&keys, "order", 0, 999);
    let top = keys.bool("top").unwrap_or(false);
    let seats_min = required_whole(&keys, "seats_min", 0, 99);
    let seats_max = if keys.has("seats_max") { whole(&keys, "seats_max", 0, 99) } else { seats_min };
    let _ = keys.node("seats_max");
    if let (Some(min), Some(max)) = (seats_min, seats_max)
        && min > max
    {
        keys.fault("seats_max", msg!("{low} 大于 {high}", low = "seats_min", high = "seats_max"), None);
    }
    let term_years = whole(&keys, "term_years", 1, 20);
    let ways_in = word_places::<WayIn>(&keys, "ways_in");
    let ways_out = word_places::<WayOut>(&keys, "ways_out");
    let duties = keys.texts("duties");
    for duty in duties.iter().filter(|d| d.trim().is_empty()) {
        keys.fault("duties", msg!("选项“{value}”为空、重复或首尾有空格", value = duty), None);
    }
    if let Some(track) = track {
        lawful_post(&keys, &frame.id, track, team);
        lawful_ways(&keys, track, &ways_in, &ways_out);
    }
    keys.finish();
    Some(Post {
        title,
        order: order?,
        top,
        seats_min: seats_min?,
        seats_max: seats_max?,
        term_years,
        ways_in: ways_in.into_iter().map(|(w, _)| w).collect(),
        ways_out: ways_out.into_iter().map(|(w, _)| w).collect(),
        duties,
        ..blank(track?, team?)
    })
}

/// An own id that differs from a well-known one by a slip of the pen.
fn near_miss(reader: &Reader<'_>, keys: &Keys<'_>, id: &str) {
    let mut known = KNOWN_POSTS.iter().map(|(known, ..)| *known);
    if id.is_empty() || known.clone().any(|k| k == id) {
        return;
    }
    if let Some(near) = known.find(|k| distance(k, id) <= 2) {
        let reason = msg!("编号 {id} 与通用的 {known} 只差一点", id = id, known = near);
        keys.fault("id", reason, Some(msg!("是不是 {key}？", key = near)));
        reader.soften(Severity::Warning);
    }
}

/// The track that the law gives a post, by its id and by its body.
fn lawful_post(keys: &Keys<'_>, id: &str, track: Track, team: Option<Team>) {
    let lawful = lawful_track(id);
    if let Some(lawful) = lawful.filter(|l| *l != track) {
        keys.fault(
            "track",
            msg!(
                "{post}是{lawful}，不能写成{track}",
                post = said_post(id),
                lawful = said(lawful.label()),
                track = said(track.label())
            ),
            Some(msg!("改为 {word}；另设的岗位请另起编号", word = lawful.id())),
        );
        return;
    }
    let wanted = match team {
        Some(Team::VillageCommittee | Team::Supervision) => Track::Elected,
        Some(Team::PartyBranch) => Track::Party,
        _ => return,
    };
    if track != wanted {
        let team = said(team.map_or("", Word::label));
        keys.fault(
            "track",
            msg!(
                "{team}成员是{lawful}，不能写成{track}",
                team = team,
                lawful = said(wanted.label()),
                track = said(track.label())
            ),
            Some(msg!("改为 {word}；不属于这个组织的岗位，team 写 other", word = wanted.id())),
        );
    }
}

fn lawful_ways(keys: &Keys<'_>, track: Track, ways_in: &[(WayIn, Pos)], ways_out: &[(WayOut, Pos)]) {
    let wrong = |key: &'static str,
                 at: Pos,
                 id: &str,
                 label: &'static str,
                 from_above: bool,
                 fitting: Vec<&str>| {
        let mend = msg!("可写：{words}", words = fitting);
        let reason = if from_above && track == Track::Elected {
            msg!(
                "选举产生的职务不能“{way}”：任何组织或者个人不得指定、委派或者撤换村民委员会成员（村民委员会组织法第十一条）",
                way = said(label)
            )
        } else {
            msg!("{track}没有“{way}”这种方式", track = said(track.label()), way = said(label))
        };
        keys.push(at, key, id, reason, Some(mend));
    };
    let entries: Vec<&str> = WayIn::ALL.iter().filter(|w| track.takes(**w)).map(|w| w.id()).collect();
    for (way, at) in ways_in.iter().filter(|(w, _)| !track.takes(*w)) {
        wrong("ways_in", *at, way.id(), way.label(), Track::Party.takes(*way), entries.clone());
    }
    let exits: Vec<&str> = WayOut::ALL.iter().filter(|w| track.loses(**w)).map(|w| w.id()).collect();
    for (way, at) in ways_out.iter().filter(|(w, _)| !track.loses(*w)) {
        wrong("ways_out", *at, way.id(), way.label(), Track::Party.loses(*way), exits.clone());
    }
    for (key, none) in [("ways_in", ways_in.is_empty()), ("ways_out", ways_out.is_empty())] {
        if none && !keys.has(key) {
            let fitting = if key == "ways_in" { &entries } else { &exits };
            keys.fault(key, msg!("缺少 {key}", key = key), Some(msg!("可写：{words}", words = fitting)));
        }
    }
}

fn read_targets<'a>(reader: &Reader<'a>, node: &'a Node) -> Targets {
    const PATH: &str = "posts.targets";
    let keys = reader.keys(node, PATH);
    let out = Targets {
        group: word::<Group>(&keys, "group"),
        average_age: reader.setting(&keys, PATH, "average_age", |k, key| decimal(k, key, 18, 100)),
        education: reader.table(&keys, PATH, "education", |k| {
            let (at_least, percent) =
                (check::education(k, "at_least"), required_decimal(k, "percent", 0, 100));
            Some(EducationTarget { at_least: at_least?, percent: percent? })
        }),
        women_percent: reader.setting(&keys, PATH, "women_percent", check::percent),
        by: reader.setting(&keys, PATH, "by", |k, key| Some(k.date(key)).filter(|d| !d.is_empty())),
    };
    let _ = keys.node("basis");
    keys.finish();
    out
}

fn read_foresee<'a>(reader: &Reader<'a>, node: &'a Node) -> ForeseePart {
    const PATH: &str = "posts.foresee";
    let keys = reader.keys(node, PATH);
    let months = reader.setting(&keys, PATH, "months", |k, key| whole(k, key, 1, 120));
    let mut ages = Vec::new();
    for (i, node) in keys.items("age").iter().enumerate() {
        let own = reader.keys(node, &format!("{PATH}.age[{}]", i + 1));
        let frame = reader.frame(&own, "post", node.at.row);
        let age = if frame.off { whole(&own, "age", 0, 100) } else { required_whole(&own, "age", 30, 100) };
        own.finish();
        ages.extend(age.or(frame.off.then_some(0)).map(|age| AgeLimit {
            id: frame.id,
            age,
            off: frame.off,
            basis: frame.basis,
            dates: frame.dates,
            pack: reader.pack.clone(),
            row: frame.row,
        }));
    }
    let _ = keys.node("basis");
    keys.finish();
    ForeseePart { months, ages }
}

/// Posts that other parts name: neither well known nor declared here is a warning, for a wider pack may have them;
/// a near miss of a well-known id is a fault.
fn named_posts(reader: &Reader<'_>, node: &Node, section: &PostsSection) {
    let known: Vec<&str> =
        KNOWN_POSTS.iter().map(|(id, ..)| *id).chain(section.posts.iter().map(|p| p.id.as_str())).collect();
    let report = |row: u32, col: u32, path: &str, id: &str| {
        if id.is_empty() || known.contains(&id) {
            return;
        }
        let near = known.iter().find(|k| distance(k, id) <= 2);
        let fault = Fault::cell(reader.file, row, path, id, msg!("没有编号为 {id} 的岗位", id = id)).at(col);
        let fault = match near {
            Some(near) => fault.mend(msg!("是不是 {key}？", key = *near)),
            None => fault
                .severity(Severity::Warning)
                .mend(msg!("上级办法里有这个岗位的，可以不改；否则请加一个 [[posts.post]]")),
        };
        reader.findings.borrow_mut().push(fault);
    };
    for check in &section.checks {
        report(check.row, 1, "posts.check", check.method.post().unwrap_or_default());
    }
    for age in &section.foresee.ages {
        report(age.row, 1, "posts.foresee.age", &age.id);
    }
    if let (Some(posts), Some(node)) =
        (&section.filing.posts, node.get("filing").and_then(|f| f.get("posts")))
    {
        posts.iter().for_each(|p| report(node.at.row, node.at.col, "posts.filing.posts", p));
    }
}

/// The seats that a body must fill against its size, where one pack writes both.
fn seats_and_sizes(reader: &Reader<'_>, section: &PostsSection) {
    for check in section.checks.iter().filter(|c| !c.off) {
        let Method::Size { group, max: Some(max), .. } = check.method else { continue };
        if group == Group::TwoCommittees {
            // One person may sit in both.
            continue;
        }
        let mut seen: Vec<&str> = Vec::new();
        let mut least = 0;
        for p in section.posts.iter().filter(|p| !p.off && group.holds(p.team) && p.dates.meet(&check.dates))
        {
            if !seen.contains(&p.id.as_str()) {
                seen.push(&p.id);
                least += p.seats_min;
            }
        }
        if least > max {
            let reason = msg!(
                "{team}各岗位至少要配 {least} 人，超过这里的 {max} 人",
                team = said(group.label()),
                least = least,
                max = max
            );
            let fault = Fault::cell(reader.file, check.row, "posts.check", &check.id, reason).at(1);
            let mend = msg!("核对各岗位的 seats_min 和这里的 max");
            reader.findings.borrow_mut().push(fault.severity(Severity::Warning).mend(mend));
        }
    }
}
