//! Where the heads of a roster stand and what its columns mean. Offices put titles above them, merge them over two rows
//! and call the same thing by many names. Pure.

use super::super::field::Field;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use tables::{Cell, Sheet};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Role {
    /// Not taken in.
    Skip,
    /// The village's twelve digits.
    Code,
    Township,
    Village,
    Posts,
    /// Since when the posts are held.
    PostsFrom,
    Field(Field),
}

impl Role {
    /// What a roster's column may be, in the order they are offered.
    pub fn all() -> Vec<Role> {
        let mut out =
            vec![Role::Skip, Role::Township, Role::Village, Role::Code, Role::Posts, Role::PostsFrom];
        out.extend(Field::ALL.into_iter().filter(|f| *f != Field::Village).map(Role::Field));
        out
    }

    pub fn id(self) -> &'static str {
        match self {
            Role::Skip => "",
            Role::Code => "code",
            Role::Township => "town",
            Role::Village => "village",
            Role::Posts => "posts",
            Role::PostsFrom => "posts_from",
            Role::Field(field) => field.id(),
        }
    }

    pub fn by_id(id: &str) -> Role {
        Role::all().into_iter().find(|r| r.id() == id).unwrap_or(Role::Skip)
    }

    /// In Chinese: a key of the catalogue.
    pub fn title(self) -> &'static str {
        match self {
            Role::Skip => kernel::key!("略过"),
            Role::Code => kernel::key!("村代码"),
            Role::Township => kernel::key!("乡镇"),
            Role::Village => kernel::key!("村"),
            Role::Posts => kernel::key!("职务"),
            Role::PostsFrom => kernel::key!("任职时间"),
            Role::Field(field) => field.title(),
        }
    }
}

/// What offices call the columns of a person's single values, and what they write beside them that is computed or of no
/// account here.
const NAMES: &[(Field, &str)] = &[
    (Field::Name, "姓名 名字 干部姓名 人员姓名 姓名全称"),
    (Field::Sex, "性别"),
    (Field::Birth, "出生年月 出生日期 出生年月日 出生时间 出生 生日"),
    (Field::Identity, "身份证号 身份证号码 公民身份号码 公民身份证号 身份证 证件号 证件号码"),
    (Field::Ethnic, "民族"),
    (Field::Origin, "籍贯"),
    (Field::Birthplace, "出生地"),
    (Field::Marital, "婚姻状况 婚姻 婚否"),
    (Field::Political, "政治面貌 面貌"),
    (Field::PartyOn, "入党时间 入党年月 入党日期 入党"),
    (Field::Stage, "党员发展阶段 发展阶段"),
    (Field::WorkOn, "参加工作时间 参加工作年月 参加工作日期 参加工作 工作时间"),
    (Field::Education, "学历 文化程度 最高学历 全日制学历 学历层次 受教育程度 文化"),
    (Field::Degree, "学位"),
    (Field::Technical, "专业技术职务 职称 技术职称 专业技术职称"),
    (Field::Strengths, "熟悉专业和特长 熟悉专业有何专长 特长 专业特长 专长"),
    (Field::Source, "来源 人员来源 人员类别 人才类别 类别"),
    (Field::Phone, "手机 手机号 手机号码 联系电话 电话 联系方式 电话号码"),
    (Field::Bank, "银行账号 银行卡号 银行帐号 卡号 账号 工资卡号"),
    (Field::Health, "健康状况 健康 身体状况"),
    (Field::Whereabouts, "现在去向 去向 现在何处 外出地点 现居住地"),
    (Field::Employment, "就业情况 就业 从事职业 现从事职业 职业 工作单位"),
    (Field::Intention, "意向 返乡意向 任职意向 本人意向"),
    (Field::ToldOn, "去向更新 核实时间 核实日期"),
];
const OTHERS: &[(Role, &str)] = &[
    (Role::Code, "代码 区划代码 村代码 统计代码 行政区划代码 统计用区划代码"),
    (Role::Township, "乡镇 镇 乡 街道 乡镇街道 所在乡镇 乡镇名称 所属乡镇 镇街 乡镇办"),
    (Role::Village, "村 村名 所在村 村社区 行政村 村名称 所属村 村居 社区 村别 所在村社区 单位 所在单位"),
    (Role::Posts, "职务 现任职务 村内职务 现职务 岗位 职务名称 所任职务 担任职务 任职情况"),
    (Role::PostsFrom, "任职时间 任现职时间 任职日期 任现职务时间 任职年月 现任职务时间"),
    (Role::Skip, "序号 编号 年龄 备注 问题 党龄 工龄 工作表"),
];

