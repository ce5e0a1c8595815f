//! What hangs on a person: family, rewards, claims, stays in pools, what was told.

use super::life::{Scene, begins};
use super::names::{Names, clerk};
use super::seats::Role;
use super::team::Plan;
use super::time::{birthday, day, day_text, month_of, month_text};
use super::words::{KIN_WORK, REWARDS, SANCTIONS, pick};
use super::{Claim, LASTS, Merit, Person, Relative, Stay, Told};
use crate::dice::Dice;

/// Ties everything to a person.
pub(super) fn tie(
    scene: &Scene,
    plan: &Plan,
    person: &mut Person,
    born: i64,
    names: &mut Names,
    dice: &mut Dice,
) {
    family(scene, plan, person, names, dice);
    merits(scene, plan, person, dice);
    claims(scene, person, dice);
    stays(scene, plan, person, born, dice);
    told(scene, plan, person, dice);
}

fn family(scene: &Scene, plan: &Plan, person: &mut Person, names: &mut Names, dice: &mut Dice) {
    let age = plan.age;
    let surname = person.name.chars().next().unwrap_or('例');
    let married = age >= 24 && dice.chance(if age >= 30 { 0.94 } else { 0.45 });
    person.marital = match (married, age) {
        (true, _) => "20",
        (false, 45..) => pick(&["30", "40"], dice),
        (false, _) => "10",
    };
    let mut family = Vec::with_capacity(4);
    let add = |family: &mut Vec<Relative>,
               relation: &'static str,
               name: String,
               age: i64,
               dice: &mut Dice| {
        let child = age < 14;
        family.push(Relative {
            relation,
            // Of children the appellation alone is kept.
            name: if child { String::new() } else { name },
            birth: if child { String::new() } else { month_text(month_of(birthday(scene.today, age, dice))) },
            political: match age {
                ..14 => "",
                14..=27 => pick(&["共青团员", "群众"], dice),
                _ if dice.chance(0.2) => "中共党员",
                _ => "群众",
            },
            work: match age {
                ..14 => String::new(),
                14..=21 => "学生".to_owned(),
                60.. => pick(&["在家务农", "退休"], dice).to_owned(),
                _ => scene.say(pick(&KIN_WORK, dice)),
            },
        });
    };
    if married {
        let relation = if plan.female { "丈夫" } else { "妻子" };
        let name = names.next(!plan.female, "01", dice);
        let spouse = name.chars().next().unwrap_or(surname);
        add(&mut family, relation, name, (age + dice.below(7) as i64 - 3).max(22), dice);
        let oldest = age - 24 - dice.below(5) as i64;
        for n in 0..1 + i64::from(dice.chance(0.45)) {
            let child = oldest - n * 4;
            if child < 0 {
                break;
            }
            let daughter = dice.chance(0.48);
            let name = names.of(if plan.female { spouse } else { surname }, daughter, dice);
            add(&mut family, if daughter { "女儿" } else { "儿子" }, name, child, dice);
        }
    }
    if age < 46 {
        let parent = age + 24 + dice.below(6) as i64;
        add(&mut family, "父亲", names.of(surname, false, dice), parent, dice);
        if !married {
            add(&mut family, "母亲", names.next(true, "01", dice), parent - 2, dice);
        }
    } else if family.len() < 2 {
        add(&mut family, "弟弟", names.of(surname, false, dice), age - 3, dice);
        add(&mut family, "妹妹", names.of(surname, true, dice), age - 6, dice);
    }
    person.family = family;
}

