//! A copy of the own file to keep (给我一份): the appointment form, everything as a workbook and as JSON, the documents.

use super::{correct, home, mine};
use crate::slices::campaigns;
use crate::slices::duty;
use crate::slices::inquiries;
use crate::slices::membership;
use crate::slices::people::corrections;
use crate::slices::people::looked::looks;
use crate::slices::people::pages::forms::failed;
use crate::slices::people::pages::shown::{claim_line, held};
use crate::slices::people::pages::time_text;
use crate::slices::people::pages::traces::changes;
use crate::slices::people::parts::{
    self, Claim, CvLine, Education, FamilyMember, Merit, PoolStay, Whereabouts,
};
use crate::slices::people::say::{say, source};
use crate::slices::people::{Field, Person, exchange, store};
use crate::slices::places::Desk;
use crate::slices::places::pages::file_day;
use crate::slices::places::pages::score_text;
use crate::slices::places::store::today;
use crate::slices::pools;
use crate::slices::posts::{self, posts_of};
use crate::slices::reviews;
use crate::slices::rewards;
use crate::slices::vacancies;
use axum::response::Response;
use documents::{ApprovalForm, Format};
use kernel::{Day, key};
use platform::access::Authorized;
use platform::attachments;
use platform::audit::Outcome;
use platform::db::Db;
use platform::page::Page;
use platform::web::{Answer, Failure, page_for};
use policy::people::People;
use policy::posts::Posts;
use serde_json::{Map, Value, json};
use tables::{SheetCell, Workbook};

/// A table of the copy: a sheet of the workbook, a list of the JSON.
struct Table {
    title: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn of(page: &Page, title: &'static str, head: &[&'static str], rows: Vec<Vec<String>>) -> Table {
        let head = head.iter().map(|h| page.t(h).to_owned()).collect();
        Table { title: page.t(title).to_owned(), head, rows }
    }

    fn json(&self) -> Value {
        let row = |row: &Vec<String>| {
            let pairs = self.head.iter().zip(row).filter(|(_, v)| !v.is_empty());
            Value::Object(pairs.map(|(h, v)| (h.clone(), json!(v))).collect())
        };
        Value::Array(self.rows.iter().map(row).collect())
    }
}

/// A number that leaves no row out.
const ALL: i64 = 1_000_000;

/// Gives the copy out: one ZIP. Numbers stand in it in full: it is the person's own.
pub async fn copy(desk: Desk) -> Answer<Response> {
    let Some(person) = mine(&desk).await? else { return Ok(home()) };
    let db = &desk.db;
    let page = page_for(&desk.app, &desk.visitor, "file").await?;
    let (day, village, record) = (today(), person.get(Field::Village), person.id.to_string());
    let now: Day = day.parse().map_err(|_| Failure::NotFound)?;
    let rules = posts_of(db, village, &day).await?;
    let people = super::super::rules(db, village).await?;
    let event = desk.caller.event("people.copy", "person", &record, village);
    db.record(event, Outcome::Done).await?;
    let sealed = store::open_all(db, &person).await?;
    let form = exchange::form(db, &person, &sealed, &rules, now).await?;
    let tables = tables(&desk, &page, &person, &people, &rules).await?;
    let mut files = Vec::new();
    for kind in ["person", "person-photo", correct::KIND] {
        for found in attachments::list(db, kind, &record).await? {
            if let Some((found, bytes)) = attachments::open(db, found.id).await? {
                files.push((format!("{}/{}", page.t("材料"), found.name), bytes));
            }
        }
    }
    let (synthetic, name) = (person.synthetic, person.name().to_owned());
    let titles = (page.t("任免审批表"), page.t("全部内容"));
    let made = tokio::task::spawn_blocking(move || -> Answer<Vec<u8>> {
        let broken = |e: std::io::Error| Failure::Internal(e.to_string());
        let mut approval = ApprovalForm::of(form, now);
        approval.synthetic = synthetic;
        let mut all = vec![(format!("{}-{name}.docx", titles.0), approval.docx().map_err(failed)?)];
        let mut book = Workbook::default();
        let mut whole = Map::new();
        for table in &tables {
            let head: Vec<&str> = table.head.iter().map(String::as_str).collect();
            let rows =
                table.rows.iter().map(|r| r.iter().map(|c| SheetCell::from(c.as_str())).collect::<Vec<_>>());
            book.sheet(&table.title, &head, &vec![24.0; head.len()], rows).map_err(broken)?;
            whole.insert(table.title.clone(), table.json());
        }
        all.push((
            format!("{}-{name}.{}", titles.1, Format::Xlsx.extension()),
            book.bytes().map_err(broken)?,
        ));
        let text = serde_json::to_vec_pretty(&Value::Object(whole));
        all.push((format!("{}-{name}.json", titles.1), text.map_err(|e| Failure::Internal(e.to_string()))?));
        all.append(&mut files);
        standards::bundle::write_many(&all).map_err(broken)
    });
    let bytes = made.await.map_err(|e| Failure::Internal(e.to_string()))??;
    let name = format!("{}-{}-{}.zip", page.t("我的档案"), person.name(), file_day());
    Ok(attachments::download(&name, "application/zip", bytes))
}

