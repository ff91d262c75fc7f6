//! The two faces: in production the public pages and the officers' pages have host names of their own, and neither shows the other's.
use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header};

use crate::site::Site;

/// Host names; an empty one leaves that face open everywhere.
#[derive(Debug, Clone, Default)]
pub struct Hosts {
    /// `GATEWAY_PUBLIC_HOST`
    pub public: String,
    /// `GATEWAY_STAFF_HOST`
    pub staff: String,
}

impl Hosts {
    fn admits(&self, wanted: &str, host: &str) -> bool {
        wanted.is_empty() || host.rsplit_once(':').map_or(host, |(name, _)| name).eq_ignore_ascii_case(wanted)
    }
}

/// Public pages answer on the public host alone.
pub async fn public(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    if is_public(&site, &request) { next.run(request).await } else { StatusCode::NOT_FOUND.into_response() }
}

/// Whether the request came to the public host.
pub fn is_public(site: &Site, request: &Request) -> bool {
    site.hosts.admits(&site.hosts.public, host(request))
}

/// Officers' pages answer on the officers' host alone.
pub async fn staff(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    if site.hosts.admits(&site.hosts.staff, host(&request)) { next.run(request).await } else { StatusCode::NOT_FOUND.into_response() }
}

fn host(request: &Request) -> &str {
    let header = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    header.or(request.uri().authority().map(|authority| authority.as_str())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_admits_itself_with_or_without_a_port() {
        let hosts = Hosts { public: "xe.gialai.gov.vn".into(), staff: String::new() };
        for (host, expected) in [("xe.gialai.gov.vn", true), ("XE.gialai.gov.vn:8443", true), ("chot.gialai.gov.vn", false), ("", false)] {
            assert_eq!(hosts.admits(&hosts.public, host), expected, "{host}");
        }
        assert!(hosts.admits(&hosts.staff, "anything"));
    }
}
