//! Applying events: watermark and effect move in one transaction, or neither does.

use async_nats::jetstream::stream::Stream;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::store::{self, Watermark};
use super::{ConsumerError, Failure, Shared};
use crate::Event;
use crate::event::Delivered;

/// What became of a run of events that was tried in one transaction.
enum Attempt {
    Done,
    /// Nothing of the run was kept.
    Failed {
        aggregate: Uuid,
        failure: Failure,
    },
}

impl Watermark {
    /// Refuses events of another timeline; a consumer without one takes the event's.
    pub(super) fn check(&self, event: &Event) -> Result<(), ConsumerError> {
        if self.epoch == 0 || self.epoch == event.epoch {
            Ok(())
        } else {
            Err(ConsumerError::TimelineChanged { epoch: event.epoch, ours: self.epoch })
        }
    }
}

impl Shared {
    /// Applies delivered messages, sorted by number; what is missing between them is read from the stream first.
    pub(super) async fn advance(
        &self,
        connection: &mut PgConnection,
        stream: &Stream,
        delivered: &[Delivered],
    ) -> Result<(), ConsumerError> {
        for run in delivered.chunk_by(|one, next| one.sequence + 1 == next.sequence) {
            let before = run.first().map_or(0, |first| first.sequence.saturating_sub(1));
            if self.catch_up(connection, stream, before).await? {
                metrics::counter!("gaps", "consumer" => self.name, "source" => self.source.service().to_owned()).increment(1);
            }
            self.apply(connection, run).await?;
        }
        Ok(())
    }

    /// Applies consecutive events together; when one fails, each by itself, and the failing one is parked.
    pub(super) async fn apply(&self, connection: &mut PgConnection, run: &[Delivered]) -> Result<(), ConsumerError> {
        let Attempt::Failed { failure, .. } = self.attempt(connection, run).await? else {
            return Ok(());
        };
        self.recover(connection, &failure).await?;
        for one in run {
            if let Attempt::Failed { aggregate, failure } = self.attempt(connection, std::slice::from_ref(one)).await? {
                self.recover(connection, &failure).await?;
                self.park(connection, one, aggregate, &failure).await?;
            }
        }
        Ok(())
    }

    async fn attempt(&self, connection: &mut PgConnection, run: &[Delivered]) -> Result<Attempt, ConsumerError> {
        let (consumer, source) = (self.name, self.source.service());
        let mut transaction = connection.begin().await?;
        let mut mark = store::lock_watermark(&mut transaction, consumer, source).await?;
        let parked = store::parked_aggregates(&mut transaction, consumer, source).await?;
        for delivered in run.iter().filter(|delivered| delivered.sequence > mark.number).collect::<Vec<_>>() {
            if delivered.sequence != mark.number + 1 {
                return Err(ConsumerError::Gap { number: mark.number + 1 });
            }
            let event = match delivered.read() {
                Ok(event) => event,
                Err(error) => return Ok(Attempt::Failed { aggregate: Uuid::nil(), failure: Failure::of(&error) }),
            };
            mark.check(&event)?;
            if parked.contains(&event.aggregate) {
                store::park_behind(&mut transaction, consumer, source, event.aggregate, delivered).await?;
            } else if let Err(failure) = self.handle(&mut transaction, &event).await {
                return Ok(Attempt::Failed { aggregate: event.aggregate, failure });
            }
            mark = Watermark { number: delivered.sequence, epoch: event.epoch };
        }
        match store::move_watermark(&mut transaction, consumer, source, mark).await {
            Ok(()) => Ok(transaction.commit().await.map(|()| Attempt::Done)?),
            Err(error) => {
                let failure = Failure::hidden(error)?;
                let aggregate = run.last().and_then(|last| last.read().ok()).map_or(Uuid::nil(), |event| event.aggregate);
                Ok(Attempt::Failed { aggregate, failure })
            }
        }
    }

    /// After a panic or a deadline a statement may be under way: the connection is given up with it.
    pub(super) async fn recover(&self, connection: &mut PgConnection, failure: &Failure) -> Result<(), ConsumerError> {
        if failure.unfinished {
            *connection = self.connect().await?;
        }
        Ok(())
    }
}

impl Failure {
    pub(super) fn of(error: &dyn std::error::Error) -> Self {
        Self { text: error.to_string(), unfinished: false }
    }

    /// A handler that hides a failed statement leaves a transaction that takes no further one; other errors are not the handler's.
    pub(super) fn hidden(error: sqlx::Error) -> Result<Self, sqlx::Error> {
        match error.as_database_error().and_then(|error| error.code()) {
            Some(code) if code == "25P02" => Ok(Self { text: "the handler hid a failed statement".to_owned(), unfinished: false }),
            _ => Err(error),
        }
    }
}
