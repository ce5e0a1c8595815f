//! A form as XML.

use super::elements::{FAMILY, ITEM_ORDER, ORDER, shown, shown_item};
use super::{FamilyMember, Lrmx, Unknown};
use quick_xml::escape::partial_escape;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n";

pub(super) fn form(form: &Lrmx) -> Vec<u8> {
    let photo = form.photo.as_ref().map_or(0, |photo| photo.bytes.len());
    let mut out = String::with_capacity(photo / 3 * 4 + 16 * 1024);
    out.push_str(HEAD);
    out.push_str("<Person");
    out.push_str(form.root.text());
    out.push_str(">\r\n");
    unknowns(&mut out, &form.unknown, "", "  ");
    for name in ORDER {
        if name == FAMILY {
            family(&mut out, form);
        } else if let Some(text) = shown(form, name) {
            element(&mut out, name, &text, "  ");
        }
        unknowns(&mut out, &form.unknown, name, "  ");
    }
    out.push_str("</Person>\r\n");
    out.into_bytes()
}

fn element(out: &mut String, name: &str, text: &str, indent: &str) {
    out.push_str(indent);
    out.push('<');
    out.push_str(name);
    out.push('>');
    let escaped = partial_escape(text);
    match escaped.contains('\n') {
        true => out.push_str(&escaped.replace('\n', "\r\n")),
        false => out.push_str(&escaped),
    }
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\r\n");
}

fn unknowns(out: &mut String, unknown: &[Unknown], after: &str, indent: &str) {
    for unknown in unknown.iter().filter(|u| u.after == after) {
        out.push_str(indent);
        out.push_str(&unknown.xml);
        out.push_str("\r\n");
    }
}

fn family(out: &mut String, form: &Lrmx) {
    out.push_str("  <JiaTingChengYuan>\r\n");
    for relative in form.family.iter().filter(|item| !item.is_blank()) {
        item(out, relative);
    }
    unknowns(out, &form.unknown, super::unknown::IN_FAMILY, "    ");
    out.push_str("  </JiaTingChengYuan>\r\n");
}

fn item(out: &mut String, item: &FamilyMember) {
    out.push_str("    <Item>\r\n");
    unknowns(out, &item.unknown, "", "      ");
    for name in ITEM_ORDER {
        element(out, name, &shown_item(item, name), "      ");
        unknowns(out, &item.unknown, name, "      ");
    }
    out.push_str("    </Item>\r\n");
}
