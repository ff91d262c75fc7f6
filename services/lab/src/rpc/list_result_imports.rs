//! ListResultImports: imports of the caller's laboratories, newest first.

use contract::{
    Permission,
    lab::v1::{ListResultImportsRequest, ListResultImportsResponse},
};
use runtime::Caller;

use crate::{
    access,
    error::Error,
    paging::{self, Cursor},
    request, result_rows,
    service::Lab,
    store::result_imports::{self, ResultImport},
};

const PERMISSION: Permission = Permission::LabRunsRead;

pub async fn handle(service: &Lab, caller: &Caller, request: ListResultImportsRequest) -> Result<ListResultImportsResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let size = paging::size(request.page_size, 50, 200)?;
    let filters = ListResultImportsRequest::default();
    let after = Cursor::read(&request.page_token, &filters)?;
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut conn = service.database.acquire().await?;
    let mut rows = result_imports::list(&mut conn, &access::eyes(caller, PERMISSION), after, limit).await?;
    let next_page_token = paging::cut(&mut rows, size, &filters, cursor);
    Ok(ListResultImportsResponse { result_imports: rows.iter().map(result_rows::import).collect(), next_page_token })
}

fn cursor(import: &ResultImport) -> Cursor {
    Cursor { rank: 0, at: import.imported_at, id: import.id.as_uuid() }
}
