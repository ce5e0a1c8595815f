//! Reading what people fill in: every fault at once, each at its field. No judgement: conditions are for people to check.

use crate::page::Faults;
use crate::wire::{Campaign, Form};
use kernel::{Day, Message, msg};
use standards::{
    EDUCATION, IdentityNote, POLITICAL_STATUS, PartialDate, Sex, fold_name, label_of, parse_loose,
    repair_identity,
};

/// What a form sent: names and values, in order.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Of a body, `application/x-www-form-urlencoded`.
    pub fn read(body: &[u8]) -> Fields {
        Fields(form_urlencoded::parse(body).map(|(n, v)| (n.into_owned(), v.into_owned())).collect())
    }

    /// Of what was sent before.
    pub fn of(form: &Form) -> Fields {
        let yes = |on: bool| if on { "1" } else { "" };
        let full_time = if form.full_time { "1" } else { "0" };
        let mut out: Vec<(&str, &str)> = vec![
            ("name", &form.name),
            ("identity", &form.identity),
            ("phone", &form.phone),
            ("education", &form.education),
            ("full_time", full_time),
            ("school", &form.school),
            ("major", &form.major),
            ("graduated_on", &form.graduated_on),
            ("political", &form.political),
            ("party_on", &form.party_on),
            ("work", &form.work),
            ("household", &form.household),
            ("place", &form.place),
            ("source", &form.source),
            ("keep", yes(form.keep_contact)),
            ("consent", yes(form.consent)),
        ];
        out.extend(form.declares.iter().map(|d| ("declares", d.as_str())));
        Fields(out.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect())
    }

    /// The first value of a name, without blanks around it; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
    }

    /// Every value of a name.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.trim())
    }

    /// Whether a box was ticked.
    pub fn on(&self, name: &str) -> bool {
        self.get(name) == "1"
    }

    /// Names and values of these names, to be carried on.
    pub fn carried(&self, names: &[&str]) -> Vec<(String, String)> {
        self.0.iter().filter(|(n, v)| names.contains(&n.as_str()) && !v.is_empty()).cloned().collect()
    }
}

/// What somebody tells of the own whereabouts: place, employment, intention.
pub fn whereabouts(fields: &Fields) -> ((String, String, String), Faults) {
    let mut faults = Faults::new();
    let missing = msg!("请写现在在哪里，例如 在村、外出务工（苏州）");
    let place = needed(fields, "place", 60, missing, &mut faults);
    let employment = text(fields, "employment", 60, &mut faults);
    let intention = text(fields, "intention", 120, &mut faults);
    ((place, employment, intention), faults)
}

/// What each step of an application asks for; the fourth checks and sends.
pub const STEPS: [&[&str]; 3] = [
    &["consent", "keep", "name", "identity", "phone"],
    &["education", "full_time", "school", "major", "graduated_on", "political", "party_on", "work"],
    &["place", "source", "household", "declares"],
];

/// The step that a field stands in.
pub fn step_of(field: &str) -> usize {
    STEPS.iter().position(|names| names.contains(&field)).map_or(STEPS.len(), |at| at + 1)
}

fn text(fields: &Fields, name: &str, most: usize, faults: &mut Faults) -> String {
    let value = fields.get(name);
    if value.chars().any(|c| c.is_control() && c != '\n' && c != '\r') {
        faults.add(name, msg!("里面有看不见的字符，请删去后再提交"));
    } else if value.chars().count() > most {
        faults.add(name, msg!("太长了，最多 {n} 个字", n = most));
    }
    value.replace('\r', "")
}

fn needed(fields: &Fields, name: &str, most: usize, missing: Message, faults: &mut Faults) -> String {
    let value = text(fields, name, most, faults);
    if value.is_empty() {
        faults.add(name, missing);
    }
    value
}

/// A person's name: blanks are folded, digits and signs are none.
fn person(fields: &Fields, name: &str, missing: Message, faults: &mut Faults) -> String {
    let value = needed(fields, name, 30, missing, faults);
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters = |c: char| c.is_alphabetic() || matches!(c, '·' | '•' | '．' | ' ' | '-' | '\'');
    if !value.is_empty() && (value.chars().count() < 2 || !value.chars().all(letters)) {
        faults.add(name, msg!("照身份证写姓名，两个字以上，不带数字和符号"));
    }
    value
}

