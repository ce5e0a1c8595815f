//! Which files may be of one person, and why. Pure: from what is found by, never from sealed values themselves.

use kernel::{Message, msg};
use standards::names::{Key, Reason as Loose, blurred, loosened};
use std::collections::{BTreeSet, HashMap};

/// What a file is compared by.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Candidate {
    pub id: i64,
    /// In simplified characters.
    pub name: String,
    /// The reading by custom, joined.
    pub reading: String,
    /// `1`, `2`, or `0` where it is not known.
    pub sex: String,
    /// May be partial: `1985`, `1985-06`.
    pub birth: String,
    pub township: String,
    pub village: String,
    /// The village's name as it sounds.
    pub sound: String,
    /// The index of the identity number; empty for none.
    pub identity: String,
    /// The index of the telephone number; empty for none.
    pub phone: String,
}

/// What speaks for or against two files being of one person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    Identity,
    Name,
    /// Names that are easily taken for each other.
    Near(Loose),
    Birth,
    Phone,
    Village,
    /// Villages whose names sound alike.
    VillageLike,
    OtherIdentity,
    OtherBirth,
}

impl Reason {
    pub fn message(self) -> Message {
        match self {
            Reason::Identity => msg!("身份证号相同"),
            Reason::Name => msg!("姓名相同"),
            Reason::Near(Loose::Shape(a, b)) => msg!("姓名形近：{a}、{b}", a = a, b = b),
            Reason::Near(Loose::Sound) => msg!("姓名同音"),
            Reason::Near(_) => msg!("姓名近音"),
            Reason::Birth => msg!("出生年月相同"),
            Reason::Phone => msg!("手机相同"),
            Reason::Village => msg!("同村"),
            Reason::VillageLike => msg!("村名相近"),
            Reason::OtherIdentity => msg!("身份证号不同"),
            Reason::OtherBirth => msg!("出生年月不同"),
        }
    }

    /// Whether it speaks against.
    pub fn against(self) -> bool {
        matches!(self, Reason::OtherIdentity | Reason::OtherBirth)
    }

    /// How much it says: by these pairs are ordered, nothing else follows from them.
    fn weight(self) -> i32 {
        match self {
            Reason::Identity => 200,
            Reason::Name | Reason::Birth => 30,
            Reason::Phone => 35,
            Reason::Village => 20,
            Reason::Near(_) | Reason::VillageLike => 10,
            Reason::OtherIdentity | Reason::OtherBirth => -30,
        }
    }
}

/// How sure a pair is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Strength {
    /// The identity number is the same.
    Certain,
    /// Two things of weight are the same and nothing speaks against it.
    Likely,
    Possible,
}

impl Strength {
    pub const ALL: [Strength; 3] = [Strength::Certain, Strength::Likely, Strength::Possible];

    pub fn id(self) -> &'static str {
        match self {
            Strength::Certain => "certain",
            Strength::Likely => "likely",
            Strength::Possible => "possible",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Strength::Certain => kernel::key!("确定"),
            Strength::Likely => kernel::key!("很可能"),
            Strength::Possible => kernel::key!("可能"),
        }
    }

    pub fn by_id(id: &str) -> Option<Strength> {
        Strength::ALL.into_iter().find(|s| s.id() == id)
    }
}

/// Two files that may be of one person, the older first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    pub a: i64,
    pub b: i64,
    pub strength: Strength,
    pub reasons: Vec<Reason>,
    weight: i32,
}

/// Longer blocks of a common name are told apart by nothing: the first so many are compared.
const BLOCK: usize = 60;

