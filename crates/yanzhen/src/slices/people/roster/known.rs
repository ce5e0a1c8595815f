//! What is known of a part of the county before an import: its villages, posts and persons.

use super::super::field::Field;
use super::super::model::{Person, State, Values};
use super::super::parts::{self, Claim, CvLine, Education, FamilyMember, Kept, Merit};
use super::super::store;
use super::{Incoming, Lists};
use crate::slices::places::Village;
use crate::slices::places::store as registry;
use crate::slices::posts::{self, Rulebook};
use platform::access::Part;
use platform::db::{Db, DbResult};
use platform::values;
use standards::fold_name;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A person as it is found again.
#[derive(Clone, Debug)]
pub struct Found {
    pub id: i64,
    pub name: String,
    pub birth: String,
    pub village: String,
    pub state: State,
    pub numbered: bool,
}

/// What is known.
pub struct Known {
    /// Villages of the caller's part, ended ones too.
    pub villages: Vec<Village>,
    /// Whether the caller sees the whole county.
    pub whole: bool,
    /// Whether only invented persons may stand here.
    pub demo: bool,
    /// Stored day.
    pub today: String,
    /// Id and title of the groups that people come from.
    pub sources: Vec<(String, String)>,
    pub rules: Rulebook,
    /// Terms that run, by village and track: the first day.
    pub terms: HashMap<(String, &'static str), (i64, String)>,
    /// How many hold a post of a village today.
    pub held: HashMap<(String, String), u32>,
    /// Persons of the part by the index of their number.
    by_number: HashMap<String, Found>,
    /// Numbers of the rest of the county: an index each.
    elsewhere: BTreeSet<String>,
    /// Persons of the part by folded name.
    by_name: HashMap<String, Vec<Found>>,
    /// Files of those who may be meant, with their sealed values opened.
    pub files: HashMap<i64, (Person, Values)>,
    /// Their lists, where the rows bring some.
    pub lists: HashMap<i64, Lists>,
    /// Their claims.
    pub claims: BTreeMap<i64, Vec<Kept<Claim>>>,
    keys: std::sync::Arc<platform::secrets::KeyRing>,
}

/// How a row's person was found.
#[derive(Clone, Debug)]
pub enum Match {
    /// Nobody is like it.
    New,
    /// By its number.
    Number(Found),
    /// By name, village and birth.
    Name(Found),
    /// Several persons of that name.
    Many(usize),
    /// Its number is that of somebody outside the caller's part.
    Elsewhere,
}

impl Known {
    /// Reads what an import of these rows needs.
    pub async fn read(db: &Db, part: &Part, demo: bool, rows: &[Incoming]) -> DbResult<Known> {
        let today = registry::today();
        let words = super::super::words::words(db, part, &today).await?;
        let mut out = Known {
            villages: registry::villages_ever(db, part).await?,
            whole: *part == Part::County,
            demo,
            sources: words.sources.clone(),
            rules: Rulebook::read(db, &today).await?,
            terms: HashMap::new(),
            held: HashMap::new(),
            by_number: HashMap::new(),
            elsewhere: BTreeSet::new(),
            by_name: HashMap::new(),
            files: HashMap::new(),
            lists: HashMap::new(),
            claims: BTreeMap::new(),
            keys: db.keys().clone(),
            today,
        };
        out.persons(db, part).await?;
        if rows.iter().any(|r| !r.posts.is_empty()) {
            out.posts(db, part).await?;
        }
        let meant: BTreeSet<i64> = rows.iter().flat_map(|r| out.may_be(r)).collect();
        let meant: Vec<i64> = meant.into_iter().collect();
        out.files = store::opened_many(db, part, &meant).await?;
        if rows.iter().any(|r| !r.lists.is_empty()) {
            out.listed(db, &meant).await?;
        }
        out.claims = parts::of_many::<Claim>(db, &meant).await?;
        Ok(out)
    }

