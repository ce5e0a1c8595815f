//! Who may do what, where: the whole matrix asked through the router, on every engine at hand.

mod campaigns;
mod consequences;
mod crossing;
mod document;
mod fill;
mod fixture;
mod forgery;
mod inquiries;
mod leaks;
mod lines;
mod marking;
mod matrix;
mod membership;
mod reading;
mod registry;
mod reviews;
mod sessions;
mod table;
mod tokens;
mod vacancies;

use fixture::Fixture;
use platform::county::Settings;
use platform::db::new_id;

async fn all(name: &'static str, settings: Settings) {
    let fixture = Fixture::open(name, settings).await;
    matrix::everything(&fixture).await;
    matrix::odd_requests(&fixture).await;
    forgery::refused(&fixture).await;
    tokens::narrow(&fixture).await;
    tokens::over(&fixture).await;
    tokens::facts(&fixture).await;
    crossing::never(&fixture).await;
    leaks::never(&fixture).await;
    sessions::one_role_at_a_time(&fixture).await;
    fixture.close().await;
}

#[test]
fn every_route_has_a_line() {
    matrix::lines_fit();
}

#[test]
fn the_document_is_current() {
    document::is_current();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite() {
    all("sqlite", Settings::default()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgres() {
    let Ok(database) = std::env::var("YANZHEN_TEST_POSTGRES") else { return };
    let schema_prefix = format!("yz_perm_{:x}", new_id());
    all("postgres", Settings { database, schema_prefix, ..Settings::default() }).await;
}
