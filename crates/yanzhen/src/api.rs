//! The API for programs, `/api/v1`: what its routes share, who is asking, and the document that describes them.
//!
//! Routes are described where they are made, in a table; the document is made from the tables, and a test holds them
//! against the routes that are served.

use axum::Json;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Lang, Message, key, msg, word};
use platform::access::Action;
use platform::web::{Answer, Failure, Method, Rule, Visitor, get};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A route as the document tells of it.
pub struct Operation {
    pub method: Method,
    pub path: &'static str,
    /// As the route states it; `None` for a public one.
    pub action: Option<Action>,
    /// One line: a key of the catalogue.
    pub about: &'static str,
    pub params: &'static [Param],
    pub body: Option<Shape>,
    pub answer: Shape,
    /// The statuses of its refusals.
    pub refusals: &'static [u16],
}

/// A type as a schema.
pub type Shape = fn(&mut SchemaGenerator) -> Schema;

/// The schema of a type.
pub fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// A part of the path or of the query.
pub struct Param {
    pub name: &'static str,
    pub kind: ParamKind,
    /// A key of the catalogue.
    pub about: &'static str,
}

/// What a parameter takes.
pub enum ParamKind {
    /// Part of the path: digits, so many.
    Digits(usize),
    /// Of the query: any text.
    Text,
    /// Of the query: a whole number from 1, with its default.
    Number(u64, u64),
}

/// A village's code in the path.
pub const CODE: Param =
    Param { name: "code", kind: ParamKind::Digits(12), about: key!("村的区划代码，12 位") };
/// A township in the query.
pub const TOWNSHIP: Param = Param {
    name: "township",
    kind: ParamKind::Text,
    about: key!("只要这个乡镇的，9 位区划代码；不在自己范围里的和没有的一样，什么也不给"),
};
/// Rows on a page unless said, and at most.
pub const SIZE: (u64, u64) = (50, 500);
/// The page and its size in the query.
pub const PAGE: Param =
    Param { name: "page", kind: ParamKind::Number(1, 1_000_000), about: key!("第几页，从 1 起") };
pub const PAGE_SIZE: Param =
    Param { name: "size", kind: ParamKind::Number(SIZE.0, SIZE.1), about: key!("一页几条") };

/// Reads a whole number of the query.
pub fn number(text: &str, param: &Param) -> Answer<u64> {
    let ParamKind::Number(default, most) = param.kind else { return Ok(0) };
    match text.parse::<u64>() {
        _ if text.is_empty() => Ok(default),
        Ok(n) if (1..=most).contains(&n) => Ok(n),
        _ => Err(Failure::Bad(msg!("{name} 应为 1 到 {most} 的整数", name = param.name, most = most))),
    }
}

/// Hundredths as a decimal: `87.50`.
pub fn decimal(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let n = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", n / 100, n % 100)
}

/// A moment as ISO 8601 in UTC: `2026-11-22T00:54:31.250Z`.
pub fn moment(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).unwrap_or_default().to_string()
}

/// Something wrong with one of the facts sent.
#[derive(Serialize, JsonSchema)]
pub struct ApiFault {
    #[schemars(description = key!("第几项，从 0 起"))]
    pub index: usize,
    #[schemars(description = key!("哪一栏：fact、value、period、source"))]
    pub field: &'static str,
    #[schemars(description = key!("哪里不对"))]
    pub reason: String,
    #[schemars(description = key!("哪里不对，英文"))]
    pub reason_en: String,
}

impl ApiFault {
    pub fn new(index: usize, field: &'static str, why: &Message) -> ApiFault {
        ApiFault { index, field, reason: why.text(Lang::Zh), reason_en: why.text(Lang::En) }
    }
}

/// What every refusal answers. The floor makes it (`platform::web`); [`refuse`] adds the faults.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Refusal")]
pub struct Refused {
    #[schemars(description = key!("一句话说明"))]
    pub error: String,
    #[schemars(description = key!("是什么情况"))]
    pub detail: String,
    #[schemars(description = key!("怎么办；改动有没有写入"))]
    pub hint: String,
    #[schemars(description = key!("一句话说明，英文"))]
    pub error_en: String,
    #[schemars(description = key!("系统出差错时的编号，其余为空"))]
    pub number: String,
    #[schemars(description = key!("一次说全的每一处错误；只有提交事实时才有"))]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<ApiFault>,
}

