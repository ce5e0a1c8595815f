use super::*;
use crate::lrmx::{CvLine, FamilyMember};
use kernel::Lang;
use std::io::Write;
use zip::write::{SimpleFileOptions, ZipWriter};

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        match name.strip_suffix('/') {
            Some(folder) => writer.add_directory(folder, SimpleFileOptions::default()).unwrap(),
            None => {
                writer.start_file(*name, SimpleFileOptions::default()).unwrap();
                writer.write_all(bytes).unwrap();
            }
        }
    }
    writer.finish().unwrap().into_inner()
}

fn form(n: usize, photo: usize) -> Vec<u8> {
    // Bytes that do not compress, as those of a photo.
    let mut seed = n as u64 + 1;
    let noise = (0..photo).map(|_| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 56) as u8
    });
    let photo = [0xff, 0xd8, 0xff].into_iter().chain(noise).collect();
    let line = |i: i16| CvLine::Spell {
        from: crate::PartialDate::new(1990 + i, 9, 0).unwrap(),
        to: crate::PartialDate::new(1991 + i, 8, 0),
        text: "合成省例县例乡例村党组织委员、村委会委员".into(),
    };
    let relative =
        FamilyMember { appellation: "妻子".into(), name: "例甲".into(), ..FamilyMember::default() };
    Lrmx {
        photo: Some(Photo { bytes: photo }),
        cv: (0..12).map(line).collect(),
        family: vec![relative; 5],
        ..Lrmx::of(&format!("例{n}"))
    }
    .write()
}

fn refusal(bytes: &[u8]) -> String {
    read_many(bytes).unwrap_err().reason.text(Lang::Zh)
}

#[test]
fn every_form_of_a_bundle_is_read() {
    let old: Vec<String> = (0..33).map(|i| format!("\"{}\"", if i == 0 { "例老" } else { "" })).collect();
    let old = encoding_rs::GBK.encode(&old.join(",")).0.into_owned();
    let bytes = zipped(&[
        ("例乡/", b""),
        ("例乡/例1.lrmx", &form(1, 100)),
        ("例乡/例老.lrm", &old),
        ("例乡/例老.pic", b"\xff\xd8\xff\xe0"),
        ("例乡/坏.lrmx", b"<Person>"),
        ("说明.txt", b"x"),
        ("里层.zip", &zipped(&[("a.lrmx", &form(2, 1))])),
        ("藏.lrmx", &zipped(&[("a.lrmx", &form(2, 1))])),
        ("__MACOSX/._例1.lrmx", b"x"),
        ("Thumbs.db", b"x"),
    ]);
    let entries = read_many(&bytes).unwrap();
    let shown: Vec<(&str, Result<&str, String>)> = entries
        .iter()
        .map(|e| {
            let form = e.form.as_ref().map(|f| f.name.as_str()).map_err(|f| f.reason.text(Lang::Zh));
            (e.file.as_str(), form)
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("例乡/例1.lrmx", Ok("例1")),
            ("例乡/例老.lrm", Ok("例老")),
            ("例乡/坏.lrmx", Err("文件不完整".into())),
            ("说明.txt", Err("不是任免审批表文件（.lrmx 或 .lrm）".into())),
            ("里层.zip", Err("压缩包里还有压缩包，不往里读".into())),
            ("藏.lrmx", Err("是压缩包，不是任免审批表".into())),
        ]
    );
    let photo = entries[1].form.as_ref().unwrap().photo.as_ref().unwrap();
    assert_eq!(photo.bytes, b"\xff\xd8\xff\xe0");
}

#[test]
fn names_in_gbk_are_read() {
    // Windows writes names in GBK without a mark: an ASCII name of the same length gives way to it.
    let gbk = encoding_rs::GBK.encode("例某").0.into_owned();
    let mut bytes = zipped(&[("ABCD.lrmx", &form(1, 1))]);
    while let Some(at) = bytes.windows(4).position(|w| w == b"ABCD") {
        bytes[at..at + 4].copy_from_slice(&gbk);
    }
    assert_eq!(read_many(&bytes).unwrap()[0].file, "例某.lrmx");
}

#[test]
fn bombs_are_refused() {
    assert_eq!(refusal(b"PK\x03\x04 no archive"), "不是完好的 ZIP 压缩包");
    assert_eq!(refusal(b""), "不是完好的 ZIP 压缩包");
    let zeros = vec![b' '; 19 << 20];
    assert_eq!(refusal(&zipped(&[("a.lrmx", &zeros)])), "压缩包里有膨胀异常的文件，为安全起见整包不读");
    let many: Vec<String> = (0..=MAX_ENTRIES).map(|i| format!("{i}.lrmx")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(refusal(&zipped(&many)), "压缩包里超过 5000 个文件");
    // Compressible, but not suspiciously so: the sum counts.
    let text: String =
        (0..2_400_000u32).map(|i| format!("{:x} ", i.wrapping_mul(2_654_435_761) % 97)).collect();
    let (text, names) = (text.as_bytes(), (0..90).map(|i| format!("{i}.lrmx")).collect::<Vec<_>>());
    let large: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), text)).collect();
    assert!(text.len() < MAX_BYTES && text.len() * 90 > 500 << 20);
    assert_eq!(refusal(&zipped(&large)), "压缩包解开后超过 500 兆字节");
}

#[test]
fn a_damaged_archive_is_no_panic() {
    let bytes = zipped(&[("a.lrmx", &form(1, 50)), ("b.lrmx", &form(2, 50))]);
    for cut in (0..bytes.len()).step_by(7) {
        let _ = read_many(&bytes[..cut]);
    }
    for at in 0..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x55;
        let _ = read_many(&bytes);
    }
}

#[test]
fn a_county_of_forms_is_read_in_well_under_a_second() {
    let names: Vec<String> = (0..400).map(|n| format!("{n}.lrmx")).collect();
    let forms: Vec<Vec<u8>> = (0..400).map(|n| form(n, 30_000)).collect();
    let files: Vec<(&str, &[u8])> =
        names.iter().zip(&forms).map(|(n, f)| (n.as_str(), f.as_slice())).collect();
    let bytes = zipped(&files);
    let time = || {
        let start = std::time::Instant::now();
        let entries = read_many(&bytes).unwrap();
        assert!(entries.len() == 400 && entries.iter().all(|e| e.form.is_ok()));
        start.elapsed()
    };
    // The best of five, as other programs may run; unoptimized it takes seconds.
    let took = (0..if cfg!(debug_assertions) { 1 } else { 5 }).map(|_| time()).min().unwrap();
    println!("400 forms, {} KB: {took:?}", bytes.len() >> 10);
    assert!(cfg!(debug_assertions) || took.as_millis() < 1000, "{took:?}");
}
