//! The public's pages of a selection campaign, a process of their own: it may stand on another network, knows a folder and
//! nothing else, and cannot read a county's database (this crate depends on no crate that could).
//!
//! What travels: the county writes what is to be read (`published/`, [`wire::Site`] and sealed statuses), the public's pages
//! write letters that only the county can open (`inbox/`). Both sides speak through [`Folder`] and [`seal`].

mod app;
mod check;
pub mod clock;
mod desk;
pub mod folder;
mod page;
mod pages;
pub mod seal;
mod server;
pub mod throttle;
pub mod wire;

pub use app::{App, Asset, Assets, Config};
pub use clock::Clock;
pub use folder::Folder;
pub use server::serve;