/// Refuses what was sent, with everything that is wrong with it.
pub fn refuse(faults: Vec<ApiFault>) -> Response {
    let (error, detail) =
        (msg!("没有看懂这次提交"), msg!("一共 {n} 处要改，都列在 faults 里", n = faults.len()));
    let body = Refused {
        error: error.text(Lang::Zh),
        detail: detail.text(Lang::Zh),
        hint: msg!("什么都没有改动。请改正后再提交一次。").text(Lang::Zh),
        error_en: error.text(Lang::En),
        number: String::new(),
        faults,
    };
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}

/// Whoever asks.
#[derive(Serialize, JsonSchema)]
pub struct Me {
    #[schemars(description = key!("登录名"))]
    login: String,
    #[schemars(description = key!("姓名"))]
    name: String,
    #[schemars(description = key!("身份"))]
    role: &'static str,
    #[schemars(description = key!("身份的名称"))]
    role_title: &'static str,
    #[schemars(description = key!("县级区划代码；管理员为空"))]
    county: String,
    #[schemars(description = key!("范围：空为全县，9 位为一个乡镇，12 位为一个村"))]
    part: String,
    #[schemars(description = key!("单位"))]
    unit: String,
    #[schemars(description = key!("是不是用令牌来的"))]
    by_token: bool,
    #[schemars(description = key!("能做的事；令牌的比身份的少"))]
    actions: Vec<&'static str>,
}

/// Every caller may ask who it is, whatever its token is good for: the route is public and asks for a caller itself.
async fn me(visitor: Visitor) -> Answer<Json<Me>> {
    let caller = visitor.caller.ok_or(Failure::Unknown)?;
    let actions = Action::ALL.iter().filter(|a| caller.may(**a)).map(|a| a.id()).collect();
    Ok(Json(Me {
        role: caller.role.id(),
        role_title: caller.role.title(),
        part: caller.part.code().to_owned(),
        by_token: visitor.by_token,
        actions,
        login: caller.login,
        name: caller.name,
        county: caller.county,
        unit: caller.unit,
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    lang: String,
}

async fn openapi(visitor: Visitor, Query(wanted): Query<Wanted>) -> Json<Value> {
    let lang = match wanted.lang.as_str() {
        "en" => Lang::En,
        "zh" => Lang::Zh,
        _ => visitor.lang,
    };
    Json(document(lang))
}

const OPERATIONS: &[Operation] = &[
    Operation {
        method: Method::Get,
        path: "/api/v1/me",
        action: None,
        about: key!("我是谁：身份、范围、能做的事"),
        params: &[],
        body: None,
        answer: shape::<Me>,
        refusals: &[401],
    },
    Operation {
        method: Method::Get,
        path: "/api/v1/openapi.json",
        action: None,
        about: key!("这份说明"),
        params: &[Param { name: "lang", kind: ParamKind::Text, about: key!("zh 或 en") }],
        body: None,
        answer: shape::<Value>,
        refusals: &[],
    },
];

/// Its routes.
pub fn routes() -> Vec<Rule> {
    vec![get("/api/v1/me", me).public(), get("/api/v1/openapi.json", openapi).public()]
}

/// Every route of the API as the document tells of it.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    let slices = crate::slices::places::api::OPERATIONS.iter().chain(crate::slices::people::api::OPERATIONS);
    OPERATIONS.iter().chain(slices)
}

/// The document: OpenAPI 3.1.
pub fn document(lang: Lang) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|s| {
        s.definitions_path = "/components/schemas".into();
        s.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    for operation in operations() {
        let verb = match operation.method {
            Method::Get => "get",
            Method::Post => "post",
            Method::Delete => "delete",
        };
        let told = tell(operation, &mut generator, lang);
        let entry = paths.entry(operation.path).or_insert_with(|| json!({}));
        entry[verb] = told;
    }
    shape::<Refused>(&mut generator);
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": word(key!("雁阵接口"), lang),
            "version": env!("CARGO_PKG_VERSION"),
            "description": preface(lang),
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http", "scheme": "bearer",
                    "description": word(key!("在“我的账号”里新建的令牌，以 yzt_ 开头：身份不会更大，能做的事可以更少，到期作废"), lang),
                },
                "session": {
                    "type": "apiKey", "in": "cookie", "name": platform::web::COOKIE_NAME,
                    "description": word(key!("网页登录后的会话，只够读取"), lang),
                },
            },
            "schemas": generator.take_definitions(true),
        },
    });
    translate(&mut document, lang);
    document
}

