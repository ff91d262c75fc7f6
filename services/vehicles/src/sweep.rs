//! The sweep: marks rows that have left the public list for good, so that its indexes stay as small as the list. What is shown never waits for it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use runtime::{BoxError, Shutdown};

use crate::{error::Error, service::Vehicles, store::public};

const LOOK_EVERY: Duration = Duration::from_secs(60);
const BATCH: u16 = 500;

/// Marks everything that left the list before `now` and says how many rows that were.
pub async fn run_once(service: &Vehicles, now: DateTime<Utc>) -> Result<u64, Error> {
    let mut marked = 0;
    loop {
        let mut transaction = service.begin().await?;
        let hours = public::hours_listed(&mut transaction, now).await?;
        let batch = public::sweep(&mut transaction, now - chrono::Duration::hours(hours), i64::from(BATCH)).await?;
        transaction.commit().await?;
        marked += batch;
        if batch < u64::from(BATCH) {
            return Ok(marked);
        }
    }
}

/// Looks every minute until the process stops. The database being away is waited out.
pub async fn run(service: Vehicles, shutdown: Shutdown) -> Result<(), BoxError> {
    loop {
        if let Err(error) = run_once(&service, service.now()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the sweep waits");
        }
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            () = service.clock.sleep(LOOK_EVERY) => {}
        }
    }
}