/// A head as it is compared: without blanks, marks and what stands in brackets.
fn clean(text: &str) -> String {
    let mut depth = 0_u32;
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            c if depth > 0 || c.is_whitespace() || "*＊:：、/／·.．-—_".contains(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// What a head means by its name; `None` for one that nobody knows.
fn named(head: &str) -> Option<Role> {
    let head = clean(head);
    let fits = |names: &str| names.split(' ').any(|name| name == head);
    let field = NAMES.iter().find(|(_, names)| fits(names)).map(|(f, _)| Role::Field(*f));
    field.or_else(|| OTHERS.iter().find(|(_, names)| fits(names)).map(|(r, _)| *r))
}

/// A column of a roster.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Column {
    /// From 0.
    pub at: u32,
    /// Its head; of heads over two rows both.
    pub name: String,
    /// What it is taken for: [`Role::id`].
    pub role: String,
}

impl Column {
    pub fn role(&self) -> Role {
        Role::by_id(&self.role)
    }
}

/// The heads of a sheet.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Heads {
    /// The sheet's first row of heads, and the last.
    pub first: u32,
    pub last: u32,
    pub columns: Vec<Column>,
}

impl Heads {
    /// What tells these heads from others: the names in their order.
    pub fn mark(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|c| c.name.as_str()).collect();
        platform::secrets::sm3_hex(names.join("\n").as_bytes())
    }

    /// The column of a role.
    pub fn column(&self, role: Role) -> Option<&Column> {
        self.columns.iter().find(|c| c.role() == role)
    }
}

/// Rows among which heads are looked for.
const DEEP: usize = 30;
/// Rows by which an unnamed column is known.
const SAMPLE: usize = 40;

/// Finds the heads of a sheet and proposes what each column is: by its name, else by what stands in it. `None` where no
/// row says 姓名.
pub fn find(sheet: &Sheet, merges: &Merges) -> Option<Heads> {
    let rows: Vec<u32> = sheet.rows.iter().take(DEEP).map(|(row, _)| *row).collect();
    let mut best: Option<((usize, bool), Heads)> = None;
    for (i, &first) in rows.iter().enumerate() {
        for last in [Some(first), rows.get(i + 1).copied().filter(|n| *n == first + 1)].into_iter().flatten()
        {
            let heads = read(sheet, merges, first, last);
            let known = heads.columns.iter().filter(|c| c.role() != Role::Skip).count();
            let name = heads.column(Role::Field(Field::Name)).is_some();
            // Of those that know as many columns the one of fewer rows, then the higher one.
            let rank = (known, last == first);
            if name && known >= 2 && best.as_ref().is_none_or(|(most, _)| rank > *most) {
                best = Some((rank, heads));
            }
        }
    }
    let mut heads = best?.1;
    guess(sheet, &mut heads);
    Some(heads)
}

/// Reads the heads of one or two rows.
fn read(sheet: &Sheet, merges: &Merges, first: u32, last: u32) -> Heads {
    let width = |row: u32| {
        let at = sheet.rows.binary_search_by_key(&row, |(r, _)| *r);
        at.map_or(0, |i| sheet.rows[i].1.len())
    };
    let wide = u32::try_from(width(first).max(width(last))).unwrap_or(u32::MAX);
    let mut columns: Vec<Column> = Vec::new();
    for at in 0..wide {
        let upper = merges.cell(sheet, first, at).text.trim();
        let lower = if last == first { "" } else { merges.cell(sheet, last, at).text.trim() };
        // What spans both rows is said once.
        let lower = if lower == upper { "" } else { lower };
        let role = [lower.to_owned(), format!("{upper}{lower}"), format!("{lower}{upper}"), upper.to_owned()]
            .iter()
            .filter(|name| !name.is_empty())
            .find_map(|name| named(name));
        let mut role = role.unwrap_or(Role::Skip);
        if role != Role::Skip && columns.iter().any(|c| c.role() == role) {
            role = Role::Skip;
        }
        let name = match (upper, lower) {
            ("", name) | (name, "") => name.to_owned(),
            (upper, lower) => format!("{upper} {lower}"),
        };
        if !name.is_empty() {
            columns.push(Column {
                at,
                name: name.split_whitespace().collect::<Vec<_>>().join(" "),
                role: role.id().into(),
            });
        }
    }
    Heads { first, last, columns }
}

/// Columns whose names nobody knows, known by what stands in them.
fn guess(sheet: &Sheet, heads: &mut Heads) {
    let body: Vec<&(u32, Vec<Cell>)> =
        sheet.rows.iter().filter(|(r, _)| *r > heads.last).take(SAMPLE).collect();
    type Test = (Field, fn(&str) -> bool);
    let tests: [Test; 2] = [
        (Field::Identity, |t| standards::repair_identity(t).is_ok()),
        (Field::Phone, |t| t.len() == 11 && t.starts_with('1') && t.bytes().all(|b| b.is_ascii_digit())),
    ];
    for (field, test) in tests {
        let role = Role::Field(field);
        if heads.column(role).is_some() {
            continue;
        }
        let fits = |c: &&mut Column| {
            let cells = body.iter().filter_map(|(_, cells)| cells.get(c.at as usize));
            let texts: Vec<&str> = cells.map(|c| c.text.trim()).filter(|t| !t.is_empty()).collect();
            let good = texts.iter().filter(|t| test(t)).count();
            good > 0 && good * 10 >= texts.len() * 7
        };
        if let Some(column) = heads.columns.iter_mut().filter(|c| named(&c.name).is_none()).find(fits) {
            column.role = role.id().into();
        }
    }
}

