//! LeaveShipment: the box stands at the laboratory and nobody was there, as at three in the morning.

use contract::{
    Permission,
    lab::v1::{LeaveShipmentRequest, LeaveShipmentResponse},
};
use runtime::Caller;

use crate::{
    box_case::{self, Named, Opened},
    error::Error,
    service::Lab,
};

const PERMISSION: Permission = Permission::LabShipmentsCarry;

pub async fn handle(service: &Lab, caller: &Caller, request: LeaveShipmentRequest) -> Result<LeaveShipmentResponse, Error> {
    caller.require(PERMISSION)?;
    let named =
        Named { shipment_id: &request.shipment_id, command_id: &request.command_id, action: "lab.LeaveShipment", permission: PERMISSION };
    let case = match box_case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(shipment) => return Ok(LeaveShipmentResponse { shipment: Some(*shipment) }),
    };
    let shipment = case.shipment.clone().leave(request.r#where.trim(), case.now)?;
    Ok(LeaveShipmentResponse { shipment: Some(case.finish(service, caller, &shipment).await?) })
}
