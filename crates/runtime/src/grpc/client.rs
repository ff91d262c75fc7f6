//! The client stack: a lazy channel that tells the service who calls, how long he waits and which trace it belongs to.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, request::Parts};
use http_body_util::{BodyExt as _, Full};
use tonic::{
    Status, TimeoutExpired,
    body::Body,
    transport::{Channel, Endpoint},
};
use tower::{Service, ServiceExt};
use tracing::Instrument;

use super::{Problem, again::Again, remaining, scope::write_timeout, server::CALLER_HEADER};
use crate::{Caller, CallerSigner, Clock, ConfigError, Env, telemetry};

/// How long a call may take that no request limits.
const USUAL_TIME: Duration = Duration::from_secs(5);
/// What a hop keeps for itself of the time that is left.
const HOP: Duration = Duration::from_millis(50);

/// A connection to one service. Generated clients take it in place of a channel: `VehicleServiceClient::new(client.on_behalf_of(caller))`.
#[derive(Clone)]
pub struct Client {
    channel: Channel,
    audience: &'static str,
    signer: CallerSigner,
    clock: Clock,
    caller: Option<Arc<Caller>>,
    again: Arc<Again>,
}

impl Client {
    /// A client of the service `audience` at the address that `<SERVICE>_URL` says. It connects when it is first used.
    pub fn from_env(env: &Env, audience: &'static str, signer: CallerSigner, clock: Clock) -> Result<Self, ConfigError> {
        let name = format!("{}_URL", audience.to_uppercase());
        let url = env.text(&name)?;
        Self::connect(&url, audience, signer, clock).map_err(|error| ConfigError::Invalid { name, value: url, fault: error.to_string() })
    }

    /// The same at `url`, `http://localhost:9001`.
    pub fn connect(url: &str, audience: &'static str, signer: CallerSigner, clock: Clock) -> Result<Self, tonic::transport::Error> {
        let endpoint = Endpoint::from_shared(url.to_owned())?
            .connect_timeout(Duration::from_secs(1))
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(10))
            .keep_alive_timeout(Duration::from_secs(5))
            .keep_alive_while_idle(true);
        Ok(Self { channel: endpoint.connect_lazy(), audience, signer, clock, caller: None, again: Arc::new(Again::new()) })
    }

    /// The client that calls for `caller`.
    pub fn on_behalf_of(&self, caller: impl Into<Arc<Caller>>) -> Self {
        Self { caller: Some(caller.into()), ..self.clone() }
    }

    /// Puts the headers on a request; says why it need not be sent when no time is left.
    fn prepare(&self, request: &mut http::Request<Body>) -> Result<(), Status> {
        let streaming = contract::method(request.uri().path()).is_some_and(|method| method.streaming);
        let time = match remaining() {
            Some(left) if left <= HOP => return Err(Problem::too_late().into()),
            Some(left) => Some(left - HOP),
            None => Some(USUAL_TIME),
        };
        let headers = request.headers_mut();
        let mut put = |name: &'static str, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.entry(HeaderName::from_static(name)).or_insert(value);
            }
        };
        if let Some(time) = time.filter(|_| !streaming) {
            put("grpc-timeout", write_timeout(time));
        }
        if let Some(caller) = &self.caller {
            put(CALLER_HEADER, self.signer.sign(caller, self.audience, self.clock.now()));
        }
        if let Some(traceparent) = telemetry::current_traceparent() {
            put("traceparent", traceparent);
        }
        Ok(())
    }

    /// Sends the request, and again where nobody was there to answer it, while its time lasts.
    async fn exchange(&self, request: http::Request<Body>) -> Result<http::Response<Body>, Status> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        self.again.count();
        let mut tries = 0;
        loop {
            let answer = self.send(&parts, Full::new(body.clone())).await?;
            tries += 1;
            let has_time = |pause: &Duration| remaining().is_none_or(|left| left > *pause + 2 * HOP);
            match self.again.pause(tries, &answer).filter(has_time) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return answer.map_err(|error| not_answered(&error).into()),
            }
        }
    }

    async fn send(&self, parts: &Parts, body: Full<Bytes>) -> Result<Result<http::Response<Body>, tonic::transport::Error>, Status> {
        let mut request = http::Request::from_parts(parts.clone(), Body::new(body));
        self.prepare(&mut request)?;
        Ok(self.channel.clone().oneshot(request).await)
    }
}

impl Service<http::Request<Body>> for Client {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let action = contract::method(request.uri().path()).map_or(self.audience, |method| method.action);
        let span = tracing::info_span!("call", otel.name = action, otel.kind = "client", rpc.system = "grpc");
        let client = self.clone();
        Box::pin(async move { Ok(client.exchange(request).await.unwrap_or_else(Status::into_http)) }.instrument(span))
    }
}

/// What a failed transport means: time is over, or the service is not there.
fn not_answered(error: &tonic::transport::Error) -> Problem {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<TimeoutExpired>() {
            return Problem::too_late();
        }
        cause = error.source();
    }
    tracing::warn!(error = crate::lifecycle::with_sources(error), "a service did not answer");
    Problem::unavailable("SERVICE_UNAVAILABLE")
}
