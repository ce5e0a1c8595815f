//! Joint reviews: seats, whom they are asked about, their answers. There is no column for what a case is about.

use super::Migration;

pub(super) const REVIEWS: Migration = Migration {
    name: "0017_reviews",
    sql: &[
        // Which office answers for a seat, and who signs for it.
        "create table review_desk (
            seat text primary key, unit text not null, head bigint, head_name text not null default '',
            by_name text not null, at bigint not null)",
        "create table joint_review (
            id {id}, title text not null,
            purpose text not null check (purpose in ('campaign', 'pool', 'lookback', 'vacancy')), source bigint,
            pack text not null, pack_version text not null, pack_hash text not null, sent_on text not null,
            due_on text not null, valid_months bigint not null, by_account bigint, by_name text not null,
            at bigint not null, rev bigint not null default 1)",
        "create index joint_review_source on joint_review (purpose, source)",
        "create table review_seat (
            id {id}, review bigint not null references joint_review (id), seq bigint not null, seat text not null, title text not null,
            needs text not null, unit text not null, head bigint, head_name text not null default '', taken_at bigint,
            signed_by text not null default '', signed_at bigint, reminded_on text not null default '',
            reminders bigint not null default 0, rev bigint not null default 1, unique (review, seat))",
        "create index review_seat_unit on review_seat (unit, review)",
        // The conclusion that stays: the gravest that the seats signed, with clause and document.
        "create table review_subject (
            id {id}, review bigint not null references joint_review (id), seq bigint not null,
            person bigint not null references person (id), village text not null, township text not null,
            post text not null default '',
            conclusion text not null default '' check (conclusion in ('', 'clear', 'must_not', 'not_suitable', 'verify')),
            clause text not null default '', clause_title text not null default '', document text not null default '',
            settled_on text not null default '', told_on text not null default '', object_until text not null default '',
            objection text not null default '', objected_at bigint, answer_by text not null default '',
            decision text not null default '' check (decision in ('', 'go', 'terminate')),
            decided_by text not null default '', decided_on text not null default '', reason text not null default '',
            valid_to text not null default '', rev bigint not null default 1, unique (review, seq))",
        "create index review_subject_person on review_subject (person, review)",
        "create table review_answer (
            id {id}, seat bigint not null references review_seat (id),
            subject bigint not null references review_subject (id),
            conclusion text not null check (conclusion in ('clear', 'must_not', 'not_suitable', 'verify')),
            clause text not null default '', clause_title text not null default '', document text not null default '',
            by_account bigint, by_name text not null, at bigint not null, signed_at bigint,
            recheck_due text not null default '', unique (seat, subject))",
        "create index review_answer_subject on review_answer (subject)",
        "create table review_packet (
            id {id}, seat bigint not null references review_seat (id), way text not null check (way in ('out', 'in')),
            rows bigint not null, faults bigint not null default 0, digest text not null, by_name text not null,
            at bigint not null)",
        "create index review_packet_seat on review_packet (seat, at)",
        // Villages that a look-back found difficult, and where each stands in the one register.
        "create table review_village (
            id {id}, review bigint not null references joint_review (id), village text not null, township text not null,
            problems text not null, entry bigint not null references rectification (id), by_name text not null,
            at bigint not null, unique (review, village))",
    ],
};
