//! Papers of a campaign about invented people.

use crate::samples::{AGE_DATE, imprint, month, png};
use documents::*;
use jiff::civil::date;
use kernel::Score;

const CAMPAIGN: &str = "例山县2026年乡村振兴专干公开招录";

pub fn application() -> ApplicationForm {
    let period = |when: &str, what: &str| Period { when: when.into(), what: what.into() };
    let recommender = |kind: &str, name: &str, reason: &str| Recommender {
        kind: kind.into(),
        name: name.into(),
        reason: reason.into(),
    };
    ApplicationForm {
        campaign: CAMPAIGN.into(),
        number: "BM20260623".into(),
        place: "例河镇毛例村乡村振兴专干".into(),
        way: "个人自荐，党员推荐".into(),
        applicant: Applicant {
            name: "吴例己".into(),
            sex: "男".into(),
            birth: Some(month(1998, 4)),
            ethnicity: "汉族".into(),
            political_status: "中共党员".into(),
            health: "健康".into(),
            education: "大学".into(),
            degree: "农学学士".into(),
            school: "安徽某高校农学专业".into(),
            household: "例河镇毛例村".into(),
            identity: "990000********001X".into(),
            phone: "138****0000".into(),
            work: "例河镇某茶叶专业合作社技术员".into(),
        },
        cv: vec![
            period("2016.09--2020.06", "安徽某高校农学专业学习"),
            period("2020.07--2023.05", "合肥某农业公司技术员"),
            period(
                "2023.06--",
                "返乡，在例河镇某茶叶专业合作社任技术员（其间：2025.03--2025.06 参加镇后备力量培训班）",
            ),
        ],
        awards: "2025年12月获镇优秀共产党员称号。".into(),
        statement: "在村里做了三年茶叶，熟悉各组情况，愿意把合作社的办法带到村集体。".into(),
        kin: "无。".into(),
        recommenders: vec![
            recommender("党员", "王例庚", "三年来带十一户种茶，账目公开，党员会上说得清。"),
            recommender("村民代表", "李例辛", "肯跑腿，说话算数。"),
        ],
        pledge: "以上所填属实，同意按公告审核、联审和公示。".into(),
        pledged: Some(date(2026, 10, 12)),
        opinions: vec![
            Consent {
                title: "村党组织意见".into(), text: "同意推荐。".into(), ..Consent::default()
            },
            Consent { title: "镇资格\n初　审\n意　见".into(), ..Consent::default() },
        ],
        photo: Some(png(70, 98)),
        synthetic: true,
    }
}

pub fn tickets() -> Tickets {
    let sitting = |paper: &str, when: &str, room: &str, seat: &str| ExamSitting {
        paper: paper.into(),
        when: when.into(),
        site: "例山县第一中学，例山路 1 号".into(),
        room: room.into(),
        seat: seat.into(),
    };
    let ticket = |number: &str, name: &str, seat: &str| Ticket {
        number: number.into(),
        name: name.into(),
        sex: "女".into(),
        identity: "990000********0021".into(),
        place: "例河镇毛例村乡村振兴专干".into(),
        sittings: vec![
            sitting("笔试", "2026年11月28日 9:00—11:00", "第 1 考场", seat),
            sitting("面试", "2026年12月5日 8:00 报到", "抽签", "抽签"),
        ],
    };
    Tickets {
        campaign: CAMPAIGN.into(),
        issuer: "中共例山县委组织部（演示）".into(),
        rules: [
            "带准考证和身份证原件，开考前 30 分钟进场，迟到 30 分钟不得进场。",
            "只带黑色签字笔、2B 铅笔和橡皮；手机关机，放在指定的地方。",
            "对号入座，不在试卷上写姓名、准考证号以外的记号。",
            "需要大字试卷、无障碍通道的，考前 3 日告诉考点。",
        ]
        .map(str::to_owned)
        .to_vec(),
        tickets: vec![ticket("10200101", "郑例庚", "01"), ticket("10200102", "孙例丙", "02")],
        photo: None,
        synthetic: true,
    }
}

