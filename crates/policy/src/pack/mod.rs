//! A pack: what its files mean.

mod checks;
mod read;

use crate::campaigns::CampaignsSection;
use crate::cases::{self, Case};
use crate::chains::ChainsSection;
use crate::colours::{self, ClassifyMissing, ColourTable};
use crate::condition::Scope;
use crate::consequences::{self, Consequence};
use crate::coverage;
use crate::duty::{self, DutySection};
use crate::facts::Fact;
use crate::grading::{self, Grade, Grading, Rounding, TieKey, Within};
use crate::indicators::{self, Indicator, Method, Target};
use crate::keys::Keys;
use crate::membership::MembershipSection;
use crate::node::Node;
use crate::people::PeopleSection;
use crate::pools::PoolsSection;
use crate::posts::{Dates, PackRef, PostsSection, whole};
use crate::review::ReviewSection;
use crate::source::Source;
use checks::{check_grades, check_indicators, check_labels, check_second, unused_facts};
use kernel::{Fault, Quantity, Severity, msg};
use read::{Sections, read_classify, read_facts, read_labels, read_sections, read_weights};
use std::cell::RefCell;
use std::collections::BTreeSet;
use tables::Table;

/// How wide a pack reaches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum PackScope {
    /// A county's measures.
    County,
    /// A town's, under a county's.
    Township,
    /// A village's own.
    Village,
}

/// A pack, ready for the engines.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// How wide it reaches.
    pub scope: PackScope,
    /// The pack it stands under; empty for none.
    pub parent: String,
    /// First day in force, YYYY-MM-DD.
    pub effective_from: String,
    /// Last day in force; empty while open.
    pub effective_to: String,
    /// Document number and title.
    pub basis: String,
    /// The facts it declares, in its order.
    pub facts: Vec<Fact>,
    /// `village` or `person`.
    pub subject: String,
    /// Least total, hundredths.
    pub total_min: Option<i64>,
    /// Greatest total, hundredths.
    pub total_max: Option<i64>,
    /// Ids of `rated` indicators whose marks a second person of the unit confirms.
    pub second_check: Vec<String>,
    /// Working days that results are on public notice.
    pub notice_workdays: u32,
    /// Working days in which an appeal is answered.
    pub answer_workdays: u32,
    /// Weights of raters, as spelled.
    pub rater_weights: Vec<(String, Quantity)>,
    /// Chinese names of raters, as spelled: `[raters]`.
    pub rater_labels: Vec<(String, String)>,
    /// Whether it has `indicators.csv`.
    pub has_appraisal: bool,
    /// Its indicators in file order.
    pub indicators: Vec<Indicator>,
    /// Its grades, best first.
    pub grades: Vec<Grade>,
    /// How grades are given.
    pub grading: Grading,
    /// Its consequences in order.
    pub consequences: Vec<Consequence>,
    /// Its decision table.
    pub colours: Option<ColourTable>,
    /// `[classify.missing]` by fact position.
    pub classify_missing: Vec<ClassifyMissing>,
    /// `review.csv` as it stands.
    pub review: Option<Table>,
    /// `[posts]`, where it has one.
    posts: Option<PostsSection>,
    /// `[people]`, where it has one.
    people: Option<PeopleSection>,
    /// `[duty]`, where it has one.
    duty: Option<DutySection>,
    /// `[pools]`, where it has one.
    pools: Option<PoolsSection>,
    /// `[campaigns]`, where it has one.
    campaigns: Option<CampaignsSection>,
    /// `[membership]`, where it has one.
    membership: Option<MembershipSection>,
    /// `[review]` and `review.csv`, where it has them.
    joint_review: Option<ReviewSection>,
    /// `[chains]`, where it has one.
    chains: Option<ChainsSection>,
    /// Its cases.
    pub cases: Vec<Case>,
    /// `pack.toml` as faults name it.
    pub file: String,
    /// SHA-256 of its content, hexadecimal.
    pub hash: String,
}

/// Working days of notice and of an answer where a pack says nothing. Source: DOMAIN, "Public notice".
const WORKDAYS: u32 = 5;

/// Sections that later stages read; they stay in the hash and are shown as they are.
const LATER: [&str; 4] = ["training", "ballot", "ballots", "rewards"];

