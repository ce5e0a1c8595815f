//! The pages of the floor itself: signing in, the own account, and the three administrators'.

mod accounts;
mod agent;
mod audit;
mod own;
mod roles;
mod setup;
mod signin;
mod system;

use crate::web::Rule;

/// Their routes.
pub fn routes() -> Vec<Rule> {
    let mut all = Vec::new();
    all.extend(signin::routes());
    all.extend(roles::routes());
    all.extend(setup::routes());
    all.extend(own::routes());
    all.extend(accounts::routes());
    all.extend(audit::routes());
    all.extend(system::routes());
    all
}
