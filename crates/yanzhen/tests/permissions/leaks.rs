//! Every field of a person and of what hangs on it holds a mark of its own; every role asks for everything. A mark that
//! a role has no right to is never in an answer: page, API, export, search hit, error, history, name of a file.

use crate::fixture::{Asked, COUNTY, Fixture, Sent, Someone, event, village};
use crate::lines::all;
use crate::matrix::served;
use crate::membership;
use crate::reading::{unescaped, whole};
use crate::registry::PNG;
use crate::table::{Fill, Habit, Line};
use platform::access::Action;
use platform::access::Role;
use platform::attachments::{self, NewFile};
use platform::db::{Db, Event};
use platform::values;
use policy::posts::{Change, Track};
use std::collections::BTreeSet;
use yanzhen::slices::duty;
use yanzhen::slices::duty::model::{Answer, Draft, Finding};
use yanzhen::slices::duty::store::records::{self, Subject};
use yanzhen::slices::duty::store::{inspections, reports};
use yanzhen::slices::people::parts::{
    self, Claim, CvLine, Education, FamilyMember, Merit, PoolStay, Whereabouts,
};
use yanzhen::slices::people::{Field, Values, corrections, store};
use yanzhen::slices::{filings, posts};

/// Marks that whoever may see the file may see.
const PLAIN: [&str; 36] = [
    "漏例名",
    "漏籍贯",
    "漏出生地",
    "漏职称",
    "漏特长",
    "漏去向",
    "漏就业",
    "漏意向",
    "漏学校",
    "漏履历",
    "漏亲例属",
    "漏处分",
    "漏核实处",
    "漏库据",
    "漏材料名",
    "漏认定由",
    "漏更正值",
    "漏更正由",
    "漏文件",
    "漏任职据",
    "漏职责",
    "漏备案由",
    "漏备案题",
    "漏依据件",
    "漏履职记",
    "漏说明文",
    "漏凭据件",
    "漏考察况",
    "漏考察题",
    "漏考察综",
    "漏述职文",
    "漏述职评",
    "漏评议记",
    "漏结果因",
    "漏听取的",
    "漏自陈述",
];

/// Sealed values: shown in full only after a step that is on record, and in the forms that are made of them.
const SEALED: [&str; 5] = ["19900007777", "6222020200112233445", "漏健康", "19900008888", IDENTITY];
const IDENTITY: &str = "99010119700101001X";

struct Marked {
    person: i64,
    claim: i64,
    document: i64,
    correction: i64,
    holding: i64,
    filing: i64,
    filed: i64,
    record: i64,
    proof: i64,
    inspection: i64,
    report: i64,
    proposal: i64,
    course: i64,
    inquiry: i64,
    village: String,
}

async fn kept(db: &Db, name: &str, kind: &str, record: i64, part: &str) -> i64 {
    let record = record.to_string();
    let file = NewFile { name, bytes: PNG, kind, record: &record, part };
    attachments::store(db, event("test.file"), 1 << 20, file).await.expect("answers").expect("a picture")
}