/// Two persons of a team are relatives: each names the other.
pub(super) fn relate(persons: &mut [Person], a: usize, b: usize, married: bool) {
    let relative = |of: &Person, relation: &'static str| Relative {
        relation,
        name: of.name.clone(),
        birth: of.birth.clone(),
        political: if of.political == "01" { "中共党员" } else { "群众" },
        work: "本村“两委”成员".to_owned(),
    };
    let older = persons[a].birth <= persons[b].birth;
    let (of_a, of_b) = match married {
        true => ("妻子", "丈夫"),
        false if older => ("弟弟", "哥哥"),
        false => ("哥哥", "弟弟"),
    };
    let (to_a, to_b) = (relative(&persons[b], of_a), relative(&persons[a], of_b));
    for (at, new) in [(a, to_a), (b, to_b)] {
        let person = &mut persons[at];
        if married {
            person.marital = "20";
            person.family.retain(|r| !["妻子", "丈夫"].contains(&r.relation));
        }
        person.family.truncate(3);
        person.family.insert(0, new);
    }
}

fn merits(scene: &Scene, plan: &Plan, person: &mut Person, dice: &mut Dice) {
    let share = if plan.holds.is_empty() { 0.08 } else { 0.26 };
    let mut add = |sanction: bool, title: String, by_whom: String, back: usize, dice: &mut Dice| {
        let on = scene.today - 60 - dice.below(back) as i64;
        let text = day_text(on);
        let year = text.get(..4).unwrap_or_default().to_owned();
        person.merits.push(Merit {
            sanction,
            title,
            by_whom,
            document: format!("例〔{year}〕{}号〔合成〕", 1 + dice.below(90)),
            until: if sanction { day_text(on + 365) } else { String::new() },
            day: text,
        });
    };
    if plan.age >= 25 && dice.chance(share) {
        let fits = |r: &&(&str, &str)| match r.0 {
            "三八红旗手" => plan.female,
            "最美退役军人" => plan.source == "veteran",
            "优秀共产党员" | "优秀党务工作者" => plan.party >= 1.0,
            _ => true,
        };
        let all: Vec<&(&str, &str)> = REWARDS.iter().filter(fits).collect();
        let (title, by) = *pick(&all, dice);
        add(false, title.to_owned(), scene.say(by), 1_000, dice);
    }
    if plan.party >= 1.0 && !plan.holds.is_empty() && dice.chance(0.02) {
        let by = scene.say("中共{c}纪律检查委员会");
        add(true, pick(&SANCTIONS, dice).to_owned(), by, 1_200, dice);
    }
    person.merits.sort_by(|a, b| a.day.cmp(&b.day));
}

/// Most verified values have been recognised; some wait, some are told otherwise by another document.
fn claims(scene: &Scene, person: &mut Person, dice: &mut Dice) {
    let entered = scene.today - 400 - dice.below(1_500) as i64;
    let values = [
        ("birth", person.birth.clone(), "户籍底册、入党（入团）志愿书"),
        ("party_on", person.party_on.clone(), "入党志愿书"),
        ("work_on", person.work_on.clone(), "聘用（任职）材料"),
        ("education", person.education.to_owned(), "毕业证书、学历核验结果"),
        ("degree", person.degree.to_owned(), "学位证书"),
    ];
    let by = clerk(dice.below(6));
    let waits = dice.chance(0.06);
    for (kind, value, document) in values {
        if value.is_empty() || (kind != "birth" && dice.chance(0.05)) {
            continue;
        }
        person.claims.push(Claim {
            kind,
            value,
            document,
            document_on: day_text(entered - 30 - dice.below(300) as i64),
            recognised_on: if waits { String::new() } else { day_text(entered + 7 + dice.below(40) as i64) },
            by: by.clone(),
        });
    }
    if dice.chance(0.012) {
        // Another document tells another month.
        let other = month_of(begins(&person.birth)) + 10;
        person.claims.push(Claim {
            kind: "birth",
            value: month_text(other),
            document: "干部履历表（2009年填报）",
            document_on: "2009-06-30".to_owned(),
            recognised_on: String::new(),
            by: clerk(dice.below(6)),
        });
    }
}

