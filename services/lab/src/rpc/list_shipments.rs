//! ListShipments: boxes of the caller's areas, newest first.

use contract::{
    Permission,
    lab::v1::{ListShipmentsRequest, ListShipmentsResponse},
};
use runtime::Caller;

use crate::{
    access, box_case,
    error::Error,
    paging::{self, Cursor},
    request,
    service::Lab,
    shipment::Shipment,
    store::{rules, shipments},
};

const PERMISSION: Permission = Permission::LabSamplesRead;

pub async fn handle(service: &Lab, caller: &Caller, request: ListShipmentsRequest) -> Result<ListShipmentsResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let size = paging::size(request.page_size, 25, 100)?;
    let filters = ListShipmentsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    let after = Cursor::read(&request.page_token, &filters)?.map(|cursor| (cursor.at, cursor.id));
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut conn = service.database.acquire().await?;
    let mut rows = shipments::list(&mut conn, request.only_open, &access::eyes(caller, PERMISSION), after, limit).await?;
    let cursor = |shipment: &Shipment| Cursor { rank: 0, at: shipment.packed_at, id: shipment.id.as_uuid() };
    let next_page_token = paging::cut(&mut rows, size, &filters, cursor);
    let laboratories = rules::laboratories(&mut conn).await?;
    Ok(ListShipmentsResponse {
        shipments: rows.iter().map(|shipment| box_case::summary(shipment, &laboratories)).collect(),
        next_page_token,
    })
}
