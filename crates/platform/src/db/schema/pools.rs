//! Moves into pools and out of them: proposed with a ground, decided by name.

use super::Migration;

pub(super) const POOLS: Migration = Migration {
    name: "0013_pools",
    sql: &[
        "create table pool_move (
            id {id}, person bigint not null references person (id), village text not null, township text not null,
            pool text not null, way text not null check (way in ('in', 'out')), ground text not null,
            adverse bigint not null default 0, reason text not null, document text not null default '',
            state text not null check (state in ('proposed', 'decided', 'refused', 'withdrawn')),
            hear_until text not null default '', own_words text not null default '', own_at bigint,
            meeting text not null default '', decided_by text not null default '', decided_on text not null default '',
            decision text not null default '', stay bigint references pool_stay (id), by_account bigint, by_name text not null, at bigint not null,
            rev bigint not null default 1)",
        "create index pool_move_person on pool_move (person, pool)",
        "create index pool_move_state on pool_move (state, township)",
        // The growth score of a review: the parts as the measures named them then, in hundredths; a warning that was confirmed.
        "create table pool_score (
            id {id}, person bigint not null references person (id), village text not null, township text not null,
            quarter text not null, parts text not null, total bigint not null, by_name text not null, at bigint not null,
            warned_by text not null default '', warned_on text not null default '', warning text not null default '',
            rev bigint not null default 1)",
        "create index pool_score_person on pool_score (person, quarter)",
        "create index pool_score_quarter on pool_score (quarter, township)",
    ],
};
