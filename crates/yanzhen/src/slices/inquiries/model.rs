//! Asking people where they are (去向核实): what was asked of whom, and what came of it. Pure.

use kernel::key;
use platform::access::{Org, Target};

/// Where an inquiry stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// A link was handed out and waits for an answer.
    Open,
    /// An answer came by the link and waits for the office.
    Answered,
    /// The answer stands in the person's file.
    Accepted,
    /// The answer was not taken over.
    Refused,
    /// The link was taken back.
    Revoked,
    /// Nobody answered in time.
    Expired,
    /// Called, and told: it stands in the person's file.
    Reached,
    /// Called, nobody answered.
    Unanswered,
    /// Called, and the number is not the person's.
    Wrong,
    /// Called, and the person would rather not say.
    Declined,
}

impl State {
    pub const ALL: [State; 10] = [
        State::Open,
        State::Answered,
        State::Accepted,
        State::Refused,
        State::Revoked,
        State::Expired,
        State::Reached,
        State::Unanswered,
        State::Wrong,
        State::Declined,
    ];

    /// What can come of a call.
    pub const CALLS: [State; 4] = [State::Reached, State::Unanswered, State::Wrong, State::Declined];

    pub fn id(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Answered => "answered",
            State::Accepted => "accepted",
            State::Refused => "refused",
            State::Revoked => "revoked",
            State::Expired => "expired",
            State::Reached => "reached",
            State::Unanswered => "unanswered",
            State::Wrong => "wrong",
            State::Declined => "declined",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            State::Open => key!("链接已发，未填"),
            State::Answered => key!("已填，待采用"),
            State::Accepted => key!("已采用"),
            State::Refused => key!("未采用"),
            State::Revoked => key!("链接已收回"),
            State::Expired => key!("到期未填"),
            State::Reached => key!("电话接通"),
            State::Unanswered => key!("电话没人接"),
            State::Wrong => key!("号码不对"),
            State::Declined => key!("不愿说"),
        }
    }

    pub fn tone(self) -> &'static str {
        match self {
            State::Open => "plan",
            State::Answered => "info",
            State::Accepted | State::Reached => "ok",
            State::Refused | State::Revoked | State::Expired => "",
            State::Unanswered | State::Wrong | State::Declined => "warn",
        }
    }

    pub fn by_id(id: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.id() == id)
    }

    pub fn is_call(self) -> bool {
        State::CALLS.contains(&self)
    }
}

/// An inquiry with who is asked.
#[derive(Clone, Debug)]
pub struct Inquiry {
    pub id: i64,
    pub person: i64,
    pub person_name: String,
    pub township: String,
    pub village: String,
    /// Township and village as people say them.
    pub place_name: String,
    pub state: State,
    /// The office that asked.
    pub unit: String,
    /// The last day of a link.
    pub until: String,
    /// The day to call again; may be empty.
    pub again_on: String,
    /// Where the answer was told to be.
    pub place: String,
    pub employment: String,
    pub intention: String,
    /// Milliseconds since 1970.
    pub answered_at: Option<i64>,
    pub note: String,
    pub by: String,
    /// Milliseconds since 1970.
    pub at: i64,
    pub decided_by: String,
    pub decided_at: Option<i64>,
    pub reason: String,
    pub rev: i64,
}

impl Inquiry {
    /// Where it stands on a day: a link that nobody answered in time is over, whether that was written down yet or not.
    pub fn state_on(&self, day: &str) -> State {
        match self.state {
            State::Open if self.until.as_str() < day => State::Expired,
            state => state,
        }
    }

    /// What was told, in a line.
    pub fn told(&self) -> String {
        let all = [self.place.as_str(), &self.employment, &self.intention];
        all.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("　")
    }
}

impl Target for Inquiry {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: &self.village }
    }
}

/// A name with all but its first letter hidden, as a page shows it that anyone with a link may open.
pub fn surname_alone(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| format!("{first}{}", "＊".repeat(letters.count().max(1)))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h1_a_link_is_over_after_its_last_day() {
        let inquiry = |state, until: &str| Inquiry {
            id: 1,
            person: 2,
            person_name: "汪例辰".into(),
            township: "990101101".into(),
            village: "990101101201".into(),
            place_name: "例山镇 例溪村".into(),
            state,
            unit: "例山镇".into(),
            until: until.into(),
            again_on: String::new(),
            place: "在村".into(),
            employment: String::new(),
            intention: "学电商".into(),
            answered_at: None,
            note: String::new(),
            by: "何例甲".into(),
            at: 0,
            decided_by: String::new(),
            decided_at: None,
            reason: String::new(),
            rev: 1,
        };
        let open = inquiry(State::Open, "2026-11-22");
        assert_eq!((open.state_on("2026-11-22"), open.state_on("2026-11-23")), (State::Open, State::Expired));
        assert_eq!(inquiry(State::Answered, "2026-11-22").state_on("2026-12-30"), State::Answered);
        assert_eq!(open.told(), "在村　学电商");
        assert!(State::ALL.iter().all(|s| State::by_id(s.id()) == Some(*s)));
    }

    #[test]
    fn names_show_their_first_letter_alone() {
        assert_eq!(surname_alone("汪例辰"), "汪＊＊");
        assert_eq!((surname_alone("何"), surname_alone("")), ("何＊".into(), String::new()));
    }
}
