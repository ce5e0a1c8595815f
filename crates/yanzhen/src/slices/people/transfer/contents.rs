//! A file as a package holds it.

use crate::slices::people::parts::{
    self, Claim, CvLine, Education, FOREVER, FamilyMember, Merit, PoolStay, Whereabouts,
};
use crate::slices::people::{Field, Person, Values, store};
use crate::slices::places::store as places;
use crate::slices::posts;
use platform::access::Authorized;
use platform::attachments;
use platform::db::{Db, DbResult};
use platform::values;
use policy::posts::Posts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A document or the photo.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct File {
    pub name: String,
    pub photo: bool,
    /// SM3 of its bytes.
    pub hash: String,
    /// What claims call it by.
    pub id: i64,
}

/// A post that was held, ended.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Held {
    /// Twelve digits of the sending county.
    pub village: String,
    pub post: String,
    pub track: String,
    /// With the county, the township and the village: 例山县例河镇例东村党组织书记.
    pub title: String,
    pub from_on: String,
    pub to_on: String,
    pub way_in: String,
    pub way_out: String,
    pub ground_in: String,
    pub ground_out: String,
}

/// Everything of a file but the bytes of its documents.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Contents {
    /// What the sending county awaits as a receipt: only who opened the package can tell it.
    pub receipt: String,
    /// Stored values by field id, sealed ones opened; where it lived is told by words.
    pub values: BTreeMap<String, String>,
    /// 例山县例河镇例东村
    pub place: String,
    pub synthetic: bool,
    pub ground: String,
    pub by: String,
    pub claims: Vec<Claim>,
    pub education: Vec<Education>,
    pub cv: Vec<CvLine>,
    pub family: Vec<FamilyMember>,
    pub merits: Vec<Merit>,
    pub told: Vec<Whereabouts>,
    pub stays: Vec<PoolStay>,
    /// Prose of the appointment form: name and text.
    pub texts: Vec<(String, String)>,
    pub posts: Vec<Held>,
    pub files: Vec<File>,
}

impl Contents {
    /// The values of the file here, without its village.
    pub fn fields(&self) -> Values {
        let pair = |(id, value): (&String, &String)| Some((Field::by_id(id)?, value.clone()));
        self.values.iter().filter_map(pair).filter(|(field, _)| *field != Field::Village).collect()
    }
}

async fn list<T: parts::Part>(db: &Db, person: i64) -> DbResult<Vec<T>> {
    Ok(parts::of::<T>(db, person).await?.into_iter().map(|k| k.part).collect())
}

/// A file and its documents' bytes, as they stand on a day. Whoever packs it audits that.
pub async fn gather(
    db: &Db,
    county: &str,
    person: &Authorized<Person>,
    rules: &Posts,
    today: &str,
) -> DbResult<(Contents, Vec<Vec<u8>>)> {
    let id = person.id;
    let sealed = store::open_all(db, person).await?;
    let plain = Field::ALL.into_iter().filter(|f| !f.is_sealed() && *f != Field::Village);
    let mut values: BTreeMap<String, String> =
        plain.map(|f| (f.id().to_owned(), person.get(f).to_owned())).collect();
    values.extend(sealed.into_iter().map(|(f, v)| (f.id().to_owned(), v)));
    values.retain(|_, v| !v.is_empty());
    let mut stays: Vec<PoolStay> = list(db, id).await?;
    for stay in stays.iter_mut().filter(|s| s.to_on == FOREVER) {
        // A pool is the county's own: with the file the stay ends.
        stay.to_on = today.to_owned();
    }
    let mut posts = Vec::new();
    for hold in posts::store::of_person(db, id).await? {
        let village = places::village(db, &hold.village).await?;
        let place = village.map(|v| format!("{}{}", v.township_name, v.short)).unwrap_or_default();
        let named = if hold.title.is_empty() { rules.title(&hold.post, &hold.from_on) } else { &hold.title };
        // What came from another county says so already.
        let title = if place.is_empty() { named.to_owned() } else { format!("{county}{place}{named}") };
        posts.push(Held {
            village: hold.village,
            post: hold.post,
            track: policy::posts::Word::id(hold.track).to_owned(),
            title,
            from_on: hold.from_on,
            to_on: hold.to_on,
            way_in: hold.way_in,
            way_out: hold.way_out,
            ground_in: hold.ground_in,
            ground_out: hold.ground_out,
        });
    }
    let (mut files, mut bytes) = (Vec::new(), Vec::new());
    for found in attachments::list(db, "person", &id.to_string()).await? {
        if let Some((found, content)) = attachments::open(db, found.id).await? {
            files.push(File { name: found.name, photo: false, hash: found.hash, id: found.id });
            bytes.push(content);
        }
    }
    if let Some(photo) = person.photo
        && let Some((found, content)) = attachments::open(db, photo).await?
    {
        files.push(File { name: found.name, photo: true, hash: found.hash, id: found.id });
        bytes.push(content);
    }
    let texts =
        db.rows("select name, text from person_text where person = $1 order by name", values![id]).await?;
    let contents = Contents {
        values,
        place: format!("{county}{}{}", person.township_name, person.village_name),
        synthetic: person.synthetic,
        claims: list(db, id).await?,
        education: list(db, id).await?,
        cv: list(db, id).await?,
        family: list(db, id).await?,
        merits: list(db, id).await?,
        told: list(db, id).await?,
        stays,
        texts: texts.iter().map(|r| Ok((r.text(0)?, r.text(1)?))).collect::<DbResult<_>>()?,
        posts,
        files,
        ..Contents::default()
    };
    Ok((contents, bytes))
}
