//! The outbox: what a service says, in the transaction of the change. Numbering and publishing are the relay's.

use chrono::{DateTime, Utc};
use ids::EventId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::SubjectArea;

/// An event as a service's `publish.rs` hands it over.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Unique for ever; a second append of the same id is refused.
    pub id: EventId,
    /// Full name of the protobuf message: `gsvt.vehicles.v1.TripDecided`. It is the CloudEvents type and begins the subject.
    pub schema: &'static str,
    /// The record the event is about. Events of one aggregate keep their order, provided its row is locked before the append.
    pub aggregate: Uuid,
    /// The area the event is about; it ends the subject.
    pub area: SubjectArea,
    /// When it happened, by the service's clock.
    pub occurred_at: DateTime<Utc>,
    /// The protobuf message, at most 192 KiB. Never a person's data in plaintext.
    pub payload: Vec<u8>,
}

/// A row of the outbox that has its number.
#[derive(Debug)]
pub(crate) struct Numbered {
    pub number: i64,
    pub event_id: Uuid,
    pub schema: String,
    pub aggregate: Uuid,
    pub subject: String,
    pub occurred_at: DateTime<Utc>,
    pub traceparent: Option<String>,
    pub payload: Vec<u8>,
}

/// Why an event was not appended. The caller's transaction cannot be committed any more.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error("the schema {0:?} does not read like gsvt.<service>.v1.<Event>")]
    Schema(&'static str),
    #[error("the payload has {0} bytes, more than {MAX_PAYLOAD}")]
    TooLarge(usize),
    #[error("the event is already in the outbox")]
    Repeated,
    #[error("the outbox could not be written")]
    Database(#[from] sqlx::Error),
}

const MAX_PAYLOAD: usize = 192 * 1024;

/// [`append_all`] of one event.
pub async fn append(connection: &mut PgConnection, event: NewEvent) -> Result<(), AppendError> {
    append_all(connection, std::slice::from_ref(&event)).await
}

/// Writes `events` into the outbox in their order, in one statement of the caller's transaction and with the current trace context. The relay publishes
/// them after the commit.
pub async fn append_all(connection: &mut PgConnection, events: &[NewEvent]) -> Result<(), AppendError> {
    let traceparents = vec![runtime::telemetry::current_traceparent(); events.len()];
    append_traced(connection, events, &traceparents).await
}

/// [`append_all`] of what several requests say: each event with a trace context of its own.
pub async fn append_traced(connection: &mut PgConnection, events: &[NewEvent], traceparents: &[Option<String>]) -> Result<(), AppendError> {
    if let Some(event) = events.iter().find(|event| !is_schema(event.schema)) {
        return Err(AppendError::Schema(event.schema));
    }
    if let Some(event) = events.iter().find(|event| event.payload.len() > MAX_PAYLOAD) {
        return Err(AppendError::TooLarge(event.payload.len()));
    }
    if events.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = events.iter().map(|event| event.id.as_uuid()).collect();
    let schemas: Vec<String> = events.iter().map(|event| event.schema.to_owned()).collect();
    let aggregates: Vec<Uuid> = events.iter().map(|event| event.aggregate).collect();
    let subjects: Vec<String> = events.iter().map(|event| format!("{}.{}", event.schema, event.area)).collect();
    let times: Vec<DateTime<Utc>> = events.iter().map(|event| event.occurred_at).collect();
    let payloads: Vec<Vec<u8>> = events.iter().map(|event| event.payload.clone()).collect();
    let written = sqlx::query!(
        "insert into events.outbox (event_id, schema, aggregate, subject, occurred_at, traceparent, payload)
         select event_id, schema, aggregate, subject, occurred_at, traceparent, payload
         from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::bytea[]) with ordinality
             event (event_id, schema, aggregate, subject, occurred_at, traceparent, payload, place)
         order by place",
        &ids,
        &schemas,
        &aggregates,
        &subjects,
        &times,
        traceparents as &[Option<String>],
        &payloads,
    )
    .execute(connection)
    .await;
    match written {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(error)) if error.constraint() == Some("outbox_event_id_key") => Err(AppendError::Repeated),
        Err(error) => Err(error.into()),
    }
}

fn is_schema(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let plain = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    parts.len() == 4 && parts[0] == "gsvt" && parts.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::is_schema;

    #[test]
    fn a_schema_names_the_service_the_version_and_the_event() {
        for (text, expected) in [
            ("gsvt.vehicles.v1.TripDecided", true),
            ("gsvt.vehicles.TripDecided", false),
            ("other.vehicles.v1.TripDecided", false),
            ("gsvt.vehicles.v1.", false),
            ("gsvt.vehicles.v1.Trip*", false),
        ] {
            assert_eq!(is_schema(text), expected, "{text}");
        }
    }
}
