//! The server: every route, the rail of each role, start and stop.

use crate::divisions::{self, Geography};
use crate::packs;
use crate::slices::{
    self, appraisals, calendar, campaigns, duty, filings, inquiries, membership, people, places, pools,
    posts, reviews, rewards, risk, tasks, vacancies,
};
use kernel::{Message, msg};
use platform::access::Role;
use platform::county::{CountyInfo, Installation};
use platform::db::{Db, DbResult, Event};
use platform::page::RailItem;
use platform::web::{App, Founded, Hooked, Metrics, NewCounty, Routes};
use std::net::SocketAddr;
use std::sync::Arc;

/// Every route of the program.
pub fn routes(development: bool) -> Routes {
    let routes = Routes::default()
        .add(platform::pages::routes())
        .add(places::routes())
        .add(people::routes())
        .add(posts::routes())
        .add(filings::routes())
        .add(appraisals::routes())
        .add(slices::packs::routes())
        .add(duty::routes())
        .add(rewards::routes())
        .add(risk::routes())
        .add(pools::routes())
        .add(campaigns::routes())
        .add(inquiries::routes())
        .add(membership::routes())
        .add(reviews::routes())
        .add(vacancies::routes())
        .add(tasks::routes())
        .add(calendar::routes())
        .add(crate::api::routes());
    if development {
        return routes.add(vec![platform::web::get("/kit", platform::kit::gallery).public()]);
    }
    routes
}

/// The application around an installation.
pub fn app(at: Installation, development: bool) -> App {
    App {
        at,
        metrics: Arc::new(Metrics::default()),
        development,
        new_county: NEW_COUNTY,
        rail,
        waiting: tasks::waiting,
    }
}

/// What set-up asks for.
const NEW_COUNTY: NewCounty = NewCounty {
    found: found_hook,
    below: divisions::below,
    amounts,
    packs: packs::offers,
    adopt: adopt_hook,
};

/// How much there is of a county of the table.
fn amounts(code: &str) -> Option<Message> {
    divisions::county(code).map(|geography| amount(&geography))
}

fn amount(geography: &Geography) -> Message {
    let (towns, villages) = (geography.townships.len(), geography.villages.len());
    msg!("{towns} 个乡镇街道、{villages} 个村和社区", towns = towns, villages = villages)
}

fn found_hook(db: Db, code: String) -> Hooked<Option<Founded>> {
    Box::pin(async move {
        let Some(geography) = divisions::county(&code) else { return Ok(None) };
        found(&db, &geography).await?;
        let says = amount(&geography);
        Ok(Some(Founded { name: geography.name, says }))
    })
}

fn adopt_hook(db: Db, event: Event, by: String, id: &'static str) -> Hooked<()> {
    Box::pin(async move { packs::adopt(&db, event, &by, id).await })
}

/// Writes a county's geography, unless it is there.
pub async fn found(db: &Db, geography: &Geography) -> DbResult<()> {
    if places::store::is_founded(db).await? {
        return Ok(());
    }
    let event = Event {
        action: "county.found".into(),
        kind: "county".into(),
        record: geography.code.clone(),
        note: format!("{} townships, {} villages", geography.townships.len(), geography.villages.len()),
        ..Event::default()
    };
    let tx = db.write(event).await?;
    places::store::found(&tx, geography, places::model::BEFORE).await?;
    tx.commit().await
}

/// Adds a county with its geography.
pub async fn add_county(at: &Installation, geography: &Geography, demo: bool) -> DbResult<Db> {
    let info = CountyInfo { code: geography.code.clone(), name: geography.name.clone(), demo };
    let db = at.add_county(info).await?;
    found(&db, geography).await?;
    Ok(db)
}

