//! HandOverShipment: the courier has the box.

use contract::{
    Permission,
    lab::v1::{HandOverShipmentRequest, HandOverShipmentResponse},
};
use runtime::Caller;

use crate::{
    box_case::{self, Named, Opened},
    error::Error,
    service::Lab,
};

const PERMISSION: Permission = Permission::LabShipmentsCarry;

pub async fn handle(service: &Lab, caller: &Caller, request: HandOverShipmentRequest) -> Result<HandOverShipmentResponse, Error> {
    caller.require(PERMISSION)?;
    let named = Named {
        shipment_id: &request.shipment_id,
        command_id: &request.command_id,
        action: "lab.HandOverShipment",
        permission: PERMISSION,
    };
    let case = match box_case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(shipment) => return Ok(HandOverShipmentResponse { shipment: Some(*shipment) }),
    };
    let shipment = case.shipment.clone().hand_over(request.celsius, case.now)?;
    Ok(HandOverShipmentResponse { shipment: Some(case.finish(service, caller, &shipment).await?) })
}
