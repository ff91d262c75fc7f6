//! Boxes: packed, handed over, left at night, received, and each difference explained; racks; tubes that are refused.

use contract::lab::v1::{self as pb, ManifestState, ShipmentState, TubeState};
use tonic::Code;

use crate::world::{AN_KHE, CDC, COURIER, RECEIVER, World, fields, reason, world};

const TUBES: [&str; 4] = ["893456789001", "893456789002", "893456789003", "893456789004"];

/// Four sealed single tubes.
async fn tubes(world: &World) -> String {
    let session = world.session().await.session_id;
    for (number, barcode) in (1..).zip(TUBES) {
        let person = world.somebody(number).await;
        world.tube_of(&session, barcode, &[&person]).await;
    }
    session
}

fn states(shipment: &pb::Shipment) -> Vec<(&str, ManifestState)> {
    shipment.lines.iter().map(|line| (line.barcode.as_str(), line.state())).collect()
}

#[tokio::test]
async fn a_box_goes_out_and_only_what_is_sealed_goes_with_it() {
    let mut world = world().await;
    let session = tubes(&world).await;
    let waiting = world.courier().list_sealed_tubes(pb::ListSealedTubesRequest::default()).await.unwrap().into_inner().tubes;
    assert_eq!(waiting.len(), 4);
    assert!(waiting.iter().all(|tube| tube.members.is_empty()), "a courier reads nobody's name");
    world.opened(&session, "893456789005", pb::TubeKind::Single).await;
    let wrong = world.boxed(&[TUBES[0], "893456789005", "KHONGCO-99", TUBES[0]]);
    let refused = world.courier().pack_shipment(wrong).await.unwrap_err();
    assert_eq!(
        (reason(&refused).as_str(), fields(&refused)),
        ("SAMPLES", vec!["barcodes[1]".into(), "barcodes[2]".into(), "barcodes[3]".into()])
    );
    let request = world.boxed(&TUBES[..2]);
    let shipment = world.courier().pack_shipment(request.clone()).await.unwrap().into_inner().shipment.unwrap();
    assert_eq!((shipment.number.as_str(), shipment.state()), ("VC-20211018-0001", ShipmentState::Packed));
    assert_eq!(world.courier().pack_shipment(request).await.unwrap().into_inner().shipment.unwrap(), shipment);
    let taken = world.courier().pack_shipment(world.boxed(&TUBES[1..2])).await.unwrap_err();
    assert_eq!(fields(&taken), ["barcodes[0]"]);
    let mut an_khe = world.call(world.account(AN_KHE, COURIER));
    let get = pb::GetShipmentRequest { shipment_id: shipment.shipment_id.clone() };
    assert_eq!(an_khe.get_shipment(get.clone()).await.unwrap_err().code(), Code::NotFound);
    assert!(an_khe.list_shipments(pb::ListShipmentsRequest::default()).await.unwrap().into_inner().shipments.is_empty());
    assert_eq!(world.receiver().get_shipment(get).await.unwrap().into_inner().shipment.unwrap().lines.len(), 2);
    world.events().await;
}

#[tokio::test]
async fn at_three_in_the_morning_a_box_is_left_and_counted_later() {
    let mut world = world().await;
    tubes(&world).await;
    let shipment_id = world.packed(&TUBES[..3]).await.shipment_id;
    let hand = pb::HandOverShipmentRequest { shipment_id: shipment_id.clone(), command_id: world.command(), celsius: Some(4.5) };
    world.courier().hand_over_shipment(hand.clone()).await.unwrap();
    assert_eq!(world.courier().hand_over_shipment(hand).await.unwrap().into_inner().shipment.unwrap().state(), ShipmentState::OnTheWay);
    let again = pb::HandOverShipmentRequest { shipment_id: shipment_id.clone(), command_id: world.command(), celsius: None };
    assert_eq!(reason(&world.courier().hand_over_shipment(again).await.unwrap_err()), "SHIPMENT_STATE");
    let leave =
        pb::LeaveShipmentRequest {
            shipment_id: shipment_id.clone(), command_id: world.command(), r#where: "Tủ lạnh cửa sau".to_owned()
        };
    assert_eq!(world.courier().leave_shipment(leave).await.unwrap().into_inner().shipment.unwrap().state(), ShipmentState::Left);
    // One of the manifest, one that was not listed, one that nobody knows.
    let receive = pb::ReceiveShipmentRequest {
        shipment_id: shipment_id.clone(),
        command_id: world.command(),
        barcodes: [TUBES[0], TUBES[3], "893456789999"].map(str::to_owned).to_vec(),
        celsius: Some(7.0),
    };
    let answer = world.receiver().receive_shipment(receive.clone()).await.unwrap().into_inner();
    assert_eq!(answer.unknown_barcodes, ["893456789999"]);
    let shipment = answer.shipment.unwrap();
    assert_eq!(shipment.state(), ShipmentState::Different);
    let different = [
        (TUBES[0], ManifestState::Arrived),
        (TUBES[1], ManifestState::Missing),
        (TUBES[2], ManifestState::Missing),
        (TUBES[3], ManifestState::Unlisted),
        ("893456789999", ManifestState::Unlisted),
    ];
    assert_eq!(states(&shipment), different);
    assert_eq!(world.receiver().receive_shipment(receive).await.unwrap().into_inner().unknown_barcodes, ["893456789999"]);
    assert_eq!(world.life(TUBES[3]).await.tube.unwrap().state(), TubeState::Received);
    let resolve = |barcode: &str, state: ManifestState| pb::ResolveManifestLineRequest {
        shipment_id: shipment_id.clone(),
        command_id: world.command(),
        barcode: barcode.to_owned(),
        state: state.into(),
        note: "Còn ở bàn số 2, chị Lành giữ".to_owned(),
    };
    world.receiver().resolve_manifest_line(resolve(TUBES[1], ManifestState::NotSent)).await.unwrap();
    let settled =
        world.receiver().resolve_manifest_line(resolve(TUBES[2], ManifestState::Lost)).await.unwrap().into_inner().shipment.unwrap();
    assert_eq!(settled.state(), ShipmentState::Settled);
    assert_eq!(settled.lines[1].note, "Còn ở bàn số 2, chị Lành giữ");
    assert_eq!(world.life(TUBES[1]).await.tube.unwrap().state(), TubeState::Sealed);
    assert_eq!(world.life(TUBES[2]).await.tube.unwrap().state(), TubeState::Lost);
    let open = pb::ListShipmentsRequest { only_open: true, ..pb::ListShipmentsRequest::default() };
    assert!(world.courier().list_shipments(open).await.unwrap().into_inner().shipments.is_empty());
    let told = world.events().await;
    assert_eq!(told.iter().filter(|event| event.starts_with("TubeReceived")).count(), 2);
}

