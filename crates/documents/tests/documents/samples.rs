//! Inputs about invented people.

use documents::{
    ActKind, ApprovalForm, Cell, Check, Column, CommitteeTable, Consent, Enclosure, FilingAct, FilingForm,
    Finding, Holder, Imprint, Opinion, PackMark, Roster, Seat, Tracks, VillageCommittees,
};
use jiff::civil::{DateTime, date, datetime};
use kernel::{Day, Quantity, Score};
use standards::lrmx::{DateField, FamilyMember, PartyText, Photo, Schooling, parse_cv};
use standards::{Lrmx, PartialDate};

pub const AGE_DATE: Day = date(2026, 11, 18);
const PRINTED: DateTime = datetime(2026, 11, 18, 8, 30, 0, 0);

pub fn month(year: i16, month: i8) -> PartialDate {
    PartialDate::new(year, month, 0).unwrap()
}

pub fn record() -> Lrmx {
    Lrmx {
        sex: "男".into(),
        birth: DateField::Date(month(1995, 4)),
        ethnicity: "汉族".into(),
        origin: "安徽六安".into(),
        birthplace: "安徽六安".into(),
        party: PartyText::Joined(month(2018, 6)),
        work_start: DateField::Date(month(2017, 7)),
        health: "健康".into(),
        technical_post: "(无)".into(),
        strengths: "茶叶种植与加工".into(),
        full_time: Schooling {
            education: "大学".into(),
            degree: "农学学士".into(),
            education_school: "安徽某高校农学专业".into(),
            degree_school: "安徽某高校农学专业".into(),
        },
        part_time: Schooling {
            education: "(无)".into(),
            education_school: "(无)".into(),
            ..Schooling::default()
        },
        post: "东河口镇毛岭村乡村振兴专干".into(),
        intended_post: "东河口镇毛岭村党总支副书记".into(),
        leaving_post: "(无)".into(),
        cv: parse_cv(
            "2013.09--2017.06  安徽某高校农学专业学习\n\
             2017.07--2019.07  合肥某农业公司技术员\n\
             2019.08--2022.05  返乡创办茶叶专业合作社，任理事长（其间：2020.03--2020.06 参加镇后备力量培训班学习）\n\
             2022.05--         东河口镇毛岭村乡村振兴专干",
        ),
        rewards: "2021年12月获镇优秀共产党员称号。\n2023年5月获区乡村振兴先进个人称号。".into(),
        appraisals: "2023年度：优秀\n2024年度：称职\n2025年度：优秀".into(),
        reason: "该同志政治素质好，熟悉农村工作，带领群众发展茶叶产业有实绩，群众公认。经镇党委研究，\
                 拟任毛岭村党总支副书记。"
            .into(),
        family: [
            "妻子|郑例庚|1996.02|群众|东河口镇中心小学教师",
            "儿子|吴例子|2021.08||",
            "父亲|吴例丑|1968.11|中共党员|毛岭村村民",
            "母亲|王例寅|1970.03|群众|毛岭村村民",
            "岳父|郑例卯|1966.05|群众|月牙塘村村民",
            "祖父|吴例辰|1940.01|中共党员|已去世",
        ]
        .map(relative)
        .to_vec(),
        reporting_unit: "中共东河口镇委员会".into(),
        filled_on: DateField::Date(PartialDate::from(AGE_DATE)),
        filled_by: "何例乙".into(),
        identity: "990000199504010013".into(),
        ..Lrmx::of("吴例己")
    }
}

pub fn relative(line: &str) -> FamilyMember {
    let parts: Vec<&str> = line.split('|').collect();
    FamilyMember {
        appellation: parts[0].into(),
        name: parts[1].into(),
        birth: DateField::parse(parts[2]),
        political_status: parts[3].into(),
        work: parts[4].into(),
        ..FamilyMember::default()
    }
}

pub fn approval() -> ApprovalForm {
    ApprovalForm {
        check_code: Some("YZ-0000-0000".into()),
        synthetic: true,
        reporting: Opinion { day: Some(AGE_DATE), ..Opinion::default() },
        ..ApprovalForm::of(record(), AGE_DATE)
    }
}

