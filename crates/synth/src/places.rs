//! Villages with their divisions: invented, or read from a file.

use crate::dice::Dicebox;
use crate::shape::Shape;
use crate::vocabulary::{divisions, long, short};
use kernel::{Fault, msg};
use standards::DivisionCode;
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;
use tables::{Input, ReadError, push_csv_row, read_rows};

const COLUMNS: [&str; 7] = ["code", "name", "township_code", "township", "county_code", "county", "city"];

/// A village.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Place {
    /// Twelve digits.
    pub code: String,
    /// Its committee's name.
    pub name: String,
    /// The first nine digits.
    pub township_code: String,
    /// Its township.
    pub township: String,
    /// The first six digits.
    pub county_code: String,
    /// Its county.
    pub county: String,
    /// Its city.
    pub city: String,
    /// Its province.
    pub province: String,
}

impl Place {
    /// Whether it stands under the reserved code 99: only such places may be named beside a judgement.
    pub fn is_invented(&self) -> bool {
        self.code.starts_with("99")
    }
}

/// Invents the villages of a county, in ascending order of code.
pub fn places(shape: &Shape, seed: u64) -> Vec<Place> {
    let mut dice = Dicebox::new(seed).dice(b'p', &shape.county_code);
    let wanted = shape.villages() + shape.townships.len();
    let mut stems = short();
    dice.shuffle(&mut stems);
    if wanted > stems.len() {
        let mut more = long();
        dice.shuffle(&mut more);
        stems.extend(more);
    }
    // Past every stem names are numbered; no real name holds digits after 例.
    let mut stems = stems.into_iter().chain((1..).map(|n| format!("例{n}")));
    let mut stem = || stems.next().unwrap_or_default();
    let (village_end, residents_end) = if dice.chance(0.5) {
        ("村村民委员会", "社区居民委员会")
    } else {
        ("村委会", "社区居委会")
    };
    let towns = shape.townships.len() - shape.rural.min(shape.townships.len());
    let mut out = Vec::with_capacity(shape.villages());
    let [province, city] = divisions();
    for (t, count) in shape.townships.iter().enumerate() {
        let (number, kind) = match t {
            t if t < shape.streets => (1 + t, "街道"),
            t if t < towns => (100 + t - shape.streets, "镇"),
            t => (200 + t - towns.max(shape.streets), "乡"),
        };
        let township = if shape.town.is_empty() { stem() + kind } else { shape.town.clone() };
        let township_code = format!("{}{number:03}", shape.county_code);
        let residents = match count {
            _ if t < shape.streets => count - count / 4,
            15.. if dice.chance(0.6) => 1 + dice.below(3),
            _ => 0,
        };
        for v in 0..*count {
            let (number, end) =
                if v < residents { (1 + v, residents_end) } else { (200 + v - residents, village_end) };
            out.push(Place {
                code: format!("{township_code}{number:03}"),
                name: stem() + end,
                township_code: township_code.clone(),
                township: township.clone(),
                county_code: shape.county_code.clone(),
                county: shape.county.clone(),
                city: city.to_owned(),
                province: province.to_owned(),
            });
        }
    }
    out
}

/// Writes `code,name,township_code,township,county_code,county,city,province`.
pub fn write_places(places: &[Place], out: &mut impl Write) -> io::Result<()> {
    let mut rows = Vec::new();
    push_csv_row(&mut rows, COLUMNS.into_iter().chain(["province"]));
    for p in places {
        push_csv_row(
            &mut rows,
            [
                &p.code,
                &p.name,
                &p.township_code,
                &p.township,
                &p.county_code,
                &p.county,
                &p.city,
                &p.province,
            ],
        );
        if rows.len() > 1 << 16 {
            out.write_all(&rows)?;
            rows.clear();
        }
    }
    out.write_all(&rows)
}

/// Reads a table of villages: `code` is required, the other columns of [`write_places`] are optional, any more are
/// passed over. The first fault ends it.
pub fn read_places(path: &Path) -> Result<Vec<Place>, ReadError> {
    let input = Input::quiet(path);
    let table = read_rows(&input, &mut Vec::new())?;
    if let Some(fault) = table.faults.into_iter().next() {
        return Err(ReadError::Fault(Box::new(fault)));
    }
    let position = |name: &str| table.header.names.iter().position(|n| n == name);
    let fault = |row, value: &str, reason| {
        let col = position("code").map_or(0, |c| c as u32 + 1);
        ReadError::Fault(Box::new(Fault::cell(&input.label(), row, "code", value, reason).at(col)))
    };
    let Some(code_at) = position("code") else {
        return Err(fault(table.header.row.max(1), "", msg!("缺少列 {name}", name = "code")));
    };
    let at = COLUMNS.map(position);
    let province = position("province");
    let mut seen = HashSet::with_capacity(table.rows.len());
    let mut out = Vec::with_capacity(table.rows.len());
    for (row, mut cells) in table.rows {
        let code = std::mem::take(&mut cells[code_at]);
        let division = code.parse::<DivisionCode>().map_err(|f| fault(row, &code, f.message()))?;
        if !seen.insert(division) {
            return Err(fault(row, &code, msg!("这个代码在前面已经有一行")));
        }
        let mut take = |at: Option<usize>| at.map(|c| std::mem::take(&mut cells[c])).unwrap_or_default();
        let or_digits = |text: String, n: usize| if text.is_empty() { code[..n].to_owned() } else { text };
        out.push(Place {
            name: take(at[1]),
            township_code: or_digits(take(at[2]), 9),
            township: take(at[3]),
            county_code: or_digits(take(at[4]), 6),
            county: take(at[5]),
            city: take(at[6]),
            province: take(province),
            code,
        });
    }
    Ok(out)
}
