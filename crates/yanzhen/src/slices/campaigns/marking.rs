//! Exams: seats and tickets, marks entered twice, the panel's mean, totals and ranks, and the list that goes on.

use super::actions::runs;
use super::model::{Campaign, Entry, Faults, Place, Stage, State};
use super::rules;
use super::store::{
    self, entries, exams,
    exams::Mark,
    steps::{self, Step},
};
use kernel::{Message, Quantity, Score, msg};
use platform::access::{Authorized, Caller, Part};
use platform::db::{Db, DbResult, now_ms};
use policy::campaigns::Work;
use selection::{
    Candidate, DoubleEntry, Draw, Entrant, EntryRefusal, List, PanelRule, PanelScore, Paper, Papers, Ranking,
    Resolution, Room, Value,
};
use std::collections::{BTreeMap, HashMap};

/// The kind of history that marks are kept under.
pub const MARK: &str = "exam-mark";

/// A value as it is stored.
pub fn stored(value: Value) -> String {
    match value {
        Value::Mark(mark) => mark.to_string(),
        Value::Absent => "缺考".to_owned(),
        Value::Disqualified => "取消资格".to_owned(),
    }
}

/// How many marks a stage has for each applicant: one of a paper, one of each examiner of an interview. Numbers of examiners.
pub fn examiners(stage: &Stage) -> Vec<i64> {
    match stage.work {
        Work::Interview => (1..=i64::from(stage.terms.examiners)).collect(),
        _ => vec![0],
    }
}

/// A mark's two entries as the pure rules see them; people are told apart by account.
pub fn double(mark: &Mark, full: Score) -> Result<DoubleEntry<i64>, EntryRefusal> {
    let value = |text: &str| Value::parse(text, full).map_err(EntryRefusal::Value);
    let mut entries = Vec::new();
    for (text, by) in [(&mark.one, mark.one_by), (&mark.two, mark.two_by)] {
        if let (false, Some(by)) = (text.is_empty(), by) {
            entries.push(selection::Entry { by, value: value(text)? });
        }
    }
    let resolution = match mark.settled.is_empty() {
        true => None,
        // Who settled is kept by name; zero is nobody's account.
        false => Some(Resolution { by: 0, value: value(&mark.settled)?, reason: mark.reason.clone() }),
    };
    DoubleEntry::of(&entries, resolution, full)
}

/// A mark of a stage as somebody types it.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub entry: i64,
    pub examiner: i64,
    pub value: String,
    /// Why a difference is settled so.
    pub reason: String,
}

/// What was typed and why it was refused, by entry and examiner.
pub type Refused = Vec<(i64, i64, Message)>;

async fn running(db: &Db, c: &Campaign) -> DbResult<Option<Stage>> {
    let stages = store::stages(db, c.id).await?;
    Ok(stages.into_iter().find(|s| s.seq == c.stage && s.work.is_paper() && c.state == State::Open))
}

