//! ConfirmArrival.

use contract::vehicles::v1::{self as pb, ArrivalResult, ArrivalState, TripState};
use ids::ConfirmationId;
use runtime::CallerKind;
use tonic::Code;

use crate::world::{IA_LE, TRA_DA, World, area, fields, reason, to_tra_da, world};

fn answer(world: &World, arrival: &pb::Arrival, result: ArrivalResult, headcount: i32) -> pb::ConfirmArrivalRequest {
    pb::ConfirmArrivalRequest {
        arrival_id: arrival.arrival_id.clone(),
        confirmation_id: ConfirmationId::mint(world.now()).to_string(),
        result: result.into(),
        headcount,
        note: "Xe ở sân kho".to_owned(),
    }
}

#[tokio::test]
async fn the_commune_confirms_once_and_finally() {
    let mut world = world().await;
    let trip = world.admitted(to_tra_da("81C-123.45", world.now())).await;
    let mut police = world.police(TRA_DA);
    let miscounted = answer(&world, &trip.arrivals[0], ArrivalResult::AsDeclared, 1);
    assert_eq!(fields(&police.confirm_arrival(miscounted).await.unwrap_err()), ["headcount"]);
    let request = answer(&world, &trip.arrivals[0], ArrivalResult::AsDeclared, 2);
    for _ in 0..2 {
        let arrival = police.confirm_arrival(request.clone()).await.unwrap().into_inner().arrival.unwrap();
        assert_eq!((arrival.state(), arrival.note.as_str()), (ArrivalState::Confirmed, "Xe ở sân kho"));
    }
    let reused = pb::ConfirmArrivalRequest { headcount: 3, ..request.clone() };
    assert_eq!(reason(&police.confirm_arrival(reused).await.unwrap_err()), "ID_REUSED");
    let late = answer(&world, &trip.arrivals[0], ArrivalResult::NotFound, 0);
    let refused = world.police("2021.64.622").confirm_arrival(late).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::Aborted, "ARRIVAL_ANSWERED"));
    let confirmed: Vec<_> = world.events().await.into_iter().filter(|event| event.starts_with("ArrivalConfirmed")).collect();
    assert_eq!(confirmed, ["ArrivalConfirmed.64.622.23596"]);
}

#[tokio::test]
async fn each_destination_answers_for_itself() {
    let mut world = world().await;
    let mut declaration = to_tra_da("81C-123.45", world.now());
    let second = pb::Destination { area: area("23986"), ..declaration.destinations[0].clone() };
    declaration.destinations.push(second);
    let trip = world.admitted(declaration).await;
    assert_eq!(trip.arrivals.len(), 2);
    let request = answer(&world, &trip.arrivals[0], ArrivalResult::AsDeclared, 2);
    world.police(TRA_DA).confirm_arrival(request).await.unwrap();
    let state = |world: &World| {
        let mut officer = world.officer("CP3", IA_LE);
        let request = pb::GetTripRequest { trip_id: trip.trip_id.clone(), reason: String::new() };
        async move { officer.get_trip(request).await.unwrap().into_inner().trip.unwrap().state() }
    };
    assert_eq!(state(&world).await, TripState::EnRoute);
    let request = answer(&world, &trip.arrivals[1], ArrivalResult::WrongPersons, 3);
    world.police(IA_LE).confirm_arrival(request).await.unwrap();
    assert_eq!(state(&world).await, TripState::Arrived);
    assert_eq!(world.count("violations").await, 1);
    // A mismatch keeps the former public state.
    assert_eq!(world.count("trips where public_state = 'ON_THE_WAY'").await, 1);
    let events = world.events().await;
    for expected in
        ["ArrivalRequested.64.622.23596", "ArrivalRequested.64.639.23986", "ArrivalMismatched.64.639.23986", "ViolationOpened.64.639.23986"]
    {
        assert!(events.contains(&expected.to_owned()), "{expected} in {events:?}");
    }
}

#[tokio::test]
async fn neither_another_commune_nor_the_admitting_officer_confirms() {
    let mut world = world().await;
    let trip = world.at_post(to_tra_da("81C-123.45", world.now()), "CP3", IA_LE).await;
    let mut admin = world.account(None, "2021.64", contract::Permission::ALL);
    let CallerKind::Account(account) = &mut admin.kind else { panic!("an account") };
    account.name = "Công an tỉnh".to_owned();
    let decided = world.call(admin.clone()).decide_trip(world.decision(&trip, "CP3", pb::Decision::Destination)).await.unwrap();
    let arrival = &decided.get_ref().trip.as_ref().unwrap().arrivals[0];
    let request = answer(&world, arrival, ArrivalResult::AsDeclared, 2);
    assert_eq!(world.police(IA_LE).confirm_arrival(request.clone()).await.unwrap_err().code(), Code::NotFound);
    let refused = world.call(admin).confirm_arrival(request).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::PermissionDenied, "OWN_ADMISSION"));
    world.events().await;
}