fn rail(role: Role) -> Vec<Vec<RailItem>> {
    let item = |id, seal, word, href, key| RailItem { id, seal, word, href, count: 0, key };
    let tasks = item("tasks", "办", kernel::key!("待办"), "/tasks", 'b');
    let sheets = item("sheets", "考", kernel::key!("评分表"), "/sheets", 'k');
    match role {
        Role::CountyOffice | Role::TownshipOffice => vec![
            vec![
                item("formation", "阵", kernel::key!("雁阵图"), "/", 'z'),
                item("villages", "村", kernel::key!("村级画像"), "/villages", 'c'),
                item("people", "人", kernel::key!("干部人才"), "/people", 'r'),
                item("posts", "班", kernel::key!("职务和班子"), "/posts", 'g'),
                item("filings", "管", kernel::key!("任职备案"), "/filings", 'f'),
                item("duty", "履", kernel::key!("履职记录"), "/records", 'l'),
                item("pools", "选", kernel::key!("选拔储备"), "/pools", 'x'),
                item("rewards", "用", kernel::key!("任用激励"), "/rewards", 'y'),
            ],
            {
                let mut work = vec![tasks, item("rounds", "考", kernel::key!("考核评价"), "/rounds", 'k')];
                if role == Role::TownshipOffice {
                    work.push(item("sheets", "评", kernel::key!("评分表"), "/sheets", 's'));
                }
                work
            },
            vec![
                item("packs", "策", kernel::key!("政策办法"), "/packs", 'p'),
                item("import", "数", kernel::key!("数据导入"), "/facts/import", 'd'),
            ],
        ],
        Role::RaterUnit => vec![vec![sheets, tasks]],
        Role::ReviewSeat => vec![
            vec![
                item("seat", "审", kernel::key!("联审答复"), "/seat", 's'),
                item("seat-done", "档", kernel::key!("我答过的"), "/seat/done", 'd'),
            ],
            vec![item("seat-acts", "查", kernel::key!("我的操作"), "/seat/acts", 'c')],
        ],
        Role::VillageCadre => vec![vec![
            item("me", "首", kernel::key!("首页"), "/me", 'w'),
            item("file", "档", kernel::key!("档案"), "/me/file", 'd'),
            item("results", "考", kernel::key!("考核"), "/me/results", 'k'),
            item("corrections", "正", kernel::key!("更正"), "/me/corrections", 'g'),
        ]],
        Role::Applicant => vec![vec![item("me", "我", kernel::key!("我的"), "/me", 'w')]],
        Role::SystemAdmin => vec![vec![item("system", "机", kernel::key!("系统"), "/system", 'x')]],
        Role::SecurityAdmin => vec![vec![item("accounts", "号", kernel::key!("账号管理"), "/accounts", 'h')]],
        Role::AuditAdmin => vec![vec![item("audit", "查", kernel::key!("审计留痕"), "/audit", 's')]],
    }
}

/// Serves until asked to stop, then lets requests under way end.
pub async fn serve(app: App, listen: SocketAddr, ready: impl FnOnce(SocketAddr)) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    let development = app.development;
    let at = app.at.clone();
    let sweeper = tokio::spawn(async move {
        let mut every = tokio::time::interval(std::time::Duration::from_secs(300));
        loop {
            every.tick().await;
            if let Err(e) = at.accounts().sweep().await {
                tracing::warn!(error = %e, "old sessions could not be taken away");
            }
        }
    });
    let (halt, halted) = tokio::sync::oneshot::channel::<()>();
    let runner = crate::work::runner(app.at.clone());
    let working = tokio::spawn(async move {
        runner
            .run(async {
                let _ = halted.await;
            })
            .await;
    });
    let daily = tokio::spawn(crate::work::every_day(app.at.clone()));
    let exchanging = tokio::spawn(crate::work::exchanges(app.at.clone()));
    let router = routes(development).serve(app.clone());
    ready(address);
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stopped())
        .await?;
    sweeper.abort();
    daily.abort();
    exchanging.abort();
    let _ = halt.send(());
    let _ = working.await;
    app.at.close().await.map_err(|e| std::io::Error::other(e.to_string()))
}

/// Ends when the program is asked to stop.
pub async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut term) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupt => {}, _ = term.recv() => {} }
            return;
        }
    }
    let _ = interrupt.await;
}
