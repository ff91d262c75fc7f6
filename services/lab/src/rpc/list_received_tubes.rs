//! ListReceivedTubes: tubes in a laboratory that wait for a run, oldest swab first.

use contract::{
    Permission,
    lab::v1::{ListReceivedTubesRequest, ListReceivedTubesResponse},
};
use runtime::Caller;

use crate::{
    access,
    error::Error,
    paging::{self, Cursor},
    request,
    service::Lab,
    store::{rules, tubes},
    tube::Tube,
    view,
};

const PERMISSION: Permission = Permission::LabRunsPerform;

pub async fn handle(service: &Lab, caller: &Caller, request: ListReceivedTubesRequest) -> Result<ListReceivedTubesResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let size = paging::size(request.page_size, 100, 200)?;
    let filters = ListReceivedTubesRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    let after = Cursor::read(&request.page_token, &filters)?.map(|cursor| (cursor.at, cursor.id));
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut conn = service.database.acquire().await?;
    let laboratory = rules::own_laboratory(&mut conn, &request.laboratory_id, &access::eyes(caller, PERMISSION)).await?;
    let mut rows = tubes::received(&mut conn, &laboratory.id, after, limit).await?;
    let cursor = |tube: &Tube| Cursor { rank: 0, at: tube.opened_at, id: tube.id.as_uuid() };
    let next_page_token = paging::cut(&mut rows, size, &filters, cursor);
    Ok(ListReceivedTubesResponse { tubes: rows.iter().map(view::tube).collect(), next_page_token })
}
