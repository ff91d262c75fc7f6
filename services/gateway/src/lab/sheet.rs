//! The spreadsheet that an officer sends: chosen in this step, or carried by the page from the step before.
use base64ct::{Base64, Encoding as _};

use crate::{error::PageError, forms::Typed, uploads::File};

/// The service says so too.
const MOST_BYTES: usize = 3 * 1024 * 1024;

/// What to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoSheet {
    Missing,
    TooLarge,
}

/// The inner error is the person's, the outer one a page that was not ours.
pub fn content(typed: &Typed, file: Option<File>) -> Result<Result<Vec<u8>, NoSheet>, PageError> {
    let content = match file {
        Some(File::Whole(bytes)) => bytes.into(),
        Some(File::TooLarge) => return Ok(Err(NoSheet::TooLarge)),
        None if typed.get("content").is_empty() => return Ok(Err(NoSheet::Missing)),
        None => Base64::decode_vec(typed.get("content")).map_err(|_| PageError::Unreadable)?,
    };
    Ok(if content.len() > MOST_BYTES { Err(NoSheet::TooLarge) } else { Ok(content) })
}
