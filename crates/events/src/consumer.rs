//! The consumer: applies each event of a source once, in order, in the transaction that also moves its watermark. What it cannot apply it parks.

mod apply;
mod parked;
mod pull;
mod store;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::jetstream::Context;
use futures::FutureExt;
use futures::future::BoxFuture;
use runtime::Database;
use sqlx::{Connection, PgConnection};
use tokio::sync::Mutex;
use tracing::Instrument;
use uuid::Uuid;

use crate::source::{backoff, is_connected};
use crate::stream::StreamError;
use crate::{Event, Source};

pub use store::forget;

/// What a handler's failure is told as. It is stored and logged: no person's data.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// What a handler returns.
pub type Handled<'a> = BoxFuture<'a, Result<(), HandlerError>>;

type Handler = dyn for<'a> Fn(&'a mut PgConnection, &'a Event) -> Handled<'a> + Send + Sync;

/// Applies the events of one source to one database. Clones share the work.
#[derive(Clone)]
pub struct Consumer(Arc<Shared>);

struct Shared {
    database: Database,
    jetstream: Context,
    name: &'static str,
    source: Source,
    handler: Box<Handler>,
    connection: Mutex<Option<PgConnection>>,
}

/// Why a consumer does not go on. It tries again; nothing is lost or applied twice.
#[derive(Debug, thiserror::Error)]
pub enum ConsumerError {
    #[error("NATS is not reachable")]
    Away,
    #[error("the source has no stream yet")]
    NoStream,
    /// The source publishes it again, or [`forget`] begins anew with what the stream has.
    #[error("the stream has lost the event {number}")]
    Gap { number: u64 },
    /// The source was restored to an earlier state. What came from it has to be rebuilt, beginning with [`forget`].
    #[error("the source began epoch {epoch}, this consumer is in epoch {ours}")]
    TimelineChanged { epoch: u64, ours: u64 },
    #[error(transparent)]
    Stream(#[from] StreamError),
    #[error("the consumer's database failed")]
    Database(#[from] sqlx::Error),
}

/// Why a handler did not apply an event.
#[derive(Debug)]
struct Failure {
    text: String,
    /// Whether a statement may still be under way on the connection.
    unfinished: bool,
}

/// Longer than any handler needs, shorter than NATS waits for the acknowledgement.
const DEADLINE: Duration = Duration::from_secs(10);
const SETTLED: Duration = Duration::from_secs(10);

impl Consumer {
    /// A consumer called `name`, for ever, in `database` with [`crate::MIGRATOR`] applied. `handler` must leave events it does not need alone.
    pub fn new<F>(database: Database, jetstream: Context, name: &'static str, source: Source, handler: F) -> Self
    where
        F: for<'a> Fn(&'a mut PgConnection, &'a Event) -> Handled<'a> + Send + Sync + 'static,
    {
        Self(Arc::new(Shared { database, jetstream, name, source, handler: Box::new(handler), connection: Mutex::new(None) }))
    }

    /// Applies everything the stream has, retries what is due, and says how far it has come.
    pub async fn drain_once(&self) -> Result<u64, ConsumerError> {
        if !is_connected(&self.0.jetstream) {
            return Err(ConsumerError::Away);
        }
        let durable = match self.attach().await {
            Ok(durable) => durable,
            Err(ConsumerError::NoStream) => return Ok(0),
            Err(error) => return Err(error),
        };
        while self.pull_now(&durable).await? > 0 {}
        self.with_connection(async |shared, connection| {
            shared.catch_up_to_tail(connection, &durable.stream).await?;
            shared.retry_due(connection).await?;
            shared.position(connection).await
        })
        .await
    }

    /// Applies events until `stop` resolves. NATS or PostgreSQL being away is waited out.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let mut failures = 0;
        loop {
            let begun = Instant::now();
            let error = tokio::select! {
                () = &mut stop => return,
                error = self.follow() => error,
            };
            failures = if begun.elapsed() > SETTLED { 1 } else { failures + 1 };
            self.report(&error, failures);
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(backoff(failures)) => {}
            }
        }
    }

    /// Tries the parked events of `aggregate` again, in order, and says how many are still parked.
    pub async fn unpark(&self, aggregate: Uuid) -> Result<u64, ConsumerError> {
        self.with_connection(async |shared, connection| {
            unpark(connection, shared.name, &shared.source, aggregate).await?;
            shared.retry_due(connection).await?;
            Ok(store::count_parked(connection, shared.name, shared.source.service(), Some(aggregate)).await?)
        })
        .await
    }

    /// Lends the consumer's connection to `work`. Work that is dropped or fails in the database closes it.
    async fn with_connection<T>(
        &self,
        work: impl AsyncFnOnce(&Shared, &mut PgConnection) -> Result<T, ConsumerError>,
    ) -> Result<T, ConsumerError> {
        let mut slot = self.0.connection.lock().await;
        let mut connection = match slot.take() {
            Some(connection) => connection,
            None => self.0.connect().await?,
        };
        let result = work(&self.0, &mut connection).await;
        if !matches!(result, Err(ConsumerError::Database(_))) {
            *slot = Some(connection);
        }
        result
    }

    fn report(&self, error: &ConsumerError, failures: usize) {
        let (consumer, source) = (self.0.name, self.0.source.service());
        match error {
            _ if !failures.is_power_of_two() => {}
            ConsumerError::Gap { .. } | ConsumerError::TimelineChanged { .. } => {
                tracing::error!(consumer, source, %error, failures, "the consumer is stopped");
            }
            _ => tracing::warn!(consumer, source, error = error as &dyn std::error::Error, failures, "the consumer waits"),
        }
    }
}

impl Shared {
    async fn connect(&self) -> Result<PgConnection, ConsumerError> {
        Ok(PgConnection::connect_with(&self.database.pool().connect_options()).await?)
    }

    async fn handle(&self, connection: &mut PgConnection, event: &Event) -> Result<(), Failure> {
        let span = tracing::info_span!(parent: None, "events.apply", consumer = self.name, event = event.name(), sequence = event.sequence);
        if let Some(traceparent) = &event.traceparent {
            runtime::telemetry::set_parent(&span, traceparent);
        }
        let work = async { (self.handler)(connection, event).await };
        match tokio::time::timeout(DEADLINE, AssertUnwindSafe(work).catch_unwind().instrument(span)).await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Ok(Err(error))) => Err(Failure { text: error.to_string(), unfinished: false }),
            // The panic's own text may hold anything; the panic hook has logged it.
            Ok(Err(_)) => Err(Failure { text: "the handler panicked".to_owned(), unfinished: true }),
            Err(_) => Err(Failure { text: format!("the handler took more than {} s", DEADLINE.as_secs()), unfinished: true }),
        }
    }
}

/// Makes the parked events of `aggregate` due; the running consumer tries them again, in order, within a second.
pub async fn unpark(connection: &mut PgConnection, consumer: &str, source: &Source, aggregate: Uuid) -> Result<(), sqlx::Error> {
    store::make_due(connection, consumer, source.service(), aggregate).await
}
