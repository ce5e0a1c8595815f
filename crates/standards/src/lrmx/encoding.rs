//! Which characters the bytes of a form are.

use super::{LrmxFault, MAX_BYTES};
use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};
use kernel::msg;
use std::borrow::Cow;

/// How far into a file its XML declaration is looked for.
const DECLARATION: usize = 256;

/// The text of a file. A mark at the start counts most, then the declaration; without both, UTF-8, else GB18030.
pub(crate) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, LrmxFault> {
    check_size(bytes)?;
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        [0xff, 0xfe, rest @ ..] => other(UTF_16LE, rest),
        [0xfe, 0xff, rest @ ..] => other(UTF_16BE, rest),
        _ => match declared(bytes).map(|name| name.to_ascii_lowercase()).as_deref() {
            Some("utf-8" | "utf8") => utf8(bytes),
            Some("gb18030" | "gbk" | "gb2312" | "gb_2312-80" | "cp936") => other(GB18030, bytes),
            Some(name) => {
                let name: String = name.chars().take(20).collect();
                Err(fault(1, msg!("不认得声明的编码“{name}”", name = name)))
            }
            None => utf8(bytes).or_else(|_| other(GB18030, bytes)),
        },
    }
}

/// The text of a file of the GBK age, which declares nothing.
pub(crate) fn gbk_text(bytes: &[u8]) -> Result<Cow<'_, str>, LrmxFault> {
    check_size(bytes)?;
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        [0xff, 0xfe, rest @ ..] => other(UTF_16LE, rest),
        // GBK text is hardly ever valid UTF-8, while UTF-8 text is often valid GB18030.
        _ => utf8(bytes).or_else(|_| other(GB18030, bytes)),
    }
}

fn check_size(bytes: &[u8]) -> Result<(), LrmxFault> {
    let blank = |b: &u8| b.is_ascii_whitespace() || *b == 0;
    if bytes.iter().take(4096).all(blank) && bytes.len() <= 4096 {
        return Err(LrmxFault::new("", 0, msg!("文件是空的")));
    }
    match bytes.len() > MAX_BYTES {
        true => Err(LrmxFault::new("", 0, msg!("文件超过 {n} 兆字节", n = MAX_BYTES >> 20))
            .mend(msg!("缩小照片后重新导出"))),
        false => Ok(()),
    }
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, LrmxFault> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|e| {
        let lines = bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count();
        fault(u32::try_from(lines + 1).unwrap_or(0), msg!("文件不是完好的 UTF-8 文字"))
    })
}

fn other<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Result<Cow<'a, str>, LrmxFault> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or_else(|| fault(0, msg!("文件不是完好的 {name} 文字", name = encoding.name())))
}

fn fault(line: u32, reason: kernel::Message) -> LrmxFault {
    LrmxFault::new("", line, reason).mend(msg!("用任免审批表编辑器打开，重新另存"))
}

/// The encoding that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..DECLARATION.min(bytes.len()))?;
    let head: String = head.iter().map(|b| char::from(*b)).collect();
    let declaration = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split("encoding").nth(1)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(value[1..].split(quote).next()?.trim().to_owned())
}
