//! A county of two invented townships with people in them, an account of each office, and requests without a network.

#[path = "../common/browser.rs"]
mod browser;

pub use browser::{Browser, Seen};

use axum::Router;
use platform::access::{Part, Role};
use platform::account::{Grant, NewAccount, SignIn};
use platform::county::{Installation, Settings};
use platform::db::{Db, Event, new_id};
use platform::values;
use policy::posts::{Posts, Track};
use standards::{IdentityNumber, Sex};
use tempfile::TempDir;
use yanzhen::divisions::Geography;
use yanzhen::server;
use yanzhen::slices::people::parts::{self, PoolStay};
use yanzhen::slices::people::{Field, Values, store};
use yanzhen::slices::places::store::today;
use yanzhen::slices::posts::{self, store as holdings};

const PASSWORD: &str = "Tk8rn2-wxe/HM";
pub const EAST: &str = "990101101200";
pub const WEST: &str = "990101101201";
pub const NORTH: &str = "990101102200";

/// Name, village, sex, birth, education, political status, source, pools, days since whereabouts were told.
type Somebody = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    i64,
);

/// The people of the county; the first is secretary.
pub const PEOPLE: [Somebody; 6] = [
    ("王例甲", EAST, "1", "1969-05", "30", "01", "", &[], -1),
    ("吴例己", WEST, "2", "1996-02-03", "20", "01", "grid_worker", &["reserve", "secretary_reserve"], 10),
    ("吴例纪", NORTH, "1", "1980", "40", "13", "", &[], -1),
    ("單例丽", NORTH, "2", "1991-11", "20", "03", "veteran", &["reserve"], 200),
    ("李例丁", EAST, "1", "2000-07", "10", "13", "grid_worker", &["reserve"], 200),
    ("赵例戊", EAST, "1", "1950-01", "70", "13", "", &[], -1),
];

/// The number of a person by its place in [`PEOPLE`].
pub fn identity(k: usize) -> String {
    let sex = if PEOPLE[k].2 == "1" { Sex::Male } else { Sex::Female };
    IdentityNumber::synthetic("990000", (1980, 3, 4), k as u32, sex).unwrap().reveal().to_owned()
}

pub struct County {
    pub at: Installation,
    pub db: Db,
    pub router: Router,
    pub folder: TempDir,
    /// Ids of [`PEOPLE`].
    pub ids: Vec<i64>,
}

impl Seen {
    /// Names of the rows, in their order.
    pub fn names(&self) -> Vec<String> {
        let text = self.text();
        let rows = text.split("<th scope=\"row\"><a href=\"/people/").skip(1);
        rows.map(|r| r.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
    }
}

/// The day so many days ago.
pub fn ago(days: i64) -> String {
    platform::now().date().checked_sub(jiff::Span::new().days(days)).unwrap().to_string()
}

pub fn event(action: &str) -> Event {
    Event { action: action.into(), ..Event::default() }
}

pub async fn county() -> County {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings { public_address: "https://bm.example.test/".into(), ..Settings::default() };
    if let Ok(database) = std::env::var("YANZHEN_TEST_POSTGRES") {
        settings.database = database;
        settings.schema_prefix = format!("yz_people_{:x}", new_id());
    }
    let at = Installation::open(&folder.path().join("data"), settings).await.unwrap();
    let pair = |(code, name): (&str, &str)| (code.to_owned(), name.to_owned());
    let geography = Geography {
        code: "990101".into(),
        name: "例山县".into(),
        city: "例安市".into(),
        province: "例省".into(),
        townships: [("990101101", "例河镇"), ("990101102", "例桥镇")].map(pair).into(),
        villages: [(EAST, "例东村村民委员会"), (WEST, "例毛岭村村民委员会"), (NORTH, "例北村村民委员会")]
            .map(pair)
            .into(),
    };
    let db = server::add_county(&at, &geography, true).await.unwrap();
    let accounts = [
        ("zuzhi", Role::CountyOffice, Part::County),
        ("hezhen", Role::TownshipOffice, Part::Township("990101101".into())),
        ("qiaozhen", Role::TownshipOffice, Part::Township("990101102".into())),
        ("pingfen", Role::RaterUnit, Part::County),
        ("wanglijia", Role::VillageCadre, Part::Village(EAST.into())),
        ("nobody", Role::VillageCadre, Part::Village(EAST.into())),
    ];
    for (login, role, part) in accounts {
        let new = NewAccount {
            login: login.into(),
            name: format!("例{login}"),
            phone: String::new(),
            password: Some(PASSWORD.into()),
            must_change: false,
            grants: vec![Grant { role, county: "990101".into(), part, unit: "例山县".into() }],
        };
        at.accounts().create(event("test.account"), new).await.unwrap().unwrap();
    }
    let router = server::routes(true).serve(server::app(at.clone(), true));
    let mut county = County { at, db, router, folder, ids: Vec::new() };
    county.ids = county.fill().await;
    county.link("wanglijia", county.ids[0]).await;
    county
}

fn values_of(k: usize, of: &Somebody) -> Values {
    let told = if of.8 < 0 { String::new() } else { ago(of.8) };
    [
        (Field::Name, of.0.to_owned()),
        (Field::Village, of.1.to_owned()),
        (Field::Sex, of.2.to_owned()),
        (Field::Birth, of.3.to_owned()),
        (Field::Education, of.4.to_owned()),
        (Field::Political, of.5.to_owned()),
        (Field::Source, of.6.to_owned()),
        (Field::ToldOn, told),
        (Field::Identity, identity(k)),
        (Field::Phone, format!("100{k:08}")),
    ]
    .into_iter()
    .filter(|(_, v)| !v.is_empty())
    .collect()
}

impl County {
    async fn fill(&self) -> Vec<i64> {
        let mut tx = self.db.write(event("test.people")).await.unwrap();
        let new =
            PEOPLE.iter().enumerate().map(|(k, p)| store::New { values: values_of(k, p), synthetic: true });
        let ids = store::add(&mut tx, new.collect()).await.unwrap();
        let stays: Vec<(i64, PoolStay)> = PEOPLE
            .iter()
            .zip(&ids)
            .flat_map(|(p, id)| p.7.iter().map(move |pool| (*id, (*pool).to_owned())))
            .map(|(id, pool)| {
                let stay = PoolStay {
                    pool,
                    from_on: "2024-01-01".into(),
                    to_on: parts::FOREVER.into(),
                    ground_in: "例库〔2024〕1号".into(),
                    ground_out: String::new(),
                };
                (id, stay)
            })
            .collect();
        parts::put(&mut tx, &stays).await.unwrap();
        let term = holdings::Term {
            id: 0,
            village: EAST.into(),
            track: Track::Party,
            name: "第十二届".into(),
            from_on: "2021-01-01".into(),
            to_on: format!("{}-12-31", &ago(-700)[..4]),
            ground: String::new(),
            ended_on: String::new(),
        };
        let term = holdings::add_term(&tx, &term).await.unwrap();
        let hold = holdings::New {
            village: EAST.into(),
            post: "party_secretary".into(),
            track: Track::Party,
            title: String::new(),
            person: ids[0],
            term: Some(term),
            from_on: "2021-01-01".into(),
            to_on: parts::FOREVER.into(),
            way_in: "election_by_members".into(),
            way_out: String::new(),
            ground_in: String::new(),
            ground_out: String::new(),
            filing: None,
            batch: None,
        };
        holdings::begin(&mut tx, &[hold]).await.unwrap();
        posts::repost(&tx, &Posts::in_force([], &today()), &ids).await.unwrap();
        parts::repool(&tx, &ids, &today()).await.unwrap();
        let gone = store::find_in(&tx, ids[5]).await.unwrap().unwrap();
        store::put_state(&mut tx, &gone, yanzhen::slices::people::State::Left, "2024-05-01").await.unwrap();
        tx.commit().await.unwrap();
        ids
    }

