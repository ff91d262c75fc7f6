//! A method's stream as server-sent events: `id` is the sequence, `event` the kind, `data` the message. `Last-Event-ID` resumes.
use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use contract::{
    Method,
    transcode::{self, wire},
};
use futures::{Stream, StreamExt as _, stream};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use runtime::grpc::Client;
use tokio::time::Instant;
use tonic::{Status, Streaming};

use super::{
    ApiState, call,
    exchange::{self, Asked},
    problem,
};

/// Proxies close what is silent for longer.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often an open stream asks whether its session still is; with the age of a remembered session that is under 2 s.
const RECHECK: Duration = Duration::from_millis(900);

/// Where a stream's events come from and whom they are for.
pub struct Source {
    pub state: Arc<ApiState>,
    pub method: &'static Method,
    /// Tags of the fields that number and name an event.
    pub sequence: u32,
    pub kind: u32,
    pub asked: Asked,
    /// The session's token, where there is one.
    pub token: Option<String>,
}

/// The request with the resume point that a reconnecting client names.
pub fn resumed(headers: &HeaderMap, after: u32, message: Bytes) -> Bytes {
    let last = exchange::text(headers, &HeaderName::from_static("last-event-id")).and_then(|id| id.trim().parse::<i64>().ok());
    let Some(last) = last else { return message };
    let mut message = Vec::from(message);
    wire::append_number(&mut message, after, last);
    message.into()
}

pub async fn answer(source: Source, client: Client, message: Bytes) -> Response {
    let messages = match call::stream(client, source.method, message).await {
        Ok(messages) => messages,
        Err(status) => return problem::of_status(&status, &source.asked),
    };
    let events = events(source, messages).map(Ok::<Event, Infallible>);
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx holds an answer back until it has a page of it, unless told not to.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// Ends with the service's stream, the process or the session; a failure is the last event.
fn events(source: Source, messages: Streaming<Bytes>) -> impl Stream<Item = Event> {
    let begin = Some((source, messages, Instant::now() + RECHECK));
    stream::unfold(begin, |open| async move {
        let (source, mut messages, mut recheck) = open?;
        loop {
            let next = tokio::select! {
                () = source.state.shutdown.requested() => return None,
                () = tokio::time::sleep_until(recheck) => None,
                next = messages.next() => Some(next),
            };
            match next {
                None => {
                    recheck = Instant::now() + RECHECK;
                    if let Err(status) = still_open(&source).await {
                        return Some((failure(&source, &status), None));
                    }
                }
                Some(None) => return None,
                Some(Some(Err(status))) => return Some((failure(&source, &status), None)),
                Some(Some(Ok(message))) => return Some((event(&source, &message), Some((source, messages, recheck)))),
            }
        }
    })
}

async fn still_open(source: &Source) -> Result<(), Status> {
    match &source.token {
        Some(token) => source.state.principals.resolve(token, source.asked.sender).await.map(drop),
        None => Ok(()),
    }
}

fn event(source: &Source, message: &Bytes) -> Event {
    let json = match transcode::response(source.method, message) {
        Ok(json) => String::from_utf8(json).unwrap_or_default(),
        Err(error) => return failure(source, &runtime::grpc::Problem::internal(&error).into()),
    };
    let kind = wire::find_text(message, source.kind).unwrap_or("message").replace(['\r', '\n'], " ");
    let sequence = wire::find_number(message, source.sequence).unwrap_or_default();
    Event::default().id(sequence.to_string()).event(kind).data(json)
}

fn failure(source: &Source, status: &Status) -> Event {
    Event::default().event("problem").data(problem::document(status, &source.asked))
}