/// With a photo, a CV of many years, many relatives and long texts.
pub fn long_approval() -> ApprovalForm {
    let mut form = approval();
    let cv: Vec<String> = (0..26)
        .map(|i| {
            let year = 1996 + i;
            format!(
                "{year}.{:02}--{}.{:02}  东河口镇第{i}村党总支委员、村委会委员，分管集体经济、乡村建设和人居环境整治工作\
                 （其间：参加区委组织部村干部培训班学习并结业）",
                1 + i % 12,
                year + 1,
                1 + i % 12
            )
        })
        .collect();
    form.record.cv = parse_cv(&cv.join("\n"));
    form.record.family = (0..16)
        .map(|i| {
            relative(&format!(
                "亲属|例某{}|{}.05|群众|东河口镇某某村经济合作社仓储加工配送中心副经理、村民小组组长",
                i + 1,
                1960 + i
            ))
        })
        .collect();
    form.record.origin = "新疆维吾尔自治区巴音郭楞蒙古自治州".into();
    form.record.post =
        "东河口镇毛岭村乡村振兴专干兼村集体经济组织监事会主席、村妇联执委、镇茶叶产业联合党支部副书记、\
                        镇供销合作社毛岭分社理事会理事长"
            .into();
    form.record.rewards = "2021年12月获镇优秀共产党员称号，由镇党委表彰。\n".repeat(24);
    form.record.photo = Some(Photo { bytes: png(70, 98) });
    form
}

/// A grey picture. Its pixels stand in stored blocks, so that no packer is needed.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 }
            })
        })
    };
    let chunk = |kind: &[u8], body: &[u8]| {
        let named: Vec<u8> = kind.iter().chain(body).copied().collect();
        let mut out = (body.len() as u32).to_be_bytes().to_vec();
        out.extend(&named);
        out.extend(crc(&named).to_be_bytes());
        out
    };
    let mut head = width.to_be_bytes().to_vec();
    head.extend(height.to_be_bytes());
    head.extend([8, 0, 0, 0, 0]);
    let rows: Vec<u8> = (0..height)
        .flat_map(|y| [0].into_iter().chain((0..width).map(move |x| (120 + (x + y) % 100) as u8)))
        .collect();
    let mut body = vec![0x78, 0x01];
    let blocks = rows.chunks(65_535).count();
    for (i, block) in rows.chunks(65_535).enumerate() {
        body.push(u8::from(i + 1 == blocks));
        body.extend((block.len() as u16).to_le_bytes());
        body.extend((!(block.len() as u16)).to_le_bytes());
        body.extend(block);
    }
    let (a, b) = rows.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        ((a + u32::from(*byte)) % 65_521, (a + u32::from(*byte) + b) % 65_521)
    });
    body.extend(((b << 16) | a).to_be_bytes());
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    out.extend(chunk(b"IHDR", &head));
    out.extend(chunk(b"IDAT", &body));
    out.extend(chunk(b"IEND", &[]));
    out
}

pub fn filing() -> FilingForm {
    let act = |person: &str, post: &str, kind, reason: &str, basis: &str| FilingAct {
        person: person.into(),
        post: post.into(),
        kind,
        reason: reason.into(),
        basis: basis.into(),
    };
    let check = |item: &str, finding, note: &str| Check { item: item.into(), finding, note: note.into() };
    let document = |name: &str, pages| Enclosure { name: name.into(), day: Some(date(2026, 11, 10)), pages };
    FilingForm {
        number: "东组备〔2026〕12号".into(),
        county: "中共金安区委组织部（演示）".into(),
        township: "中共东河口镇委员会".into(),
        village: "毛岭村".into(),
        filed_on: AGE_DATE,
        acts: vec![
            act(
                "吴例己",
                "村党总支副书记",
                ActKind::Appoint,
                "原副书记转任，岗位空缺",
                "镇党委会议纪要 2026 年第 21 号",
            ),
            act("钱例乙", "村党总支副书记", ActKind::Remove, "转任月牙塘村党支部书记", "同上"),
            act("孙例丙", "村民委员会副主任", ActKind::ElectedSeat, "补选，得票过半数", "选举结果报告单"),
        ],
        checks: vec![
            check("年龄、学历、党龄符合条件", Finding::Passed, "三龄两历已认定"),
            check("县级联审", Finding::Passed, "11 家单位均无异议，2026年11月9日"),
            check("公示", Finding::Passed, "2026年11月10日—17日，无异议"),
            check("“两委”成员近亲属回避", Finding::Passed, ""),
            check("换届后补选程序", Finding::NotApplicable, ""),
            check("档案核对", Finding::Open, "缺 2024 年度考核登记表"),
        ],
        documents: vec![
            document("干部任免审批表", 2),
            document("考察报告", 3),
            document("联审结果汇总表", 1),
            document("公示情况报告", 1),
        ],
        opinions: vec![
            Consent {
                title: "乡镇党委意见".into(),
                text: "同意呈报备案。".into(),
                name: "何例乙".into(),
                day: Some(AGE_DATE),
            },
            Consent { title: "县　委\n组织部\n意　见".into(), ..Consent::default() },
        ],
        reply_number: None,
        check_code: Some("YZ-0000-0001".into()),
        synthetic: true,
    }
}

