//! stub
/// In simplified characters.
pub fn simplified(name: &str) -> String {
    name.into()
}
