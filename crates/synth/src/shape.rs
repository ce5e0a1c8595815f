//! Shapes: how many townships a county has, and how many villages each.

/// A shape that ships with the system.
pub(crate) struct Known {
    id: &'static str,
    code: &'static str,
    pub county: &'static str,
    /// The name of its one town; empty where there are several townships.
    pub town: &'static str,
    townships: usize,
    streets: usize,
    rural: usize,
    villages: usize,
}

pub(crate) const SHAPES: [Known; 5] = [
    known("jinan", ["990101", "示例区", ""], [17, 0, 6, 293]),
    known("wucun", ["990102", "例河县", "示例镇"], [1, 0, 0, 42]),
    known("gaotai", ["990103", "例原县", "示例镇"], [1, 0, 0, 20]),
    known("hezhang", ["990104", "例山县", ""], [30, 4, 10, 470]),
    known("county", ["990105", "示例县", ""], [22, 2, 7, 412]),
];

const fn known(id: &'static str, names: [&'static str; 3], counts: [usize; 4]) -> Known {
    let [code, county, town] = names;
    let [townships, streets, rural, villages] = counts;
    Known { id, code, county, town, townships, streets, rural, villages }
}

/// The shape of an invented county.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Six digits, under 99.
    pub county_code: String,
    /// The county's name.
    pub county: String,
    /// The name of its one town; empty to invent the names.
    pub town: String,
    /// Villages of each township.
    pub townships: Vec<usize>,
    /// How many of the townships, from the first, are streets.
    pub streets: usize,
    /// How many of them, to the last, are townships (乡); the others are towns (镇).
    pub rural: usize,
}

impl Shape {
    /// What [`Shape::like`] knows.
    pub fn known() -> impl Iterator<Item = &'static str> {
        SHAPES.iter().map(|s| s.id)
    }

    /// A shape that ships with the system: jinan, wucun, gaotai, hezhang, county.
    pub fn like(id: &str) -> Option<Shape> {
        let k = SHAPES.iter().find(|s| s.id == id)?;
        Some(Shape {
            county_code: k.code.to_owned(),
            county: k.county.to_owned(),
            town: k.town.to_owned(),
            townships: uneven(k.villages, k.townships),
            streets: k.streets,
            rural: k.rural,
        })
    }

    /// How many villages it has.
    pub fn villages(&self) -> usize {
        self.townships.iter().sum()
    }
}

/// `total` in `n` uneven parts: the largest about three times the least, in no order.
fn uneven(total: usize, n: usize) -> Vec<usize> {
    let weights: Vec<usize> = (0..n).map(|i| 12 + (i * i * 7 + i * 13 + 5) % 23 + (i * 5) % 7).collect();
    let sum: usize = weights.iter().sum();
    let mut parts: Vec<usize> = weights.iter().map(|w| w * total / sum).collect();
    let mut by_rest: Vec<usize> = (0..n).collect();
    by_rest.sort_by_key(|i| std::cmp::Reverse(weights[*i] * total % sum));
    let left = total - parts.iter().sum::<usize>();
    by_rest.into_iter().take(left).for_each(|i| parts[i] += 1);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_shapes_have_their_numbers() {
        let size = |id| Shape::like(id).map(|s| (s.townships.len(), s.villages()));
        assert_eq!(size("jinan"), Some((17, 293)));
        assert_eq!(size("wucun"), Some((1, 42)));
        assert_eq!(size("gaotai"), Some((1, 20)));
        assert_eq!(size("hezhang"), Some((30, 470)));
        assert_eq!(size("county"), Some((22, 412)));
        assert_eq!(Shape::like("nanzheng"), None);
        let jinan = Shape::like("jinan").map(|s| s.townships).unwrap_or_default();
        let (least, most) = (jinan.iter().min().copied(), jinan.iter().max().copied());
        assert!(least >= Some(8) && most <= Some(32) && least < most, "{jinan:?}");
    }
}
