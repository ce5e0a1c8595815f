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

/// Code, name, city and province of every county of the table, in the order of their codes.
fn lines() -> impl Iterator<Item = (&'static str, &'static str, &'static str, &'static str)> {
    INDEX.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        Some((cells.next()?, cells.next()?, cells.next()?, cells.next()?))
    })
}

/// What stands below a part of the nation, as code and name: below nothing its provinces, below a province (two digits)
/// its cities, below a city (four digits) its counties (six digits).
pub fn below(part: &str) -> Vec<(&'static str, &'static str)> {
    let digits = match part.len() {
        0 => 2,
        2 => 4,
        4 => 6,
        _ => return Vec::new(),
    };
    let mut out: Vec<(&str, &str)> = Vec::new();
    for (code, county, city, province) in lines().filter(|(code, ..)| code.starts_with(part)) {
        let name = match digits {
            2 => province,
            4 => city,
            _ => county,
        };
        let Some(code) = code.get(..digits) else { continue };
        if out.last().is_none_or(|(last, _)| *last != code) {
            out.push((code, name));
        }
    }
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nation_is_found_step_by_step() {
        if !embedded() {
            return;
        }
        assert_eq!(below("").len(), 31);
        assert!(below("").contains(&("34", "安徽省")));
        assert!(below("34").contains(&("3415", "六安市")));
        assert!(below("3415").contains(&("341502", "金安区")));
        assert_eq!(below("341502"), []);
        assert_eq!(below("99"), []);
    }
}
