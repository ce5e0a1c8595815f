//! Edits of `pack.toml`: its comments and the order of its keys stay.

use super::Edit;
use super::grid::{Form, Known, Section};
use kernel::{Message, Quantity, msg};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value};

/// The text after an edit whose row is known to be there.
pub(super) fn edited(text: &str, section: Section, edit: &Edit) -> Result<String, Message> {
    let mut doc: DocumentMut =
        text.parse().map_err(|e: toml_edit::TomlError| msg!("TOML 写法有误：{why}", why = e.message()))?;
    let columns = section.columns();
    match section {
        Section::Head => {
            if let Edit::Set { cells, .. } = edit {
                write(doc.as_table_mut(), columns, cells);
            }
        }
        Section::Appraisal | Section::Grading => {
            let item = doc.entry(section.id()).or_insert_with(|| Item::Table(Table::new()));
            let table = item.as_table_mut().ok_or_else(|| inline(section))?;
            if let Edit::Set { cells, .. } = edit {
                write(table, columns, cells);
            }
        }
        Section::Facts => facts(&mut doc, columns, edit)?,
        _ => {
            let item = doc.entry(section.id()).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
            let tables = item.as_array_of_tables_mut().ok_or_else(|| inline(section))?;
            listed(tables, columns, edit)?;
        }
    }
    Ok(doc.to_string())
}

fn inline(section: Section) -> Message {
    msg!("pack.toml 里的 {key} 写成了一行，请导出 Excel 改好再导入", key = section.id())
}

fn empty() -> Message {
    msg!("新的一行还是空的，请先填")
}

fn listed(tables: &mut ArrayOfTables, columns: &[Known], edit: &Edit) -> Result<(), Message> {
    match edit {
        Edit::Set { row, cells, .. } => {
            if let Some(table) = tables.get_mut(*row) {
                write(table, columns, cells);
            }
        }
        Edit::Add { cells, .. } => {
            let mut table = Table::new();
            table.decor_mut().set_prefix("\n");
            write(&mut table, columns, cells);
            if table.is_empty() {
                return Err(empty());
            }
            tables.push(table);
        }
        Edit::Drop { row, .. } => drop(tables.remove(*row)),
        Edit::Move { row, up, .. } => {
            // What stands where is told by each table's position in the document, not by the list.
            let (a, b) = if *up { (row - 1, *row) } else { (*row, row + 1) };
            let mut second = tables.remove(b);
            let mut first = tables.remove(a);
            let (p, q) = (first.position(), second.position());
            first.set_position(q);
            second.set_position(p);
            tables.insert(a, second);
            tables.insert(b, first);
        }
    }
    Ok(())
}

fn facts(doc: &mut DocumentMut, columns: &[Known], edit: &Edit) -> Result<(), Message> {
    let item = doc.entry("facts").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let facts = item.as_table_mut().ok_or_else(|| inline(Section::Facts))?;
    let name =
        |facts: &Table, row: usize| facts.iter().nth(row).map(|(k, _)| k.to_owned()).unwrap_or_default();
    match edit {
        Edit::Set { row, cells, .. } => {
            let id = name(facts, *row);
            let table = facts.get_mut(&id).and_then(Item::as_table_mut);
            write(table.ok_or_else(|| inline(Section::Facts))?, &columns[1..], cells);
        }
        Edit::Add { cells, .. } => {
            let id = cells.iter().find(|(k, _)| k == "id").map_or("", |(_, v)| v.trim());
            if id.is_empty() {
                return Err(msg!("请先填编号"));
            }
            if facts.contains_key(id) {
                return Err(msg!("编号 {id} 出现两次", id = id));
            }
            let mut table = Table::new();
            table.decor_mut().set_prefix("\n");
            write(&mut table, &columns[1..], cells);
            // After the last of its kin, wherever in the file that stands.
            let last = facts.iter().filter_map(|(_, i)| i.as_table()?.position()).max();
            table.set_position(last);
            facts.insert(id, Item::Table(table));
        }
        Edit::Drop { row, .. } => {
            facts.remove(&name(facts, *row));
        }
        Edit::Move { .. } => return Err(msg!("事实的先后次序没有意义，不用移")),
    }
    Ok(())
}

/// Writes the cells that name one of the columns; what is empty is taken out.
fn write(table: &mut Table, columns: &[Known], cells: &[(String, String)]) {
    for (key, text) in cells {
        let Some(column) = columns.iter().find(|c| c.key == key) else { continue };
        let text = text.trim();
        if text.is_empty() {
            table.remove(key);
            continue;
        }
        let mut new = value(text, column.form);
        match table.get_mut(key).and_then(Item::as_value_mut) {
            // As it stands, or only spelled with quotes otherwise: left as written.
            Some(old) if same(old, &new) => {}
            Some(old) => {
                new.decor_mut().clone_from(old.decor());
                *old = new;
            }
            None => {
                table.insert(key, Item::Value(new));
            }
        }
    }
}

fn same(old: &Value, new: &Value) -> bool {
    let bare = |v: &Value| {
        let mut v = v.clone();
        v.decor_mut().clear();
        match v {
            Value::String(s) => format!("{:?}", s.value()),
            Value::Array(items) => {
                items.iter().map(|i| i.as_str().unwrap_or_default()).collect::<Vec<_>>().join("\n")
            }
            Value::Datetime(d) => format!("{:?}", d.value().to_string()),
            other => other.to_string(),
        }
    };
    bare(old) == bare(new)
}

/// A cell as a value. A number that is none stays a text, which the check then names.
fn value(text: &str, form: Form) -> Value {
    let number = || {
        let plain = Quantity::parse(text).is_ok();
        text.parse::<Value>().ok().filter(|v| plain && (v.is_integer() || v.is_float()))
    };
    let list = |split: &dyn Fn(char) -> bool| {
        let items = text.split(split).map(str::trim).filter(|t| !t.is_empty());
        Value::Array(items.collect::<Array>())
    };
    let written = match form {
        Form::Number | Form::Amount => number(),
        Form::Bool => match text {
            "true" | "是" | "1" => Some(Value::from(true)),
            "false" | "否" | "0" => Some(Value::from(false)),
            _ => None,
        },
        Form::List => Some(list(&|c| matches!(c, '、' | ',' | '，' | ';' | '；' | '\n'))),
        Form::Conditions => Some(list(&|c| matches!(c, ';' | '；' | '\n'))),
        Form::Text | Form::Word(_) => None,
    };
    written.unwrap_or_else(|| Value::from(text))
}
