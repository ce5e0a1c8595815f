//! `cargo xtask fonts`: the fonts of printed pages, from npm into the workshop, where `crates/documents/build.rs` finds them.

use crate::run::{self, Done, exec, say};
use std::ffi::OsStr;
use std::path::Path;
use std::time::SystemTime;

/// SIL Open Font License 1.1; its sums stand in `assets/fonts.mjs`.
const PACKAGE: &str = "@expo-google-fonts/noto-serif-sc@0.4.3";
const ARCHIVE: &str = "expo-google-fonts-noto-serif-sc-0.4.3.tgz";
const FILES: [&str; 2] =
    ["package/400Regular/NotoSerifSC_400Regular.ttf", "package/700Bold/NotoSerifSC_700Bold.ttf"];

/// Fetches, checks and packs them, once a workshop and again when the recipe changes.
pub fn run() -> Done {
    let folder = run::workshop("fonts")?;
    let packed = folder.join("packed");
    let recipe = run::root().join("assets").join("fonts.mjs");
    let wanted = std::fs::read_to_string(&recipe).map_err(|e| format!("{}: {e}", recipe.display()))?;
    let stamp = packed.join("recipe");
    if std::fs::read_to_string(&stamp).ok().as_deref() == Some(&wanted) {
        return Ok(());
    }
    // The recipe's own packages come with the styles and scripts.
    crate::assets::run()?;
    if !FILES.iter().all(|file| folder.join(file).exists()) {
        say("fetching the fonts of printed pages, 69 MB");
        here(&folder, "npm", &["pack", "--silent", PACKAGE])?;
        let files = FILES.iter().map(OsStr::new);
        exec(
            "tar",
            [OsStr::new("xzf"), folder.join(ARCHIVE).as_os_str(), OsStr::new("-C"), folder.as_os_str()]
                .into_iter()
                .chain(files),
        )?;
        std::fs::remove_file(folder.join(ARCHIVE)).map_err(|e| e.to_string())?;
    }
    std::fs::create_dir_all(&packed).map_err(|e| format!("{}: {e}", packed.display()))?;
    let [regular, bold] = FILES.map(|file| folder.join(file));
    exec("node", [recipe.as_os_str(), regular.as_os_str(), bold.as_os_str(), packed.as_os_str()])?;
    std::fs::write(&stamp, wanted).map_err(|e| format!("{}: {e}", stamp.display()))?;
    // A build that found no fonts does not look for them again by itself.
    let script = run::root().join("crates").join("documents").join("build.rs");
    let touched = std::fs::File::options().append(true).open(&script);
    #[expect(clippy::disallowed_methods, reason = "a tool of the build marks a file as new")]
    let now = SystemTime::now();
    touched.and_then(|file| file.set_modified(now)).map_err(|e| format!("{}: {e}", script.display()))
}

fn here(folder: &Path, program: &str, args: &[&str]) -> Done {
    let output =
        run::command(program, args).current_dir(folder).output().map_err(|e| format!("{program}: {e}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}
