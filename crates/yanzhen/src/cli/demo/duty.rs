//! The demo's year of work: records, inspections, last year's reports.

use super::super::{Done, Stop, server::failed};
use crate::slices::duty::model::{Act, Answer, Draft, Finding, Rated, State};
use crate::slices::duty::store::records::{self, New, Subject};
use crate::slices::duty::store::{inspections, reports};
use crate::slices::people::{Person, store as people};
use crate::slices::places::Village;
use crate::slices::places::store::{today, village};
use crate::slices::posts::store::of_part;
use platform::access::{Action, Authorized, Caller, Part};
use platform::db::Db;
use policy::Duty;
use policy::posts::About;

/// Whose work is told of: the secretaries of so many villages.
const SECRETARIES: usize = 36;
/// Of how many of them inspections tell, and of how many villages.
const INSPECTED: usize = 9;
/// How many wrote a report last year.
const REPORTED: usize = 14;

const OF_PERSONS: [(&str, &str); 7] = [
    ("service", "走访联系户12户，收集诉求5条，记在民情日记第3册"),
    ("request_done", "协调自来水厂给三组接通管网，涉及41户，10天办结"),
    ("task_done", "秋粮收购点提前一周建好，镇里验收合格"),
    ("urgent_work", "汛期带队值守水库两昼夜，转移低洼处6户"),
    ("task_late", "人居环境整治第二批晚了8天，已向镇里说明"),
    ("praise", "在全镇人居环境评比中得到通报表扬"),
    ("work_note", "参加全县村党组织书记培训3天"),
];
const OF_VILLAGES: [(&str, &str); 4] = [
    ("village_project", "灌渠改造完工1.2公里，受益田280亩"),
    ("village_affairs", "开村民代表会议，议定集体资产出租方案，已公示"),
    ("village_dispute", "两户宅基地纠纷调解一次，约定月底前再议"),
    ("village_praise", "被评为镇级文明村"),
];

/// A day so many days before today, in this year or as early as it began.
fn ago(days: i64) -> String {
    let now = today();
    let day = now.parse::<kernel::Day>().ok().and_then(|d| d.checked_sub(jiff::Span::new().days(days)).ok());
    let day = day.map_or_else(|| now.clone(), |d| d.to_string());
    let year = now.get(..4).unwrap_or_default();
    if day.starts_with(year) { day } else { format!("{year}-01-01") }
}

fn draft(duty: &Duty, about: About, n: usize) -> Draft {
    let aspects = duty.aspects_on(about, &today());
    let finding = |(k, a): (usize, &&policy::duty::Item<policy::duty::Aspect>)| Finding {
        aspect: a.id.clone(),
        text: match about {
            About::Person => format!("{}方面：听了班子成员和群众代表的意见，看了台账，情况属实", a.title),
            About::Village => format!("{}：到现场看了三处，问了群众代表", a.title),
        },
        level: a.levels.get((n + k) % 3).cloned().unwrap_or_default(),
        problems: match (n + k) % 4 {
            3 => vec!["有两项公开内容不及时".to_owned()],
            _ => Vec::new(),
        },
    };
    Draft {
        day: ago(40 + n as i64 * 3),
        method: match about {
            About::Person => ["field_visit", "opinion_survey", "home_visit"][n % 3].to_owned(),
            About::Village => String::new(),
        },
        place: "村部和各组".into(),
        attended: "镇党建办例甲、例乙".into(),
        asked: (8 + n).to_string(),
        summary: "总的情况较好，个别工作还要抓紧".into(),
        findings: aspects.iter().enumerate().map(finding).collect(),
    }
}

