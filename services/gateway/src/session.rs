//! The signed-in officer of a request: the cookie, who it belongs to now, and the token that his forms carry.
use std::sync::Arc;

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Request},
    response::{IntoResponse as _, Redirect, Response},
};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use contract::accounts::v1::Principal;
use http::{HeaderMap, HeaderValue, Method, Uri, header, request::Parts};
use ids::RequestId;
use runtime::{Caller, ClientId};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tonic::Code;

use crate::{
    error::PageError,
    forms::Typed,
    principal::{self, Sender},
    site::Site,
    text::Lang,
    uploads::{File, Upload},
    view::Page,
    visitor::language,
};

const COOKIE: &str = "__Host-sid";
/// A form may carry a file of 3 MB in base64 from one step to the next.
const CARRIED_BYTES: usize = 5 * 1024 * 1024;

/// Who is signed in, asked of accounts at most a second ago.
#[derive(Debug, Clone)]
pub struct CurrentUser {
    pub principal: Arc<Principal>,
    /// What services see; clone it for each call.
    pub caller: Caller,
    pub lang: Lang,
    /// Proves that a form was made for this session.
    pub csrf: String,
    token: String,
}

impl CurrentUser {
    /// The open session of a request.
    pub async fn of(site: &Site, parts: &Parts) -> Result<Self, PageError> {
        let user = Self::even_locked(site, parts).await?;
        if user.principal.locked { Err(PageError::Locked) } else { Ok(user) }
    }

    /// The session of a request, locked or not: only for unlocking and leaving it.
    pub async fn even_locked(site: &Site, parts: &Parts) -> Result<Self, PageError> {
        let token = token(&parts.headers).ok_or(PageError::SignIn)?;
        Self::with_token(site, parts, token).await
    }

    /// The session of a token that was just issued, or that came with the request.
    pub async fn with_token(site: &Site, parts: &Parts, token: String) -> Result<Self, PageError> {
        let sender = sender(site, parts, Lang::Vi);
        let principal = site.principals.resolve(&token, sender).await.map_err(|status| match status.code() {
            Code::Unauthenticated | Code::InvalidArgument | Code::NotFound => PageError::SignIn,
            _ => PageError::from(status),
        })?;
        let lang = Lang::of_preference(principal.preferences.as_ref().map_or("", |preferences| &preferences.language));
        let caller = principal::account(&principal, Sender { language: language(lang), ..sender })?;
        Ok(Self { principal, caller, lang, csrf: csrf(&token), token })
    }

    /// The frame of one of his pages. `path` is its address.
    pub fn page(&self, site: &Site, path: &str, title: String) -> Page {
        Page::staff(site.words(self.lang), &self.principal, self.csrf.clone(), path, title).locked_after(site.lock_minutes)
    }

    /// The principal as accounts sees him now; an error when the session is over.
    pub async fn still(&self, site: &Site) -> Result<Arc<Principal>, PageError> {
        Ok(site.principals.resolve(&self.token, self.sender()).await?)
    }

    /// What a call tells of him besides who he is.
    pub fn sender(&self) -> Sender {
        Sender { client: self.caller.client, request_id: self.caller.request_id, language: self.caller.language }
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    /// Whether the form was made for this session.
    fn made(&self, typed: &Typed) -> bool {
        bool::from(typed.get("csrf").as_bytes().ct_eq(self.csrf.as_bytes()))
    }

    /// 404 rather than 403: what one may not see does not exist.
    pub fn require(&self, permission: contract::Permission) -> Result<(), PageError> {
        self.caller.require(permission).map_err(|_| PageError::NotFound)
    }
}

/// What a call tells of its sender.
pub fn sender(site: &Site, parts: &Parts, lang: Lang) -> Sender {
    let address = site.proxies.client(&parts.extensions, &parts.headers);
    let request_id = runtime::grpc::request_id().unwrap_or_else(|| RequestId::mint(site.now()));
    Sender { client: ClientId::of(address, &site.client_key), request_id, language: language(lang) }
}

impl FromRequestParts<Arc<Site>> for CurrentUser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Response> {
        Self::of(site, parts).await.map_err(|error| refused(error, parts))
    }
}

/// The form of a signed-in officer; without the token of his session it is refused.
pub struct OfficerForm {
    pub user: CurrentUser,
    pub typed: Typed,
}

impl FromRequest<Arc<Site>> for OfficerForm {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let user = CurrentUser::of(site, &parts).await.map_err(|error| refused(error, &parts))?;
        Ok(Self { typed: typed_by(&user, parts, body, site).await?, user })
    }
}

