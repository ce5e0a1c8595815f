//! Asking people in reserve where they are: by links that are answered once, and by telephone.

use super::Migration;

pub(super) const INQUIRIES: Migration = Migration {
    name: "0018_inquiries",
    sql: &[
        // `until` is the last day of a link, `again_on` the day to call again; `tag` and `key` are the locker of a link.
        "create table inquiry (
            id {id}, person bigint not null references person (id),
            state text not null check (state in ('open', 'answered', 'accepted', 'refused', 'revoked', 'expired',
                'reached', 'unanswered', 'wrong', 'declined')),
            unit text not null default '', until text not null default '', again_on text not null default '',
            tag text not null default '', key {blob}, changed_at bigint not null,
            place text not null default '', employment text not null default '', intention text not null default '',
            answered_at bigint, note text not null default '', by_account bigint, by_name text not null,
            at bigint not null, decided_by text not null default '', decided_at bigint,
            reason text not null default '', rev bigint not null default 1)",
        "create index inquiry_person on inquiry (person, at)",
        "create index inquiry_state on inquiry (state)",
        "create index inquiry_tag on inquiry (tag)",
    ],
};
