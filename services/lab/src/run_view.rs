//! Runs, results and tasks as the contract shows them.

use contract::lab::v1 as pb;
use sqlx::PgConnection;

use crate::{
    error::Error,
    reading::{Ct, Reading},
    run::Run,
    sealed,
    service::Lab,
    store::runs::{Counts, WellRow},
    view,
};

/// The run with its plate, each well with the last version of what it said.
pub async fn whole(service: &Lab, conn: &mut PgConnection, run: &Run, wells: &[WellRow], readings: &[Reading]) -> Result<pb::Run, Error> {
    let mut message = summary(run, counts(wells, readings));
    for well in wells {
        let last = readings.iter().rfind(|reading| reading.position == well.position);
        let mut result = last.map(|reading| result(reading, well));
        if let (Some(result), Some(reading)) = (&mut result, last) {
            result.correction_reason = sealed::open_reason(conn, &service.keyring, reading.id, reading.sealed_reason.as_deref()).await?;
        }
        message.wells.push(pb::Well {
            position: well.position.clone(),
            kind: well.kind.into(),
            barcodes: well.barcodes.clone(),
            result,
            pool: well.people > 1,
        });
    }
    Ok(message)
}

fn counts(wells: &[WellRow], readings: &[Reading]) -> Counts {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    Counts {
        samples: count(wells.iter().map(|well| well.tubes.len()).sum()),
        waiting: count(readings.iter().filter(|reading| reading.waits()).count()),
        single_review: count(readings.iter().filter(|reading| reading.single_review().is_some()).count()),
        ..Counts::default()
    }
}

/// Without its plate.
pub fn summary(run: &Run, counts: Counts) -> pb::Run {
    let number = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    pb::Run {
        run_id: run.id.to_string(),
        number: run.number.clone(),
        laboratory: Some(view::laboratory(&run.laboratory)),
        method: run.method.into(),
        kit: run.kit.clone(),
        machine: run.machine.clone(),
        state: run.state.into(),
        wells: Vec::new(),
        started_at: Some(run.started_at.into()),
        read_at: run.read_at.map(Into::into),
        started_by: run.started_by.to_string(),
        read_by: run.read_by.map(|account| account.to_string()).unwrap_or_default(),
        waiting: number(counts.waiting),
        single_review: number(counts.single_review),
        void_reason: run.void_reason.clone(),
        version: run.version,
        samples: number(counts.samples),
    }
}

fn result(reading: &Reading, well: &WellRow) -> pb::Result {
    pb::Result {
        result_id: reading.id.to_string(),
        position: reading.position.clone(),
        outcome: reading.measured.outcome.into(),
        ct: ct(&reading.measured.ct),
        state: reading.state.into(),
        version: reading.version,
        correction_reason: String::new(),
        tested_at: Some(reading.tested_at.into()),
        read_by: reading.read_by.to_string(),
        approved_by: reading.approved_by.map(|account| account.to_string()).unwrap_or_default(),
        approved_at: reading.approved_at.map(Into::into),
        single_review: reading.single_review().unwrap_or_default().to_owned(),
        kind: reading.kind.into(),
        barcodes: well.barcodes.clone(),
    }
}

pub fn ct(values: &[Ct]) -> Vec<pb::CtValue> {
    values.iter().map(|value| pb::CtValue { gene: value.gene.into(), ct: value.ct }).collect()
}
