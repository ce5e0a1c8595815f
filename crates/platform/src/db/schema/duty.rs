//! Tables of the year's work: routine records, inspections, year-end duty reports.

use super::Migration;

/// A record is never changed: one that is wrong is voided with a reason, and perhaps replaced. What is about a person
/// stands where the file of the person stands; `village` and `township` say where it happened.
pub(super) const DUTY: Migration = Migration {
    name: "0011_duty",
    sql: &[
        "create table duty_record (
            id {id}, person bigint references person (id), village text not null, township text not null,
            day text not null, year text not null, kind text not null, text text not null,
            by_account bigint, by_name text not null, unit text not null, at bigint not null,
            voided_at bigint, voided_by text not null default '', voided_unit text not null default '',
            reason text not null default '', replaced_by bigint references duty_record (id),
            explained text not null default '', explained_at bigint)",
        "create index duty_record_person on duty_record (person, year)",
        "create index duty_record_village on duty_record (village, year)",
        "create index duty_record_year on duty_record (year, day)",
        "create index duty_record_replaced on duty_record (replaced_by) where replaced_by is not null",
        // A draft until somebody signs it; then only a later one corrects it.
        "create table inspection (
            id {id}, person bigint references person (id), village text not null, township text not null,
            day text not null, year text not null, method text not null default '', place text not null default '',
            attended text not null default '', asked bigint, summary text not null default '',
            state text not null check (state in ('draft', 'signed')),
            by_account bigint, by_name text not null, unit text not null, at bigint not null,
            signed_by text not null default '', signed_unit text not null default '', signed_at bigint,
            corrects bigint references inspection (id), reason text not null default '', rev bigint not null default 1)",
        "create index inspection_person on inspection (person, year)",
        "create index inspection_village on inspection (village, year)",
        "create index inspection_year on inspection (year, day)",
        "create index inspection_corrects on inspection (corrects) where corrects is not null",
        "create table inspection_finding (
            inspection bigint not null references inspection (id), aspect text not null, text text not null,
            level text not null default '', primary key (inspection, aspect))",
        // `origin` is the problem's id for ever: a correction that says the same keeps it.
        "create table inspection_problem (
            id {id}, inspection bigint not null references inspection (id), aspect text not null, seq bigint not null,
            text text not null, origin bigint not null)",
        "create index inspection_problem_inspection on inspection_problem (inspection, aspect, seq)",
        "create table duty_report (
            id {id}, person bigint not null references person (id), village text not null, township text not null,
            post text not null, year text not null,
            state text not null check (state in ('open', 'submitted', 'returned', 'accepted', 'rated', 'withdrawn')),
            due_on text not null, opened_by text not null, opened_unit text not null, opened_at bigint not null,
            content text not null default '', saved_at bigint, submitted_at bigint, examine_on text not null default '',
            comment text not null default '', examined_by text not null default '',
            examined_unit text not null default '', examined_at bigint,
            rating text not null default '', rated_on text not null default '', meeting text not null default '',
            present text not null default '', minutes text not null default '', rated_by text not null default '',
            rated_unit text not null default '', rated_at bigint, rev bigint not null default 1)",
        "create index duty_report_person on duty_report (person, year)",
        "create index duty_report_year on duty_report (year, state, due_on)",
        "create index duty_report_state on duty_report (state, township)",
        "create table duty_report_event (
            id {id}, report bigint not null references duty_report (id), at bigint not null, by_name text not null,
            unit text not null, act text not null, note text not null default '')",
        "create index duty_report_event_report on duty_report_event (report)",
    ],
};
