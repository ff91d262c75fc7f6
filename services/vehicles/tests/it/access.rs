//! Who may not: without the permission, and without the area.

use contract::{Permission, vehicles::v1 as pb};
use ids::{SightingId, TripId};
use tonic::Code;

use crate::world::{IA_LE, SONG_AN, TRA_DA, to_tra_da, world};

#[tokio::test]
async fn nobody_acts_without_the_permission() {
    let mut world = world().await;
    let trip = world.at_post(to_tra_da("81C-123.45", world.now()), "CP3", IA_LE).await;
    let receive = pb::ReceiveTripRequest { post_id: "CP3".to_owned(), trip_id: trip.trip_id.clone() };
    assert_eq!(world.citizen().receive_trip(receive.clone()).await.unwrap_err().code(), Code::Unauthenticated);
    assert_eq!(world.police(IA_LE).receive_trip(receive.clone()).await.unwrap_err().code(), Code::PermissionDenied);
    let reader = world.account(None, IA_LE, &[Permission::VehiclesTripsRead]);
    let decide = world.decision(&trip, "CP3", pb::Decision::Destination);
    assert_eq!(world.call(reader).decide_trip(decide).await.unwrap_err().code(), Code::PermissionDenied);
    world.events().await;
}

#[tokio::test]
async fn another_area_is_answered_as_if_there_were_nothing() {
    let mut world = world().await;
    let trip = world.at_post(to_tra_da("81C-123.45", world.now()), "CP3", IA_LE).await;
    let unknown = TripId::mint(world.now()).to_string();
    for trip_id in [trip.trip_id.clone(), unknown] {
        let get = pb::GetTripRequest { trip_id: trip_id.clone(), reason: String::new() };
        let hidden = world.police(SONG_AN).get_trip(get).await.unwrap_err();
        assert_eq!((hidden.code(), hidden.message()), (Code::NotFound, "Not found."));
        let sighting = pb::RecordSightingRequest {
            trip_id,
            sighting_id: SightingId::mint(world.now()).to_string(),
            area: crate::world::area("23632"),
            ..pb::RecordSightingRequest::default()
        };
        assert_eq!(world.police(SONG_AN).record_sighting(sighting).await.unwrap_err().code(), Code::NotFound);
    }
    // Not at the post where the officer sits.
    let decide = world.decision(&trip, "CP1", pb::Decision::Destination);
    let refused = world.officer("CP1", SONG_AN).decide_trip(decide).await.unwrap_err();
    assert_eq!((refused.code(), crate::world::reason(&refused).as_str()), (Code::FailedPrecondition, "NOT_AT_POST"));
    // A seen vehicle is recorded only where the officer is.
    let sighting = pb::RecordSightingRequest {
        trip_id: trip.trip_id,
        sighting_id: SightingId::mint(world.now()).to_string(),
        area: crate::world::area("23632"),
        ..pb::RecordSightingRequest::default()
    };
    assert_eq!(world.police(TRA_DA).record_sighting(sighting).await.unwrap_err().code(), Code::NotFound);
    world.events().await;
}
