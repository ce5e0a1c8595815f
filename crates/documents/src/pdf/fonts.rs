//! The fonts inside the program, packed; unpacked once, when the first page is set.

use super::world::Fonts;
use std::sync::LazyLock;

/// Noto Serif SC, regular in full and bold for GB 2312 (SIL Open Font License 1.1).
pub(super) static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::of(files()));

#[cfg(documents_fonts)]
fn files() -> impl Iterator<Item = Vec<u8>> {
    use flate2::read::GzDecoder;
    use std::io::Read;

    let packed: [&[u8]; 2] = [
        include_bytes!(concat!(env!("DOCUMENTS_FONTS"), "/regular.ttf.gz")),
        include_bytes!(concat!(env!("DOCUMENTS_FONTS"), "/bold.ttf.gz")),
    ];
    packed.into_iter().filter_map(|packed| {
        let mut file = Vec::new();
        GzDecoder::new(packed).read_to_end(&mut file).is_ok().then_some(file)
    })
}

#[cfg(not(documents_fonts))]
fn files() -> impl Iterator<Item = Vec<u8>> {
    std::iter::empty()
}
