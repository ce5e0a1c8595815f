//! LRM, the older appointment form: GBK, 33 quoted fields with commas between them. It holds no photo (that stands beside
//! it as a `.pic` file) and no identity number. Source: DOMAIN section 3.

use crate::lrmx::{DateField, FamilyMember, Lrmx, LrmxFault, Unknown, encoding, fill};
use kernel::msg;

/// The number of fields.
pub const FIELDS: usize = 33;

/// The most relatives that a file may list.
const MOST_RELATIVES: usize = 200;

/// Fields that stand for one element each.
const SINGLE: [(usize, &str); 21] = [
    (0, "XingMing"),
    (1, "XingBie"),
    (2, "ChuShengNianYue"),
    (3, "MinZu"),
    (4, "JiGuan"),
    (5, "RuDangShiJian"),
    (6, "JianKangZhuangKuang"),
    (7, "ChuShengDi"),
    (8, "CanJiaGongZuoShiJian"),
    (11, "ZhuanYeJiShuZhiWu"),
    (16, "ShuXiZhuanYeYouHeZhuanChang"),
    (17, "JianLi"),
    (18, "JiangChengQingKuang"),
    (19, "NianDuKaoHeJieGuo"),
    (25, "XianRenZhiWu"),
    (26, "NiRenZhiWu"),
    (27, "NiMianZhiWu"),
    (28, "RenMianLiYou"),
    (29, "ChengBaoDanWei"),
    (30, "JiSuanNianLingShiJian"),
    (31, "TianBiaoRen"),
];
const FILLED_ON: usize = 32;
/// Fields whose meaning no public source tells; what they hold is kept as unknown elements.
const UNNAMED: std::ops::RangeInclusive<usize> = 12..=15;

/// Whether bytes look like an LRM file: the first character is a quotation mark.
pub fn looks_like(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'"')
}

/// Reads an LRM file into the form that LRMX gives.
///
/// # Errors
/// The first thing that is wrong: field, line, reason and mend.
pub fn read(bytes: &[u8]) -> Result<Lrmx, LrmxFault> {
    let text = encoding::gbk_text(bytes)?;
    let fields = fields(&text)?;
    let field = |i: usize| fields.get(i).map_or("", |f| f.trim());
    let mut form = Lrmx::of("");
    for (i, element) in SINGLE {
        fill(&mut form, element, field(i));
    }
    fill(&mut form, "TianBiaoShiJian", field(FILLED_ON));
    if crate::lrmx::said(&form.name).is_none() {
        return Err(LrmxFault::new("1", 1, msg!("没有姓名")));
    }
    let [full, part] = halves(field(9), '@');
    let [full_school, part_school] = halves(field(10), '@');
    for (schooling, titles, schools) in
        [(&mut form.full_time, full, full_school), (&mut form.part_time, part, part_school)]
    {
        [schooling.education, schooling.degree] = halves(titles, '#').map(str::to_owned);
        [schooling.education_school, schooling.degree_school] = halves(schools, '#').map(str::to_owned);
    }
    form.family = family([field(20), field(21), field(22), field(23), field(24)])?;
    for i in UNNAMED {
        let text = field(i);
        if !text.is_empty() {
            let escaped = quick_xml::escape::partial_escape(text);
            let xml = format!("<LrmField{i}>{escaped}</LrmField{i}>");
            form.unknown.push(Unknown::new("ZhuanYeJiShuZhiWu", &xml)?);
        }
    }
    Ok(form)
}

fn halves(text: &str, mark: char) -> [&str; 2] {
    let (a, b) = text.split_once(mark).unwrap_or((text, ""));
    [a.trim(), b.trim()]
}

