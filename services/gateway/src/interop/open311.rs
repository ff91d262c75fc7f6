//! Open311 GeoReport v2 below `/open311`: other people's programs report for citizens and follow what became of it, in XML or JSON. It knows no
//! session and no cookie, and fetches no address that somebody sends.
use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware::{self, Next},
    response::Response,
    routing::{any, get},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use ids::RequestId;
use runtime::grpc::Scope;

use crate::{face, limits::Cost, security, site::Site};

mod asked;
mod create;
mod csv;
mod discovery;
mod document;
mod failure;
mod published;
mod requests;
mod services;

use asked::Asked;
use document::Format;
use failure::Failure;

/// No report is larger.
const FORM_BYTES: usize = 64 * 1024;
/// How long an answer may take; its calls share it.
const TIME: Duration = Duration::from_secs(8);

/// Everything below `/open311`.
pub fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route("/open311/discovery.json", get(discovery::get))
        .route("/open311/discovery.xml", get(discovery::get))
        .route("/open311/v2/services.json", get(services::list))
        .route("/open311/v2/services.xml", get(services::list))
        .route("/open311/v2/services/{file}", get(services::definition))
        .route("/open311/v2/requests.json", get(requests::list).post(create::post))
        .route("/open311/v2/requests.xml", get(requests::list).post(create::post))
        .route("/open311/v2/requests.csv", get(requests::bulk))
        .route("/open311/v2/requests/{file}", get(requests::get).post(requests::follow))
        .route("/open311/v2/tokens/{file}", get(requests::token))
        .route("/open311", any(nothing))
        .route("/open311/{*rest}", any(nothing))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), face::public))
        .layer(middleware::from_fn_with_state(Arc::clone(&site), frame))
        .layer(middleware::from_fn(security::headers))
        .with_state(site)
}

async fn nothing() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// Counts the request against its address, gives it a number and a time, and says every refusal in the form of the standard.
async fn frame(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let format = Format::of_path(request.uri().path());
    let address = site.proxies.client(request.extensions(), request.headers());
    let cost = if request.method().is_safe() { Cost::Read } else { Cost::Write };
    if !site.limits.allows(cost, address) {
        return Failure::too_many(&site).respond(format);
    }
    let id = RequestId::mint(site.now());
    let mut response = Scope::new(id, TIME).run(next.run(request)).await;
    let status = response.status();
    if (status.is_client_error() || status.is_server_error()) && !is_ours(response.headers()) {
        let allow = response.headers().get(header::ALLOW).cloned();
        response = Failure::of_http(&site, status).respond(format);
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    if let Ok(number) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", number);
    }
    response
}

fn is_ours(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    kind.starts_with(b"text/xml") || kind.starts_with(b"application/json")
}

/// The name before `.xml` or `.json`.
fn stem(file: &str) -> Option<&str> {
    file.strip_suffix(".json").or_else(|| file.strip_suffix(".xml"))
}
