//! One exchange: from the HTTP request to the call of the method, and to the form of its answer.
use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::Request,
    response::Response,
};
use contract::{
    Audience, Method, Route,
    transcode::{self, Answer},
};
use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use ids::RequestId;
use runtime::{
    Caller, ClientId, Language,
    grpc::{Problem, Scope},
};
use tonic::{Code, Status};
use tracing::Instrument as _;

use super::{ApiState, Path, answer, call, events, problem};
use crate::{
    limits::Cost,
    principal::{self, Sender},
};

/// No request of ours is larger, but for one with a file: 5 MB in base64.
const BODY_BYTES: usize = 1024 * 1024;
const UPLOAD_BYTES: usize = 7 * 1024 * 1024;
/// How long an exchange may take; its calls share it.
const TIME: Duration = Duration::from_secs(10);
/// A file comes from a phone on a bad link.
const UPLOAD_TIME: Duration = Duration::from_secs(120);
/// How long an address that asked too often should wait.
const PAUSE: Duration = Duration::from_secs(5);

/// What answers need to know of a request.
#[derive(Clone, Debug)]
pub struct Asked {
    pub sender: Sender,
    pub address: IpAddr,
    /// The path, or its template where the path itself is a secret.
    pub instance: String,
    /// The request changes nothing.
    pub safe: bool,
    pub if_none_match: Option<String>,
}

impl Asked {
    pub fn of(state: &ApiState, request: &Request) -> Asked {
        let address = state.proxies.client(request.extensions(), request.headers());
        let sender = Sender {
            client: ClientId::of(address, &state.client_key),
            request_id: RequestId::mint(state.clock.now()),
            language: language(request.headers()),
        };
        let if_none_match = text(request.headers(), &header::IF_NONE_MATCH).map(str::to_owned);
        Asked { sender, address, instance: request.uri().path().to_owned(), safe: request.method().is_safe(), if_none_match }
    }
}

