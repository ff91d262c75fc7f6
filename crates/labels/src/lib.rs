//! What a laboratory prints: sheets of tube labels and slips with a result, as PDF. What stands on them is given by the caller as values.
//!
//! A [`TubeCode`] is what a tube's bar code says; [`Layout`] says how the labels lie on a sheet, [`print_labels`] fills sheets with them;
//! [`print_slip`] makes the page that a person takes home. Everything is measured in millimetres from the top left corner.

mod code128;
mod error;
mod face;
mod label_sheet;
mod layout;
mod pen;
mod qr;
mod slip;
mod tube_code;
mod words;

pub use error::PrintError;
pub use label_sheet::{Label, print_labels};
pub use layout::{InvalidLayout, Layout, LayoutBook, Size};
pub use slip::{Field, ResultSlip, Tone, print_slip};
pub use tube_code::{InvalidTubeCode, TubeCode};
pub use words::Words;
