//! Tables of persons and of the posts they hold.

use super::Migration;

/// One file a person. What a person's number, phone, bank account and health are is sealed by the ring, bound to
/// `person/ID/column`; the numbers have an index for exact search. Days may be partial: `1985`, `1985-06`.
/// Columns that lists filter by (`posts`, `pools`, `keys`, `sort`) are derived from the tables below at each write.
pub(super) const PEOPLE: Migration = Migration {
    name: "0003_people",
    sql: &[
        "create table person (
            id {id}, name text not null, sort text not null, keys text not null,
            sex text not null default '0', birth text not null default '', ethnic text not null default '',
            origin text not null default '', birthplace text not null default '', marital text not null default '',
            identity {blob}, identity_index text, phone {blob}, phone_index text, bank {blob}, health {blob},
            political text not null default '', party_on text not null default '', stage text not null default '',
            work_on text not null default '', education text not null default '', degree text not null default '',
            technical text not null default '', strengths text not null default '', source text not null default '',
            township text not null default '', village text not null default '',
            whereabouts text not null default '', employment text not null default '',
            intention text not null default '', told_on text not null default '',
            posts text not null default '', post_rank bigint not null default 99, pools text not null default '',
            photo bigint references attachment (id),
            state text not null default 'active' check (state in ('active', 'left', 'dead', 'merged', 'moved', 'erased')),
            state_on text not null default '', merged_into bigint references person (id),
            synthetic bigint not null default 0, rest {blob},
            rev bigint not null default 1, made_at bigint not null, changed_at bigint not null)",
        "create index person_sort on person (state, sort, id)",
        "create index person_township on person (township, state, sort, id)",
        "create index person_village on person (village, state, post_rank, sort, id)",
        "create index person_keys on person (keys, state, township, village, id)",
        "create index person_identity on person (identity_index)",
        "create index person_phone on person (phone_index)",
        // A claim is proposed until someone recognises it; the value in use is the last that was recognised.
        "create table claim (
            id {id}, person bigint not null references person (id), kind text not null, value text not null,
            document text not null default '', document_on text not null default '',
            attachment bigint references attachment (id),
            state text not null check (state in ('proposed', 'recognised', 'refused', 'superseded', 'void')),
            source text not null default '', by_account bigint, by_name text not null, at bigint not null,
            decided_by text not null default '', decided_unit text not null default '', decided_at bigint,
            reason text not null default '')",
        "create index claim_person on claim (person, kind, state)",
        "create table education (
            id {id}, person bigint not null references person (id), mode text not null check (mode in ('full', 'part')),
            level text not null default '', degree text not null default '', school text not null default '',
            major text not null default '', from_on text not null default '', to_on text not null default '')",
        "create index education_person on education (person)",
        "create table cv_line (
            id {id}, person bigint not null references person (id), seq bigint not null,
            from_on text not null default '', to_on text not null default '', text text not null)",
        "create index cv_line_person on cv_line (person, seq)",
        // Family members under 14 are kept by appellation alone.
        "create table family (
            id {id}, person bigint not null references person (id), seq bigint not null, relation text not null,
            name text not null default '', birth text not null default '', political text not null default '',
            work text not null default '')",
        "create index family_person on family (person, seq)",
        "create index family_name on family (name)",
        "create table merit (
            id {id}, person bigint not null references person (id),
            kind text not null check (kind in ('reward', 'sanction')), day text not null default '',
            title text not null, by_whom text not null default '', document text not null default '',
            until text not null default '')",
        "create index merit_person on merit (person)",
        // Texts of the appointment form that are prose: appraisal results, reason, reporting unit.
        "create table person_text (
            person bigint not null references person (id), name text not null, text text not null,
            primary key (person, name))",
        "create table whereabouts (
            id {id}, person bigint not null references person (id), day text not null, place text not null,
            employment text not null default '', intention text not null default '', how text not null default '',
            by_name text not null, at bigint not null)",
        "create index whereabouts_person on whereabouts (person, day)",
        // Which account is whose, so that a person sees the own file.
        "create table person_account (
            id {id}, person bigint not null references person (id), account bigint not null, login text not null,
            by_name text not null, at bigint not null, ended_at bigint)",
        "create index person_account_account on person_account (account)",
        "create index person_account_person on person_account (person)",
        "create table correction (
            id {id}, person bigint not null references person (id), field text not null, asked {blob} not null,
            reason text not null, attachment bigint references attachment (id),
            state text not null check (state in ('asked', 'granted', 'refused', 'withdrawn')),
            answer text not null default '', at bigint not null, answered_by text not null default '',
            answered_unit text not null default '', answered_at bigint, due_on text not null)",
        "create index correction_person on correction (person)",
        "create index correction_state on correction (state, due_on)",
        "create table person_merge (
            id {id}, kept bigint not null references person (id), gone bigint not null references person (id),
            ground text not null, moved {blob} not null, by_name text not null, at bigint not null, undone_at bigint)",
        "create table not_same (a bigint not null, b bigint not null, by_name text not null, at bigint not null,
            primary key (a, b))",
        "create table pool_stay (
            id {id}, person bigint not null references person (id), pool text not null, from_on text not null,
            to_on text not null default '9999-12-31', ground_in text not null, ground_out text not null default '')",
        "create index pool_stay_person on pool_stay (person)",
        "create index pool_stay_pool on pool_stay (pool, to_on)",
        "create table saved_view (
            id {id}, account bigint not null, name text not null, query text not null, at bigint not null,
            unique (account, name))",
        // How a table's columns were read, for the next table with the same heads.
        "create table column_mapping (
            part text not null, heads text not null, mapping text not null, by_name text not null, at bigint not null,
            primary key (part, heads))",
        // What each row of an import did: what stood before is sealed as a whole.
        "create table person_batch (
            id {id}, batch bigint not null references batch (id), person bigint not null,
            act text not null check (act in ('add', 'update')), was {blob}, rev bigint not null)",
        "create index person_batch_batch on person_batch (batch)",
        "create table transfer (
            id {id}, direction text not null check (direction in ('out', 'in')), person bigint not null,
            county text not null, digest text not null unique, ground text not null, by_name text not null,
            at bigint not null)",
        "create table holiday (
            day text primary key, kind text not null check (kind in ('holiday', 'workday')), name text not null,
            source text not null, by_name text not null, at bigint not null)",
    ],
};