pub fn rooms() -> RoomPapers {
    let seat = |i: usize| RoomSeat {
        seat: i,
        ticket: format!("102001{i:02}"),
        name: format!("例某{i}"),
        place: if i.is_multiple_of(2) { "例河镇毛例村乡村振兴专干" } else { "例山镇" }.into(),
    };
    RoomPapers {
        campaign: CAMPAIGN.into(),
        rooms: vec![RoomPaper {
            site: "例山县第一中学".into(),
            room: "第 1 考场".into(),
            paper: "笔试".into(),
            when: "2026年11月28日 9:00—11:00".into(),
            across: 5,
            capacity: 35,
            seats: (1..=33).map(seat).collect(),
        }],
        imprint: imprint(),
    }
}

pub fn scores() -> ScoreList {
    let row = |who: &str, marks: [Cell; 2], total: Option<i64>, rank, result: &str| ScoreRow {
        who: who.into(),
        place: "例河镇毛例村乡村振兴专干".into(),
        marks: marks.to_vec(),
        total: total.map(Score),
        rank,
        result: result.into(),
    };
    let score = |m| Cell::Score(Score(m));
    ScoreList {
        title: "例河镇岗成绩单".into(),
        unit: "例山县委组织部（演示）".into(),
        as_of: AGE_DATE,
        by: ShownBy::Ticket,
        papers: vec!["笔试 40%".into(), "面试 60%".into()],
        rows: vec![
            row("10204031", [score(7850), score(8640)], Some(8324), Some(1), "拟进考察"),
            row("10204017", [score(8200), score(8380)], Some(8308), Some(2), "拟进考察"),
            row("10204055", [score(8050), score(8220)], Some(8152), Some(3), "拟进考察"),
            row("10204009", [score(8500), score(7860)], Some(8116), Some(4), "递补 1"),
            row("10204042", [score(7400), Cell::text("缺考")], None, None, "缺考"),
        ],
        notes: vec!["面试 7 名考官，去一个最高分、一个最低分；同分比面试。".into()],
        imprint: imprint(),
    }
}

pub fn review() -> ReviewSummary {
    let line = |name: &str, seat: &str, conclusion: &str, clause: &str, document: &str| ReviewLine {
        name: name.into(),
        place: "例河镇毛例村专干".into(),
        seat: seat.into(),
        conclusion: conclusion.into(),
        clause: clause.into(),
        document: document.into(),
    };
    let count = |conclusion: &str, people| ReviewCount { conclusion: conclusion.into(), people };
    ReviewSummary {
        campaign: CAMPAIGN.into(),
        unit: "例山县委组织部（演示）".into(),
        days: Some((date(2026, 11, 12), date(2026, 11, 19))),
        seats: [("纪检监察", true), ("组织部门", true), ("司法行政", false)]
            .map(|(seat, all)| (seat.to_owned(), all))
            .to_vec(),
        people: 538,
        counts: vec![count("目前无异议", 528), count("需核实", 4), count("不宜", 5), count("不得", 1)],
        lines: vec![
            line("周例丁", "法院", "不得", "第三条第二项", "例法函〔2026〕7号"),
            line("吴例戊", "信访局", "需核实", "第三条第六项", "例信函〔2026〕12号"),
        ],
        notes: vec![
            "“不宜”是部门意见，是否终止由组织部门逐人记名决定，本人可在 3 个工作日内申请复核。".into(),
        ],
        day: Some(AGE_DATE),
        synthetic: true,
    }
}

