//! The relay: numbers what the outbox holds and publishes it in that order, exactly once. One per service is at work; a second one waits.

mod publish;
mod store;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::jetstream::Context;
use async_nats::jetstream::stream::Stream;
use runtime::Database;
use sqlx::PgConnection;
use tokio::sync::Mutex;

use crate::Source;
use crate::source::{backoff, is_connected};
use crate::stream::{self, StreamError};
use publish::Outcome;
use store::Head;

/// Publishes the outbox of one service. Clones share the work.
#[derive(Clone)]
pub struct Relay(Arc<Shared>);

struct Shared {
    database: Database,
    jetstream: Context,
    source: Source,
    office: Mutex<Option<Office>>,
}

/// The right to be the relay: a connection that holds the advisory lock and does all of the relay's work, so that both end together.
struct Office {
    connection: PgConnection,
    /// Whether the stream's tail is known to be what `published_number` says.
    attached: bool,
}

/// Why the outbox was not drained. What is unpublished stays in the outbox.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    #[error("another process relays this outbox")]
    Elsewhere,
    #[error("NATS is not reachable")]
    Away,
    /// The database is older than the stream, as after a restore. [`Relay::republish`] ends it.
    #[error("the stream ends at {tail}, the outbox has numbered only up to {known}")]
    Ahead { tail: u64, known: u64 },
    /// [`Relay::republish`] ends it.
    #[error("the stream holds another event as number {number} than the outbox")]
    Diverged { number: u64 },
    #[error("the stream refused an event: {0}")]
    Refused(String),
    #[error(transparent)]
    Stream(#[from] StreamError),
    #[error("the outbox could not be read or marked")]
    Database(#[from] sqlx::Error),
}

/// What [`Relay::republish`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Republished {
    /// The number the new stream begins with.
    pub first: u64,
    /// How many events it holds.
    pub events: u64,
    pub epoch: u64,
}

/// Commits of this time share a batch; a page sees an event so much later.
const GATHER: Duration = Duration::from_millis(20);
/// How long a commit of another process may go unseen.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
const MEASURE: Duration = Duration::from_secs(1);

impl Relay {
    /// `database` is the service's own, with [`crate::MIGRATOR`] applied.
    pub fn new(database: Database, jetstream: Context, source: Source) -> Self {
        Self(Arc::new(Shared { database, jetstream, source, office: Mutex::new(None) }))
    }

    /// Publishes until nothing is left and says how many events that were.
    pub async fn drain_once(&self) -> Result<u64, RelayError> {
        self.in_office(async |relay, office| relay.drain(office).await).await
    }

    /// Publishes until `stop` resolves: soon after each commit of this process, and of others at the next look. NATS or PostgreSQL being away is waited out.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let mut failures = 0;
        let mut measured = None;
        loop {
            let pause = match self.drain_once().await {
                Ok(_) => {
                    failures = 0;
                    GATHER
                }
                Err(error) => {
                    failures += 1;
                    self.report(&error, failures);
                    backoff(failures)
                }
            };
            if measured.is_none_or(|at: Instant| at.elapsed() >= MEASURE) {
                self.measure().await;
                measured = Some(Instant::now());
            }
            let waited = async {
                tokio::time::sleep(pause).await;
                if failures == 0 {
                    let _ = tokio::time::timeout(LOOK_AGAIN, self.0.database.committed()).await;
                }
            };
            tokio::select! {
                () = &mut stop => return,
                () = waited => {}
            }
        }
    }

    /// Makes the stream anew and publishes every event of the last 90 days again, under its own number.
    ///
    /// The epoch grows when the old stream held events that this database does not know, so that consumers notice.
    pub async fn republish(&self) -> Result<Republished, RelayError> {
        self.in_office(async |relay, office| relay.begin_again(office).await).await
    }

    /// Takes the office for `work`. Work that is dropped or loses the database gives it back.
    async fn in_office<T>(&self, work: impl AsyncFnOnce(&Shared, &mut Office) -> Result<T, RelayError>) -> Result<T, RelayError> {
        let mut slot = self.0.office.lock().await;
        let mut office = match slot.take() {
            Some(office) => office,
            None => self.0.take_office().await?,
        };
        let result = work(&self.0, &mut office).await;
        if !matches!(result, Err(RelayError::Database(_))) {
            *slot = Some(office);
        }
        result
    }

    fn report(&self, error: &RelayError, failures: usize) {
        let service = self.0.source.service();
        match error {
            RelayError::Elsewhere => tracing::debug!(service, "another process relays the outbox"),
            _ if !failures.is_power_of_two() => {}
            RelayError::Ahead { .. } | RelayError::Diverged { .. } | RelayError::Refused(_) => {
                tracing::error!(service, %error, failures, "the relay is stopped");
            }
            _ => tracing::warn!(service, error = error as &dyn std::error::Error, failures, "the outbox waits"),
        }
    }

    async fn measure(&self) {
        let service = self.0.source.service().to_owned();
        match store::backlog(self.0.database.pool()).await {
            Ok(backlog) => {
                metrics::gauge!("outbox_pending", "service" => service.clone()).set(backlog.pending);
                metrics::gauge!("outbox_lag_seconds", "service" => service).set(backlog.lag_seconds);
            }
            Err(error) => tracing::debug!(service, %error, "the outbox could not be measured"),
        }
    }
}

