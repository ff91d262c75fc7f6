//! The timer turns a passed deadline plus its grace into OVERDUE, once.

use contract::vehicles::v1::{self as pb, TripState};

use crate::world::{IA_LE, to_tra_da, transit, world};

#[tokio::test]
async fn a_passed_deadline_is_told_once_however_many_timers_run() {
    let mut world = world().await;
    let crossing = world.admitted(transit("51C-222.22", world.now())).await;
    let arriving = world.admitted(to_tra_da("81C-123.45", world.now())).await;
    world.advance(4);
    assert_eq!(vehicles::mark_overdue(&world.service, world.now()).await.unwrap(), 0, "the grace is not over");
    world.advance(4);
    let runs = futures::future::join_all((0..6).map(|_| vehicles::mark_overdue(&world.service, world.now()))).await;
    assert_eq!(runs.into_iter().map(Result::unwrap).sum::<u32>(), 2);
    for trip in [crossing, arriving] {
        let get = pb::GetTripRequest { trip_id: trip.trip_id, reason: String::new() };
        let trip = world.officer("CP3", IA_LE).get_trip(get).await.unwrap().into_inner().trip.unwrap();
        assert_eq!(trip.state(), TripState::Overdue);
    }
    assert_eq!(world.count("trips where public_state = 'OVERDUE'").await, 2);
    let overdue: Vec<_> = world.events().await.into_iter().filter(|event| event.contains("Overdue")).collect();
    assert_eq!(overdue.len(), 2);
    assert!(overdue.contains(&"TripOverdue.64.627.23728".to_owned()) && overdue.contains(&"ArrivalOverdue.64.622.23596".to_owned()));
}
