//! Addresses of the same list: another page, another order, one filter less.

use std::fmt;

/// A path with its query. Prints as an address.
#[derive(Clone, Debug, Default)]
pub struct Link {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Link {
    /// A path without a query.
    pub fn new(path: impl Into<String>) -> Self {
        Link { path: path.into(), pairs: Vec::new() }
    }

    /// The same address with a name set to a value, its old values gone. An empty value only takes away.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut out = self.without(name);
        if !value.is_empty() {
            out.pairs.push((name.to_owned(), value.to_owned()));
        }
        out
    }

    /// The same address without a name.
    pub fn without(&self, name: &str) -> Self {
        let pairs = self.pairs.iter().filter(|(n, _)| n != name).cloned().collect();
        Link { path: self.path.clone(), pairs }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.path)?;
        for (i, (name, value)) in self.pairs.iter().enumerate() {
            out.write_str(if i == 0 { "?" } else { "&" })?;
            percent(name, out)?;
            out.write_str("=")?;
            percent(value, out)?;
        }
        Ok(())
    }
}

/// Everything but letters, digits and `-_.~` as `%XX`.
fn percent(text: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            write!(out, "{}", char::from(byte))?;
        } else {
            write!(out, "%{byte:02X}")?;
        }
    }
    Ok(())
}

/// A list cut into pages.
#[derive(Clone, Debug)]
pub struct Pager {
    /// The page shown, from 1.
    pub page: u64,
    /// Rows of a page.
    pub size: u64,
    /// Rows of the list.
    pub total: u64,
    link: Link,
}

/// One place in the row of page numbers: a page, or a gap where `href` is empty.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Leap {
    /// The page's number.
    pub page: u64,
    /// The page's address.
    pub href: String,
    /// It is the page shown.
    pub here: bool,
}

impl Pager {
    /// Pages of 50. A page past the end is the last one.
    pub fn new(page: u64, total: u64, link: Link) -> Self {
        let size = 50;
        let last = total.div_ceil(size).max(1);
        Pager { page: page.clamp(1, last), size, total, link }
    }

    /// Rows before this page: the `offset` of a query.
    pub fn offset(&self) -> u64 {
        (self.page - 1) * self.size
    }

    /// Number of the first row shown, with commas; 0 of an empty list.
    pub fn first(&self) -> String {
        thousands((self.offset() + 1).min(self.total))
    }

    /// Number of the last row shown, with commas.
    pub fn last(&self) -> String {
        thousands((self.page * self.size).min(self.total))
    }

    /// Rows of the list, with commas.
    pub fn all(&self) -> String {
        thousands(self.total)
    }

    /// More than one page.
    pub fn many(&self) -> bool {
        self.total > self.size
    }

    /// The first page, the last, and those around this one.
    pub fn leaps(&self) -> Vec<Leap> {
        let count = self.total.div_ceil(self.size).max(1);
        let mut out = Vec::new();
        let mut before = 0;
        for page in 1..=count {
            if page != 1 && page != count && page.abs_diff(self.page) > 1 {
                continue;
            }
            if page > before + 1 {
                out.push(Leap::default());
            }
            before = page;
            let number = if page == 1 { String::new() } else { page.to_string() };
            let href = self.link.with("page", &number).to_string();
            out.push(Leap { page, href, here: page == self.page });
        }
        out
    }
}

/// A whole number with commas.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(page: u64, total: u64) -> Vec<u64> {
        let leaps = Pager::new(page, total, Link::new("/people")).leaps();
        leaps.iter().map(|l| l.page).collect()
    }

    #[test]
    fn pages_of_fifty_with_gaps() {
        assert_eq!(numbers(1, 0), [1]);
        assert_eq!(numbers(1, 50), [1]);
        assert_eq!(numbers(1, 51), [1, 2]);
        assert_eq!(numbers(1, 8412), [1, 2, 0, 169]);
        assert_eq!(numbers(80, 8412), [1, 0, 79, 80, 81, 0, 169]);
        assert_eq!(numbers(9999, 8412), [1, 0, 168, 169]);
        let pager = Pager::new(169, 8412, Link::new("/audit"));
        assert_eq!(
            (pager.first(), pager.last(), pager.all()),
            ("8,401".into(), "8,412".into(), "8,412".into())
        );
    }

    #[test]
    fn an_empty_list_counts_from_zero() {
        let pager = Pager::new(1, 0, Link::new("/people"));
        assert_eq!((pager.first(), pager.last(), pager.offset()), ("0".into(), "0".into(), 0));
    }

    #[test]
    fn links_keep_the_other_filters() {
        let link = Link::new("/people").with("q", "例 & 甲").with("sort", "-age");
        assert_eq!(link.to_string(), "/people?q=%E4%BE%8B%20%26%20%E7%94%B2&sort=-age");
        assert_eq!(link.with("sort", "").with("page", "2").without("q").to_string(), "/people?page=2");
    }
}
