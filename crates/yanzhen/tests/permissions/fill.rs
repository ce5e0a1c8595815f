//! What stands in the path of a route, as the fixture has it.

/// What stands in a route's path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fill {
    /// Nothing.
    Plain,
    /// `{code}` is a village.
    Village,
    /// `{id}` is an account.
    Account,
    /// `{id}` is an account, `{role}` a role that it holds.
    Role,
    /// `{id}` is a pack of the county; `{other}` is a pack of the first county.
    Pack,
    /// `{id}` is a draft of a pack of the county, `{act}` an act on it.
    Draft,
    /// `{id}` is a table that the township sent in, not yet written.
    Upload,
    /// `{id}` is what a township's table wrote.
    Batch,
    /// `{id}` is a roster that the township sent in, not yet written.
    Roster,
    /// `{id}` is what a township's roster wrote.
    Imported,
    /// `{id}` is a file beside a village's fact.
    Evidence,
    /// `{id}` is a person of a township's village; `{claim}`, `{attachment}` and `{list}` are of its file,
    /// `{other}` is a second person of the village.
    Person,
    /// `{code}` is a village, `{id}` who holds a post of it.
    Holding,
    /// `{id}` is a filing of a township; `{item}`, `{attachment}` and `{act}` are of it.
    Filing,
    /// `{id}` is a request for correction by a person of a township.
    Correction,
    /// `{id}` is a closed round of the county with a village of a township; `{name}` is a paper of it.
    Closed,
    /// `{id}` is what a rule proposes for a person of a township; `{act}` is one of its acts.
    Proposal,
    /// `{id}` is an entry of the rectification register; `{item}` and `{attachment}` are of it.
    Mending,
    /// `{id}` is a move of a township's person into a pool.
    Move,
    /// `{id}` is a motion that a township's person fills a seat.
    Motioned,
    /// `{id}` is a growth score of a township's person.
    Scored,
    /// `{id}` is a township's person's answer about its whereabouts.
    Inquiry,
    /// `{id}` is a township's person's course into the party.
    Course,
    /// `{id}` is a township's selection campaign.
    Campaign,
    /// `{id}` is an application of it.
    Entry,
    /// `{id}` is an objection to its notice.
    Objection,
    /// `{id}` is a record of a joint review.
    Review(crate::reviews::Part),
    /// `{id}` is a round that a township runs itself; `{sheet}` and `{code}` are of it.
    Round,
    /// `{id}` is an appeal against a result of that round.
    Appeal,
    /// `{id}` is a township's mark sheet; `{attachment}` is of a cell of it.
    Sheet,
    /// `{id}` is a file beside a mark of the county's round.
    MarkFile,
    /// `{id}` is a routine record of a township's person; `{attachment}` is of it.
    Record,
    /// `{id}` is a draft of an inspection of a township's person.
    Inspection,
    /// `{id}` is a year-end report of a township's person.
    Report,
    /// `{kind}` is a word of a closed list.
    Kind,
    /// `{id}` is a record of which there is none: every answer is that of a record that does not exist.
    Id,
}
