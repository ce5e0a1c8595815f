//! Workbooks as people and worse hand them in.

mod book;
mod hostile;
mod sheets;
