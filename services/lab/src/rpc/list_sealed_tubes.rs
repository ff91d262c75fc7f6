//! ListSealedTubes: sealed tubes of the caller's areas that wait for a box, oldest first.

use contract::{
    Permission,
    lab::v1::{ListSealedTubesRequest, ListSealedTubesResponse},
};
use runtime::Caller;

use crate::{
    access,
    error::Error,
    paging::{self, Cursor},
    request,
    service::Lab,
    store::tubes,
    tube::Tube,
    view,
};

const PERMISSION: Permission = Permission::LabShipmentsCarry;

pub async fn handle(service: &Lab, caller: &Caller, request: ListSealedTubesRequest) -> Result<ListSealedTubesResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let size = paging::size(request.page_size, 100, 200)?;
    let filters = ListSealedTubesRequest { page_size: 0, page_token: String::new() };
    let after = Cursor::read(&request.page_token, &filters)?.map(|cursor| (cursor.at, cursor.id));
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut conn = service.database.acquire().await?;
    let mut rows = tubes::sealed(&mut conn, &access::eyes(caller, PERMISSION), after, limit).await?;
    let cursor = |tube: &Tube| Cursor { rank: 0, at: tube.opened_at, id: tube.id.as_uuid() };
    let next_page_token = paging::cut(&mut rows, size, &filters, cursor);
    Ok(ListSealedTubesResponse { tubes: rows.iter().map(view::tube).collect(), next_page_token })
}
