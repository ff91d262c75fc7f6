//! The event on the wire: CloudEvents 1.0 in the NATS binding, attributes as headers, data as protobuf.

use std::collections::BTreeMap;

use async_nats::HeaderMap;
use async_nats::jetstream::message::StreamMessage;
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use ids::EventId;
use uuid::Uuid;

use crate::outbox::Numbered;
use crate::{Source, SubjectArea};

/// An event as its readers get it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its number: the sequence in the stream, gap-free from the service's first event on.
    pub sequence: u64,
    /// Grows when a stream was rebuilt from a database that did not know all of it; numbers of an older epoch mean nothing then.
    pub epoch: u64,
    pub id: EventId,
    /// Where it came from: `/gsvt/vehicles`.
    pub source: String,
    /// Full name of the protobuf message: `gsvt.vehicles.v1.TripDecided`.
    pub schema: String,
    /// The subject: schema, then area.
    pub subject: String,
    pub aggregate: Uuid,
    pub area: SubjectArea,
    /// When it happened, by the service's clock.
    pub time: DateTime<Utc>,
    pub traceparent: Option<String>,
    /// The protobuf message.
    pub payload: Bytes,
}

/// A message that is no event of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the message {sequence} is no event: {reason}")]
pub struct Unreadable {
    pub sequence: u64,
    reason: &'static str,
}

/// A message of a stream, before it is read as an event.
#[derive(Debug, Clone)]
pub(crate) struct Delivered {
    pub sequence: u64,
    pub subject: String,
    pub headers: BTreeMap<String, String>,
    pub payload: Bytes,
}

const MESSAGE_ID: &str = "Nats-Msg-Id";

impl Event {
    /// The last part of the schema: `TripDecided`.
    pub fn name(&self) -> &str {
        self.schema.rsplit('.').next().unwrap_or_default()
    }

    /// Reads the payload. The caller picks the message by [`Event::schema`].
    pub fn decode<M: prost::Message + Default>(&self) -> Result<M, prost::DecodeError> {
        M::decode(self.payload.clone())
    }
}

impl Delivered {
    pub fn stored(message: StreamMessage) -> Self {
        Self {
            sequence: message.sequence,
            subject: message.subject.to_string(),
            headers: flatten(&message.headers),
            payload: message.payload,
        }
    }

    pub fn pulled(sequence: u64, message: &async_nats::Message) -> Self {
        Self {
            sequence,
            subject: message.subject.to_string(),
            headers: message.headers.as_ref().map(flatten).unwrap_or_default(),
            payload: message.payload.clone(),
        }
    }

    /// The event's id as the stream deduplicates by it.
    pub fn message_id(&self) -> Option<&str> {
        self.headers.get(MESSAGE_ID).map(String::as_str)
    }

    pub fn read(&self) -> Result<Event, Unreadable> {
        let unreadable = |reason| Unreadable { sequence: self.sequence, reason };
        let header = |name, reason| self.headers.get(name).map(String::as_str).ok_or_else(|| unreadable(reason));
        let schema = header("ce-type", "no ce-type")?;
        let area = self.subject.strip_prefix(schema).and_then(|rest| rest.strip_prefix('.')).unwrap_or_default();
        let aggregate = header("ce-subject", "no ce-subject")?;
        let time = header("ce-time", "no ce-time")?;
        let epoch = header("ce-epoch", "no ce-epoch")?;
        Ok(Event {
            sequence: self.sequence,
            epoch: epoch.parse().map_err(|_| unreadable("ce-epoch is no number"))?,
            id: EventId::parse(header("ce-id", "no ce-id")?).map_err(|_| unreadable("ce-id is no event id"))?,
            source: header("ce-source", "no ce-source")?.to_owned(),
            schema: schema.to_owned(),
            subject: self.subject.clone(),
            aggregate: Uuid::try_parse(aggregate).map_err(|_| unreadable("ce-subject is no id"))?,
            area: SubjectArea::parse(area).map_err(|_| unreadable("the subject does not end with an area"))?,
            time: DateTime::parse_from_rfc3339(time).map_err(|_| unreadable("ce-time is no time"))?.to_utc(),
            traceparent: self.headers.get("traceparent").cloned(),
            payload: self.payload.clone(),
        })
    }
}

/// The headers an outbox row is published with.
pub(crate) fn headers(source: &Source, epoch: i64, row: &Numbered) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(MESSAGE_ID, row.event_id.to_string());
    headers.insert("ce-specversion", "1.0");
    headers.insert("ce-id", row.event_id.to_string());
    headers.insert("ce-source", source.uri());
    headers.insert("ce-type", row.schema.as_str());
    headers.insert("ce-subject", row.aggregate.to_string());
    headers.insert("ce-time", row.occurred_at.to_rfc3339_opts(SecondsFormat::Micros, true));
    headers.insert("ce-datacontenttype", "application/protobuf");
    headers.insert("ce-dataschema", format!("urn:{}", row.schema.replace('.', ":")));
    headers.insert("ce-epoch", epoch.to_string());
    if let Some(traceparent) = &row.traceparent {
        headers.insert("traceparent", traceparent.as_str());
    }
    headers
}

fn flatten(headers: &HeaderMap) -> BTreeMap<String, String> {
    let first = |values: &[async_nats::HeaderValue]| values.first().map(|value| value.as_str().to_owned());
    headers.iter().filter_map(|(name, values)| Some((name.to_string(), first(values)?))).collect()
}
