//! A chain as a workbook (比选表): everybody with the reason for the place, or for none. An audited read.

use super::one::lined;
use crate::slices::people::pages::forms::failed;
use crate::slices::places::Desk;
use crate::slices::places::pages::{file_day, score_text};
use crate::slices::places::store::today;
use crate::slices::vacancies::actions::{fit_text, pack_text};
use crate::slices::vacancies::model::Look;
use axum::extract::Path;
use axum::response::Response;
use documents::{Cell, Column, Format, Imprint, PackMark, Roster};
use kernel::msg;
use platform::access::Action;
use platform::attachments;
use platform::audit::Outcome;
use platform::page::Page;
use platform::web::{Answer, Failure};
use succession::{Found, Outcome as Came};

fn came(page: &Page, look: &Look) -> String {
    match &look.outcome {
        Came::Placed(n) => page.tn("第 {n} 位", n),
        Came::Skipped(_) => page.t("跳过").to_owned(),
        Came::Open(_) => page.t("待补信息").to_owned(),
        Came::Outside => String::new(),
    }
}

fn why(look: &Look) -> String {
    let bad = look.proofs.iter().filter(|p| p.found != Found::Holds);
    let bad: Vec<String> = bad.map(|p| format!("{}；{}（{}）", p.said, p.wanted, p.basis)).collect();
    if bad.is_empty() { look.order.join("，") } else { bad.join("；") }
}

pub async fn workbook(desk: Desk, Path((code, post)): Path<(String, String)>) -> Answer<Response> {
    let (village, lined) = lined(&desk, (&code, &post), Action::ExportPeople, true).await?;
    let page = desk.page("pools").await?;
    let seat = lined.seats.first().ok_or(Failure::NotFound)?;
    let columns = vec![
        Column::of(page.t("顺位"), 14),
        Column::of(page.t("排位"), 8),
        Column::of(page.t("姓名"), 8),
        Column::of(page.t("村"), 16),
        Column::of(page.t("年龄"), 5),
        Column::of(page.t("成长积分"), 8),
        Column::of(page.t("适配"), 6),
        Column::of(page.t("理由"), 50),
    ];
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for group in &lined.line.groups {
        for look in &group.looks {
            let c = &lined.people[look.person];
            rows.push(vec![
                Cell::text(&*group.step.title),
                Cell::text(came(&page, look)),
                Cell::text(&*c.name),
                Cell::text(format!("{} {}", c.township_name, c.village_name)),
                c.age.map_or(Cell::Empty, |a| Cell::Whole(i64::from(a))),
                Cell::text(c.growth.as_ref().map(|(n, _)| score_text(*n)).unwrap_or_default()),
                Cell::text(fit_text(look.fit.total)),
                Cell::text(why(look)),
            ]);
        }
    }
    let n = rows.len();
    let place = format!("{}{}", village.short, seat.title);
    let title = page.m(&msg!("{place}空缺比选表", place = place));
    let step = lined.line.groups.first().map(|g| &g.step);
    let roster = Roster {
        title: title.clone(),
        unit: desk.caller.unit.clone(),
        as_of: today().parse().map_err(|_| Failure::NotFound)?,
        columns,
        fixed: 3,
        rows,
        notes: vec![
            page.m(&msg!("共 {n} 条。", n = n)),
            step.map(pack_text).unwrap_or_default(),
            page.t("系统按办法排次序，由人决定。").to_owned(),
        ],
        imprint: Imprint {
            printed_by: desk.caller.name.clone(),
            printed_at: platform::now().datetime(),
            pack: step.map(|s| PackMark {
                name: s.pack.title.clone(),
                version: s.pack.version.clone(),
                hash: s.pack.hash.clone(),
            }),
            synthetic: desk.county.demo,
        },
    };
    let bytes = tokio::task::spawn_blocking(move || roster.xlsx()).await;
    let bytes = bytes.map_err(|e| Failure::Internal(e.to_string()))?.map_err(failed)?;
    let mut event = desk.caller.event("vacancies.export", "village", &code, &code);
    event.note = format!("{post} {n} rows");
    desk.db.record(event, Outcome::Done).await?;
    let name = format!("{title}-{}.{}", file_day(), Format::Xlsx.extension());
    Ok(attachments::download(&name, Format::Xlsx.media_type(), bytes))
}
