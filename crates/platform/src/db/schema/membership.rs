//! How somebody comes into the party: courses, what happened in them, work at the front.

use super::Migration;

pub(super) const MEMBERSHIP: Migration = Migration {
    name: "0016_membership",
    sql: &[
        // `since` is the day on which the stage began; `before` the political status to go back to; `longer` months.
        "create table membership_course (
            id {id}, person bigint not null references person (id), stage text not null, since text not null,
            state text not null check (state in ('open', 'done', 'stopped', 'withdrawn')),
            longer bigint not null default 0, before text not null default '', move bigint,
            ended_on text not null default '', ended_by text not null default '', ended_at text not null default '',
            ended_why text not null default '', by_account bigint, by_name text not null, at bigint not null,
            rev bigint not null default 1)",
        "create index membership_course_person on membership_course (person, state)",
        "create index membership_course_state on membership_course (state)",
        "create table membership_act (
            id {id}, course bigint not null references membership_course (id), person bigint not null references person (id),
            kind text not null check (kind in ('enter', 'step', 'longer', 'end')), stage text not null, item text not null,
            from_on text not null default '', day text not null, meeting text not null default '',
            document text not null default '', people text not null default '', hours bigint not null default 0,
            note text not null default '', decided_by text not null default '', void_by text not null default '',
            void_why text not null default '', by_name text not null, at bigint not null)",
        "create index membership_act_course on membership_act (course)",
        "create index membership_act_person on membership_act (person)",
        "create index membership_act_item on membership_act (kind, item, day)",
        "create table membership_test (
            id {id}, course bigint not null references membership_course (id), person bigint not null references person (id),
            kind text not null, task text not null, place text not null, from_on text not null, to_on text not null,
            finding text not null default '' check (finding in ('', 'passed', 'failed')),
            found_by text not null default '', found_on text not null default '', found_why text not null default '',
            by_name text not null, at bigint not null, rev bigint not null default 1)",
        "create index membership_test_course on membership_test (course)",
        "create index membership_test_person on membership_test (person)",
    ],
};
