//! A form from XML.

use super::elements::{FAMILY, ITEM_ORDER, ORDER, PHOTO, PhotoTrouble, fill, fill_item, photo, place};
use super::tags::{Parser, Tag};
use super::unknown::{IN_FAMILY, RootAttributes, Unknown};
use super::{FamilyMember, Lrmx, LrmxFault, MAX_PHOTO, encoding, said};
use kernel::msg;

pub(super) fn form(bytes: &[u8]) -> Result<Lrmx, LrmxFault> {
    let text = encoding::text(bytes)?;
    let mut parser = Parser::new(&text);
    let mut form = Lrmx::default();
    match parser.tag("")? {
        Tag::Open(tag) if tag.name == "Person" => {
            form.root = RootAttributes(parser.attributes(&tag)?);
            if !tag.empty {
                root(&mut parser, &mut form)?;
            }
        }
        Tag::Open(tag) => {
            let name: String = tag.name.chars().take(40).collect();
            return Err(parser
                .fault("", msg!("最外层应是 Person，这里是 {name}", name = name))
                .mend(msg!("这不是任免审批表文件，请选 .lrmx 文件")));
        }
        Tag::Close | Tag::End => return Err(parser.unfinished("")),
    }
    if let Tag::Open(_) = parser.tag("")? {
        return Err(parser.fault("", msg!("一个文件里只能有一个人")));
    }
    match said(&form.name) {
        Some(_) => Ok(form),
        None => Err(LrmxFault::new("XingMing", 0, msg!("没有姓名"))),
    }
}

/// The elements of the root, up to its end.
fn root(parser: &mut Parser<'_>, form: &mut Lrmx) -> Result<(), LrmxFault> {
    let mut seen = [false; ORDER.len()];
    let mut last = "";
    loop {
        let tag = match parser.tag("Person")? {
            Tag::Close => return Ok(()),
            Tag::End => return Err(parser.unfinished("Person")),
            Tag::Open(tag) => tag,
        };
        let Some(at) = place(tag.name) else {
            let name = tag.name.to_owned();
            let xml = parser.element(&tag)?.to_owned();
            form.unknown.push(Unknown { after: last.into(), name, xml });
            continue;
        };
        if std::mem::replace(&mut seen[at], true) {
            return Err(parser.fault(tag.name, msg!("出现了两次")).mend(msg!("只留一个")));
        }
        last = ORDER[at];
        match last {
            FAMILY if tag.empty => {}
            FAMILY => family(parser, form)?,
            PHOTO => {
                let text = parser.text(&tag)?;
                form.photo = photo(&text).map_err(|trouble| match trouble {
                    PhotoTrouble::TooLarge => parser
                        .fault(PHOTO, msg!("照片超过 {n} 兆字节", n = MAX_PHOTO >> 20))
                        .mend(msg!("缩小照片后重新导出")),
                    PhotoTrouble::NoBase64 => parser
                        .fault(PHOTO, msg!("照片的编码不完整"))
                        .mend(msg!("在任免审批表编辑器里重新插入照片")),
                })?;
            }
            name => {
                let text = parser.text(&tag)?;
                fill(form, name, &text);
            }
        }
    }
}

fn family(parser: &mut Parser<'_>, form: &mut Lrmx) -> Result<(), LrmxFault> {
    loop {
        match parser.tag(FAMILY)? {
            Tag::Close => return Ok(()),
            Tag::End => return Err(parser.unfinished(FAMILY)),
            Tag::Open(tag) if tag.name == "Item" => {
                if !tag.empty {
                    let item = item(parser)?;
                    if !item.is_blank() {
                        form.family.push(item);
                    }
                }
            }
            Tag::Open(tag) => {
                let name = tag.name.to_owned();
                let xml = parser.element(&tag)?.to_owned();
                form.unknown.push(Unknown { after: IN_FAMILY.into(), name, xml });
            }
        }
    }
}

fn item(parser: &mut Parser<'_>) -> Result<FamilyMember, LrmxFault> {
    const WHERE: &str = "JiaTingChengYuan/Item";
    let mut item = FamilyMember::default();
    let mut seen = [false; ITEM_ORDER.len()];
    let mut last = "";
    loop {
        let tag = match parser.tag(WHERE)? {
            Tag::Close => return Ok(item),
            Tag::End => return Err(parser.unfinished(WHERE)),
            Tag::Open(tag) => tag,
        };
        let Some(at) = ITEM_ORDER.iter().position(|n| *n == tag.name) else {
            let name = tag.name.to_owned();
            let xml = parser.element(&tag)?.to_owned();
            item.unknown.push(Unknown { after: last.into(), name, xml });
            continue;
        };
        if std::mem::replace(&mut seen[at], true) {
            let element = format!("{WHERE}/{}", tag.name);
            return Err(parser.fault(&element, msg!("出现了两次")).mend(msg!("只留一个")));
        }
        last = ITEM_ORDER[at];
        let text = parser.text(&tag)?;
        fill_item(&mut item, last, &text);
    }
}

/// One element and nothing else, as [`Unknown::new`] asks for.
pub(super) fn lone_element(after: &str, xml: &str) -> Result<Unknown, LrmxFault> {
    let known = |name: &str| place(name).is_some() || ITEM_ORDER.contains(&name);
    if !(after.is_empty() || after == IN_FAMILY || known(after)) {
        return Err(LrmxFault::new(after, 0, msg!("没有这个元素，不能放在它后面")));
    }
    encoding::text(xml.as_bytes())?;
    let xml = xml.trim();
    let mut parser = Parser::new(xml);
    let Tag::Open(tag) = parser.tag("")? else { return Err(parser.unfinished("")) };
    if known(tag.name) || tag.name == "Item" {
        return Err(parser.fault(tag.name, msg!("是任免审批表自己的元素")));
    }
    let name = tag.name.to_owned();
    let kept = parser.element(&tag)?.to_owned();
    match kept.len() == xml.len() {
        true => Ok(Unknown { after: after.into(), name, xml: kept }),
        false => Err(parser.fault(&name, msg!("应只有一个元素"))),
    }
}
