//! A new bundle of assets is a new build: the embedded files have hashed names.

fn main() {
    println!("cargo:rerun-if-changed=../../assets/dist/manifest.json");
    println!("cargo:rerun-if-changed=templates");
}