    /// Links an account with its person.
    pub async fn link(&self, login: &str, person: i64) {
        let sql = "select id from account where login = $1";
        let account = self.at.control.one(sql, values![login]).await.unwrap().unwrap().int(0).unwrap();
        let mut tx = self.db.write(event("test.link")).await.unwrap();
        store::link(&mut tx, person, Some((account, login)), "何例乙").await.unwrap();
        tx.commit().await.unwrap();
    }

    /// An account of a seat of joint reviews; gives its id.
    pub async fn seat(&self, login: &str, unit: &str) -> i64 {
        let grant =
            Grant { role: Role::ReviewSeat, county: "990101".into(), part: Part::County, unit: unit.into() };
        let new = NewAccount {
            login: login.into(),
            name: format!("例{login}"),
            phone: String::new(),
            password: Some(PASSWORD.into()),
            must_change: false,
            grants: vec![grant],
        };
        self.at.accounts().create(event("test.account"), new).await.unwrap().unwrap().0
    }

    /// Adds people to a village: `何例` and a letter each.
    pub async fn crowd(&self, village: &str, n: usize) {
        let mut tx = self.db.write(event("test.crowd")).await.unwrap();
        let letters: Vec<char> = ('\u{4e00}'..).take(n).collect();
        let new = letters.iter().map(|c| store::New {
            values: Values::from([
                (Field::Name, format!("何例{c}")),
                (Field::Village, village.to_owned()),
                (Field::Birth, "1988-08".to_owned()),
                (Field::Sex, "1".to_owned()),
                (Field::Education, "20".to_owned()),
                (Field::Political, "01".to_owned()),
                (Field::Source, "returned_entrepreneur".to_owned()),
                (Field::Intention, "愿意在本村任职".to_owned()),
                (Field::ToldOn, ago(5)),
            ]),
            synthetic: true,
        });
        store::add(&mut tx, new.collect()).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn browser(&self, login: &str) -> Browser {
        let signed = self.at.accounts().sign_in(login, PASSWORD, "", "").await.unwrap();
        let SignIn::In(signed) = signed else { panic!("{login} cannot sign in") };
        let csrf = self.at.accounts().session(&signed.cookie, "").await.unwrap().unwrap().csrf;
        Browser::new(self.router.clone(), signed.cookie, csrf)
    }

    pub async fn number(&self, sql: &str) -> i64 {
        self.db.one(sql, vec![]).await.unwrap().unwrap().int(0).unwrap()
    }

    /// Notes of an action in the audit, the latest last.
    pub async fn notes(&self, action: &str) -> Vec<String> {
        let sql = "select note from audit where action = $1 order by seq";
        let rows = self.db.rows(sql, values![action]).await.unwrap();
        rows.iter().map(|r| r.text(0).unwrap()).collect()
    }
}