/// Posts: terms of villages, who holds what from when to when by which way, written duties, filings.
pub(super) const POSTS: Migration = Migration {
    name: "0004_posts",
    sql: &[
        "create table term (
            id {id}, village text not null, track text not null check (track in ('party', 'elected')),
            name text not null, from_on text not null, to_on text not null, ground text not null default '',
            ended_on text not null default '')",
        "create index term_village on term (village, track)",
        "create table holding (
            id {id}, village text not null, township text not null, post text not null,
            track text not null check (track in ('party', 'elected', 'hired')), title text not null default '',
            person bigint not null references person (id), term bigint references term (id),
            from_on text not null, to_on text not null default '9999-12-31', way_in text not null,
            way_out text not null default '', ground_in text not null default '', ground_out text not null default '',
            filing bigint, batch bigint, rev bigint not null default 1)",
        "create index holding_village on holding (village, to_on, from_on)",
        "create index holding_person on holding (person, from_on)",
        "create index holding_township on holding (township, to_on, post)",
        "create index holding_post on holding (post, to_on)",
        // The first stage of the duty cycle (C2): the duty of a post, written and signed for.
        "create table duty (
            id {id}, holding bigint not null references holding (id), village text not null, text text not null,
            set_on text not null, by_name text not null, at bigint not null, ended_at bigint,
            accepted_at bigint)",
        "create index duty_holding on duty (holding)",
        "create table filing (
            id {id}, no text not null unique, township text not null, village text not null, title text not null,
            state text not null check (state in ('draft', 'studied', 'received', 'more', 'agreed', 'disagreed',
                'announced', 'done', 'withdrawn')),
            drafted_by text not null, drafted_at bigint not null, meeting text not null default '',
            received_on text not null default '', due_on text not null default '', paused_on text not null default '',
            documents_due_on text not null default '', opinion text not null default '',
            opinion_text text not null default '', opinion_by text not null default '', opinion_at bigint,
            reply_no text not null default '', reply_on text not null default '', appeals bigint not null default 0,
            announced_on text not null default '', handed_on text not null default '',
            stopped text not null default '', explained text not null default '', pack text not null default '',
            rev bigint not null default 1)",
        "create index filing_state on filing (state, due_on)",
        "create index filing_village on filing (village)",
        "create table filing_act (
            id {id}, filing bigint not null references filing (id), seq bigint not null, person bigint not null references person (id),
            village text not null, post text not null, track text not null check (track in ('party', 'elected', 'hired')),
            act text not null, holding bigint references holding (id), way text not null default '',
            reason text not null default '', basis text not null default '', effective_on text not null default '',
            carried_at bigint)",
        "create index filing_act_filing on filing_act (filing)",
        "create index filing_act_person on filing_act (person)",
        "create table filing_event (
            id {id}, filing bigint not null references filing (id), at bigint not null, by_name text not null,
            unit text not null, act text not null, note text not null default '')",
        "create index filing_event_filing on filing_event (filing)",
        "create table filing_document (
            filing bigint not null references filing (id), document text not null,
            attachment bigint not null references attachment (id), primary key (filing, document, attachment))",
    ],
};

