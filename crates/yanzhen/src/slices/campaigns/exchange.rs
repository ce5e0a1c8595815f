//! Between the county and its public pages: what is published to their folder, and letters that are taken out of it.
//!
//! The pages stand elsewhere and know nothing of the county; a folder that both can reach, or that somebody carries, is all
//! there is between them. A letter is opened by the county's key alone and taken in once.

use super::actions::now_text;
use super::entering::ENTRY;
use super::model::{Campaign, Entry, Place, Stage, Standing};
use super::store::{self, asks, entries, entries::Secret, letters, notices, steps};
use super::{intake, rules};
use crate::slices::inquiries;
use crate::slices::people::pages as people;
use crate::slices::people::say::source;
use crate::slices::places::pages::{day_text, moment_text};
use crate::slices::places::store::today;
use crate::slices::posts::pages::day_text as written;
use crate::slices::reviews;
use platform::access::Part;
use platform::county::CountyInfo;
use platform::db::{Db, DbResult, Event, now_ms};
use policy::campaigns::Work;
use public::folder::Folder;
use public::seal::{Slip, locker, seal_status};
use public::wire::{self, Letter, Line, May, Pick, Site, Status, Ticket, Told, Tone};
use std::path::Path;

/// What an exchange did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exchanged {
    /// Letters that were taken in.
    pub taken: usize,
    /// Letters that could not be read or were refused: they are put aside, and told.
    pub refused: usize,
    /// Statuses that were published.
    pub told: usize,
    /// Campaigns on the public pages.
    pub campaigns: usize,
}

