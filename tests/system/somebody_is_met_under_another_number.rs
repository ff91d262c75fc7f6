//! A driver shows another paper than the last time: the desk asks the officer, who has both before him, whether it is one person.

use serde_json::{Value, json};

use crate::{
    axe,
    browser::{Browser, DARK_DESK, PHONE},
};
use system::{
    api::Caller,
    truck::{TRA_DA, Truck},
    world::World,
};

async fn arrives(world: &World, driver: &Caller, truck: &Truck, paper: Value) -> Value {
    let mut declaration = truck.declaration();
    let person = declaration["people"][0].as_object_mut().unwrap();
    person.extend(json!({"fullName": "Rơ̆ Mah H’Bưm", "phone": "0905551177"}).as_object().unwrap().clone());
    person.extend(paper.as_object().unwrap().clone());
    driver.post("/v1/trips", &json!({"tripId": truck.trip, "declaration": declaration})).await.ok();
    truck.receive(&Caller::signed_in(world, "cp3").await).await
}

#[tokio::test]
async fn and_an_officer_says_that_it_is_one_person() {
    let world = World::shared().await;
    let driver = Caller::anybody(world, 51);
    let [first, second] = ["81C-551.01", "81C-551.02"].map(|plate| Truck::to(plate, TRA_DA));
    arrives(world, &driver, &first, json!({"idType": "ID_TYPE_CCCD", "idNumber": "064086055510"})).await;
    arrives(world, &driver, &second, json!({"idType": "ID_TYPE_PASSPORT", "idNumber": "PA5551177", "idCountry": "LA"})).await;

    let officer = Browser::signed_in(world, "cp3", PHONE).await;
    officer.go(&format!("/posts/CP3/trips/{}", second.trip)).await;
    officer.press(".note a[href$='/possible-people']").await;
    officer.wait_for("button[value=same]").await;
    let text = officer.text("main").await;
    assert!(text.contains("Hộ chiếu ••• 177") && text.contains("CCCD ••• 510") && !text.contains("064086055510"), "{text}");
    let mut faults = Vec::new();
    for view in [PHONE, DARK_DESK, PHONE] {
        officer.look(view).await;
        officer.keep_picture(&format!("possible-{}", view.name)).await;
        faults.extend(axe::violations(&officer).await);
    }
    assert!(faults.is_empty(), "{faults:#?}");
    officer.press("button[value=same]").await;
    officer.wait_for("//p[@role='status'][contains(., 'Không còn ai')]").await;

    // From now on the one paper finds what was declared with the other.
    let desk = Caller::signed_in(world, "cp3").await;
    let card = json!({"text": "064086055510||Rơ̆ Mah H’Bưm|1986|Nam|Ia Le, Chư Pưh|01012021"});
    let found = desk.post("/v1/posts/CP3/find", &card).await.ok();
    let trips: Vec<&str> = found["trips"].as_array().unwrap().iter().map(|found| found["trip"]["tripId"].as_str().unwrap()).collect();
    assert!(trips.contains(&first.trip.as_str()) && trips.contains(&second.trip.as_str()), "{found:#}");
    assert_eq!(
        Caller::signed_in(world, "trada").await.get(&format!("/v1/posts/CP3/trips/{}/possible-people", second.trip)).await.refusal().0,
        403
    );
}
