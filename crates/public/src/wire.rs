//! What travels between a county and its public pages, as JSON. A reader ignores fields it does not know and takes absent
//! lists as empty, so that either side may be the newer one.
//!
//! Days are `YYYY-MM-DD`; moments are either milliseconds since 1970 (`i64`) or, where people read them, words as printed.

use serde::{Deserialize, Serialize};

/// The version of this format.
pub const VERSION: u32 = 1;

/// Everything that a county publishes: `published/site.json`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Site {
    /// [`VERSION`]; another one is not read.
    pub version: u32,
    /// The county's name.
    pub county: String,
    /// Whether everything is invented.
    #[serde(default)]
    pub demo: bool,
    /// The county's public key for letters: an uncompressed point of SM2 in hex digits (130).
    pub key: String,
    /// When it was published, milliseconds since 1970.
    #[serde(default)]
    pub published_at: i64,
    /// What can be applied for, also before it opens and after it closed.
    #[serde(default)]
    pub campaigns: Vec<Campaign>,
    /// Public notices of people who are to be taken.
    #[serde(default)]
    pub notices: Vec<Notice>,
}

/// A campaign as its public page tells it. All text is the county's and the pack's, in Chinese.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Campaign {
    /// Letters, digits, `-` and `_`: part of addresses.
    pub id: String,
    /// The heading of its page.
    pub title: String,
    /// What it is for, a few words.
    #[serde(default)]
    pub kind: String,
    /// Who holds it.
    #[serde(default)]
    pub organiser: String,
    /// First moment of applications: `2026-11-09T08:00`, time of the county (UTC+8).
    pub opens_at: String,
    /// From this moment on none are taken: `2026-11-27T17:30`, time of the county.
    pub closes_at: String,
    /// Who may apply.
    #[serde(default)]
    pub conditions: Vec<Told>,
    /// What is offered.
    #[serde(default)]
    pub benefits: Vec<Told>,
    /// What happens when: the basis is the day in words.
    #[serde(default)]
    pub calendar: Vec<Told>,
    /// What to have at hand.
    #[serde(default)]
    pub materials: Vec<Told>,
    /// The negative list.
    #[serde(default)]
    pub bars: Vec<Told>,
    /// Statements that an applicant must agree to, each of them.
    #[serde(default)]
    pub declares: Vec<Pick>,
    /// Where applicants come from (veteran, graduate …): one of them is chosen. Empty: not asked.
    #[serde(default)]
    pub sources: Vec<Pick>,
    /// What can be applied for, and where.
    #[serde(default)]
    pub places: Vec<Place>,
    /// Who may put somebody forward: `self`, `member`, `resident`, `secretary`.
    #[serde(default)]
    pub routes: Vec<String>,
    /// How the data are used: title the question, basis the answer.
    #[serde(default)]
    pub privacy: Vec<Told>,
    /// What an applicant agrees to, one sentence.
    #[serde(default)]
    pub consent: String,
    /// Months after the end that data of those not taken are kept.
    #[serde(default)]
    pub keep_months: u32,
    /// Whom to ask, and what to do without a phone.
    #[serde(default)]
    pub help: String,
}

/// A sentence and what it rests on, or what it means.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Told {
    /// The sentence.
    pub title: String,
    /// Clause, day, explanation; may be empty.
    #[serde(default)]
    pub basis: String,
}

/// One of several, by its id.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Pick {
    /// The id that a form sends.
    pub id: String,
    /// What is read.
    pub title: String,
}

/// What can be applied for somewhere.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Place {
    /// Division code: 9 digits of a township or 12 of a village.
    pub code: String,
    /// The township's name.
    pub township: String,
    /// The village's name; empty where a township is applied for.
    #[serde(default)]
    pub village: String,
    /// The post.
    #[serde(default)]
    pub post: String,
    /// How many are sought; 0 is not told.
    #[serde(default)]
    pub seats: u32,
}

impl Place {
    /// Township, village and post, as people read it.
    pub fn words(&self) -> String {
        let mut out = format!("{}{}", self.township, self.village);
        if !self.post.is_empty() {
            out.push('，');
            out.push_str(&self.post);
        }
        out
    }
}

