//! Motions to fill a vacancy, and what is said to those who stood before whoever was chosen.

use super::Migration;

pub(super) const VACANCIES: Migration = Migration {
    name: "0015_vacancies",
    sql: &[
        // `proof` is what the chain said of the person then, a line each; `pack` names pack, version and hash.
        "create table motion (
            id {id}, village text not null, township text not null, post text not null,
            track text not null check (track in ('party', 'elected', 'hired')),
            person bigint not null references person (id), step text not null, place bigint not null,
            otherwise bigint not null default 0, reason text not null default '', proof text not null, pack text not null,
            comment_until text not null default '',
            state text not null check (state in ('proposed', 'decided', 'refused', 'withdrawn')),
            meeting text not null default '', decided_by text not null default '', decided_on text not null default '',
            decision text not null default '', filing bigint references filing (id), by_account bigint, by_name text not null,
            at bigint not null, rev bigint not null default 1)",
        "create index motion_seat on motion (village, post, state)",
        "create index motion_person on motion (person)",
        "create table motion_passed (
            id {id}, motion bigint not null references motion (id), person bigint not null references person (id),
            place bigint not null, step text not null, why text not null, own_words text not null default '', own_at bigint)",
        "create index motion_passed_motion on motion_passed (motion, place)",
        "create index motion_passed_person on motion_passed (person)",
    ],
};