pub fn inspection() -> InspectionReport {
    let step = |method: &str, when: &str, with: &str, heard| InspectionStep {
        method: method.into(),
        when: when.into(),
        place: "毛例村".into(),
        with: with.into(),
        heard,
        by: "冯例酉、韩例戌".into(),
    };
    let observed = |dimension: &str, text: &str| Observed { dimension: dimension.into(), text: text.into() };
    InspectionReport {
        name: "吴例己".into(),
        about: "吴例己，男，1998年4月生，大学学历，中共党员，现为例河镇某茶叶专业合作社技术员。".into(),
        intended: "例河镇毛例村乡村振兴专干".into(),
        to: "例山县委组织部".into(),
        steps: vec![
            step("个别谈话", "2026年12月8日", "村“两委”成员、党员", Some(18)),
            step("民意调查", "2026年12月9日", "村民代表", Some(32)),
            step("实地走访", "2026年12月9日", "合作社茶园", None),
            step("家访", "2026年12月10日", "家庭", None),
        ],
        observed: vec![
            observed("德", "谈话的 18 人都认为其政治立场坚定，待人公道。"),
            observed("能", "会种茶，会记账，能把政策讲给老人听。"),
            observed("勤", "三年里每周到组里，台账可查。"),
            observed("绩", "带动 11 户，2025 年户均增收 6200 元（合作社账册）。"),
            observed("廉", "合作社账目按季公开，没有收到反映。"),
        ],
        shortcomings: "处理邻里纠纷的经验少。".into(),
        opinion: "考察组认为可以作为例河镇毛例村乡村振兴专干人选，请研究。".into(),
        members: vec!["冯例酉".into(), "韩例戌".into()],
        group: "例山县委组织部考察组（演示）".into(),
        day: Some(date(2026, 12, 11)),
        synthetic: true,
    }
}

pub fn notice() -> PublicNotice {
    let person = |name: &str, ticket: &str, total| NoticePerson {
        name: name.into(),
        sex: "男".into(),
        birth: Some((1998, 4)),
        education: "大学".into(),
        work: String::new(),
        intended: "例河镇毛例村专干".into(),
        ticket: ticket.into(),
        total: Some(Score(total)),
    };
    PublicNotice {
        issuer: "例山县委组织部（演示）".into(),
        number: None,
        title: "关于2026年乡村振兴专干拟录用人员的公示".into(),
        about: "经报名、资格初审、县级联审、笔试、面试、考察，拟录用下列人员。".into(),
        days: Some((date(2026, 12, 14), date(2026, 12, 18))),
        working_days: 5,
        objections: ["受理部门：例山县委组织部干部监督科", "电话：0000-0000000", "地址：例山县例山路 2 号"]
            .map(str::to_owned)
            .to_vec(),
        people: vec![person("吴例己", "10204031", 8324), person("王例辛", "10204017", 8308)],
        signer: "例山县委组织部（演示）".into(),
        day: Some(date(2026, 12, 14)),
        draft: true,
        synthetic: true,
    }
}

pub fn decision() -> DecisionPaper {
    DecisionPaper {
        issuer: "例山县委组织部（演示）".into(),
        number: Some("例组字〔2026〕31号".into()),
        title: "关于录用吴例己等同志的决定".into(),
        to: "例河镇党委".into(),
        facts: vec!["2026年12月14日至18日公示期满，没有收到异议。".into()],
        basis: vec!["《例山县村干部选拔办法》第十二条".into()],
        decided_by: "2026年12月21日部务会研究".into(),
        decided: vec!["录用吴例己等 2 名同志为乡村振兴专干（名单附后），试用期 3 个月。".into()],
        remedy: String::new(),
        people: ["吴例己", "王例辛"]
            .map(|name| DecidedPerson {
                name: name.into(),
                sex: "男".into(),
                post: "例河镇毛例村乡村振兴专干".into(),
                from: Some(date(2027, 1, 1)),
                probation: Some(date(2027, 3, 31)),
                note: String::new(),
            })
            .to_vec(),
        signer: "例山县委组织部（演示）".into(),
        day: Some(date(2026, 12, 21)),
        draft: false,
        synthetic: true,
    }
}
