//! Which posts a text of a roster means: 党总支书记、村委会主任. Pure.

use kernel::{Message, msg};
use policy::posts::{Post, Posts};

/// Endings by which offices call posts, the longer and narrower ones first; an empty id is none of ours.
const ENDINGS: &[(&str, &str)] = &[
    ("", "监督委员会副主任 监委会副主任 监委副主任 两委委员 “两委”委员"),
    ("party_deputy", "副书记"),
    ("first_secretary", "第一书记"),
    ("youth_league_secretary", "团支部书记 团总支书记 团支书 共青团书记"),
    ("party_secretary", "书记 支书"),
    ("party_member", "党委委员 总支委员 支部委员 支委委员 支委 党组织委员 组织委员 宣传委员 纪检委员"),
    ("supervision_head", "监督委员会主任 监委会主任 监委主任 监督委主任"),
    ("supervision_member", "监督委员会委员 监督委员会成员 监委会委员 监委委员 监委会成员 监督委委员"),
    ("women_chair", "妇联主席 妇女主任 妇联主任 妇代会主任"),
    ("village_deputy", "副主任"),
    ("village_director", "主任"),
    (
        "committee_member",
        "村委会委员 村民委员会委员 居委会委员 居民委员会委员 村委委员 居委委员 村委成员 村委 居委",
    ),
    ("group_leader", "小组长 村民组长"),
    ("officer", "振兴专干 专干"),
    ("clerk", "文书"),
    ("reserve", "后备力量 后备干部"),
];

/// Posts that a text names.
#[derive(Debug, Default)]
pub struct Named<'p> {
    /// Each once, with the title as written where it is not the pack's own.
    pub posts: Vec<(&'p Post, String)>,
    pub notes: Vec<Message>,
}

/// Reads the posts that a text names, of those in force on a day.
pub fn named<'p>(text: &str, posts: &'p Posts, day: &str) -> Named<'p> {
    let mut out = Named::default();
    let all = posts.posts_on(day);
    let bare: String = text.chars().filter(|c| !c.is_whitespace() || *c == '\n').collect();
    let marks = |c: char| "、，,；;/／\n兼及".contains(c);
    for piece in bare.split(marks).map(without_brackets).filter(|p| !p.is_empty()) {
        match post_of(&piece, &all) {
            Some(post) if out.posts.iter().any(|(p, _)| p.id == post.id) => {}
            Some(post) => {
                let title = if piece == post.title { String::new() } else { piece.clone() };
                out.posts.push((post, title));
            }
            None => out.notes.push(msg!("“{post}”没有对上岗位，不登记任职", post = &piece)),
        }
    }
    // 一肩挑: one person in both top posts, often said beside one of them alone.
    if bare.contains("一肩挑") {
        for id in ["party_secretary", "village_director"] {
            let held = out.posts.iter().any(|(p, _)| p.id == id);
            if let Some(post) = all.iter().find(|p| p.id == id).filter(|_| !held) {
                out.posts.push((post, String::new()));
            }
        }
    }
    out
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '(' | '（' => depth += 1,
            ')' | '）' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

fn post_of<'p>(piece: &str, all: &[&'p Post]) -> Option<&'p Post> {
    let own = all.iter().filter(|p| piece.ends_with(p.title.as_str())).max_by_key(|p| p.title.len());
    if let Some(post) = own {
        return Some(post);
    }
    let (id, _) = ENDINGS.iter().find(|(_, endings)| endings.split(' ').any(|e| piece.ends_with(e)))?;
    all.iter().find(|p| p.id == *id).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_known_as_offices_call_them() {
        let posts = Posts::in_force([], "2026-11-22");
        let ids = |text: &str| {
            let named = named(text, &posts, "2026-11-22");
            (named.posts.iter().map(|(p, _)| p.id.clone()).collect::<Vec<_>>().join(" "), named.notes.len())
        };
        for (text, expected) in [
            ("党总支书记、村委会主任", "party_secretary village_director"),
            ("例河村党支部书记兼主任", "party_secretary village_director"),
            ("书记（一肩挑）", "party_secretary village_director"),
            ("副书记/副主任", "party_deputy village_deputy"),
            ("支委、村委", "party_member committee_member"),
            ("村务监督委员会主任", "supervision_head"),
            ("团支书，妇联主席", "youth_league_secretary women_chair"),
            ("驻村第一书记", "first_secretary"),
            ("村党组织书记", "party_secretary"),
        ] {
            assert_eq!(ids(text), (expected.to_owned(), 0), "{text}");
        }
        for unknown in ["委员", "护林员", "监委会副主任"] {
            assert_eq!(ids(unknown), (String::new(), 1), "{unknown}");
        }
    }
}