/// Lists of people stay as quick at forty thousand as at four: each order has its index, the one by name also answers
/// searches by itself, and how many there are is counted as they change.
pub(super) const PEOPLE_LIST: Migration = Migration {
    name: "0006_people_list",
    sql: &[
        // Whatever is filtered by stands in it: a list in its usual order, and how many there are, need no file.
        "create index person_place on person (state, township, village, post_rank, sort, id, posts, pools, birth,
            education, political, source, sex, told_on)",
        "create index person_find on person (state, sort, id, keys, township, village)",
        "drop index person_sort",
        "create index person_birth on person (state, birth, id)",
        "create index person_learned on person (state, education, sort, id)",
        "create index person_told on person (state, told_on, id)",
        // Posts and pools as the files have them: their combinations are few. Township `*` is the whole county.
        "create table person_tally (
            township text not null, state text not null, posts text not null, pools text not null, n bigint not null,
            primary key (township, state, posts, pools))",
        "insert into person_tally (township, state, posts, pools, n)
            select '*', state, posts, pools, count(*) from person group by state, posts, pools",
        "insert into person_tally (township, state, posts, pools, n)
            select township, state, posts, pools, count(*) from person group by township, state, posts, pools",
        "{tally:person:person_tally:township,state,posts,pools}",
        "create index saved_view_account on saved_view (account, at)",
    ],
};

/// A town's own pack is adopted for the town.
pub(super) const PACK_PART: Migration =
    Migration { name: "0005_pack_part", sql: &["alter table pack add column part text not null default ''"] };

/// What retention ordered and people decided: deferred to a day, or deleted. What was deleted stays out of the history
/// that pages show, from before that moment.
pub(super) const OWN: Migration = Migration {
    name: "0007_own",
    sql: &[
        "create table retention_act (
            id {id}, person bigint not null references person (id), record text not null,
            act text not null check (act in ('hold', 'erase')), until_on text not null default '',
            rule text not null, ground text not null, by_name text not null, at bigint not null)",
        "create index retention_act_person on retention_act (person, record)",
    ],
};

/// Files merged are found from the file kept; files go to other counties as signed packages.
pub(super) const MERGE: Migration = Migration {
    name: "0008_merge",
    sql: &[
        "create index person_merge_kept on person_merge (kept)",
        // The county signs with the latest; the others tell whose older packages are.
        "create table signing_key (id {id}, public text not null, secret {blob} not null, at bigint not null)",
        // A package that was opened and waits for somebody to take it in or send it back.
        "create table arrival (
            id {id}, digest text not null unique, county text not null, public text not null, content {blob} not null,
            by_name text not null, at bigint not null)",
        // The state before, to which a transfer that is cancelled goes back; the digest of the receipt that is awaited, or
        // the receipt that was given.
        "alter table transfer add column was text not null default ''",
        "alter table transfer add column receipt text not null default ''",
        "alter table transfer add column received_at bigint",
        "alter table transfer add column cancelled_at bigint",
        "create index transfer_person on transfer (person)",
    ],
};

/// Rosters and forms as they were sent, sealed, until they are written or swept.
pub(super) const UPLOAD: Migration = Migration {
    name: "0009_upload",
    sql: &[
        "create table upload (
            id {id}, part text not null, name text not null, size bigint not null, plan text not null,
            content {blob}, by_account bigint, by_name text not null, at bigint not null, batch bigint)",
        "create index upload_at on upload (at)",
        // What hangs on a person is asked for one by one where an import is taken back.
        "create index person_batch_person on person_batch (person)",
        "create index person_merged on person (merged_into) where merged_into is not null",
    ],
};