/// The relatives from five columns joined by `@`.
fn family(columns: [&str; 5]) -> Result<Vec<FamilyMember>, LrmxFault> {
    let columns = columns.map(|column| column.split('@').map(str::trim).collect::<Vec<_>>());
    let rows = columns.iter().map(Vec::len).max().unwrap_or(0);
    if rows > MOST_RELATIVES {
        return Err(LrmxFault::new("21", 0, msg!("家庭成员超过 {n} 位", n = MOST_RELATIVES)));
    }
    let cell = |column: usize, row: usize| columns[column].get(row).copied().unwrap_or_default().to_owned();
    let relative = |row| FamilyMember {
        appellation: cell(0, row),
        name: cell(1, row),
        birth: DateField::parse(&cell(2, row)),
        political_status: cell(3, row),
        work: cell(4, row),
        unknown: Vec::new(),
    };
    Ok((0..rows).map(relative).filter(|item| !item.is_blank()).collect())
}

/// The quoted fields. A quotation mark ends a field only before a comma or the end of the file, so that marks inside a
/// text do no harm; doubled ones count as one.
fn fields(text: &str) -> Result<Vec<String>, LrmxFault> {
    let text = text.trim_end();
    let mut out = Vec::with_capacity(FIELDS);
    let mut rest = text.trim_start();
    let line = |rest: &str| {
        let read = text.len() - rest.len();
        u32::try_from(text[..read].bytes().filter(|b| *b == b'\n').count() + 1).unwrap_or(0)
    };
    while !rest.is_empty() {
        let number = (out.len() + 1).to_string();
        let Some(inner) = rest.strip_prefix('"') else {
            return Err(LrmxFault::new(&number, line(rest), msg!("这一项没有加引号"))
                .mend(msg!("这不是 LRM 文件，或者已经损坏：重新导出")));
        };
        let (field, after) = quoted(inner).ok_or_else(|| {
            LrmxFault::new(&number, line(rest), msg!("文件不完整")).mend(msg!("重新导出或重新拷贝这个文件"))
        })?;
        out.push(field.replace("\"\"", "\""));
        rest = after;
        if out.len() >= FIELDS + 8 {
            break;
        }
    }
    while out.len() > FIELDS && out.last().is_some_and(|f| f.trim().is_empty()) {
        out.pop();
    }
    match out.len() {
        FIELDS => Ok(out),
        n => Err(LrmxFault::new("", line(rest), msg!("应有 {want} 项，这里有 {n} 项", want = FIELDS, n = n))
            .mend(msg!("这不是 LRM 文件，或者已经损坏：重新导出"))),
    }
}

