//! What a form says that should be looked at.

use super::{CvLine, DateField, Lrmx, LrmxFault, PartyText, said};
use crate::{IdentityClash, Sex, political_from, sex_from};
use kernel::{Message, msg};

pub(super) fn of(form: &Lrmx) -> Vec<LrmxFault> {
    let mut out = Vec::new();
    let mut doubt = |element: &str, reason: Message| out.push(LrmxFault::new(element, 0, reason));
    let sex = sex(&form.sex);
    if said(&form.sex).is_some() && sex.is_none() {
        doubt("XingBie", msg!("性别应是男或女"));
    }
    let dates = [
        ("ChuShengNianYue", Some(&form.birth)),
        ("CanJiaGongZuoShiJian", Some(&form.work_start)),
        ("DaoLingNianYue", form.age_limit.as_ref()),
        ("JiSuanNianLingShiJian", Some(&form.age_date)),
        ("TianBiaoShiJian", Some(&form.filled_on)),
    ];
    for (element, date) in dates {
        if let Some(DateField::Text(_)) = date {
            doubt(element, msg!("看不出是哪个日期"));
        }
    }
    if let PartyText::Named(name) = &form.party
        && political_from(name).is_err()
    {
        doubt("RuDangShiJian", msg!("应是年月、民主党派名称，或两者以分号隔开"));
    }
    for (line, text) in (1u32..).zip(&form.cv) {
        if let CvLine::Text(_) = text {
            doubt("JianLi", msg!("第 {n} 段看不出起止年月", n = line));
        }
    }
    for (n, item) in (1u32..).zip(&form.family) {
        if let DateField::Text(_) = item.birth {
            doubt("JiaTingChengYuan/Item/ChuShengRiQi", msg!("第 {n} 位家庭成员的出生日期看不懂", n = n));
        }
    }
    match form.identity_number() {
        None => {}
        Some(Err(fault)) => doubt("ShenFenZheng", fault.message()),
        Some(Ok(repaired)) => {
            repaired.notes.iter().for_each(|note| doubt("ShenFenZheng", note.message()));
            repaired
                .number
                .clashes(form.birth.date(), sex)
                .iter()
                .for_each(|clash: &IdentityClash| doubt("ShenFenZheng", clash.message()));
        }
    }
    if form.photo.as_ref().is_some_and(|photo| photo.kind().is_none()) {
        doubt("ZhaoPian", msg!("照片不是 JPEG、PNG、GIF 或 BMP 图片"));
    }
    out
}

fn sex(text: &str) -> Option<Sex> {
    match sex_from(text).ok()?.0 {
        "1" => Some(Sex::Male),
        "2" => Some(Sex::Female),
        _ => None,
    }
}
