//! DeclareTrip and CancelTrip.

use contract::vehicles::v1 as pb;
use ids::TripId;
use tonic::Code;

use crate::world::{driver, fields, reason, to_tra_da, transit, world};

#[tokio::test]
async fn a_declaration_is_stored_once_however_often_it_is_sent() {
    let mut world = world().await;
    let request =
        pb::DeclareTripRequest { trip_id: TripId::mint(world.now()).to_string(), declaration: Some(to_tra_da("81c 12345", world.now())) };
    let mut citizen = world.citizen();
    let first = citizen.declare_trip(request.clone()).await.unwrap().into_inner();
    let pass = first.pass.clone().unwrap();
    assert_eq!(pass.standing(), pb::PassStanding::Declared);
    assert_eq!(pass.plate.unwrap().text, "81C-123.45");
    assert_eq!(first.short_code.len(), 9);
    let together = futures::future::join_all((0..8).map(|_| {
        let (mut citizen, request) = (world.citizen(), request.clone());
        async move { citizen.declare_trip(request).await.unwrap().into_inner() }
    }));
    assert!(together.await.iter().all(|again| *again == first));
    assert_eq!(world.count("trips").await, 1);
    assert_eq!(world.count("trip_people").await, 2);
    assert_eq!(world.events().await, ["TripDeclared.64.639.23986"]);

    let other = pb::DeclareTripRequest { declaration: Some(to_tra_da("81C-999.99", world.now())), ..request };
    let refused = citizen.declare_trip(other).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::AlreadyExists, "ID_REUSED"));
}

#[tokio::test]
async fn concurrent_first_sends_of_one_declaration_agree() {
    let mut world = world().await;
    let request =
        pb::DeclareTripRequest { trip_id: TripId::mint(world.now()).to_string(), declaration: Some(transit("51C-111.11", world.now())) };
    let all = futures::future::join_all((0..6).map(|_| {
        let (mut citizen, request) = (world.citizen(), request.clone());
        async move { citizen.declare_trip(request).await.unwrap().into_inner() }
    }));
    let answers = all.await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(world.count("trips").await, 1);
    assert_eq!(world.events().await.len(), 1);
}

#[tokio::test]
async fn every_fault_is_named_and_nothing_is_stored() {
    let mut world = world().await;
    let now = world.now();
    let with = |change: fn(&mut pb::Declaration)| {
        let mut declaration = to_tra_da("81C-123.45", now);
        change(&mut declaration);
        declaration
    };
    let cases: [(pb::Declaration, &[&str]); 9] = [
        (with(|d| d.people[0].birth = "2030-01-01".to_owned()), &["declaration.people[0].birth"]),
        (with(|d| d.people = vec![driver(); 61]), &["declaration.people"]),
        (with(|d| d.plate = Some(pb::Plate { text: "8".repeat(200), ..pb::Plate::default() })), &["declaration.plate.text"]),
        (with(|d| d.plate = Some(pb::Plate { text: "XE TÔI".to_owned(), ..pb::Plate::default() })), &["declaration.plate.text"]),
        (with(|d| d.seats = 1), &["declaration.people"]),
        (with(|d| d.people[1].id_number.clear()), &["declaration.people[1].id_number"]),
        (with(|d| d.destinations.clear()), &["declaration.destinations"]),
        (with(|d| d.destinations[0].expected_at = None), &["declaration.destinations[0].expected_at"]),
        (
            with(|d| {
                d.entry_post_id = "CP9".to_owned();
                d.people[0].phone = "12".to_owned();
                d.purpose = 0;
            }),
            &["declaration.entry_post_id", "declaration.people[0].phone", "declaration.purpose"],
        ),
    ];
    for (declaration, expected) in cases {
        let request = pb::DeclareTripRequest { trip_id: TripId::mint(now).to_string(), declaration: Some(declaration) };
        let refused = world.citizen().declare_trip(request).await.unwrap_err();
        let mut named = fields(&refused);
        named.sort();
        named.dedup();
        assert_eq!((refused.code(), named), (Code::InvalidArgument, expected.iter().map(ToString::to_string).collect::<Vec<_>>()));
    }
    for table in ["trips", "trip_people", "seal.data_keys", "events.outbox"] {
        assert_eq!(world.count(table).await, 0, "{table}");
    }
    world.events().await;
}

#[tokio::test]
async fn a_declaration_is_taken_back_only_before_a_decision() {
    let mut world = world().await;
    let request =
        pb::DeclareTripRequest { trip_id: TripId::mint(world.now()).to_string(), declaration: Some(transit("51C-111.11", world.now())) };
    let pass_token = world.citizen().declare_trip(request).await.unwrap().into_inner().pass_token;
    for _ in 0..2 {
        let cancelled = world.citizen().cancel_trip(pb::CancelTripRequest { pass_token: pass_token.clone() }).await.unwrap();
        assert_eq!(cancelled.into_inner().pass.unwrap().standing(), pb::PassStanding::Ended);
    }
    assert_eq!(world.events().await, ["TripDeclared.64.639.23986", "TripCancelled.64.639.23986"]);
}
