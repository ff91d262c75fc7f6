//! `/verify-worker.js`: the service worker that keeps `/verify` on the device of who checks certificates, with all that the page needs to open and check
//! without a network.
use std::{fmt::Write as _, sync::Arc};

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::header;
use sha2::{Digest as _, Sha256};

use crate::{assets, error::PageError, pages::verify_certificate, site::Site, text::Lang};

/// Beside `/verify` and `/en/verify`, so that it may serve both and each as a scope of its own.
pub const PATH: &str = "/verify-worker.js";

const FILES: [&str; 8] = [
    assets::APP_CSS,
    assets::ICONS_SVG,
    assets::INTER_400_WOFF2,
    assets::INTER_600_WOFF2,
    assets::SCAN_JS,
    assets::QR_DECODE_JS,
    assets::VERIFY_JS,
    assets::CERTIFICATE_JS,
];

#[derive(Template)]
#[template(path = "verify_worker.js", escape = "none")]
struct Worker {
    /// Another one for every other page or file, so that a device keeps only what belongs together.
    version: String,
    files: [&'static str; 8],
}

/// `GET /verify-worker.js`
pub async fn get(State(site): State<Arc<Site>>) -> Result<Response, PageError> {
    let mut digest = Sha256::new_with_prefix(FILES.join(" "));
    for lang in [Lang::Vi, Lang::En] {
        digest.update(rendered(&verify_certificate::page(&site, lang))?);
    }
    let mut version = String::new();
    for byte in digest.finalize().iter().take(8) {
        write!(version, "{byte:02x}").map_err(|_| PageError::Internal)?;
    }
    let script = rendered(&Worker { version, files: FILES })?;
    Ok(([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response())
}

fn rendered(template: &impl Template) -> Result<String, PageError> {
    template.render().map_err(|error| {
        tracing::error!(%error, "a template cannot be rendered");
        PageError::Internal
    })
}
