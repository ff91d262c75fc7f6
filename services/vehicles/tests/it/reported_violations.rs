//! A violation that reports verified is one of the trip, once, whatever is told twice.

use contract::{reports::v1::ViolationVerified, vehicles::v1 as pb};
use ids::{ReportId, TripId};
use prost::Message;

use crate::world::{TRA_DA, World, area, to_tra_da, world};

/// Reports say that it is true what somebody saw of these trips.
async fn tell(world: &World, verified: &[ViolationVerified]) {
    let told = |message: &ViolationVerified| (ReportId::parse(&message.report_id).unwrap().as_uuid(), message.encode_to_vec());
    let told: Vec<_> = verified.iter().map(told).collect();
    world.hear("reports", "gsvt.reports.v1.ViolationVerified", &told).await;
    assert_eq!(vehicles::reports_consumer(&world.service).drain_once().await.unwrap(), verified.len() as u64);
}

fn of(world: &World, trip: &str, category: &str) -> ViolationVerified {
    ViolationVerified {
        report_id: ReportId::mint(world.now()).to_string(),
        category_id: category.to_owned(),
        trip_id: trip.to_owned(),
        area: area("23596"),
        ..ViolationVerified::default()
    }
}

#[tokio::test]
async fn a_verified_violation_is_opened_on_its_trip_once() {
    let mut world = world().await;
    let trip = world.admitted(to_tra_da("81C-123.45", world.now())).await;
    let unloaded = of(&world, &trip.trip_id, "LOAD_UNLOAD");
    let unknown = of(&world, &TripId::mint(world.now()).to_string(), "LOAD_UNLOAD");
    let told = [unloaded.clone(), unloaded, of(&world, &trip.trip_id, "NEW_KIND"), of(&world, "", "HIDDEN_PEOPLE"), unknown];
    tell(&world, &told).await;
    let get = pb::GetTripRequest { trip_id: trip.trip_id, reason: String::new() };
    let trip = world.police(TRA_DA).get_trip(get).await.unwrap().into_inner().trip.unwrap();
    let mut kinds: Vec<pb::ViolationKind> = trip.violations.iter().map(pb::Violation::kind).collect();
    kinds.sort();
    assert_eq!(kinds, [pb::ViolationKind::LoadUnload, pb::ViolationKind::ReportedOther]);
    assert_eq!(world.count("events.parked").await, 0);
    let opened: Vec<String> = world.events().await.into_iter().filter(|event| event.starts_with("ViolationOpened")).collect();
    assert_eq!(opened, ["ViolationOpened.64.622.23596"; 2]);
}
