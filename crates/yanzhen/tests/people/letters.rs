//! Letters of the public's pages, taken in by the county (G1, W6).

use crate::campaigns::{YOUNG, number};
use crate::county::{EAST, county};
use axum::http::StatusCode;
use platform::county::CountyInfo;
use public::folder::Folder;
use public::seal::{Slip, locker, open_status, seal};
use public::wire::{Form, Letter, May};
use yanzhen::slices::campaigns::exchange::exchange;

#[tokio::test]
async fn g1_w6_letters_of_the_public_pages_are_taken_in_once_and_their_senders_alone_read_what_came_of_them()
{
    let county = county().await;
    let town = county.browser("hezhen").await;
    let path = county.campaign(&town, "reserve_selection").await;
    let dir = county.folder.path().join("public");
    let info = CountyInfo { code: "990101".into(), name: "例山县".into(), demo: true };
    let done = exchange(&county.db, &info, &dir, 0).await.unwrap();
    assert_eq!((done.campaigns, done.taken), (1, 0));
    let folder = Folder::open(&dir).unwrap();
    let site = folder.site().unwrap().expect("a site");
    let campaign = &site.campaigns[0];
    assert_eq!(campaign.routes, ["self", "member", "resident", "secretary"]);
    assert!(campaign.conditions.len() >= 4 && campaign.declares.len() == 2);
    assert!(campaign.bars.len() > 5, "the negative list stands on the page: {}", campaign.bars.len());
    let slip = Slip::of(&[7; 32], "BM", 2026, "form-1");
    let form = Form {
        name: "赵例六".into(),
        identity: number(6, YOUNG),
        phone: "10000000006".into(),
        sex: "2".into(),
        birth: "1995-06-01".into(),
        education: "20".into(),
        political: "13".into(),
        place: EAST.into(),
        declares: vec!["local".into(), "clean".into()],
        consent: true,
        ..Form::default()
    };
    let at = platform::db::now_ms();
    let (receipt, words) = (slip.receipt.clone(), slip.words.clone());
    let apply = Letter::Apply { campaign: campaign.id.clone(), receipt, words, at, form: form.clone() };
    let sealed = seal(&site.key, &apply).unwrap();
    folder.post(at, &sealed).unwrap();
    // A letter that is none, and one whose number is wrong, are put aside and told.
    folder.post(at + 1, &[1; 300]).unwrap();
    let wrong = Form { identity: "990000199506010000".into(), ..form.clone() };
    let bad = Letter::Apply {
        campaign: campaign.id.clone(),
        receipt: "BM26-AAAA-AAAA".into(),
        words: slip.words.clone(),
        at,
        form: wrong,
    };
    folder.post(at + 2, &seal(&site.key, &bad).unwrap()).unwrap();
    let done = exchange(&county.db, &info, &dir, 0).await.unwrap();
    assert_eq!((done.taken, done.refused, done.told), (1, 2, 1));
    // Sent again, it is not taken in again.
    folder.post(at, &sealed).unwrap();
    exchange(&county.db, &info, &dir, 0).await.unwrap();
    assert_eq!(county.number("select count(*) from campaign_entry").await, 1);
    let row =
        county.db.one("select name, sealed, identity from campaign_entry", vec![]).await.unwrap().unwrap();
    assert_eq!(row.text(0).unwrap(), "赵例六");
    let (form_kept, number_kept): (Vec<u8>, Vec<u8>) = (row.get(1).unwrap(), row.get(2).unwrap());
    assert!(!String::from_utf8_lossy(&form_kept).contains("10000000006"));
    assert!(!String::from_utf8_lossy(&number_kept).contains("990000"));
    // Receipt and words open the status; a town's office sees the number masked.
    let lock = locker(&site.key, &slip);
    let status = open_status(&lock.key, &folder.status(&lock.tag).unwrap().expect("a status")).unwrap();
    assert_eq!(status.form.as_ref().map(|f| f.phone.as_str()), Some("10000000006"));
    assert!(status.may.contains(&May::Correct) && status.may.contains(&May::Withdraw));
    let entry = format!("/entries/{}", county.number("select id from campaign_entry").await);
    let seen = town.get(&entry).await;
    seen.has(&["赵例六", "990000**********"]);
    assert!(!seen.text().contains(&number(6, YOUNG)));
    // What lacks is told to the applicant, too.
    let fields = [("kind", "material"), ("item", "diploma"), ("verdict", "no"), ("note", "编号看不清")];
    town.post(&format!("{entry}/check"), &fields).await;
    exchange(&county.db, &info, &dir, 0).await.unwrap();
    let status = open_status(&lock.key, &folder.status(&lock.tag).unwrap().unwrap()).unwrap();
    assert!(status.need.is_some_and(|n| n.contains("毕业证书（编号看不清）")));
    // A correction changes the own data while applications are open.
    let next = Form { phone: "10000000007".into(), education: "30".into(), ..form };
    let (receipt, words) = (slip.receipt.clone(), slip.words.clone());
    let correct = Letter::Correct { receipt, words, at: at + 3, form: next };
    folder.post(at + 3, &seal(&site.key, &correct).unwrap()).unwrap();
    assert_eq!(exchange(&county.db, &info, &dir, 0).await.unwrap().taken, 1);
    town.get(&entry).await.has(&["大专", "本人改了报名信息"]);
    // What is asked is answered by a day, sealed on both sides, and read by receipt and words alone.
    let (receipt, words) = (slip.receipt.clone(), slip.words.clone());
    let ask = Letter::Ask { receipt, words, at: at + 4, text: "请说明学历为什么要补".into() };
    folder.post(at + 4, &seal(&site.key, &ask).unwrap()).unwrap();
    assert_eq!(exchange(&county.db, &info, &dir, 0).await.unwrap().taken, 1);
    let told = |status: &public::wire::Status| {
        status.lines.iter().map(|l| format!("{} {}", l.title, l.note)).collect::<Vec<_>>().join("；")
    };
    let status = open_status(&lock.key, &folder.status(&lock.tag).unwrap().unwrap()).unwrap();
    assert!(told(&status).contains("您要求说明或复核 请说明学历为什么要补；答复 "), "{}", told(&status));
    town.get("/tasks").await.has(&["答复报名人的询问 1 件"]);
    town.get(&entry).await.has(&["请说明学历为什么要补", "前答复"]);
    let id = county.number("select id from campaign_ask").await.to_string();
    let answer = format!("{entry}/answer");
    let short = town.post(&answer, &[("ask", &id), ("answer", "好")]).await;
    short.has(&["请写答复，4 到 500 字"]);
    let full = [("ask", id.as_str()), ("answer", "证书编号看不清，请带原件")];
    let other = county.browser("qiaozhen").await;
    assert_eq!(other.post(&answer, &full).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.post(&answer, &full).await.status, StatusCode::SEE_OTHER);
    town.post(&answer, &full).await.has(&["已经答复过"]);
    let row = county.db.one("select text, answer from campaign_ask", vec![]).await.unwrap().unwrap();
    for column in 0..2 {
        let sealed: Vec<u8> = row.get(column).unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains("看不清") && sealed.len() > 40);
    }
    exchange(&county.db, &info, &dir, 0).await.unwrap();
    let status = open_status(&lock.key, &folder.status(&lock.tag).unwrap().unwrap()).unwrap();
    assert!(told(&status).contains("答复 证书编号看不清，请带原件"));
    // Withdrawing takes the own data away here and there.
    let withdraw = Letter::Withdraw { receipt: slip.receipt.clone(), words: slip.words.clone(), at: at + 5 };
    folder.post(at + 5, &seal(&site.key, &withdraw).unwrap()).unwrap();
    assert_eq!(exchange(&county.db, &info, &dir, 0).await.unwrap().taken, 1);
    let row = county
        .db
        .one("select name, state, identity_index from campaign_entry", vec![])
        .await
        .unwrap()
        .unwrap();
    assert_eq!((row.text(0).unwrap().as_str(), row.text(1).unwrap().as_str()), ("", "withdrawn"));
    assert!(row.get::<Option<String>>(2).unwrap().is_none());
    let left = folder.status(&lock.tag).unwrap();
    assert!(left.is_none_or(|s| s.is_empty()), "nothing is left to look up");
    assert_eq!(county.number("select count(*) from campaign_ask").await, 0);
    assert!(town.get(&format!("{path}/entries")).await.text().contains("（已撤回）"));
}