/// Why an exchange did not come about.
#[derive(thiserror::Error, Debug)]
pub enum ExchangeError {
    /// The folder.
    #[error("{0}")]
    Folder(#[from] std::io::Error),
    /// The database.
    #[error("{0}")]
    Db(#[from] platform::db::DbError),
}

/// Sentences with what they rest on. That a rule is a default says nothing to who reads it from outside.
fn told(items: impl IntoIterator<Item = (String, String)>) -> Vec<Told> {
    let outside = |basis: String| if basis.starts_with("默认值") { String::new() } else { basis };
    items.into_iter().map(|(title, basis)| Told { title, basis: outside(basis) }).collect()
}

/// The code by which a form names a place: twelve digits of a village, else nine of a township.
pub(super) fn place_code(place: &Place) -> String {
    if place.village.is_empty() { place.township.clone() } else { place.village.clone() }
}

/// A campaign as its public page tells it.
async fn page(db: &Db, county: &str, c: &Campaign) -> DbResult<wire::Campaign> {
    let rules = rules::rules(db, c).await?;
    let day = c.rules_on.as_str();
    let kind = rules.kind_on(&c.kind, day);
    let groups = people::rules(db, &c.township).await?;
    let conditions = rules.conditions_on(&c.kind, day);
    let review = reviews::review_of(db, day).await?;
    let places = store::places(db, c.id, &Part::County).await?;
    let stages = store::stages(db, c.id).await?;
    let planned = |s: &Stage| (s.title.clone(), s.planned.clone());
    Ok(wire::Campaign {
        id: c.id.to_string(),
        title: c.title.clone(),
        kind: rules.kind_title(&c.kind, day).to_owned(),
        organiser: if c.township_name.is_empty() { county.to_owned() } else { c.township_name.clone() },
        opens_at: c.apply_from.clone(),
        closes_at: c.apply_to.clone(),
        conditions: told(conditions.iter().map(|i| (i.title.clone(), i.basis.clone()))),
        benefits: told(rules.benefits_on(&c.kind, day).iter().map(|i| (i.title.clone(), i.basis.clone()))),
        calendar: told(stages.iter().filter(|s| !s.planned.is_empty()).map(planned)),
        materials: told(rules.materials_on(&c.kind, day).iter().map(|i| (i.title.clone(), i.hint.clone()))),
        // Published where somebody will look: a campaign whose stages include the joint review.
        bars: match stages.iter().any(|s| s.work == Work::Review) {
            true => told(review.clauses_on(day).into_iter().map(|i| (i.title.clone(), i.basis.clone()))),
            false => Vec::new(),
        },
        declares: conditions
            .iter()
            .filter(|i| i.declared)
            .map(|i| Pick { id: i.id.clone(), title: i.title.clone() })
            .collect(),
        sources: groups
            .source_groups_on(day)
            .iter()
            .map(|g| Pick { id: g.id.clone(), title: source(&groups, &g.id, day) })
            .collect(),
        places: places
            .iter()
            .map(|p| wire::Place {
                code: place_code(p),
                township: p.township_name.clone(),
                village: p.village_name.clone(),
                post: p.post.clone(),
                seats: u32::try_from(p.seats).unwrap_or_default(),
            })
            .collect(),
        routes: kind.map(|k| k.routes.iter().map(|r| r.id().to_owned()).collect()).unwrap_or_default(),
        privacy: privacy(kind.map_or(6, |k| k.keep_months)),
        consent: "我看过了，同意为这次报名使用以上信息".to_owned(),
        keep_months: kind.map_or(6, |k| k.keep_months),
        help: c.help.clone(),
    })
}

/// How an applicant's data are used: question and answer.
fn privacy(months: u32) -> Vec<Told> {
    told([
        ("收什么".to_owned(), "姓名、证件号、手机、学历、经历。不问家里人。".to_owned()),
        (
            "给谁看".to_owned(),
            "乡镇组织办和县委组织部。联审单位只看核对所需的几项，只答有无情形。".to_owned(),
        ),
        ("留多久".to_owned(), format!("没有选上的，结束 {months} 个月后删除；可以提前撤回。")),
        ("谁来定".to_owned(), "系统只算分排序，由人决定；每一步都可以要求说明、申请复核。".to_owned()),
    ])
}

/// Notices stay to be read for a while after objections end.
fn since(day: &str) -> String {
    day.parse::<kernel::Day>()
        .map_or_else(|_| day.to_owned(), |d| (0..30).fold(d, |d, _| d.yesterday().unwrap_or(d)).to_string())
}

/// Everything that is published of a county.
pub async fn site(db: &Db, county: &CountyInfo) -> DbResult<Site> {
    let key = letters::opener(db).await?;
    let mut campaigns = Vec::new();
    for c in store::open(db).await? {
        campaigns.push(page(db, &county.name, &c).await?);
    }
    let mut out = Vec::new();
    for n in notices::standing(db, &since(&today())).await? {
        let Some(c) = store::find(db, n.campaign).await? else { continue };
        let stages = store::stages(db, c.id).await?;
        let Some(stage) = stages.iter().find(|s| s.work == Work::Notice) else { continue };
        let shown = entries::reached(db, c.id, stage.seq).await?;
        out.push(wire::Notice {
            id: n.id.to_string(),
            title: format!("{}公示", c.title),
            text: n.text.clone(),
            posted_on: n.posted_on.clone(),
            until: n.until.clone(),
            people: shown
                .iter()
                .filter(|e| matches!(e.standing, Standing::Running | Standing::Chosen))
                .map(noticed)
                .collect(),
            help: c.help.clone(),
        });
    }
    Ok(Site {
        version: wire::VERSION,
        county: county.name.clone(),
        demo: county.demo,
        key: key.public(),
        published_at: now_ms(),
        campaigns,
        notices: out,
    })
}

/// What the law lets a notice tell of somebody, and nothing more.
pub fn noticed(e: &Entry) -> wire::NoticePerson {
    let born = match (e.birth.get(..4), e.birth.get(5..7)) {
        (Some(y), Some(m)) => format!("{y}年{}月", m.trim_start_matches('0')),
        _ => String::new(),
    };
    wire::NoticePerson {
        name: e.name.clone(),
        sex: if e.sex == "2" { "女" } else { "男" }.to_owned(),
        born,
        education: standards::label_of(&standards::EDUCATION, &e.education).unwrap_or_default().to_owned(),
        post: String::new(),
        place: e.place_name.clone(),
    }
}

/// What somebody with the receipt reads of the own application.
async fn status(db: &Db, e: &Entry) -> DbResult<Option<Status>> {
    let Some(c) = store::find(db, e.campaign).await? else { return Ok(None) };
    let secret = entries::open_any(db, e.id).await?;
    let steps = steps::steps(db, e.id).await?;
    let stages = store::stages(db, c.id).await?;
    let mut lines = vec![Line {
        at: moment_text(e.at),
        title: "报名收到".to_owned(),
        note: String::new(),
        tone: Tone::Done,
    }];
    for s in stages.iter().filter(|s| s.work != Work::Apply) {
        let step = steps.iter().find(|t| t.stage == s.seq);
        // What is decided of a stage is told when the stage has ended: until then it may still change.
        let line = match step.filter(|_| s.ended_at.is_some()) {
            Some(t) => Line {
                at: day_text(t.at),
                title: s.title.clone(),
                note: format!("{}　{}", if t.passed { "通过" } else { "未通过" }, t.reason).trim().to_owned(),
                tone: Tone::Done,
            },
            None => Line {
                at: s.planned.clone(),
                title: s.title.clone(),
                note: String::new(),
                tone: if s.begun_at.is_some() && e.stage == s.seq { Tone::Now } else { Tone::Todo },
            },
        };
        let over = e.standing != Standing::Running && line.tone != Tone::Done;
        if !over {
            lines.push(line);
        }
    }
    if e.standing == Standing::Out && c.reason == e.out_reason && !c.reason.is_empty() {
        lines.push(Line {
            at: day_text(now_ms()),
            title: "选拔终止".into(),
            note: c.reason.clone(),
            tone: Tone::Done,
        });
    }
    for ask in asks::of(db, e.id).await?.iter().rev() {
        let asked = Line {
            at: moment_text(ask.at),
            title: "您要求说明或复核".to_owned(),
            note: ask.text.clone(),
            tone: Tone::Done,
        };
        let answer = match ask.is_open() {
            true => Line {
                at: format!("{}前", written(&ask.due_on)),
                title: "答复".to_owned(),
                note: String::new(),
                tone: Tone::Now,
            },
            false => Line {
                at: written(&ask.answered_on),
                title: "答复".to_owned(),
                note: ask.answer.clone(),
                tone: Tone::Done,
            },
        };
        lines.extend([asked, answer]);
    }
    let mut may = Vec::new();
    if e.standing == Standing::Running {
        if c.takes(&now_text()) {
            may.push(May::Correct);
        }
        may.push(May::Withdraw);
    }
    if e.standing != Standing::Withdrawn {
        may.push(May::Ask);
    }
    let paper = stages.iter().find(|s| s.seq == e.stage && s.work.is_paper());
    Ok(Some(Status {
        receipt: e.no.clone(),
        title: c.title.clone(),
        place: e.place_name.clone(),
        received_at: e.at,
        need: (!e.need.is_empty()).then(|| format!("请补：{}", e.need)),
        lines,
        form: Some(form(db, e, &secret).await?),
        may,
        ticket: paper.filter(|_| !e.ticket.is_empty()).map(|s| Ticket {
            no: e.ticket.clone(),
            room: e.room.clone(),
            seat: e.seat.to_string(),
            address: String::new(),
            time: s.planned.clone(),
            what: s.title.clone(),
        }),
        until: String::new(),
    }))
}

/// What a recommender reads: no more than that it arrived. Whether the person agreed is the person's own.
fn recommendation(receipt: &str, letter: &Letter) -> Status {
    let at = if let Letter::Recommend { at, .. } = letter { *at } else { now_ms() };
    Status {
        receipt: receipt.to_owned(),
        title: "推荐".to_owned(),
        received_at: at,
        lines: vec![Line {
            at: moment_text(at),
            title: "推荐收到".to_owned(),
            note: "已转乡镇。乡镇会去问本人，报不报名由本人决定，不另行告知推荐人。".to_owned(),
            tone: Tone::Done,
        }],
        ..Status::default()
    }
}

/// What an objector reads: that it arrived, by when it is answered, the answer.
fn objection(at: i64, o: &notices::Objection, title: &str) -> Status {
    let answer = match o.finding {
        notices::Finding::Open => Line {
            at: format!("{}前", written(&o.due_on)),
            title: "核查并答复".to_owned(),
            note: String::new(),
            tone: Tone::Now,
        },
        _ => Line {
            at: written(&o.answered_on),
            title: "已答复".to_owned(),
            note: o.answer.clone(),
            tone: Tone::Done,
        },
    };
    let came =
        Line { at: moment_text(at), title: "反映收到".to_owned(), note: String::new(), tone: Tone::Done };
    Status {
        title: format!("{title}公示"), received_at: at, lines: vec![came, answer], ..Status::default()
    }
}

/// The own data as the applicant filled them in.
async fn form(db: &Db, e: &Entry, secret: &Secret) -> DbResult<wire::Form> {
    let places = store::places(db, e.campaign, &Part::County).await?;
    let place = places.iter().find(|p| Some(p.id) == e.place).map(place_code).unwrap_or_default();
    let f = &secret.form;
    Ok(wire::Form {
        name: e.name.clone(),
        identity: secret.identity.clone(),
        phone: f.phone.clone(),
        sex: e.sex.clone(),
        birth: e.birth.clone(),
        education: e.education.clone(),
        full_time: e.full_time,
        school: f.school.clone(),
        major: f.major.clone(),
        graduated_on: f.graduated_on.clone(),
        political: e.political.clone(),
        party_on: f.party_on.clone(),
        work: f.work.clone(),
        household: f.household.clone(),
        place,
        source: e.source.clone(),
        declares: f.declares.clone(),
        keep_contact: e.keep_contact,
        consent: true,
    })
}

/// Publishes what is open and the statuses that changed since a moment, and takes in the letters that wait.
pub async fn exchange(
    db: &Db,
    county: &CountyInfo,
    dir: &Path,
    since: i64,
) -> Result<Exchanged, ExchangeError> {
    let folder = Folder::open(dir)?;
    let mut out = Exchanged::default();
    let opener = letters::opener(db).await?;
    let key = opener.public();
    // A letter goes when what it changed is published: until then the pages show it on top of the old status.
    let (mut finished, mut recommended) = (Vec::new(), Vec::new());
    for name in folder.letters()? {
        if letters::was_taken(db, &name).await? {
            finished.push(name);
            continue;
        }
        let what = match opener.open(&folder.read(&name)?) {
            Ok(letter) => {
                let what = intake::take(db, &key, &name, &letter).await?;
                if let (Some(_), Letter::Recommend { receipt, words, .. }) = (&what, &letter) {
                    recommended.push((receipt.clone(), words.clone(), letter));
                }
                what
            }
            Err(_) => None,
        };
        match what {
            Some(_) => out.taken += 1,
            None => {
                // A letter that nobody can use is told in the audit and goes: it would come again for ever.
                let (action, kind, note) = ("campaigns.letter".into(), ENTRY.into(), "refused".into());
                let tx = db.write(Event { action, kind, note, ..Event::default() }).await?;
                letters::note(&tx, &name, "refused").await?;
                tx.commit().await?;
                out.refused += 1;
            }
        }
        finished.push(name);
    }
    let site = site(db, county).await?;
    out.campaigns = site.campaigns.len();
    folder.publish(&site)?;
    for id in entries::told_since(db, since).await? {
        let Some(e) = entries::find(db, id).await? else { continue };
        let (Some(handle), Some(status)) = (entries::handle(db, id).await?, status(db, &e).await?) else {
            continue;
        };
        let Ok(key) = <[u8; 32]>::try_from(handle.key.as_slice()) else { continue };
        folder.publish_status(&handle.tag, &seal_status(&key, &status))?;
        out.told += 1;
    }
    for (receipt, words, letter) in &recommended {
        let Some(slip) = Slip::read(receipt, words) else { continue };
        let own = locker(&key, &slip);
        folder.publish_status(&own.tag, &seal_status(&own.key, &recommendation(receipt, letter)))?;
        out.told += 1;
    }
    for (handle, at, o, title) in notices::told_since(db, since).await? {
        let Ok(key) = <[u8; 32]>::try_from(handle.key.as_slice()) else { continue };
        folder.publish_status(&handle.tag, &seal_status(&key, &objection(at, &o, &title)))?;
        out.told += 1;
    }
    out.told += inquiries::actions::publish(db, &folder, since).await?;
    for tag in letters::gone(db).await? {
        folder.withdraw_status(&tag)?;
    }
    for name in finished {
        folder.done(&name)?;
    }
    Ok(out)
}
