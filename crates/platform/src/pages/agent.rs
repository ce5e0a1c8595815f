//! What a browser calls itself, read for people.

/// A browser in two words, from what it calls itself.
pub(super) fn browser(agent: &str) -> String {
    // The first that fits: most call themselves Chrome and Safari too.
    let names = [
        ("Edg/", "Edge"),
        ("QIHU", "360"),
        ("360SE", "360"),
        ("QQBrowser", "QQ"),
        ("MicroMessenger", "WeChat"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    let systems = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let first =
        |list: &[(&str, &'static str)]| list.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, n)| *n);
    let known: Vec<&str> = [first(&names), first(&systems)].into_iter().flatten().collect();
    match known.is_empty() {
        true => agent.chars().take(30).collect(),
        false => known.join("·"),
    }
}

/// The version after a word of the browser's name for itself.
fn after(agent: &str, word: &str) -> Option<u32> {
    let rest = agent.split_once(word)?.1;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Whether the pages look as they are meant to: made for cores from Chromium 86 on, and browsers of its years.
/// `None` where the browser does not say what it is.
pub(super) fn fit(agent: &str) -> Option<bool> {
    if agent.contains("Trident/") || agent.contains("MSIE ") {
        return Some(false);
    }
    let least = [("Chrome/", 86), ("Firefox/", 82), ("Version/", 14)];
    least.iter().find_map(|(word, least)| after(agent, word).map(|v| v >= *least))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/109.0 Safari/537.36 Edg/109.0";
        assert_eq!(browser(edge), "Edge·Windows");
        assert_eq!(browser("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0"), "Firefox·Linux");
        assert_eq!(browser("a program"), "a program");
        assert_eq!(browser(""), "");
    }

    #[test]
    fn old_browsers_are_told() {
        let core = |n: u32| {
            format!("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/{n}.0.0.0 Safari/537.36")
        };
        assert_eq!((fit(&core(85)), fit(&core(86)), fit(&core(128))), (Some(false), Some(true), Some(true)));
        assert_eq!(fit("Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko"), Some(false));
        assert_eq!(fit("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"), Some(true));
        let safari = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/13.1 Safari/605.1.15";
        assert_eq!((fit(safari), fit("curl/8")), (Some(false), None));
    }
}
