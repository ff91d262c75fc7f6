//! Publishing numbered rows: one as a plain fenced publish, several as an atomic batch. It says what the stream answered and decides nothing.

use std::time::Duration;

use async_nats::client::Client;
use async_nats::jetstream::Context;
use async_nats::jetstream::publish::PublishAck;
use async_nats::jetstream::response::Response;
use async_nats::{HeaderMap, Request};

use crate::Source;
use crate::event::headers;
use crate::outbox::Numbered;

/// What became of the rows.
pub(super) enum Outcome {
    /// All of them are on disk, under their numbers.
    Stored,
    /// Refused, or no answer came: only the stream's tail tells what is stored.
    Refused(String),
}

const ANSWER: Duration = Duration::from_secs(5);

/// Publishes `rows`, which have consecutive numbers, behind the message before the first of them and nowhere else.
pub(super) async fn publish(jetstream: &Context, source: &Source, epoch: i64, rows: &[Numbered]) -> Outcome {
    match send(&jetstream.client(), source, epoch, rows).await {
        Ok(Response::Ok(ack)) => judge(&ack, source, rows),
        Ok(Response::Err { error }) => Outcome::Refused(error.to_string()),
        Err(error) => Outcome::Refused(error.to_string()),
    }
}

fn judge(ack: &PublishAck, source: &Source, rows: &[Numbered]) -> Outcome {
    let last = rows.last().and_then(|row| u64::try_from(row.number).ok()).unwrap_or_default();
    if ack.stream == source.stream() && ack.sequence == last && !ack.duplicate {
        Outcome::Stored
    } else {
        Outcome::Refused(format!("it stored {last} as {} of {}", ack.sequence, ack.stream))
    }
}

async fn send(client: &Client, source: &Source, epoch: i64, rows: &[Numbered]) -> Result<Response<PublishAck>, async_nats::Error> {
    let Some((last, before)) = rows.split_last() else {
        return Err("nothing to publish".into());
    };
    // A token of its own for every attempt: an abandoned batch stays open on the server for a while.
    let batch = client.new_inbox().replace('.', "-");
    let fence = |headers: &mut HeaderMap, number: i64| headers.insert("Nats-Expected-Last-Sequence", (number - 1).to_string());
    for (index, row) in before.iter().enumerate() {
        let mut headers = headers(source, epoch, row);
        member(&mut headers, &batch, index);
        if index == 0 {
            fence(&mut headers, row.number);
        }
        client.publish_with_headers(row.subject.clone(), headers, row.payload.clone().into()).await?;
    }
    let mut headers = headers(source, epoch, last);
    if before.is_empty() {
        fence(&mut headers, last.number);
    } else {
        member(&mut headers, &batch, before.len());
        headers.insert("Nats-Batch-Commit", "1");
    }
    let request = Request::new().headers(headers).payload(last.payload.clone().into()).timeout(Some(ANSWER));
    let reply = client.send_request(last.subject.clone(), request).await?;
    Ok(serde_json::from_slice(&reply.payload)?)
}

fn member(headers: &mut HeaderMap, batch: &str, index: usize) {
    headers.insert("Nats-Batch-Id", batch);
    headers.insert("Nats-Batch-Sequence", (index + 1).to_string());
}
