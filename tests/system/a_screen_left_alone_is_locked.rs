//! An officer leaves a half-filled form: the screen locks, only his password opens it, and nothing typed is lost.

use fantoccini::key::Key;

use crate::{
    axe,
    browser::{Browser, DARK_DESK, DESK, PHONE},
};
use system::{
    api::Caller,
    truck::{TRA_DA, Truck},
    world::World,
};

/// Leaves the page alone for as long as it takes to lock, and gives it ten minutes again for afterwards.
async fn leave(officer: &Browser) {
    officer.value("document.querySelector('[data-idle-minutes]').dataset.idleMinutes = '0.005'").await;
    officer.wait_for("dialog[data-idle-minutes][open][data-told]").await;
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
async fn and_what_was_typed_survives_the_browser() {
    let world = World::shared().await;
    let truck = Truck::to("81C-541.02", TRA_DA);
    truck.declare(&Caller::anybody(world, 41)).await;
    truck.receive(&Caller::signed_in(world, "cp3").await).await;
    let officer = Browser::signed_in(world, "cp3", DESK).await;
    let desk = format!("/posts/CP3/trips/{}", truck.trip);
    officer.go(&desk).await;
    officer.fill("#count", "1").await;
    officer.fill(".temp", "36,6").await;
    leave(&officer).await;

    let officer = officer.restarted(world, DESK).await;
    officer.go(&desk).await;
    assert_eq!(officer.path().await, "/sign-in", "a browser that was closed has no session");
    officer.sign_in(world, "cp3").await;
    officer.go(&desk).await;
    officer.wait_for("#count").await;
    assert_eq!(officer.value("document.querySelector('#count').value").await, "1");
    assert_eq!(officer.value("document.querySelector('.temp').value").await, "36,6");
    let kept = officer.value("Object.values(localStorage).join()").await;
    assert!(!kept.as_str().unwrap().contains("Thường"), "no name of a person stays on the device: {kept}");
}

#[tokio::test]
async fn and_no_other_page_of_the_session_opens() {
    let world = World::shared().await;
    let officer = Browser::signed_in(world, "cp3", DESK).await;
    leave(&officer).await;
    let locked = officer.client.window().await.unwrap();
    let tab = officer.client.new_window(true).await.unwrap();
    officer.client.switch_to_window(tab.handle).await.unwrap();
    officer.go("/account").await;
    officer.wait_for("form[action='/unlock']").await;
    let mut faults = Vec::new();
    for view in [PHONE, DARK_DESK, DESK] {
        officer.look(view).await;
        officer.keep_picture(&format!("unlock-{}", view.name)).await;
        faults.extend(axe::violations(&officer).await);
    }
    assert!(faults.is_empty(), "{faults:#?}");
    officer.fill("#password", "không phải mật khẩu này").await;
    officer.press("form[action='/unlock'] .btn.main").await;
    officer.wait_for(".errors").await;
    officer.fill("#password", &world.logins["cp3"]).await;
    officer.press("form[action='/unlock'] .btn.main").await;
    officer.wait_for("form[action='/account']").await;

    // The page that locked is one of the old session: whoever knows the password gets it anew.
    officer.client.switch_to_window(locked).await.unwrap();
    officer.fill("#lock-password", &world.logins["cp3"]).await;
    officer.press("dialog[open] .btn.main").await;
    officer.wait_for("main:not([inert]) #q").await;
}

#[tokio::test]
async fn and_work_in_another_tab_keeps_it_open() {
    let world = World::shared().await;
    let officer = Browser::signed_in(world, "cp3", DESK).await;
    let first = officer.client.window().await.unwrap();
    // Another tab says that it is being worked in; who hears it after our page has heard it tells us.
    let worked = "new Promise((done) => { new BroadcastChannel('gsvt-session').onmessage = () => done(true);
        new BroadcastChannel('gsvt-session').postMessage({ active: Date.now() + 3600000 }); })";
    assert_eq!(officer.value(worked).await, true);
    let looked = "(document.querySelector('[data-idle-minutes]').dataset.idleMinutes = '0',
        document.dispatchEvent(new Event('visibilitychange')), document.querySelector('dialog[data-idle-minutes]').open)";
    assert_eq!(officer.value(looked).await, false, "nobody is away");
    let tab = officer.client.new_window(true).await.unwrap();
    officer.client.switch_to_window(tab.handle).await.unwrap();
    officer.go("/account").await;
    // Left alone here, all of them lock, also the one that was worked in.
    leave(&officer).await;
    officer.client.switch_to_window(first).await.unwrap();
    officer.wait_for("dialog[data-idle-minutes][open]").await;
}

async fn open(world: &World, officer: &Browser) {
    officer.fill("#lock-password", &world.logins["cp3"]).await;
    officer.press("dialog[open] .btn.main").await;
    officer.wait_for("main:not([inert])").await;
}