/// The pairs among files, the surest first. `denied` are pairs that somebody said are not the same, the smaller id
/// first. Only files that share a key are compared: the same number, name or telephone, or birth and township.
pub fn pairs(all: &[Candidate], denied: &BTreeSet<(i64, i64)>) -> Vec<Pair> {
    let mut seen: BTreeSet<(i64, i64)> = BTreeSet::new();
    let mut out = Vec::new();
    let mut block = |key: &dyn Fn(&Candidate) -> Option<String>| {
        let mut blocks: HashMap<String, Vec<&Candidate>> = HashMap::new();
        for one in all {
            if let Some(key) = key(one) {
                blocks.entry(key).or_default().push(one);
            }
        }
        for block in blocks.values().filter(|b| b.len() > 1) {
            let block = &block[..block.len().min(BLOCK)];
            for (n, a) in block.iter().enumerate() {
                for b in &block[n + 1..] {
                    let (a, b) = if a.id < b.id { (a, b) } else { (b, a) };
                    if seen.insert((a.id, b.id)) && !denied.contains(&(a.id, b.id)) {
                        out.extend(judge(a, b));
                    }
                }
            }
        }
    };
    let month = |c: &Candidate| c.birth.get(..7).map(str::to_owned);
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    block(&|c| some(&c.identity));
    block(&|c| Some(format!("{} {}", c.name, month(c)?)));
    block(&|c| some(&c.phone));
    block(&|c| Some(format!("{} {}", c.name, some(&c.sound)?)));
    block(&|c| Some(format!("{} {} {}", some(&c.township)?, month(c)?, blurred(&c.reading))));
    block(&|c| Some(format!("{} {}", some(&c.village)?, month(c)?)));
    out.sort_by_key(|p| (p.strength, -p.weight, p.a, p.b));
    out
}

/// What speaks for and against two files being of one person; none where too little does.
pub fn judge(a: &Candidate, b: &Candidate) -> Option<Pair> {
    let same = |x: &str, y: &str| !x.is_empty() && x == y;
    let differ = |x: &str, y: &str| !x.is_empty() && !y.is_empty() && x != y;
    let mut reasons = Vec::new();
    let certain = same(&a.identity, &b.identity);
    if certain {
        reasons.push(Reason::Identity);
    }
    let name = a.name == b.name;
    let near = if name { None } else { near(a, b) };
    match near {
        _ if name => reasons.push(Reason::Name),
        Some(why) => reasons.push(Reason::Near(why)),
        None if certain => {}
        None => return None,
    }
    let known = |sex: &str| matches!(sex, "1" | "2");
    if !certain && known(&a.sex) && known(&b.sex) && a.sex != b.sex {
        return None;
    }
    let (x, y) = (a.birth.get(..7).unwrap_or(&a.birth), b.birth.get(..7).unwrap_or(&b.birth));
    let birth = x.len() == 7 && x == y;
    let other_birth = differ(x, y) && !x.starts_with(y) && !y.starts_with(x);
    let phone = same(&a.phone, &b.phone);
    let village = same(&a.village, &b.village);
    let like = !village && same(&a.sound, &b.sound);
    let other_identity = differ(&a.identity, &b.identity);
    let all = [
        (birth, Reason::Birth),
        (phone, Reason::Phone),
        (village, Reason::Village),
        (like, Reason::VillageLike),
        (other_identity, Reason::OtherIdentity),
        (other_birth, Reason::OtherBirth),
    ];
    reasons.extend(all.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason));
    let here = village || (!a.township.is_empty() && a.township == b.township);
    let enough = certain
        || phone
        || (name && birth)
        || (name && (village || like) && !other_birth)
        || (near.is_some() && birth && here);
    // Two numbers are two persons, unless one was mistyped: then the rest must agree.
    if !enough || (other_identity && !(birth && (phone || village))) {
        return None;
    }
    let weight: i32 = reasons.iter().map(|r| r.weight()).sum();
    let strength = match weight {
        _ if certain => Strength::Certain,
        60.. => Strength::Likely,
        _ => Strength::Possible,
    };
    Some(Pair { a: a.id, b: b.id, strength, reasons, weight })
}