pub fn imprint() -> Imprint {
    Imprint {
        printed_by: "何例乙".into(),
        printed_at: PRINTED,
        pack: Some(PackMark {
            name: "金安办法".into(),
            version: "2026".into(),
            hash: "7c1e04b93f5a6d2e8b1c4f7a9e0d3b6c5a8f1e2d4c7b9a0f3e6d5c8b1a2f9af2".into(),
        }),
        synthetic: true,
    }
}

pub fn roster() -> Roster {
    let row = |i: i64| {
        vec![
            Cell::Whole(i),
            Cell::text(format!("例某{i}")),
            Cell::Code(format!("99000019{:02}0101{:04}", 60 + i, i)),
            Cell::Date(month(1960 + i as i16, 1)),
            Cell::Whole(66 - i),
            Cell::text("毛岭村党总支委员、村委会委员，分管集体经济"),
            Cell::Score(Score(7835 + i)),
            Cell::Number(Quantity(43_200_000 + i as i128)),
            Cell::Day(date(2026, 11, 1)),
            if i == 3 { Cell::Vacant("缺".into()) } else { Cell::Empty },
        ]
    };
    Roster {
        title: "东河口镇村干部花名册".into(),
        unit: "填报单位：东河口镇党委".into(),
        as_of: AGE_DATE,
        columns: vec![
            Column::of("序号", 3),
            Column::of("姓名", 5).under("基本情况"),
            Column::of("身份证号", 10).under("基本情况"),
            Column::of("出生年月", 5).under("基本情况"),
            Column::of("年龄", 3).under("基本情况"),
            Column::of("职务", 14),
            Column::of("得分", 5).under("2025 年度考核"),
            Column::of("收益（万元）", 6).under("2025 年度考核"),
            Column::of("确认日期", 7).under("2025 年度考核"),
            Column::of("备注", 6),
        ],
        fixed: 2,
        rows: (1..=30).map(row).collect(),
        notes: vec!["身份证号按审批用途显示，用后销毁。".into()],
        imprint: imprint(),
    }
}

pub fn committee() -> CommitteeTable {
    let holder = |name: &str, sex: &str, year, education: &str, party: &str, since| {
        Some(Holder {
            name: name.into(),
            sex: sex.into(),
            birth: Some(month(year, 4)),
            education: education.into(),
            political_status: party.into(),
            since: Some(month(since, 3)),
        })
    };
    let seat = |post: &str, tracks, holder| Seat { post: post.into(), tracks, holder, note: String::new() };
    let seats = || {
        vec![
            seat("书记、主任", Tracks::Both, holder("赵例甲", "男", 1969, "高中", "中共党员", 2015)),
            seat("副书记", Tracks::Party, holder("钱例乙", "男", 1977, "大专", "中共党员", 2021)),
            seat("副主任", Tracks::Elected, holder("孙例丙", "女", 1982, "大专", "群众", 2021)),
            seat(
                "委员、妇联主席",
                Tracks::Elected,
                holder("李例丁", "女", 1988, "大专在读", "中共预备党员", 2024),
            ),
            seat("委员", Tracks::Party, None),
        ]
    };
    let village =
        |name: &str| VillageCommittees {
            township: "东河口镇".into(), village: name.into(), seats: seats()
        };
    CommitteeTable {
        title: String::new(),
        unit: "填报单位：东河口镇党委".into(),
        as_of: AGE_DATE,
        villages: ["毛岭村", "月牙塘村", "太平桥村", "某某新村", "望淮岗村"].map(village).to_vec(),
        notes: vec![],
        imprint: imprint(),
    }
}