/// Types marks of the stage that runs: each the first or the second time, by two people. What is empty is passed over; a mark
/// that is refused is told and the others are kept.
pub async fn enter(
    db: &Db,
    caller: &Caller,
    c: &Authorized<Campaign>,
    typed: &[Typed],
) -> DbResult<Result<Refused, Faults>> {
    let Some(stage) = running(db, c).await?.filter(|_| runs(caller, c)) else {
        return Ok(Err(vec![("marks", msg!("现在不录这个阶段的成绩，或不由您录"))]));
    };
    let full = Score(stage.terms.full);
    let of: HashMap<i64, String> =
        entries::running(db, c.id, stage.seq).await?.into_iter().map(|e| (e.id, e.no)).collect();
    let all = examiners(&stage);
    let mut tx = db.write(caller.event("campaigns.mark", KIND, &c.id.to_string(), &c.township)).await?;
    let mut refused = Refused::new();
    for t in typed.iter().filter(|t| !t.value.trim().is_empty()) {
        let (true, true) = (of.contains_key(&t.entry), all.contains(&t.examiner)) else {
            refused.push((t.entry, t.examiner, msg!("不在这个阶段")));
            continue;
        };
        let kept = exams::one(&tx, t.entry, stage.seq, t.examiner).await?;
        let mut mark = kept.unwrap_or(Mark { entry: t.entry, examiner: t.examiner, ..Mark::default() });
        let put = |mark: &mut Mark| -> Result<(), Message> {
            let value = Value::parse(&t.value, full).map_err(|f| f.message())?;
            let mut both = double(mark, full).map_err(|r| r.message())?;
            both.enter(caller.account, value, full).map_err(|r| r.message())?;
            let (text, by, name) = match mark.one_by {
                None => (&mut mark.one, &mut mark.one_by, &mut mark.one_name),
                Some(_) => (&mut mark.two, &mut mark.two_by, &mut mark.two_name),
            };
            *text = stored(value);
            *by = Some(caller.account);
            name.clone_from(&caller.name);
            Ok(())
        };
        match put(&mut mark) {
            Ok(()) => {
                exams::put(&tx, stage.seq, &mark).await?;
                let record = format!("{}/{}/{}", t.entry, stage.seq, t.examiner);
                let field = if mark.two_by.is_some() { "two" } else { "one" };
                tx.changed_of(None, MARK, &record, field, None, Some(t.value.trim().to_owned()));
            }
            Err(why) => refused.push((t.entry, t.examiner, why)),
        }
    }
    tx.commit().await?;
    Ok(Ok(refused))
}

/// The kind of history that the event names.
const KIND: &str = super::actions::KIND;

/// Settles a difference: a third person looks at the paper, says what stands on it and what was found.
pub async fn settle(
    db: &Db,
    caller: &Caller,
    c: &Authorized<Campaign>,
    typed: &Typed,
) -> DbResult<Result<(), Faults>> {
    let Some(stage) = running(db, c).await?.filter(|_| runs(caller, c)) else {
        return Ok(Err(vec![("marks", msg!("现在不录这个阶段的成绩，或不由您录"))]));
    };
    let full = Score(stage.terms.full);
    let record = format!("{}/{}/{}", typed.entry, stage.seq, typed.examiner);
    let mut tx = db.write(caller.event("campaigns.settle", MARK, &record, &c.township)).await?;
    let ours = entries::running(db, c.id, stage.seq).await?.iter().any(|e| e.id == typed.entry);
    let kept = exams::one(&tx, typed.entry, stage.seq, typed.examiner).await?.filter(|_| ours);
    let Some(mut mark) = kept else {
        tx.rollback().await?;
        return Ok(Err(vec![("marks", msg!("不在这个阶段"))]));
    };
    let settled = Value::parse(&typed.value, full).map_err(|f| f.message()).and_then(|value| {
        let mut both = double(&mark, full).map_err(|r| r.message())?;
        both.resolve(caller.account, value, &typed.reason, full).map_err(|r| r.message())?;
        Ok(value)
    });
    match settled {
        Ok(value) => {
            mark.settled = stored(value);
            mark.settled_by.clone_from(&caller.name);
            typed.reason.trim().clone_into(&mut mark.reason);
            exams::put(&tx, stage.seq, &mark).await?;
            tx.changed(&record, "settled", None, Some(format!("{} {}", mark.settled, mark.reason)));
            tx.commit().await?;
            Ok(Ok(()))
        }
        Err(why) => {
            tx.rollback().await?;
            Ok(Err(vec![("value", why)]))
        }
    }
}

/// What an applicant has of a paper: the settled value, and for an interview how the panel came to it.
#[derive(Clone, Debug, Default)]
pub struct Came {
    pub value: Option<Value>,
    pub panel: Option<PanelScore>,
    /// Marks that are not settled.
    pub open: usize,
}

