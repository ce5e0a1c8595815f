//! The folder between county and public pages: what each side writes the other reads, bounded, whole or not at all.

use public::Folder;
use public::folder::{Bounds, Refused};
use public::seal::{Opener, Slip, locker, open_status, seal, seal_status};
use public::wire::{
    Campaign, Form, Letter, Line, May, Notice, Pick, Place, Site, Status, Ticket, Told, Tone, VERSION,
};
use std::time::Duration;

fn site(key: String) -> Site {
    let told = |title: &str| Told { title: title.into(), basis: "办法第三条".into() };
    let campaign = Campaign {
        id: "2026-reserve".into(),
        title: "2026年村级后备力量报名".into(),
        opens_at: "2026-11-09T08:00".into(),
        closes_at: "2026-11-27T17:30".into(),
        conditions: vec![told("18—40 岁")],
        declares: vec![Pick { id: "true".into(), title: "所填属实".into() }],
        places: vec![
            Place {
                code: "990101100".into(),
                township: "例山镇".into(),
                post: "书记后备".into(),
                seats: 2,
                ..Place::default()
            },
            Place {
                code: "990101100201".into(),
                township: "例山镇".into(),
                village: "例溪村".into(),
                post: "专干".into(),
                ..Place::default()
            },
            Place {
                code: "990101100201".into(),
                township: "例山镇".into(),
                village: "例溪村".into(),
                post: "后备".into(),
                ..Place::default()
            },
        ],
        routes: vec!["self".into(), "member".into()],
        ..Campaign::default()
    };
    let notice = Notice {
        id: "n1".into(),
        title: "拟录用公示".into(),
        posted_on: "2027-01-04".into(),
        until: "2027-01-08".into(),
        ..Notice::default()
    };
    Site {
        version: VERSION,
        county: "例川县".into(),
        demo: true,
        key,
        published_at: 5,
        campaigns: vec![campaign],
        notices: vec![notice],
    }
}

fn form() -> Form {
    Form {
        name: "汪例辰".into(),
        identity: "11010519491231002X".into(),
        declares: vec!["true".into()],
        consent: true,
        ..Form::default()
    }
}

#[test]
fn w6_what_the_county_publishes_is_what_the_pages_read() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    assert!(folder.site().unwrap().is_none() && folder.site_mark().is_none());
    let site = site(Opener::random().public());
    folder.publish(&site).unwrap();
    assert_eq!(Folder::open(dir.path()).unwrap().site().unwrap().unwrap(), site);
    assert!(folder.site_mark().is_some());
    // Nothing half written lies about.
    assert_eq!(std::fs::read_dir(dir.path().join("published")).unwrap().count(), 2);

    for bad in ["", "{}", r#"{"version":2,"county":"例","key":""}"#] {
        std::fs::write(dir.path().join("published/site.json"), bad).unwrap();
        assert!(folder.site().is_err(), "{bad}");
    }
}

#[test]
fn fields_of_a_newer_county_are_passed_over_and_lists_may_be_absent() {
    let text = r#"{"version":1,"county":"例川县","key":"04","later":[1],"campaigns":[{"id":"a","title":"报名","opens_at":"","closes_at":"","new":{}}]}"#;
    let site: Site = serde_json::from_str(text).unwrap();
    assert_eq!((site.campaigns.len(), site.notices.len(), site.campaigns[0].places.len()), (1, 0, 0));
}

#[test]
fn a_place_has_one_key_also_where_posts_share_a_village() {
    let campaign = &site(String::new()).campaigns[0];
    let keys: Vec<String> = campaign.places.iter().map(|p| campaign.key_of(p)).collect();
    assert_eq!(keys, ["990101100", "990101100201/专干", "990101100201/后备"]);
    for (key, place) in keys.iter().zip(&campaign.places) {
        assert_eq!(campaign.place(key), Some(place));
    }
    assert!(campaign.place("990101100201").is_none() && campaign.place("").is_none());
    assert_eq!(campaign.places[1].words(), "例山镇例溪村，专干");
    assert!(campaign.takes("self") && !campaign.takes("resident"));
}

#[test]
fn w6_every_letter_goes_out_and_comes_in() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let county = Opener::random();
    let (receipt, words) = ("BM26-7K4Q-P93X".to_owned(), "竹·桥·09".to_owned());
    let slip = || (receipt.clone(), words.clone());
    let letters = [
        {
            let (receipt, words) = slip();
            Letter::Apply { campaign: "a".into(), receipt, words, at: 1, form: form() }
        },
        {
            let (receipt, words) = slip();
            Letter::Recommend {
                campaign: "a".into(),
                receipt,
                words,
                at: 2,
                by_kind: "member".into(),
                by_name: "何例甲".into(),
                by_phone: "13900000001".into(),
                name: "汪例辰".into(),
                village: "990101100201".into(),
                reason: "肯干".into(),
            }
        },
        {
            let (receipt, words) = slip();
            Letter::Correct { receipt, words, at: 3, form: form() }
        },
        {
            let (receipt, words) = slip();
            Letter::Withdraw { receipt, words, at: 4 }
        },
        {
            let (receipt, words) = slip();
            Letter::Ask { receipt, words, at: 5, text: "请说明".into() }
        },
        {
            let (receipt, words) = slip();
            Letter::Object {
                notice: "n1".into(),
                receipt,
                words,
                at: 6,
                name: "何例甲".into(),
                phone: "13900000001".into(),
                about: "汪例辰".into(),
                text: "学历不实".into(),
            }
        },
    ];
    for (at, letter) in letters.iter().enumerate() {
        let name =
            folder.post(1_795_000_000_000 + at as i64, &seal(&county.public(), letter).unwrap()).unwrap();
        assert!(folder.waits(&name));
        assert_eq!(letter.slip(), (receipt.as_str(), words.as_str()));
    }
    let names = folder.letters().unwrap();
    let opened: Vec<Letter> = names.iter().map(|n| county.open(&folder.read(n).unwrap()).unwrap()).collect();
    assert_eq!(opened, letters, "oldest first");
    for name in &names {
        folder.done(name).unwrap();
        folder.done(name).unwrap();
        assert!(!folder.waits(name) && folder.read(name).is_err());
    }
    assert!(folder.letters().unwrap().is_empty());
}

