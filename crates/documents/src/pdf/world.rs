//! What the typesetter sees: a template, its data, a picture, the fonts. Nothing of the machine, no clock.

use std::sync::LazyLock;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

static LIBRARY: LazyLock<LazyHash<Library>> =
    LazyLock::new(|| LazyHash::new(<Library as LibraryExt>::default()));

/// The fonts, and the book that finds them.
pub(crate) struct Fonts {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

impl Fonts {
    /// From font files.
    pub fn of(files: impl IntoIterator<Item = Vec<u8>>) -> Fonts {
        let fonts: Vec<Font> = files.into_iter().flat_map(|file| Font::iter(Bytes::new(file))).collect();
        Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    }

    /// Whether there is any.
    pub fn is_empty(&self) -> bool {
        self.fonts.is_empty()
    }
}

/// One job of typesetting.
pub(crate) struct Desk {
    fonts: &'static Fonts,
    main: Source,
    files: Vec<(FileId, Bytes)>,
}

impl Desk {
    /// A template and the files it may read. Names come from a fixed few: the typesetter keeps each for good.
    pub fn new(
        fonts: &'static Fonts,
        template: &str,
        files: impl IntoIterator<Item = (&'static str, Vec<u8>)>,
    ) -> Option<Desk> {
        let id = |name: &str| {
            VirtualPath::new(name).ok().map(|path| RootedPath::new(VirtualRoot::Project, path).intern())
        };
        let files = files.into_iter().map(|(name, bytes)| Some((id(name)?, Bytes::new(bytes))));
        Some(Desk {
            fonts,
            main: Source::new(id("main.typ")?, template.to_owned()),
            files: files.collect::<Option<_>>()?,
        })
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            return Ok(self.main.clone());
        }
        Err(missing(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.iter().find(|(of, _)| *of == id).map(|(_, bytes)| bytes.clone()).ok_or_else(|| missing(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn missing(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}
