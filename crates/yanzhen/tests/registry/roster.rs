//! Rosters and appointment forms: read, checked, written as one batch, taken back. On both engines.

use crate::county::{Browser, County, EAST, county_on};
use crate::event;
use axum::http::StatusCode;
use platform::values;
use rust_xlsxwriter::{Format, Workbook};
use standards::lrmx::{DateField, Lrmx, Photo, Unknown};
use standards::{IdentityNumber, Sex};
use yanzhen::slices::people::store::New;
use yanzhen::slices::people::{Field, Values, parts, store};

/// A picture of one dot.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0,
    0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63,
    0x60, 0, 0, 0, 2, 0, 1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60,
    0x82,
];

/// The county on each engine there is.
async fn counties() -> Vec<County> {
    let mut out = vec![county_on(None).await];
    if let Ok(database) = std::env::var("YANZHEN_TEST_POSTGRES") {
        out.push(county_on(Some(database)).await);
    }
    out
}

fn number(birth: (u32, u32, u32), sequence: u32, sex: Sex) -> String {
    IdentityNumber::synthetic("990000", birth, sequence, sex).unwrap().reveal().to_owned()
}

/// A roster as an office sends it: a merged title, heads over two rows, villages merged over their people, blank rows
/// with a format, numbers as numbers, a remark below.
fn roster(rows: &[[&str; 8]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("名册").unwrap();
    let bold = Format::new().set_bold();
    sheet.merge_range(0, 0, 0, 7, "例河镇村干部名册", &bold).unwrap();
    for (c, head) in
        ["村", "姓名", "性别", "出生\n年月", "身份证号码（18位）", "现任职务"].into_iter().enumerate()
    {
        sheet.merge_range(1, c as u16, 2, c as u16, head, &bold).unwrap();
    }
    sheet.merge_range(1, 6, 1, 7, "学历情况", &bold).unwrap();
    sheet.write(2, 6, "学历").unwrap();
    sheet.write(2, 7, "学位").unwrap();
    for (r, row) in rows.iter().enumerate() {
        for (c, text) in row.iter().enumerate() {
            let (r, c) = (r as u32 + 3, c as u16);
            match text.parse::<f64>() {
                Ok(n) if c == 3 => sheet.write_number(r, c, n).map(drop).unwrap(),
                _ if text.is_empty() => sheet.write_blank(r, c, &bold).map(drop).unwrap(),
                _ => sheet.write_string(r, c, *text).map(drop).unwrap(),
            }
        }
    }
    sheet.write(rows.len() as u32 + 5, 1, "填表人：例某  2026年11月").unwrap();
    book.save_to_buffer().unwrap()
}

/// Sends a file in; gives the path of its preview.
async fn sent(office: &Browser, name: &str, bytes: &[u8]) -> String {
    let seen = office.upload("/people/import", &[], (name, bytes)).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    seen.location
}

/// Confirms what the preview shows; gives the batch's path.
async fn written(office: &Browser, path: &str) -> String {
    let text = office.get(path).await.text();
    let mark = text.split("name=\"mark\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let seen = office.post(&format!("{path}/confirm"), &[("mark", &mark)]).await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
    seen.location
}

async fn known(county: &County, name: &str, village: &str, rest: &[(Field, &str)]) -> i64 {
    let mut values = Values::from([(Field::Name, name.to_owned()), (Field::Village, village.to_owned())]);
    values.extend(rest.iter().map(|(f, v)| (*f, (*v).to_owned())));
    let mut tx = county.db.write(event("test.person")).await.unwrap();
    let made = store::add(&mut tx, vec![New { values, synthetic: true }]).await.unwrap();
    tx.commit().await.unwrap();
    made[0]
}

/// Everything that people have, as text: equal before an import and after it was taken back.
async fn standing(county: &County) -> Vec<String> {
    let mut out = Vec::new();
    for sql in [
        "select cast(id as text) || name || sex || birth || ethnic || political || education || degree || strengths || village \
         || township || posts || source || whereabouts || told_on || state || coalesce(identity_index, '') \
         || coalesce(cast(photo as text), '') from person order by id",
        "select cast(person as text) || mode || level || degree || school from education order by person, id",
        "select cast(person as text) || from_on || to_on || text from cv_line order by person, seq",
        "select cast(person as text) || kind || value || state from claim order by person, id",
        "select cast(person as text) || village || post || from_on || to_on from holding order by id",
        "select township || state || posts || pools || cast(n as text) from person_tally where n > 0 order by 1",
    ] {
        for row in county.db.rows(sql, vec![]).await.unwrap() {
            out.push(row.text(0).unwrap());
        }
    }
    out
}

async fn people(county: &County) -> i64 {
    county.db.one("select count(*) from person", vec![]).await.unwrap().unwrap().int(0).unwrap()
}

#[tokio::test]
async fn c10_a_roster_is_read_checked_written_and_taken_back() {
    for county in counties().await {
        let office = county.browser("hezhen").await;
        let (a, b) = (number((1985, 6, 3), 1, Sex::Male), number((1990, 1, 9), 2, Sex::Female));
        let old = known(&county, "李例乙", EAST, &[(Field::Identity, &b), (Field::Education, "70")]).await;
        let before = standing(&county).await;
        let mut wrong = a.clone().into_bytes();
        wrong[17] = if wrong[17] == b'1' { b'2' } else { b'1' };
        let wrong = String::from_utf8(wrong).unwrap();
        let table = roster(&[
            ["例东村", "王　例甲", "男", "31201", &a, "党总支书记", "大专", ""],
            ["", "李例乙", "女", "1990.1", &b, "村委会主任", "高中", ""],
            ["例太平村", "赵例丙", "男", "1990-07", "", "", "本科", ""],
            ["例西村", "钱例丁", "男", "1985-13", "", "", "本科", ""],
            ["例西村", "孙例戊", "男", "1993年2月", &wrong, "委员", "大专", ""],
            ["", "", "", "", "", "", "", ""],
        ]);
        let path = sent(&office, "例河镇名册.xlsx", &table).await;
        let seen = office.get(&path).await;
        seen.has(&[
            "还没有写入任何数据",
            "导入 2 行",
            "例太平桥村",
            "“1985-13”",
            "学历：初中 → 高中",
            "没有写村，按上面一行的“例东村”",
            "登记任职：村党组织书记",
            "9900********",
        ]);
        seen.has_not(&[&a, &b, &wrong]);
        assert_eq!(people(&county).await, 1, "nothing is written");
        let batch = written(&office, &path).await;
        office.get(&batch).await.has(&["写了 2 人", "王例甲", "李例乙", "撤销整批"]);
        assert_eq!(people(&county).await, 2);
        let person = store::find(&county.db, old).await.unwrap().unwrap();
        assert_eq!((person.get(Field::Education), person.get(Field::Birth)), ("60", "1990-01"));
        assert_eq!(person.posts, "|village_director|");
        let made = store::by_identity(&county.db, &a).await.unwrap().unwrap();
        assert_eq!(
            (made.name(), made.get(Field::Birth), made.posts.as_str()),
            ("王例甲", "1985-06-03", "|party_secretary|")
        );
        // The same table once more changes nothing.
        let again = sent(&office, "例河镇名册.xlsx", &table).await;
        office.get(&again).await.has(&["导入 0 行"]);
        let seen = office.post(&format!("{again}/confirm"), &[("mark", "x")]).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Each row comes back with what is wrong with it, and can be sent again.
        let corrected = office.get(&format!("{path}/corrected.xlsx")).await;
        let back = sent(&office, "改.xlsx", &corrected.bytes).await;
        office.get(&back).await.has(&["例太平桥村", "导入 0 行"]);
        let seen = office.post(&format!("{batch}/undo"), &[]).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text());
        assert_eq!(standing(&county).await, before, "as it was");
        office.get(&batch).await.has(&["全部恢复成导入前的样子"]);
        assert_eq!(office.post(&format!("{batch}/undo"), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let (_, breaks) = platform::audit::verify(&county.db, None).await.unwrap();
        assert_eq!(breaks, []);
    }
}

#[tokio::test]
async fn what_changed_since_is_left_and_recognised_values_are_only_proposed() {
    for county in counties().await {
        let office = county.browser("zuzhi").await;
        let a = number((1985, 6, 3), 1, Sex::Male);
        let id = known(
            &county,
            "王例甲",
            EAST,
            &[(Field::Identity, &a), (Field::Birth, "1985-06"), (Field::Strengths, "种茶")],
        )
        .await;
        let mut tx = county.db.write(event("test.claim")).await.unwrap();
        let claim = parts::Claim {
            kind: "birth".into(),
            value: "1985-06".into(),
            state: "recognised".into(),
            ..parts::Claim::default()
        };
        parts::put(&mut tx, &[(id, claim)]).await.unwrap();
        tx.commit().await.unwrap();
        let csv = format!("姓名,身份证号,出生年月,特长,手机\n王例甲,{a},1984-05,养蜂,10000000001\n");
        let path = sent(&office, "改.csv", csv.as_bytes()).await;
        office
            .get(&path)
            .await
            .has(&["出生年月：1985年6月 → 1984年5月（已认定，只提出，等核定）", "种茶 → 养蜂"]);
        // Where both have a value the file's stays, if that is asked for.
        let plan = [
            ("mode", "both"),
            ("take-0", "1"),
            ("c0-0", "name"),
            ("c0-1", "identity"),
            ("c0-2", "birth"),
            ("c0-3", "strengths"),
            ("c0-4", "phone"),
        ];
        office.post(&format!("{path}/plan"), &plan).await;
        let seen = office.get(&path).await;
        seen.has(&["更新 1 处", "手机"]);
        seen.has_not(&["养蜂"]);
        let plan: Vec<(&str, &str)> = plan.into_iter().chain([("over", "replace")]).collect();
        office.post(&format!("{path}/plan"), &plan).await;
        let batch = written(&office, &path).await;
        let person = store::find(&county.db, id).await.unwrap().unwrap();
        assert_eq!((person.get(Field::Birth), person.get(Field::Strengths)), ("1985-06", "养蜂"));
        // Somebody edits the same field: undoing leaves that alone.
        let mut tx = county.db.write(event("test.edit")).await.unwrap();
        let edit = Values::from([(Field::Strengths, "修路".to_owned())]);
        store::set(&mut tx, &person, &edit).await.unwrap();
        tx.commit().await.unwrap();
        office.post(&format!("{batch}/undo"), &[]).await;
        office.get(&batch).await.has(&["1 人后来又改过", "熟悉专业和特长"]);
        let person = store::find(&county.db, id).await.unwrap().unwrap();
        assert_eq!(person.get(Field::Strengths), "修路");
        let sql = "select count(*) from claim where state = 'proposed'";
        assert_eq!(county.db.one(sql, vec![]).await.unwrap().unwrap().int(0).unwrap(), 0);
        let sql = "select count(*) from person where phone_index is not null";
        assert_eq!(county.db.one(sql, vec![]).await.unwrap().unwrap().int(0).unwrap(), 0);
    }
}

#[tokio::test]
async fn a_township_imports_its_own_and_learns_nothing_of_others() {
    for county in counties().await {
        let (town, other) = (county.browser("qiaozhen").await, county.browser("hezhen").await);
        let a = number((1985, 6, 3), 1, Sex::Male);
        known(&county, "王例甲", EAST, &[(Field::Identity, &a)]).await;
        let csv = format!(
            "村,姓名,身份证号\n例北村,周例寅,{a}\n例东村,吴例卯,\n例北村,郑例辰,\n例北村,何例,\n例北村,何例,\n"
        );
        let path = sent(&town, "名册.csv", csv.as_bytes()).await;
        let seen = town.get(&path).await;
        seen.has(&["请与县委组织部核对", "不在您的范围", "和第 5 行同名同村", "导入 2 行"]);
        seen.has_not(&["王例甲"]);
        for path in [path.clone(), format!("{path}/corrected.xlsx")] {
            assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
            assert_eq!(county.browser("zuzhi").await.get(&path).await.status, StatusCode::NOT_FOUND);
        }
        let batch = written(&town, &path).await;
        assert_eq!(other.get(&batch).await.status, StatusCode::NOT_FOUND);
        assert_eq!(other.post(&format!("{batch}/undo"), &[]).await.status, StatusCode::NOT_FOUND);
        county.browser("zuzhi").await.get(&batch).await.has(&["郑例辰"]);
        // Columns chosen once are remembered for the same heads.
        let csv = "村,姓名,绰号\n例北村,冯例巳,养蜂\n";
        let path = sent(&town, "名册2.csv", csv.as_bytes()).await;
        let plan = [
            ("mode", "both"),
            ("over", "replace"),
            ("take-0", "1"),
            ("c0-0", "village"),
            ("c0-1", "name"),
            ("c0-2", "strengths"),
        ];
        town.post(&format!("{path}/plan"), &plan).await;
        let again = sent(&town, "名册3.csv", csv.as_bytes()).await;
        town.get(&again).await.has(&["“绰号”→ 熟悉专业和特长"]);
    }
}

#[tokio::test]
async fn forms_come_in_with_all_they_hold_and_go_out_the_same() {
    for county in counties().await {
        let office = county.browser("zuzhi").await;
        let a = number((1985, 6, 3), 1, Sex::Male);
        let form = Lrmx {
            name: "王例甲".into(),
            sex: "男".into(),
            birth: DateField::parse("198506"),
            ethnicity: "汉族".into(),
            post: "例河镇例东村党总支书记".into(),
            identity: a.clone(),
            appraisals: "2024年称职".into(),
            rewards: "2022年县优秀共产党员".into(),
            photo: Some(Photo { bytes: PNG.to_vec() }),
            unknown: vec![Unknown::new("ShenFenZheng", "<ZhaoLiYao>例</ZhaoLiYao>").unwrap()],
            ..Lrmx::of("王例甲")
        };
        let zip = standards::bundle::write_many(&[
            ("王例甲.lrmx".into(), form.write()),
            ("坏.lrmx".into(), b"<Person><XingMing>".to_vec()),
        ])
        .unwrap();
        let path = sent(&office, "审批表.zip", &zip).await;
        office.get(&path).await.has(&["坏.lrmx", "导入 1 行", "登记任职"]);
        let batch = written(&office, &path).await;
        let made = store::by_identity(&county.db, &a).await.unwrap().unwrap();
        let out = office.get(&format!("/people/{}/form.lrmx", made.id)).await;
        let back = Lrmx::read(&out.bytes).unwrap();
        assert_eq!(
            (back.name.as_str(), back.appraisals.as_str(), back.rewards.as_str()),
            ("王例甲", "2024年称职", "2022年县优秀共产党员")
        );
        assert_eq!(back.unknown, form.unknown, "elements that nobody knows stay");
        assert_eq!((back.identity, back.photo), (a.clone(), form.photo.clone()));
        office.post(&format!("{batch}/undo"), &[]).await;
        assert_eq!(people(&county).await, 0);
        let rest = county.db.one("select count(*) from attachment where ended_at is null", vec![]).await;
        assert_eq!(rest.unwrap().unwrap().int(0).unwrap(), 0);
    }
}

#[tokio::test]
async fn hostile_and_wrong_files_are_refused_whole() {
    for county in counties().await {
        let office = county.browser("zuzhi").await;
        for (name, bytes, why) in [
            ("名册.xls", &b"\xd0\xcf\x11\xe0"[..], "旧版 .xls"),
            ("名册.exe", b"MZ", "只收"),
            ("名册.csv", "代码,收入\n1,2\n".as_bytes(), "没有找到表头"),
            ("表.lrmx", b"<!DOCTYPE a [<!ENTITY b \"c\">]><Person/>", "文件读不了"),
            ("表.zip", b"PK\x03\x04broken", "文件读不了"),
            ("名册.xlsx", b"PK\x03\x04broken", "文件读不了"),
        ] {
            let seen = office.upload("/people/import", &[], (name, bytes)).await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            seen.has(&[why]);
        }
        let n = county.db.one("select count(*) from upload", values![]).await.unwrap().unwrap();
        assert_eq!(n.int(0).unwrap(), 0);
    }
}
