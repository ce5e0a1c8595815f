//! The elements of a form: their usual order, and the fields they fill.

use super::{CvLine, DateField, FamilyMember, Lrmx, PartyText, Photo, format_cv, parse_cv};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;

/// The family list, the only element with elements in it.
pub(super) const FAMILY: &str = "JiaTingChengYuan";
/// The photo, the only long element.
pub(super) const PHOTO: &str = "ZhaoPian";

/// The elements of the root in their usual order. Source: DOMAIN section 3.
pub(super) const ORDER: [&str; 36] = [
    "XingMing",
    "XingBie",
    "ChuShengNianYue",
    "MinZu",
    "JiGuan",
    "ChuShengDi",
    "RuDangShiJian",
    "CanJiaGongZuoShiJian",
    "DaoLingNianYue",
    "JianKangZhuangKuang",
    "ZhuanYeJiShuZhiWu",
    "ShuXiZhuanYeYouHeZhuanChang",
    "QuanRiZhiJiaoYu_XueLi",
    "QuanRiZhiJiaoYu_XueWei",
    "QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi",
    "QuanRiZhiJiaoYu_XueWei_BiYeYuanXiaoXi",
    "ZaiZhiJiaoYu_XueLi",
    "ZaiZhiJiaoYu_XueWei",
    "ZaiZhiJiaoYu_XueLi_BiYeYuanXiaoXi",
    "ZaiZhiJiaoYu_XueWei_BiYeYuanXiaoXi",
    "XianRenZhiWu",
    "NiRenZhiWu",
    "NiMianZhiWu",
    "JianLi",
    "JiangChengQingKuang",
    "NianDuKaoHeJieGuo",
    "RenMianLiYou",
    FAMILY,
    "ChengBaoDanWei",
    "GaiGeQianRenZhiNianLingJieXian",
    "JiSuanNianLingShiJian",
    "TianBiaoShiJian",
    "TianBiaoRen",
    "ShenFenZheng",
    PHOTO,
    "Version",
];

/// The elements of an item of the family list, in their usual order.
pub(super) const ITEM_ORDER: [&str; 5] =
    ["ChengWei", "XingMing", "ChuShengRiQi", "ZhengZhiMianMao", "GongZuoDanWeiJiZhiWu"];

/// The place of a known element in [`ORDER`].
pub(super) fn place(name: &str) -> Option<usize> {
    ORDER.iter().position(|n| *n == name)
}

/// Text as forms hold it: no characters that XML forbids, `\n` line ends, no blanks around.
pub(super) fn clean(text: &str) -> String {
    strip(text).trim().to_owned()
}

fn strip(text: &str) -> Cow<'_, str> {
    let odd = |c: char| (c < ' ' && !matches!(c, '\t' | '\n')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    if !text.contains(odd) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(text.chars().filter(|c| !odd(*c)).collect())
}

