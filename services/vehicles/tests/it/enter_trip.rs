//! EnterTrip: what is odd is a warning at a post.

use contract::vehicles::v1::{self as pb, TripState};
use ids::TripId;
use tonic::Code;

use crate::world::{IA_LE, SONG_AN, co_driver, fields, to_tra_da, world};

#[tokio::test]
async fn what_an_officer_sees_can_be_recorded() {
    let mut world = world().await;
    let mut declaration = to_tra_da("KHÔNG RÕ", world.now());
    declaration.seats = 1;
    declaration.people[1] = pb::Person { id_number: String::new(), id_type: pb::IdType::None.into(), birth: String::new(), ..co_driver() };
    let request =
        pb::EnterTripRequest { post_id: "CP3".to_owned(), trip_id: TripId::mint(world.now()).to_string(), declaration: Some(declaration) };
    let mut officer = world.officer("CP3", IA_LE);
    let entered = officer.enter_trip(request.clone()).await.unwrap().into_inner();
    let trip = entered.trip.clone().unwrap();
    assert_eq!((trip.state(), trip.declared_by()), (TripState::AtPost, pb::DeclaredBy::Officer));
    assert_eq!(entered.warnings, ["PLATE_UNRECOGNISED", "MORE_PEOPLE_THAN_SEATS", "PERSON_WITHOUT_PAPERS"]);
    assert_eq!(officer.enter_trip(request).await.unwrap().into_inner(), entered);
    assert_eq!(world.events().await, ["TripDeclared.64.639.23986", "TripReceived.64.639.23986"]);
}

#[tokio::test]
async fn an_officer_enters_at_his_own_post_alone_and_faults_stay_faults() {
    let mut world = world().await;
    let mut declaration = to_tra_da("81C-123.45", world.now());
    let request = |declaration: &pb::Declaration| pb::EnterTripRequest {
        post_id: "CP3".to_owned(),
        trip_id: TripId::mint(world.now()).to_string(),
        declaration: Some(declaration.clone()),
    };
    let elsewhere = world.officer("CP1", SONG_AN).enter_trip(request(&declaration)).await.unwrap_err();
    assert_eq!(elsewhere.code(), Code::NotFound);
    declaration.people[0].birth = "2030".to_owned();
    let refused = world.officer("CP3", IA_LE).enter_trip(request(&declaration)).await.unwrap_err();
    assert_eq!(fields(&refused), ["declaration.people[0].birth"]);
    assert_eq!(world.count("trips").await, 0);
    world.events().await;
}
