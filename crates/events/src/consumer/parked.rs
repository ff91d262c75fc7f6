//! Events that could not be applied: parked with the later ones of their aggregate, tried again after growing pauses, then by hand.

use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::store::{self, Parked, Watermark};
use super::{ConsumerError, Failure, Shared};
use crate::event::Delivered;

/// Seconds before the second, third, … try; after the last one only [`super::Consumer::unpark`] tries again.
const PAUSES: [f64; 5] = [0.1, 1.0, 5.0, 30.0, 120.0];

impl Shared {
    /// Sets `delivered` aside and moves on, in one transaction.
    pub(super) async fn park(
        &self,
        connection: &mut PgConnection,
        delivered: &Delivered,
        aggregate: Uuid,
        failure: &Failure,
    ) -> Result<(), ConsumerError> {
        let (consumer, source) = (self.name, self.source.service());
        let mut transaction = connection.begin().await?;
        let mark = store::lock_watermark(&mut transaction, consumer, source).await?;
        if delivered.sequence != mark.number + 1 {
            return Ok(());
        }
        // Only unreadable messages come here with others of their kind parked before them.
        if store::count_parked(&mut transaction, consumer, source, Some(aggregate)).await? == 0 {
            store::park(&mut transaction, consumer, source, aggregate, delivered, &failure.text, PAUSES[0]).await?;
        } else {
            store::park_behind(&mut transaction, consumer, source, aggregate, delivered).await?;
        }
        store::move_watermark(&mut transaction, consumer, source, Watermark { number: delivered.sequence, ..mark }).await?;
        transaction.commit().await?;
        tracing::error!(consumer, source, %aggregate, number = delivered.sequence, error = failure.text, "an event is parked");
        self.measure_parked(connection).await
    }

    /// Tries every parked event that is due and the first of its aggregate.
    pub(super) async fn retry_due(&self, connection: &mut PgConnection) -> Result<(), ConsumerError> {
        while let Some(parked) = store::due(connection, self.name, self.source.service()).await? {
            if let Err(failure) = self.retry(connection, &parked).await? {
                self.recover(connection, &failure).await?;
                let tries = parked.tries + 1;
                let pause = usize::try_from(tries - 1).ok().and_then(|index| PAUSES.get(index)).copied();
                store::failed_again(connection, self.name, self.source.service(), parked.delivered.sequence, &failure.text, pause).await?;
                if pause.is_none() {
                    let (consumer, number) = (self.name, parked.delivered.sequence);
                    tracing::error!(consumer, number, aggregate = %parked.aggregate, error = failure.text, "a parked event is given up until unparked");
                }
            }
            self.measure_parked(connection).await?;
        }
        Ok(())
    }

    async fn retry(&self, connection: &mut PgConnection, parked: &Parked) -> Result<Result<(), Failure>, ConsumerError> {
        let (consumer, source) = (self.name, self.source.service());
        let mut transaction = connection.begin().await?;
        // Waits for, and holds back, whoever applies events of this source now: the order of the aggregate depends on it.
        store::lock_watermark(&mut transaction, consumer, source).await?;
        if !store::unpark(&mut transaction, consumer, source, parked.delivered.sequence).await? {
            return Ok(Ok(()));
        }
        let event = match parked.delivered.read() {
            Ok(event) => event,
            Err(error) => return Ok(Err(Failure::of(&error))),
        };
        if let Err(failure) = self.handle(&mut transaction, &event).await {
            return Ok(Err(failure));
        }
        if let Err(error) = store::make_due(&mut transaction, consumer, source, parked.aggregate).await {
            return Ok(Err(Failure::hidden(error)?));
        }
        Ok(Ok(transaction.commit().await?))
    }

    async fn measure_parked(&self, connection: &mut PgConnection) -> Result<(), ConsumerError> {
        let parked = store::count_parked(connection, self.name, self.source.service(), None).await?;
        let parked = u32::try_from(parked).unwrap_or(u32::MAX);
        metrics::gauge!("parked", "consumer" => self.name, "source" => self.source.service().to_owned()).set(parked);
        Ok(())
    }
}