impl Campaign {
    /// What a form sends for a place: its code, or `code/post` where several posts stand under one code.
    pub fn key_of(&self, place: &Place) -> String {
        match self.places.iter().filter(|p| p.code == place.code).count() {
            0 | 1 => place.code.clone(),
            _ => format!("{}/{}", place.code, place.post),
        }
    }

    /// The place that a form means by [`Form::place`].
    pub fn place(&self, key: &str) -> Option<&Place> {
        self.places.iter().find(|p| self.key_of(p) == key)
    }

    /// Whether a route is open: `self`, `member`, `resident`, `secretary`.
    pub fn takes(&self, route: &str) -> bool {
        self.routes.iter().any(|r| r == route)
    }
}

/// A public notice (公示).
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Notice {
    /// Letters, digits, `-` and `_`.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What it says, paragraphs by line ends.
    #[serde(default)]
    pub text: String,
    /// Day it was posted.
    pub posted_on: String,
    /// Last day that objections are taken.
    pub until: String,
    /// Whom it is about.
    #[serde(default)]
    pub people: Vec<NoticePerson>,
    /// Whom else objections can be told.
    #[serde(default)]
    pub help: String,
}

/// Somebody in a public notice: what the county publishes, in words.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NoticePerson {
    /// Name.
    pub name: String,
    /// 男 or 女.
    #[serde(default)]
    pub sex: String,
    /// Year and month of birth in words.
    #[serde(default)]
    pub born: String,
    /// Education in words.
    #[serde(default)]
    pub education: String,
    /// The intended post.
    #[serde(default)]
    pub post: String,
    /// Township and village.
    #[serde(default)]
    pub place: String,
}

impl NoticePerson {
    /// Sex, birth and education, of which there may be none.
    pub fn line(&self) -> String {
        let parts = [self.sex.as_str(), &self.born, &self.education];
        parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("，")
    }
}

/// What somebody sends to the county; only the county opens it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Letter {
    /// An application of one's own.
    Apply {
        /// The campaign's id.
        campaign: String,
        /// The receipt, `BM26-7K4Q-P93X`.
        receipt: String,
        /// The words that go with it, `竹·桥·09`.
        words: String,
        /// When, milliseconds since 1970.
        at: i64,
        /// What was filled in; checked.
        form: Form,
    },
    /// Somebody is recommended: no more than name, village and reason until that person agrees.
    Recommend {
        /// The campaign's id.
        campaign: String,
        /// The recommender's receipt, `TJ26-…`.
        receipt: String,
        /// Its words.
        words: String,
        /// When.
        at: i64,
        /// `member`, `resident` or `secretary`.
        by_kind: String,
        /// The recommender.
        by_name: String,
        /// The recommender's phone.
        by_phone: String,
        /// Who is recommended.
        name: String,
        /// Where that person lives: [`Place::code`] of a place of the campaign.
        village: String,
        /// Why.
        reason: String,
    },
    /// An applicant corrects what was filled in: the form as it is to be.
    Correct {
        /// The application's receipt.
        receipt: String,
        /// Its words.
        words: String,
        /// When.
        at: i64,
        /// The form as it is to be; checked.
        form: Form,
    },
    /// An applicant withdraws. The application's own letter may have been taken out of the inbox unread.
    Withdraw {
        /// The application's receipt.
        receipt: String,
        /// Its words.
        words: String,
        /// When.
        at: i64,
    },
    /// An applicant asks for an explanation or a review.
    Ask {
        /// The application's receipt.
        receipt: String,
        /// Its words.
        words: String,
        /// When.
        at: i64,
        /// What is asked.
        text: String,
    },
    /// An objection to a public notice, by name.
    Object {
        /// The notice's id.
        notice: String,
        /// The objector's receipt, `YY26-…`.
        receipt: String,
        /// Its words.
        words: String,
        /// When.
        at: i64,
        /// The objector.
        name: String,
        /// The objector's phone.
        phone: String,
        /// Whom it is about: a name of the notice, or empty for the notice as a whole.
        about: String,
        /// What is objected.
        text: String,
    },
    /// Somebody tells the own whereabouts by a link that the office sent.
    Tell {
        /// The link's letters: they stand for receipt and words.
        link: String,
        /// When.
        at: i64,
        /// Where the person is.
        place: String,
        /// What it does for a living; may be empty.
        employment: String,
        /// What it would like to do; may be empty.
        intention: String,
    },
}