#[test]
fn kinds_of_letters_are_words_of_the_format() {
    let letter = Letter::Withdraw { receipt: "r".into(), words: "w".into(), at: 4 };
    assert_eq!(
        serde_json::to_string(&letter).unwrap(),
        r#"{"kind":"withdraw","receipt":"r","words":"w","at":4}"#
    );
}

#[test]
fn no_name_leads_out_of_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    for name in [
        "../secret",
        "",
        "x.sealed",
        "../../etc/passwd.sealed",
        "1795000000000-zz.sealed",
        "1795000000000-0011223344556677.sealed/..",
    ] {
        assert!(folder.read(name).is_err() && folder.done(name).is_err() && !folder.waits(name), "{name}");
    }
    for tag in ["", "..", "../site.json", "ABCDEF00112233445566778899001122", "0011"] {
        assert!(
            folder.publish_status(tag, b"x").is_err()
                && folder.status(tag).is_err()
                && folder.keep(tag, b"x").is_err(),
            "{tag}"
        );
    }
}

#[test]
fn w6_the_inbox_is_bounded_in_number_and_in_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let folder =
        Folder::open(dir.path()).unwrap().with_bounds(Bounds { letters: 3, bytes: 1_000, receipts: 1 });
    for _ in 0..3 {
        folder.post(1, &[0; 100]).unwrap();
    }
    assert!(matches!(folder.post(1, &[0; 100]), Err(Refused::Full)));
    let names = folder.letters().unwrap();
    folder.done(&names[0]).unwrap();
    assert!(matches!(folder.post(1, &[0; 801]), Err(Refused::Full)));
    folder.post(1, &[0; 800]).unwrap();
    let (one, two) = ("0".repeat(32), "1".repeat(32));
    folder.keep(&one, b"x").unwrap();
    folder.keep(&one, b"y").unwrap();
    assert!(matches!(folder.keep(&two, b"x"), Err(Refused::Full)));
    assert_eq!(folder.receipt(&one).unwrap().unwrap(), b"y");
}

#[test]
fn w6_a_status_is_published_read_with_receipt_and_words_and_ended() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let key = Opener::random().public();
    let slip = Slip::read("bm26 7k4q p93x", "竹桥09").unwrap();
    let status = Status {
        receipt: slip.receipt.clone(),
        title: "报名".into(),
        place: "例山镇，书记后备".into(),
        received_at: 1,
        need: Some("请补毕业证".into()),
        lines: vec![Line {
            at: "11月18日 20:06".into(),
            title: "报名收到".into(),
            note: String::new(),
            tone: Tone::Done,
        }],
        form: Some(form()),
        may: vec![May::Correct, May::Withdraw, May::Ask],
        ticket: Some(Ticket { no: "26010101".into(), what: "笔试".into(), ..Ticket::default() }),
        until: "2027-07-31".into(),
    };
    let own = locker(&key, &slip);
    folder.publish_status(&own.tag, &seal_status(&own.key, &status)).unwrap();
    let read = open_status(&own.key, &folder.status(&own.tag).unwrap().unwrap()).unwrap();
    assert_eq!(read, status);
    folder.withdraw_status(&own.tag).unwrap();
    assert_eq!(folder.status(&own.tag).unwrap().unwrap(), b"");
    assert!(folder.status(&"0".repeat(32)).unwrap().is_none());
}

#[test]
fn w6_what_the_county_ended_and_what_is_old_is_wiped() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let tag = |c: &str| c.repeat(32);
    for c in ["a", "b", "c"] {
        folder.keep(&tag(c), b"sealed").unwrap();
    }
    folder.publish_status(&tag("a"), b"sealed").unwrap();
    folder.withdraw_status(&tag("b")).unwrap();
    let now = std::fs::metadata(dir.path()).unwrap().modified().unwrap();
    assert_eq!(folder.tidy(now, 12).unwrap(), 1);
    assert!(folder.receipt(&tag("b")).unwrap().is_none() && folder.receipt(&tag("a")).unwrap().is_some());
    let later = now + Duration::from_secs(13 * 31 * 86_400);
    assert_eq!(folder.tidy(later, 12).unwrap(), 2);
}

#[test]
fn the_secret_is_made_once_and_closed_to_others() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let made: Vec<_> = std::thread::scope(|s| {
        let all: Vec<_> = (0..4).map(|_| s.spawn(|| folder.secret().unwrap())).collect();
        all.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert!(made.iter().all(|m| **m == *made[0]));
    assert_eq!(*Folder::open(dir.path()).unwrap().secret().unwrap(), *made[0]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let path = dir.path().join("secret");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(folder.secret().is_err());
    }
}