/// A person of the first township's first village with a mark in every field.
async fn fill(db: &Db) -> Marked {
    let code = village(0, 0).0;
    let values = Values::from([
        (Field::Name, "漏例名".to_owned()),
        (Field::Village, code.clone()),
        (Field::Birth, "1970-01".to_owned()),
        (Field::Identity, IDENTITY.to_owned()),
        (Field::Phone, "19900007777".to_owned()),
        (Field::Bank, "6222020200112233445".to_owned()),
        (Field::Health, "漏健康".to_owned()),
        (Field::Origin, "漏籍贯".to_owned()),
        (Field::Birthplace, "漏出生地".to_owned()),
        (Field::Technical, "漏职称".to_owned()),
        (Field::Strengths, "漏特长".to_owned()),
        (Field::Whereabouts, "漏去向".to_owned()),
        (Field::Employment, "漏就业".to_owned()),
        (Field::Intention, "漏意向".to_owned()),
    ]);
    let mut tx = db.write(event("test.marked")).await.expect("begins");
    let new = vec![store::New { values, synthetic: true }];
    let person = store::add(&mut tx, new).await.expect("a person")[0];
    let school = Education { mode: "full".into(), school: "漏学校".into(), ..Education::default() };
    parts::put(&mut tx, &[(person, school)]).await.expect("a school");
    let line = CvLine { from_on: "1990-01".into(), text: "漏履历".into(), ..CvLine::default() };
    parts::put(&mut tx, &[(person, line)]).await.expect("a line");
    let uncle =
        FamilyMember { relation: "舅舅".into(), name: "漏亲例属".into(), ..FamilyMember::default() };
    parts::put(&mut tx, &[(person, uncle)]).await.expect("an uncle");
    let merit = Merit { kind: "sanction".into(), title: "漏处分".into(), ..Merit::default() };
    parts::put(&mut tx, &[(person, merit)]).await.expect("a sanction");
    for day in ["2026-01-01", "2026-02-01"] {
        let told = Whereabouts { day: day.into(), place: "漏核实处".into(), ..Whereabouts::default() };
        parts::put(&mut tx, &[(person, told)]).await.expect("an entry");
    }
    let stay = PoolStay {
        pool: "reserve".into(),
        from_on: "2025-01-01".into(),
        to_on: parts::FOREVER.into(),
        ground_in: "漏库据".into(),
        ground_out: String::new(),
    };
    parts::put(&mut tx, &[(person, stay)]).await.expect("a stay");
    let claim = Claim {
        kind: "birth".into(),
        value: "1970-01".into(),
        state: "recognised".into(),
        document: "漏材料名".into(),
        reason: "漏认定由".into(),
        by_name: "何例乙".into(),
        ..Claim::default()
    };
    let claim = parts::put(&mut tx, &[(person, claim)]).await.expect("a claim")[0];
    let hold = posts::store::New {
        village: code.clone(),
        post: "party_member".into(),
        track: Track::Party,
        title: String::new(),
        person,
        term: None,
        from_on: "2026-01-15".into(),
        to_on: parts::FOREVER.into(),
        way_in: "election_by_members".into(),
        way_out: String::new(),
        ground_in: "漏任职据".into(),
        ground_out: String::new(),
        filing: None,
        batch: None,
    };
    let holding = posts::store::begin(&mut tx, &[hold]).await.expect("a hold")[0];
    let duty = "insert into duty (id, holding, village, text, set_on, by_name, at) values ($1, $2, $3, '漏职责', \
                '2026-02-01', '何例乙', 1)";
    tx.run(duty, values![platform::db::new_id(), holding, code.as_str()]).await.expect("a duty");
    let filing = filings::Filing::begun(
        "2026-备-漏".into(),
        platform::access::Org { township: &code[..9], village: &code },
        "漏备案题",
        "何例乙",
    );
    let filing = filings::store::add(&tx, &filing).await.expect("a filing");
    let item = filings::model::Item {
        id: 0,
        person,
        name: String::new(),
        village: code.clone(),
        post: "party_member".into(),
        track: Track::Party,
        change: Change::Appoint,
        holding: None,
        way: "election_by_members".into(),
        reason: "漏备案由".into(),
        basis: "第一条".into(),
        carried_at: None,
    };
    filings::store::add_item(&tx, filing, 1, &item).await.expect("an item");
    let sql = "update filing set state = 'received', received_on = '2026-11-20', due_on = '2026-12-20' where id = $1";
    tx.run(sql, values![filing]).await.expect("sent");
    let now = store::find_in(&tx, person).await.expect("answers").expect("a person");
    let ask = |field, value| corrections::New {
        field,
        value,
        reason: "漏更正由",
        attachment: None,
        due_on: "2026-12-20",
    };
    let phone = corrections::ask(&mut tx, &now, &ask(Field::Phone, "19900008888")).await.expect("asks");
    corrections::ask(&mut tx, &now, &ask(Field::Strengths, "漏更正值")).await.expect("asks");
    posts::repost(&tx, &policy::posts::Posts::in_force([], "2026-11-22"), &[person]).await.expect("posts");
    parts::repool(&tx, &[person], "2026-11-22").await.expect("pools");
    tx.commit().await.expect("commits");
    let correction = phone.expect("the first");
    let evidence = kept(db, "漏依据件.png", "correction", person, &code).await;
    let tx = db.write(event("test.evidence")).await.expect("begins");
    let sql = "update correction set attachment = $2 where id = $1";
    tx.run(sql, values![correction, evidence]).await.expect("brought");
    tx.commit().await.expect("commits");
    let [record, inspection, report] = work(db, person, &code).await;
    Marked {
        proposal: crate::consequences::marked(db, person, holding, &code).await,
        course: membership::marked(db, person).await,
        inquiry: crate::inquiries::marked(db, person).await,
        record,
        inspection,
        report,
        proof: kept(db, "漏凭据件.png", duty::EVIDENCE, record, &code).await,
        document: kept(db, "漏文件.png", "person", person, &code).await,
        filed: kept(db, "漏文件.png", "filing/request", filing, &code).await,
        person,
        claim,
        correction,
        holding,
        filing,
        village: code,
    }
}

