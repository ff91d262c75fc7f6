//! What every answer says to a browser, and which unsafe requests are taken: only those that come from our own pages.
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};

/// Scripts, styles, pictures and fonts of our own, nothing from elsewhere, nothing inline.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Pages loosen `no-referrer` to `same-origin` for themselves: under `no-referrer` a browser sends `Origin: null` with our own forms, and one
/// that does not know `Sec-Fetch-Site` could then send none.
const ALWAYS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
    (HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(self), microphone=()"),
];

/// Puts the headers on every answer. The proxy before us says in `X-Forwarded-Proto` that the outer connection is encrypted.
pub async fn headers(request: Request, next: Next) -> Response {
    let encrypted = is_encrypted(request.headers());
    let mut response = next.run(request).await;
    complete(response.headers_mut(), encrypted);
    response
}

/// Whether the outer connection is encrypted.
pub fn is_encrypted(headers: &HeaderMap) -> bool {
    headers.get("x-forwarded-proto").is_some_and(|value| value == "https")
}

/// Adds what every answer says and this one does not yet.
pub fn complete(headers: &mut HeaderMap, encrypted: bool) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if encrypted {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// Refuses unsafe requests that do not come from a page of ours.
pub async fn own_pages_only(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_own(request.headers(), request.uri()) { next.run(request).await } else { StatusCode::FORBIDDEN.into_response() }
}

/// Browsers that know `Sec-Fetch-Site` decide by it; older ones by `Origin`. With neither we cannot know, and refuse.
fn is_own(headers: &HeaderMap, uri: &Uri) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let host = text(header::HOST).or(uri.authority().map(|authority| authority.as_str()));
    let origin = text(header::ORIGIN).and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    origin.is_some() && origin == host
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_another_site_is_refused() {
        let cases: [(&[(&'static str, &'static str)], bool); 8] = [
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "cross-site"), ("host", "a.vn"), ("origin", "https://a.vn")], false),
            (&[("host", "a.vn"), ("origin", "https://a.vn")], true),
            (&[("host", "a.vn"), ("origin", "https://b.vn")], false),
            (&[("host", "a.vn"), ("origin", "null")], false),
            (&[("host", "a.vn")], false),
        ];
        for (pairs, expected) in cases {
            let headers: HeaderMap =
                pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect();
            assert_eq!(is_own(&headers, &Uri::from_static("/")), expected, "{pairs:?}");
        }
    }
}