fn phone(fields: &Fields, name: &str, faults: &mut Faults) -> String {
    let folded = fold_name(fields.get(name));
    let digits = folded.strip_prefix("+86").unwrap_or(&folded).replace('-', "");
    if digits.len() != 11 || !digits.starts_with('1') || !digits.bytes().all(|b| b.is_ascii_digit()) {
        faults.add(name, msg!("手机号是 1 开头的 11 位数字"));
    }
    digits
}

/// A month that was: `YYYY-MM`.
fn month(
    fields: &Fields,
    name: &str,
    today: Day,
    future: fn(PartialDate) -> Message,
    faults: &mut Faults,
) -> String {
    let value = fields.get(name);
    if value.is_empty() {
        return String::new();
    }
    match parse_loose(value) {
        Ok(loose) if loose.date.month().is_none() => faults.add(name, msg!("还要写月份，例如 2016-06")),
        Ok(loose) if loose.date.to_month().first() > today => faults.add(name, future(loose.date.to_month())),
        Ok(loose) => return loose.date.to_month().storage(),
        Err(_) => faults.add(name, msg!("写成年和月，例如 2016-06 或 2016年6月")),
    }
    String::new()
}

/// Reads an application. The form is whole only when there are no faults.
pub fn application(fields: &Fields, campaign: &Campaign, today: Day) -> (Form, Faults) {
    let mut faults = Faults::new();
    let f = &mut faults;
    let mut form = Form { consent: fields.on("consent"), keep_contact: fields.on("keep"), ..Form::default() };
    if !form.consent {
        f.add("consent", msg!("同意以后才能报名；不同意，什么都不会交出去"));
    }
    form.name = person(fields, "name", msg!("请写姓名"), f);
    identity(fields, &mut form, f);
    form.phone = phone(fields, "phone", f);
    schooling(fields, &mut form, today, f);
    form.place = fields.get("place").to_owned();
    if campaign.place(&form.place).is_none() {
        f.add("place", msg!("请选报哪里"));
    }
    form.source = fields.get("source").to_owned();
    if campaign.sources.is_empty() {
        form.source.clear();
    } else if !campaign.sources.iter().any(|s| s.id == form.source) {
        f.add("source", msg!("请选一项"));
    }
    form.household = needed(fields, "household", 60, msg!("请写户籍所在的乡镇和村"), f);
    form.declares = campaign
        .declares
        .iter()
        .map(|d| d.id.clone())
        .filter(|id| fields.all("declares").any(|v| v == id))
        .collect();
    if form.declares.len() < campaign.declares.len() {
        f.add("declares", msg!("每一条都要勾选才能报名；有一条不属实，请先问组织部门"));
    }
    (form, faults)
}

fn identity(fields: &Fields, form: &mut Form, faults: &mut Faults) {
    if fields.get("identity").is_empty() {
        faults.add("identity", msg!("请写身份证号"));
        return;
    }
    match repair_identity(fields.get("identity")) {
        Ok(read) if read.notes.contains(&IdentityNote::Upgraded) => {
            faults.add("identity", standards::IdentityFault::Old.message());
        }
        Ok(read) => {
            let (year, month, day) = read.number.birth();
            form.identity = read.number.reveal().to_owned();
            form.birth = format!("{year:04}-{month:02}-{day:02}");
            form.sex = if read.number.sex() == Sex::Male { "1" } else { "2" }.to_owned();
        }
        Err(fault) => faults.add("identity", fault.message()),
    }
}

/// GB/T 4658 from college upwards, and GB/T 4762 of members and those on probation.
const HIGHER: [&str; 3] = ["10", "20", "30"];
const IN_PARTY: [&str; 2] = ["01", "02"];

