//! Who asks, and for which county: what every page of the slice begins with.

use super::model::Village;
use super::store;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use platform::access::{Action, Authorized, Caller};
use platform::county::CountyInfo;
use platform::db::Db;
use platform::page::Page;
use platform::web::{Answer, App, Client, Failure, Visitor, page_for};

/// The caller with the county it works for.
pub struct Desk {
    pub app: App,
    pub visitor: Visitor,
    pub caller: Caller,
    pub county: CountyInfo,
    pub db: Db,
}

impl FromRequestParts<App> for Desk {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        let Client(caller) = Client::from_request_parts(parts, app).await?;
        let (county, db) = app.county(&caller).await?;
        Ok(Desk { app: app.clone(), visitor, caller, county, db })
    }
}

impl Desk {
    /// The frame of a page with the township named where that is all the caller sees.
    pub async fn page(&self, current: &'static str) -> Answer<Page> {
        let mut page = page_for(&self.app, &self.visitor, current).await?;
        if !self.caller.part.township().is_empty()
            && let (Some(place), Some(town)) =
                (&mut page.place, store::townships(&self.db, &self.caller.part).await?.first())
        {
            place.part.clone_from(&town.name);
        }
        Ok(page)
    }

    /// A village that the caller may act on.
    pub async fn village(&self, code: &str, action: Action) -> Answer<Authorized<Village>> {
        Ok(self.caller.authorize(action, store::village(&self.db, code).await?)?)
    }

    /// The largest file that may be attached.
    pub fn limit(&self) -> u64 {
        self.app.at.settings.attachment_bytes
    }
}
