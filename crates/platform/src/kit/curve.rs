//! A figure over the years, drawn: one dot a year with its value above and what was said of it below.

/// A year of the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Knot {
    /// How high it stands.
    pub value: f64,
    /// The value as read.
    pub text: String,
    /// What stands under it, from the top: the year, and up to two words more.
    pub under: Vec<String>,
}

/// A dot: where it is, its value and what stands under it with the height of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// Its centre from the left.
    pub x: String,
    /// Its centre from the top.
    pub y: String,
    /// Where its value is written.
    pub above: String,
    /// The value as read.
    pub text: String,
    /// Height and words of each line under it.
    pub under: Vec<(u32, String)>,
}

/// The picture in a box of 340 x 190.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Left to right.
    pub dots: Vec<Dot>,
    /// The line through the dots, as SVG points.
    pub line: String,
    /// Height and figure of each line of the scale.
    pub scale: Vec<(String, String)>,
    /// What a reader who cannot see it is told.
    pub says: String,
}

const LEFT: f64 = 60.0;
const RIGHT: f64 = 308.0;
const TOP: f64 = 39.0;
const BOTTOM: f64 = 115.0;

impl Curve {
    /// Draws knots from left to right; `None` for fewer than two.
    pub fn new(knots: Vec<Knot>, says: String) -> Option<Curve> {
        if knots.len() < 2 {
            return None;
        }
        let least = knots.iter().map(|k| k.value).fold(f64::INFINITY, f64::min);
        let most = knots.iter().map(|k| k.value).fold(f64::NEG_INFINITY, f64::max);
        // The scale ends on round figures, in three lines.
        let unit = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0]
            .into_iter()
            .find(|u| (least / u).floor() * u + 2.0 * u >= most)
            .unwrap_or(((most - least) / 2.0).ceil().max(1.0));
        let low = (least / unit).floor() * unit;
        let y = |v: f64| BOTTOM - (BOTTOM - TOP) * (v - low) / (2.0 * unit);
        let tenth = |v: f64| format!("{v:.1}");
        let step = (RIGHT - LEFT) / (knots.len() - 1) as f64;
        let dots: Vec<Dot> = knots
            .into_iter()
            .enumerate()
            .map(|(i, k)| Dot {
                x: tenth(LEFT + step * i as f64),
                y: tenth(y(k.value)),
                above: tenth(y(k.value) - 10.0),
                text: k.text,
                under: (0..).map(|n| 148 + 18 * n).zip(k.under).collect(),
            })
            .collect();
        let line = dots.iter().map(|d| format!("{},{}", d.x, d.y)).collect::<Vec<_>>().join(" ");
        let scale =
            (0..3).map(|n| low + f64::from(n) * unit).map(|v| (tenth(y(v)), format!("{v:.0}"))).collect();
        Some(Curve { dots, line, scale, says })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knot(value: f64) -> Knot {
        Knot { value, text: value.to_string(), under: vec!["2025".into(), "三等".into()] }
    }

    #[test]
    fn the_scale_is_round_and_holds_every_value() {
        assert_eq!(Curve::new(vec![knot(71.2)], String::new()), None);
        let c = Curve::new(vec![knot(71.2), knot(74.9), knot(78.35)], "says".into()).unwrap();
        let figures: Vec<&str> = c.scale.iter().map(|s| s.1.as_str()).collect();
        assert_eq!(figures, ["70", "75", "80"]);
        // 71.2 stands 1.2 of 10 points above the lowest line: 115 - 76 x 0.12.
        assert_eq!(
            (c.dots[0].x.as_str(), c.dots[0].y.as_str(), c.dots[2].x.as_str()),
            ("60.0", "105.9", "308.0")
        );
        assert_eq!(c.line, "60.0,105.9 184.0,77.8 308.0,51.5");
        assert_eq!(c.dots[0].under, [(148, "2025".to_owned()), (166, "三等".to_owned())]);
        // Equal values lie on one line, whatever they are.
        let flat = Curve::new(vec![knot(0.0), knot(0.0)], String::new()).unwrap();
        assert_eq!((flat.dots[0].y.as_str(), flat.scale[2].1.as_str()), ("115.0", "2"));
    }
}
