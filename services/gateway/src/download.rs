//! A file that somebody asked for: it is kept on his device, never shown in place of a page.
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, header};

use crate::{api::disposition, error::PageError};

/// The answer that a browser saves under its name.
pub fn attachment(name: &str, media_type: &str, content: Vec<u8>) -> Result<Response, PageError> {
    let text = |text: &str| HeaderValue::from_str(text).map_err(|_| PageError::Internal);
    let headers = [(header::CONTENT_TYPE, text(media_type)?), (header::CONTENT_DISPOSITION, text(&disposition(name))?)];
    Ok((headers, content).into_response())
}
