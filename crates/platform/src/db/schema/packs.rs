//! Tables of packs that are being written.

use super::Migration;

/// Drafts of packs. `files` are the texts by name, as in `pack`; title, version and first day are read from them at each
/// write. A step holds the files before it, and once undone those after it, so that undo and redo are one exchange.
pub(super) const DRAFTS: Migration = Migration {
    name: "0010_pack_drafts",
    sql: &[
        "create table pack_draft (
            id {id}, base bigint not null references pack (id), files {blob} not null, title text not null,
            version text not null, part text not null default '', effective_from text not null default '',
            state text not null default 'draft' check (state in ('draft', 'submitted', 'approved', 'dropped')),
            drafted_by bigint not null, drafted_name text not null, edited_by bigint not null,
            edited_name text not null, submitted_at bigint, approved_by bigint,
            approved_name text not null default '', approved_at bigint, reason text not null default '',
            pack bigint references pack (id), rev bigint not null default 1, made_at bigint not null,
            at bigint not null)",
        "create index pack_draft_state on pack_draft (state, at)",
        "create table pack_draft_step (
            id {id}, draft bigint not null references pack_draft (id), seq bigint not null, files {blob} not null,
            words text not null, by_account bigint not null, by_name text not null, at bigint not null,
            undone bigint not null default 0, unique (draft, seq))",
    ],
};
