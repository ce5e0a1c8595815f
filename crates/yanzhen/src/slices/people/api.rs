//! The API's view of people: the list, by the same filters and the same checks as the page. Nothing sealed is in it.

use super::columns::Column;
use super::field::Field;
use super::listing::Line;
use super::pages::sight::{Asked, Sight};
use crate::api::{Operation, PAGE, PAGE_SIZE, Param, ParamKind, moment, number, shape};
use crate::slices::places::Desk;
use axum::Json;
use axum::extract::Query;
use kernel::{key, msg};
use platform::access::Action;
use platform::web::{Answer, Failure, Method, Rule, get};
use schemars::JsonSchema;
use serde::Serialize;

const fn text(name: &'static str, about: &'static str) -> Param {
    Param { name, kind: ParamKind::Text, about }
}

/// Its routes as the API's document tells of them.
pub const OPERATIONS: &[Operation] = &[Operation {
    method: Method::Get,
    path: "/api/v1/people",
    action: Some(Action::ViewPeople),
    about: key!("人的名单：按姓名、拼音、村查，按条件筛，分页；不含证件号、手机、账号和健康状况"),
    params: &[
        text("q", key!("姓名、拼音、首字母或村名，可以几个词；不能是证件号或手机号")),
        text("view", key!("committees、secretaries、reserves、over-age、untold 之一；不写是全部")),
        text("town", key!("乡镇的 9 位代码，几个之间用点隔开")),
        text("village", key!("村的 12 位代码，几个之间用点隔开")),
        text("sex", key!("1 男，2 女")),
        text("from", key!("年龄不小于")),
        text("to", key!("年龄不大于")),
        text("on", key!("年龄按哪天算，不写是今天")),
        text("edu", key!("学历不低于，GB/T 4658 代码")),
        text("party", key!("政治面貌，GB/T 4762 代码，几个之间用点隔开")),
        text("post", key!("职务的编号，几个之间用点隔开，任一个都算")),
        text("source", key!("来源的编号，几个之间用点隔开")),
        text("pool", key!("库的编号，几个之间用点隔开，任一个都算")),
        text("state", key!("档案状态：active、left、dead、moved；不写是在册")),
        text("sort", key!("次序：village、name、age、education、told，前面加 - 倒过来")),
        PAGE,
        PAGE_SIZE,
    ],
    body: None,
    answer: shape::<PersonList>,
    refusals: &[401, 403, 422],
}];

pub fn routes() -> Vec<Rule> {
    vec![get("/api/v1/people", list).allow(Action::ViewPeople)]
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PersonLine")]
struct PersonLine {
    #[schemars(description = key!("档案的编号，写成文字，免得丢位"))]
    id: String,
    #[schemars(description = key!("姓名"))]
    name: String,
    #[schemars(description = key!("乡镇的 9 位区划代码"))]
    township: String,
    #[schemars(description = key!("乡镇名"))]
    township_name: String,
    #[schemars(description = key!("12 位区划代码"))]
    village: String,
    #[schemars(description = key!("村名"))]
    village_name: String,
    #[schemars(description = key!("性别，GB/T 2261.1 代码"))]
    sex: String,
    #[schemars(description = key!("出生年月，可能只有年，或年月"))]
    birth: String,
    #[schemars(description = key!("学历，GB/T 4658 代码"))]
    education: String,
    #[schemars(description = key!("政治面貌，GB/T 4762 代码"))]
    political: String,
    #[schemars(description = key!("现任职务的编号"))]
    posts: Vec<String>,
    #[schemars(description = key!("现在哪些库里"))]
    pools: Vec<String>,
    #[schemars(description = key!("来源的编号"))]
    source: String,
    #[schemars(description = key!("最近一次说去向是哪天"))]
    told_on: String,
    #[schemars(description = key!("档案什么时候改的"))]
    changed_at: String,
}

#[derive(Serialize, JsonSchema)]
struct PersonList {
    #[schemars(description = key!("一共多少条"))]
    total: u64,
    #[schemars(description = key!("第几页，从 1 起"))]
    page: u64,
    #[schemars(description = key!("一页几条"))]
    size: u64,
    people: Vec<PersonLine>,
}

/// What a line asks for, in the order [`PersonLine::of`] takes it.
const COLUMNS: [Column; 8] = [
    Column::Posts,
    Column::Plain(Field::Sex),
    Column::Plain(Field::Birth),
    Column::Plain(Field::Education),
    Column::Plain(Field::Political),
    Column::Plain(Field::Source),
    Column::Plain(Field::ToldOn),
    Column::Changed,
];

impl PersonLine {
    fn of(line: Line, sight: &Sight) -> PersonLine {
        let mut texts = line.texts.into_iter();
        let mut next = || texts.next().unwrap_or_default();
        let ids = |text: &str| text.split('|').filter(|id| !id.is_empty()).map(str::to_owned).collect();
        let roles = next();
        let (posts, pools) = roles.split_once(';').unwrap_or_default();
        PersonLine {
            id: line.id.to_string(),
            name: line.name,
            township_name: sight.map.name(&line.township).to_owned(),
            township: line.township,
            village_name: sight.map.name(&line.village).to_owned(),
            village: line.village,
            posts: ids(posts),
            pools: ids(pools),
            sex: next(),
            birth: next(),
            education: next(),
            political: next(),
            source: next(),
            told_on: next().split(';').next().unwrap_or_default().to_owned(),
            changed_at: moment(next().parse().unwrap_or_default()),
        }
    }
}

async fn list(desk: Desk, Query(pairs): Query<Vec<(String, String)>>) -> Answer<Json<PersonList>> {
    let of = |name: &str| pairs.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
    let (page, size) = (number(of("page"), &PAGE)?, number(of("size"), &PAGE_SIZE)?);
    let asked = Asked::read(&pairs)?;
    if asked.tells_a_number() {
        return Err(Failure::Bad(msg!("证件号、手机号不能写在网址里")));
    }
    let sight = Sight::of(&desk, &asked.filter).await?;
    let found = sight.page(&desk, &asked.filter, &COLUMNS, (page, size)).await?;
    // Programs that read past the end are told so by an empty page, not by the last one again.
    let lines = if found.page == page { found.lines } else { Vec::new() };
    let people = lines.into_iter().map(|line| PersonLine::of(line, &sight)).collect();
    Ok(Json(PersonList { total: found.total, page, size, people }))
}
