//! GetTrip and its audit rows.

use contract::vehicles::v1 as pb;
use tonic::Code;

use crate::world::{IA_LE, SONG_AN, TRA_DA, fields, to_tra_da, world};

#[tokio::test]
async fn posts_open_open_trips_others_those_of_their_areas() {
    let mut world = world().await;
    let trip = world.admitted(to_tra_da("81C-123.45", world.now())).await;
    let get = |reason: &str| pb::GetTripRequest { trip_id: trip.trip_id.clone(), reason: reason.to_owned() };
    let answer = world.officer("CP1", SONG_AN).get_trip(get("")).await.unwrap().into_inner();
    assert_eq!(answer.pass.unwrap().standing(), pb::PassStanding::Admitted, "a post prints the slip again");
    let opened = answer.trip.unwrap();
    assert_eq!(opened.people[0].full_name, "Rơ Châm H’Lan");
    assert!(opened.destinations[0].area.as_ref().unwrap().name.contains("Trà Đa"));
    let kinds: Vec<_> = opened.history.iter().map(|line| line.kind.as_str()).collect();
    assert_eq!(kinds, ["TripDeclared", "TripReceived", "TripDecided", "ArrivalRequested"]);
    assert!(world.police(TRA_DA).get_trip(get("")).await.unwrap().into_inner().pass.is_none());
    assert!(world.police("2021.64.622").get_trip(get("")).await.is_ok());
    assert_eq!(world.police(SONG_AN).get_trip(get("")).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(world.count("audit.entries where action = 'vehicles.GetTrip' and reason = 'OWN_TASK'").await, 3);

    let close = pb::CloseTripRequest { trip_id: trip.trip_id.clone(), reason: "Không ghi xe ra".to_owned(), version: 0 };
    world.officer("CP3", IA_LE).close_trip(close).await.unwrap();
    assert_eq!(world.officer("CP1", SONG_AN).get_trip(get("")).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(fields(&world.police(TRA_DA).get_trip(get("")).await.unwrap_err()), ["reason"]);
    assert!(world.police(TRA_DA).get_trip(get("Hỏi về người lái xe Rơ Châm")).await.is_ok());
    assert_eq!(world.count("audit.entries where reason = 'LOOK_UP' and detail::text not like '%Rơ%'").await, 1);
    world.events().await;
}
