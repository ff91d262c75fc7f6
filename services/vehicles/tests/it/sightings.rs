//! RecordSighting.

use contract::vehicles::v1::{self as pb, SightingOutcome, TripState};
use ids::SightingId;

use crate::world::{IA_LE, World, area, reason, transit, world};

const KBANG: &str = "2021.64.625";
const PLEIKU: &str = "2021.64.622";
const SAO_MAI: &str = "2021.64.627.23728";

fn seen(world: &World, trip: &pb::Trip, post: &str, code: &str) -> pb::RecordSightingRequest {
    pb::RecordSightingRequest {
        trip_id: trip.trip_id.clone(),
        sighting_id: SightingId::mint(world.now()).to_string(),
        post_id: post.to_owned(),
        area: if code.is_empty() { None } else { area(code) },
        seen_at: Some(world.now().into()),
        note: "Xe đỗ trước nhà ông Kín".to_owned(),
    }
}

#[tokio::test]
async fn a_transit_ends_at_its_exit_post_and_breaks_its_word_off_the_road() {
    let mut world = world().await;
    let trip = world.admitted(transit("51C-222.22", world.now())).await;
    let on_the_road = seen(&world, &trip, "", "622");
    let answer = world.police(PLEIKU).record_sighting(on_the_road).await.unwrap().into_inner();
    assert_eq!(answer.outcome(), SightingOutcome::OnRoute);

    let off_the_road = seen(&world, &trip, "", "625");
    let mut kbang = world.police(KBANG);
    let first = kbang.record_sighting(off_the_road.clone()).await.unwrap().into_inner();
    assert_eq!((first.outcome(), first.state()), (SightingOutcome::Violation, TripState::InTransit));
    assert_eq!(kbang.record_sighting(off_the_road.clone()).await.unwrap().into_inner(), first);
    let reused = pb::RecordSightingRequest { note: "khác".to_owned(), ..off_the_road };
    assert_eq!(reason(&kbang.record_sighting(reused).await.unwrap_err()), "ID_REUSED");

    let exit = seen(&world, &trip, "CP2", "");
    let left = world.officer("CP2", SAO_MAI).record_sighting(exit.clone()).await.unwrap().into_inner();
    assert_eq!((left.outcome(), left.state()), (SightingOutcome::Exited, TripState::Exited));
    assert_eq!(world.officer("CP2", SAO_MAI).record_sighting(exit).await.unwrap().into_inner(), left);
    let late = seen(&world, &trip, "CP3", "");
    assert_eq!(reason(&world.officer("CP3", IA_LE).record_sighting(late).await.unwrap_err()), "NOT_ON_THE_ROAD");
    assert_eq!((world.count("violations").await, world.count("open_plates").await), (1, 0));
    let events = world.events().await;
    assert_eq!(events[3..], ["ViolationOpened.64.625._", "TripExited.64.627.23728"]);
}
