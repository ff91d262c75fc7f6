//! `/results/certificate` and `/results/slip`: a person proves his newest answer, by a QR on his phone or by a page to print. Code and birth travel in forms.
use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use contract::lab::v1::{IssueOwnCertificateRequest, PrintOwnResultRequest};
use runtime::grpc::Problem;

use super::pass;
use crate::{
    assets,
    download::attachment,
    error::PageError,
    forms::Typed,
    site::Site,
    view::{Moment, Page, filters, render},
    visitor::Visitor,
};

const PATH: &str = "/results";

#[derive(Template)]
#[template(path = "own_certificate.html")]
struct CertificatePage {
    page: Page,
    /// SVG drawn by us.
    qr: String,
    expires: Option<Moment>,
    replaces_another: bool,
    code: String,
    birth: String,
}

#[derive(Template)]
#[template(path = "no_certificate.html")]
struct NoCertificatePage {
    page: Page,
    code: String,
    birth: String,
}

/// `POST /results/certificate`
pub async fn certificate(State(site): State<Arc<Site>>, visitor: Visitor, typed: Typed) -> Result<Response, PageError> {
    let (code, birth) = (typed.get("code").to_owned(), typed.get("birth").to_owned());
    let request = IssueOwnCertificateRequest { code: code.clone(), birth: birth.clone() };
    match site.clients.laboratory(visitor.caller.clone()).issue_own_certificate(request).await {
        Ok(issued) => {
            let issued = issued.into_inner();
            let page = page(&site, &visitor, "certificate-title").with_script(assets::PRINT_JS);
            let (qr, expires) = (pass::qr(&issued.text)?, Moment::of(issued.expires_at.as_ref(), site.now()));
            render(&CertificatePage { page, qr, expires, replaces_another: issued.replaces_another, code, birth })
        }
        Err(status) => none_yet(&site, &visitor, status, code, birth),
    }
}

/// `POST /results/slip`
pub async fn slip(State(site): State<Arc<Site>>, visitor: Visitor, typed: Typed) -> Result<Response, PageError> {
    let (code, birth) = (typed.get("code").to_owned(), typed.get("birth").to_owned());
    let request = PrintOwnResultRequest { code: code.clone(), birth: birth.clone() };
    match site.clients.laboratory(visitor.caller.clone()).print_own_result(request).await {
        Ok(file) => {
            let file = file.into_inner();
            attachment(&file.file_name, &file.media_type, file.content)
        }
        Err(status) => none_yet(&site, &visitor, status, code, birth),
    }
}

fn none_yet(site: &Site, visitor: &Visitor, status: tonic::Status, code: String, birth: String) -> Result<Response, PageError> {
    if Problem::from_status(&status).reason != "NOTHING_TO_CERTIFY" {
        return Err(PageError::from(status));
    }
    render(&NoCertificatePage { page: page(site, visitor, "certificate-none-title"), code, birth })
}

fn page(site: &Site, visitor: &Visitor, title: &str) -> Page {
    let mut page = site.public_page(visitor.lang, PATH, site.words(visitor.lang).t(title));
    // In the other language the pair is typed again: it stands in no address.
    page.other_language = Some(format!("{}{PATH}", visitor.lang.other().prefix()));
    page
}
