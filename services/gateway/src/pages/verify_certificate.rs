//! `/verify`: what a scanned certificate says and who answers for it, for whoever is shown one; and below `/certificates` what a verifier of somebody else's needs.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use contract::lab::v1::{
    ListCertificateKeysRequest, ListRevokedCertificatesRequest, TestOutcome, VerifiedCertificate, VerifyCertificateRequest,
};
use http::header;
use vietnam::PartialDate;

use crate::{
    assets,
    error::PageError,
    forms::Typed,
    lab::words,
    site::Site,
    text::Words,
    view::{Moment, Page, Tag, filters, render},
    visitor::Visitor,
};

const PATH: &str = "/verify";

#[derive(Template)]
#[template(path = "verify.html")]
struct VerifyPage {
    page: Page,
    said: Option<Said>,
    /// Why it is refused; empty where nothing was scanned or it is genuine.
    refusal: String,
}

/// What a genuine certificate says.
struct Said {
    tag: Tag,
    name: String,
    birth: String,
    method: String,
    sampled: Option<Moment>,
    centre: String,
    authority: String,
    country: String,
    expires: Option<Moment>,
    revocation_known: bool,
}

/// `GET /verify`
pub async fn get(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Response, PageError> {
    show(&site, &visitor, None, String::new())
}

/// `POST /verify`
pub async fn post(State(site): State<Arc<Site>>, visitor: Visitor, typed: Typed) -> Result<Response, PageError> {
    let words = site.words(visitor.lang);
    let text = typed.get("scan").trim().to_owned();
    if text.is_empty() {
        return show(&site, &visitor, None, words.t("verify-missing"));
    }
    let request = VerifyCertificateRequest { text };
    let answer = site.clients.laboratory(visitor.caller.clone()).verify_certificate(request).await?.into_inner();
    let said = answer.certificate.map(|certificate| said(&site, &words, certificate));
    show(&site, &visitor, said, answer.refusal_words)
}

/// `GET /certificates/keys.json`
pub async fn keys(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Response, PageError> {
    let answer = site.clients.laboratory(visitor.caller.clone()).list_certificate_keys(ListCertificateKeysRequest {}).await?;
    Ok(([(header::CONTENT_TYPE, "application/jwk-set+json")], answer.into_inner().jwks).into_response())
}

/// `GET /certificates/revoked.json`
pub async fn revoked(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Response, PageError> {
    let answer = site.clients.laboratory(visitor.caller.clone()).list_revoked_certificates(ListRevokedCertificatesRequest {}).await?;
    Ok(([(header::CONTENT_TYPE, "application/jose+json")], answer.into_inner().jws).into_response())
}

fn said(site: &Site, words: &Words, certificate: VerifiedCertificate) -> Said {
    let now = site.now();
    let tag = if certificate.finding() == TestOutcome::Positive {
        Tag { class: "bad loud", icon: "ban", word: words.t("verify-detected") }
    } else {
        Tag { class: "good", icon: "ok", word: words.t("verify-not-detected") }
    };
    Said {
        tag,
        method: words.t(words::method(certificate.method())),
        sampled: Moment::of(certificate.sampled_at.as_ref(), now),
        expires: Moment::of(certificate.expires_at.as_ref(), now),
        birth: PartialDate::read(&certificate.birth).map_or(certificate.birth, PartialDate::display),
        name: certificate.full_name,
        centre: certificate.centre,
        authority: certificate.authority,
        country: certificate.country,
        revocation_known: certificate.revocation_known,
    }
}

fn show(site: &Site, visitor: &Visitor, said: Option<Said>, refusal: String) -> Result<Response, PageError> {
    let page = site.public_page(visitor.lang, PATH, site.words(visitor.lang).t("verify-title")).with_script(assets::SCAN_JS);
    render(&VerifyPage { page, said, refusal })
}