#[tokio::test]
async fn g1_w6_recommenders_and_objectors_read_what_is_theirs_and_no_more() {
    let county = county().await;
    let town = county.browser("hezhen").await;
    let path = county.campaign(&town, "reserve_selection").await;
    let dir = county.folder.path().join("public");
    let info = CountyInfo { code: "990101".into(), name: "例山县".into(), demo: true };
    exchange(&county.db, &info, &dir, 0).await.unwrap();
    let folder = Folder::open(&dir).unwrap();
    let site = folder.site().unwrap().expect("a site");
    let id: i64 = path.rsplit('/').next().unwrap().parse().unwrap();
    let at = platform::db::now_ms();
    let (one, two) = (Slip::of(&[7; 32], "TJ", 2026, "form-1"), Slip::of(&[7; 32], "YY", 2026, "form-2"));
    let recommend = Letter::Recommend {
        campaign: id.to_string(),
        receipt: one.receipt.clone(),
        words: one.words.clone(),
        at,
        by_kind: "resident".into(),
        by_name: "例村民".into(),
        by_phone: "10000000009".into(),
        name: "钱例七".into(),
        village: EAST.into(),
        reason: "肯帮人，会电脑".into(),
    };
    folder.post(at, &seal(&site.key, &recommend).unwrap()).unwrap();
    let tx = county.db.write(crate::county::event("test.notice")).await.unwrap();
    let notice = yanzhen::slices::campaigns::store::notices::Notice {
        id: 0,
        campaign: id,
        posted_on: crate::county::ago(0),
        until: crate::county::ago(-7),
        text: "现予公示".into(),
        by: "例".into(),
        at,
        open: 0,
        objections: 0,
    };
    let notice = yanzhen::slices::campaigns::store::notices::add(&tx, &notice).await.unwrap();
    tx.commit().await.unwrap();
    let object = Letter::Object {
        notice: notice.to_string(),
        receipt: two.receipt.clone(),
        words: two.words.clone(),
        at: at + 1,
        name: "例某".into(),
        phone: "10000000008".into(),
        about: String::new(),
        text: "与支书是近亲属".into(),
    };
    folder.post(at + 1, &seal(&site.key, &object).unwrap()).unwrap();
    assert_eq!(exchange(&county.db, &info, &dir, 0).await.unwrap().taken, 2);
    let read = |slip: &Slip| {
        let own = locker(&site.key, slip);
        let status = open_status(&own.key, &folder.status(&own.tag).unwrap().expect("a status")).unwrap();
        let lines = status.lines.iter().map(|l| format!("{} {}", l.title, l.note)).collect::<Vec<_>>();
        (lines.join("；"), status.may, status.form)
    };
    let (told, may, form) = read(&one);
    assert!(
        told.contains("由本人决定") && !told.contains("钱例七") && may.is_empty() && form.is_none(),
        "{told}"
    );
    let (told, may, _) = read(&two);
    assert!(told.contains("核查并答复") && may.is_empty(), "{told}");
    town.get("/tasks").await.has(&["答复公示异议 1 件"]);
    let objection = county.number("select id from notice_objection").await;
    let answer = [("finding", "unfounded"), ("answer", "已核，不是近亲属")];
    let done = town.post(&format!("/objections/{objection}/answer"), &answer).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    exchange(&county.db, &info, &dir, 0).await.unwrap();
    assert!(read(&two).0.contains("已答复 已核，不是近亲属"));
    // Sent again under another name in the inbox, each is what it was: nothing twice.
    assert_eq!(exchange(&county.db, &info, &dir, 0).await.unwrap().taken, 0);
}
