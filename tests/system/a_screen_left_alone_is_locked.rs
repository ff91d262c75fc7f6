//! An officer leaves a half-filled form: the screen locks, only his password opens it, and nothing typed is lost.

use fantoccini::key::Key;

use crate::{
    api::Caller,
    axe,
    browser::{Browser, DARK_DESK, DESK, PHONE},
    truck::{TRA_DA, Truck},
    world::World,
};

/// Leaves the page alone for as long as it takes to lock, and gives it ten minutes again for afterwards.
async fn leave(officer: &Browser) {
    officer.value("document.querySelector('[data-idle-minutes]').dataset.idleMinutes = '0.005'").await;
    officer.wait_for("dialog[data-idle-minutes][open]").await;
    officer.value("document.querySelector('[data-idle-minutes]').dataset.idleMinutes = '10'").await;
}

#[tokio::test]
async fn and_opened_with_what_was_typed() {
    let world = World::shared().await;
    let truck = Truck::to("81C-541.01", TRA_DA);
    truck.declare(&Caller::anybody(world, 41)).await;
    truck.receive(&Caller::signed_in(world, "cp3").await).await;
    let officer = Browser::signed_in(world, "cp3", DESK).await;
    officer.go(&format!("/posts/CP3/trips/{}", truck.trip)).await;
    officer.fill("#count", "1").await;
    officer.fill(".temp", "36,6").await;

    leave(&officer).await;
    assert!(!officer.wait_for("#count").await.is_displayed().await.unwrap(), "the form is hidden");
    let mut faults = Vec::new();
    for view in [PHONE, DARK_DESK, DESK] {
        officer.look(view).await;
        officer.keep_picture(&format!("locked-{}", view.name)).await;
        faults.extend(axe::violations(&officer).await);
    }
    assert!(faults.is_empty(), "{faults:#?}");
    officer.type_keys([char::from(Key::Escape), char::from(Key::Escape)]).await;
    officer.wait_for("dialog[data-idle-minutes][open]").await;

    officer.fill("#lock-password", "không phải mật khẩu này").await;
    officer.press("dialog[open] .btn.main").await;
    officer.wait_for("//*[@id='lock-error'][contains(., 'Mật khẩu chưa đúng')]").await;
    assert_eq!(officer.value("document.querySelector('main').inert").await, true);

    open(world, &officer).await;
    assert_eq!(officer.value("document.querySelector('#count').value").await, "1");
    assert_eq!(officer.value("document.querySelector('.temp').value").await, "36,6");
    officer.press("[data-record]").await;
    officer.wait_for(".errors").await;
    assert_eq!(officer.status().await, 422, "the form is one of the new session");
}

#[tokio::test]
async fn and_loading_it_again_does_not_open_it() {
    let world = World::shared().await;
    let officer = Browser::signed_in(world, "cp3", DESK).await;
    leave(&officer).await;
    officer.client.refresh().await.unwrap();
    officer.wait_for("dialog[data-idle-minutes][open]").await;
    open(world, &officer).await;
    officer.client.refresh().await.unwrap();
    officer.wait_for("#q").await;
    assert_eq!(officer.value("document.querySelector('main').inert").await, false);
}

async fn open(world: &World, officer: &Browser) {
    officer.fill("#lock-password", &world.logins["cp3"]).await;
    officer.press("dialog[open] .btn.main").await;
    officer.wait_for("main:not([inert])").await;
}
