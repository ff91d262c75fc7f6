//! The server stack: who calls, whether there is a place for him, how long he waits, which trace it belongs to, what it counts as, and that a panic
//! costs one request.

use std::{panic::AssertUnwindSafe, time::Duration};

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::{self, Next},
    response::Response,
};
use contract::Method;
use futures::{FutureExt, StreamExt};
use http::HeaderMap;
use http_body::Frame;
use http_body_util::{BodyStream, StreamBody};
use tokio::{
    net::TcpListener,
    time::{Instant, timeout_at},
};
use tonic::{
    Code, Status,
    service::Routes,
    transport::{Server, server::TcpIncoming},
};
use tracing::Instrument;

use super::{Problem, Scope, classes::Classes, problem::code_name, scope::read_timeout};
use crate::{
    Caller, CallerVerifier, Clock, ConfigError, Process, Shutdown,
    caller::Denied,
    lifecycle::{BoxError, panic_text},
    telemetry,
};

/// The header of the caller context.
pub(super) const CALLER_HEADER: &str = "gsvt-caller";
/// With less time than this left a request is not begun.
const LEAST_TIME: Duration = Duration::from_millis(50);
/// The longest that a request without a deadline may take.
const MOST_TIME: Duration = Duration::from_secs(30);
/// How much earlier than tonic we say that time is over, so that the answer has our form.
const AHEAD: Duration = Duration::from_millis(5);

/// Serves `routes` on `listener` as a task of the process called `name` (`vehicles.grpc`), with health, and with reflection where `GRPC_REFLECTION` is true.
pub fn serve(
    process: &Process,
    listener: TcpListener,
    name: &'static str,
    verifier: CallerVerifier,
    routes: Routes,
) -> Result<(), ConfigError> {
    let guarded = routes.into_axum_router().layer(middleware::from_fn_with_state(
        Guard { verifier, classes: Classes::default(), clock: process.clock.clone(), shutdown: process.lifecycle.shutdown_signal() },
        guard,
    ));
    let (mut reporter, health_service) = tonic_health::server::health_reporter();
    let mut routes = Routes::from(guarded).add_service(health_service);
    if process.env.parsed_or("GRPC_REFLECTION", false)? {
        routes = reflection(routes);
    }
    let health = process.health.clone();
    process.lifecycle.spawn(name, |shutdown| async move {
        let stop = shutdown.clone();
        let follow = async move {
            let mut ready = false;
            loop {
                let status = if ready { tonic_health::ServingStatus::Serving } else { tonic_health::ServingStatus::NotServing };
                reporter.set_service_status("", status).await;
                tokio::select! {
                    () = health.changed_from(ready) => ready = health.is_ready(),
                    () = stop.requested() => break,
                }
            }
            reporter.set_service_status("", tonic_health::ServingStatus::NotServing).await;
            // Ends the streams of those who watch, else they would hold the server.
            reporter.clear_service_status("").await;
        };
        // An answer is several small writes: held back until the earlier one is acknowledged, each call would take 40 ms.
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let serving = Server::builder()
            .http2_keepalive_interval(Some(Duration::from_secs(20)))
            .http2_keepalive_timeout(Some(Duration::from_secs(10)))
            .max_concurrent_streams(1024)
            .add_routes(routes)
            .serve_with_incoming_shutdown(incoming, async move { shutdown.requested().await });
        let (served, ()) = tokio::join!(serving, follow);
        served.map_err(BoxError::from)
    });
    Ok(())
}