/// The fixed columns of a result, before one for each scored indicator. Source: PACKS, "Headless use", *Out*.
pub const RESULT_COLUMNS: [&str; 12] = [
    "code",
    "name",
    "township",
    "total",
    "before_bonus",
    "bonus",
    "penalty",
    "veto",
    "rank",
    "grade",
    "status",
    "missing",
];

/// Whether a fact or indicator must not take an id. Source: PACKS, "Identity and facts".
pub(crate) fn is_reserved(id: &str) -> bool {
    const WORDS: [&str; 14] = [
        "full",
        "indicator",
        "rater",
        "mark",
        "note",
        "village",
        "county",
        "and",
        "or",
        "not",
        "in",
        "true",
        "false",
        "null",
    ];
    RESULT_COLUMNS.contains(&id) || WORDS.contains(&id)
}

fn count_faults(faults: &[Fault]) -> usize {
    faults.iter().filter(|f| f.severity == Severity::Fault).count()
}

impl Pack {
    /// Reads a pack. Findings of every severity come with it; `None` when one of them is a fault.
    pub fn read(source: &Source) -> (Option<Pack>, Vec<Fault>) {
        if source.is_empty() && !source.faults.is_empty() {
            // Without pack.toml every other finding would be an echo.
            return (None, source.faults.clone());
        }
        let findings = RefCell::new(source.faults.clone());
        let file = source.file("pack.toml");
        let keys = Keys::new(&source.toml, "", &file, &findings);
        let id = keys.required("id");
        if !id.is_empty() && !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
            keys.fault("id", msg!("编号只能用英文字母、数字、_ 和 -"), None);
        }
        let version = keys.required("version");
        let title = keys.required("title");
        let issuer = keys.text("issuer");
        let scope = keys.one_of(
            "scope",
            &[
                ("county", PackScope::County),
                ("township", PackScope::Township),
                ("village", PackScope::Village),
            ],
        );
        let parent = keys.text("parent");
        let effective_from = keys.date("effective_from");
        let effective_to = keys.date("effective_to");
        if !effective_to.is_empty() && effective_to < effective_from {
            keys.fault("effective_to", msg!("失效日期早于生效日期"), None);
        }
        let basis = keys.text("basis");
        let hash = source.hash();
        let facts = read_facts(&keys, &file, &findings, source.tables[1].is_some());

        let mut subject = "village".to_owned();
        let (mut total_min, mut total_max) = (None, None);
        let mut second_check = None;
        let (mut notice_workdays, mut answer_workdays) = (None, None);
        let mut weight_nodes: Vec<&Node> = keys.node("rater_weights").into_iter().collect();
        if let Some(node) = keys.node("appraisal") {
            let own = Keys::new(node, "appraisal", &file, &findings);
            subject = own.one_of("subject", &[("village", "village"), ("person", "person")]).to_owned();
            total_min = own.hundredths("total_min");
            total_max = own.hundredths("total_max");
            if let (Some(min), Some(max)) = (total_min, total_max)
                && min > max
            {
                own.fault("total_min", msg!("total_min 大于 total_max"), None);
            }
            weight_nodes.extend(own.node("rater_weights"));
            notice_workdays = whole(&own, "notice_workdays", 1, 60);
            answer_workdays = whole(&own, "answer_workdays", 1, 60);
            second_check = own.node("second_check").map(|node| (node.at, own.texts("second_check")));
            own.finish();
        }
        let rater_weights = read_weights(&weight_nodes, &file, &findings);
        let rater_labels = read_labels(&keys);

        let grades: Vec<Grade> = keys
            .items("grades")
            .iter()
            .enumerate()
            .filter_map(|(i, n)| {
                grading::read_grade(Keys::new(n, &format!("grades[{}]", i + 1), &file, &findings))
            })
            .collect();
        check_grades(&grades, &keys);
        let grade_ids: Vec<i64> = grades.iter().map(|g| g.id).collect();

