//! A citizen who asks: his address, the language of his page, and the caller that services see.
use std::{convert::Infallible, net::IpAddr, sync::Arc};

use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::request::Parts;
use ids::RequestId;
use runtime::{Caller, ClientId, Language};

use crate::{error::PageError, limits::Cost, principal::Sender, session, site::Site, text::Lang};

/// Who asks for a public page.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub address: IpAddr,
    pub lang: Lang,
    pub caller: Caller,
}

impl FromRequestParts<Arc<Site>> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Infallible> {
        let address = site.proxies.client(&parts.extensions, &parts.headers);
        let lang = Lang::from_request_parts(parts, site).await?;
        let request_id = runtime::grpc::request_id().unwrap_or_else(|| RequestId::mint(site.now()));
        let caller = Caller::anonymous(ClientId::of(address, &site.client_key), request_id, language(lang));
        Ok(Self { address, lang, caller })
    }
}

/// Of the route: a nested router sees an address without its `/en`.
impl<S: Sync> FromRequestParts<S> for Lang {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<MatchedPath>().map_or(Self::Vi, |route| Self::of_path(route.as_str())))
    }
}

/// The language in which services answer.
pub fn language(lang: Lang) -> Language {
    match lang {
        Lang::Vi => Language::Vi,
        Lang::En => Language::En,
    }
}

/// Counts a public request against its address. A signed-in officer on a crowded network is never slowed: only when the share is used up is
/// his session looked at.
pub async fn limit(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let address = site.proxies.client(request.extensions(), request.headers());
    let cost = if request.method().is_safe() { Cost::Read } else { Cost::Write };
    let token = session::token(request.headers());
    if site.limits.allows(cost, address) || is_officer(&site, address, token).await {
        next.run(request).await
    } else {
        PageError::TooMany.into_response()
    }
}

/// Strangers without a cookie cost nothing; guessed cookies are counted as questions.
async fn is_officer(site: &Site, address: IpAddr, token: Option<String>) -> bool {
    let Some(token) = token.filter(|_| site.limits.allows(Cost::Ask, address)) else { return false };
    let request_id = runtime::grpc::request_id().unwrap_or_else(|| RequestId::mint(site.now()));
    let sender = Sender { client: ClientId::of(address, &site.client_key), request_id, language: Language::Vi };
    site.principals.resolve(&token, sender).await.is_ok()
}