impl Letter {
    /// Receipt and words.
    pub fn slip(&self) -> (&str, &str) {
        match self {
            Letter::Apply { receipt, words, .. }
            | Letter::Recommend { receipt, words, .. }
            | Letter::Correct { receipt, words, .. }
            | Letter::Withdraw { receipt, words, .. }
            | Letter::Ask { receipt, words, .. }
            | Letter::Object { receipt, words, .. } => (receipt, words),
            Letter::Tell { link, .. } => (link, ""),
        }
    }
}

/// An application as filled in. Never printed for debugging: it is a person's own.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Form {
    /// Name.
    pub name: String,
    /// Identity number, 18 characters (GB 11643).
    pub identity: String,
    /// Mobile phone, 11 digits.
    pub phone: String,
    /// GB/T 2261.1, of the identity number.
    pub sex: String,
    /// Day of birth, of the identity number.
    pub birth: String,
    /// GB/T 4658.
    pub education: String,
    /// Whether the education was full-time.
    #[serde(default)]
    pub full_time: bool,
    /// School; may be empty.
    #[serde(default)]
    pub school: String,
    /// Major; may be empty.
    #[serde(default)]
    pub major: String,
    /// Month of graduation, `YYYY-MM`; may be empty.
    #[serde(default)]
    pub graduated_on: String,
    /// GB/T 4762.
    pub political: String,
    /// Month of joining the party, `YYYY-MM`; empty for others than members.
    #[serde(default)]
    pub party_on: String,
    /// Present work; may be empty.
    #[serde(default)]
    pub work: String,
    /// Where the household is registered, in words.
    #[serde(default)]
    pub household: String,
    /// What is applied for: see [`Campaign::key_of`].
    pub place: String,
    /// Id of one of [`Campaign::sources`]; empty where none are asked.
    #[serde(default)]
    pub source: String,
    /// Ids of the statements agreed to: all of [`Campaign::declares`].
    #[serde(default)]
    pub declares: Vec<String>,
    /// Whether the person may be kept in view when not taken.
    #[serde(default)]
    pub keep_contact: bool,
    /// Whether the person agreed to [`Campaign::consent`]: always, in a letter.
    #[serde(default)]
    pub consent: bool,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Form(..)")
    }
}

/// What somebody with receipt and words reads.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Status {
    /// The receipt.
    pub receipt: String,
    /// The campaign's or notice's title.
    pub title: String,
    /// Place and post in words.
    #[serde(default)]
    pub place: String,
    /// When it was received, milliseconds since 1970.
    #[serde(default)]
    pub received_at: i64,
    /// What the applicant must do now, in a sentence.
    #[serde(default)]
    pub need: Option<String>,
    /// What happened and what is to come, in order.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// The applicant's own data.
    #[serde(default)]
    pub form: Option<Form>,
    /// What the applicant may do.
    #[serde(default)]
    pub may: Vec<May>,
    /// Admission to an examination.
    #[serde(default)]
    pub ticket: Option<Ticket>,
    /// Last day that this can be looked up; may be empty.
    #[serde(default)]
    pub until: String,
}

/// What a link asks of one person. Whoever holds the link reads it: so little stands in it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Inquiry {
    /// The person's name with all but its first letter hidden.
    pub name: String,
    /// The office that asks.
    pub unit: String,
    /// Last day on which it can be answered.
    pub until: String,
}

/// One line of a status.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Line {
    /// When, in words: `11月18日 20:06`, `12月4日前`.
    pub at: String,
    /// What.
    pub title: String,
    /// More about it; may be empty.
    #[serde(default)]
    pub note: String,
    /// Whether it is done, under way or to come.
    #[serde(default)]
    pub tone: Tone,
}

/// How far something is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// Happened.
    Done,
    /// Under way.
    Now,
    /// To come.
    #[default]
    Todo,
}

/// What an applicant may do with the own application.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum May {
    /// Correct the own data.
    Correct,
    /// Withdraw.
    Withdraw,
    /// Ask for an explanation or a review.
    Ask,
}

/// Admission to an examination, to be printed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Ticket {
    /// Number.
    pub no: String,
    /// Room.
    pub room: String,
    /// Seat.
    pub seat: String,
    /// Where.
    pub address: String,
    /// When, in words.
    pub time: String,
    /// What: 笔试, 面试.
    pub what: String,
}
