//! Boxes on their way from the desks into the laboratory: every tube that is packed arrives.

use anyhow::{Context as _, Result, ensure};
use contract::lab::v1::{
    HandOverShipmentRequest, HandOverShipmentResponse, LeaveShipmentRequest, LeaveShipmentResponse, PackShipmentRequest,
    PackShipmentResponse, ReceiveShipmentRequest, ReceiveShipmentResponse, ReceiveTubesRequest, ReceiveTubesResponse, ShipmentState,
};
use ids::ShipmentId;

use super::staff::{COURIER, LABORATORY, Staff, TECHNICIAN};

/// Tubes in a box.
const BOX: usize = 400;
const CELSIUS: f64 = 4.5;

/// Ships these barcodes. Every second box is left at the door, and its tubes are scanned rack by rack.
pub async fn ship(staff: &Staff, barcodes: &[String]) -> Result<()> {
    for (number, barcodes) in barcodes.chunks(BOX).enumerate() {
        let shipment = ShipmentId::mint(staff.now()).to_string();
        let request =
            PackShipmentRequest { shipment_id: shipment.clone(), laboratory_id: LABORATORY.to_owned(), barcodes: barcodes.to_vec() };
        let _: PackShipmentResponse = staff.say(COURIER, "pack", "/v1/shipments", &request).await?;
        let request = HandOverShipmentRequest { command_id: staff.command(), celsius: Some(CELSIUS), ..Default::default() };
        let path = format!("/v1/shipments/{shipment}/hand-over");
        let _: HandOverShipmentResponse = staff.say(COURIER, "hand-over", &path, &request).await?;
        if number % 2 == 0 { receive_box(staff, &shipment, barcodes).await? } else { leave(staff, &shipment, barcodes).await? }
    }
    Ok(())
}

async fn receive_box(staff: &Staff, shipment: &str, barcodes: &[String]) -> Result<()> {
    let request = ReceiveShipmentRequest {
        command_id: staff.command(),
        barcodes: barcodes.to_vec(),
        celsius: Some(CELSIUS),
        ..ReceiveShipmentRequest::default()
    };
    let path = format!("/v1/shipments/{shipment}/receive");
    let received: ReceiveShipmentResponse = staff.say(TECHNICIAN, "receive", &path, &request).await?;
    let state = received.shipment.context("the box is not there")?.state();
    ensure!(state == ShipmentState::Settled && received.unknown_barcodes.is_empty(), "a whole box is {}", state.as_str_name());
    Ok(())
}

async fn leave(staff: &Staff, shipment: &str, barcodes: &[String]) -> Result<()> {
    let request = LeaveShipmentRequest { command_id: staff.command(), r#where: "Tủ mát ngoài cửa".to_owned(), ..Default::default() };
    let _: LeaveShipmentResponse = staff.say(COURIER, "leave", &format!("/v1/shipments/{shipment}/leave"), &request).await?;
    receive_rack(staff, barcodes, "RECEIVED").await
}

/// Tubes on their own, each answered so.
pub async fn receive_rack(staff: &Staff, barcodes: &[String], answer: &str) -> Result<()> {
    let request = ReceiveTubesRequest { command_id: staff.command(), barcodes: barcodes.to_vec(), ..ReceiveTubesRequest::default() };
    let path = format!("/v1/laboratories/{LABORATORY}/receive");
    let received: ReceiveTubesResponse = staff.say(TECHNICIAN, "rack", &path, &request).await?;
    let other = received.accessions.iter().find(|accession| accession.answer != answer);
    ensure!(other.is_none(), "a tube of a rack is {}", other.map(|accession| accession.answer.as_str()).unwrap_or_default());
    Ok(())
}