#[tokio::test]
async fn a_rack_is_received_in_one_scan_and_the_box_hears_of_it() {
    let mut world = world().await;
    let session = tubes(&world).await;
    let shipment = world.packed(&TUBES[..2]).await;
    world.opened(&session, "893456789005", pb::TubeKind::Single).await;
    let received = world.received(&[TUBES[0], TUBES[1], TUBES[2], TUBES[0], "893456789005", "893456789999"]).await;
    let answers: Vec<&str> = received.iter().map(|accession| accession.answer.as_str()).collect();
    assert_eq!(answers, ["RECEIVED", "RECEIVED", "RECEIVED_OUTSIDE_MANIFEST", "RECEIVED_BEFORE", "NOT_SEALED", "UNKNOWN"]);
    let waiting = pb::ListReceivedTubesRequest { laboratory_id: CDC.to_owned(), ..pb::ListReceivedTubesRequest::default() };
    let waiting = world.receiver().list_received_tubes(waiting).await.unwrap().into_inner().tubes;
    // Opened in one moment, they are in no order.
    let mut waiting: Vec<&str> = waiting.iter().map(|tube| tube.barcode.as_str()).collect();
    waiting.sort_unstable();
    assert_eq!(waiting, &TUBES[..3]);
    // The box is opened afterwards: what the rack had is not missing.
    let receive = pb::ReceiveShipmentRequest {
        shipment_id: shipment.shipment_id,
        command_id: world.command(),
        barcodes: TUBES[..2].iter().map(|barcode| (*barcode).to_owned()).collect(),
        celsius: None,
    };
    let shipment = world.receiver().receive_shipment(receive).await.unwrap().into_inner().shipment.unwrap();
    assert_eq!(shipment.state(), ShipmentState::Settled);
    let mut an_khe = world.call(world.account(AN_KHE, RECEIVER));
    let elsewhere =
        pb::ReceiveTubesRequest { laboratory_id: CDC.to_owned(), command_id: world.command(), barcodes: vec![TUBES[3].to_owned()] };
    assert_eq!(an_khe.receive_tubes(elsewhere).await.unwrap_err().code(), Code::NotFound);
    world.events().await;
}

#[tokio::test]
async fn a_refused_tube_says_why_and_stays_refused() {
    let mut world = world().await;
    tubes(&world).await;
    let reject = |world: &World, reason: pb::RejectReason| pb::RejectTubeRequest {
        barcode: TUBES[0].to_owned(),
        command_id: world.command(),
        reason: reason.into(),
        note: "Nắp nứt".to_owned(),
    };
    assert_eq!(world.receiver().reject_tube(reject(&world, pb::RejectReason::Leak)).await.unwrap_err().code(), Code::FailedPrecondition);
    world.received(&TUBES[..1]).await;
    assert_eq!(fields(&world.receiver().reject_tube(reject(&world, pb::RejectReason::Unspecified)).await.unwrap_err()), ["reason"]);
    let request = reject(&world, pb::RejectReason::Leak);
    let tube = world.receiver().reject_tube(request.clone()).await.unwrap().into_inner().tube.unwrap();
    assert_eq!((tube.state(), tube.reject_reason()), (TubeState::Rejected, pb::RejectReason::Leak));
    world.receiver().reject_tube(request).await.unwrap();
    let life = world.life(TUBES[0]).await;
    assert_eq!(life.steps.last().unwrap().note, "Nắp nứt");
    assert_eq!(world.events().await.iter().filter(|event| event.starts_with("TubeRejected")).count(), 1);
}
