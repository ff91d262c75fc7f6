//! `/verify-worker.js`: the service worker that keeps `/verify` on the device of who checks certificates, with all that the page needs to open and check
//! without a network.
use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};

use crate::{
    assets,
    error::PageError,
    pages::{verify_certificate::page, worker},
    site::Site,
    text::Lang,
};

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
    version: String,
    files: [&'static str; 8],
}

/// `GET /verify-worker.js`
pub async fn get(State(site): State<Arc<Site>>) -> Result<Response, PageError> {
    let version = worker::version(&FILES, [&page(&site, Lang::Vi), &page(&site, Lang::En)])?;
    worker::script(&Worker { version, files: FILES })
}
