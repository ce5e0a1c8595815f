//! The list as a workbook or for print: exactly the rows that are filtered or ticked, the columns that are shown, in
//! their order. An audited read.

use super::cells::Eyes;
use super::chips::told;
use super::list::place;
use super::sight::{Asked, Picked, Sight};
use crate::slices::people::columns::Column;
use crate::slices::people::listing::{self, Line, Slice};
use crate::slices::places::Desk;
use crate::slices::places::pages::file_day;
use axum::Form;
use axum::extract::Query;
use axum::response::Response;
use documents::{Cell, Column as Head, DocumentFault, Format, Imprint, PackMark, Roster};
use kernel::{key, msg};
use platform::attachments;
use platform::audit::Outcome;
use platform::kit::thousands;
use platform::page::Page;
use platform::web::{Answer, Failure, page_for};

/// Everything that an address of the list shows, all pages of it.
pub async fn seen(desk: Desk, Query(pairs): Query<Vec<(String, String)>>) -> Answer<Response> {
    let asked = Asked::read(&pairs)?;
    if asked.tells_a_number() {
        return Err(Failure::Bad(msg!("证件号、手机号不能写在网址里")));
    }
    file(&desk, &Picked { asked, ids: None }, Format::Xlsx).await
}

/// Those ticked, or all that the filter finds.
pub async fn picked(desk: Desk, Form(fields): Form<Vec<(String, String)>>) -> Answer<Response> {
    file(&desk, &Picked::read(&fields)?, Format::Xlsx).await
}

/// The same, typeset for print.
pub async fn printed(desk: Desk, Form(fields): Form<Vec<(String, String)>>) -> Answer<Response> {
    file(&desk, &Picked::read(&fields)?, Format::Pdf).await
}

async fn file(desk: &Desk, picked: &Picked, format: Format) -> Answer<Response> {
    let page = page_for(&desk.app, &desk.visitor, "people").await?;
    let asked = &picked.asked;
    let sight = Sight::of(desk, &asked.filter).await?;
    let columns = asked.columns(desk);
    let mut found = picked.condition(desk, &sight);
    let order = sight.order(&mut found, &asked.filter);
    let all = Slice::first(listing::ALL);
    let (lines, _) = listing::rows(&desk.db, &found, &order, &columns, all).await?;
    if lines.is_empty() {
        return Err(Failure::Bad(msg!("没有符合的人，没有可导出的")));
    }
    let roster = roster(desk, &page, &sight, picked, &columns, &lines);
    let (rows, title) = (lines.len(), roster.title.clone());
    let made = tokio::task::spawn_blocking(move || match format {
        Format::Pdf => roster.pdf(),
        _ => roster.xlsx(),
    });
    let bytes = made.await.map_err(|e| Failure::Internal(e.to_string()))?.map_err(|fault| match fault {
        DocumentFault::Engine(why) => Failure::Internal(why),
        other => Failure::Bad(other.message()),
    })?;
    let mut event = desk.caller.event("people.export", "person", "", desk.caller.part.code());
    let names: Vec<&str> = ["name", "village"].into_iter().chain(columns.iter().map(|c| c.id())).collect();
    let packs: Vec<&str> = sight.words.packs.iter().filter_map(|p| p.hash.get(..12)).collect();
    event.note =
        format!("{rows} rows, {}: {}; packs {}", format.extension(), names.join(" "), packs.join(" "));
    desk.db.record(event, Outcome::Done).await?;
    let name = format!("{title}-{}.{}", file_day(), format.extension());
    Ok(attachments::download(&name, format.media_type(), bytes))
}

fn roster(
    desk: &Desk,
    page: &Page,
    sight: &Sight,
    picked: &Picked,
    columns: &[Column],
    lines: &[Line],
) -> Roster {
    let filter = &picked.asked.filter;
    let eyes = Eyes::new(page, &sight.words, sight.today, filter.age_on);
    let mut heads = vec![Head::of(page.t(key!("姓名")), 5), Head::of(page.t(key!("所在村")), 10)];
    heads.extend(columns.iter().map(|c| Head::of(page.t(c.title()), c.width())));
    let row = |line: &Line| {
        let mut row = vec![Cell::text(&line.name), Cell::text(place(sight, line))];
        row.extend(columns.iter().zip(&line.texts).map(|(column, text)| eyes.filed(*column, text)));
        row
    };
    let mut notes = Vec::new();
    if picked.ids.is_some() {
        notes.push(page.m(&msg!("勾选的 {n} 人。", n = thousands(lines.len() as u64))));
    } else {
        let cuts = filter.cuts();
        let said = cuts.iter().map(|c| format!("{} {}", page.t(c.title()), told(page, sight, filter, *c)));
        let said = said.collect::<Vec<_>>().join("；");
        let said = if said.is_empty() { page.t(key!("没有别的条件")).to_owned() } else { said };
        notes.push(page.m(&msg!("{n} 人，条件：{said}。", n = thousands(lines.len() as u64), said = said)));
    }
    for pack in &sight.words.packs {
        notes.push(page.m(&msg!(
            "办法 {title} {version}，指纹 {hash}",
            title = &pack.title,
            version = &pack.version,
            hash = pack.hash.get(..16).unwrap_or_default()
        )));
    }
    notes.push(page.t(key!("不含证件号、手机和账号；确需时在档案里说明事由逐人查看。")).to_owned());
    let zoned = platform::now();
    let view = page.m(&filter.view.title(sight.words.days));
    let saved = sight.around.views.iter().find(|v| v.query == picked.asked.query()).map(|v| v.name.clone());
    let place = match desk.caller.part.township() {
        "" => desk.county.name.clone(),
        town => sight.map.name(town).to_owned(),
    };
    Roster {
        title: page.m(&msg!("{place}{view}名册", place = place, view = saved.unwrap_or(view))),
        unit: desk.caller.unit.clone(),
        as_of: eyes.on,
        columns: heads,
        fixed: 1,
        rows: lines.iter().map(row).collect(),
        notes,
        imprint: Imprint {
            printed_by: desk.caller.name.clone(),
            printed_at: zoned.datetime(),
            pack: sight.words.packs.first().map(|p| PackMark {
                name: p.title.clone(),
                version: p.version.clone(),
                hash: p.hash.clone(),
            }),
            synthetic: desk.county.demo,
        },
    }
}
