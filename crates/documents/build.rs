//! Finds the fonts that `cargo xtask` prepared, for feature `pdf`: their folder is `YANZHEN_FONTS`, or stands in the
//! workshop beside the builds. Without them the program says that it cannot make PDF.

use std::env;
use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=YANZHEN_FONTS");
    println!("cargo:rustc-check-cfg=cfg(documents_fonts)");
    if env::var_os("CARGO_FEATURE_PDF").is_none() {
        return;
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let named = env::var_os("YANZHEN_FONTS").map(PathBuf::from);
    let beside: Vec<PathBuf> = out.ancestors().map(|a| a.join("workshop/fonts/packed")).collect();
    let folder = named
        .into_iter()
        .chain(beside)
        .find(|folder| ["regular", "bold"].iter().all(|name| folder.join(format!("{name}.ttf.gz")).exists()));
    if let Some(folder) = folder {
        for name in ["regular", "bold"] {
            println!("cargo:rerun-if-changed={}", folder.join(format!("{name}.ttf.gz")).display());
        }
        println!("cargo:rustc-env=DOCUMENTS_FONTS={}", folder.display());
        println!("cargo:rustc-cfg=documents_fonts");
    }
}
