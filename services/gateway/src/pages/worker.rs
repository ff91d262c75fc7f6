//! What service workers have in common: which version of page and files they keep together on a device.
use std::fmt::Write as _;

use askama::Template;
use axum::response::{IntoResponse as _, Response};
use http::header;
use sha2::{Digest as _, Sha256};

use crate::error::PageError;

/// Another one for every other page or file.
pub fn version(files: &[&str], pages: [&dyn askama::DynTemplate; 2]) -> Result<String, PageError> {
    let mut digest = Sha256::new_with_prefix(files.join(" "));
    for page in pages {
        digest.update(page.dyn_render().map_err(unrendered)?);
    }
    let mut version = String::new();
    for byte in digest.finalize().iter().take(8) {
        write!(version, "{byte:02x}").map_err(|_| PageError::Internal)?;
    }
    Ok(version)
}

/// The answer with the script.
pub fn script(template: &impl Template) -> Result<Response, PageError> {
    let script = template.render().map_err(unrendered)?;
    Ok(([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response())
}

fn unrendered(error: askama::Error) -> PageError {
    tracing::error!(%error, "a template cannot be rendered");
    PageError::Internal
}