    async fn persons(&mut self, db: &Db, part: &Part) -> DbResult<()> {
        let sql = "select id, name, birth, village, township, state, coalesce(identity_index, '') from person \
                   where state in ('active', 'left', 'dead')";
        for row in db.rows(sql, values![]).await? {
            let (village, township, number) = (row.text(3)?, row.text(4)?, row.text(6)?);
            let here = (part.township().is_empty() || part.township() == township)
                && (part.village().is_empty() || part.village() == village);
            if !here {
                if !number.is_empty() {
                    self.elsewhere.insert(number);
                }
                continue;
            }
            let found = Found {
                id: row.int(0)?,
                name: row.text(1)?,
                birth: row.text(2)?,
                village,
                state: State::by_id(&row.text(5)?).unwrap_or(State::Left),
                numbered: !number.is_empty(),
            };
            self.by_name.entry(fold_name(&found.name)).or_default().push(found.clone());
            if !number.is_empty() {
                self.by_number.insert(number, found);
            }
        }
        Ok(())
    }

    async fn posts(&mut self, db: &Db, part: &Part) -> DbResult<()> {
        for hold in posts::store::of_part(db, part, &self.today).await? {
            *self.held.entry((hold.village, hold.post)).or_default() += 1;
        }
        for term in posts::store::terms_of_part(db, part, &self.today).await? {
            self.terms.insert((term.village, policy::posts::Word::id(term.track)), (term.id, term.from_on));
        }
        Ok(())
    }

    async fn listed(&mut self, db: &Db, persons: &[i64]) -> DbResult<()> {
        fn bare<T: Clone>(kept: Vec<Kept<T>>) -> Vec<T> {
            kept.into_iter().map(|k| k.part).collect()
        }
        for (id, all) in parts::of_many::<Education>(db, persons).await? {
            self.lists.entry(id).or_default().schooling = bare(all);
        }
        for (id, all) in parts::of_many::<CvLine>(db, persons).await? {
            self.lists.entry(id).or_default().cv = bare(all);
        }
        for (id, all) in parts::of_many::<FamilyMember>(db, persons).await? {
            self.lists.entry(id).or_default().family = bare(all);
        }
        for (id, all) in parts::of_many::<Merit>(db, persons).await? {
            self.lists.entry(id).or_default().merits = bare(all);
        }
        for (id, photo) in self.files.iter().filter_map(|(id, (p, _))| Some((*id, p.photo?))) {
            if let Some((_, bytes)) = platform::attachments::open(db, photo).await? {
                self.lists.entry(id).or_default().photo = Some(bytes);
            }
        }
        Ok(())
    }

    fn index(&self, number: &str) -> String {
        self.keys.index(Field::Identity.id(), number)
    }

    /// Whom a row may mean, wherever they live in the part.
    fn may_be(&self, row: &Incoming) -> Vec<i64> {
        let number = row.get(Field::Identity);
        if !number.is_empty()
            && let Some(found) = self.by_number.get(&self.index(number))
        {
            return vec![found.id];
        }
        self.by_name.get(&fold_name(row.name())).into_iter().flatten().map(|f| f.id).collect()
    }

    /// Who a row is, of those known: by number; else by name, village and birth, never somebody who has another number.
    pub fn find(&self, row: &Incoming, village: &str) -> Match {
        let number = row.get(Field::Identity);
        if !number.is_empty() {
            let index = self.index(number);
            if let Some(found) = self.by_number.get(&index) {
                return Match::Number(found.clone());
            }
            if self.elsewhere.contains(&index) {
                return Match::Elsewhere;
            }
        }
        let birth = row.get(Field::Birth).parse::<standards::PartialDate>().ok();
        let alike = |f: &&Found| {
            let own = f.birth.parse::<standards::PartialDate>().ok();
            let agrees = birth.zip(own).is_none_or(|(a, b)| a.agrees(b));
            f.village == village && agrees && (number.is_empty() || !f.numbered)
        };
        let named = self.by_name.get(&fold_name(row.name()));
        let fits: Vec<&Found> = named.into_iter().flatten().filter(alike).collect();
        match fits.as_slice() {
            [] => Match::New,
            [one] => Match::Name((*one).clone()),
            many => Match::Many(many.len()),
        }
    }
}
