//! `/v1`: every method of the contract that has an HTTP rule, and its description. Nothing here knows a method by name.
use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{RawPathParams, Request, State, rejection::RawPathParamsRejection},
    response::Response,
    routing::{MethodFilter, MethodRouter, any, get},
};
use contract::{Audience, METHODS, Method, Route, Verb};
use http::{HeaderValue, header};
use runtime::{Clock, Shutdown, grpc::Client};

use crate::{client_address::TrustedProxies, limits::Limits, principal::Principals};

mod answer;
mod call;
mod docs;
mod events;
mod exchange;
mod problem;

pub(crate) use answer::disposition;
pub use exchange::Asked;

/// What the API reaches; clones share it.
#[derive(Clone)]
pub struct ApiState {
    /// The service's name, as `Method::service` says it, and its client.
    pub services: BTreeMap<&'static str, Client>,
    pub principals: Principals,
    pub clock: Clock,
    pub shutdown: Shutdown,
    /// Turns addresses into numbers that nobody can turn back.
    pub client_key: [u8; 32],
    /// What one address may ask without an account; whoever signed in is never slowed.
    pub limits: Arc<Limits>,
    pub proxies: TrustedProxies,
    /// Address of the stylesheet of `/docs`.
    pub stylesheet: &'static str,
}

/// The routes of the contract, `/openapi.json` and `/docs`.
pub fn router(state: ApiState) -> Router {
    let state = Arc::new(state);
    let mut templates: BTreeMap<String, Vec<(&'static Method, &'static Route)>> = BTreeMap::new();
    for method in METHODS.iter().filter(|method| method.audience != Audience::Gateway) {
        for route in method.routes {
            templates.entry(by_place(route.template)).or_default().push((method, route));
        }
    }
    let mut router = Router::new()
        .route("/openapi.json", get(docs::document))
        .route("/docs", get(docs::index))
        .route("/docs/{service}", get(docs::service))
        .route("/v1", any(unknown))
        .route("/v1/{*rest}", any(unknown));
    for (template, bound) in templates {
        router = router.route(&template, methods(&bound));
    }
    router.with_state(state)
}

/// Two templates may name the same place differently, and axum wants one name.
fn by_place(template: &str) -> String {
    let place = |(at, segment): (usize, &str)| if segment.starts_with('{') { format!("{{p{at}}}") } else { segment.to_owned() };
    template.split('/').enumerate().map(place).collect::<Vec<_>>().join("/")
}

fn methods(bound: &[(&'static Method, &'static Route)]) -> MethodRouter<Arc<ApiState>> {
    let mut allowed: Vec<&str> = bound.iter().map(|(_, route)| route.verb.as_str()).collect();
    if allowed.contains(&"GET") {
        allowed.push("HEAD");
    }
    let allow = HeaderValue::from_str(&allowed.join(", ")).unwrap_or(HeaderValue::from_static(""));
    let refuse = move |State(state): State<Arc<ApiState>>, request: Request| refused(state, request, allow.clone());
    bound.iter().fold(MethodRouter::new().fallback(refuse), |routes, (method, route)| {
        let (method, route) = (*method, *route);
        routes.on(filter(route.verb), move |State(state): State<Arc<ApiState>>, path: Path, request: Request| async move {
            exchange::exchange(state, method, route, path, request).await
        })
    })
}

type Path = Result<RawPathParams, RawPathParamsRejection>;

fn filter(verb: Verb) -> MethodFilter {
    match verb {
        Verb::Get => MethodFilter::GET,
        Verb::Post => MethodFilter::POST,
        Verb::Put => MethodFilter::PUT,
        Verb::Patch => MethodFilter::PATCH,
        Verb::Delete => MethodFilter::DELETE,
    }
}

async fn refused(state: Arc<ApiState>, request: Request, allow: HeaderValue) -> Response {
    let asked = Asked::of(&state, &request);
    let mut response = problem::method_not_allowed(&asked);
    response.headers_mut().insert(header::ALLOW, allow);
    response
}

async fn unknown(State(state): State<Arc<ApiState>>, request: Request<Body>) -> Response {
    problem::no_such_path(&Asked::of(&state, &request))
}