        let names = Scope { facts: &facts, subject: &subject, results: false };
        let has_appraisal = source.tables[0].is_some();
        let mut table_faults = Vec::new();
        let indicators = source.tables[0]
            .as_ref()
            .map(|t| indicators::read(t, names, &grade_ids, &mut table_faults))
            .unwrap_or_default();
        let rows = source.tables[0].as_ref().map_or(0, |t| t.rows.len());
        let whole = indicators.len() == rows;
        let indicators_file = source.file("indicators.csv");
        check_indicators(&indicators, &rater_weights, whole, &indicators_file, &mut table_faults);
        let (at, second_check) = second_check.unwrap_or_default();
        if whole {
            check_second(&second_check, at, &indicators, &file, &findings);
        }
        let colours = source.tables[1].as_ref().map(|t| colours::read(t, &facts, &mut table_faults));
        findings.borrow_mut().append(&mut table_faults);

        check_labels(&rater_labels, &indicators, &keys);
        let grading = match keys.node("grading") {
            Some(node) => {
                grading::read_grading(Keys::new(node, "grading", &file, &findings), names, &indicators)
            }
            None => Grading::default(),
        };
        if grading.rounding == Rounding::Floor && grades.iter().any(|g| g.quota.is_some()) {
            keys.fault(
                "grading",
                msg!("floor 舍去的名额都落到最后一等"),
                Some(msg!("需要分满名额时用 largest_remainder")),
            );
            soften(&findings, Severity::Warning);
        }
        let results = Scope { facts: &facts, subject: &subject, results: true };
        let consequences: Vec<Consequence> = keys
            .items("consequences")
            .iter()
            .enumerate()
            .filter_map(|(i, n)| consequences::read(n, i, &file, results, &findings))
            .collect();
        for (i, c) in consequences.iter().enumerate() {
            if consequences[..i].iter().any(|d| d.id == c.id) {
                let fault = Fault::cell(&file, c.row, "id", &c.id, msg!("编号 {id} 出现两次", id = &c.id));
                findings.borrow_mut().push(fault);
            }
        }
        let classify_missing = read_classify(&keys, &file, &facts, &findings);
        let said_by =
            PackRef { id: id.clone(), version: version.clone(), title: title.clone(), hash: hash.clone() };
        let dates = Dates { from: effective_from.clone(), to: effective_to.clone() };
        let Sections { posts, people, duty, pools, campaigns, membership, joint_review, chains } =
            read_sections(&keys, (&file, source.tables[2].as_ref()), &findings, said_by, dates, &basis);
        if let Some(duty) = &duty {
            duty::facts_fit(duty, &facts, &file, &findings);
        }
        for later in LATER {
            if keys.node(later).is_some() {
                keys.fault(later, msg!("{key} 由以后的环节读取，这里原样保留", key = later), None);
                soften(&findings, Severity::Note);
            }
        }
        keys.finish();
        let cases = cases::read(source, &findings);
        let mut findings = findings.into_inner();
        let order = ["pack.toml", "indicators.csv", "colours.csv", "review.csv"].map(|f| source.file(f));
        let position = |f: &Fault| order.iter().position(|o| *o == f.file).unwrap_or(order.len());
        findings
            .sort_by(|a, b| (position(a), &a.file, a.row, a.col).cmp(&(position(b), &b.file, b.row, b.col)));
        findings.dedup();
        let pack = (count_faults(&findings) == 0).then(|| Pack {
            id,
            version,
            title,
            issuer,
            scope,
            parent,
            effective_from,
            effective_to,
            basis,
            facts,
            subject,
            total_min,
            total_max,
            second_check,
            notice_workdays: notice_workdays.unwrap_or(WORKDAYS),
            answer_workdays: answer_workdays.unwrap_or(WORKDAYS),
            rater_weights,
            rater_labels,
            has_appraisal,
            indicators,
            grades,
            grading,
            consequences,
            colours,
            classify_missing,
            review: source.tables[2].clone(),
            posts,
            people,
            duty,
            pools,
            campaigns,
            membership,
            joint_review,
            chains,
            cases,
            file: source.file("pack.toml"),
            hash,
        });
        (pack, findings)
    }

    /// Everything `policy check` finds: reading, then the analysis of the tables.
    pub fn check(source: &Source) -> (Option<Pack>, Vec<Fault>) {
        let (pack, mut findings) = Pack::read(source);
        if let Some(pack) = &pack {
            if let Some(table) = &pack.colours {
                findings.extend(coverage::analyse(table, &pack.facts, &pack.classify_missing));
            }
            findings.extend(unused_facts(pack, source));
        }
        (pack, findings)
    }

    /// What it writes in `[posts]`. What holds for a village is [`crate::Posts::in_force`].
    pub fn posts(&self) -> Option<&PostsSection> {
        self.posts.as_ref()
    }

    /// What it writes in `[people]`. What holds for a village is [`crate::People::in_force`].
    pub fn people(&self) -> Option<&PeopleSection> {
        self.people.as_ref()
    }

    /// What it writes in `[campaigns]`. What holds for a part is [`crate::Campaigns::in_force`].
    pub fn campaigns(&self) -> Option<&CampaignsSection> {
        self.campaigns.as_ref()
    }

    /// What it writes in `[pools]`. What holds for a village is [`crate::Pools::in_force`].
    pub fn pools(&self) -> Option<&PoolsSection> {
        self.pools.as_ref()
    }

    /// What it writes in `[membership]`. What holds for a village is [`crate::Membership::in_force`].
    pub fn membership(&self) -> Option<&MembershipSection> {
        self.membership.as_ref()
    }

    /// What it writes of the joint review. What holds is [`crate::Review::in_force`].
    pub fn joint_review(&self) -> Option<&ReviewSection> {
        self.joint_review.as_ref()
    }

    /// What it writes in `[chains]`. What holds for a village is [`crate::Chains::in_force`].
    pub fn chains(&self) -> Option<&ChainsSection> {
        self.chains.as_ref()
    }

    /// What it writes in `[duty]`. What holds for a village is [`crate::Duty::in_force`].
    pub fn duty(&self) -> Option<&DutySection> {
        self.duty.as_ref()
    }

    /// The position of a fact.
    pub fn fact(&self, id: &str) -> Option<usize> {
        self.facts.iter().position(|f| f.id == id)
    }

    /// Whether the subjects are persons.
    pub fn of_persons(&self) -> bool {
        self.subject == "person"
    }

    /// The weight of a rater; 0 when it has none.
    pub fn weight(&self, rater: &str) -> Quantity {
        self.rater_weights.iter().find(|(r, _)| r == rater).map_or(Quantity(0), |(_, w)| *w)
    }

    /// The label of a grade's id.
    pub fn grade_label(&self, id: i64) -> Option<&str> {
        self.grades.iter().find(|g| g.id == id).map(|g| g.label.as_str())
    }

    /// The facts a consequence, indicator, grade or colour may use: positions.
    fn used_facts(&self) -> BTreeSet<usize> {
        let mut used = BTreeSet::new();
        let mut name = |n: &String| {
            if let Some(p) = self.facts.iter().position(|f| f.id == *n) {
                used.insert(p);
            }
        };
        for i in &self.indicators {
            match &i.method {
                Method::Formula { expr } => expr.names.iter().for_each(&mut name),
                Method::Veto { when, .. } => when.names().iter().for_each(&mut name),
                _ => {}
            }
        }
        for c in &self.consequences {
            c.when.names().iter().for_each(&mut name);
            if let Some(consequences::Amount::Formula(f)) = &c.amount {
                f.names.iter().for_each(&mut name);
            }
        }
        for i in &self.indicators {
            used.extend(i.method.fact());
            if let Method::Ratio { target: Target::Fact(t), .. }
            | Method::RatioDown { target: Target::Fact(t), .. } = i.method
            {
                used.insert(t);
            }
        }
        if let Within::Choice(f) = self.grading.within {
            used.insert(f);
        }
        if let Some(table) = &self.colours {
            used.extend(&table.facts);
        }
        used
    }
}

fn soften(findings: &RefCell<Vec<Fault>>, severity: Severity) {
    if let Some(last) = findings.borrow_mut().last_mut() {
        last.severity = severity;
    }
}

/// Tie keys need the last word `code`; it is implied. Kept here so that `show` prints the whole order.
impl Grading {
    /// The order of equal totals with the implied `code`.
    pub fn full_order(&self) -> Vec<TieKey> {
        let mut keys = self.tie_break.clone();
        if !keys.contains(&TieKey::Code) {
            keys.push(TieKey::Code);
        }
        keys
    }
}