/// Cells that stand for others: merged ones, by column.
#[derive(Debug, Default)]
pub struct Merges {
    columns: HashMap<u32, Vec<Span>>,
}

/// Of a column: first row, last row, and the row and column that hold the value.
type Span = (u32, u32, (u32, u32));

/// Columns that a merged cell is followed through: a title over a whole sheet needs no more.
const WIDEST: u32 = 300;

impl Merges {
    pub fn of(sheet: &Sheet) -> Merges {
        let mut columns: HashMap<u32, Vec<Span>> = HashMap::new();
        for region in &sheet.merged {
            let last = region.last.1.min(region.first.1.saturating_add(WIDEST));
            for at in region.first.1..=last {
                columns.entry(at).or_default().push((region.first.0, region.last.0, region.first));
            }
        }
        for spans in columns.values_mut() {
            spans.sort_unstable();
        }
        Merges { columns }
    }

    /// The cell that stands at a row and column, of a merged one the one that holds the value.
    pub fn cell<'s>(&self, sheet: &'s Sheet, row: u32, column: u32) -> &'s Cell {
        const NOTHING: &Cell = &Cell { text: String::new(), value: tables::Value::Empty };
        let spans = self.columns.get(&column).map_or(&[][..], Vec::as_slice);
        let before = spans.partition_point(|(first, ..)| *first <= row);
        let span = before.checked_sub(1).map(|i| spans[i]).filter(|(_, last, _)| *last >= row);
        let (row, column) = span.map_or((row, column), |(_, _, at)| at);
        let found = sheet.rows.binary_search_by_key(&row, |(r, _)| *r).ok();
        found.and_then(|i| sheet.rows[i].1.get(column as usize)).unwrap_or(NOTHING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let cell = |t: &&str| Cell { text: (*t).to_owned(), value: tables::Value::Text };
        let rows = rows.iter().enumerate().filter(|(_, r)| r.iter().any(|t| !t.is_empty()));
        Sheet {
            rows: rows.map(|(i, r)| (i as u32 + 1, r.iter().map(cell).collect())).collect(),
            ..Sheet::default()
        }
    }

    fn roles(heads: &Heads) -> Vec<&str> {
        heads.columns.iter().map(|c| c.role.as_str()).collect()
    }

    #[test]
    fn heads_stand_below_a_title_and_are_known_by_many_names() {
        let made = sheet(&[
            &["例山县例河镇村干部名册", "", "", "", "", "", "", ""],
            &["填表单位：例河镇", "", "", "", "", "", "", ""],
            &[
                "序号",
                "村（社区）",
                "姓 名",
                "性别",
                "出生\n年月",
                "身份证号码（18位）",
                "现任职务",
                "联系电话",
            ],
            &["1", "例河村", "王例甲", "男", "1985.6", "", "书记", ""],
        ]);
        let heads = find(&made, &Merges::of(&made)).unwrap();
        assert_eq!((heads.first, heads.last), (3, 3));
        assert_eq!(roles(&heads), ["", "village", "name", "sex", "birth", "identity", "posts", "phone"]);
    }

    #[test]
    fn heads_of_two_rows_are_read_together() {
        let mut made = sheet(&[
            &["乡镇", "村", "姓名", "学历", "", "任职", ""],
            &["", "", "", "学历", "学位", "职务", "时间"],
            &["例河镇", "例河村", "王例甲", "大专", "", "书记", "2021.3"],
        ]);
        made.merged = vec![
            tables::Region { first: (1, 3), last: (1, 4) },
            tables::Region { first: (1, 5), last: (1, 6) },
            tables::Region { first: (1, 2), last: (2, 2) },
        ];
        let heads = find(&made, &Merges::of(&made)).unwrap();
        assert_eq!((heads.first, heads.last), (1, 2));
        assert_eq!(roles(&heads), ["town", "village", "name", "education", "degree", "posts", "posts_from"]);
    }

    #[test]
    fn an_unnamed_column_is_known_by_what_stands_in_it() {
        let number = |n| {
            standards::IdentityNumber::synthetic("990000", (1985, 6, 3), n, standards::Sex::Male)
                .unwrap()
                .reveal()
                .to_owned()
        };
        let (a, b) = (number(1), number(3));
        let made = sheet(&[
            &["姓名", "性别", "证号", "号码"],
            &["王例甲", "男", &a, "10000000001"],
            &["李例乙", "女", &b, ""],
        ]);
        let heads = find(&made, &Merges::of(&made)).unwrap();
        assert_eq!(roles(&heads), ["name", "sex", "identity", "phone"]);
    }

    #[test]
    fn what_has_no_names_is_no_roster() {
        let made = sheet(&[&["代码", "集体收入"], &["990101101200", "12"]]);
        assert_eq!(find(&made, &Merges::of(&made)), None);
    }
}
