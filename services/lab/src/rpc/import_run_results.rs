//! ImportRunResults: the file of an instrument. Runs of which it says everything are recorded; no row of it is lost.

use contract::{
    Permission,
    lab::v1::{self as pb, ImportRunResultsRequest, ImportRunResultsResponse, ImportedRow, RowAside},
};
use ids::{ResultImportId, RunId};
use requests::Failure;
use runtime::{Caller, Transaction};
use sha2::{Digest as _, Sha256};
use sheets::Table;

use crate::{
    access, acting,
    error::Error,
    instrument_file, request,
    result_import::{Aside, Placed, Reason},
    result_jobs, result_rows, sealed,
    service::Lab,
    spreadsheet,
    store::{
        result_imports::{self, New},
        rules::{self, Laboratory},
    },
    trail::{self, Act},
    view,
};

const PERMISSION: Permission = Permission::LabRunsPerform;
const SHOWN: usize = 200;

pub async fn handle(service: &Lab, caller: &Caller, request: ImportRunResultsRequest) -> Result<ImportRunResultsResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let id = request::id(ResultImportId::parse(&request.import_id), "import_id")?;
    let only = Some(request.run_id.as_str()).filter(|run| !run.is_empty());
    let only = only.map(|run| request::id(RunId::parse(run), "run_id")).transpose()?;
    let file_index = service.keyring.index("lab.result_imports.file", &requests::hex(&Sha256::digest(&request.content)))?;
    let read = read(&spreadsheet::read(request.content, instrument_file::template()).await?);
    let mut transaction = service.begin().await?;
    let laboratory = rules::own_laboratory(&mut transaction, &request.laboratory_id, &access::eyes(caller, PERMISSION)).await?;
    if let Some(known) = result_imports::of_file(&mut transaction, &laboratory.id, &file_index).await? {
        return answer(service, caller, &mut transaction, known, known != id).await;
    }
    let rows = i32::try_from(read.rows.len() + read.wrong.len()).unwrap_or(i32::MAX);
    let mut placed = result_rows::place(&mut transaction, &laboratory.id, read.rows, only).await?;
    placed.aside.extend(read.wrong);
    if request.dry_run {
        return Ok(what_would_be(caller, id, &laboratory, rows, &placed));
    }
    let file = File { id, laboratory, file_index: &file_index, rows };
    match take(service, caller, transaction, &file, placed).await {
        Ok(()) => result_jobs::work_for_a_moment(service, id).await,
        // Sent twice at once: the second finds what the first stored. Else the id was used for another file.
        Err(error) if error.is_on(&TWICE) => {}
        Err(error) => return Err(error),
    }
    let mut transaction = service.begin().await?;
    let stored = result_imports::of_file(&mut transaction, &file.laboratory.id, &file_index).await?;
    let stored = stored.ok_or(Error::Failure(Failure::IdReused))?;
    answer(service, caller, &mut transaction, stored, stored != id).await
}

/// The constraints that two requests at once run into, or one whose id was used.
const TWICE: [&str; 3] = ["data_keys_pkey", "result_imports_pkey", "result_imports_file_key"];

struct File<'a> {
    id: ResultImportId,
    laboratory: Laboratory,
    file_index: &'a [u8],
    rows: i32,
}

async fn take(service: &Lab, caller: &Caller, mut transaction: Transaction, file: &File<'_>, placed: Placed) -> Result<(), Error> {
    let File { id, laboratory, file_index, rows } = file;
    let key = seal::create_key(&mut transaction, &service.keyring, id.as_uuid()).await?;
    let new = New {
        id: *id,
        laboratory,
        file_index,
        rows: *rows,
        known_rows: i32::try_from(placed.known.len()).unwrap_or(i32::MAX),
        account: caller.account()?.account_id,
        sealed_importer: &acting::seal(&key, sealed::importer(*id), caller, PERMISSION)?,
    };
    result_imports::insert(&mut transaction, &new, service.now()).await?;
    result_rows::keep(service, &mut transaction, &key, *id, placed).await?;
    let act = Act::write("lab.ImportRunResults", id.as_uuid(), laboratory.area).with(serde_json::json!({ "rows": rows }));
    trail::record(&mut transaction, caller, PERMISSION, act, service.now()).await?;
    Ok(transaction.commit().await?)
}

async fn answer(
    service: &Lab,
    caller: &Caller,
    transaction: &mut Transaction,
    id: ResultImportId,
    same_file: bool,
) -> Result<ImportRunResultsResponse, Error> {
    let import = result_imports::get(transaction, id, &access::eyes(caller, PERMISSION)).await?;
    let aside = result_rows::shown(service, transaction, id, caller.language).await?;
    Ok(ImportRunResultsResponse { result_import: Some(result_rows::import(&import)), aside, same_file })
}

/// The rows of a file; those with a wrong cell apart.
struct Read {
    rows: Vec<ImportedRow>,
    wrong: Vec<Aside>,
}

fn read(table: &Table) -> Read {
    let mut read = Read { rows: Vec::with_capacity(table.rows.len()), wrong: Vec::new() };
    for row in &table.rows {
        match instrument_file::row(table, row) {
            (row, None) => read.rows.push(row),
            (row, Some(detail)) => read.wrong.push(Aside { row, reason: Reason::Cell, detail }),
        }
    }
    read
}

/// What a dry run says: nothing is stored.
fn what_would_be(caller: &Caller, id: ResultImportId, laboratory: &Laboratory, rows: i32, placed: &Placed) -> ImportRunResultsResponse {
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    let import = pb::ResultImport {
        import_id: id.to_string(),
        laboratory: Some(view::laboratory(laboratory)),
        rows,
        known_rows: count(placed.known.len()),
        rows_aside: count(placed.aside.len()),
        runs: count(placed.runs.len()),
        ..pb::ResultImport::default()
    };
    let mut aside: Vec<RowAside> = placed.aside.iter().map(|aside| result_rows::message(aside, caller.language)).collect();
    aside.sort_by_key(|aside| aside.row.as_ref().map(|row| row.number));
    aside.truncate(SHOWN);
    ImportRunResultsResponse { result_import: Some(import), aside, same_file: false }
}