/// A field and how its text is read.
enum Slot<'a> {
    Text(&'a mut String),
    OptionalText(&'a mut Option<String>),
    Date(&'a mut DateField),
    OptionalDate(&'a mut Option<DateField>),
    Party(&'a mut PartyText),
    Cv(&'a mut Vec<CvLine>),
}

fn slot<'a>(form: &'a mut Lrmx, element: &str) -> Option<Slot<'a>> {
    Some(match element {
        "XingMing" => Slot::Text(&mut form.name),
        "XingBie" => Slot::Text(&mut form.sex),
        "ChuShengNianYue" => Slot::Date(&mut form.birth),
        "MinZu" => Slot::Text(&mut form.ethnicity),
        "JiGuan" => Slot::Text(&mut form.origin),
        "ChuShengDi" => Slot::Text(&mut form.birthplace),
        "RuDangShiJian" => Slot::Party(&mut form.party),
        "CanJiaGongZuoShiJian" => Slot::Date(&mut form.work_start),
        "DaoLingNianYue" => Slot::OptionalDate(&mut form.age_limit),
        "JianKangZhuangKuang" => Slot::Text(&mut form.health),
        "ZhuanYeJiShuZhiWu" => Slot::Text(&mut form.technical_post),
        "ShuXiZhuanYeYouHeZhuanChang" => Slot::Text(&mut form.strengths),
        "QuanRiZhiJiaoYu_XueLi" => Slot::Text(&mut form.full_time.education),
        "QuanRiZhiJiaoYu_XueWei" => Slot::Text(&mut form.full_time.degree),
        "QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi" => Slot::Text(&mut form.full_time.education_school),
        "QuanRiZhiJiaoYu_XueWei_BiYeYuanXiaoXi" => Slot::Text(&mut form.full_time.degree_school),
        "ZaiZhiJiaoYu_XueLi" => Slot::Text(&mut form.part_time.education),
        "ZaiZhiJiaoYu_XueWei" => Slot::Text(&mut form.part_time.degree),
        "ZaiZhiJiaoYu_XueLi_BiYeYuanXiaoXi" => Slot::Text(&mut form.part_time.education_school),
        "ZaiZhiJiaoYu_XueWei_BiYeYuanXiaoXi" => Slot::Text(&mut form.part_time.degree_school),
        "XianRenZhiWu" => Slot::Text(&mut form.post),
        "NiRenZhiWu" => Slot::Text(&mut form.intended_post),
        "NiMianZhiWu" => Slot::Text(&mut form.leaving_post),
        "JianLi" => Slot::Cv(&mut form.cv),
        "JiangChengQingKuang" => Slot::Text(&mut form.rewards),
        "NianDuKaoHeJieGuo" => Slot::Text(&mut form.appraisals),
        "RenMianLiYou" => Slot::Text(&mut form.reason),
        "ChengBaoDanWei" => Slot::Text(&mut form.reporting_unit),
        "GaiGeQianRenZhiNianLingJieXian" => Slot::OptionalText(&mut form.former_age_limit),
        "JiSuanNianLingShiJian" => Slot::Date(&mut form.age_date),
        "TianBiaoShiJian" => Slot::Date(&mut form.filled_on),
        "TianBiaoRen" => Slot::Text(&mut form.filled_by),
        "ShenFenZheng" => Slot::Text(&mut form.identity),
        "Version" => Slot::Text(&mut form.version),
        _ => return None,
    })
}

/// Fills a field of the root from its element's text; the photo and the family list have their own ways.
pub(crate) fn fill(form: &mut Lrmx, element: &str, text: &str) {
    match slot(form, element) {
        Some(Slot::Text(field)) => *field = clean(text),
        Some(Slot::OptionalText(field)) => *field = Some(clean(text)),
        Some(Slot::Date(field)) => *field = DateField::parse(&clean(text)),
        Some(Slot::OptionalDate(field)) => *field = Some(DateField::parse(&clean(text))),
        Some(Slot::Party(field)) => *field = PartyText::parse(&clean(text)),
        Some(Slot::Cv(field)) => *field = parse_cv(&strip(text)),
        None => {}
    }
}

/// The text of a field of the root; none when the element is left out.
pub(super) fn shown(form: &Lrmx, element: &str) -> Option<String> {
    let text = |s: &str| Some(clean(s));
    match element {
        "XingMing" => text(&form.name),
        "XingBie" => text(&form.sex),
        "ChuShengNianYue" => text(&form.birth.text()),
        "MinZu" => text(&form.ethnicity),
        "JiGuan" => text(&form.origin),
        "ChuShengDi" => text(&form.birthplace),
        "RuDangShiJian" => text(&form.party.text()),
        "CanJiaGongZuoShiJian" => text(&form.work_start.text()),
        "DaoLingNianYue" => form.age_limit.as_ref().map(|date| clean(&date.text())),
        "JianKangZhuangKuang" => text(&form.health),
        "ZhuanYeJiShuZhiWu" => text(&form.technical_post),
        "ShuXiZhuanYeYouHeZhuanChang" => text(&form.strengths),
        "QuanRiZhiJiaoYu_XueLi" => text(&form.full_time.education),
        "QuanRiZhiJiaoYu_XueWei" => text(&form.full_time.degree),
        "QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi" => text(&form.full_time.education_school),
        "QuanRiZhiJiaoYu_XueWei_BiYeYuanXiaoXi" => text(&form.full_time.degree_school),
        "ZaiZhiJiaoYu_XueLi" => text(&form.part_time.education),
        "ZaiZhiJiaoYu_XueWei" => text(&form.part_time.degree),
        "ZaiZhiJiaoYu_XueLi_BiYeYuanXiaoXi" => text(&form.part_time.education_school),
        "ZaiZhiJiaoYu_XueWei_BiYeYuanXiaoXi" => text(&form.part_time.degree_school),
        "XianRenZhiWu" => text(&form.post),
        "NiRenZhiWu" => text(&form.intended_post),
        "NiMianZhiWu" => text(&form.leaving_post),
        "JianLi" => text(&format_cv(&form.cv)),
        "JiangChengQingKuang" => text(&form.rewards),
        "NianDuKaoHeJieGuo" => text(&form.appraisals),
        "RenMianLiYou" => text(&form.reason),
        "ChengBaoDanWei" => text(&form.reporting_unit),
        "GaiGeQianRenZhiNianLingJieXian" => form.former_age_limit.as_deref().map(clean),
        "JiSuanNianLingShiJian" => text(&form.age_date.text()),
        "TianBiaoShiJian" => text(&form.filled_on.text()),
        "TianBiaoRen" => text(&form.filled_by),
        "ShenFenZheng" => text(&form.identity),
        PHOTO => Some(form.photo.as_ref().map(|photo| STANDARD.encode(&photo.bytes)).unwrap_or_default()),
        "Version" => text(&form.version),
        _ => None,
    }
}

/// Fills a field of a relative from its element's text.
pub(super) fn fill_item(item: &mut FamilyMember, element: &str, text: &str) {
    match element {
        "ChengWei" => item.appellation = clean(text),
        "XingMing" => item.name = clean(text),
        "ChuShengRiQi" => item.birth = DateField::parse(&clean(text)),
        "ZhengZhiMianMao" => item.political_status = clean(text),
        "GongZuoDanWeiJiZhiWu" => item.work = clean(text),
        _ => {}
    }
}

/// The text of a field of a relative.
pub(super) fn shown_item(item: &FamilyMember, element: &str) -> String {
    match element {
        "ChengWei" => clean(&item.appellation),
        "XingMing" => clean(&item.name),
        "ChuShengRiQi" => clean(&item.birth.text()),
        "ZhengZhiMianMao" => clean(&item.political_status),
        "GongZuoDanWeiJiZhiWu" => clean(&item.work),
        _ => String::new(),
    }
}

/// Why Base64 is no photo.
pub(super) enum PhotoTrouble {
    TooLarge,
    NoBase64,
}

/// A photo from its Base64, lines and a `data:` head allowed.
pub(super) fn photo(text: &str) -> Result<Option<Photo>, PhotoTrouble> {
    let text = text.trim();
    let text = match text.strip_prefix("data:") {
        Some(rest) => rest.split_once(',').map_or("", |(_, data)| data),
        None => text,
    };
    let mut digits: Vec<u8> = Vec::with_capacity(text.len());
    text.split_ascii_whitespace().for_each(|line| digits.extend_from_slice(line.as_bytes()));
    if digits.is_empty() || super::said(text).is_none() {
        return Ok(None);
    }
    if digits.len() / 4 * 3 > super::MAX_PHOTO + 3 {
        return Err(PhotoTrouble::TooLarge);
    }
    let digits = match digits.iter().rposition(|b| *b != b'=') {
        Some(last) => &digits[..=last],
        None => return Err(PhotoTrouble::NoBase64),
    };
    let bytes = base64::engine::general_purpose::STANDARD_NO_PAD
        .decode(digits)
        .map_err(|_| PhotoTrouble::NoBase64)?;
    match bytes.len() > super::MAX_PHOTO {
        true => Err(PhotoTrouble::TooLarge),
        false => Ok(Some(Photo { bytes })),
    }
}
