//! The nation's division table, embedded: any county's townships and villages by its code.

use std::io::Read;

static INDEX: &str = include_str!(concat!(env!("OUT_DIR"), "/divisions.index"));
static DATA: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/divisions.data"));

/// A county's bare geography.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Geography {
    /// Six digits.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its city.
    pub city: String,
    /// Its province.
    pub province: String,
    /// Code (nine digits) and name.
    pub townships: Vec<(String, String)>,
    /// Code (twelve digits) and name.
    pub villages: Vec<(String, String)>,
}

/// Whether the program was built with the table.
pub fn embedded() -> bool {
    !INDEX.is_empty()
}

/// A county of the table.
pub fn county(code: &str) -> Option<Geography> {
    let line = INDEX.lines().find(|l| l.split('\t').next() == Some(code))?;
    let mut cells = line.split('\t').skip(1);
    let mut text = || cells.next().unwrap_or_default().to_owned();
    let (name, city, province) = (text(), text(), text());
    let start: usize = text().parse().ok()?;
    let length: usize = text().parse().ok()?;
    let mut chunk = String::new();
    let data = DATA.get(start..start + length)?;
    flate2::read::DeflateDecoder::new(data).read_to_string(&mut chunk).ok()?;
    let mut out = Geography {
        code: code.to_owned(),
        name,
        city,
        province,
        townships: Vec::new(),
        villages: Vec::new(),
    };
    for (code, name) in chunk.lines().filter_map(|l| l.split_once('\t')) {
        let to = if code.len() == 9 { &mut out.townships } else { &mut out.villages };
        to.push((code.to_owned(), name.to_owned()));
    }
    Some(out)
}
