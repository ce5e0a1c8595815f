//! Every component and every state of a list on one page, for those who build pages.

use crate::kit::{Check, Checked, Choice, Column, Event, Faults, Job, Link, Node, Pager, Step};
use crate::page::{Page, RailItem, Scope, Who};
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use kernel::{Lang, key};
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "kit/gallery.html")]
struct Gallery {
    page: Page,
    views: Vec<Choice>,
    saved: Vec<Choice>,
    towns: Vec<Choice>,
    opinions: Vec<Choice>,
    colours: Vec<(&'static str, &'static str)>,
    tiles: Vec<(&'static str, &'static str)>,
    rows: Vec<(&'static str, &'static str, u32)>,
    columns: Vec<Column>,
    steps: Vec<Step>,
    nodes: Vec<Node>,
    events: Vec<Event>,
    checks: Vec<Check>,
    faults: Faults,
    pager: Pager,
    job: Job,
}

/// Shows the gallery: `/kit`, `/kit?lang=en`, `/kit?large=1`. Mounted in development only.
pub async fn gallery(Query(query): Query<HashMap<String, String>>) -> Response {
    let is = |name: &str, value: &str| query.get(name).is_some_and(|v| v == value);
    let mut page = Page::sample(if is("lang", "en") { Lang::En } else { Lang::Zh });
    page.large = is("large", "1");
    match Gallery::new(page).render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

impl Page {
    /// A page of an invented county with an invented reader, for the gallery and for tests.
    pub fn sample(lang: Lang) -> Self {
        let item = |id, seal, word, count, key| RailItem { id, seal, word, href: "/kit", count, key };
        Page {
            lang,
            demo: true,
            csrf: "sample".into(),
            path: "/kit".into(),
            current: "formation",
            who: Some(Who {
                id: "sample".into(),
                name: "何例乙".into(),
                unit: "例山县委组织部".into(),
                role: key!("干部科").into(),
            }),
            place: Some(Scope {
                county: "例山县".into(), part: key!("全部乡镇").into(), href: "/kit"
            }),
            find: Some("/kit"),
            rail: vec![
                vec![
                    item("formation", "阵", key!("雁阵图"), 0, 'z'),
                    item("villages", "村", key!("村级画像"), 0, 'c'),
                    item("people", "人", key!("干部人才"), 0, 'r'),
                ],
                vec![
                    item("select", "选", key!("选拔储备"), 4, 'x'),
                    item("develop", "育", key!("培育历练"), 0, 'y'),
                    item("supervise", "管", key!("监督管理"), 2, 'g'),
                    item("appraise", "考", key!("考核评价"), 1, 'k'),
                    item("promote", "用", key!("任用激励"), 0, 'o'),
                ],
                vec![
                    item("packs", "策", key!("政策办法"), 0, 'p'),
                    item("import", "数", key!("数据导入"), 0, 's'),
                    item("audit", "查", key!("审计留痕"), 0, 'a'),
                ],
            ],
            as_of: "2026年11月18日 08:30".into(),
            idle_seconds: 900,
            ..Page::default()
        }
    }
}

impl Gallery {
    fn new(page: Page) -> Self {
        let link = Link::new("/kit").with("lang", if page.en() { "en" } else { "" });
        let mut faults = Faults::new();
        faults.add("since", page.t("2026年2月没有 30 日"));
        Gallery {
            views: Choice::pick(
                vec![
                    Choice::new("/kit", page.t("看风险")),
                    Choice::new("/kit?large=1", page.t("看等次")),
                    Choice::new("/kit?lang=en", page.t("看缺额")),
                ],
                "/kit",
            ),
            saved: vec![
                Choice::new("#list", page.t("全部在册")).hint("2,437"),
                Choice::new("#list", page.t("后备力量")).hint("812").on(true),
            ],
            towns: vec![Choice::new("1", "例河镇"), Choice::new("2", "例山乡").on(true)],
            opinions: vec![
                Choice::new("yes", page.t("同意")).hint(page.t("进入公示")).on(true),
                Choice::new("back", page.t("退回")).hint(page.t("写明补什么")),
                Choice::new("no", page.t("不同意")).hint(page.t("理由本人可见")),
            ],
            colours: vec![
                ("dai-9", key!("页眉、大屏")),
                ("dai-7", key!("主按钮、当前项")),
                ("dai-6", key!("链接、焦点线")),
                ("dai-4", key!("二等、图形")),
                ("dai-1", key!("悬停、三等")),
                ("ink", key!("正文")),
                ("ink-2", key!("次要文字")),
                ("ink-3", key!("说明文字")),
                ("paper", key!("页面底")),
                ("red", key!("高风险、停止")),
                ("orange", key!("中风险、将到期")),
                ("yellow", key!("低风险")),
                ("green", key!("平稳、通过")),
            ],
            tiles: vec![
                ("例东村，红色", "r"),
                ("例西村，橙色", "o"),
                ("例南村，黄色", "y"),
                ("例北村，绿色", "g"),
                ("例中村，缺数", "n"),
                ("例上村，一等", "x g1"),
                ("例下村，四等", "x g4"),
            ],
            rows: vec![("吴例己", "例东村", 31), ("郑例庚", "例西村", 42), ("王例辛", "例南村", 36)],
            columns: vec![
                Column::text(page.t("姓名")),
                Column::text(page.t("所在村")),
                Column::number(page.t("年龄")).sort("age", "-age", &link),
                Column::text(page.t("状态")),
            ],
            steps: Step::line(
                [
                    page.t("检查环境"),
                    page.t("选择地方与办法"),
                    page.t("建立三名管理员"),
                    page.t("导入名册"),
                    page.t("完成"),
                ],
                1,
            ),
            nodes: vec![Node::new("2025年度得分", "78.35").of("/ 100").clause("第八条").open().parts(vec![
                Node::new("集体经济", "12.00").of("/ 15").clause("第六条一").open().parts(vec![
                        Node::new("经营性收益 43.20 万元", "12.00").clause("附表1").open().raw(
                            "填报",
                            "例河镇财政所 高例申，12月28日，见财务决算表",
                        ),
                    ]),
                Node::new("乡镇评分", "66.35").of("/ 85").clause("第六条二"),
            ])],
            checks: vec![
                Check {
                    word: page.t("磁盘空间"),
                    found: "186 GB".into(),
                    advice: String::new(),
                    state: Checked::Passed,
                },
                Check {
                    word: page.t("时钟"),
                    found: "UTC".into(),
                    advice: page.t("请核对").into(),
                    state: Checked::Warned,
                },
                Check {
                    word: page.t("密钥"),
                    found: "keys".into(),
                    advice: page.t("请核对").into(),
                    state: Checked::Failed,
                },
                Check {
                    word: page.t("连接"),
                    found: String::new(),
                    advice: String::new(),
                    state: Checked::Waiting,
                },
            ],
            events: vec![
                Event::past("11月9日", "开始报名").by("例山县委组织部公告"),
                Event::past("11月17日", "由黄转橙").by("何例乙"),
                Event::coming("11月27日 17:30", "截止"),
            ],
            pager: Pager::new(1, 812, link),
            job: Job {
                title: page.t("打印一村一页").into(),
                done: 187,
                all: 293,
                left: page.tn("约剩 {n} 秒，可以离开本页", 23),
                stop: "/kit".into(),
                ..Job::default()
            },
            faults,
            page,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::is_han;

    /// Runs of Chinese outside elements with `lang="zh"`, attributes included; a tag's own `lang` covers its attributes.
    fn strays(html: &str) -> Vec<String> {
        const VOID: [&str; 5] = ["meta", "link", "input", "hr", "br"];
        let mut open: Vec<(String, bool)> = Vec::new();
        let mut out = Vec::new();
        let mut note = |text: &str, chinese: bool| {
            if !chinese && text.chars().any(is_han) {
                out.push(text.trim().to_owned());
            }
        };
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            note(&rest[..start], open.last().is_some_and(|o| o.1));
            let end = start + rest[start..].find('>').unwrap();
            let tag = &rest[start + 1..end];
            rest = &rest[end + 1..];
            if let Some(name) = tag.strip_prefix('/') {
                let (last, _) = open.pop().unwrap();
                assert_eq!(last, name, "tags cross");
                continue;
            }
            let name = tag.split([' ', '/']).next().unwrap();
            if name.starts_with('!') {
                continue;
            }
            let inherited = open.last().is_some_and(|o| o.1);
            let chinese = match tag.split_once(" lang=\"") {
                Some((_, lang)) => lang.starts_with("zh"),
                None => inherited,
            };
            note(tag, chinese);
            if !VOID.contains(&name) && !tag.ends_with('/') {
                open.push((name.to_owned(), chinese));
            }
        }
        assert!(open.is_empty(), "left open: {open:?}");
        out
    }

    fn render(lang: Lang) -> String {
        Gallery::new(Page::sample(lang)).render().unwrap()
    }

    #[derive(Template)]
    #[template(
        source = r#"{% extends "kit/gate.html" %}{% import "kit/macros.html" as kit %}{% block title %}Title{% endblock %}{% block body %}<h1>Title</h1>{{ kit::alert("Lead", "Text.") }}<form class="yz-mt">{{ kit::input("user", "User", complete="username") }}{{ kit::input("word", "Word", kind="password", error="Text") }}<button class="btn btn-primary yz-wide">Go</button></form>{% endblock %}{% block foot %}<span>Foot</span>{% endblock %}"#,
        ext = "html"
    )]
    struct Gate {
        page: Page,
    }

    #[derive(Template)]
    #[template(
        source = r#"{% extends "kit/bare.html" %}{% block title %}Title{% endblock %}{% block step %}Step{% endblock %}{% block body %}<h1>Title</h1>{% endblock %}"#,
        ext = "html"
    )]
    struct Bare {
        page: Page,
    }

    fn frames(lang: Lang) -> [(&'static str, String); 3] {
        let page = || Page { who: None, place: None, rail: Vec::new(), ..Page::sample(lang) };
        [
            ("kit", render(lang)),
            ("gate", Gate { page: page() }.render().unwrap()),
            ("bare", Bare { page: page() }.render().unwrap()),
        ]
    }

    #[test]
    fn an_english_page_has_no_stray_chinese() {
        for (name, html) in frames(Lang::En) {
            assert_eq!(strays(&html), Vec::<String>::new(), "{name}");
        }
    }

    #[test]
    fn a_chinese_page_has_no_mark_of_its_own_language() {
        let html = render(Lang::Zh);
        assert!(html.contains("<html lang=\"zh-CN\">"));
        assert!(!html.contains("<span lang=\"zh\">何例乙"));
        strays(&html);
    }

    #[test]
    fn no_style_and_no_script_inside_the_page() {
        let html = render(Lang::Zh);
        assert!(!html.contains(" style=") && !html.contains("<style") && !html.contains("javascript:"));
        assert!(!html.contains(" onclick") && html.matches("<script").count() == 1);
    }

    #[test]
    fn ids_are_unique_and_labels_find_their_fields() {
        let html = render(Lang::Zh);
        let all = |name: &str| -> Vec<String> {
            let key = format!(" {name}=\"");
            html.split(&key).skip(1).filter_map(|p| p.split('"').next()).map(str::to_owned).collect()
        };
        let ids = all("id");
        let mut once = ids.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "an id twice");
        for target in all("for").iter().chain(&all("aria-labelledby")) {
            assert!(ids.contains(target), "{target}");
        }
        for words in all("aria-describedby") {
            assert!(words.split(' ').all(|id| ids.iter().any(|i| i == id)), "{words}");
        }
    }

    /// Writes the gallery where `YANZHEN_GALLERY` says, to be looked at.
    #[test]
    fn writes_the_gallery_where_asked() {
        let Some(folder) = std::env::var_os("YANZHEN_GALLERY").map(std::path::PathBuf::from) else { return };
        for (suffix, lang) in [("zh", Lang::Zh), ("en", Lang::En)] {
            for (name, html) in frames(lang) {
                std::fs::write(folder.join(format!("{name}-{suffix}.html")), html).unwrap();
            }
        }
    }
}
