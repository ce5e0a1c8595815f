//! `[campaigns]`: by which open selections (公开选拔、招录) people are found: who may apply, what is offered, what has to be
//! brought, which stages follow one another with what weights, ratios and days.

mod read;
mod tell;

pub(crate) use read::read;
pub(crate) use tell::{parts, tell};

use crate::items::{Item, title};
use crate::pack::Pack;
use crate::pools::{Somebody, Who};
use crate::posts;
use kernel::Quantity;

/// How somebody comes to be an applicant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Route {
    /// By oneself.
    Own,
    /// Recommended by a party member.
    Member,
    /// Recommended by a resident.
    Resident,
    /// Recommended by a secretary.
    Secretary,
}

impl Route {
    /// All, in the order of a form.
    pub const ALL: [Route; 4] = [Route::Own, Route::Member, Route::Resident, Route::Secretary];

    /// As packs, letters and tables spell it.
    pub fn id(self) -> &'static str {
        match self {
            Route::Own => "self",
            Route::Member => "member",
            Route::Resident => "resident",
            Route::Secretary => "secretary",
        }
    }

    /// In Chinese.
    pub fn title(self) -> &'static str {
        match self {
            Route::Own => kernel::key!("自荐"),
            Route::Member => kernel::key!("党员推荐"),
            Route::Resident => kernel::key!("村民推荐"),
            Route::Secretary => kernel::key!("书记推荐"),
        }
    }

    /// By its id.
    pub fn by_id(id: &str) -> Option<Route> {
        Route::ALL.into_iter().find(|r| r.id() == id)
    }
}

/// A kind of campaign.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Run by the county; by a township otherwise.
    pub county: bool,
    /// The pool that those chosen enter, by id; empty where a post is filled.
    pub pool: String,
    /// The post that those chosen take, by id.
    pub post: String,
    /// The ground of entering the pool, by id; empty for the first that there is.
    pub ground: String,
    /// By which way the post is taken, by id.
    pub way: String,
    /// By which routes one comes in.
    pub routes: Vec<Route>,
    /// Months for which the data of those not chosen are kept after the end.
    pub keep_months: u32,
    /// Working days in which an applicant may ask for a review of a step.
    pub ask_workdays: u32,
    /// Which papers decide between equal totals, in order, by stage id.
    pub ties: Vec<String>,
}

/// A condition of applying.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The kinds of campaign that ask it, by id; empty for all.
    pub of: Vec<String>,
    /// Met by whoever one of these means. Empty where it is declared.
    pub any: Vec<Who>,
    /// The applicant declares it and an office checks it on the originals.
    pub declared: bool,
    /// An office may except somebody by a decision with a reason.
    pub exception: bool,
}

/// Something told to applicants: a benefit, or a material to bring.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The kinds of campaign, by id; empty for all.
    pub of: Vec<String>,
    /// More about it.
    pub hint: String,
    /// For a material: without it an application is incomplete.
    pub needed: bool,
}

/// What is done in a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// Applications come in.
    Apply,
    /// Eligibility and completeness are checked.
    Qualify,
    /// The democratic recommendation meeting.
    Meeting,
    /// The joint review by county seats.
    Review,
    /// A written paper.
    Written,
    /// An interview before a panel.
    Interview,
    /// Inspection by several methods.
    Inspect,
    /// Public notice.
    Notice,
    /// Decision and entry.
    Decide,
    /// Probation.
    Probation,
}

impl Work {
    /// All, in the order that they can follow one another.
    pub const ALL: [Work; 10] = [
        Work::Apply,
        Work::Qualify,
        Work::Meeting,
        Work::Review,
        Work::Written,
        Work::Interview,
        Work::Inspect,
        Work::Notice,
        Work::Decide,
        Work::Probation,
    ];

    /// As packs and tables spell it.
    pub fn id(self) -> &'static str {
        match self {
            Work::Apply => "apply",
            Work::Qualify => "qualify",
            Work::Meeting => "meeting",
            Work::Review => "review",
            Work::Written => "written",
            Work::Interview => "interview",
            Work::Inspect => "inspect",
            Work::Notice => "notice",
            Work::Decide => "decide",
            Work::Probation => "probation",
        }
    }

    /// In Chinese.
    pub fn title(self) -> &'static str {
        match self {
            Work::Apply => kernel::key!("报名"),
            Work::Qualify => kernel::key!("资格审查"),
            Work::Meeting => kernel::key!("民主推荐"),
            Work::Review => kernel::key!("县级联审"),
            Work::Written => kernel::key!("笔试"),
            Work::Interview => kernel::key!("面试"),
            Work::Inspect => kernel::key!("考察"),
            Work::Notice => kernel::key!("公示"),
            Work::Decide => kernel::key!("研究决定"),
            Work::Probation => kernel::key!("试用"),
        }
    }

    /// By its id.
    pub fn by_id(id: &str) -> Option<Work> {
        Work::ALL.into_iter().find(|w| w.id() == id)
    }

    /// Whether it gives marks.
    pub fn is_paper(self) -> bool {
        matches!(self, Work::Written | Work::Interview)
    }
}

