//! ListRuns: runs of the caller's laboratories, those that wait for approval first.

use contract::{
    Permission,
    lab::v1::{ListRunsRequest, ListRunsResponse, RunState},
};
use runtime::Caller;
use uuid::Uuid;

use crate::{
    access,
    error::Error,
    paging::{self, Cursor},
    request,
    run::Run,
    run_view,
    service::Lab,
    store::runs,
};

const PERMISSION: Permission = Permission::LabRunsRead;

pub async fn handle(service: &Lab, caller: &Caller, request: ListRunsRequest) -> Result<ListRunsResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let size = paging::size(request.page_size, 50, 200)?;
    let filters = ListRunsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    let after = Cursor::read(&request.page_token, &filters)?;
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut conn = service.database.acquire().await?;
    let mut rows = runs::list(&mut conn, request.only_waiting, &access::eyes(caller, PERMISSION), after, limit).await?;
    let next_page_token = paging::cut(&mut rows, size, &filters, cursor);
    let ids: Vec<Uuid> = rows.iter().map(|run| run.id.as_uuid()).collect();
    let counts = runs::counts(&mut conn, &ids).await?;
    let counts_of = |run: &Run| counts.iter().find(|counts| counts.run == run.id.as_uuid()).copied().unwrap_or_default();
    Ok(ListRunsResponse { runs: rows.iter().map(|run| run_view::summary(run, counts_of(run))).collect(), next_page_token })
}

fn cursor(run: &Run) -> Cursor {
    let rank = match run.state {
        RunState::Read => 0,
        RunState::Started => 1,
        RunState::Approved | RunState::Void | RunState::Unspecified => 2,
    };
    Cursor { rank, at: run.started_at, id: run.id.as_uuid() }
}