/// Everything that the file holds, who looked and what changed.
async fn tables(
    desk: &Desk,
    page: &Page,
    person: &Authorized<Person>,
    people: &People,
    rules: &Posts,
) -> Answer<Vec<Table>> {
    let (db, id, day) = (&desk.db, person.id, today());
    let sealed = store::open_all(db, person).await?;
    let value = |f: Field| match f {
        f if f.is_sealed() => sealed.get(&f).cloned().unwrap_or_default(),
        Field::Village => format!("{} {}", person.township_name, person.village_name),
        f => say(page, people, f, person.get(f), &day),
    };
    let single = Field::ALL.into_iter().map(|f| vec![page.t(f.title()).to_owned(), value(f)]).collect();
    let mut out = vec![Table::of(page, key!("我的档案"), &[key!("项目"), key!("内容")], single)];
    let claims = parts::of::<Claim>(db, id).await?;
    let claims = claims.iter().map(|c| claim_line(page, people, c)).map(|c| {
        let state = page.t(c.state.title()).to_owned();
        vec![c.title, c.value, state, c.document, c.source, c.decided_by, c.decided_on, c.reason]
    });
    let head = [
        key!("项目"),
        key!("认定值"),
        key!("状态"),
        key!("来源材料"),
        key!("出处"),
        key!("认定人"),
        key!("认定日期"),
        key!("理由"),
    ];
    out.push(Table::of(page, key!("认定信息"), &head, claims.collect()));
    let level = |code: &str| standards::label_of(&standards::EDUCATION, code).unwrap_or_default().to_owned();
    let rows = parts::of::<Education>(db, id).await?.into_iter().map(|k| k.part).map(|s| {
        let mode = if s.mode == "full" { page.t("全日制") } else { page.t("在职") };
        vec![mode.to_owned(), level(&s.level), s.degree, s.school, s.major, s.from_on, s.to_on]
    });
    let head = [key!("方式"), key!("学历"), key!("学位"), key!("学校"), key!("专业"), key!("起"), key!("止")];
    out.push(Table::of(page, key!("学习经历"), &head, rows.collect()));
    let rows = parts::of::<CvLine>(db, id).await?.into_iter().map(|k| k.part);
    let rows = rows.map(|l| vec![l.from_on, l.to_on, l.text]).collect();
    out.push(Table::of(page, key!("履历"), &[key!("起"), key!("止"), key!("经历")], rows));
    let rows = parts::of::<FamilyMember>(db, id).await?.into_iter().map(|k| k.part);
    let rows = rows.map(|f| vec![f.relation, f.name, f.birth, f.political, f.work]).collect();
    let head = [key!("称谓"), key!("姓名"), key!("出生年月"), key!("政治面貌"), key!("工作单位及职务")];
    out.push(Table::of(page, key!("家庭成员"), &head, rows));
    let rows = parts::of::<Merit>(db, id).await?.into_iter().map(|k| k.part).map(|m| {
        let kind = if m.kind == "reward" { page.t("奖励") } else { page.t("处分") };
        vec![kind.to_owned(), m.day, m.title, m.by_whom, m.document, m.until]
    });
    let head = [key!("种类"), key!("日期"), key!("内容"), key!("机关"), key!("文号"), key!("影响期到")];
    out.push(Table::of(page, key!("奖惩情况"), &head, rows.collect()));
    let rows = parts::of::<Whereabouts>(db, id).await?.into_iter().map(|k| k.part);
    let rows = rows.map(|t| vec![t.day, t.place, t.employment, t.intention, t.how, t.by_name]).collect();
    let head =
        [key!("日期"), key!("现在去向"), key!("就业情况"), key!("意向"), key!("怎样得知"), key!("谁记的")];
    out.push(Table::of(page, key!("去向记录"), &head, rows));
    let asked = inquiries::store::of_person(db, id).await?.into_iter().map(|i| {
        let (at, state) = (crate::slices::places::pages::moment_text(i.at), i.state_on(&day));
        vec![at, i.unit.clone(), i.by.clone(), page.t(state.title()).to_owned(), i.told(), i.note, i.reason]
    });
    let head = [
        key!("时间"),
        key!("单位"),
        key!("谁问的"),
        key!("状态"),
        key!("说了什么"),
        key!("备注"),
        key!("理由"),
    ];
    out.push(Table::of(page, key!("去向核实"), &head, asked.collect()));
    let rows = parts::of::<PoolStay>(db, id).await?.into_iter().map(|k| k.part);
    let rows =
        rows.map(|s| vec![source(people, &s.pool, &day), s.from_on, s.to_on, s.ground_in, s.ground_out]);
    let head = [key!("库"), key!("起"), key!("止"), key!("入库依据"), key!("出库依据")];
    out.push(Table::of(page, key!("后备人才库"), &head, rows.collect()));
    let moves = pools::store::of_person(db, id).await?.into_iter().map(|m| {
        let (way, state) = (page.t(m.way.title()).to_owned(), page.t(m.state.title()).to_owned());
        let decided = format!("{} {} {}", m.decided_on, m.decided_by, m.meeting);
        vec![way, m.reason, m.document, m.own_words, state, decided.trim().to_owned(), m.decision]
    });
    let head = [
        key!("进出"),
        key!("理由"),
        key!("文号或会议"),
        key!("本人说明"),
        key!("状态"),
        key!("决定"),
        key!("决定的理由"),
    ];
    out.push(Table::of(page, key!("进出与转化"), &head, moves.collect()));
    let scores = pools::store::scores_of(db, id).await?.into_iter();
    let rows =
        scores.map(|s| vec![s.quarter, score_text(s.total), s.by, s.warned_on, s.warned_by, s.warning]);
    let head = [key!("季度"), key!("总分"), key!("谁评的"), key!("警示日期"), key!("由谁决定"), key!("理由")];
    out.push(Table::of(page, key!("成长积分"), &head, rows.collect()));
    let entries = campaigns::store::entries::of_person(db, id).await?.into_iter().map(|(e, title)| {
        let at = crate::slices::places::pages::moment_text(e.at);
        vec![title, e.no, e.place_name, at, page.t(e.standing.title()).to_owned(), e.out_reason]
    });
    let head = [key!("公开选拔"), key!("编号"), key!("报考"), key!("收到"), key!("状态"), key!("理由")];
    out.push(Table::of(page, key!("报名"), &head, entries.collect()));
    for (title, head, rows) in membership::pages::copied(db, page, id).await? {
        out.push(Table::of(page, title, head, rows));
    }
    let mut reviewed = Vec::new();
    for s in reviews::store::subjects::of_person(db, id).await?.into_iter().filter(reviews::Subject::is_shown)
    {
        let title = reviews::store::review(db, s.review).await?.map(|r| r.title).unwrap_or_default();
        let conclusion = s.conclusion.map(|c| page.t(c.title()).to_owned()).unwrap_or_default();
        let decided = s.decision.map(|d| page.t(d.title()).to_owned()).unwrap_or_default();
        let by = format!("{} {}", s.decided_on, s.decided_by).trim().to_owned();
        let said = [s.clause_title, s.document, s.objection, decided, by, s.reason, s.valid_to];
        reviewed.push([title, conclusion].into_iter().chain(said).collect());
    }
    let head = [
        key!("名称"),
        key!("结论"),
        key!("条款"),
        key!("文号"),
        key!("您的异议"),
        key!("决定"),
        key!("由谁决定"),
        key!("理由"),
        key!("有效到"),
    ];
    out.push(Table::of(page, key!("县级联审"), &head, reviewed));
    let moved = vacancies::store::of_person(db, id).await?.into_iter().map(|m| {
        let (place, state) =
            (format!("{} {}", m.village_name, rules.title(&m.post, &day)), page.t(m.state.title()));
        let decided = format!("{} {} {} {}", m.decided_on, m.decided_by, m.meeting, m.decision);
        vec![
            place,
            format!("{} {}", m.step, m.place),
            m.proof,
            m.reason,
            String::new(),
            state.to_owned(),
            decided,
        ]
    });
    let passed = vacancies::store::passed_by(db, id).await?.into_iter().map(|(p, m)| {
        let (place, state) =
            (format!("{} {}", m.village_name, rules.title(&m.post, &day)), page.t(m.state.title()));
        vec![
            place,
            format!("{} {}", p.step, p.place),
            String::new(),
            p.why,
            p.own_words,
            state.to_owned(),
            String::new(),
        ]
    });
    let head = [
        key!("空缺"),
        key!("顺位"),
        key!("当时的证明"),
        key!("理由"),
        key!("您的意见"),
        key!("状态"),
        key!("决定"),
    ];
    out.push(Table::of(page, key!("空缺递补"), &head, moved.chain(passed).collect()));
    let holds = held(db, &posts::store::of_person(db, id).await?, rules).await?;
    let rows = holds
        .into_iter()
        .map(|h| vec![h.title, h.village_name, h.from, h.to, page.w(h.way), page.w(h.out), h.ground]);
    let head =
        [key!("职务"), key!("村"), key!("起"), key!("止"), key!("怎样产生"), key!("怎样结束"), key!("依据")];
    out.push(Table::of(page, key!("岗位"), &head, rows.collect()));
    let rows = super::file::filed(desk, page, id).await?;
    let rows = rows.into_iter().map(|f| vec![f.no, f.said, f.state.to_owned(), f.reason, f.reply]).collect();
    let head = [key!("编号"), key!("事项"), key!("状态"), key!("理由"), key!("文号")];
    out.push(Table::of(page, key!("任职备案"), &head, rows));
    let rows = rewards::store::of_person(db, id).await?.into_iter().map(|p| {
        let action = page.w(policy::action_text(&p.action));
        let state = rewards::stage(page, &p).0.to_owned();
        let why = if p.barred.is_empty() { p.because } else { p.barred };
        vec![p.round_title, action, p.basis, why, p.heard, p.own_words, state, p.decided_on, p.reason]
    });
    let head = [
        key!("考核"),
        key!("运用"),
        key!("条款"),
        key!("为什么提出"),
        key!("听取意见"),
        key!("本人陈述"),
        key!("状态"),
        key!("决定日期"),
        key!("理由"),
    ];
    out.push(Table::of(page, key!("考核结果的运用"), &head, rows.collect()));
    let rows = corrections::of_person(db, id).await?.into_iter().map(|c| {
        let asked = if c.field.is_sealed() {
            c.asked.clone()
        } else {
            correct::said(page, people, c.field, &c.asked)
        };
        let (field, state) = (page.t(c.field.title()).to_owned(), page.t(c.state.title()).to_owned());
        let by = format!("{} {}", c.answered_unit, c.answered_by).trim().to_owned();
        vec![time_text(c.at), field, asked, c.reason, state, c.answer, by]
    });
    let head = [
        key!("时间"),
        key!("项目"),
        key!("应该是"),
        key!("理由"),
        key!("状态"),
        key!("答复"),
        key!("答复人"),
    ];
    out.push(Table::of(page, key!("更正申请"), &head, rows.collect()));
    out.extend(work(db, page, person).await?);
    let rows = looks(db, &[id], ALL, 0).await?.0.into_iter();
    let rows = rows.map(|l| vec![l.when, l.who, page.w(&l.unit), page.w(l.what)]).collect();
    out.push(Table::of(
        page,
        key!("谁看过"),
        &[key!("时间"), key!("谁"), key!("单位"), key!("做什么")],
        rows,
    ));
    let rows = changes(page, db, people, &[id], ALL as u64, 0).await?.into_iter();
    let rows = rows.map(|c| vec![c.when, c.title, c.was, c.became, c.by]).collect();
    let head = [key!("时间"), key!("项目"), key!("原来"), key!("改为"), key!("谁改的")];
    out.push(Table::of(page, key!("更改记录"), &head, rows));
    Ok(out)
}