/// A record that was explained, a signed inspection, a rated report: a mark in each text.
async fn work(db: &Db, person: i64, code: &str) -> [i64; 3] {
    let caller = crate::registry::office();
    let found = store::find(db, person).await.expect("answers");
    let file = caller.authorize(Action::EditDuty, found).expect("the county's");
    let subject = Subject::Person(&file);
    let by = (None, "何例乙", "例办");
    let mut tx = db.write(Event { person: Some(person), ..event("test.work") }).await.expect("begins");
    let new = records::New {
        kind: "service", title: "联系服务群众", day: "2026-11-01", text: "漏履职记"
    };
    let record = records::add(&mut tx, by, &subject, &new).await.expect("a record");
    let sql = "update duty_record set explained = '漏说明文', explained_at = 1 where id = $1";
    tx.run(sql, values![record]).await.expect("explained");
    let finding = Finding {
        aspect: "qin".into(),
        text: "漏考察况".into(),
        level: "较好".into(),
        problems: vec!["漏考察题".into()],
    };
    let draft = Draft {
        day: "2026-11-02".into(),
        method: "field_visit".into(),
        summary: "漏考察综".into(),
        findings: vec![finding],
        ..Draft::default()
    };
    let inspection = inspections::begin(&mut tx, by, &subject, &draft, None).await.expect("a draft");
    let sql = "update inspection set state = 'signed', signed_by = '何例乙', signed_at = 1 where id = $1";
    tx.run(sql, values![inspection]).await.expect("signed");
    let holder = reports::Holder { person, township: code[..9].into(), village: code.into() };
    let asked = ("村党组织委员", "2026", "2026-12-31");
    let report = reports::open(&mut tx, &caller, &[holder], asked).await.expect("a report")[0];
    let answer =
        Answer {
            part: "plan".into(), title: "明年打算".into(), text: "漏述职文".into(), optional: false
        };
    let content = serde_json::to_string(&[answer]).expect("a text");
    let sql = "update duty_report set state = 'rated', content = $2, submitted_at = 1, comment = '漏述职评', \
               rating = 'good', rated_on = '2026-11-20', minutes = '漏评议记' where id = $1";
    tx.run(sql, values![report, content]).await.expect("rated");
    tx.commit().await.expect("commits");
    [record, inspection, report]
}

