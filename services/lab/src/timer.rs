//! The timer: a positive result that the CDC has not spoken of is shown to the person all the same, and whoever was not fit to travel is so no longer.
//! Several processes may run it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use runtime::{BoxError, Shutdown};

use crate::{
    deriving,
    error::Error,
    service::Lab,
    store::{lookups, outcomes, rules},
};

const LOOK_EVERY: Duration = Duration::from_secs(5);
/// People at once.
const AT_ONCE: i64 = 200;

/// Does everything that time does until `now`, and says to how many results and people.
pub async fn run_once(service: &Lab, now: DateTime<Utc>) -> Result<u64, Error> {
    let mut transaction = service.begin().await?;
    let hours = rules::policy(&mut transaction, now).await?.release_positive_after_hours;
    let mut changed = outcomes::release_old(&mut transaction, now - chrono::Duration::hours(hours), now).await?;
    lookups::forget_old(&mut transaction, now).await?;
    transaction.commit().await?;
    loop {
        let mut transaction = service.begin().await?;
        let people = outcomes::recovered(&mut transaction, now, AT_ONCE).await?;
        deriving::derive_for_people(&mut transaction, service, &people, now).await?;
        transaction.commit().await?;
        let number = u64::try_from(people.len()).unwrap_or_default();
        changed += number;
        if number < AT_ONCE.unsigned_abs() {
            return Ok(changed);
        }
    }
}

/// Looks every few seconds until the process stops. The database being away is waited out.
pub async fn run(service: Lab, shutdown: Shutdown) -> Result<(), BoxError> {
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
