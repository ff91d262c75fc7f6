//! The last thing every page passes: a short number that can be read over the phone, and a friendly page for every error.
use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{Html, IntoResponse as _, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use ids::RequestId;
use runtime::grpc::Scope;

use crate::{site::Site, text::Lang, view::Page};

/// Letters and digits that cannot be taken for one another when read out.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// How long a page may take; its calls share it.
const TIME: Duration = Duration::from_secs(8);

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    text: String,
    next: String,
    number: String,
    /// Whether asking again can help.
    again: bool,
}

/// Numbers the request; an error without a page of its own gets one, in the language of its address.
pub async fn with_error_pages(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let id = RequestId::mint(site.now());
    let number = number(id);
    let (lang, asked) = (Lang::of_path(request.uri().path()), request.method().is_safe());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let mut response = Scope::new(id, TIME).run(next.run(request)).await;
    let status = response.status();
    if status.is_server_error() {
        tracing::error!(%number, %route, status = status.as_u16(), "request {number} of `{route}` failed with {status}");
    }
    if (status.is_client_error() || status.is_server_error()) && !is_html(response.headers()) {
        response = error_page(&site, lang, &words_of(status, asked), status, &number, response.headers());
    }
    if let Ok(value) = HeaderValue::from_str(&number) {
        response.headers_mut().insert(HeaderName::from_static("x-request-number"), value);
    }
    response
}

fn is_html(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

fn error_page(site: &Site, lang: Lang, about: &str, status: StatusCode, number: &str, kept: &HeaderMap) -> Response {
    let words = site.words(lang);
    let text = |part: &str| words.t(&format!("error-{about}-{part}"));
    let mut page = site.public_page(lang, "/", text("title"));
    page.bar.links.iter_mut().for_each(|link| link.current = false);
    let (text, next) = (text("text"), text("next"));
    let template = ErrorPage { page, text, next, number: number.to_owned(), again: matches!(known(status), 409 | 429 | 500 | 503) };
    let mut response = match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the error page cannot be rendered");
            status.into_response()
        }
    };
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = kept.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

/// Which words fit: who only asked lost nothing, who sent something may have.
fn words_of(status: StatusCode, asked: bool) -> String {
    match known(status) {
        503 if asked => "503-read".to_owned(),
        code => code.to_string(),
    }
}

/// The status whose words fit.
fn known(status: StatusCode) -> u16 {
    match status.as_u16() {
        code @ (403 | 404 | 405 | 409 | 413 | 429 | 503) => code,
        401 => 403,
        502 | 504 => 503,
        code if code >= 500 => 500,
        _ => 400,
    }
}

/// `K3M-2Q9`: 30 random bits of the request's id.
pub fn number(id: RequestId) -> String {
    let bits = u64::from_be_bytes(id.as_uuid().as_bytes()[8..].try_into().unwrap_or_default());
    let letters: String = (0..6).map(|place| char::from(ALPHABET[usize::try_from(bits >> (place * 5) & 31).unwrap_or_default()])).collect();
    format!("{}-{}", &letters[..3], &letters[3..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_short_and_not_the_same_twice() {
        let at = chrono::DateTime::from_timestamp(1_634_600_000, 0).unwrap();
        let (first, second) = (number(RequestId::mint(at)), number(RequestId::mint(at)));
        assert_eq!(first.len(), 7);
        assert_ne!(first, second);
    }
}