impl Marked {
    /// A route's path with what was marked in it; `None` where it names something else.
    fn path(&self, line: &Line) -> Option<String> {
        let id = match line.fill {
            Fill::Plain => return Some(line.path.to_owned()),
            Fill::Village => 0,
            Fill::Person => self.person,
            Fill::Correction => self.correction,
            Fill::Holding => self.holding,
            Fill::Filing => self.filing,
            Fill::Record => self.record,
            Fill::Inspection => self.inspection,
            Fill::Report => self.report,
            Fill::Proposal => self.proposal,
            Fill::Course => self.course,
            Fill::Inquiry => self.inquiry,
            // The own pages name documents and requests without a person.
            Fill::Id if line.path.starts_with("/me/documents") => self.document,
            Fill::Id if line.path.starts_with("/me/corrections") => self.correction,
            Fill::Id if line.path.starts_with("/me/records") => self.record,
            Fill::Id if line.path.starts_with("/me/proposals") => self.proposal,
            Fill::Id if line.path.starts_with("/me/report") => self.report,
            Fill::Id if line.path.starts_with("/me/membership") => self.course,
            Fill::Evidence => self.document,
            _ => return None,
        };
        let attachment = match line.fill {
            Fill::Filing => self.filed,
            Fill::Record => self.proof,
            _ => self.document,
        };
        let path = line
            .path
            .replace("{id}", &id.to_string())
            .replace("{code}", &self.village)
            .replace("{claim}", &self.claim.to_string())
            .replace("{item}", "1")
            .replace("{attachment}", &attachment.to_string())
            .replace("{list}", "family")
            .replace("{act}", if line.fill == Fill::Proposal { "hear" } else { "study" });
        Some(path.replace("{name}", "form.lrmx"))
    }

    /// Everything asked for: each route, and the addresses by which people are found, listed and taken out.
    fn asked(&self) -> Vec<(&'static str, String, Sent)> {
        let escape = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        let mut out = Vec::new();
        let routes = served();
        for line in all().filter(|l| !matches!(l.habit, Habit::Ends)) {
            let action = routes.iter().find(|s| s.method == line.method && s.path == line.path);
            // The streams of the machine's jobs do not end.
            if line.path.ends_with("/events") || action.is_none_or(|a| a.action.is_none()) {
                continue;
            }
            if let Some(path) = self.path(line) {
                out.push((line.method, path, line.sent.clone()));
            }
        }
        let p = self.person;
        for path in [
            format!("/people?q={}", escape("漏例名")),
            "/people?q=19900007777".into(),
            format!("/people?village={}", self.village),
            format!("/people?cols=name.origin.strengths.intention.whereabouts.told&village={}", self.village),
            format!("/people/search?q={}", escape("漏")),
            "/people/search?q=llm".into(),
            format!("/people/{p}?part=career"),
            format!("/people/{p}?part=posts"),
            format!("/people/{p}?part=documents"),
            format!("/people/{p}?part=history"),
            format!("/people/{p}?part=looked"),
            format!("/people/{p}/form.docx"),
            format!("/people/{p}/lists/cv"),
            format!("/people/{p}/lists/schooling"),
            format!("/people/{p}/lists/merits"),
            format!("/people/export.xlsx?q={}", escape("漏例名")),
            format!("/api/v1/people?q={}", escape("漏例名")),
            format!("/api/v1/people?village={}&size=500", self.village),
            format!("/villages/{}/posts?on=2026-06-01", self.village),
            "/corrections?show=closed".into(),
            "/rewards?stage=all".into(),
            format!("/rewards?stage=all&township={}", &self.village[..9]),
            format!("/records?person={p}&year=all&voided=1"),
            format!("/records?q={}", escape("漏履职")),
            format!("/records/new?person={p}"),
            format!("/records/new?replaces={}", self.record),
            format!("/inspections?village={}&year=all", self.village),
            "/reports?year=all".into(),
            "/me/records?year=all".into(),
            "/me/report?id=1".into(),
            "/filings?show=answered".into(),
            "/me/file?part=career".into(),
            "/me/file?part=posts".into(),
            "/me/file?part=documents".into(),
            "/me/file?part=history".into(),
            "/me/correct?field=phone".into(),
            "/audit?action=people".into(),
        ] {
            out.push(("GET", path, Sent::Nothing));
        }
        for form in [&[("q", "漏例名")][..], &[("q", "19900007777")], &[("q", IDENTITY)], &[("q", "漏籍贯")]]
        {
            let form: &'static [(&str, &str)] = Box::leak(form.to_vec().into_boxed_slice());
            out.push(("POST", "/people/find".into(), Sent::Form(form)));
        }
        let id: &'static str = Box::leak(p.to_string().into_boxed_str());
        let picked: &'static [(&str, &str)] = Box::leak(vec![("id", id)].into_boxed_slice());
        for path in ["/people/export.xlsx", "/people/export.lrmx.zip"] {
            out.push(("POST", path.into(), Sent::Form(picked)));
        }
        out
    }
}