/// What the marks of an applicant come to in a stage.
pub fn result(stage: &Stage, marks: &[&Mark]) -> Came {
    let full = Score(stage.terms.full);
    let of = |n: i64| marks.iter().find(|m| m.examiner == n).and_then(|m| double(m, full).ok()?.value());
    let numbers = examiners(stage);
    let values: Vec<Option<Value>> = numbers.iter().map(|n| of(*n)).collect();
    let gone = values.iter().flatten().find(|v| v.mark().is_none()).copied();
    let open = values.iter().filter(|v| v.is_none()).count();
    if let Some(gone) = gone {
        return Came { value: Some(gone), panel: None, open: 0 };
    }
    if stage.work != Work::Interview {
        return Came { value: values[0], panel: None, open };
    }
    let (n, drop) = (stage.terms.examiners as usize, stage.terms.drop as usize);
    let rule = PanelRule { examiners: n, least: n, highest: drop, lowest: drop, full };
    let scores: Vec<Option<Score>> = values.iter().map(|v| v.and_then(Value::mark)).collect();
    let panel = rule.score(&scores).ok();
    Came { value: panel.as_ref().map(|p| Value::Mark(p.score)), panel, open }
}

/// The papers up to a stage, and what everybody who came so far has of them.
pub struct Standings {
    /// The stages that are papers, in order, up to the one asked for.
    pub stages: Vec<Stage>,
    pub entries: Vec<Entry>,
    /// Of each entry, of each paper.
    pub results: Vec<Vec<Came>>,
    pub ranking: Ranking,
    /// The lists that go on to the next stage, by place; none where the next stage takes everybody.
    pub lists: Vec<List>,
    /// How many for a seat are let in, and into what.
    pub into: Option<(Quantity, String)>,
    /// The places by the name that ranking uses, their id.
    pub places: Vec<Place>,
}

/// The place's name as ranking knows it.
fn key(place: Option<i64>) -> String {
    place.unwrap_or_default().to_string()
}

/// Ranks everybody who came as far as a stage by the papers up to it, and draws the lists for the next stage.
pub async fn standings(db: &Db, c: &Campaign, seq: i64) -> DbResult<Option<Standings>> {
    let all = store::stages(db, c.id).await?;
    let papers: Vec<Stage> = all.iter().filter(|s| s.work.is_paper() && s.seq <= seq).cloned().collect();
    let Some(last) = papers.last() else { return Ok(None) };
    let entries = entries::reached(db, c.id, last.seq).await?;
    let mut results: Vec<Vec<Came>> = vec![Vec::new(); entries.len()];
    for stage in &papers {
        let marks = exams::marks(db, c.id, stage.seq).await?;
        let mut of: HashMap<i64, Vec<&Mark>> = HashMap::new();
        for m in &marks {
            of.entry(m.entry).or_default().push(m);
        }
        for (i, e) in entries.iter().enumerate() {
            results[i].push(result(stage, of.get(&e.id).map_or(&[][..], Vec::as_slice)));
        }
    }
    let paper = |s: &Stage| Paper {
        id: s.id.clone(),
        name: s.title.clone(),
        weight: Quantity(i128::from(s.terms.weight)),
        full: Score(s.terms.full),
        pass: s.terms.pass.map(Score),
    };
    let every: Vec<Paper> = all.iter().filter(|s| s.work.is_paper()).map(paper).collect();
    let ids: Vec<&str> = papers.iter().map(|s| s.id.as_str()).collect();
    let papers_of = Papers::new(every).ok().and_then(|p| p.only(&ids));
    let Some(papers_of) = papers_of else { return Ok(None) };
    let rules = rules::rules(db, c).await?;
    let kind = rules.kind_on(&c.kind, &c.rules_on);
    let ties: Vec<&str> = kind
        .map(|k| k.ties.iter().map(String::as_str).filter(|t| ids.contains(t)).collect())
        .unwrap_or_default();
    let candidates: Vec<Candidate> = entries
        .iter()
        .zip(&results)
        .map(|(e, r)| Candidate { place: key(e.place), marks: r.iter().map(|r| r.value).collect() })
        .collect();
    let Ok(ranking) = selection::rank(&papers_of, &ties, &candidates) else { return Ok(None) };
    let places = store::places(db, c.id, &Part::County).await?;
    let left: Vec<usize> = entries
        .iter()
        .enumerate()
        .filter(|(_, e)| e.standing == super::model::Standing::Withdrawn)
        .map(|(i, _)| i)
        .collect();
    let next = all.iter().find(|s| s.seq == last.seq + 1);
    let into = next.and_then(|s| Some((Quantity(i128::from(s.terms.ratio?)), s.title.clone())));
    let lists = match &into {
        Some((ratio, _)) => {
            let seats: Vec<selection::Place> = places
                .iter()
                .map(|p| selection::Place { name: key(Some(p.id)), seats: p.seats.unsigned_abs() as usize })
                .collect();
            ranking.draw(&seats, *ratio, &left).unwrap_or_default()
        }
        None => Vec::new(),
    };
    Ok(Some(Standings { stages: papers, entries, results, ranking, lists, into, places }))
}