pub async fn exchange(state: Arc<ApiState>, method: &'static Method, route: &'static Route, path: Path, request: Request) -> Response {
    let mut asked = Asked::of(&state, &request);
    if method.secret && !route.parameters.is_empty() {
        asked.instance = route.template.to_owned();
    }
    let span = tracing::info_span!("http", otel.name = method.action, otel.kind = "server", http.route = route.template, request_id = %asked.sender.request_id);
    if let Some(parent) = text(request.headers(), &HeaderName::from_static("traceparent")) {
        runtime::telemetry::set_parent(&span, parent);
    }
    let work = answered(&state, method, route, path, request, &asked);
    let time = if method.upload { UPLOAD_TIME } else { TIME };
    let mut response = Scope::new(asked.sender.request_id, time).run(work).instrument(span).await;
    if let Ok(number) = HeaderValue::from_str(&asked.sender.request_id.to_string()) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), number);
    }
    let labels = [("route", route.template.to_owned()), ("status", response.status().as_u16().to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    response
}

async fn answered(
    state: &Arc<ApiState>,
    method: &'static Method,
    route: &'static Route,
    path: Path,
    request: Request,
    asked: &Asked,
) -> Response {
    let (parts, body) = request.into_parts();
    let (caller, token) = match caller(state, method, &parts.headers, asked).await {
        Ok(known) => known,
        Err(status) => return problem::of_status(&status, asked),
    };
    let body = match read(method, &parts.headers, body).await {
        Ok(body) => body,
        Err(refusal) => return problem::unread(refusal, asked),
    };
    let Ok(path) = path else { return problem::no_such_path(asked) };
    let values: Vec<&str> = path.iter().map(|(_, value)| value).collect();
    // `Idempotency-Key` needs nothing from us: the id in the message makes a repeated command harmless, for ever and not for a day.
    let message = match transcode::request(method, route, &values, query(&parts.uri), &body) {
        Ok(message) => message,
        Err(refusals) => return problem::refused(&refusals, asked),
    };
    let Some(client) = state.services.get(method.service) else {
        return problem::of_status(&Problem::unavailable("SERVICE_UNAVAILABLE").into(), asked);
    };
    let client = client.on_behalf_of(caller);
    if let Answer::Events { sequence, kind, after } = method.answer {
        let resumed = events::resumed(&parts.headers, after, message);
        let source = events::Source { state: Arc::clone(state), method, sequence, kind, asked: asked.clone(), token };
        return events::answer(source, client, resumed).await;
    }
    match call::unary(client, method, message).await {
        Ok(message) => answer::of(method, &message, asked),
        Err(status) => problem::of_status(&status, asked),
    }
}

/// The signed-in person behind the bearer token, or anybody where the method is public. A cookie is no credential here: a page of another
/// site could make a browser send it.
async fn caller(state: &ApiState, method: &Method, headers: &HeaderMap, asked: &Asked) -> Result<(Caller, Option<String>), Status> {
    let Some(authorization) = headers.get(header::AUTHORIZATION) else {
        if method.audience != Audience::Public {
            return Err(runtime::Denied::NotSignedIn.into());
        }
        let cost = if asked.safe { Cost::Read } else { Cost::Write };
        if !state.limits.allows(cost, asked.address) {
            return Err(Problem::too_often(PAUSE).into());
        }
        return Ok((principal::anonymous(asked.sender), None));
    };
    let token =
        authorization.to_str().ok().and_then(|text| text.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some((_, token)) = token else { return Err(runtime::Denied::NotSignedIn.into()) };
    let principal = state.principals.resolve(token.trim(), asked.sender).await?;
    if principal.locked {
        return Err(locked().into());
    }
    Ok((principal::account(&principal, asked.sender)?, Some(token.trim().to_owned())))
}

fn locked() -> Problem {
    let (vi, en) = (
        "Màn hình của phiên này đang khóa. Mở khóa bằng mật khẩu, hoặc đăng nhập lại.",
        "The screen of this session is locked. Unlock it with the password, or sign in again.",
    );
    Problem::new(Code::Unauthenticated, "SESSION_LOCKED", vi, en)
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    TooLarge,
    TooSlow,
    NotJson,
    Broken,
}

/// Reads a body up to the limit; of a larger one not a byte more is kept.
async fn read(method: &Method, headers: &HeaderMap, body: Body) -> Result<Bytes, Unread> {
    let (most, time) = if method.upload { (UPLOAD_BYTES, UPLOAD_TIME) } else { (BODY_BYTES, TIME) };
    let announced = text(headers, &header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(Unread::TooLarge);
    }
    let read = tokio::time::timeout(time, axum::body::to_bytes(body, most)).await.map_err(|_| Unread::TooSlow)?;
    let body = read.map_err(|error| if is_limit(&error) { Unread::TooLarge } else { Unread::Broken })?;
    if body.is_empty() || is_json(headers) { Ok(body) } else { Err(Unread::NotJson) }
}

fn is_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<http_body_util::LengthLimitError>())
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(media_type) = text(headers, &header::CONTENT_TYPE) else { return true };
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media_type == "application/json" || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

fn query(uri: &Uri) -> &str {
    uri.query().unwrap_or_default()
}

pub fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Vietnamese, unless English is asked for before it.
fn language(headers: &HeaderMap) -> Language {
    let wanted = text(headers, &header::ACCEPT_LANGUAGE).unwrap_or_default();
    let weight = |part: &str| part.split_once(";q=").map_or(1.0, |(_, weight)| weight.trim().parse::<f32>().unwrap_or(0.0));
    let best = |language: &str| {
        let parts = wanted.split(',').map(str::trim).filter(|part| part.to_ascii_lowercase().starts_with(language));
        parts.map(weight).fold(0.0, f32::max)
    };
    if best("en") > best("vi") { Language::En } else { Language::Vi }
}