/// Whether a sealed value may stand in full in an answer to somebody who may see the file.
fn in_full(path: &str, mark: &str) -> bool {
    let form = path.ends_with("form.lrmx") || path.ends_with("export.lrmx.zip");
    let print = path.ends_with("form.docx");
    match mark {
        IDENTITY => form || path == "/me/copy",
        "漏健康" => form || print || path == "/me/copy",
        "19900007777" => path.ends_with("/unmask") || path == "/me/copy",
        "19900008888" => path.ends_with("/unmask") || path == "/me/copy",
        _ => path == "/me/copy",
    }
}

pub async fn never(fixture: &Fixture) {
    let (_, db) = fixture.at.county(COUNTY).await.expect("answers").expect("a county");
    let marked = fill(&db).await;
    // The cadre of the fixture is this person; another one of the same village is not.
    let own = fixture.person(Role::VillageCadre);
    let mut tx = db.write(event("test.link")).await.expect("begins");
    store::link(&mut tx, marked.person, Some((own.caller.account, "own")), "何例乙").await.expect("links");
    tx.commit().await.expect("commits");
    let part = platform::access::Part::Village(marked.village.clone());
    let stranger = fixture.make("stranger", &[(Role::VillageCadre, COUNTY, part)]).await;
    let asked = marked.asked();
    // The two offices over the village, and the person.
    let may = |who: &Someone| match who.caller.role {
        Role::CountyOffice | Role::TownshipOffice => {
            who.caller.county == COUNTY && who.login != fixture.neighbour.login
        }
        Role::VillageCadre => who.login == own.login,
        _ => false,
    };
    let everyone = fixture.people.iter().chain([&fixture.neighbour, &fixture.abroad, &stranger]);
    let mut everyone: Vec<&Someone> = everyone.collect();
    // What the rightful send in may change the file: the others ask while every mark stands.
    everyone.sort_by_key(|who| may(who));
    let mut faults = Vec::new();
    let mut met = BTreeSet::new();
    for who in everyone {
        let rightful = may(who);
        ask_all(fixture, who, rightful, &asked, (&mut faults, &mut met)).await;
    }
    assert!(faults.is_empty(), "{}: {}\n{}", fixture.name, faults.len(), faults.join("\n"));
    // A mark that nobody met would prove nothing: each stands somewhere for those who may.
    let unmet: Vec<&str> = membership::marks(&[&PLAIN, &SEALED]).filter(|m| !met.contains(*m)).collect();
    assert!(unmet.is_empty(), "{unmet:?}");
}

async fn ask_all(
    fixture: &Fixture,
    who: &Someone,
    rightful: bool,
    asked: &[(&'static str, String, Sent)],
    (faults, met): (&mut Vec<String>, &mut BTreeSet<&'static str>),
) {
    for (method, path, sent) in asked {
        let request = Asked { method, ..Asked::post(path, sent.clone()) };
        let seen = fixture.send(request.by(who)).await;
        // What was typed may be said again.
        let mut text = whole(&seen);
        let typed = unescaped(path);
        let mut said: Vec<&str> = vec![&typed];
        if let Sent::Form(fields) = sent {
            said.extend(fields.iter().map(|(_, v)| *v));
        }
        for mark in membership::marks(&[&PLAIN, &SEALED]) {
            let typed = said.iter().any(|s| s.contains(mark));
            if typed && !rightful {
                text = text.replace(mark, "");
            }
            if !text.contains(mark) {
                continue;
            }
            let sealed = SEALED.contains(&mark);
            if rightful && (!sealed || in_full(path, mark) || typed) {
                met.insert(mark);
            } else {
                faults.push(format!("{} reads {mark} at {method} {path} ({})", who.login, seen.status));
            }
        }
    }
}