/// A stage of a kind of campaign. Stages follow one another as the pack lists them.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The kind of campaign, by id.
    pub of: String,
    /// What is done.
    pub work: Work,
    /// How long: working days of a notice, days of applying, months of a probation.
    pub length: Option<u32>,
    /// A paper's share of the total, per cent.
    pub weight: Option<Quantity>,
    /// A paper's full marks, hundredths.
    pub full: i64,
    /// Below it nobody goes on, hundredths.
    pub pass: Option<i64>,
    /// How many examiners an interview has.
    pub examiners: u32,
    /// How many of the highest and as many of the lowest marks are dropped.
    pub drop: u32,
    /// How many for a seat are let into this stage, from those ranked before.
    pub ratio: Option<Quantity>,
    /// For a meeting: per cent of those due who have to be there.
    pub quorum: Option<Quantity>,
}

/// What one pack writes in `[campaigns]`.
#[derive(Clone, Debug, Default)]
pub struct CampaignsSection {
    /// `[[campaigns.kind]]`
    pub kinds: Vec<Item<Kind>>,
    /// `[[campaigns.condition]]`
    pub conditions: Vec<Item<Condition>>,
    /// `[[campaigns.benefit]]`
    pub benefits: Vec<Item<Offer>>,
    /// `[[campaigns.material]]`
    pub materials: Vec<Item<Offer>>,
    /// `[[campaigns.stage]]`
    pub stages: Vec<Item<Stage>>,
}

/// What holds for a part of the county under the packs in force on a day.
#[derive(Clone, Debug, Default)]
pub struct Campaigns {
    kinds: Vec<Item<Kind>>,
    conditions: Vec<Item<Condition>>,
    benefits: Vec<Item<Offer>>,
    materials: Vec<Item<Offer>>,
    stages: Vec<Item<Stage>>,
}

fn meant(of: &[String], kind: &str) -> bool {
    of.is_empty() || of.iter().any(|o| o == kind)
}

impl Campaigns {
    /// What holds on a day (YYYY-MM-DD) under the packs that reach a part; see [`posts::Posts::in_force`].
    pub fn in_force<'p>(packs: impl IntoIterator<Item = &'p Pack>, day: &str) -> Campaigns {
        let mut out = Campaigns::default();
        for s in posts::layers(packs, day).iter().filter_map(|p| p.campaigns()) {
            out.kinds.extend(s.kinds.iter().cloned());
            out.conditions.extend(s.conditions.iter().cloned());
            out.benefits.extend(s.benefits.iter().cloned());
            out.materials.extend(s.materials.iter().cloned());
            out.stages.extend(s.stages.iter().cloned());
        }
        out
    }

    /// The kinds on a day.
    pub fn kinds_on(&self, day: &str) -> Vec<&Item<Kind>> {
        posts::on(&self.kinds, day)
    }

    /// A kind on a day.
    pub fn kind_on(&self, id: &str, day: &str) -> Option<&Item<Kind>> {
        self.kinds_on(day).into_iter().find(|k| k.id == id)
    }

    /// What a kind is called on a day, or was called.
    pub fn kind_title<'s>(&'s self, id: &'s str, day: &str) -> &'s str {
        title(&self.kinds, id, day)
    }

    /// The conditions of a kind on a day.
    pub fn conditions_on(&self, kind: &str, day: &str) -> Vec<&Item<Condition>> {
        posts::on(&self.conditions, day).into_iter().filter(|c| meant(&c.of, kind)).collect()
    }

    /// The benefits of a kind on a day.
    pub fn benefits_on(&self, kind: &str, day: &str) -> Vec<&Item<Offer>> {
        posts::on(&self.benefits, day).into_iter().filter(|c| meant(&c.of, kind)).collect()
    }

    /// The materials that a kind asks for on a day.
    pub fn materials_on(&self, kind: &str, day: &str) -> Vec<&Item<Offer>> {
        posts::on(&self.materials, day).into_iter().filter(|c| meant(&c.of, kind)).collect()
    }

    /// The stages of a kind on a day, in order.
    pub fn stages_on(&self, kind: &str, day: &str) -> Vec<&Item<Stage>> {
        posts::on(&self.stages, day).into_iter().filter(|s| s.of == kind).collect()
    }
}

impl Condition {
    /// Whether it is met by what is known of somebody; `None` where it is declared or nothing is known that tells.
    pub fn met(&self, somebody: &Somebody<'_>) -> bool {
        self.any.iter().any(|w| w.fits(somebody))
    }
}

/// Whom a condition means, in words.
pub fn asks(condition: &Condition) -> String {
    tell::condition_text(condition)
}
