//! What people, programs and attackers send that is wrong: each gets a problem of its own, and nothing of it is stored.

use futures::StreamExt as _;
use serde_json::{Value, json};

use system::{
    api::{Answer, Caller},
    truck::{TRA_DA, Truck},
    world::World,
};

async fn declare(world: &World, truck: &Truck, change: impl FnOnce(&mut Value)) -> Answer {
    let mut declaration = truck.declaration();
    change(&mut declaration);
    Caller::anybody(world, 11).post("/v1/trips", &json!({"tripId": truck.trip, "declaration": declaration})).await
}

async fn is_stored(world: &World, truck: &Truck) -> bool {
    let officer = Caller::signed_in(world, "admin").await;
    officer.get(&format!("/v1/trips/{}?reason=Tra%20c%E1%BB%A9u", truck.trip)).await.status.is_success()
}

#[tokio::test]
async fn a_bad_field_is_named_by_its_pointer() {
    let world = World::shared().await;
    type Change = fn(&mut Value);
    let cases: [(&str, Change); 6] = [
        ("/declaration/plate/text", |declaration| declaration["plate"]["text"] = "8".repeat(200).into()),
        ("/declaration/people/0/birth", |declaration| declaration["people"][0]["birth"] = "2999-01-01".into()),
        ("/declaration/people/0/fullName", |declaration| declaration["people"][0]["fullName"] = "".into()),
        ("/declaration/people/0/phone", |declaration| declaration["people"][0]["phone"] = "0905".into()),
        ("/declaration/destinations/0/area", |declaration| declaration["destinations"][0]["area"]["code"] = "99999".into()),
        ("/declaration/entryPostId", |declaration| declaration["entryPostId"] = "CP9".into()),
    ];
    for (pointer, change) in cases {
        let truck = Truck::to("81C-511.01", TRA_DA);
        let answer = declare(world, &truck, change).await;
        assert_eq!(answer.refusal().0, 400, "{pointer}");
        assert!(answer.pointers().contains(&pointer), "{pointer}: {answer:#?}");
        assert!(!is_stored(world, &truck).await, "{pointer}");
    }
}

#[tokio::test]
async fn a_car_of_five_does_not_declare_sixty_one() {
    let world = World::shared().await;
    let truck = Truck::to("81C-511.02", TRA_DA);
    let answer = declare(world, &truck, |declaration| {
        declaration["seats"] = 5.into();
        declaration["vehicleType"] = "VEHICLE_TYPE_CAR".into();
        declaration["people"] = vec![declaration["people"][0].clone(); 61].into();
    })
    .await;
    assert_eq!(answer.refusal().0, 400);
    assert!(!is_stored(world, &truck).await);
}

#[tokio::test]
async fn text_that_is_no_declaration_is_refused() {
    let world = World::shared().await;
    let caller = Caller::anybody(world, 12);
    let time_without_offset = {
        let truck = Truck::to("81C-511.03", TRA_DA);
        let mut declaration = truck.declaration();
        declaration["destinations"][0]["expectedAt"] = "2030-01-01T10:00:00".into();
        json!({"tripId": truck.trip, "declaration": declaration}).to_string()
    };
    for text in [
        "{".to_owned(),
        "[]".to_owned(),
        r#"{"surprise": 1}"#.to_owned(),
        r#"{"declaration": {"purpose": "PURPOSE_HOLIDAY"}}"#.to_owned(),
        r#"{"tripId": "1", "tripId": "2"}"#.to_owned(),
        time_without_offset,
    ] {
        let answer = caller.post_text("/v1/trips", text.clone()).await;
        assert_eq!(answer.refusal().0, 400, "{text}");
    }
}

#[tokio::test]
async fn a_body_of_a_hundred_megabytes_is_not_read() {
    let world = World::shared().await;
    let answer = Caller::anybody(world, 13).request(reqwest::Method::POST, "/v1/trips").body(vec![b' '; 100 << 20]).send().await;
    // The server may close the connection while we still send.
    if let Ok(answer) = answer {
        assert_eq!(answer.status(), 413);
    }
}

#[tokio::test]
async fn an_id_is_not_used_for_two_things() {
    let world = World::shared().await;
    let truck = Truck::to("81C-511.04", TRA_DA);
    assert!(declare(world, &truck, |_| {}).await.status.is_success());
    let answer = declare(world, &truck, |declaration| declaration["plate"]["text"] = "81C-511.05".into()).await;
    assert_eq!(answer.refusal(), (409, "ID_REUSED"));
}

#[tokio::test]
async fn who_may_not_see_a_trip_is_told_that_there_is_none() {
    let world = World::shared().await;
    let truck = Truck::to("81C-511.06", TRA_DA);
    truck.declare(&Caller::anybody(world, 14)).await;
    truck.admit(&Caller::signed_in(world, "cp3").await).await;
    let elsewhere = Caller::signed_in(world, "phuthien").await;
    let path = format!("/v1/trips/{}", truck.trip);
    assert_eq!(elsewhere.get(&path).await.refusal().0, 404);
    assert_eq!(elsewhere.get(&format!("/v1/areas/{TRA_DA}/arrivals")).await.refusal().0, 404);
    assert_eq!(Caller::anybody(world, 15).get(&path).await.refusal().0, 401);
    assert!(Caller::signed_in(world, "trada").await.get(&path).await.status.is_success());
}

#[tokio::test]
async fn a_session_that_ended_opens_nothing() {
    let world = World::shared().await;
    let officer = Caller::signed_in(world, "cp4").await;
    assert!(officer.get("/v1/me").await.status.is_success());
    assert!(officer.request(reqwest::Method::DELETE, "/v1/sessions/current").send().await.unwrap().status().is_success());
    assert_eq!(officer.get("/v1/me").await.refusal().0, 401);
}

#[tokio::test]
async fn a_forged_pass_finds_nothing_and_says_so() {
    let world = World::shared().await;
    let truck = Truck::to("81C-511.07", TRA_DA);
    let declared = truck.declare(&Caller::anybody(world, 16)).await;
    let officer = Caller::signed_in(world, "cp3").await;
    let genuine = declared["pass"]["qrText"].as_str().unwrap();
    let found = officer.post("/v1/posts/CP3/find", &json!({"text": genuine})).await.ok();
    assert_eq!(found["trips"][0]["foundBy"], "FOUND_BY_PASS");
    let middle = genuine.len() / 2;
    let other = if genuine.as_bytes()[middle] == b'A' { 'B' } else { 'A' };
    let forged = format!("{}{other}{}", &genuine[..middle], &genuine[middle + 1..]);
    let found = officer.post("/v1/posts/CP3/find", &json!({"text": forged})).await.ok();
    assert!(found["trips"].as_array().is_none_or(Vec::is_empty), "{found:#}");
    assert!(found["warnings"].to_string().contains("PASS_FORGED"), "{found:#}");
}

#[tokio::test]
async fn one_address_that_storms_is_slowed_and_officers_are_not() {
    let world = World::shared().await;
    let stormer = Caller::anybody(world, 17);
    let statuses: Vec<_> = futures::stream::iter(0..2_000)
        .map(|_| async { stormer.get("/v1/public/trips").await.status })
        .buffer_unordered(64)
        .collect()
        .await;
    assert!(statuses.iter().any(|status| *status == 429), "2,000 requests at once from one address were all answered");
    let officer = Caller::signed_in(world, "cp3").await;
    for _ in 0..50 {
        assert!(officer.get("/v1/trips?postId=CP3").await.status.is_success());
    }
}
