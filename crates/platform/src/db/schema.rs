//! Every table. One tree for each kind of database, the same on both engines.
//!
//! Places of a statement's text stand for what engines spell differently: `{id}` a primary key of 64 bits, `{blob}`
//! bytes, `{append_only:T}` triggers that refuse to update or delete rows of table T, `{tally:T:C:a,b}` triggers that
//! keep in table C how many rows of T have which a and b, and once more all of them with `*` for a.
//!
//! A migration that has been released never changes; what comes later is a new one.

mod appraisals;
mod campaigns;
mod duty;
mod inquiries;
mod membership;
mod packs;
mod people;
mod pools;
mod reviews;
mod vacancies;

/// A kind of database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tree {
    /// Accounts, sessions, counties, jobs.
    Control,
    /// Everything of one county.
    County,
}

pub(super) struct Migration {
    pub name: &'static str,
    pub sql: &'static [&'static str],
}

pub(super) fn tree(tree: Tree) -> &'static [Migration] {
    match tree {
        Tree::Control => CONTROL,
        Tree::County => COUNTY,
    }
}

const AUDIT: Migration = Migration {
    name: "0001_audit",
    sql: &[
        "create table audit (
            seq {id}, at bigint not null, actor bigint, actor_name text not null, role text not null,
            address text not null, action text not null, kind text not null, record text not null,
            part text not null, note text not null, fields text not null, digest text not null,
            outcome text not null check (outcome in ('done', 'denied', 'failed')),
            prev text not null, hash text not null)",
        "create index audit_at on audit (at)",
        "create index audit_record on audit (kind, record)",
        "{append_only:audit}",
        "create table audit_head (id {id} check (id = 1), seq bigint not null, hash text not null)",
        "insert into audit_head (id, seq, hash) values
            (1, 0, '0000000000000000000000000000000000000000000000000000000000000000')",
        "create table person_key (person {id}, wrapped {blob}, destroyed_at bigint, ground text)",
        "create table history (
            id {id}, seq bigint not null, kind text not null, record text not null, field text not null,
            person bigint, was {blob}, became {blob})",
        "create index history_record on history (kind, record, seq)",
        "{append_only:history}",
    ],
};

const CONTROL: &[Migration] = &[
    AUDIT,
    Migration {
        name: "0002_accounts",
        sql: &[
            "create table county (
                code text primary key check (length(code) = 6), name text not null, demo bigint not null default 0,
                made_at bigint not null)",
            "create table account (
                id {id}, login text not null unique, name text not null, password text not null,
                password_at bigint not null, must_change bigint not null default 0, phone {blob}, phone_index text,
                totp {blob}, totp_step bigint, failures bigint not null default 0,
                locked_until bigint not null default 0, closed_at bigint, made_at bigint not null,
                large bigint not null default 0, lang text not null default 'zh')",
            "create table account_role (
                id {id}, account bigint not null references account (id), role text not null,
                county text not null, part text not null, unit text not null, ended_at bigint,
                unique (account, role, county, part, unit))",
            "create index account_role_account on account_role (account)",
            "create table recovery_code (
                account bigint not null references account (id), hash text not null, used_at bigint,
                primary key (account, hash))",
            "create table session (
                hash text primary key, account bigint not null references account (id),
                role bigint references account_role (id), csrf text not null, stage text not null,
                made_at bigint not null, seen_at bigint not null, address text not null, agent text not null)",
            "create index session_account on session (account)",
            "create table token (
                id {id}, hash text not null unique, account bigint not null references account (id),
                role bigint not null references account_role (id), name text not null, actions text not null,
                made_at bigint not null, expires_at bigint not null, ended_at bigint, used_at bigint)",
            "create table setting (name text primary key, value text not null)",
        ],
    },
    Migration {
        name: "0003_jobs",
        sql: &[
            "create table job (
                id {id}, county text not null, kind text not null, key text not null, args text not null,
                state text not null check (state in ('waiting', 'running', 'done', 'failed', 'stopped')),
                done bigint not null default 0, total bigint not null default 0, message text not null default '',
                cursor text not null default '', lease_until bigint not null default 0, tries bigint not null default 0,
                account bigint, made_at bigint not null, ended_at bigint, unique (county, kind, key))",
            "create index job_state on job (state, lease_until)",
        ],
    },
    // Rows of tables: null as each page is drawn, 0 standard, 1 tight.
    Migration { name: "0004_density", sql: &["alter table account add column tight bigint"] },
    Migration {
        name: "0005_missed",
        sql: &[
            "create table missed_login (
                name text primary key, failures bigint not null, failed_at bigint not null,
                locked_until bigint not null default 0)",
            "create index missed_login_at on missed_login (failed_at)",
            "alter table account add column failed_at bigint not null default 0",
        ],
    },
    // The columns of tables that the account chose, `people:posts.age`, one table a line.
    Migration {
        name: "0006_columns",
        sql: &["alter table account add column table_columns text not null default ''"],
    },
];

const COUNTY: &[Migration] = &[
    AUDIT,
    Migration {
        name: "0002_places",
        sql: &[
            "create table county_info (name text primary key, value text not null)",
            "create table place (
                id {id}, code text not null, level text not null check (level in ('county', 'township', 'village')),
                name text not null, short text not null, sort text not null, township text not null,
                valid_from text not null, valid_to text not null default '9999-12-31',
                ground text not null default '')",
            "create index place_code on place (code)",
            "create index place_township on place (township, code)",
            "create table place_change (
                id {id}, day text not null, kind text not null check (kind in ('merge', 'split', 'rename', 'new', 'end')),
                place bigint not null references place (id), other bigint references place (id), ground text not null)",
            "create table attachment (
                id {id}, hash text not null, name text not null, mime text not null, size bigint not null,
                kind text not null, record text not null, part text not null, by_account bigint, by_name text not null,
                at bigint not null, ended_at bigint)",
            "create index attachment_record on attachment (kind, record)",
            "create table blob (hash text primary key, bytes {blob} not null)",
            "create table fact (
                id {id}, code text not null, fact text not null, period text not null, value text not null,
                source text not null, day text not null, by_account bigint, by_name text not null, at bigint not null,
                evidence bigint references attachment (id), batch bigint, unique (code, fact, period))",
            "create index fact_batch on fact (batch)",
            "create table batch (
                id {id}, kind text not null, file text not null, rows bigint not null, cells bigint not null,
                by_account bigint, by_name text not null, at bigint not null, undone_at bigint, undo text not null)",
            "create table pack (
                id {id}, pack text not null, version text not null, hash text not null unique, title text not null,
                kind text not null, files {blob} not null, effective_from text not null, at bigint not null,
                by_name text not null)",
            "create table colour (
                code text primary key, pack bigint not null references pack (id), proposed text not null,
                matched text not null, missing text not null, at bigint not null,
                confirmed text, confirmed_by text, confirmed_at bigint, reason text)",
            "create table grade (
                code text not null, year text not null, pack text not null, total bigint, rank bigint,
                of_n bigint, grade text not null, at bigint not null, primary key (code, year))",
        ],
    },
    people::PEOPLE,
    people::POSTS,
    people::PACK_PART,
    people::PEOPLE_LIST,
    people::OWN,
    people::MERGE,
    people::UPLOAD,
    packs::DRAFTS,
    duty::DUTY,
    appraisals::APPRAISALS,
    pools::POOLS,
    campaigns::CAMPAIGNS,
    membership::MEMBERSHIP,
    reviews::REVIEWS,
    vacancies::VACANCIES,
    inquiries::INQUIRIES,
    campaigns::ASKS,
];
