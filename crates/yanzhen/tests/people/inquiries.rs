//! Asking people in reserve where they are: links through the public's folder, calls, what the office makes of them (H1, G5).

use crate::county::{Browser, County, ago, county};
use axum::http::StatusCode;
use platform::county::CountyInfo;
use public::folder::Folder;
use public::seal::{Slip, locker, open_inquiry, seal};
use public::wire::{Letter, Site};
use yanzhen::slices::campaigns::exchange::exchange;
use yanzhen::slices::people::{Field, store};

struct Public<'c> {
    county: &'c County,
    folder: Folder,
}

impl<'c> Public<'c> {
    async fn of(county: &'c County) -> Public<'c> {
        let folder = Folder::open(county.folder.path().join("public")).unwrap();
        let public = Public { county, folder };
        public.exchange().await;
        public
    }

    async fn exchange(&self) -> (usize, usize) {
        let info = CountyInfo { code: "990101".into(), name: "例山县".into(), demo: true };
        let done = exchange(&self.county.db, &info, self.folder.path(), 0).await.unwrap();
        (done.taken, done.refused)
    }

    fn site(&self) -> Site {
        self.folder.site().unwrap().expect("published")
    }

    fn tell(&self, link: &str, at: i64, place: &str) {
        let letter = Letter::Tell {
            link: link.into(),
            at,
            place: place.into(),
            employment: "电子厂班长".into(),
            intention: "愿回村任职".into(),
        };
        self.folder.post(at, &seal(&self.site().key, &letter).unwrap()).unwrap();
    }
}

/// The links of a page, in its order.
fn links(text: &str) -> Vec<String> {
    let found = text.split("https://bm.example.test/q/").skip(1).map(|t| t[..20].to_owned());
    let mut all: Vec<String> = found.collect();
    // Each stands in its row and in the text to be copied.
    all.truncate(all.len() / 2);
    all
}

async fn ask(office: &Browser, ids: &[i64]) -> Vec<String> {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    let form: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
    let seen = office.post("/inquiries", &form).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
    links(&seen.text())
}

#[tokio::test]
async fn h1_g5_a_link_is_answered_and_the_office_takes_the_answer_over() {
    let county = county().await;
    let town = county.browser("hezhen").await;
    let public = Public::of(&county).await;
    // Of the two picked, one is another township's.
    let made = ask(&town, &[county.ids[4], county.ids[3]]).await;
    assert_eq!(made.len(), 1);
    assert_eq!(county.number("select count(*) from inquiry").await, 1);
    let dump = county.db.one("select tag, key from inquiry", vec![]).await.unwrap().unwrap();
    assert!(dump.text(0).unwrap().len() == 32 && !dump.text(0).unwrap().contains(&made[0]));

    // What is published tells whoever holds the link no more than a surname and who asks.
    public.exchange().await;
    let own = locker(&public.site().key, &Slip::of_link(&made[0]).unwrap());
    let asked = open_inquiry(&own.key, &public.folder.status(&own.tag).unwrap().unwrap()).unwrap();
    assert_eq!((asked.name.as_str(), asked.unit.as_str(), asked.until), ("李＊＊", "例山县", ago(-14)));

    // An answer that pages would not have sent is put aside; a right one is taken in once.
    let at = platform::db::now_ms();
    public.tell(&made[0], at, "");
    public.tell(&Slip::link().receipt, at + 1, "在村");
    public.tell(&made[0], at + 2, "外出务工（苏州）");
    public.tell(&made[0], at + 3, "在月球");
    assert_eq!(public.exchange().await, (1, 3));
    assert_eq!(public.folder.status(&own.tag).unwrap().unwrap(), b"", "the link is used up");

    // Until somebody looked at it, the file says what it said.
    let person = store::find(&county.db, county.ids[4]).await.unwrap().unwrap();
    assert_eq!(person.get(Field::ToldOn), ago(200));
    let seen = town.get("/inquiries").await;
    seen.has(&["李例丁", "外出务工（苏州）　电子厂班长　愿回村任职", "已填，待采用"]);
    assert!(!seen.text().contains("在月球"));
    town.get("/tasks").await.has(&["采用网上填的去向 1 人"]);
    county.browser("qiaozhen").await.get("/inquiries").await.has_not(&["李例丁"]);
    let id = county.number("select id from inquiry").await;
    let accept = format!("/inquiries/{id}/accept");
    assert_eq!(county.browser("qiaozhen").await.post(&accept, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.post(&accept, &[]).await.status, StatusCode::SEE_OTHER);
    let person = store::find(&county.db, county.ids[4]).await.unwrap().unwrap();
    assert_eq!(
        (person.get(Field::ToldOn), person.get(Field::Whereabouts)),
        (ago(0).as_str(), "外出务工（苏州）")
    );
    town.get(&format!("/people/{}", county.ids[4])).await.has(&["已采用", "外出务工（苏州）"]);
    // Once.
    let again = town.post(&accept, &[]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.has(&["已经办过了"]);
    assert_eq!(county.number("select count(*) from whereabouts").await, 1);
}

#[tokio::test]
async fn h1_answers_are_refused_with_a_reason_links_taken_back_replaced_and_run_out() {
    let county = county().await;
    let town = county.browser("hezhen").await;
    let public = Public::of(&county).await;
    let first = ask(&town, &[county.ids[4], county.ids[1]]).await;
    let second = ask(&town, &[county.ids[4]]).await;
    public.exchange().await;
    let at = platform::db::now_ms();
    // The first link of the one was replaced: a letter by it is nobody's.
    let li = locker(&public.site().key, &Slip::of_link(&second[0]).unwrap());
    let by_name = |n: usize| {
        let own = locker(&public.site().key, &Slip::of_link(&first[n]).unwrap());
        public.folder.status(&own.tag).unwrap().map(|b| b.is_empty())
    };
    assert!(by_name(0) == Some(true) || by_name(1) == Some(true));
    public.tell(&second[0], at, "在镇上");
    assert_eq!(public.exchange().await, (1, 0));
    let id = county.number("select id from inquiry where state = 'answered'").await;
    let refuse = format!("/inquiries/{id}/refuse");
    let bare = town.post(&refuse, &[("reason", " ")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    bare.has(&["请写为什么不采用"]);
    assert_eq!(town.post(&refuse, &[("reason", "不是本人填的")]).await.status, StatusCode::SEE_OTHER);
    town.get("/inquiries?show=past").await.has(&["未采用", "不是本人填的", "链接已收回", "另发了新的链接"]);
    assert_eq!(county.number("select count(*) from whereabouts").await, 0);
    assert_eq!(public.folder.status(&li.tag).unwrap().unwrap(), b"");

    // Taken back: the link says so after the next exchange.
    let open = county.number("select id from inquiry where state = 'open'").await;
    let revoke = format!("/inquiries/{open}/revoke");
    assert_eq!(town.post(&revoke, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(county.number("select count(*) from inquiry where state = 'open'").await, 0);

    // Nobody answered in time: told so from the next day on, and written down some days later.
    ask(&town, &[county.ids[1]]).await;
    let tx = county.db.write(crate::county::event("test.later")).await.unwrap();
    tx.run("update inquiry set until = $1 where state = 'open'", platform::values![ago(1)]).await.unwrap();
    tx.commit().await.unwrap();
    town.get("/inquiries?show=past").await.has(&["到期未填"]);
    public.exchange().await;
    assert_eq!(
        county.number("select count(*) from inquiry where state = 'open'").await,
        1,
        "letters may be on their way"
    );
    let tx = county.db.write(crate::county::event("test.later")).await.unwrap();
    tx.run("update inquiry set until = $1 where state = 'open'", platform::values![ago(5)]).await.unwrap();
    tx.commit().await.unwrap();
    public.exchange().await;
    assert_eq!(county.number("select count(*) from inquiry where state = 'expired'").await, 1);
}

#[tokio::test]
async fn h1_calls_are_noted_whatever_came_of_them() {
    let county = county().await;
    let town = county.browser("hezhen").await;
    let path = format!("/people/{}/call", county.ids[4]);
    let bad = town
        .post(&path, &[("outcome", "unanswered"), ("again_on", &ago(0)), ("note", &"长".repeat(201))])
        .await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    bad.has(&["有 2 处要改", "再打的日子要在今天以后", "最多 200 个字"]);
    let bad = town.post(&path, &[("outcome", "reached"), ("place", "")]).await;
    bad.has(&["请写现在去向"]);
    assert_eq!(town.post(&path, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let form = [("outcome", "unanswered"), ("again_on", &*ago(-1)), ("note", "家人接的")];
    assert_eq!(town.post(&path, &form).await.status, StatusCode::SEE_OTHER);
    town.get("/inquiries?show=again").await.has(&["李例丁", "电话没人接", "家人接的", "再打"]);
    let due = "update inquiry set again_on = $1";
    let tx = county.db.write(crate::county::event("test.later")).await.unwrap();
    tx.run(due, platform::values![ago(0)]).await.unwrap();
    tx.commit().await.unwrap();
    town.get("/tasks").await.has(&["再打电话问去向 1 人", "问去向 1 人，超过"]);
    assert_eq!(county.number("select count(*) from whereabouts").await, 0);

    let form = [("outcome", "reached"), ("place", "在村"), ("employment", "种茶"), ("intention", "")];
    assert_eq!(town.post(&path, &form).await.status, StatusCode::SEE_OTHER);
    let person = store::find(&county.db, county.ids[4]).await.unwrap().unwrap();
    assert_eq!((person.get(Field::ToldOn), person.get(Field::Employment)), (ago(0).as_str(), "种茶"));
    town.get(&path).await.has(&["电话接通", "在村　种茶", "电话没人接"]);
    town.get("/inquiries?show=again").await.has_not(&["李例丁"]);
    assert_eq!(county.browser("qiaozhen").await.get(&path).await.status, StatusCode::NOT_FOUND);
}
