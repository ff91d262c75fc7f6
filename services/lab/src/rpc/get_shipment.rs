//! GetShipment: one box with its manifest.

use contract::{
    Permission,
    lab::v1::{GetShipmentRequest, GetShipmentResponse},
};
use ids::ShipmentId;
use runtime::Caller;

use crate::{access, box_case, error::Error, request, service::Lab, store::shipments};

const PERMISSION: Permission = Permission::LabSamplesRead;

pub async fn handle(service: &Lab, caller: &Caller, request: GetShipmentRequest) -> Result<GetShipmentResponse, Error> {
    caller.require(PERMISSION)?;
    let id = request::id(ShipmentId::parse(&request.shipment_id), "shipment_id")?;
    let mut conn = service.database.acquire().await?;
    let shipment = shipments::get(&mut conn, id, &access::eyes(caller, PERMISSION)).await?;
    Ok(GetShipmentResponse { shipment: Some(box_case::message(service, &mut conn, &shipment).await?) })
}