/// How two unlike names may be one.
fn near(a: &Candidate, b: &Candidate) -> Option<Loose> {
    if !a.reading.is_empty() && a.reading == b.reading {
        return Some(Loose::Sound);
    }
    if !a.reading.is_empty() && blurred(&a.reading) == blurred(&b.reading) {
        return Some(Loose::NearSound);
    }
    let differing = a.name.chars().zip(b.name.chars()).filter(|(x, y)| x != y).count();
    if a.name.chars().count() != b.name.chars().count() || differing != 1 {
        return None;
    }
    let shape = loosened(&a.name).into_iter().find(|l| l.key == Key::Simplified && l.text == b.name);
    shape.map(|l| l.reason).filter(|r| matches!(r, Loose::Shape(..)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use standards::NameKeys;

    fn candidate(id: i64, name: &str, birth: &str, village: &str) -> Candidate {
        let keys = NameKeys::of_person(name);
        Candidate {
            id,
            name: keys.simplified,
            reading: keys.pinyin,
            sex: "1".into(),
            birth: birth.into(),
            township: village.get(..9).unwrap_or_default().into(),
            village: village.into(),
            sound: village.get(9..).unwrap_or_default().into(),
            ..Candidate::default()
        }
    }

    const EAST: &str = "990101101200";
    const FAR: &str = "990101102201";

    fn said(a: Candidate, b: Candidate) -> Option<(Strength, Vec<Reason>)> {
        judge(&a, &b).map(|p| (p.strength, p.reasons))
    }

    #[test]
    fn the_same_number_is_certain_whatever_else_differs() {
        let number = |mut c: Candidate| {
            c.identity = "1:ab".into();
            c
        };
        let (a, b) = (candidate(1, "王例甲", "1985-06", EAST), candidate(2, "王例乙", "1986-01", FAR));
        let pair = said(number(a), number(b)).unwrap();
        assert_eq!(pair, (Strength::Certain, vec![Reason::Identity, Reason::OtherBirth]));
    }

    #[test]
    fn names_with_birth_telephone_or_village() {
        let one = || candidate(1, "王例甲", "1985-06", EAST);
        let phone = |mut c: Candidate| {
            c.phone = "1:cd".into();
            c
        };
        // Traditional characters are the same name.
        let pair =
            said(candidate(1, "劉例東", "1985-06", EAST), candidate(2, "刘例东", "1985-06-03", FAR)).unwrap();
        assert_eq!(pair, (Strength::Likely, vec![Reason::Name, Reason::Birth]));
        let pair = said(phone(one()), phone(candidate(2, "王例甲", "", FAR))).unwrap();
        assert_eq!(pair, (Strength::Likely, vec![Reason::Name, Reason::Phone]));
        let pair = said(one(), candidate(2, "王例甲", "1985", EAST)).unwrap();
        assert_eq!(pair, (Strength::Possible, vec![Reason::Name, Reason::Village]));
        // The same name alone, elsewhere or of another birth, is nobody.
        assert_eq!(said(one(), candidate(2, "王例甲", "", FAR)), None);
        assert_eq!(said(one(), candidate(2, "王例甲", "1990-01", EAST)), None);
        let woman = Candidate { sex: "2".into(), ..candidate(2, "王例甲", "1985-06", EAST) };
        assert_eq!(said(one(), woman), None);
    }

    #[test]
    fn names_taken_for_each_other() {
        let of = |a: &str, b: &str, village: &str| {
            said(candidate(1, a, "1985-06", EAST), candidate(2, b, "1985-06", village)).map(|(_, r)| r[0])
        };
        assert_eq!(of("王例伟", "王例玮", EAST), Some(Reason::Near(Loose::Sound)));
        assert!(matches!(of("王例己", "王例已", EAST), Some(Reason::Near(_))));
        assert_eq!(of("王例东", "王例强", EAST), None);
        assert_eq!(of("王例伟", "王例玮", FAR), None, "a near name elsewhere is somebody else");
    }

    #[test]
    fn two_numbers_are_two_persons_unless_all_else_agrees() {
        let with = |mut c: Candidate, number: &str| {
            c.identity = number.into();
            c
        };
        let one = || with(candidate(1, "王例甲", "1985-06", EAST), "1:ab");
        assert_eq!(said(one(), with(candidate(2, "王例甲", "1985-06", FAR), "1:cd")), None);
        let pair = said(one(), with(candidate(2, "王例甲", "1985-06", EAST), "1:cd")).unwrap();
        assert_eq!(pair.0, Strength::Possible);
        assert!(pair.1.contains(&Reason::OtherIdentity));
    }

    #[test]
    fn each_pair_comes_once_the_surest_first_and_never_when_denied() {
        let mut all = vec![
            candidate(1, "王例甲", "1985-06", EAST),
            candidate(2, "王例甲", "1985-06", EAST),
            candidate(3, "王例甲", "1985", EAST),
            candidate(4, "李例丁", "1970-01", FAR),
        ];
        all[0].phone = "1:cd".into();
        all[2].phone = "1:cd".into();
        let found = |denied: &[(i64, i64)]| {
            let denied = denied.iter().copied().collect();
            pairs(&all, &denied).into_iter().map(|p| (p.a, p.b)).collect::<Vec<_>>()
        };
        assert_eq!(found(&[]), [(1, 3), (1, 2), (2, 3)]);
        assert_eq!(found(&[(1, 2)]), [(1, 3), (2, 3)]);
    }
}
