//! What the templates read.

use crate::Cell as Typed;
use crate::form::{Body, Cell, Form, Row, Side, Unit};
use crate::official::{Block, Official};
use crate::sheet::{Head, Sheet, SheetCell};
use serde_json::{Value, json};

/// A form.
pub(super) fn form(form: &Form) -> Value {
    json!({
        "title": form.title,
        "whose": form.whose,
        "foot": form.foot,
        "photo": form.photo.as_ref().map(|photo| format!("photo.{}", photo.extension)),
        "sides": form.sides.iter().map(side).collect::<Vec<_>>(),
    })
}

fn side(side: &Side) -> Value {
    json!({
        "title": side.title,
        "above": side.above,
        "columns": side.columns,
        "rows": side.rows.iter().map(row).collect::<Vec<_>>(),
        "below": side.below,
    })
}

fn row(row: &Row) -> Value {
    match row {
        Row::Cells { height, cells } => json!({
            "kind": "cells",
            "height": height,
            "cells": cells.iter().map(cell).collect::<Vec<_>>(),
        }),
        Row::List(list) => json!({
            "kind": "list",
            "label": list.label,
            "name": list.name,
            "spans": list.spans,
            "heads": list.heads,
            "left": list.left,
            "items": list.items,
            "head_height": list.head_height,
            "height": list.height,
            "least": list.least,
        }),
    }
}

fn cell(cell: &Cell) -> Value {
    let units = |units: &[Unit]| {
        units.iter().map(|unit| json!({ "lead": unit.lead, "text": unit.text })).collect::<Vec<_>>()
    };
    let mut value = match &cell.body {
        Body::Label(text) => json!({ "kind": "label", "text": text }),
        Body::Field { name, units: all, left } => {
            json!({ "kind": "field", "name": name, "units": units(all), "left": left })
        }
        Body::Signed { name, units: all, signature } => {
            json!({ "kind": "signed", "name": name, "units": units(all), "signature": signature })
        }
        Body::Photo => json!({ "kind": "photo" }),
    };
    value["span"] = cell.span.into();
    value["down"] = cell.down.into();
    value
}

/// A list.
pub(super) fn sheet(sheet: &Sheet) -> Value {
    let cell = |cell: &SheetCell| {
        json!({
            "text": cell.cell.shown(),
            "down": cell.down,
            "figure": matches!(cell.cell, Typed::Whole(_) | Typed::Number(_) | Typed::Score(_)),
            "vacant": matches!(cell.cell, Typed::Vacant(_)),
        })
    };
    let head = |head: Head<'_>| json!({ "text": head.text, "row": head.row, "rows": head.rows, "columns": head.columns });
    json!({
        "title": sheet.title,
        "left": sheet.left,
        "right": sheet.right,
        "widths": sheet.columns.iter().map(|column| column.width).collect::<Vec<_>>(),
        "heads": sheet.heads().into_iter().map(head).collect::<Vec<_>>(),
        "rows": sheet.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>()).collect::<Vec<_>>(),
        "notes": sheet.notes,
        "imprint": sheet.imprint,
    })
}

/// An official document.
pub(super) fn official(it: &Official) -> Value {
    let block = |block: &Block| match block {
        Block::Heading(text) => json!({ "head": true, "text": text }),
        Block::Text(text) => json!({ "head": false, "text": text }),
    };
    let cell = |cell: &Typed| {
        json!({
            "text": cell.shown(),
            "figure": matches!(cell, Typed::Whole(_) | Typed::Number(_) | Typed::Score(_)),
        })
    };
    let annex = |(at, annex): (usize, &crate::official::Annex)| {
        json!({
            "over": it.over(at),
            "title": annex.title,
            "heads": annex.columns.iter().map(|c| c.head.as_str()).collect::<Vec<_>>(),
            "widths": annex.columns.iter().map(|c| c.width).collect::<Vec<_>>(),
            "rows": annex.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>()).collect::<Vec<_>>(),
        })
    };
    json!({
        "issuer": it.issuer,
        "number": it.numbered(),
        "title": it.title,
        "to": it.to,
        "body": it.body.iter().map(block).collect::<Vec<_>>(),
        "listed": it.listed(),
        "annexes": it.annexes.iter().enumerate().map(annex).collect::<Vec<_>>(),
        "signer": it.signer,
        "day": it.dated(),
        "draft": it.draft,
        "mark": it.mark(),
    })
}
