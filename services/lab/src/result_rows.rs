//! The rows of an import as they are kept: sealed with its key, placed among the laboratory's wells, shown with their reasons.

use contract::lab::v1::{self as pb, ImportedRow, ImportedRows, RowAside};
use ids::{CommandId, ResultImportId, RunId};
use runtime::{Language, Transaction};
use seal::DataKey;
use sqlx::PgConnection;

use crate::{
    error::Error,
    result_import::{self, Aside, Placed},
    sealed,
    service::Lab,
    store::{
        imported_wells,
        result_imports::{self, AsideRow, NewRun, ResultImport},
    },
    view,
};

/// Rows kept aside that an answer shows.
const SHOWN: i64 = 200;

/// Looks the rows up among the laboratory's wells.
pub async fn place(conn: &mut PgConnection, laboratory: &str, rows: Vec<ImportedRow>, only: Option<RunId>) -> Result<Placed, Error> {
    let mut numbers: Vec<String> = rows.iter().map(|row| row.run.clone()).filter(|run| !run.is_empty()).collect();
    numbers.sort();
    numbers.dedup();
    let barcodes: Vec<String> = rows.iter().flat_map(|row| result_import::barcodes(&row.barcode)).collect();
    let wells = imported_wells::of_rows(conn, laboratory, &numbers, &barcodes, only).await?;
    Ok(result_import::place(rows, &wells, only))
}

/// Stores the runs that are whole and the rows that are kept aside.
pub async fn keep(
    service: &Lab,
    transaction: &mut Transaction,
    key: &DataKey,
    import: ResultImportId,
    placed: Placed,
) -> Result<(), Error> {
    let now = service.now();
    let runs = placed.runs.into_iter().map(|(run, rows)| {
        let sealed = sealed::seal(key, sealed::imported_rows(import), &ImportedRows { rows })?;
        Ok(NewRun { run, sealed, record: CommandId::mint(now), approve: CommandId::mint(now) })
    });
    let runs = runs.collect::<Result<Vec<_>, Error>>()?;
    result_imports::insert_runs(transaction, import, &runs).await?;
    put_aside(transaction, key, import, placed.aside).await
}

pub async fn put_aside(transaction: &mut Transaction, key: &DataKey, import: ResultImportId, aside: Vec<Aside>) -> Result<(), Error> {
    let rows = aside.into_iter().map(|Aside { row, reason, detail }| {
        let number = row.number;
        let message = RowAside { row: Some(row), detail, ..RowAside::default() };
        Ok(AsideRow { number, reason, sealed: sealed::seal(key, sealed::row_aside(import), &message)? })
    });
    result_imports::put_aside(transaction, import, &rows.collect::<Result<Vec<_>, Error>>()?).await
}

/// The rows kept aside, opened: the first ones, or all.
pub async fn aside(conn: &mut PgConnection, key: &DataKey, import: ResultImportId, limit: Option<i64>) -> Result<Vec<Aside>, Error> {
    let rows = result_imports::aside(conn, import, limit.unwrap_or(i64::MAX)).await?;
    let open = |row: AsideRow| {
        let message: RowAside = sealed::open(key, sealed::row_aside(import), &row.sealed)?;
        Ok(Aside { row: message.row.unwrap_or_default(), reason: row.reason, detail: message.detail })
    };
    rows.into_iter().map(open).collect()
}

/// As they are shown.
pub async fn shown(service: &Lab, conn: &mut PgConnection, import: ResultImportId, language: Language) -> Result<Vec<RowAside>, Error> {
    let key = seal::open_key(conn, &service.keyring, import.as_uuid()).await?;
    Ok(aside(conn, &key, import, Some(SHOWN)).await?.iter().map(|row| message(row, language)).collect())
}

pub fn message(aside: &Aside, language: Language) -> RowAside {
    let (vi, en) = aside.reason.sentence(&aside.detail);
    RowAside {
        row: Some(aside.row.clone()),
        reason: aside.reason.code().to_owned(),
        detail: aside.detail.clone(),
        sentence: if language == Language::Vi { vi } else { en },
    }
}

/// How far an import is.
pub fn import(import: &ResultImport) -> pb::ResultImport {
    let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
    pb::ResultImport {
        import_id: import.id.to_string(),
        laboratory: Some(view::laboratory(&import.laboratory)),
        rows: import.rows,
        known_rows: import.known_rows,
        rows_aside: count(import.counts.rows_aside),
        runs: count(import.counts.runs),
        runs_recorded: count(import.counts.recorded),
        runs_to_approve: count(import.counts.to_approve),
        runs_approved: count(import.counts.approved),
        imported_at: Some(import.imported_at.into()),
        imported_by: import.imported_by.to_string(),
    }
}