impl Standings {
    /// Where somebody, by position, stands to the list of the place.
    pub fn drawn(&self, i: usize) -> Option<Draw> {
        let place = &self.ranking.lines()[i].place;
        let list = self.lists.iter().find(|l| l.place.name == *place)?;
        Some(list.standing(&self.ranking, i))
    }

    /// Whether somebody goes on, and by what reason not.
    pub fn goes_on(&self, i: usize) -> (bool, Message) {
        let line = &self.ranking.lines()[i];
        match (line.rank, self.drawn(i)) {
            (None, _) => (false, why_unranked(&line.outcome)),
            (Some(rank), Some(Draw::On | Draw::OnLevel) | None) => (true, msg!("第 {rank} 名", rank = rank)),
            (Some(rank), Some(Draw::Waiting(turn))) => {
                (false, msg!("第 {rank} 名，未入围，递补第 {turn}", rank = rank, turn = turn))
            }
            (Some(rank), Some(_)) => (false, msg!("第 {rank} 名，未入围", rank = rank)),
        }
    }

    /// Everybody by place, in the order of the places, best first.
    pub fn by_place(&self) -> Vec<(&Place, Vec<usize>)> {
        let mut of: BTreeMap<String, Vec<usize>> =
            self.ranking.places().map(|p| (p.to_owned(), self.ranking.everybody(p))).collect();
        let places = self.places.iter().filter_map(|p| Some((p, of.remove(&key(Some(p.id)))?)));
        places.collect()
    }

    /// Everything that made the total, the rank and the list, a sentence each. Places are named.
    pub fn explain(&self, i: usize) -> Vec<Message> {
        let mut out = Vec::new();
        for (stage, result) in self.stages.iter().zip(&self.results[i]) {
            if let Some(panel) = &result.panel {
                out.push(msg!("{stage}：", stage = stage.title.as_str()));
                out.extend(panel.explain());
            }
        }
        out.extend(self.ranking.explain(i));
        let place = &self.ranking.lines()[i].place;
        if let Some(list) = self.lists.iter().find(|l| l.place.name == *place) {
            out.extend(self.ranking.explain_list(list, i));
        }
        out
    }

    /// What a place that ranking names by its id is called.
    pub fn named(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for p in &self.places {
            out = out.replace(&format!("“{}”", p.id), &format!("“{}”", p.name()));
        }
        out
    }
}

fn why_unranked(outcome: &selection::Outcome) -> Message {
    match outcome {
        selection::Outcome::Absent(_) => msg!("缺考"),
        selection::Outcome::Disqualified(_) => msg!("取消资格"),
        selection::Outcome::Below(..) => msg!("没有达到合格线"),
        _ => msg!("成绩没有录完"),
    }
}