fn reflection(routes: Routes) -> Routes {
    let service = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(contract::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1();
    match service {
        Ok(service) => routes.add_service(service),
        Err(error) => {
            tracing::warn!(%error, "no reflection");
            routes
        }
    }
}

#[derive(Clone)]
struct Guard {
    verifier: CallerVerifier,
    classes: Classes,
    clock: Clock,
    shutdown: Shutdown,
}

/// What every call of a method of the contract goes through; health and reflection pass.
async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let Some(method) = contract::method(request.uri().path()) else { return next.run(request).await };
    let begun = Instant::now();
    let span = tracing::info_span!(
        "rpc",
        otel.name = method.action,
        otel.kind = "server",
        rpc.system = "grpc",
        rpc.grpc.status_code = tracing::field::Empty,
        action = method.action,
        request_id = tracing::field::Empty,
        trace_id = tracing::field::Empty,
    );
    if let Some(parent) = text(request.headers(), "traceparent") {
        telemetry::set_parent(&span, parent);
    }
    let response = answer(&guard, method, request, next, begun).instrument(span.clone()).await;
    let code = code_of(&response);
    span.record("rpc.grpc.status_code", i32::from(code));
    metrics::counter!("grpc_requests_total", "method" => method.action, "code" => code_name(code)).increment(1);
    metrics::histogram!("grpc_request_seconds", "method" => method.action).record(begun.elapsed().as_secs_f64());
    if method.streaming { response.map(|body| until_shutdown(body, guard.shutdown)) } else { response }
}

/// A stream that has no end of its own ends with UNAVAILABLE when the process stops, so that its reader goes to another.
fn until_shutdown(body: Body, shutdown: Shutdown) -> Body {
    let frames = futures::stream::unfold(Some((BodyStream::new(body), shutdown)), |open| async move {
        let (mut frames, shutdown) = open?;
        tokio::select! {
            biased;
            () = shutdown.requested() => {
                let (mut status, ()) = Status::from(Problem::unavailable("SERVICE_STOPPING")).into_http::<()>().into_parts();
                status.headers.remove(http::header::CONTENT_TYPE);
                Some((Ok(Frame::trailers(status.headers)), None))
            }
            frame = frames.next() => Some((frame?, Some((frames, shutdown)))),
        }
    });
    Body::new(StreamBody::new(frames))
}

async fn answer(guard: &Guard, method: &'static Method, mut request: Request, next: Next, begun: Instant) -> Response {
    let span = tracing::Span::current();
    if let Some(trace_id) = telemetry::current_trace_id() {
        span.record("trace_id", trace_id);
    }
    let caller = match caller(guard, request.headers()) {
        Ok(caller) => caller,
        Err(refused) => return refused.into_http(),
    };
    span.record("request_id", tracing::field::display(caller.request_id));
    let time = text(request.headers(), "grpc-timeout").and_then(read_timeout);
    let limit = begun + time.unwrap_or(MOST_TIME).saturating_sub(AHEAD);
    let scope = Scope { request_id: Some(caller.request_id), deadline: Some(limit).filter(|_| time.is_some() || !method.streaming) };
    let class = guard.classes.of(&caller, method);
    request.extensions_mut().insert(caller);
    let work = AssertUnwindSafe(async move {
        if time.is_some_and(|time| time < LEAST_TIME) {
            return Status::from(Problem::too_late()).into_http();
        }
        let placed = async {
            // Until the answer begins: a stream that goes on for hours holds no place.
            let _place = class.enter().await?;
            Ok::<_, Problem>(next.run(request).await)
        };
        match timeout_at(limit, placed).await {
            Ok(Ok(response)) => response,
            Ok(Err(full)) => Status::from(full).into_http(),
            Err(_) => Status::from(Problem::too_late()).into_http(),
        }
    });
    scope
        .run(async {
            work.catch_unwind().await.unwrap_or_else(|panic| {
                let problem = Problem::logged(&format!("panic: {}", panic_text(&*panic)));
                Status::from(problem).into_http::<Body>()
            })
        })
        .await
}

fn caller(guard: &Guard, headers: &HeaderMap) -> Result<Caller, Status> {
    let token = text(headers, CALLER_HEADER).ok_or(Denied::NotSignedIn)?;
    guard.verifier.verify(token, guard.clock.now()).map_err(|error| {
        tracing::warn!(%error, "a caller context was refused");
        Status::from(Problem::new(
            Code::Unauthenticated,
            "CALLER_INVALID",
            "Phiên làm việc không hợp lệ. Hãy đăng nhập lại.",
            "The session is not valid. Sign in again.",
        ))
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// An answer without messages carries its status in the headers; one with messages is on its way to OK.
fn code_of(response: &Response) -> Code {
    Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code())
}
