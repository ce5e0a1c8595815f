//! What holds for a village: each thing as the narrowest pack in force says it, else the national defaults.

use super::origin::{Dated, Setting};
use super::words::known_title;
use super::{AgeLimit, Check, Filing, Post, PostsSection, Targets};
use crate::pack::Pack;
use crate::source::Source;
use std::cmp::Reverse;
use std::sync::LazyLock;

/// The embedded national defaults, `packs/national`.
static NATIONAL: LazyLock<Option<Pack>> = LazyLock::new(|| {
    let text = include_str!("../../../../packs/national/pack.toml");
    let mut source = Source::from_toml("packs/national", text);
    let review = include_str!("../../../../packs/national/review.csv");
    source.tables[2] = Some(tables::read_text(review, "packs/national/review.csv"));
    Pack::read(&source).0
});

/// The embedded national defaults as a pack. `None` only if the program was built with a faulty one; a test holds it.
pub fn national() -> Option<&'static Pack> {
    NATIONAL.as_ref()
}

/// Packs in force on a day (YYYY-MM-DD), the narrowest first; among equals the latest first, then as given. The
/// national defaults come last. The caller gives the packs that reach the village, of each its latest version.
pub(crate) fn layers<'p>(packs: impl IntoIterator<Item = &'p Pack>, day: &str) -> Vec<&'p Pack> {
    let in_force = |p: &&Pack| {
        p.effective_from.as_str() <= day && (p.effective_to.is_empty() || day <= p.effective_to.as_str())
    };
    let mut out: Vec<&Pack> = packs.into_iter().filter(in_force).collect();
    out.sort_by(|a, b| {
        (Reverse(a.scope), Reverse(&a.effective_from)).cmp(&(Reverse(b.scope), Reverse(&b.effective_from)))
    });
    out.extend(national());
    out
}

/// Of each id the first item that holds on a day; an item that is `off` takes the id out.
pub(crate) fn on<'i, T: Dated>(items: &'i [T], day: &str) -> Vec<&'i T> {
    let mut seen: Vec<&str> = Vec::new();
    let mut out = Vec::new();
    for item in items.iter().filter(|i| i.dates().hold(day)) {
        if !seen.contains(&item.id()) {
            seen.push(item.id());
            if !item.off() {
                out.push(item);
            }
        }
    }
    out
}

/// A village's posts, checks, targets, filing and foresight under the packs in force on a day.
#[derive(Clone, Debug, Default)]
pub struct Posts {
    /// The narrowest first, of every day.
    posts: Vec<Post>,
    checks: Vec<Check>,
    ages: Vec<AgeLimit>,
    /// Ids of checks as the widest pack orders them, then what narrower packs add.
    check_order: Vec<String>,
    /// Against which age, education and women's share are followed.
    pub targets: Targets,
    /// How filings go.
    pub filing: Filing,
    /// Months ahead in which vacancies are foreseen.
    pub foresee_months: Setting<u32>,
}

impl Posts {
    /// What holds for a village on a day (YYYY-MM-DD): `packs` are those that reach it (its county's, its township's,
    /// its own), of each the latest version, in any order. Packs that are not in force that day are passed over.
    pub fn in_force<'p>(packs: impl IntoIterator<Item = &'p Pack>, day: &str) -> Posts {
        let mut out = Posts::default();
        let layers = layers(packs, day);
        let sections: Vec<&PostsSection> = layers.iter().filter_map(|p| p.posts()).collect();
        for s in &sections {
            out.posts.extend(s.posts.iter().cloned());
            out.checks.extend(s.checks.iter().cloned());
            out.ages.extend(s.foresee.ages.iter().cloned());
            out.filing.documents.extend(s.filing.documents.iter().cloned());
        }
        fn first<'s, T: Clone + Default + 's>(
            sections: &[&'s PostsSection],
            of: impl Fn(&'s PostsSection) -> Option<&'s Setting<T>>,
        ) -> Option<Setting<T>> {
            sections.iter().find_map(|s| of(s)).cloned()
        }
        out.targets = Targets {
            group: sections.iter().find_map(|s| s.targets.group),
            average_age: first(&sections, |s| s.targets.average_age.as_ref()),
            education: sections.iter().find_map(|s| s.targets.education.clone()),
            women_percent: first(&sections, |s| s.targets.women_percent.as_ref()),
            by: first(&sections, |s| s.targets.by.as_ref()),
        };
        macro_rules! filing {
            ($($key:ident),+) => {$(
                out.filing.$key = first(&sections, |s| s.filing.$key.as_ref()).unwrap_or_default();
            )+};
        }
        filing!(
            county_answer_workdays,
            documents_workdays,
            announce_workdays,
            handover_days,
            appeal_workdays,
            number,
            reply,
            opinions,
            posts
        );
        out.foresee_months = first(&sections, |s| s.foresee.months.as_ref()).unwrap_or_default();
        for check in sections.iter().rev().flat_map(|s| &s.checks) {
            if !out.check_order.contains(&check.id) {
                out.check_order.push(check.id.clone());
            }
        }
        out
    }

    /// The posts on a day, in their order.
    pub fn posts_on(&self, day: &str) -> Vec<&Post> {
        let mut out = on(&self.posts, day);
        out.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        out
    }

    /// A post on a day.
    pub fn post_on(&self, id: &str, day: &str) -> Option<&Post> {
        self.posts.iter().find(|p| p.id == id && p.dates.hold(day)).filter(|p| !p.off)
    }

    /// What a post is called on a day; what it was called, the well-known name or the id where no pack has it then.
    pub fn title<'s>(&'s self, id: &'s str, day: &str) -> &'s str {
        self.post_on(id, day)
            .or_else(|| self.posts.iter().find(|p| p.id == id && !p.title.is_empty()))
            .map_or_else(|| known_title(id), |p| p.title.as_str())
    }

    /// The checks by which a term that began on a day is judged, in the packs' order. Checks for one kind of village
    /// are among them: see [`Check::covers`].
    pub fn checks_on(&self, day: &str) -> Vec<&Check> {
        let mut out = on(&self.checks, day);
        out.sort_by_key(|c| self.check_order.iter().position(|id| *id == c.id));
        out
    }

    /// The rule of a check as a Chinese sentence without stop.
    pub fn check_text(&self, check: &Check, day: &str) -> String {
        check.text(&|post| self.title(post, day).to_owned())
    }

    /// The age at which a vacancy in a post is foreseen, on a day.
    pub fn age_limit(&self, post: &str, day: &str) -> Option<&AgeLimit> {
        self.ages.iter().find(|a| a.id == post && a.dates.hold(day)).filter(|a| !a.off)
    }
}
