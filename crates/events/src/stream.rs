//! The stream of a service: its settings, and what is in it.

use std::time::Duration;

use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::stream::{Compression, Config, DiscardPolicy, RawMessageErrorKind, RetentionPolicy, StorageType, Stream};
use async_nats::jetstream::{Context, ErrorCode};

use crate::Source;
use crate::event::Delivered;

/// How long a stream keeps an event; the outbox keeps it longer.
const KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);
const DUPLICATES: Duration = Duration::from_secs(120);
const LARGEST_MESSAGE: i32 = 256 * 1024;

/// JetStream did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[error("JetStream did not {action}")]
pub struct StreamError {
    action: &'static str,
    #[source]
    source: async_nats::Error,
}

impl StreamError {
    pub(crate) fn new(action: &'static str, source: impl Into<async_nats::Error>) -> Self {
        Self { action, source: source.into() }
    }
}

/// The stream, or none where it was never made or was deleted.
pub(crate) async fn find(jetstream: &Context, source: &Source) -> Result<Option<Stream>, StreamError> {
    match jetstream.get_stream(source.stream()).await {
        Ok(stream) => Ok(Some(stream)),
        Err(error) => match error.kind() {
            GetStreamErrorKind::JetStream(reply) if reply.error_code() == ErrorCode::STREAM_NOT_FOUND => Ok(None),
            _ => Err(StreamError::new("find the stream", error)),
        },
    }
}

/// Makes the stream; its first message will have the sequence `first`.
pub(crate) async fn create(jetstream: &Context, source: &Source, first: u64) -> Result<Stream, StreamError> {
    let config = Config { first_sequence: Some(first), ..wanted(source) };
    jetstream.create_stream(config).await.map_err(|error| StreamError::new("create the stream", error))
}

/// Brings the settings of an older stream up to date.
pub(crate) async fn update(jetstream: &Context, source: &Source, stream: &Stream) -> Result<(), StreamError> {
    let present = &stream.cached_info().config;
    let updated = settle(present.clone(), wanted(source));
    if *present == updated {
        return Ok(());
    }
    jetstream.update_stream(updated).await.map(drop).map_err(|error| StreamError::new("update the stream", error))
}

pub(crate) async fn delete(jetstream: &Context, source: &Source) -> Result<(), StreamError> {
    jetstream.delete_stream(source.stream()).await.map(drop).map_err(|error| StreamError::new("delete the stream", error))
}

/// The last sequence the stream gave, from its leader.
pub(crate) async fn last_sequence(stream: &Stream) -> Result<u64, StreamError> {
    let info = stream.get_info().await.map_err(|error| StreamError::new("tell its last sequence", error))?;
    Ok(info.state.last_sequence)
}

/// The message with this sequence, from the leader; none where it aged out or was lost, or nothing was published yet.
pub(crate) async fn message(stream: &Stream, sequence: u64) -> Result<Option<Delivered>, StreamError> {
    if sequence == 0 {
        return Ok(None);
    }
    match stream.get_raw_message(sequence).await {
        Ok(message) => Ok(Some(Delivered::stored(message))),
        Err(error) if matches!(error.kind(), RawMessageErrorKind::NoMessageFound) => Ok(None),
        Err(error) => Err(StreamError::new("read a message", error)),
    }
}

fn wanted(source: &Source) -> Config {
    Config {
        name: source.stream(),
        subjects: vec![source.subjects()],
        retention: RetentionPolicy::Limits,
        storage: StorageType::File,
        discard: DiscardPolicy::New,
        max_age: KEPT,
        max_message_size: LARGEST_MESSAGE,
        duplicate_window: DUPLICATES,
        num_replicas: 1,
        deny_delete: true,
        deny_purge: true,
        allow_direct: true,
        allow_atomic_publish: true,
        compression: Some(Compression::S2),
        ..Config::default()
    }
}

/// `present` with our settings; replicas, size limits, placement and the window of duplicates are the operator's.
fn settle(present: Config, wanted: Config) -> Config {
    Config {
        subjects: wanted.subjects,
        discard: wanted.discard,
        max_age: wanted.max_age,
        max_message_size: wanted.max_message_size,
        deny_delete: wanted.deny_delete,
        deny_purge: wanted.deny_purge,
        allow_direct: wanted.allow_direct,
        allow_atomic_publish: wanted.allow_atomic_publish,
        ..present
    }
}
