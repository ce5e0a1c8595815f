//! The rows of a sheet as persons. Pure.

use super::super::field::Field;
use super::super::input::{self, Taken};
use super::heads::{Heads, Merges, Role};
use super::{Incoming, shown};
use kernel::{Fault, Message, msg};
use std::collections::HashMap;
use tables::{Cell, Sheet, Value};

/// What stands in a sheet below its heads.
#[derive(Debug, Default)]
pub struct Body {
    pub rows: Vec<Incoming>,
    /// Rows that say nothing of a person: blank ones, repeated heads, remarks.
    pub blank: usize,
}

/// Reads the rows below a sheet's heads. A village that is not written again below the one it was written for goes on.
pub fn read(sheet: &Sheet, place: usize, heads: &Heads, file: &str) -> Body {
    let merges = Merges::of(sheet);
    let mut broken: HashMap<u32, Vec<&Fault>> = HashMap::new();
    for fault in &sheet.faults {
        broken.entry(fault.row).or_default().push(fault);
    }
    let mut out = Body::default();
    let mut above = super::Place::default();
    let columns: Vec<(u32, Role, &str)> = heads
        .columns
        .iter()
        .map(|c| (c.at, c.role(), c.name.as_str()))
        .filter(|(_, role, _)| *role != Role::Skip)
        .collect();
    for (row, _) in sheet.rows.iter().filter(|(row, _)| *row > heads.last) {
        let cell = |at: u32| merges.cell(sheet, *row, at);
        let of = |role: Role| {
            columns.iter().find(|(_, r, _)| *r == role).map_or("", |(at, ..)| cell(*at).text.trim())
        };
        let named = !of(Role::Field(Field::Name)).is_empty();
        let written = columns
            .iter()
            .filter(|(_, role, _)| !matches!(role, Role::Township | Role::Village | Role::Code))
            .filter(|(at, ..)| !cell(*at).text.trim().is_empty())
            .count();
        let again = columns
            .iter()
            .filter(|(at, _, name)| cell(*at).text.split_whitespace().eq(name.split_whitespace()));
        // A remark below the table stands in one cell; a page's heads stand above its rows again.
        let remark = written <= 1 && !named
            || written == 1 && columns.len() > 3 && remarked(of(Role::Field(Field::Name)));
        if written == 0 || remark || again.count() * 2 > columns.len() {
            out.blank += 1;
            continue;
        }
        let mut person = Incoming { sheet: place, row: *row, ..Incoming::default() };
        for (at, role, name) in &columns {
            taken(&mut person, *role, cell(*at), &Where { file, row: *row, column: name, at: *at });
        }
        follow(&mut person, &mut above);
        for fault in broken.remove(row).into_iter().flatten() {
            if columns.iter().any(|(at, ..)| at + 1 == fault.col) {
                person.faults.push(fault.clone());
            }
        }
        if !named {
            let fault = Fault::cell(file, *row, Field::Name.title(), "", msg!("没有姓名"));
            person.faults.push(fault.mend(msg!("请填姓名；不是人的行请删去")));
        }
        out.rows.push(person);
    }
    out
}

/// Whether the one cell that is written is a remark: 填表人, 合计, 备注.
fn remarked(text: &str) -> bool {
    let marks = ['：', ':', '；', '。', '，'];
    text.contains(marks) || ["合计", "总计", "小计"].contains(&text) || text.chars().count() > 12
}

/// The place that stands above goes on where nothing is written.
fn follow(person: &mut Incoming, above: &mut super::Place) {
    let own = &mut person.place;
    if own.code.is_empty() && own.village.is_empty() && !(above.code.is_empty() && above.village.is_empty()) {
        let same_town = own.township.is_empty() || own.township == above.township;
        if same_town {
            own.clone_from(above);
            let said = if above.village.is_empty() { &above.code } else { &above.village };
            person.notes.push(msg!("没有写村，按上面一行的“{village}”", village = said));
        }
    } else {
        if own.township.is_empty() && own.village == above.village {
            own.township.clone_from(&above.township);
        }
        above.clone_from(own);
    }
}

struct Where<'a> {
    file: &'a str,
    row: u32,
    column: &'a str,
    at: u32,
}

