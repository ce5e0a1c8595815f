//! Which village a row of a table speaks of: by code, or by a name that is its own within the caller's part. Pure.

use super::model::{FOREVER, Village, short_name, sort_key};
use kernel::{Message, msg};
use standards::fold_name;
use std::collections::HashMap;

/// Whether the code is at fault, why, and the mend.
pub type Missed = (bool, Message, Option<Message>);

/// Finds villages by what a row says of them.
pub struct Finder<'a> {
    villages: &'a [Village],
    /// Whether the caller sees the whole county.
    whole: bool,
    by_code: HashMap<&'a str, usize>,
    by_name: HashMap<String, Vec<usize>>,
    readings: Vec<String>,
}

impl<'a> Finder<'a> {
    /// Over the villages of the caller's part: standing ones, ended ones, and rows of names that a standing one had.
    pub fn new(villages: &'a [Village], whole: bool) -> Finder<'a> {
        let mut out = Finder {
            villages,
            whole,
            by_code: HashMap::new(),
            by_name: HashMap::new(),
            readings: villages.iter().map(|v| sort_key(&fold_name(&v.short))).collect(),
        };
        for (i, v) in villages.iter().enumerate() {
            let stands = v.valid_to == FOREVER;
            // A standing row is the one meant, whatever stood under its code before.
            if stands || !out.by_code.contains_key(v.code.as_str()) {
                out.by_code.insert(&v.code, i);
            }
            if stands {
                let (name, short) = (fold_name(&v.name), fold_name(&v.short));
                if name != short {
                    out.by_name.entry(name).or_default().push(i);
                }
                out.by_name.entry(short).or_default().push(i);
            }
        }
        // A name it had before means the village that stands, unless another has that name now.
        for v in villages.iter().filter(|v| v.valid_to != FOREVER) {
            let Some(&i) = out.by_code.get(v.code.as_str()).filter(|i| villages[**i].valid_to == FOREVER)
            else {
                continue;
            };
            for name in [fold_name(&v.name), fold_name(&v.short)] {
                out.by_name.entry(name).or_insert_with(|| vec![i]);
            }
        }
        out
    }

    fn village(&self, i: usize) -> &'a Village {
        &self.villages[i]
    }

    pub fn find(&self, code: &str, name: &str, township: &str) -> Result<usize, Missed> {
        let code = fold_name(code);
        if code.is_empty() && name.is_empty() {
            return Err((true, msg!("没有写是哪个村"), Some(msg!("请填 12 位代码或村名"))));
        }
        if code.is_empty() {
            return self.named(name, township);
        }
        let Some(found) = self.by_code.get(code.as_str()).copied() else {
            // Whether it is elsewhere or nowhere is not said to whom it does not concern.
            return Err(if self.whole {
                let mend = self.near(name).unwrap_or_else(|| msg!("请核对 12 位代码；单元格要设成文本"));
                (true, msg!("本县没有这个代码"), Some(mend))
            } else {
                (true, msg!("不在您的范围"), Some(msg!("请删去这一行，只导入本乡镇的村")))
            });
        };
        let village = self.village(found);
        if village.valid_to != FOREVER {
            let reason = msg!("“{name}”已撤并", name = &village.short);
            return Err((true, reason, Some(msg!("请改用并入的村的代码"))));
        }
        let given = fold_name(&short_name(name));
        let own = [&village.name, &village.short].map(|n| fold_name(n));
        if !name.is_empty() && !own.contains(&given) && !own.contains(&fold_name(name)) {
            let reason = msg!("代码是“{name}”的，和村名对不上", name = &village.short);
            return Err((false, reason, Some(msg!("请核对代码和村名，留下对的一个"))));
        }
        Ok(found)
    }

    fn named(&self, name: &str, township: &str) -> Result<usize, Missed> {
        let all =
            self.by_name.get(&fold_name(name)).or_else(|| self.by_name.get(&fold_name(&short_name(name))));
        let town = fold_name(township);
        let here = |i: &usize| {
            let village = self.village(*i);
            town.is_empty() || fold_name(&village.township_name) == town || village.township == town
        };
        let fits: Vec<usize> = all.into_iter().flatten().copied().filter(here).collect();
        match fits.as_slice() {
            [one] => Ok(*one),
            [] => {
                let reason = match (self.whole, township) {
                    (false, _) => msg!("不在您的范围"),
                    (true, "") => msg!("本县没有这个村"),
                    (true, town) => msg!("{town}没有这个村", town = town),
                };
                let mend = self.near(name).unwrap_or_else(|| msg!("请核对村名，或填 12 位代码"));
                Err((false, reason, Some(mend)))
            }
            many => {
                let reason = msg!("有 {n} 个村同名", n = many.len());
                Err((false, reason, Some(msg!("请加一列 12 位代码或乡镇"))))
            }
        }
    }

    /// Villages of the part whose names sound alike, hold the typed one or differ in one letter.
    fn near(&self, name: &str) -> Option<Message> {
        let typed = fold_name(&short_name(name));
        if typed.chars().count() < 2 {
            return None;
        }
        let reading = sort_key(&typed);
        let stem = typed.trim_end_matches(['村', '区', '社']);
        let mut found: Vec<(u8, &str)> = Vec::new();
        for (i, v) in self.villages.iter().enumerate().filter(|(_, v)| v.valid_to == FOREVER) {
            let own = fold_name(&v.short);
            let rank = if own == typed {
                Some(0)
            } else if self.readings[i] == reading {
                Some(1)
            } else if one_apart(&own, &typed) {
                Some(2)
            } else if stem.chars().count() >= 2 && own.contains(stem) {
                Some(3)
            } else {
                None
            };
            found.extend(rank.map(|r| (r, v.short.as_str())));
        }
        found.sort_by_key(|(rank, _)| *rank);
        let best = found.first()?.0;
        found.retain(|(rank, _)| *rank == best);
        let names: Vec<&str> = found.iter().take(3).map(|(_, name)| *name).collect();
        Some(msg!("是否“{names}”？", names = names.join("”“")))
    }
}

/// Whether two names differ in one letter: one more or one less, or another one where enough are left that are the same.
fn one_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().min(b.len()) < 2 || a.len().max(b.len()) < 3 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    if a.len() == b.len() && a.len() < 4 {
        // Of 例东村 and 例西村 all that tells them apart differs.
        return false;
    }
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    head + tail + 1 >= a.len().max(b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_differ_in_one_letter() {
        for (a, b, near) in [
            ("太平村", "太平桥村", true),
            ("例太平村", "例大平村", true),
            ("例东村", "例西村", false),
            ("例河村", "例山寨", false),
            ("村", "河村", false),
        ] {
            assert_eq!(one_apart(a, b), near, "{a} {b}");
        }
    }
}
