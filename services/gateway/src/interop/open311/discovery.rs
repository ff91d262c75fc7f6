//! `/open311/discovery.xml` and `.json`: where the interface is and what it speaks.
use std::sync::Arc;

use axum::{extract::State, response::Response};
use http::{HeaderMap, header};

use super::{
    Asked,
    document::{Document, Node},
};
use crate::site::Site;

/// When the interface last changed.
const CHANGESET: &str = "2026-11-27T00:00:00+07:00";
const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";

/// `GET /open311/discovery.xml`
pub async fn get(State(site): State<Arc<Site>>, asked: Asked, headers: HeaderMap) -> Response {
    let words = site.words(asked.lang);
    let base = base(&site, &headers);
    let formats = ["text/xml", "application/json"].map(Node::text).into();
    let endpoint = Node::Fields(vec![
        ("specification", Node::text(SPECIFICATION)),
        ("url", Node::text(format!("{base}/open311/v2"))),
        ("changeset", Node::text(CHANGESET)),
        ("type", Node::text("production")),
        ("formats", Node::List("format", formats)),
    ]);
    let discovery = Node::Fields(vec![
        ("changeset", Node::text(CHANGESET)),
        (
            "contact",
            Node::text(words.ab("open311-contact", site.province_name(asked.lang), format!("{base}{}/about", asked.lang.prefix()))),
        ),
        ("key_service", Node::text(words.a("open311-key-service", &site.province.id))),
        ("endpoints", Node::List("endpoint", vec![endpoint])),
    ]);
    Document::ok("discovery", discovery).respond(asked.format)
}

/// `https://xe.gialai.gov.vn`, as the client reached us; empty where he did not say how.
pub fn base(site: &Site, headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let host = if site.hosts.public.is_empty() { text(header::HOST.as_str()) } else { &site.hosts.public };
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    let scheme = if text("x-forwarded-proto") == "https" { "https" } else { "http" };
    if host.is_empty() || !plain { String::new() } else { format!("{scheme}://{host}") }
}