/// A field up to its closing mark, and what follows the comma.
fn quoted(inner: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    while let Some(found) = inner[at..].find('"') {
        let end = at + found;
        let after = inner[end + 1..].trim_start();
        if after.is_empty() {
            return Some((&inner[..end], ""));
        }
        if let Some(next) = after.strip_prefix(',') {
            return Some((&inner[..end], next.trim_start()));
        }
        // A doubled mark is passed as a whole, or its second half could look like a closing one.
        at = end + if inner[end + 1..].starts_with('"') { 2 } else { 1 };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lrmx::{CvLine, PartyText};
    use kernel::Lang;
    use proptest::prelude::*;

    fn sample() -> Vec<String> {
        let mut fields = vec![String::new(); FIELDS];
        for (i, text) in [
            (0, "例某某"),
            (1, "男"),
            (2, "1978.03"),
            (3, "汉族"),
            (4, "合成省例县"),
            (5, "2001.07"),
            (6, "健康"),
            (7, "合成省例县"),
            (8, "1996.09"),
            (9, "大专#@大学#农学学士"),
            (10, "合成农校农学专业#@合成农业大学农学专业#合成农业大学"),
            (11, "农艺师"),
            (12, "原样<保留>"),
            (16, "水稻"),
            (17, "1996.09--2001.06  例乡农技员\r\n2001.07--         例乡\"农技站\"站长"),
            (18, "无"),
            (19, "近三年称职"),
            (20, "妻子@女儿@"),
            (21, "例乙@例丙@"),
            (22, "1979.05@2003.08@"),
            (23, "群众@共青团员@"),
            (24, "务农@学生@"),
            (25, "例乡农技站站长"),
            (26, "例村党组织书记"),
            (29, "例乡党委"),
            (30, "20110101"),
            (31, "例丁"),
            (32, "20110101"),
        ] {
            fields[i] = text.into();
        }
        fields
    }

    fn file(fields: &[String]) -> Vec<u8> {
        let quoted: Vec<String> = fields.iter().map(|f| format!("\"{}\"", f.replace('"', "\"\""))).collect();
        encoding_rs::GBK.encode(&(quoted.join(",") + "\r\n")).0.into_owned()
    }

    #[test]
    fn an_old_form_becomes_a_new_one() {
        let bytes = file(&sample());
        assert!(looks_like(&bytes));
        let form = read(&bytes).unwrap();
        assert_eq!((form.name.as_str(), form.birth.text().as_str()), ("例某某", "197803"));
        assert_eq!(form.party, PartyText::Joined("2001-07".parse().unwrap()));
        assert_eq!((form.full_time.education.as_str(), form.full_time.degree.as_str()), ("大专", ""));
        assert_eq!((form.part_time.education.as_str(), form.part_time.degree.as_str()), ("大学", "农学学士"));
        assert_eq!(form.part_time.degree_school, "合成农业大学");
        assert_eq!(form.cv.len(), 2);
        assert!(matches!(&form.cv[1], CvLine::Spell { to: None, text, .. } if text == "例乡\"农技站\"站长"));
        assert_eq!(form.family.len(), 2);
        assert_eq!((form.family[1].name.as_str(), form.family[1].birth.text().as_str()), ("例丙", "200308"));
        assert_eq!((form.intended_post.as_str(), form.filled_by.as_str()), ("例村党组织书记", "例丁"));
        assert_eq!(form.unknown[0].xml(), "<LrmField12>原样&lt;保留&gt;</LrmField12>");
        // And goes round as LRMX.
        assert!(Lrmx::read(&form.write()).unwrap() == form);
    }

    #[test]
    fn marks_inside_a_field_do_no_harm() {
        let mut bytes = file(&sample());
        // The same file from a program that does not double its marks.
        bytes = String::from_utf8_lossy(
            &encoding_rs::GBK
                .decode(&bytes)
                .0
                .replace("\"\"农", "\"农")
                .replace("站\"\"站", "站\"站")
                .into_bytes(),
        )
        .into_owned()
        .into_bytes();
        assert!(
            matches!(&read(&bytes).unwrap().cv[1], CvLine::Spell { text, .. } if text == "例乡\"农技站\"站长")
        );
    }

    #[test]
    fn faults_are_clear() {
        let fault = |bytes: &[u8]| {
            let fault = read(bytes).unwrap_err();
            (fault.element.clone(), fault.line, fault.reason.text(Lang::Zh))
        };
        assert_eq!(fault(b""), ("".into(), 0, "文件是空的".into()));
        assert_eq!(fault(b"a,b"), ("1".into(), 1, "这一项没有加引号".into()));
        assert_eq!(fault(b"\"a\",\"b\""), ("".into(), 1, "应有 33 项，这里有 2 项".into()));
        assert_eq!(fault(b"\"a\",\n\"b"), ("2".into(), 2, "文件不完整".into()));
        let mut nameless = sample();
        nameless[0].clear();
        assert_eq!(fault(&file(&nameless)), ("1".into(), 1, "没有姓名".into()));
        let mut many = sample();
        many[20] = "@".repeat(1000);
        assert_eq!(fault(&file(&many)).2, "家庭成员超过 200 位");
        assert_eq!(fault(&"\"a\",".repeat(1_000_000).into_bytes()).2, "应有 33 项，这里有 41 项");
    }

    proptest! {
        #[test]
        fn any_fields_are_read(texts in proptest::collection::vec("[a-z例#@ \n]{0,6}", FIELDS)) {
            let mut texts = texts;
            texts[0] = "例某".into();
            let form = read(&file(&texts)).unwrap();
            prop_assert_eq!(Lrmx::read(&form.write()).unwrap().write(), form.write());
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100), text in "[\",a\n例]{0,60}") {
            let _ = read(&bytes);
            let _ = read(text.as_bytes());
        }
    }
}
