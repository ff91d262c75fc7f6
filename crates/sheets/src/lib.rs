//! People's real spreadsheets in and out: XLSX and CSV read against a template, the template and the result as XLSX. What a column means is
//! for its caller; here it has a kind.
//!
//! [`read`] finds the sheet, the header and the columns wherever people put them and answers a [`Table`] whose rows have the numbers that the
//! person sees; what is wrong in a cell is a [`CellError`], what is wrong with the file a [`FileError`], both with sentences in Vietnamese and
//! English. [`write_template`] makes the file to fill in, [`write_result`] the person's rows with what became of each.

mod bomb;
mod cell;
mod csv_file;
mod dates;
mod encoding;
mod error;
mod grid;
mod header;
mod limits;
mod neutral;
mod number;
mod read;
mod result_file;
mod rule;
mod sniff;
mod table;
mod template;
mod template_file;
mod words;
mod workbook;

pub use error::FileError;
pub use limits::{MOST_BYTES, MOST_COLUMNS, MOST_ROWS};
pub use read::read;
pub use result_file::write_result;
pub use rule::CellError;
pub use table::{Row, Table, Value};
pub use template::{Choice, Column, Kind, Template};
pub use template_file::write_template;
pub use words::Words;

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be written")]
pub struct WriteError(#[from] rust_xlsxwriter::XlsxError);