fn stays(scene: &Scene, plan: &Plan, person: &mut Person, born: i64, dice: &mut Dice) {
    let present =
        person.holds.iter().filter(|h| h.from_on.starts_with("2026-01")).map(|h| day(&h.from_on)).min();
    let before = person.holds.iter().any(|h| h.from_on.as_str() < "2026");
    if let Some(elected) = present
        && !before
        && plan.role != Role::Villager
        && !plan.reserve
        && dice.chance(0.5)
    {
        // Out of the pool into the team.
        let from = elected - 300 - dice.below(1_200) as i64;
        person.stays.push(Stay {
            pool: "reserve",
            from_on: day_text(from),
            to_on: day_text(elected - 1),
            ground_in: "镇党委研究，县委组织部备案〔合成〕".to_owned(),
            ground_out: "已转化：进入村“两委”〔合成〕".to_owned(),
        });
    }
    if !plan.reserve {
        return;
    }
    let grown = day_text(born + 21 * 366);
    let mut from = scene.today - 30 - dice.below(1_900) as i64;
    if let Some(first) = person.holds.iter().map(|h| day(&h.from_on)).min() {
        // Whoever serves came in after the post, in part as a reserve for a higher one.
        from = from.max(first + 20);
    }
    let from = day_text(from).max(grown).min(day_text(scene.today - 12));
    let mut add = |pool: &'static str, ground: &str| {
        person.stays.push(Stay {
            pool,
            from_on: from.clone(),
            to_on: LASTS.to_owned(),
            ground_in: ground.to_owned(),
            ground_out: String::new(),
        });
    };
    add("reserve", "本人自荐、镇党委考察，审核入库〔合成〕");
    if plan.secretary_reserve {
        add("secretary_reserve", "县委组织部备案的书记后备人选〔合成〕");
    }
    match plan.source {
        _ if plan.role == Role::Officer => add("officers", "专干一并纳入后备〔合成〕"),
        "returned_graduate" | "unemployed_graduate" => add("returned_graduates", "返乡大学生名册〔合成〕"),
        "veteran" => add("veterans", "退役军人名册〔合成〕"),
        _ => {}
    }
}

fn told(scene: &Scene, plan: &Plan, person: &mut Person, dice: &mut Dice) {
    if !person.left_on.is_empty() {
        return;
    }
    let serves = plan.holds.iter().any(|h| h.to_on == LASTS);
    let back = match dice.below(100) {
        // Nobody asked yet.
        0..=3 => return,
        4..=12 => 91 + dice.below(150),
        _ => 2 + dice.below(86),
    };
    let (place, employment) = match plan.source {
        _ if serves => ("本村", "在村任职"),
        "returned_graduate" => {
            pick(&[("本村", "家庭农场"), ("县城", "企业就业"), ("本村", "农村电商")], dice)
        }
        "unemployed_graduate" => pick(&[("县城", "备考"), ("本村", "未就业")], dice),
        "veteran" => pick(&[("本村", "务农"), ("县城", "保安"), ("县城", "运输")], dice),
        "prosperity_leader" | "returned_entrepreneur" => ("本村", "自主创业"),
        "migrant_worker" => pick(&[("外省", "务工"), ("县城", "个体经营")], dice),
        _ => ("本村", "务农"),
    };
    let intention = if serves && plan.age >= 50 {
        pick(&["愿连任", "服从安排", "到届退出"], dice)
    } else if serves {
        pick(&["愿连任", "愿连任", "服从安排", "愿跨村任职"], dice)
    } else {
        pick(&["愿留村任职", "愿留村任职", "愿跨村任职", "观望", "暂不考虑"], dice)
    };
    let how = pick(&["电话", "入户走访", "谈心谈话", "本人填报"], dice);
    let newest = scene.today - back as i64;
    if dice.chance(0.15) {
        // What was told before.
        let by = clerk(dice.below(6));
        let day = day_text(newest - 100 - dice.below(90) as i64);
        person.told.push(Told { day, place, employment, intention: "观望", how: "电话", by });
    }
    let by = clerk(dice.below(6));
    person.told.push(Told { day: day_text(newest), place, employment, intention, how, by });
}
