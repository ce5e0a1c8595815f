//! The program `yanzhen`: its commands, its server, and the slices that hold a county's work.

#![expect(
    missing_docs,
    reason = "a program: its public items serve its own tests; the library rooms are documented"
)]

pub mod api;
pub mod cli;
pub mod divisions;
pub mod packs;
pub mod server;
pub mod slices;
mod ui;
pub mod work;