impl Shared {
    async fn take_office(&self) -> Result<Office, RelayError> {
        let mut connection = store::connect(self.database.pool()).await?;
        if store::lock(&mut connection).await? { Ok(Office { connection, attached: false }) } else { Err(RelayError::Elsewhere) }
    }

    async fn drain(&self, office: &mut Office) -> Result<u64, RelayError> {
        let mut published = 0;
        self.attach(office).await?;
        loop {
            let head = store::number(&mut office.connection).await?;
            let rows = store::unpublished(&mut office.connection, head).await?;
            let Some(last) = rows.last().map(|row| row.number) else {
                return Ok(published);
            };
            office.attached = false;
            let reached = match publish::publish(&self.jetstream, &self.source, head.epoch, &rows).await {
                Outcome::Stored => {
                    store::mark(&mut office.connection, last).await?;
                    last
                }
                Outcome::Refused(reason) => self.continue_from_tail(office, head, reason).await?,
            };
            office.attached = true;
            published += u64::try_from(reached - head.published_number).unwrap_or_default();
        }
    }

    /// A refusal or a missing answer says nothing of what was stored; only the tail does. Returns where it is.
    async fn continue_from_tail(&self, office: &mut Office, before: Head, reason: String) -> Result<i64, RelayError> {
        metrics::counter!("outbox_reconciled", "service" => self.source.service().to_owned()).increment(1);
        let tail = self.reconcile(&mut office.connection).await?;
        if tail == before.published_number { Err(RelayError::Refused(reason)) } else { Ok(tail) }
    }

    async fn attach(&self, office: &mut Office) -> Result<(), RelayError> {
        if !is_connected(&self.jetstream) {
            office.attached = false;
            store::ping(&mut office.connection).await?;
            return Err(RelayError::Away);
        }
        if !office.attached {
            self.reconcile(&mut office.connection).await?;
            office.attached = true;
        }
        Ok(())
    }

    /// Reads the stream's tail, proves that it is ours, and marks everything up to it as published.
    async fn reconcile(&self, connection: &mut PgConnection) -> Result<i64, RelayError> {
        let head = store::head(connection).await?;
        let stream = self.stream(connection).await?;
        let tail = stream::last_sequence(&stream).await?;
        self.prove(connection, head, &stream, tail).await?;
        let position = position(tail);
        if position < head.published_number {
            let service = self.source.service();
            tracing::warn!(service, tail, published = head.published_number, "the stream lost its end; it is published again");
        }
        store::mark(connection, position).await?;
        Ok(position)
    }

    async fn stream(&self, connection: &mut PgConnection) -> Result<Stream, RelayError> {
        if let Some(stream) = stream::find(&self.jetstream, &self.source).await? {
            stream::update(&self.jetstream, &self.source, &stream).await?;
            return Ok(stream);
        }
        let first = store::first_kept(connection).await?;
        tracing::info!(service = self.source.service(), first, "the stream is made");
        Ok(stream::create(&self.jetstream, &self.source, u64::try_from(first).unwrap_or(1)).await?)
    }

    async fn prove(&self, connection: &mut PgConnection, head: Head, stream: &Stream, tail: u64) -> Result<(), RelayError> {
        let known = u64::try_from(head.next_number - 1).unwrap_or_default();
        if tail > known {
            return Err(RelayError::Ahead { tail, known });
        }
        let Some(message) = stream::message(stream, tail).await? else {
            return Ok(());
        };
        let ours = store::event_id(connection, position(tail)).await?.map(|id| id.to_string());
        if ours.as_deref() == message.message_id() { Ok(()) } else { Err(RelayError::Diverged { number: tail }) }
    }

    async fn begin_again(&self, office: &mut Office) -> Result<Republished, RelayError> {
        if !is_connected(&self.jetstream) {
            return Err(RelayError::Away);
        }
        office.attached = false;
        match self.reconcile(&mut office.connection).await {
            Err(RelayError::Ahead { .. } | RelayError::Diverged { .. }) => store::next_epoch(&mut office.connection).await?,
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        stream::delete(&self.jetstream, &self.source).await?;
        let first = store::first_kept(&mut office.connection).await?;
        store::mark(&mut office.connection, first - 1).await?;
        let events = self.drain(office).await?;
        let epoch = store::head(&mut office.connection).await?.epoch;
        Ok(Republished { first: u64::try_from(first).unwrap_or(1), events, epoch: u64::try_from(epoch).unwrap_or_default() })
    }
}

fn position(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}
