//! The timer: a passed deadline is told once, and a week after its end a report is closed. Several processes may run it; each report has one at a
//! time.

use std::time::Duration;

use chrono::{DateTime, Utc};
use runtime::{BoxError, Shutdown};

use crate::{
    album, budget,
    error::Error,
    photo,
    publish::{self, Cause},
    report::REOPEN_WITHIN,
    service::Reports,
    store::{self, budgets},
};

const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Does everything that time does until `now`, and says to how many reports.
pub async fn run_once(service: &Reports, now: DateTime<Utc>) -> Result<u32, Error> {
    let mut changed = 0;
    while let Some(one) = change_one(service, now).await? {
        changed += u32::from(one);
    }
    let mut transaction = service.begin().await?;
    budgets::forget_old(&mut transaction, now, now - budget::WINDOW).await?;
    store::photos::forget_sent(&mut transaction, now - photo::WINDOW).await?;
    transaction.commit().await?;
    album::pass_time(service, now).await?;
    Ok(changed)
}

/// None: no report is left. False: another timer was at this one after we had looked for it and before we locked it.
async fn change_one(service: &Reports, now: DateTime<Utc>) -> Result<Option<bool>, Error> {
    let mut transaction = service.begin().await?;
    let Some(mut record) = store::reports::lock_timed(&mut transaction, now, now - REOPEN_WITHIN).await? else { return Ok(None) };
    let Some((report, happened)) = record.report.clone().pass_time(now) else { return Ok(Some(false)) };
    record.report = report;
    store::reports::update(&mut transaction, &mut record).await?;
    let key = seal::open_key(&mut transaction, &service.keyring, record.report.id.as_uuid()).await?;
    publish::append(&mut transaction, &key, &record, &[happened], Cause::default(), now).await?;
    transaction.commit().await?;
    Ok(Some(true))
}

/// Looks every few seconds until the process stops. The database being away is waited out.
pub async fn run(service: Reports, shutdown: Shutdown) -> Result<(), BoxError> {
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
