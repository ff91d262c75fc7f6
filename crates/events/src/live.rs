//! The live feed: events as they come, from a chosen place, resumed exactly after every interruption. For pages and for watching; it keeps nothing
//! and acknowledges nothing.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::pull::{Config, Stream as Messages};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy};
use chrono::{DateTime, Utc};
use futures::StreamExt;

use crate::event::Delivered;
use crate::source::{backoff, is_connected};
use crate::stream::{StreamError, find, last_sequence};
use crate::{Event, Source};

/// Where a feed begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With what is published from now on.
    Now,
    /// With this sequence, or the oldest one kept; `Last-Event-ID` plus one.
    Sequence(u64),
    /// With the first event the stream received at this time or later.
    Time(DateTime<Utc>),
}

/// What a feed yields.
#[expect(clippy::large_enum_variant, reason = "nearly every value is an event")]
#[derive(Debug, Clone, PartialEq)]
pub enum Live {
    Event(Event),
    /// The stream is read: what was missed while away comes next.
    Connected,
    /// NATS or the stream cannot be reached. The feed goes on trying.
    Away,
}

/// One reader of one source. It takes turns with nobody: every feed sees every event.
pub struct Feed {
    jetstream: Context,
    source: Source,
    subjects: Vec<String>,
    start: Start,
    epoch: u64,
    seen: u64,
    consumed: u64,
    connected: Option<bool>,
    failures: usize,
    messages: Option<Messages>,
}

const HEARTBEAT: Duration = Duration::from_secs(1);
const EXPIRES: Duration = Duration::from_secs(5);
const FORGOTTEN: Duration = Duration::from_secs(30);

impl Feed {
    /// `subjects` limits the feed, as in `gsvt.vehicles.v1.*.64.622.>`; none means everything.
    pub fn new(jetstream: Context, source: Source, start: Start, subjects: Vec<String>) -> Self {
        let (epoch, seen, consumed, failures) = (0, 0, 0, 0);
        Self { jetstream, source, subjects, start, epoch, seen, consumed, connected: None, failures, messages: None }
    }

    /// The next event or change of state. It never ends, and a call that is dropped loses nothing.
    pub async fn next(&mut self) -> Live {
        loop {
            let Some(messages) = &mut self.messages else {
                match self.open().await {
                    Ok(()) if self.connected.replace(true) != Some(true) => return Live::Connected,
                    Ok(()) => {}
                    Err(error) => {
                        tracing::debug!(source = self.source.service(), %error, "the live feed waits");
                        if self.connected.replace(false) != Some(false) {
                            return Live::Away;
                        }
                        self.failures += 1;
                        tokio::time::sleep(backoff(self.failures)).await;
                    }
                }
                continue;
            };
            match messages.next().await {
                Some(Ok(message)) => {
                    if let Some(event) = self.take(&message) {
                        return Live::Event(event);
                    }
                }
                _ => self.messages = None,
            }
        }
    }

    async fn open(&mut self) -> Result<(), StreamError> {
        if !is_connected(&self.jetstream) {
            return Err(StreamError::new("answer", "NATS is not reachable"));
        }
        let Some(stream) = find(&self.jetstream, &self.source).await? else {
            // Whatever a stream that does not exist yet will hold comes after now.
            if self.start == Start::Now {
                self.start = Start::Sequence(1);
            }
            return Err(StreamError::new("find the stream", "it does not exist"));
        };
        if self.start == Start::Now {
            self.start = Start::Sequence(last_sequence(&stream).await? + 1);
        }
        let config = Config {
            deliver_policy: self.deliver_policy(),
            ack_policy: AckPolicy::None,
            filter_subjects: self.subjects.clone(),
            inactive_threshold: FORGOTTEN,
            memory_storage: true,
            num_replicas: 1,
            ..Config::default()
        };
        let failed = |error: async_nats::Error| StreamError::new("deliver events", error);
        let consumer = stream.create_consumer(config).await.map_err(|error| failed(error.into()))?;
        let messages = consumer.stream().heartbeat(HEARTBEAT).expires(EXPIRES).messages().await.map_err(|error| failed(error.into()))?;
        self.messages = Some(messages);
        (self.consumed, self.failures) = (0, 0);
        Ok(())
    }

    fn deliver_policy(&self) -> DeliverPolicy {
        match (self.seen, self.start) {
            (0, Start::Now) => DeliverPolicy::New,
            (0, Start::Sequence(sequence)) => DeliverPolicy::ByStartSequence { start_sequence: sequence.max(1) },
            (0, Start::Time(time)) => DeliverPolicy::ByStartTime { start_time: time },
            (seen, _) => DeliverPolicy::ByStartSequence { start_sequence: seen + 1 },
        }
    }

    /// The event of a message, unless messages before it were lost on the way or it was seen before the stream was made anew.
    fn take(&mut self, message: &async_nats::jetstream::Message) -> Option<Event> {
        let Ok(info) = message.info() else {
            self.messages = None;
            return None;
        };
        if info.consumer_sequence != self.consumed + 1 {
            self.messages = None;
            return None;
        }
        self.consumed = info.consumer_sequence;
        let sequence = info.stream_sequence;
        match Delivered::pulled(sequence, message).read() {
            Ok(event) if event.epoch == self.epoch && sequence <= self.seen => None,
            Ok(event) => {
                (self.epoch, self.seen) = (event.epoch, sequence);
                Some(event)
            }
            Err(error) => {
                tracing::error!(source = self.source.service(), %error, "a message is left out of the live feed");
                None
            }
        }
    }
}
