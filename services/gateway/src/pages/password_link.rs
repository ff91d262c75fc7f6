//! What follows a new account or a renewed password: the one-time link, shown once and kept nowhere.
use askama::Template;
use axum::response::Response;
use contract::{Timestamp, accounts::v1::Account};
use http::{HeaderMap, header};

use crate::{
    assets,
    error::PageError,
    session::CurrentUser,
    site::Site,
    view::{Moment, Page, filters, render},
};

#[derive(Template)]
#[template(path = "password_link.html")]
struct LinkPage {
    page: Page,
    name: String,
    login: String,
    link: String,
    until: Option<Moment>,
    account: String,
}

/// The page with the link. `headers` are those of the request: the link leads to the address by which it came.
pub fn show(
    site: &Site,
    user: &CurrentUser,
    headers: &HeaderMap,
    account: &Account,
    token: &str,
    until: Option<Timestamp>,
) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    render(&LinkPage {
        page: user.page(site, "/accounts", words.t("link-title")).with_script(assets::COPY_JS),
        name: account.full_name.clone(),
        login: account.login.clone(),
        link: format!("{}/password/{token}", origin(headers)),
        until: Moment::of(until.as_ref(), site.now()),
        account: format!("/accounts/{}", account.account_id),
    })
}

/// `https://chot.gialai.gov.vn`; nothing when the request does not say its host, and then the link is a path.
fn origin(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = if text("x-forwarded-proto") == Some("https") { "https" } else { "http" };
    text(header::HOST.as_str()).map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_link_leads_to_the_address_of_the_page() {
        for (pairs, expected) in [
            (&[("host", "localhost:8080")][..], "http://localhost:8080"),
            (&[("host", "chot.gialai.gov.vn"), ("x-forwarded-proto", "https")], "https://chot.gialai.gov.vn"),
            (&[], ""),
        ] {
            let headers: HeaderMap =
                pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_static(value))).collect();
            assert_eq!(origin(&headers), expected);
        }
    }
}
