//! What is no longer needed is forgotten: old sessions, links, tries, clients.

use std::time::Duration;

use runtime::{Clock, Database, Shutdown};

use crate::{error::Error, store};

const PAUSE: Duration = Duration::from_secs(600);

/// Forgets once; how many rows.
pub async fn sweep_once(database: &Database) -> Result<u64, Error> {
    let mut tx = database.begin().await?;
    let now = store::now(&mut tx).await?;
    let forgotten = store::sessions::forget_old(&mut tx, now).await?
        + store::links::forget_old(&mut tx, now).await?
        + store::tries::forget_old(&mut tx, now).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// Forgets now and every ten minutes. A database that is away is no reason to stop.
pub async fn run(database: Database, clock: Clock, shutdown: Shutdown) {
    while !shutdown.is_requested() {
        if let Err(error) = sweep_once(&database).await {
            tracing::warn!(%error, "old rows were not forgotten");
        }
        tokio::select! {
            () = clock.sleep(PAUSE) => {}
            () = shutdown.requested() => {}
        }
    }
}
