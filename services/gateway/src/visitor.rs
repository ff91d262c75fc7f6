//! Who asks, as far as the connection tells: the client's address, put on every request before any page sees it.
use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::{error::PageError, limits::Cost, site::Site};

/// The client's address; a page takes it by `Extension(ClientAddress(address))`.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

/// Notes the client's address.
pub async fn note_address(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    let address = site.proxies.client(request.extensions(), request.headers());
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

/// Counts a public request against its address.
pub async fn limit(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let address = site.proxies.client(request.extensions(), request.headers());
    let cost = if request.method().is_safe() { Cost::Read } else { Cost::Write };
    if site.limits.allows(cost, address) { next.run(request).await } else { PageError::TooMany.into_response() }
}
