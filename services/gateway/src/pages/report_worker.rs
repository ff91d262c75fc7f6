//! `/report-worker.js`: the service worker that shows `/report/cut` to a citizen whose network goes away while he sends a report. What he typed is in the draft
//! that his device keeps; sending it again makes no second report.
use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};

use crate::{
    assets,
    error::PageError,
    pages::worker,
    site::Site,
    text::Lang,
    view::{Page, render},
};

/// Beside `/report` and `/en/report`, so that it may serve both and each as a scope of its own.
pub const PATH: &str = "/report-worker.js";

const FILES: [&str; 5] = [assets::APP_CSS, assets::ICONS_SVG, assets::INTER_400_WOFF2, assets::INTER_600_WOFF2, assets::DRAFT_JS];

#[derive(Template)]
#[template(path = "report_worker.js", escape = "none")]
struct Worker {
    version: String,
    files: [&'static str; 5],
}

#[derive(Template)]
#[template(path = "report_cut.html")]
struct CutPage {
    page: Page,
}

/// `GET /report-worker.js`
pub async fn get(State(site): State<Arc<Site>>) -> Result<Response, PageError> {
    let version = worker::version(&FILES, [&page(&site, Lang::Vi), &page(&site, Lang::En)])?;
    worker::script(&Worker { version, files: FILES })
}

/// `GET /report/cut`
pub async fn cut(State(site): State<Arc<Site>>, lang: Lang) -> Result<Response, PageError> {
    render(&page(&site, lang))
}

fn page(site: &Site, lang: Lang) -> CutPage {
    let page = site.public_page(lang, "/report", site.words(lang).t("report-cut-title"));
    CutPage { page: page.with_script(assets::DRAFT_JS) }
}
