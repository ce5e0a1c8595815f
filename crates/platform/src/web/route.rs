//! Routes. One that states neither its action nor that it is public is not a [`Rule`], and cannot be served (door 4).

use super::App;
use super::guard;
use crate::access::Action;
use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};

/// A verb of HTTP.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// Reads.
    Get,
    /// Acts.
    Post,
    /// Takes away.
    Delete,
}

/// A route of which it is not yet said who may use it.
#[must_use = "say .allow(Action) or .public()"]
pub struct Undecided {
    method: Method,
    path: &'static str,
    handler: MethodRouter<App>,
}

/// A route that may be served.
pub struct Rule {
    method: Method,
    path: &'static str,
    handler: MethodRouter<App>,
    action: Option<Action>,
}

/// A route that reads.
pub fn get<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Undecided {
    Undecided { method: Method::Get, path, handler: on(MethodFilter::GET, handler) }
}

/// A route that acts.
pub fn post<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Undecided {
    Undecided { method: Method::Post, path, handler: on(MethodFilter::POST, handler) }
}

/// A route that takes away.
pub fn delete<H: Handler<T, App>, T: 'static>(path: &'static str, handler: H) -> Undecided {
    Undecided { method: Method::Delete, path, handler: on(MethodFilter::DELETE, handler) }
}

impl Undecided {
    /// For callers whose role may do it.
    pub fn allow(self, action: Action) -> Rule {
        Rule { method: self.method, path: self.path, handler: self.handler, action: Some(action) }
    }

    /// For everyone, signed in or not.
    pub fn public(self) -> Rule {
        Rule { method: self.method, path: self.path, handler: self.handler, action: None }
    }
}

/// A route of the table: what the matrix of roles is made from.
pub type Listed = (Method, &'static str, Option<Action>);

/// Every route of the program.
#[derive(Default)]
pub struct Routes {
    rules: Vec<Rule>,
}

impl Routes {
    /// Adds routes.
    #[expect(clippy::should_implement_trait, reason = "routes are gathered, not summed")]
    pub fn add(mut self, rules: Vec<Rule>) -> Routes {
        self.rules.extend(rules);
        self
    }

    /// What is served, and by which action.
    pub fn table(&self) -> Vec<Listed> {
        self.rules.iter().map(|r| (r.method, r.path, r.action)).collect()
    }

    /// The router, with every guard around it.
    pub fn serve(self, app: App) -> Router {
        let mut router = Router::new();
        for rule in self.rules {
            let handler = match rule.action {
                Some(action) => rule.handler.layer(from_fn_with_state((app.clone(), action), guard::allowed)),
                None => rule.handler,
            };
            router = router.route(rule.path, handler);
        }
        router
            .route("/assets/{*path}", axum::routing::get(crate::assets::get))
            .fallback(super::answer::not_found)
            .layer(from_fn_with_state(app.clone(), guard::visit))
            .with_state(app)
    }
}