fn schooling(fields: &Fields, form: &mut Form, today: Day, faults: &mut Faults) {
    form.education = fields.get("education").to_owned();
    if label_of(&EDUCATION, &form.education).is_none() {
        faults.add("education", msg!("请选最高学历"));
    }
    match fields.get("full_time") {
        "1" => form.full_time = true,
        "0" => form.full_time = false,
        _ => faults.add("full_time", msg!("请选是不是全日制")),
    }
    form.school = text(fields, "school", 60, faults);
    form.major = text(fields, "major", 60, faults);
    let future = |date: PartialDate| msg!("还没到 {date}，请填已取得的学历", date = date.to_string());
    form.graduated_on = month(fields, "graduated_on", today, future, faults);
    if HIGHER.contains(&form.education.as_str()) {
        if form.school.is_empty() {
            faults.add("school", msg!("请写毕业院校"));
        }
        if fields.get("graduated_on").is_empty() {
            faults.add("graduated_on", msg!("请写毕业的年和月，例如 2016-06"));
        }
    }
    form.political = fields.get("political").to_owned();
    if label_of(&POLITICAL_STATUS, &form.political).is_none() {
        faults.add("political", msg!("请选政治面貌"));
    }
    let future = |date: PartialDate| msg!("还没到 {date}", date = date.to_string());
    let joined = month(fields, "party_on", today, future, faults);
    if IN_PARTY.contains(&form.political.as_str()) {
        form.party_on = joined;
        if fields.get("party_on").is_empty() {
            faults.add("party_on", msg!("是党员的，请写入党的年和月"));
        }
    }
    form.work = text(fields, "work", 200, faults);
}

/// The age in full years on a day of who was born then.
pub fn age_on(birth: &str, day: Day) -> Option<u16> {
    Some(birth.parse::<PartialDate>().ok()?.age_on(day)?.years)
}

/// Who recommends whom.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Recommended {
    /// `member`, `resident` or `secretary`.
    pub by_kind: String,
    /// The recommender.
    pub by_name: String,
    /// The recommender's phone.
    pub by_phone: String,
    /// Who is recommended.
    pub name: String,
    /// A [`crate::wire::Place::code`] of the campaign.
    pub village: String,
    /// Why.
    pub reason: String,
}

/// Routes by which somebody else puts a person forward, with their words.
pub const RECOMMENDERS: [(&str, &str); 3] = [
    ("member", kernel::key!("党员")),
    ("resident", kernel::key!("村民")),
    ("secretary", kernel::key!("村党组织书记")),
];

/// Reads a recommendation.
pub fn recommendation(fields: &Fields, campaign: &Campaign) -> (Recommended, Faults) {
    let mut faults = Faults::new();
    let f = &mut faults;
    let out = Recommended {
        by_kind: fields.get("by_kind").to_owned(),
        by_name: person(fields, "by_name", msg!("请写您的姓名"), f),
        by_phone: phone(fields, "by_phone", f),
        name: person(fields, "name", msg!("请写被推荐人的姓名"), f),
        village: fields.get("village").to_owned(),
        reason: needed(fields, "reason", 500, msg!("请写推荐理由"), f),
    };
    if !RECOMMENDERS.iter().any(|(id, _)| *id == out.by_kind && campaign.takes(id)) {
        f.add("by_kind", msg!("请选您是哪一种人"));
    }
    if !campaign.places.iter().any(|p| p.code == out.village) {
        f.add("village", msg!("请选被推荐人在哪个村"));
    }
    (out, faults)
}

/// An objection to a public notice.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Objected {
    /// The objector.
    pub name: String,
    /// The objector's phone.
    pub phone: String,
    /// A name of the notice, or empty for the whole.
    pub about: String,
    /// What is objected.
    pub text: String,
}

/// Reads an objection; `people` are the names of the notice.
pub fn objection(fields: &Fields, people: &[&str]) -> (Objected, Faults) {
    let mut faults = Faults::new();
    let f = &mut faults;
    let out = Objected {
        name: person(fields, "name", msg!("请写您的姓名"), f),
        phone: phone(fields, "phone", f),
        about: fields.get("about").to_owned(),
        text: needed(fields, "text", 1_000, msg!("请写反映的事实"), f),
    };
    if !out.about.is_empty() && !people.contains(&out.about.as_str()) {
        f.add("about", msg!("请选一项"));
    }
    (out, faults)
}

/// A question of an applicant.
pub fn question(fields: &Fields) -> (String, Faults) {
    let mut faults = Faults::new();
    let text = needed(fields, "text", 1_000, msg!("请写要说明或复核的是哪一步、为什么"), &mut faults);
    (text, faults)
}