impl Where<'_> {
    fn fault(&self, value: &str, reason: Message) -> Fault {
        Fault::cell(self.file, self.row, self.column, value, reason).at(self.at + 1)
    }
}

fn taken(person: &mut Incoming, role: Role, cell: &Cell, at: &Where<'_>) {
    let text = cell.text.trim();
    if text.is_empty() {
        return;
    }
    let field = match role {
        Role::Skip => return,
        Role::Code => return text.clone_into(&mut person.place.code),
        Role::Township => return text.clone_into(&mut person.place.township),
        Role::Village => return text.clone_into(&mut person.place.village),
        Role::Posts => return text.clone_into(&mut person.posts),
        Role::PostsFrom => {
            match value(Field::WorkOn, cell) {
                Ok(taken) => person.posts_from = taken.value,
                Err(why) => person.faults.push(at.fault(text, why)),
            }
            return;
        }
        Role::Field(Field::Source) => return text.clone_into(&mut person.source),
        Role::Field(field) => field,
    };
    match value(field, cell) {
        Ok(taken) => {
            person.notes.extend(taken.notes);
            // A day that the program keeps as a number is shown as it was read.
            let read = taken.value.clone();
            let said =
                if matches!(cell.value, Value::Number(_)) && !field.is_sealed() { &read } else { text };
            person.take(field, taken.value, said);
        }
        Err(why) => {
            person.said.insert(field, shown(field, text));
            person.faults.push(at.fault(&shown(field, text), why));
        }
    }
}

/// A cell as a field reads it: numbers lose digits and days turn into numbers, so what the file holds counts.
fn value(field: Field, cell: &Cell) -> Result<Taken, Message> {
    match cell.value {
        Value::Number(number) => input::take_number(field, number),
        Value::Date { year, month, day, .. } => input::take(field, &format!("{year:04}-{month:02}-{day:02}")),
        _ => input::take(field, &cell.text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::heads;
    use super::*;

    fn text(t: &str) -> Cell {
        Cell { text: t.to_owned(), value: Value::Text }
    }

    #[test]
    fn rows_are_read_as_offices_write_them() {
        let number = |n: f64| Cell { text: n.to_string(), value: Value::Number(n) };
        let row = |cells: &[&str]| cells.iter().map(|t| text(t)).collect::<Vec<_>>();
        let mut sheet = Sheet {
            rows: vec![
                (1, row(&["例河镇村干部名册"])),
                (2, row(&["村", "姓名", "性别", "出生年月", "身份证号", "职务", "任职时间"])),
                (3, row(&["例河村", "王　例甲", "男", "１９８５．６", "", "书记", "2021年3月"])),
                (4, row(&["", "李例乙", "女", "1985-13", "12345", "主任", ""])),
                (5, row(&["", "", "", "", "", "", ""])),
                (9, row(&["村", "姓名", "性别", "出生年月", "身份证号", "职务", "任职时间"])),
                (10, row(&["例东村", "赵例丙", "男", "", "", "委员", ""])),
                (11, row(&["", "填表人：例某", "", "", "", "", ""])),
                (12, row(&["例东村", "", "男", "1990.1", "", "", ""])),
            ],
            ..Sheet::default()
        };
        sheet.rows[2].1[3] = number(31203.0);
        let heads = heads::find(&sheet, &Merges::of(&sheet)).unwrap();
        let body = read(&sheet, 0, &heads, "名册.xlsx");
        assert_eq!(body.blank, 3, "the blank row, the repeated heads, the remark");
        let [first, second, third, nobody] = body.rows.as_slice() else { panic!("{:?}", body.rows) };
        assert_eq!(
            (first.name(), first.get(Field::Birth), first.get(Field::Sex)),
            ("王例甲", "1985-06-05", "1")
        );
        assert_eq!((first.posts.as_str(), first.posts_from.as_str()), ("书记", "2021-03"));
        assert_eq!((second.place.village.as_str(), second.row), ("例河村", 4));
        assert_eq!(second.notes.len(), 1);
        let wrong: Vec<&str> = second.faults.iter().map(|f| f.column.as_str()).collect();
        assert_eq!(wrong, ["出生年月", "身份证号"], "every fault at once");
        assert_eq!((third.name(), third.place.village.as_str()), ("赵例丙", "例东村"));
        assert_eq!(nobody.faults[0].column, "姓名");
    }
}
