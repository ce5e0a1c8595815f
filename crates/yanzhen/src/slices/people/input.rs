//! What people type or tables hold, read into stored values. Pure.

use super::field::Field;
use kernel::{Message, msg};

/// A value as it is stored, with what is worth a look.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    pub value: String,
    pub notes: Vec<Message>,
}

impl From<String> for Taken {
    fn from(value: String) -> Taken {
        Taken { value, notes: Vec::new() }
    }
}

/// The most letters of a text field.
const LONGEST: usize = 300;

/// Reads a field's text; an empty one clears. A village is its twelve digits, a source its id: names of them are
/// resolved before, by whoever knows the county.
///
/// # Errors
/// What is wrong and what to write instead.
pub fn take(field: Field, text: &str) -> Result<Taken, Message> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}'));
    if text.is_empty() || matches!(text, "无" | "(无)" | "（无）" | "/" | "—" | "-") && field != Field::Name
    {
        return Ok(Taken::default());
    }
    let code = |found: Result<standards::Code, standards::CodeFault>| {
        found.map(|c| Taken::from(c.0.to_owned())).map_err(|e| e.message())
    };
    match field {
        Field::Name => name(text),
        Field::Sex => code(standards::sex_from(text)),
        Field::Ethnic => code(standards::ethnic_from(text)),
        Field::Marital => code(standards::marital_from(text)),
        Field::Political => code(standards::political_from(text)),
        Field::Education => code(standards::education_from(text)),
        Field::Degree => code(standards::degree_from(text)),
        Field::Birth | Field::PartyOn | Field::WorkOn | Field::ToldOn => date(text),
        Field::Identity => identity(standards::repair_identity(text)),
        Field::Phone => phone(text),
        Field::Bank => bank(text),
        Field::Village => village(text),
        Field::Origin
        | Field::Birthplace
        | Field::Stage
        | Field::Technical
        | Field::Strengths
        | Field::Source
        | Field::Health
        | Field::Whereabouts
        | Field::Employment
        | Field::Intention => prose(text),
    }
}

/// Reads a number cell of a workbook, which dates and identity numbers lose digits in.
///
/// # Errors
/// As [`take`].
pub fn take_number(field: Field, number: f64) -> Result<Taken, Message> {
    match field {
        Field::Birth | Field::PartyOn | Field::WorkOn | Field::ToldOn => {
            standards::dates::parse_number(number).map(dated).map_err(|e| e.message())
        }
        Field::Identity => identity(standards::repair_identity_number(number)),
        _ => take(field, &format!("{number}")),
    }
}

fn dated(loose: standards::dates::Loose) -> Taken {
    Taken { value: loose.date.storage(), notes: loose.note.iter().map(|n| n.message()).collect() }
}

fn date(text: &str) -> Result<Taken, Message> {
    standards::parse_loose(text).map(dated).map_err(|e| e.message())
}

fn identity(read: Result<standards::Repaired, standards::IdentityFault>) -> Result<Taken, Message> {
    let read = read.map_err(|e| e.message())?;
    Ok(Taken {
        value: read.number.reveal().to_owned(),
        notes: read.notes.iter().map(|n| n.message()).collect(),
    })
}

/// Han letters stand without blanks between them: `王 例` is `王例`.
fn name(text: &str) -> Result<Taken, Message> {
    let latin = text.chars().any(|c| c.is_ascii_alphabetic());
    let value: String = text.chars().filter(|c| latin || !c.is_whitespace()).collect();
    let wrong =
        value.chars().any(|c| c.is_control() || c.is_ascii_digit() || "<>\"'\\/@#$%^&*=+|~`".contains(c));
    if wrong {
        return Err(msg!("姓名里有数字或符号；请只写姓名，说明写在别的栏"));
    }
    match value.chars().count() {
        2..=40 => Ok(value.into()),
        1 => Err(msg!("姓名只有一个字；请核对")),
        _ => Err(msg!("姓名超过 40 个字；请核对是否错列")),
    }
}

fn digits(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '０'..='９' => char::from_u32(c as u32 - 0xfee0),
            c if c.is_whitespace() || matches!(c, '-' | '－' | '—' | '(' | ')' | '（' | '）') => None,
            c => Some(c),
        })
        .collect()
}

fn phone(text: &str) -> Result<Taken, Message> {
    let all = digits(text);
    let number = all.strip_prefix("+86").or_else(|| all.strip_prefix("0086")).unwrap_or(&all);
    let fits = number.bytes().all(|b| b.is_ascii_digit())
        && (number.len() == 11 && number.starts_with('1')
            || number.starts_with('0') && (10..=12).contains(&number.len()));
    if fits {
        Ok(number.to_owned().into())
    } else {
        Err(msg!("电话应是 11 位手机号，或带区号的座机号"))
    }
}

fn bank(text: &str) -> Result<Taken, Message> {
    let number = digits(text);
    let fits = number.bytes().all(|b| b.is_ascii_digit()) && (12..=21).contains(&number.len());
    if fits { Ok(number.into()) } else { Err(msg!("银行账号应是 12 到 21 位数字")) }
}

fn village(text: &str) -> Result<Taken, Message> {
    let fits = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if fits { Ok(text.to_owned().into()) } else { Err(msg!("村应是 12 位区划代码")) }
}

fn prose(text: &str) -> Result<Taken, Message> {
    let value: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    if value.chars().count() > LONGEST {
        return Err(msg!("这一栏最多 {n} 个字", n = LONGEST));
    }
    Ok(value.into())
}

/// Where values of one file contradict each other: the identity number against birth and sex.
pub fn clashes(identity: &str, birth: &str, sex: &str) -> Vec<Message> {
    let Ok(number) = identity.parse::<standards::IdentityNumber>() else { return Vec::new() };
    let sex = match sex {
        "1" => Some(standards::Sex::Male),
        "2" => Some(standards::Sex::Female),
        _ => None,
    };
    number
        .clashes(birth.parse().ok(), sex)
        .into_iter()
        .map(|clash| match clash {
            standards::IdentityClash::Birth(_) => msg!("身份证号里的出生日期与填的出生年月不一致"),
            standards::IdentityClash::Sex(_) => msg!("身份证号里的性别与填的性别不一致"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_taken_as_offices_write_them() {
        let take = |f, t: &str| take(f, t).unwrap().value;
        assert_eq!(take(Field::Name, "王　例 甲"), "王例甲");
        assert_eq!(take(Field::Name, "阿依·例"), "阿依·例");
        assert_eq!(take(Field::Birth, "1985年6月"), "1985-06");
        assert_eq!(take(Field::Birth, "１９８５．６"), "1985-06");
        assert_eq!(take(Field::Sex, "女"), "2");
        assert_eq!(take(Field::Education, "大专"), "30");
        assert_eq!(take(Field::Phone, "+86 100-0000-0001"), "10000000001");
        assert_eq!(take(Field::Strengths, "无"), "");
        assert_eq!(take_number(Field::Birth, 31203.0).unwrap().value, "1985-06-05");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (field, text) in [
            (Field::Name, "王例1"),
            (Field::Phone, "12345"),
            (Field::Identity, "9.90101E+17"),
            (Field::Birth, "去年"),
            (Field::Village, "例河村"),
        ] {
            assert!(super::take(field, text).is_err(), "{field:?} {text}");
        }
    }
}