/// A form about the session itself, which a locked one sends too.
pub struct SessionForm {
    pub user: CurrentUser,
    pub typed: Typed,
}

impl FromRequest<Arc<Site>> for SessionForm {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let user = CurrentUser::even_locked(site, &parts).await.map_err(|error| refused(error, &parts))?;
        Ok(Self { typed: typed_by(&user, parts, body, site).await?, user })
    }
}

/// The form with a file of a signed-in officer, as it comes in.
pub struct OfficerUpload {
    user: CurrentUser,
    upload: Upload,
}

impl OfficerUpload {
    /// Who sent it: nothing of the form is read yet.
    pub fn user(&self) -> &CurrentUser {
        &self.user
    }

    /// Everything typed and the file that was chosen; without the token of his session it is refused.
    pub async fn read(self) -> Result<(CurrentUser, Typed, Option<File>), PageError> {
        let Self { user, mut upload } = self;
        let mut chosen = None;
        while let Some(file) = upload.next_file().await? {
            chosen = Some(file);
        }
        if user.made(&upload.typed) { Ok((user, upload.typed, chosen)) } else { Err(PageError::Forbidden) }
    }
}

impl FromRequest<Arc<Site>> for OfficerUpload {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let user = CurrentUser::of(site, &parts).await.map_err(|error| refused(error, &parts))?;
        let request = Request::from_parts(parts, body);
        Ok(Self { user, upload: Upload::begin(request, site, &site.staff_uploads, CARRIED_BYTES).await? })
    }
}

/// What was typed, when the form was made for this session.
async fn typed_by(user: &CurrentUser, parts: Parts, body: Body, site: &Arc<Site>) -> Result<Typed, Response> {
    let typed = Typed::from_request(Request::from_parts(parts, body), site).await?;
    if user.made(&typed) { Ok(typed) } else { Err(PageError::Forbidden.into_response()) }
}

/// To the page that opens a session, or this one again, and back afterwards.
pub fn refused(error: PageError, parts: &Parts) -> Response {
    let ended = if token(&parts.headers).is_some() { "1" } else { "" };
    let (page, ended) = match error {
        PageError::SignIn => ("/sign-in", ended),
        PageError::Locked => ("/unlock", ""),
        error => return error.into_response(),
    };
    // A form that was sent is opened again: the device kept what was typed.
    let back = if parts.method == Method::GET { return_to(&parts.uri) } else { form_page(&parts.headers) };
    let pairs: Vec<(&str, &str)> =
        [("return", back.as_str()), ("ended", ended)].into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
    Redirect::to(&if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }).into_response()
}

fn return_to(uri: &Uri) -> String {
    uri.path_and_query().map(|path| path.as_str().to_owned()).unwrap_or_default()
}

/// The page of the form, from `Referer`: only our own pages may send one (see `security::own_pages_only`).
fn form_page(headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    referer.and_then(|address| address.parse().ok()).map(|uri: Uri| return_to(&uri)).unwrap_or_default()
}

/// An address of ours to go back to; anything else is forgotten.
pub fn local(path: &str) -> Option<&str> {
    let ours = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']);
    ours.then_some(path)
}

/// The session's token from the cookie.
pub fn token(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    let mut values = cookies.filter_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='));
    values.next().filter(|token| !token.is_empty() && token.len() <= 64).map(str::to_owned)
}

/// `Set-Cookie` of a new session.
pub fn cookie(token: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict")).ok()
}

/// `Set-Cookie` that ends it in the browser.
pub fn no_cookie() -> HeaderValue {
    HeaderValue::from_static("__Host-sid=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
}

/// Who has not the cookie cannot compute it; it needs no store and is the same in every process.
pub fn csrf(token: &str) -> String {
    let digest = Sha256::new().chain_update(b"gsvt.csrf\0").chain_update(token).finalize();
    Base64UrlUnpadded::encode_string(&digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others() {
        for (value, expected) in [("a=1; __Host-sid=abc", Some("abc")), ("__Host-sid=", None), ("__Host-sidx=abc", None), ("sid=abc", None)]
        {
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(value))]);
            assert_eq!(token(&headers).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn one_goes_back_only_to_our_own_pages() {
        for (path, ours) in [("/posts/CP3", true), ("//evil.vn", false), ("https://evil.vn", false), ("/\\evil.vn", false), ("", false)] {
            assert_eq!(local(path).is_some(), ours, "{path}");
        }
    }

    #[test]
    fn each_session_has_its_own_form_token() {
        assert_ne!(csrf("a"), csrf("b"));
        assert_eq!(csrf("a").len(), 43);
    }
}
