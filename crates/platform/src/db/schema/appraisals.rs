//! Tables of appraisal rounds.

use super::Migration;

/// Rounds with their subjects, raters, facts and marks; results in versions; appeals; what follows.
pub(super) const APPRAISALS: Migration = Migration {
    name: "0012_appraisals",
    sql: &[
        "create table round (
            id {id}, pack bigint not null references pack (id), title text not null, year text not null,
            part text not null, subject text not null check (subject in ('village', 'person')), posts text not null default '',
            state text not null check (state in ('draft', 'entering', 'checking', 'calibrating', 'published', 'closed',
                'archived', 'cancelled')),
            marks_due text not null default '', check_due text not null default '',
            publish_due text not null default '', opened_on text not null default '',
            published_on text not null default '', notice_until text not null default '',
            closed_on text not null default '', meeting text not null default '', meeting_on text not null default '',
            decided_by text not null default '', version bigint not null default 0, summary text not null default '',
            made_by text not null, made_at bigint not null, rev bigint not null default 1)",
        "create index round_year on round (year, id)",
        // `code` is a village's twelve digits or a person's id; `village` is where it competes.
        "create table round_subject (
            round bigint not null references round (id), code text not null, name text not null,
            village text not null, township text not null, township_name text not null, person bigint,
            primary key (round, code))",
        "create index round_subject_village on round_subject (village)",
        "create index round_subject_person on round_subject (person)",
        // A rater's part of a round: `unit:x` with its office's name, or `township` with its nine digits.
        "create table round_sheet (
            id {id}, round bigint not null references round (id), rater text not null, township text not null,
            unit text not null, due_on text not null default '', submitted_at bigint,
            submitted_by text not null default '', note text not null default '', reminded_at bigint,
            retired_at bigint, retired_for text not null default '', rev bigint not null default 1,
            unique (round, rater, township))",
        "create index round_sheet_unit on round_sheet (unit)",
        "create table round_mark (
            round bigint not null, code text not null, indicator text not null, rater text not null,
            mark bigint, note text not null default '', by_account bigint, by_name text not null, at bigint not null,
            checked_by text not null default '', checked_at bigint, rev bigint not null default 1,
            primary key (round, code, indicator, rater))",
        "create index round_mark_rater on round_mark (round, rater)",
        "create table round_fact (
            round bigint not null, code text not null, fact text not null, value text not null,
            source text not null, day text not null default '', unit text not null default '',
            by_name text not null, at bigint not null, evidence bigint, primary key (round, code, fact))",
        "create table round_excuse (
            round bigint not null, code text not null, indicator text not null,
            rule text not null check (rule in ('skip', 'prorate', 'zero')), reason text not null,
            by_name text not null, at bigint not null, primary key (round, code, indicator))",
        "create table round_event (
            id {id}, round bigint not null, at bigint not null, by_name text not null, unit text not null,
            act text not null, note text not null default '')",
        "create index round_event_round on round_event (round)",
        // A computed result: the first is the published one, each later one says why.
        "create table round_version (
            round bigint not null, version bigint not null, at bigint not null, why text not null,
            by_name text not null, primary key (round, version))",
        "create table round_result (
            round bigint not null, version bigint not null, code text not null, total bigint, before_bonus bigint,
            bonus bigint, penalty bigint, rank bigint, of_n bigint, grade text not null default '',
            veto text not null default '', missing text not null default '', scores text not null,
            primary key (round, version, code))",
        "create index round_result_code on round_result (code)",
        // What a later version changed in what was given: undone backwards, an earlier version explains itself.
        "create table round_change (
            id {id}, round bigint not null, version bigint not null, code text not null, kind text not null
                check (kind in ('mark', 'fact', 'excuse')),
            indicator text not null, rater text not null, was text, became text)",
        "create index round_change_round on round_change (round, version)",
        "create table appeal (
            id {id}, round bigint not null references round (id), code text not null, township text not null,
            village text not null, indicator text not null, text text not null, attachment bigint,
            state text not null check (state in ('asked', 'upheld', 'rejected', 'withdrawn')),
            by_account bigint, by_name text not null, at bigint not null, due_on text not null,
            answer text not null default '', answered_by text not null default '', answered_at bigint,
            version bigint, rev bigint not null default 1)",
        "create index appeal_round on appeal (round, state)",
        "create index appeal_code on appeal (code)",
        // What a rule proposes and what a person decided: nothing follows from a proposal by itself.
        "create table proposal (
            id {id}, round bigint not null references round (id), version bigint not null, code text not null,
            village text not null, township text not null, consequence text not null, action text not null,
            applies_to text not null, amount bigint, basis text not null, person bigint, person_name text not null,
            holding bigint, because text not null default '', barred text not null default '',
            state text not null check (state in ('proposed', 'heard', 'decided', 'dropped', 'void')),
            heard_on text not null default '', heard_by text not null default '', heard text not null default '',
            decision text not null default '', decided_by text not null default '', decided_on text not null default '',
            meeting text not null default '', reason text not null default '', decided_amount bigint,
            decided_at bigint, batch bigint, filing bigint, own_words text not null default '', own_at bigint,
            due_on text not null default '', done_on text not null default '', done_by text not null default '',
            done text not null default '', at bigint not null, rev bigint not null default 1)",
        "create index proposal_round on proposal (round, version, state)",
        "create index proposal_village on proposal (village)",
        "create index proposal_person on proposal (person)",
        // One register for weak, grade-4, difficult and red villages: ground, source, closing.
        "create table rectification (
            id {id}, village text not null, township text not null, ground text not null, source text not null,
            source_kind text not null, proposal bigint, opened_on text not null, due_on text not null default '',
            measures text not null default '', lead text not null default '', by_name text not null, at bigint not null,
            closed_on text not null default '', closed_by text not null default '', closing text not null default '',
            rev bigint not null default 1)",
        "create index rectification_village on rectification (village)",
        "create index rectification_open on rectification (closed_on, township)",
        "create table rectification_item (
            id {id}, rectification bigint not null references rectification (id), text text not null,
            due_on text not null default '', attachment bigint, closed_on text not null default '', closed_by text not null default '', proof text not null default '')",
        "create index rectification_item_of on rectification_item (rectification)",
    ],
};
