//! The demo as it is filled: its people on every engine at hand, through the same doors as anybody's.

use platform::audit;
use platform::county::{Installation, Settings};
use platform::db::{Db, new_id};
use platform::values;
use policy::posts::Level;
use std::time::Instant;
use yanzhen::cli::demo;
use yanzhen::slices::people::parts::{self, Claim, ClaimState, CvLine, Education, FamilyMember, PoolStay};
use yanzhen::slices::people::{Field, State, corrections, store};
use yanzhen::slices::places::store::today;
use yanzhen::slices::posts::{self, checks, team};

async fn number(db: &Db, sql: &str) -> i64 {
    db.one(sql, vec![]).await.expect("answers").expect("a row").int(0).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_is_full_of_invented_people() {
    let mut settings = vec![("sqlite", Settings::default())];
    if let Ok(database) = std::env::var("YANZHEN_TEST_POSTGRES") {
        let schema_prefix = format!("yz_demo_{:x}", new_id());
        settings.push(("postgres", Settings { database, schema_prefix, ..Settings::default() }));
    }
    for (engine, settings) in settings {
        let folder = tempfile::tempdir().expect("a folder");
        let at = Installation::open(folder.path(), settings).await.expect("opens");
        let begun = Instant::now();
        let Ok(text) = demo::make(&at, &|_, _| ()).await else { panic!("{engine}: not filled") };
        println!("{engine}: {:.1} s", begun.elapsed().as_secs_f64());
        assert!(
            text.contains("cunganbu\t") && text.contains("班子有空缺：") && text.contains("近亲属："),
            "{text}"
        );
        let mut all = 0;
        for county in at.counties().await.expect("counties") {
            let (_, db) = at.county(&county.code).await.expect("answers").expect("a county");
            let (_, breaks) = audit::verify(&db, None).await.expect("walks");
            assert!(breaks.is_empty(), "{engine} {}: {breaks:?}", county.code);
            all += looked_at(&db, engine).await;
        }
        assert!((3_600..=4_600).contains(&all), "{engine}: {all}");
        own_file(&at, engine).await;
        at.close().await.expect("closes");
    }
}

/// What holds in each county; gives how many persons it has.
async fn looked_at(db: &Db, engine: &str) -> i64 {
    let count = number(db, "select count(*) from person").await;
    assert!(count > 350, "{engine}: {count}");
    assert_eq!(number(db, "select count(*) from person where synthetic <> 1").await, 0);
    assert_eq!(number(db, "select count(*) from person where substr(name, 2, 1) <> '例'").await, 0);
    let named = "select count(*) from family where name <> '' and substr(name, 2, 1) <> '例'";
    assert_eq!(number(db, named).await, 0);
    // Posts and pools of today are derived from what stands.
    let held = "select count(*) from person p where (p.posts <> '') <> exists (select 1 from holding h \
                where h.person = p.id and h.to_on = '9999-12-31')";
    assert_eq!(number(db, held).await, 0);
    let pooled = "select count(*) from person p where (p.pools <> '') <> exists (select 1 from pool_stay s \
                  where s.person = p.id and s.to_on = '9999-12-31')";
    assert_eq!(number(db, pooled).await, 0);
    assert_eq!(number(db, "select count(*) from person where state <> 'active' and posts <> ''").await, 0);
    let ungrounded = "select count(*) from holding h left join term t on t.id = h.term \
                      where h.term is not null and (t.village <> h.village or t.track <> h.track)";
    assert_eq!(number(db, ungrounded).await, 0);
    // Every file has its parts.
    let persons =
        store::select(db, "p.state = 'active'", "order by p.id limit 40", vec![]).await.expect("answers");
    let ids: Vec<i64> = persons.iter().map(|p| p.id).collect();
    let cv = parts::of_many::<CvLine>(db, &ids).await.expect("answers");
    let family = parts::of_many::<FamilyMember>(db, &ids).await.expect("answers");
    let schools = parts::of_many::<Education>(db, &ids).await.expect("answers");
    let claims = parts::of_many::<Claim>(db, &ids).await.expect("answers");
    let full = persons.iter().filter(|p| !p.get(Field::Origin).is_empty()).count();
    assert!(cv.len() >= full && family.len() >= full && schools.len() >= full && claims.len() >= full);
    assert!(claims.values().flatten().any(|c| c.state() == ClaimState::Recognised));
    assert!(cv.values().all(|lines| lines.windows(2).all(|w| w[0].to_on == w[1].from_on)));
    // Facts from the registry say what the files say.
    let day = today();
    let (mut lawful, mut seen) = (0, 0);
    for person in persons.iter().filter(|p| p.posts.contains("|party_secretary|")) {
        let village = person.get(Field::Village);
        let sql = "select value from fact where code = $1 and fact = 'secretary_age'";
        if let Some(row) = db.one(sql, values![village]).await.expect("answers") {
            let born: standards::PartialDate = person.get(Field::Birth).parse().expect("a month");
            let now: standards::PartialDate = day.parse().expect("a day");
            let age = born.age_on(now.first()).expect("born").years;
            assert_eq!(row.text(0).expect("text"), age.to_string(), "{engine} {village}");
        }
        let rules = posts::posts_of(db, village, &day).await.expect("answers");
        let lineup = team::team(db, village, &rules, day.parse().expect("a day")).await.expect("answers");
        assert!(lineup.members.len() >= 5, "{engine} {village}");
        let missed = |o: &checks::Outcome| o.level == Level::Must && o.verdict == checks::Verdict::Missed;
        seen += 1;
        lawful += usize::from(!checks::run(&rules, village, &lineup, "2026-01-20").iter().any(missed));
    }
    // What the law asks for is there, but for the villages that are odd on purpose.
    assert!(seen > 0 && lawful * 10 >= seen * 6, "{engine}: {lawful} of {seen}");
    count
}

/// A village cadre sees the own file.
async fn own_file(at: &Installation, engine: &str) {
    let (_, db) = at.county("990101").await.expect("answers").expect("a county");
    let account = number(&at.control, "select id from account where login = 'cunganbu'").await;
    let own = store::own(&db, account).await.expect("answers").expect("a linked person");
    assert!(own.posts.contains("|party_secretary|") && own.state == State::Active, "{engine}: {}", own.posts);
    let name =
        at.control.one("select name from account where id = $1", values![account]).await.expect("answers");
    assert_eq!(name.expect("a row").text(0).expect("text"), own.name());
    let past = db.history("person", &own.id.to_string(), 50, 0).await.expect("opens");
    assert!(past.iter().any(|p| p.field == "account") && past.iter().any(|p| p.field == "name"), "{engine}");
    let asked = corrections::of_person(&db, own.id).await.expect("answers");
    let states: Vec<&str> = asked.iter().map(|c| c.state.id()).collect();
    assert_eq!(states, ["asked", "granted"], "{engine}");
    let stays = parts::of::<PoolStay>(&db, own.id).await.expect("answers");
    assert!(stays.iter().all(|s| s.from_on <= s.to_on), "{engine}");
}
