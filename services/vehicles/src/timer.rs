//! The timer: turns a passed deadline plus its grace into OVERDUE, once, with an event. Several processes may run it; each trip has one at a time.

use std::time::Duration;

use chrono::{DateTime, Utc};
use runtime::{BoxError, Shutdown};

use crate::{error::Error, publish, reading, service::Vehicles, store};

const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Marks everything overdue at `now` and says how many trips that were.
pub async fn run_once(service: &Vehicles, now: DateTime<Utc>) -> Result<u32, Error> {
    let mut marked = 0;
    while let Some(changed) = mark_one(service, now).await? {
        marked += u32::from(changed);
    }
    Ok(marked)
}

/// None: no trip is left. False: another timer was at this one after we had looked for it and before we locked it.
async fn mark_one(service: &Vehicles, now: DateTime<Utc>) -> Result<Option<bool>, Error> {
    let mut transaction = service.begin().await?;
    let Some(record) = store::trips::lock_overdue(&mut transaction, now).await? else { return Ok(None) };
    let mut record = reading::with_arrivals(&mut transaction, record).await?;
    let (trip, happened) = record.trip.overdue(now);
    if happened.is_empty() {
        return Ok(Some(false));
    }
    record.trip = trip;
    store::trips::update(&mut transaction, &mut record).await?;
    store::arrivals::update_deadlines(&mut transaction, &record.trip.arrivals).await?;
    publish::append(&mut transaction, &service.profile, &record, &happened, now).await?;
    transaction.commit().await?;
    Ok(Some(true))
}

/// Looks every few seconds until the process stops. The database being away is waited out.
pub async fn run(service: Vehicles, shutdown: Shutdown) -> Result<(), BoxError> {
    loop {
        if let Err(error) = run_once(&service, service.now()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the timer waits");
        }
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            () = service.clock.sleep(LOOK_EVERY) => {}
        }
    }
}