/// The year's work: what was recorded of it, and the own reports.
async fn work(db: &Db, page: &Page, person: &Authorized<Person>) -> Answer<Vec<Table>> {
    let (id, day) = (person.id, today());
    let duty = duty::duty_of(db, person.get(Field::Village), &day).await?;
    let rows = duty::store::records::of_person(db, id, "").await?.into_iter().map(|r| {
        let kind = duty.kind_title(&r.kind, &r.day).to_owned();
        let by = format!("{} {}", r.unit, r.by).trim().to_owned();
        let voided = r.voided.map(|v| v.reason).unwrap_or_default();
        vec![r.day, kind, r.text, by, r.explained, voided]
    });
    let head =
        [key!("日期"), key!("种类"), key!("事实"), key!("谁记的"), key!("本人说明"), key!("为什么作废")];
    let records = Table::of(page, key!("平时记录"), &head, rows.collect());
    let rows = duty::store::reports::of_person(db, id).await?.into_iter().map(|r| {
        let told = r.answers.iter().map(|a| format!("{}：{}", a.title, a.text));
        let told = told.collect::<Vec<_>>().join("\n");
        let rating = duty.rating_title(&r.rating, &r.rated_on).to_owned();
        vec![r.year, page.t(r.state.title()).to_owned(), told, r.comment, rating, r.rated_on]
    });
    let head =
        [key!("年度"), key!("状态"), key!("本人所写"), key!("审核意见"), key!("评定"), key!("会议日期")];
    let reports = Table::of(page, key!("年终述职"), &head, rows.collect());
    Ok(vec![records, reports])
}
