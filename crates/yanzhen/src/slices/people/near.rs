//! Who may be meant when nobody answers to a search: names loosened, places that do not fit, and why. Pure.

use super::listing::Candidate;
use super::search::{Place, Token};
use kernel::{Message, msg};
use standards::fold_name;
use standards::names::{Key, Loosened, Reason, blurred, loosened, simplified};

/// Somebody who may be meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Near {
    pub id: i64,
    pub reasons: Vec<Message>,
    /// How far it is from what was typed.
    far: usize,
}

/// The most that are shown.
const MOST: usize = 10;
/// Standing elsewhere is worse than any loosening of the name.
const ELSEWHERE: usize = 100;

/// A person's name as it is compared.
struct Keys<'c> {
    /// In simplified characters.
    name: &'c str,
    /// The reading by custom, syllable by syllable.
    syllables: &'c str,
    /// Readings and initials, blanks around each.
    all: &'c str,
}

impl<'c> Keys<'c> {
    fn of(candidate: &'c Candidate) -> Keys<'c> {
        let (syllables, name) = candidate.sort.split_once('!').unwrap_or(("", &candidate.sort));
        Keys { name, syllables: syllables.trim(), all: &candidate.keys }
    }

    /// Whether whole syllables of the name begin so.
    fn begins(&self, reading: &str) -> bool {
        let mut so_far = String::new();
        self.syllables.split(' ').any(|s| {
            so_far.push_str(s);
            so_far == reading
        })
    }

    fn answers(&self, to: &Loosened) -> bool {
        match to.key {
            // Of characters the sound is that of all of them; of pinyin typed it may be a beginning.
            Key::Reading if to.reason == Reason::Sound => {
                self.all.contains(&format!(" {} ", to.text)) || self.begins(&to.text)
            }
            Key::Simplified => self.name.contains(&to.text),
            Key::Reading | Key::Initials => self.all.contains(&format!(" {}", to.text)),
            Key::Blurred => blurred(&self.syllables.replace(' ', "")) == to.text,
        }
    }
}

/// The nearest persons. Words that no place answers to are names; where places answer to all of them, all are.
pub fn near(tokens: &[Token], candidates: &[Candidate]) -> Vec<Near> {
    let placed: Vec<&Token> = tokens.iter().filter(|t| !t.places.is_empty()).collect();
    let mut names: Vec<&Token> = tokens.iter().filter(|t| t.places.is_empty()).collect();
    if names.is_empty() {
        names.clone_from(&placed);
    }
    let loose: Vec<(&Token, Vec<Loosened>)> = names.into_iter().map(|t| (t, loosened(&t.typed))).collect();
    let mut out: Vec<Near> = Vec::new();
    for candidate in candidates {
        let keys = Keys::of(candidate);
        let (mut far, mut reasons, mut met) = (0, Vec::new(), 0);
        for (token, loosened) in &loose {
            let Some(at) = loosened.iter().position(|l| keys.answers(l)) else { continue };
            met += 1;
            far += at;
            if simplified(&token.typed) != fold_name(&token.typed) {
                push(&mut reasons, msg!("繁体"));
            }
            if let Some(why) = loosened[at].reason.message().filter(|_| loosened[at].reason != Reason::Ending)
            {
                push(&mut reasons, why);
            }
        }
        if met == 0 {
            continue;
        }
        far += (loose.len() - met) * ELSEWHERE;
        for token in &placed {
            let here = token.places.iter().any(|c| *c == candidate.village || *c == candidate.township);
            if !here && !loose.iter().any(|(t, _)| t.typed == token.typed) {
                far += ELSEWHERE;
                push(&mut reasons, msg!("不在{place}", place = &token.typed));
            }
        }
        out.push(Near { id: candidate.id, reasons, far });
    }
    // Candidates come by name, and of two as far the first stays the first.
    out.sort_by_key(|n| n.far);
    out.truncate(MOST);
    out
}

fn push(reasons: &mut Vec<Message>, why: Message) {
    if !reasons.contains(&why) {
        reasons.push(why);
    }
}

/// Villages that may be meant by words that no place answers to.
pub fn near_places<'p>(tokens: &[Token], places: impl Iterator<Item = &'p Place>) -> Vec<&'p Place> {
    let loose: Vec<Loosened> =
        tokens.iter().filter(|t| t.places.is_empty()).flat_map(|t| loosened(&t.typed)).collect();
    let mut out: Vec<(usize, &Place)> = Vec::new();
    for place in places.filter(|p| p.is_village()) {
        let answers = |l: &Loosened| match l.key {
            Key::Simplified => l.text.chars().count() > 1 && place.name.contains(&l.text),
            // A place's reading is kept with its ending.
            Key::Reading => l.text.len() > 3 && place.reading.starts_with(&l.text),
            Key::Initials | Key::Blurred => false,
        };
        if let Some(at) = loose.iter().position(answers) {
            out.push((at, place));
        }
    }
    out.sort_by_key(|(at, _)| *at);
    out.truncate(MOST / 2);
    out.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::super::search::tokens;
    use super::*;
    use kernel::Lang;

    fn person(id: i64, name: &str, village: &str) -> Candidate {
        let keys = standards::NameKeys::of_person(name);
        Candidate {
            id,
            sort: keys.sort.clone(),
            keys: keys.search_column(),
            township: village[..9].to_owned(),
            village: village.to_owned(),
        }
    }

    #[test]
    fn the_design_s_three() {
        let place = |code: &str, name: &str, sort: &str| Place::new(code, &code[..9], name, sort);
        let places = [
            place("990101101200", "例毛岭村", "li mao ling cun"),
            place("990101101201", "例毛湾村", "li mao wan cun"),
        ];
        let all = [
            person(3, "伍例己", "990101101201"),
            person(1, "吴例己", "990101101200"),
            person(2, "吴例纪", "990101101201"),
            person(4, "何例乙", "990101101200"),
            person(5, "吴例建", "990101101200"),
        ];
        let typed = tokens("吳例幾 毛嶺", places.iter());
        let found: Vec<(i64, String)> = near(&typed, &all)
            .into_iter()
            .map(|n| (n.id, n.reasons.iter().map(|r| r.text(Lang::Zh)).collect::<Vec<_>>().join("、")))
            .collect();
        assert_eq!(
            found,
            [
                (1, "繁体、同音".to_owned()),
                (3, "繁体、同音、不在毛嶺".to_owned()),
                (2, "繁体、同音、不在毛嶺".to_owned()),
            ]
        );
        assert_eq!(near_places(&tokens("例茅岭", places.iter()), places.iter())[0].name, "例毛岭村");
        assert!(near(&tokens("欧阳", places.iter()), &all).is_empty());
    }
}
