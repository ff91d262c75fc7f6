//! Getting messages: the durable pull consumer on the server, and reading the stream by number where the durable does not give what is wanted.

use std::convert::Infallible;
use std::time::Duration;

use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::consumer::{AckPolicy, Consumer as Pull, DeliverPolicy, ReplayPolicy};
use async_nats::jetstream::stream::Stream;
use async_nats::jetstream::{Message, stream};
use futures::{StreamExt, TryStreamExt};
use sqlx::PgConnection;

use super::{Consumer, ConsumerError, Shared, store};
use crate::event::Delivered;
use crate::stream::{StreamError, find, last_sequence, message};

/// The consumer on the server and the stream it reads.
pub(super) struct Durable {
    pub stream: Stream<stream::Info>,
    pull: Pull<Config>,
}

const CHUNK: usize = 100;
/// Reads by number that are under way at the same time.
const READS: usize = 16;
const RETRY: Duration = Duration::from_millis(500);

impl Consumer {
    /// Applies what comes, until something fails.
    pub(super) async fn follow(&self) -> ConsumerError {
        match self.try_follow().await {
            Err(error) => error,
        }
    }

    async fn try_follow(&self) -> Result<Infallible, ConsumerError> {
        let durable = self.attach().await?;
        self.with_connection(async |shared, connection| shared.catch_up_to_tail(connection, &durable.stream).await).await?;
        let pull =
            durable.pull.stream().max_messages_per_batch(2 * CHUNK).expires(Duration::from_secs(5)).heartbeat(Duration::from_secs(1));
        let messages = pull.messages().await.map_err(|error| StreamError::new("deliver events", error))?;
        let mut chunks = messages.ready_chunks(CHUNK);
        let mut retries = tokio::time::interval(RETRY);
        loop {
            tokio::select! {
                chunk = chunks.next() => {
                    let chunk = chunk.unwrap_or_default().into_iter().collect::<Result<Vec<_>, _>>();
                    let messages = chunk.map_err(|error| StreamError::new("deliver events", error))?;
                    if messages.is_empty() {
                        return Err(StreamError::new("go on delivering", "the delivery ended").into());
                    }
                    self.take(&durable.stream, messages).await?;
                }
                _ = retries.tick() => self.with_connection(async |shared, connection| shared.retry_due(connection).await).await?,
            }
        }
    }

    /// Takes what the durable has now and says how many messages that were.
    pub(super) async fn pull_now(&self, durable: &Durable) -> Result<usize, ConsumerError> {
        let failed = |error| StreamError::new("deliver events", error);
        let batch = durable.pull.fetch().max_messages(CHUNK).messages().await.map_err(|error| failed(error.into()))?;
        let messages: Vec<Message> = batch.try_collect().await.map_err(failed)?;
        let count = messages.len();
        self.take(&durable.stream, messages).await?;
        Ok(count)
    }

    async fn take(&self, stream: &Stream, messages: Vec<Message>) -> Result<(), ConsumerError> {
        let mut delivered = messages.iter().map(|message| self.delivered(message)).collect::<Result<Vec<_>, _>>()?;
        delivered.sort_by_key(|message| message.sequence);
        delivered.dedup_by_key(|message| message.sequence);
        self.with_connection(async |shared, connection| shared.advance(connection, stream, &delivered).await).await?;
        for message in &messages {
            // A lost acknowledgement brings the message again, and the watermark drops it.
            if let Err(error) = message.ack().await {
                tracing::debug!(consumer = self.0.name, %error, "an event was not acknowledged");
            }
        }
        Ok(())
    }

    fn delivered(&self, message: &Message) -> Result<Delivered, ConsumerError> {
        let info = message.info().map_err(|error| StreamError::new("say what it delivered", error))?;
        if info.delivered > 1 {
            metrics::counter!("redeliveries", "consumer" => self.0.name, "source" => self.0.source.service().to_owned()).increment(1);
        }
        Ok(Delivered::pulled(info.stream_sequence, message))
    }

    /// Finds the stream and the durable, makes the watermark and the durable where they are missing, and compares the epochs.
    pub(super) async fn attach(&self) -> Result<Durable, ConsumerError> {
        let stream = find(&self.0.jetstream, &self.0.source).await?.ok_or(ConsumerError::NoStream)?;
        let next = self.with_connection(async |shared, connection| shared.begin(connection, &stream).await).await?;
        let config = Config {
            durable_name: Some(self.0.name.to_owned()),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: next },
            ack_policy: AckPolicy::Explicit,
            ack_wait: Duration::from_secs(30),
            max_deliver: -1,
            max_ack_pending: 512,
            max_waiting: 8,
            replay_policy: ReplayPolicy::Instant,
            ..Config::default()
        };
        let pull = stream.get_or_create_consumer(self.0.name, config).await;
        let pull = pull.map_err(|error| StreamError::new("give the durable consumer", error))?;
        Ok(Durable { stream, pull })
    }
}

impl Shared {
    /// The next number wanted. A consumer that never was begins with the first event the stream still has.
    async fn begin(&self, connection: &mut PgConnection, stream: &Stream) -> Result<u64, ConsumerError> {
        let before = stream.cached_info().state.first_sequence.saturating_sub(1);
        let mark = store::begin(connection, self.name, self.source.service(), before).await?;
        let last = last_sequence(stream).await?;
        if let Some(Ok(event)) = message(stream, last).await?.map(|message| message.read()) {
            mark.check(&event)?;
        }
        Ok(mark.number + 1)
    }

    pub(super) async fn catch_up_to_tail(&self, connection: &mut PgConnection, stream: &Stream) -> Result<(), ConsumerError> {
        let tail = last_sequence(stream).await?;
        self.catch_up(connection, stream, tail).await.map(drop)
    }

    /// Reads the stream by number from the watermark to `until` and applies it; false where there was nothing to do.
    pub(super) async fn catch_up(&self, connection: &mut PgConnection, stream: &Stream, until: u64) -> Result<bool, ConsumerError> {
        let begun = self.position(connection).await?;
        let mut position = begun;
        while position < until {
            let chunk = until.min(position + CHUNK as u64);
            let reads = futures::stream::iter(position + 1..=chunk)
                .map(|number| async move { message(stream, number).await?.ok_or(ConsumerError::Gap { number }) });
            let run: Vec<Delivered> = reads.buffered(READS).try_collect().await?;
            self.apply(connection, &run).await?;
            position = self.position(connection).await?;
        }
        Ok(position > begun)
    }

    pub(super) async fn position(&self, connection: &mut PgConnection) -> Result<u64, ConsumerError> {
        Ok(store::watermark(connection, self.name, self.source.service()).await?.number)
    }
}