/// Confirms the list that goes on from a paper, by name: who is on it passes, everybody else is out with the reason that the
/// ranking gives. Nobody is passed over: marks must all be settled.
pub async fn confirm(db: &Db, caller: &Caller, c: &Authorized<Campaign>) -> DbResult<Result<usize, Faults>> {
    let Some(stage) = running(db, c).await?.filter(|_| runs(caller, c)) else {
        return Ok(Err(vec![("marks", msg!("现在不录这个阶段的成绩，或不由您录"))]));
    };
    let unsettled = exams::unsettled(db, c.id, &stage).await?;
    if unsettled > 0 {
        return Ok(Err(vec![("marks", msg!("还有 {n} 个成绩没有录完或两次不一致", n = unsettled))]));
    }
    let Some(standings) = standings(db, c, stage.seq).await? else {
        return Ok(Err(vec![("marks", msg!("排不出名次，请核对办法的权重"))]));
    };
    let mut outcomes = Vec::new();
    for (i, e) in standings.entries.iter().enumerate() {
        if e.standing != super::model::Standing::Running || e.stage != stage.seq {
            continue;
        }
        let (passed, why) = standings.goes_on(i);
        outcomes.push(Step {
            entry: e.id,
            stage: stage.seq,
            passed,
            reason: why.text(kernel::Lang::Zh),
            by: caller.name.clone(),
            unit: caller.unit.clone(),
            at: now_ms(),
        });
    }
    let record = c.id.to_string();
    let mut tx = db.write(caller.event("campaigns.list", KIND, &record, &c.township)).await?;
    steps::put_steps(&tx, &outcomes).await?;
    entries::touch(&tx, c.id, stage.seq).await?;
    let on = outcomes.iter().filter(|s| s.passed).count();
    tx.changed(&record, &stage.id, None, Some(format!("{on}/{}", outcomes.len())));
    tx.commit().await?;
    Ok(Ok(on))
}

/// Seats everybody of a paper: rooms as `name,seats` lines; a seed that is kept makes the same seats again.
pub async fn arrange(
    db: &Db,
    caller: &Caller,
    c: &Authorized<Campaign>,
    rooms: &str,
) -> DbResult<Result<usize, Faults>> {
    let Some(stage) = running(db, c).await?.filter(|_| runs(caller, c)) else {
        return Ok(Err(vec![("rooms", msg!("这个阶段不排座位，或不由您排"))]));
    };
    let mut faults = Faults::new();
    let mut all = Vec::new();
    for (n, line) in rooms.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let read = line.rsplit_once([',', '，', ' ']).and_then(|(name, seats)| {
            let capacity = seats.trim().parse::<usize>().ok().filter(|s| (1..=500).contains(s))?;
            (!name.trim().is_empty()).then(|| Room { name: name.trim().to_owned(), capacity })
        });
        match read {
            Some(room) => all.push(room),
            None => faults.push(("rooms", msg!("第 {n} 行读不懂，写成 第1考场，30", n = n + 1))),
        }
    }
    let people = entries::running(db, c.id, stage.seq).await?;
    let entrants: Vec<Entrant> =
        people.iter().map(|e| Entrant { key: e.id.to_string(), place: key(e.place) }).collect();
    if exams::marks(db, c.id, stage.seq).await?.iter().any(|m| !m.one.is_empty()) {
        faults.push(("rooms", msg!("已经录了成绩，不能再排座位")));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let seed = c.id.unsigned_abs() ^ stage.seq.unsigned_abs();
    let head = format!("{}{:02}", c.rules_on.get(2..4).unwrap_or_default(), stage.seq);
    let arranged = match selection::arrange(&all, &entrants, &head, seed) {
        Ok(arranged) => arranged,
        Err(faults) => return Ok(Err(faults.iter().map(|f| ("rooms", f.message())).collect())),
    };
    let seats: Vec<(i64, String, String, i64)> = arranged
        .seats
        .iter()
        .map(|s| (people[s.entrant].id, s.ticket.clone(), all[s.room].name.clone(), s.seat as i64))
        .collect();
    let record = c.id.to_string();
    let mut tx = db.write(caller.event("campaigns.seats", KIND, &record, &c.township)).await?;
    exams::seat(&tx, &seats).await?;
    tx.changed(&record, "seats", None, Some(format!("{} / {}", seats.len(), rooms.trim())));
    tx.commit().await?;
    Ok(Ok(seats.len()))
}
