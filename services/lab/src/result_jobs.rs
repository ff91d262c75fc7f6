//! What is left of imports when their requests are answered: runs are recorded and approved one by one, each in a transaction of its own, in the name of
//! who asked for it. Several processes may do it; what crashed goes on where it was.

use std::time::{Duration, Instant};

use contract::{
    Permission,
    lab::v1::{ApproveResultsRequest, ImportedRows, ImportedRunState, RecordRunResultsRequest},
};
use ids::ResultImportId;
use requests::Failure;
use runtime::{BoxError, Shutdown};

use crate::{
    acting,
    error::Error,
    result_import::{self, Aside, Reason},
    result_rows,
    rpc::{approve_results, record_run_results},
    sealed,
    service::Lab,
    store::result_imports,
};

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// So long a request works on what it brought, if it has the time; the rest goes on by itself.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Does what waits of an import before its request is answered: a small file is done then. What fails here is tried again later.
pub async fn work_for_a_moment(service: &Lab, import: ResultImportId) {
    let left = runtime::grpc::remaining().map_or(AT_ONCE, |left| left / 3);
    if let Err(error) = work_off(service, Some(import), AT_ONCE.min(left)).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "an import waits");
    }
}

/// Does what waits, of one import or of all, and stops after this time between two runs, or at a run that fails: that one is left alone for a minute.
/// Whether nothing waits any more.
pub async fn work_off(service: &Lab, import: Option<ResultImportId>, time: Duration) -> Result<bool, Error> {
    let begun = Instant::now();
    while begun.elapsed() < time {
        if !record_next(service, import).await? && !approve_next(service, import).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Works until the process stops, and looks every second whether there is something to do. The database being away is waited out.
pub async fn run(service: Lab, shutdown: Shutdown) -> Result<(), BoxError> {
    loop {
        let rest = match work_off(&service, None, LOOK_EVERY).await {
            Ok(false) => Duration::ZERO,
            Ok(true) => LOOK_EVERY,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "an import waits");
                LOOK_EVERY
            }
        };
        tokio::select! {
            biased;
            () = shutdown.requested() => return Ok(()),
            () = service.clock.sleep(rest) => {}
        }
    }
}

/// Whether there was a run to record. Nothing is held while the method runs, which has a transaction of its own.
async fn record_next(service: &Lab, import: Option<ResultImportId>) -> Result<bool, Error> {
    let mut claiming = service.begin().await?;
    let Some(job) = result_imports::claim_to_record(&mut claiming, import, service.now()).await? else { return Ok(false) };
    let key = seal::open_key(&mut claiming, &service.keyring, job.import.as_uuid()).await?;
    claiming.commit().await?;
    let rows: ImportedRows = sealed::open(&key, sealed::imported_rows(job.import), &job.sealed)?;
    let caller = acting::open(&key, sealed::importer(job.import), Permission::LabRunsPerform, &job.sealed_caller)?;
    let request = RecordRunResultsRequest {
        run_id: job.run.to_string(),
        command_id: job.command.to_string(),
        readings: result_import::readings(&rows.rows),
    };
    let recorded = record_run_results::handle(service, &caller, request).await;
    let mut transaction = service.begin().await?;
    match recorded {
        Ok(_) => result_imports::set_state(&mut transaction, &job, ImportedRunState::Recorded).await?,
        Err(Error::RunState | Error::Failure(Failure::Invalid(_) | Failure::NotFound)) => {
            // Somebody was quicker, at the bench or with another file.
            let rows = rows.rows.into_iter().map(|row| Aside { detail: row.run.clone(), row, reason: Reason::RunRead });
            result_rows::put_aside(&mut transaction, &key, job.import, rows.collect()).await?;
            result_imports::set_state(&mut transaction, &job, ImportedRunState::Aside).await?;
        }
        Err(error) => return Err(error),
    }
    transaction.commit().await?;
    Ok(true)
}

/// Whether there was a run to approve. What needs a single review stays.
async fn approve_next(service: &Lab, import: Option<ResultImportId>) -> Result<bool, Error> {
    let mut claiming = service.begin().await?;
    let Some(job) = result_imports::claim_to_approve(&mut claiming, import, service.now()).await? else { return Ok(false) };
    let key = seal::open_key(&mut claiming, &service.keyring, job.import.as_uuid()).await?;
    claiming.commit().await?;
    let caller = acting::open(&key, sealed::approver(job.import), Permission::LabResultsApprove, &job.sealed_caller)?;
    let request = ApproveResultsRequest { run_id: job.run.to_string(), command_id: job.command.to_string(), result_ids: Vec::new() };
    match approve_results::handle(service, &caller, request).await {
        // Nothing in it can be approved together with the rest, or everything was approved meanwhile.
        Ok(_) | Err(Error::RunState | Error::ResultState | Error::OwnResult | Error::Failure(Failure::NotFound)) => {}
        Err(error) => return Err(error),
    }
    let mut transaction = service.begin().await?;
    result_imports::set_approved(&mut transaction, &job).await?;
    transaction.commit().await?;
    Ok(true)
}