/// What holds for every route.
fn preface(lang: Lang) -> String {
    let lines = [
        key!("范围：只看得到自己身份范围里的；范围以外的和没有的，回答都是 404。"),
        key!("时刻写成 ISO 8601 的 UTC，如 2026-11-22T00:54:31.250Z；日期写成 2026-11-22。"),
        key!("分数、金额和事实的值都是十进制的文字，如 \"87.50\"，不用浮点数。"),
        key!(
            "提交事实可以重复：同样的内容再交一次，什么也不改，changed 为 0；一次提交要么全部写入，要么一项也不写。"
        ),
        key!("一次最多交 500 项、1 MB；一页最多 500 条；值最多 2000 个字，出处最多 200 个字。"),
        key!(
            "不对的提交回答 422，一次说全每一处错误；没有令牌、令牌过期或已作废回答 401；令牌或身份不能做的事回答 403 并记入审计。"
        ),
    ];
    lines.map(|line| word(line, lang)).join("\n\n")
}

fn tell(operation: &Operation, generator: &mut SchemaGenerator, lang: Lang) -> Value {
    let params: Vec<Value> = operation
        .params
        .iter()
        .map(|param| {
            let (place, schema) = match param.kind {
                ParamKind::Digits(n) => {
                    ("path", json!({ "type": "string", "pattern": format!("^[0-9]{{{n}}}$") }))
                }
                ParamKind::Text => ("query", json!({ "type": "string" })),
                ParamKind::Number(default, most) => {
                    ("query", json!({ "type": "integer", "minimum": 1, "maximum": most, "default": default }))
                }
            };
            json!({
                "name": param.name, "in": place, "required": place == "path",
                "description": word(param.about, lang), "schema": schema,
            })
        })
        .collect();
    let answer = (operation.answer)(generator);
    let mut responses = json!({
        "200": { "description": word(key!("照办了"), lang), "content": { "application/json": { "schema": answer } } },
    });
    for status in operation.refusals {
        let about = match status {
            401 => key!("没有令牌，或令牌已过期、已作废"),
            403 => key!("身份或令牌不能做这件事"),
            404 => key!("没有，或不在自己的范围里"),
            413 => key!("太大"),
            _ => key!("提交的内容不对"),
        };
        responses[status.to_string()] = json!({
            "description": word(about, lang),
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Refusal" } } },
        });
    }
    let mut told =
        json!({ "summary": word(operation.about, lang), "parameters": params, "responses": responses });
    if let Some(body) = operation.body {
        let schema = body(generator);
        told["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    }
    match operation.action {
        Some(action) => told["x-action"] = action.id().into(),
        None if operation.refusals.is_empty() => told["security"] = json!([]),
        None => {}
    }
    if operation.method == Method::Get && told.get("security").is_none() {
        told["security"] = json!([{ "token": [] }, { "session": [] }]);
    }
    told
}

/// Puts descriptions of fields, which schemas carry in Chinese, into the reader's language.
fn translate(value: &mut Value, lang: Lang) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if name == "description" => *text = word(text, lang),
                    other => translate(other, lang),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| translate(item, lang)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_describes_what_is_served() {
        let table = crate::server::routes(false).table();
        let served: Vec<_> = table
            .iter()
            .filter(|(_, path, _)| path.starts_with("/api/"))
            .map(|(method, path, action)| (format!("{method:?}"), *path, *action))
            .collect();
        let mut told: Vec<_> = operations().map(|o| (format!("{:?}", o.method), o.path, o.action)).collect();
        let mut sorted = served;
        sorted.sort_by_key(|(method, path, _)| (*path, method.clone()));
        told.sort_by_key(|(method, path, _)| (*path, method.clone()));
        assert_eq!(sorted, told);
        for operation in operations() {
            let of_path = |p: &&Param| matches!(p.kind, ParamKind::Digits(_));
            for param in operation.params.iter().filter(of_path) {
                assert!(operation.path.contains(&format!("{{{}}}", param.name)), "{}", operation.path);
            }
            let places = operation.path.matches('{').count();
            assert_eq!(places, operation.params.iter().filter(of_path).count(), "{}", operation.path);
        }
    }

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        let document = document(Lang::Zh);
        let text = document.to_string();
        for part in text.split("\"$ref\":\"#").skip(1) {
            let pointer = part.split('"').next().unwrap_or_default();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
        assert!(text.matches("\"$ref\"").count() > 10, "{text}");
    }

    #[test]
    fn the_document_speaks_english() {
        let text = document(Lang::En).to_string();
        let odd: String = text.chars().filter(|c| matches!(c, '\u{3000}'..='\u{9fff}')).collect();
        assert_eq!(odd, "");
    }

    #[test]
    fn hundredths_are_decimals() {
        for (n, text) in [(0, "0.00"), (8750, "87.50"), (-5, "-0.05"), (-1234, "-12.34")] {
            assert_eq!(decimal(n), text);
        }
    }
}
