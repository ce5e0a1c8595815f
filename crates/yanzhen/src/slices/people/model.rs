//! A person's file. Pure.

use super::field::Field;
use platform::access::{Org, Target};
use std::collections::BTreeMap;

/// Values of a file by field: stored forms, such as `1985-06` for a month and codes of the national standards for
/// code sets; an empty text clears.
pub type Values = BTreeMap<Field, String>;

/// Where a file stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// In use.
    Active,
    /// Left the county's cadres and pools; kept under retention.
    Left,
    /// Died.
    Dead,
    /// Was the same as another; undoing the merge brings it back.
    Merged,
    /// Handed to another county.
    Moved,
    /// Deleted as law orders.
    Erased,
}

impl State {
    pub const ALL: [State; 6] =
        [State::Active, State::Left, State::Dead, State::Merged, State::Moved, State::Erased];

    pub fn id(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Left => "left",
            State::Dead => "dead",
            State::Merged => "merged",
            State::Moved => "moved",
            State::Erased => "erased",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            State::Active => kernel::key!("在册"),
            State::Left => kernel::key!("已离开"),
            State::Dead => kernel::key!("已去世"),
            State::Merged => kernel::key!("已并入他档"),
            State::Moved => kernel::key!("已转出"),
            State::Erased => kernel::key!("已删除"),
        }
    }

    pub fn by_id(id: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.id() == id)
    }
}

/// A person's file: its single values, sealed ones left closed.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: i64,
    /// Every field but sealed ones; `told_on` and `village` too.
    pub values: Values,
    /// Nine digits; follows the village.
    pub township: String,
    pub township_name: String,
    pub village_name: String,
    /// Posts in force: ids between bars, `|party_secretary|village_director|`; empty for none.
    pub posts: String,
    /// Pools in force, in the same form.
    pub pools: String,
    pub photo: Option<i64>,
    pub state: State,
    /// The day it left that state.
    pub state_on: String,
    pub merged_into: Option<i64>,
    /// Invented, for the demo and for tests.
    pub synthetic: bool,
    /// Rises with each change: who saves an older one is told.
    pub rev: i64,
    /// Milliseconds since 1970.
    pub made_at: i64,
    pub changed_at: i64,
}

impl Person {
    /// A field's stored value; empty for none.
    pub fn get(&self, field: Field) -> &str {
        self.values.get(&field).map_or("", String::as_str)
    }

    pub fn name(&self) -> &str {
        self.get(Field::Name)
    }

    /// Ids of the posts in force.
    pub fn post_ids(&self) -> impl Iterator<Item = &str> {
        self.posts.split('|').filter(|p| !p.is_empty())
    }

    /// Ids of the pools in force.
    pub fn pool_ids(&self) -> impl Iterator<Item = &str> {
        self.pools.split('|').filter(|p| !p.is_empty())
    }
}

impl Target for Person {
    fn org(&self) -> Org<'_> {
        Org { township: &self.township, village: self.get(Field::Village) }
    }
}
