//! A declared truck is decided at its post and confirmed where it arrives; another crosses the province. In one process and in several.

use serde_json::json;

use system::{
    api::Caller,
    truck::{TRA_DA, Truck},
    world::World,
};

#[tokio::test]
async fn in_one_process() {
    journey(World::shared().await, "81C-501.01", "81C-501.02").await;
}

#[tokio::test]
async fn as_separate_processes() {
    journey(&World::of_its_own(&["--processes"]).await, "81C-501.03", "81C-501.04").await;
}

async fn journey(world: &World, arriving: &'static str, crossing: &'static str) {
    let driver = Caller::anybody(world, 1);
    let post = Caller::signed_in(world, "cp3").await;
    let exit = Caller::signed_in(world, "cp2").await;
    let commune = Caller::signed_in(world, "trada").await;

    let truck = Truck::to(arriving, TRA_DA);
    let declared = truck.declare(&driver).await;
    assert_eq!(declared["pass"]["standing"], "PASS_STANDING_DECLARED");
    assert_eq!(truck.declare(&driver).await["shortCode"], declared["shortCode"], "sent twice, declared once");
    let found = post.post("/v1/posts/CP3/find", &json!({"text": declared["shortCode"]})).await.ok();
    assert_eq!(found["trips"][0]["trip"]["tripId"], truck.trip.as_str());
    assert_eq!(
        Caller::anybody(world, 2).get(&format!("/v1/public/trips/{}", truck.trip)).await.refusal().0,
        404,
        "undecided is not public"
    );

    let admitted = truck.admit(&post).await;
    assert_eq!(admitted["state"], "TRIP_STATE_EN_ROUTE");
    let pass = driver.get(&format!("/v1/passes/{}", declared["passToken"].as_str().unwrap())).await.ok();
    assert_eq!(pass["pass"]["standing"], "PASS_STANDING_ADMITTED");
    let public = driver.get(&format!("/v1/public/trips/{}", truck.trip)).await.ok();
    assert_eq!(public["trip"]["state"], "PUBLIC_STATE_ON_THE_WAY");

    let arrivals = commune.get(&format!("/v1/areas/{TRA_DA}/arrivals")).await.ok();
    let arrival = arrivals["arrivals"].as_array().unwrap().iter().find(|arrival| arrival["tripId"] == truck.trip.as_str()).unwrap();
    let path = format!("/v1/arrivals/{}/confirm", arrival["arrivalId"].as_str().unwrap());
    let confirmation = truck.confirmation();
    assert_eq!(commune.post(&path, &confirmation).await.ok()["arrival"]["state"], "ARRIVAL_STATE_CONFIRMED");
    assert!(commune.post(&path, &confirmation).await.status.is_success(), "again is harmless");
    let public = driver.get(&format!("/v1/public/trips/{}", truck.trip)).await.ok();
    assert_eq!(public["trip"]["state"], "PUBLIC_STATE_CONFIRMED");

    let truck = Truck::crossing(crossing);
    truck.declare(&driver).await;
    assert_eq!(truck.admit(&post).await["state"], "TRIP_STATE_IN_TRANSIT");
    let seen = exit.post(&format!("/v1/trips/{}/sightings", truck.trip), &truck.sighting("CP2")).await.ok();
    assert_eq!(seen["outcome"], "SIGHTING_OUTCOME_EXITED");
}