/// Fills the year's work of the first secretaries and of their villages.
pub async fn fill(db: &Db, by: &Caller) -> Done {
    let day = today();
    let duty = Duty::in_force([], &day);
    let mut holds = of_part(db, &Part::County, &day).await.map_err(failed)?;
    holds.retain(|h| h.post == "party_secretary");
    holds.truncate(SECRETARIES);
    let mut all: Vec<(Authorized<Person>, Authorized<Village>)> = Vec::new();
    for hold in &holds {
        let person = people::find(db, hold.person).await.map_err(failed)?;
        let place = village(db, &hold.village).await.map_err(failed)?;
        let pair = (by.authorize(Action::EditDuty, person), by.authorize(Action::EditDuty, place));
        if let (Ok(person), Ok(place)) = pair {
            all.push((person, place));
        }
    }
    let who = (Some(by.account), by.name.as_str(), by.unit.as_str());
    let mut tx = db.write(by.event("demo.duty", "county", &by.county, "")).await.map_err(failed)?;
    for (n, (person, place)) in all.iter().enumerate() {
        for k in 0..1 + n % 3 {
            let (kind, text) = OF_PERSONS[(n * 2 + k) % OF_PERSONS.len()];
            let on = ago((n * 7 + k * 31) as i64 % 300);
            let new = New { kind, title: duty.kind_title(kind, &day), day: &on, text };
            records::add(&mut tx, who, &Subject::Person(person), &new).await.map_err(failed)?;
        }
        if n % 2 == 0 {
            let (kind, text) = OF_VILLAGES[n / 2 % OF_VILLAGES.len()];
            let on = ago((n * 5) as i64 % 300);
            let new = New { kind, title: duty.kind_title(kind, &day), day: &on, text };
            records::add(&mut tx, who, &Subject::Village(place), &new).await.map_err(failed)?;
        }
        if n < INSPECTED {
            // Their last ones wait for a signature.
            let signs = n + 1 < INSPECTED;
            for (subject, title) in [(Subject::Person(person), "实地走访"), (Subject::Village(place), "四诊")]
            {
                let draft = draft(&duty, subject.about(), n);
                let id = inspections::begin(&mut tx, who, &subject, &draft, None).await.map_err(failed)?;
                if signs {
                    inspections::sign(&mut tx, by, &subject, (id, 1, &draft), title).await.map_err(failed)?;
                }
            }
        }
    }
    tx.commit().await.map_err(failed)?;
    reported(db, by, &all, &duty).await
}

/// Last year's reports: most are rated, some wait.
async fn reported(
    db: &Db,
    by: &Caller,
    all: &[(Authorized<Person>, Authorized<Village>)],
    duty: &Duty,
) -> Done {
    let this: i32 = today().get(..4).and_then(|y| y.parse().ok()).unwrap_or_default();
    let (year, due) = ((this - 1).to_string(), format!("{}-12-25", this - 1));
    let some = &all[..REPORTED.min(all.len())];
    let holders: Vec<reports::Holder> = some
        .iter()
        .map(|(p, v)| reports::Holder { person: p.id, township: v.township.clone(), village: v.code.clone() })
        .collect();
    let mut tx = db.write(by.event("report.open", "report", &year, "")).await.map_err(failed)?;
    let made = reports::open(&mut tx, by, &holders, ("村党组织书记", &year, &due)).await.map_err(failed)?;
    tx.commit().await.map_err(failed)?;
    let mut found = Vec::new();
    for id in made {
        found.extend(reports::find(db, id).await.map_err(failed)?);
    }
    let answers: Vec<Answer> = duty
        .report_parts_on(&today())
        .iter()
        .map(|p| Answer {
            part: p.id.clone(),
            title: p.title.clone(),
            text: "按分工做了日常工作，重点任务按时完成，有凭据可查。".to_owned(),
            optional: p.optional,
        })
        .collect();
    let rated = Rated {
        rating: "good".into(),
        day: format!("{this}-01-12"),
        meeting: "镇党委书记抓党建述职评议会".into(),
        present: "镇党委委员7人、党员和群众代表12人".into(),
        minutes: "逐人评议，现场测评，会后公布".into(),
        reason: String::new(),
    };
    let lost = |_| -> Stop { failed("a report of the demo does not go on") };
    let mut tx = db.write(by.event("demo.reports", "county", &by.county, "")).await.map_err(failed)?;
    for (n, (report, (person, _))) in found.into_iter().zip(some).enumerate() {
        let subject = Subject::Person(person);
        tx.event().person = Some(person.id);
        reports::submit(&mut tx, by, &report, &answers, &due).await.map_err(failed)?;
        let mut now = report;
        (now.state, now.rev) = (State::Submitted, now.rev + 1);
        let next = now.state.after(Act::Accept).map_err(lost)?;
        let comment = "与平时记录一致，同意提交评议。";
        reports::examine(&mut tx, by, &subject, &now, (Act::Accept, next), comment).await.map_err(failed)?;
        (now.state, now.rev) = (next, now.rev + 1);
        if n % 5 != 4 {
            let rated = Rated { rating: ["good", "fair", "ordinary"][n % 3].to_owned(), ..rated.clone() };
            let title = duty.rating_title(&rated.rating, &rated.day);
            reports::rate(&mut tx, by, &subject, &now, (&rated, title, None)).await.map_err(failed)?;
        }
    }
    tx.commit().await.map_err(failed)
}
