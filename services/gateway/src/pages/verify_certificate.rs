//! `/verify`: what a scanned certificate says and who answers for it, for whoever is shown one; and below `/certificates` what a verifier of somebody else's needs.
//! With script the page checks by itself and this file only says its words; what keeps the page on a device is in `verify_worker`.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use certificates::{LONGEST_TEXT, Refusal};
use contract::lab::v1::{
    ListCertificateKeysRequest, ListCertificateKeysResponse, ListRevokedCertificatesRequest, TestMethod, TestOutcome, VerifiedCertificate,
    VerifyCertificateRequest,
};
use http::header;
use vietnam::PartialDate;

use crate::{
    assets,
    error::PageError,
    forms::Typed,
    lab::words,
    pages::verify_worker,
    site::Site,
    text::{Lang, Words},
    view::{Moment, Page, Tag, render},
    visitor::Visitor,
};

pub const PATH: &str = "/verify";

/// What a person reads of a certificate, in this order.
const FACTS: [(&str, &str); 7] = [
    ("name", "declare-name"),
    ("birth", "person-birth"),
    ("sampled", "results-sample"),
    ("method", "run-method"),
    ("centre", "run-laboratory"),
    ("authority", "verify-authority"),
    ("expires", "certificate-until"),
];

#[derive(Template)]
#[template(path = "verify.html")]
pub struct VerifyPage {
    page: Page,
    worker: &'static str,
    answer: Option<Said>,
    /// Why it is refused; empty where nothing was scanned or it is genuine.
    refusal: String,
    /// Everything that an answer can be made of.
    blank: Said,
    /// What the script says, by code.
    words: Vec<(&'static str, String)>,
}

/// What a genuine certificate says. Names are those that `verify.js` knows.
struct Said {
    tags: Vec<(&'static str, Tag)>,
    facts: Vec<Fact>,
    warnings: Vec<(&'static str, String)>,
}

struct Fact {
    name: &'static str,
    label: String,
    says: String,
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
    if text.len() > LONGEST_TEXT {
        return show(&site, &visitor, None, in_words(&Refusal::TooLarge, visitor.lang));
    }
    let request = VerifyCertificateRequest { text };
    let answer = site.clients.laboratory(visitor.caller.clone()).verify_certificate(request).await?.into_inner();
    let said = answer.certificate.map(|certificate| said(&site, &words, certificate));
    show(&site, &visitor, said, answer.refusal_words)
}

/// `GET /certificates/keys.json`
pub async fn keys(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Response, PageError> {
    Ok(jwk_set(list_keys(&site, visitor).await?.jwks))
}

/// `GET /certificates/trusted.json`
pub async fn trusted(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Response, PageError> {
    Ok(jwk_set(list_keys(&site, visitor).await?.trusted_jwks))
}

async fn list_keys(site: &Site, visitor: Visitor) -> Result<ListCertificateKeysResponse, PageError> {
    Ok(site.clients.laboratory(visitor.caller).list_certificate_keys(ListCertificateKeysRequest {}).await?.into_inner())
}

fn jwk_set(keys: String) -> Response {
    ([(header::CONTENT_TYPE, "application/jwk-set+json")], keys).into_response()
}

/// `GET /certificates/revoked.json`
pub async fn revoked(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Response, PageError> {
    let answer = site.clients.laboratory(visitor.caller.clone()).list_revoked_certificates(ListRevokedCertificatesRequest {}).await?;
    Ok(([(header::CONTENT_TYPE, "application/jose+json")], answer.into_inner().jws).into_response())
}

/// The page before anything was scanned: the same for everybody.
pub fn page(site: &Site, lang: Lang) -> VerifyPage {
    let words = site.words(lang);
    let frame = site.public_page(lang, PATH, words.t("verify-title")).with_script(assets::SCAN_JS).with_script(assets::VERIFY_JS);
    VerifyPage {
        page: frame,
        worker: verify_worker::PATH,
        answer: None,
        refusal: String::new(),
        blank: blank(&words),
        words: for_script(&words),
    }
}

fn show(site: &Site, visitor: &Visitor, answer: Option<Said>, refusal: String) -> Result<Response, PageError> {
    render(&VerifyPage { answer, refusal, ..page(site, visitor.lang) })
}

fn said(site: &Site, words: &Words, certificate: VerifiedCertificate) -> Said {
    let full = |at| Moment::of(at, site.now()).map_or_else(String::new, |at| at.full());
    let says = |name: &str| match name {
        "name" => certificate.full_name.clone(),
        "birth" => PartialDate::read(&certificate.birth).map_or_else(|_| certificate.birth.clone(), PartialDate::display),
        "sampled" => full(certificate.sampled_at.as_ref()),
        "method" => words.t(words::method(certificate.method())),
        "centre" => certificate.centre.clone(),
        "authority" => format!("{} ({})", certificate.authority, certificate.country),
        _ => full(certificate.expires_at.as_ref()),
    };
    let Said { mut tags, mut facts, mut warnings } = blank(words);
    tags.retain(|(found, _)| (*found == DETECTED) == (certificate.finding() == TestOutcome::Positive));
    facts.iter_mut().for_each(|fact| fact.says = says(fact.name));
    facts.retain(|fact| !fact.says.is_empty());
    // The list that the service holds is its own, and never old.
    warnings.retain(|(revocation, _)| !certificate.revocation_known && *revocation == NO_LIST);
    Said { tags, facts, warnings }
}

const DETECTED: &str = "DETECTED";
const NO_LIST: &str = "NONE";

fn blank(words: &Words) -> Said {
    let tag = |class, icon, key| Tag { class, icon, word: words.t(key) };
    Said {
        tags: vec![(DETECTED, tag("bad loud", "ban", "verify-detected")), ("NOT_DETECTED", tag("good", "ok", "verify-not-detected"))],
        facts: FACTS.iter().map(|(name, key)| Fact { name, label: words.t(key), says: String::new() }).collect(),
        warnings: vec![(NO_LIST, words.t("verify-no-list")), ("STALE", words.t("verify-old-list"))],
    }
}

fn for_script(words: &Words) -> Vec<(&'static str, String)> {
    let refusals = Refusal::EVERY.iter().map(|refusal| (refusal.code(), in_words(refusal, words.lang())));
    let methods = [("AMPLIFICATION", TestMethod::RtPcr), ("ANTIGEN", TestMethod::AgRapid), ("OTHER", TestMethod::Unspecified)];
    refusals.chain(methods.map(|(code, method)| (code, words.t(words::method(method))))).collect()
}

fn in_words(refusal: &Refusal, lang: Lang) -> String {
    match lang {
        Lang::Vi => refusal.vi(),
        Lang::En => refusal.en(),
    }
}
