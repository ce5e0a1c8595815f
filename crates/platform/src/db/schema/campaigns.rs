//! Selection campaigns: their stages and places, who applied and by which route, what was decided at each stage.

use super::Migration;

/// `sealed` of an entry is the applicant's own form, bound to `entry/ID/form`; `key` opens what the public pages may show
/// of it to whoever holds the receipt, and is sealed likewise. What lists filter by stands beside.
pub(super) const CAMPAIGNS: Migration = Migration {
    name: "0014_campaigns",
    sql: &[
        "create table campaign (
            id {id}, no text not null unique, kind text not null, title text not null, township text not null,
            state text not null check (state in ('draft', 'open', 'done', 'cancelled')),
            apply_from text not null default '', apply_to text not null default '', rules_on text not null,
            help text not null default '', stage bigint not null default 0, made_by text not null, made_at bigint not null,
            opened_by text not null default '', opened_at bigint, ended_on text not null default '',
            reason text not null default '', rev bigint not null default 1)",
        "create index campaign_state on campaign (state, township)",
        // The stages as the measures had them when it opened: a later pack changes no campaign that runs.
        "create table campaign_stage (
            campaign bigint not null references campaign (id), seq bigint not null, id text not null, work text not null,
            title text not null, terms text not null, planned text not null default '',
            begun_at bigint, begun_by text not null default '', ended_at bigint, ended_by text not null default '',
            primary key (campaign, seq))",
        "create table campaign_place (
            id {id}, campaign bigint not null references campaign (id), township text not null, village text not null,
            post text not null, seats bigint not null check (seats > 0))",
        "create index campaign_place_campaign on campaign_place (campaign, township)",
        "create table campaign_entry (
            id {id}, campaign bigint not null references campaign (id), place bigint references campaign_place (id),
            no text not null, name text not null, sex text not null default '0', birth text not null default '',
            education text not null default '', full_time bigint not null default 0, political text not null default '',
            source text not null default '', township text not null, village text not null default '',
            route text not null check (route in ('self', 'member', 'resident', 'secretary')),
            state text not null check (state in ('recommended', 'running', 'out', 'withdrawn', 'chosen')),
            stage bigint not null default 0, need text not null default '', out_reason text not null default '',
            person bigint references person (id), identity {blob}, identity_index text, sealed {blob}, tag text not null default '',
            key {blob}, keep_contact bigint not null default 0, at bigint not null, by_name text not null default '',
            changed_at bigint not null, ended_on text not null default '', ticket text not null default '',
            room text not null default '', seat bigint not null default 0, rev bigint not null default 1)",
        "create index campaign_entry_list on campaign_entry (campaign, township, state, stage, at, id)",
        "create index campaign_entry_stage on campaign_entry (campaign, stage, state)",
        "create index campaign_entry_identity on campaign_entry (identity_index)",
        "create index campaign_entry_tag on campaign_entry (tag)",
        "create index campaign_entry_person on campaign_entry (person)",
        // What an office found of a condition or a material; an exception is a decision with its reason.
        "create table entry_check (
            entry bigint not null references campaign_entry (id), kind text not null check (kind in ('condition', 'material')),
            item text not null, verdict text not null check (verdict in ('ok', 'no', 'excepted')),
            note text not null default '', by_name text not null, at bigint not null, primary key (entry, kind, item))",
        // What came of a stage for an applicant, by name.
        "create table entry_step (
            entry bigint not null references campaign_entry (id), stage bigint not null,
            outcome text not null check (outcome in ('passed', 'out')), reason text not null default '',
            by_name text not null, unit text not null, at bigint not null, primary key (entry, stage))",
        "create table entry_event (
            id {id}, entry bigint not null references campaign_entry (id), at bigint not null, by_name text not null,
            unit text not null, act text not null, note text not null default '')",
        "create index entry_event_entry on entry_event (entry, at)",
        // Two people enter each mark; where they differ a third act settles it. Examiner 0 is a paper's own mark.
        "create table exam_mark (
            entry bigint not null references campaign_entry (id), stage bigint not null, examiner bigint not null,
            one text not null default '', one_by bigint, one_name text not null default '',
            two text not null default '', two_by bigint, two_name text not null default '',
            settled text not null default '', settled_by text not null default '', reason text not null default '',
            primary key (entry, stage, examiner))",
        "create index exam_mark_stage on exam_mark (stage, entry)",
        "create table campaign_notice (
            id {id}, campaign bigint not null references campaign (id), posted_on text not null, until_on text not null,
            text text not null, by_name text not null, at bigint not null, closed_at bigint, closed_by text not null default '')",
        "create index campaign_notice_campaign on campaign_notice (campaign)",
        "create table notice_objection (
            id {id}, notice bigint not null references campaign_notice (id), entry bigint references campaign_entry (id),
            received_on text not null, how text not null, sealed {blob} not null, due_on text not null,
            state text not null check (state in ('open', 'unfounded', 'founded')),
            answer text not null default '', answered_by text not null default '', answered_on text not null default '',
            at bigint not null, by_name text not null, rev bigint not null default 1)",
        "create index notice_objection_notice on notice_objection (notice, state)",
        // A recommendation meeting counted by hand: one counts, another checks.
        "create table campaign_meeting (
            id {id}, campaign bigint not null references campaign (id), township text not null, village text not null,
            held_on text not null, due bigint not null, present bigint not null, handed bigint not null,
            returned bigint not null, valid bigint not null, counted_by text not null, checked_by text not null,
            note text not null default '', by_name text not null, at bigint not null)",
        "create index campaign_meeting_campaign on campaign_meeting (campaign, township)",
        "create table meeting_vote (
            meeting bigint not null references campaign_meeting (id), entry bigint not null references campaign_entry (id),
            votes bigint not null, primary key (meeting, entry))",
        // Letters of the public pages that were taken in: each once.
        "create table campaign_letter (name text primary key, at bigint not null, what text not null)",
        "create table public_key (id {id}, public text not null, secret {blob} not null, made_at bigint not null)",
    ],
};

pub(super) const ASKS: Migration = Migration {
    name: "0019_asks",
    sql: &[
        // What an applicant asks by the public pages, and the answer; both sealed.
        "create table campaign_ask (
            id {id}, entry bigint not null references campaign_entry (id), at bigint not null, due_on text not null,
            text {blob} not null, answer {blob}, answered_by text not null default '',
            answered_on text not null default '')",
        "create index campaign_ask_entry on campaign_ask (entry)",
        // Who objected by the public pages reads the answer there.
        "alter table notice_objection add column tag text not null default ''",
        "alter table notice_objection add column key {blob}",
        "alter table notice_objection add column changed_at bigint not null default 0",
    ],
};
