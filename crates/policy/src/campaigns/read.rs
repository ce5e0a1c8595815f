//! Reading `[campaigns]`.

use super::{CampaignsSection, Condition, Kind, Offer, Route, Stage, Work};
use crate::items::items;
use crate::keys::Keys;
use crate::node::Node;
use crate::pools::who;
use crate::posts::{self, Reader, Word as _};
use kernel::{MILLION, msg};

/// Reads the section. Faults go to the reader's findings.
pub(crate) fn read<'a>(reader: &Reader<'a>, node: &'a Node) -> CampaignsSection {
    let keys = reader.keys(node, "campaigns");
    let out = CampaignsSection {
        kinds: items(reader, &keys, "campaigns", "kind", kind),
        conditions: items(reader, &keys, "campaigns", "condition", |k, off| condition(reader, k, off)),
        benefits: items(reader, &keys, "campaigns", "benefit", |k, _| Some(offer(k))),
        materials: items(reader, &keys, "campaigns", "material", |k, _| Some(offer(k))),
        stages: items(reader, &keys, "campaigns", "stage", stage),
    };
    let _ = keys.node("basis");
    order(&keys, &out);
    keys.finish();
    posts::once_a_day(reader, "campaigns.kind", &out.kinds);
    posts::once_a_day(reader, "campaigns.condition", &out.conditions);
    posts::once_a_day(reader, "campaigns.benefit", &out.benefits);
    posts::once_a_day(reader, "campaigns.material", &out.materials);
    posts::once_a_day(reader, "campaigns.stage", &out.stages);
    out
}

fn kind(keys: &Keys<'_>, off: bool) -> Option<Kind> {
    let (pool, post) = (keys.text("pool"), keys.text("post"));
    if !off && pool.is_empty() && post.is_empty() {
        keys.fault(
            "pool",
            msg!("没有写选上以后去哪里"),
            Some(msg!("入库写 pool，上岗写 post，两样都有就都写")),
        );
    }
    let way = keys.text("way");
    if !off && !post.is_empty() && posts::WayIn::parse(&way).is_none() {
        keys.fault(
            "way",
            msg!("请写怎样上岗"),
            Some(msg!("可写：{words}", words = vec!["hired_by_exam", "hired_by_selection", "appointed"])),
        );
    }
    let mut routes = Vec::new();
    for id in keys.texts("routes") {
        match Route::by_id(&id) {
            Some(route) => routes.push(route),
            None => keys.fault(
                "routes",
                msg!("没有“{value}”这种写法", value = &id),
                Some(msg!("可写：{words}", words = Route::ALL.map(Route::id).to_vec())),
            ),
        }
    }
    if routes.is_empty() {
        routes.push(Route::Own);
    }
    Some(Kind {
        county: keys.one_of("by", &[("county", true), ("township", false)]),
        pool,
        post,
        ground: keys.text("ground"),
        way,
        routes,
        keep_months: posts::whole(keys, "keep_months", 1, 60).unwrap_or(6),
        ask_workdays: posts::whole(keys, "ask_workdays", 1, 30).unwrap_or(3),
        ties: keys.texts("ties"),
    })
}

fn condition<'a>(reader: &Reader<'a>, keys: &Keys<'a>, off: bool) -> Option<Condition> {
    let declared = keys.bool("declared").unwrap_or(false);
    let mut any = Vec::new();
    for (i, node) in keys.items("any").iter().enumerate() {
        let own = reader.keys(node, &format!("campaigns.condition.any[{}]", i + 1));
        any.extend(who(&own));
        own.finish();
    }
    if !off && declared != any.is_empty() {
        keys.fault(
            "any",
            msg!("declared 和 any 写一个，且只写一个"),
            Some(msg!("能按登记信息算的写 any = [{ … }]，要本人声明、工作人员核对的写 declared = true")),
        );
    }
    let exception = keys.bool("exception").unwrap_or(false);
    Some(Condition { of: keys.texts("of"), any, declared, exception })
}

