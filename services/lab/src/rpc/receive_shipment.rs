//! ReceiveShipment: which tubes were in the box. Those missing and those that were not listed are explained one by one afterwards.

use contract::{
    Permission,
    lab::v1::{ReceiveShipmentRequest, ReceiveShipmentResponse},
};
use ids::TubeId;
use runtime::Caller;

use crate::{
    access,
    accession::{self, Answer, Receipt},
    box_case::{self, Named, Opened},
    error::Error,
    service::Lab,
    store::rules,
};

const PERMISSION: Permission = Permission::LabTubesReceive;

pub async fn handle(service: &Lab, caller: &Caller, request: ReceiveShipmentRequest) -> Result<ReceiveShipmentResponse, Error> {
    caller.require(PERMISSION)?;
    let named =
        Named { shipment_id: &request.shipment_id, command_id: &request.command_id, action: "lab.ReceiveShipment", permission: PERMISSION };
    let mut case = match box_case::open(service, caller, &request, named).await? {
        Opened::New(case) => case,
        Opened::Done(shipment) => {
            let unknown = shipment.lines.iter().filter(|line| line.tube_id.is_empty()).map(|line| line.barcode.clone());
            return Ok(ReceiveShipmentResponse { unknown_barcodes: unknown.collect(), shipment: Some(*shipment) });
        }
    };
    let eyes = access::eyes(caller, PERMISSION);
    let laboratory = rules::own_laboratory(&mut case.transaction, &case.shipment.laboratory, &eyes).await?;
    let mut barcodes: Vec<String> = request.barcodes.iter().map(|barcode| barcode.trim().to_uppercase()).collect();
    barcodes.sort_unstable();
    barcodes.dedup();
    // First what the box says, so that a second receipt of it is refused before a tube changes.
    case.shipment.clone().receive(&[], None, case.now)?;
    let receipt = Receipt {
        laboratory: &laboratory,
        account: case.account,
        shipment: Some((case.shipment.id, &case.shipment.number)),
        now: case.now,
    };
    let came = accession::receive(&mut case.transaction, service, &barcodes, receipt).await?;
    let found: Vec<(String, Option<TubeId>)> =
        came.iter().map(|(barcode, tube, _)| (barcode.clone(), tube.as_ref().map(|tube| tube.id))).collect();
    let unknown_barcodes = came.into_iter().filter(|(_, _, answer)| *answer == Answer::Unknown).map(|(barcode, ..)| barcode).collect();
    let shipment = case.shipment.clone().receive(&found, request.celsius, case.now)?;
    Ok(ReceiveShipmentResponse { shipment: Some(case.finish(service, caller, &shipment).await?), unknown_barcodes })
}
