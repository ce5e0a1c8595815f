//! (in work)

use crate::web::Rule;

pub(super) fn routes() -> Vec<Rule> {
    Vec::new()
}