fn offer(keys: &Keys<'_>) -> Offer {
    Offer { of: keys.texts("of"), hint: keys.text("hint"), needed: keys.bool("needed").unwrap_or(true) }
}

fn stage(keys: &Keys<'_>, off: bool) -> Option<Stage> {
    let words = Work::ALL.map(|w| (w.id(), w));
    let work = if off { Work::Apply } else { keys.one_of("work", &words) };
    let of = if off { keys.text("of") } else { keys.required("of") };
    let length = posts::whole(keys, "length", 1, 400);
    let weight = posts::percent(keys, "weight");
    let (full, pass) = (keys.hundredths("full").unwrap_or(10_000), keys.hundredths("pass"));
    let examiners = posts::whole(keys, "examiners", 3, 25).unwrap_or(7);
    let drop = posts::whole(keys, "drop", 0, 5).unwrap_or(0);
    if !off && work.is_paper() && weight.is_none() {
        keys.fault("weight", msg!("笔试、面试要写占百分之几"), None);
    }
    if !off && !work.is_paper() && (weight.is_some() || pass.is_some()) {
        keys.fault("weight", msg!("只有笔试、面试写权重和合格线"), None);
    }
    if full <= 0 || pass.is_some_and(|p| p < 0 || p > full) {
        keys.fault("pass", msg!("合格线应在零和满分之间"), None);
    }
    if work == Work::Interview && drop * 2 >= examiners {
        keys.fault("drop", msg!("{n} 名考官去掉这么多就没有分可算了", n = examiners), None);
    }
    if !off && matches!(work, Work::Notice | Work::Probation) && length.is_none() {
        keys.fault("length", msg!("没有写多久"), Some(msg!("公示写几个工作日，试用写几个月")));
    }
    let ratio = posts::decimal(keys, "ratio", 1, 20);
    let quorum = posts::percent(keys, "quorum");
    Some(Stage { of, work, length, weight, full, pass, examiners, drop, ratio, quorum })
}

/// Of one kind: papers weigh a hundred together, a stage comes once, and nobody is noticed before being looked at.
fn order(keys: &Keys<'_>, section: &CampaignsSection) {
    for kind in section.kinds.iter().filter(|k| !k.off) {
        let own: Vec<_> = section.stages.iter().filter(|s| !s.off && s.of == kind.id).collect();
        if own.is_empty() {
            continue;
        }
        let papers: i128 = own.iter().filter_map(|s| s.weight).map(|w| w.0).sum();
        if own.iter().any(|s| s.work.is_paper()) && papers != 100 * MILLION {
            keys.fault(
                "stage",
                msg!(
                    "{kind} 的笔试、面试合计占 {sum}%，应为 100%",
                    kind = &kind.title,
                    sum = kernel::Quantity(papers)
                ),
                None,
            );
        }
        for (i, s) in own.iter().enumerate() {
            if s.work != Work::Written && own[..i].iter().any(|o| o.work == s.work) {
                keys.fault(
                    "stage",
                    msg!("{kind} 的“{stage}”写了两次", kind = &kind.title, stage = s.work.title()),
                    None,
                );
            }
            if let Some(before) = own[..i].iter().find(|o| o.work > s.work) {
                let (kind, stage) = (&kind.title, s.work.title());
                keys.fault(
                    "stage",
                    msg!(
                        "{kind} 的“{stage}”不能在“{before}”之后",
                        kind = kind,
                        stage = stage,
                        before = before.work.title()
                    ),
                    Some(msg!("按办理的先后写各阶段")),
                );
            }
        }
        if own[0].work != Work::Apply {
            keys.fault("stage", msg!("{kind} 的第一个阶段应是报名", kind = &kind.title), None);
        }
        for tie in kind.ties.iter().filter(|t| !own.iter().any(|s| s.id == **t && s.work.is_paper())) {
            keys.fault("kind", msg!("同分时看的“{id}”不是它的笔试或面试", id = tie), None);
        }
    }
}
