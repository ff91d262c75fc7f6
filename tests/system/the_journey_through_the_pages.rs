//! A truck's whole journey as people make it, through the pages alone: a driver's phone without script, the desk of a post, the desk of a
//! commune that is open meanwhile, and the public list.

use std::time::Instant;

use chrono::{Duration, FixedOffset};
use fantoccini::{Locator, key::Key};

use crate::browser::{Browser, DESK, PATIENCE, PHONE};
use system::{
    truck::{TRA_DA, now},
    world::World,
};

const PLATE: &str = "81C-531.01";
const DRIVER: &str = "Nguyễn Hữu Thường";
const PHONE_NUMBER: &str = "0905123457";
const ID_NUMBER: &str = "052086004418";
const ADDRESS: &str = "Kho nông sản, lô B7";

#[tokio::test]
async fn from_the_drivers_phone_to_the_confirmed_arrival() {
    let world = World::shared().await;
    let commune = Browser::signed_in(world, "trada", DESK).await;
    assert_eq!(commune.path().await, format!("/areas/{TRA_DA}/arrivals"));
    commune.value("window.stillTheSamePage = true").await;
    let driver = Browser::without_script(world, PHONE).await;
    let code = declare(&driver).await;
    let citizen = Browser::without_script(world, PHONE).await;
    assert!(!public_list(&citizen).await.contains(PLATE), "only what a post admitted is public");

    let officer = Browser::signed_in(world, "cp3", DESK).await;
    admit(&officer, &code).await;
    driver.client.refresh().await.unwrap();
    driver.wait_for("main .note.good").await;
    driver.keep_picture("admitted").await;
    public_list_says(&citizen, ["Đang đi", "On the way"]).await;

    confirm(&commune).await;
    public_list_says(&citizen, ["Đã xác nhận đến", "Arrival confirmed"]).await;
    citizen.press(".list td.key a").await;
    assert_no_person(&citizen.client.source().await.unwrap());
}

/// Fills the declaration in; the spoken code of the pass that comes.
async fn declare(driver: &Browser) -> String {
    driver.go("/declare").await;
    driver.fill("#plate", PLATE).await;
    driver.choose("#vehicle-type", "VEHICLE_TYPE_TRUCK").await;
    driver.choose("#entry-post", "CP3").await;
    driver.fill("#origin", "Thành phố Hồ Chí Minh").await;
    driver.press("#purpose-destination").await;
    driver.fill("#places-0-commune", "Trà Đa").await;
    driver.fill("#places-0-address", ADDRESS).await;
    let local = FixedOffset::east_opt(7 * 3600).unwrap();
    let due = (now() + Duration::hours(4)).with_timezone(&local);
    driver.set("#places-0-at", &due.format("%Y-%m-%dT%H:%M").to_string()).await;
    driver.fill("#people-0-name", DRIVER).await;
    driver.fill("#people-0-birth", "1986").await;
    driver.fill("#people-0-id", ID_NUMBER).await;
    driver.fill("#people-0-phone", PHONE_NUMBER).await;
    driver.press("form.declare .btn.main").await;
    driver.wait_for(".qr").await;
    let says = driver.text("main .note").await;
    assert!(says.contains("Mới khai, chưa được vào"), "{says}");
    assert!(driver.path().await.starts_with("/pass/"));
    assert_eq!(driver.client.find_all(Locator::Css("main .note.good, main .tag.good")).await.unwrap().len(), 0, "not green");
    driver.text("main .panel .code").await
}

/// The desk of the post by keyboard, from the spoken code to the decision.
async fn admit(officer: &Browser, code: &str) {
    let (enter, down) = (char::from(Key::Enter), char::from(Key::Down));
    let before = officer.value("history.length").await.as_u64().unwrap();
    let mut keys = officer.type_keys(code.chars().filter(|letter| *letter != '-').chain([enter])).await;
    officer.wait_for("#count:focus").await;
    officer.keep_picture("found").await;
    let head_count = ['1', enter];
    let temperature = ['3', '6', '6', enter];
    // A rapid test, negative, made before the officer's eyes just now.
    let evidence = ['T', enter, down, enter, enter, 'T', enter];
    let commitment_and_decision = [enter, enter];
    let typed = head_count.into_iter().chain(temperature).chain(evidence).chain(commitment_and_decision);
    keys += officer.type_keys(typed).await;
    officer.wait_for("[data-record]:focus").await;
    officer.keep_picture("filled").await;
    keys += officer.type_keys([enter]).await;
    officer.wait_for("section.note[role=status] h2").await;
    officer.keep_picture("decided").await;
    let says = officer.text("section.note[role=status] h2").await;
    assert_eq!(says, "Đã cho vào địa bàn");
    let trips = officer.value("history.length").await.as_u64().unwrap() - before;
    assert!(keys <= 25 && trips <= 4, "{keys} keys, {trips} round trips");
}

/// The desk of the commune has been open all the time: the truck appears by itself, and is confirmed in a dialog.
async fn confirm(commune: &Browser) {
    let row = format!("//tr[@data-row][contains(., '{PLATE}')]");
    commune.wait_for(&row).await;
    commune.wait_for("//nav//a[@aria-current]/*[. != '0']").await;
    assert_eq!(commune.value("window.stillTheSamePage").await, true, "the page was not loaded again");
    commune.keep_picture("arrivals").await;
    commune.press(&format!("{row}//a[@data-confirm]")).await;
    commune.fill("dialog #headcount", "1").await;
    commune.keep_picture("dialog").await;
    commune.press("dialog .btn.main").await;
    commune.wait_for(&format!("//section[@aria-labelledby='done'][contains(., '{PLATE}')]")).await;
    commune.keep_picture("confirmed").await;
}

/// Asks until the list, which is a moment behind, says it in Vietnamese and in English.
async fn public_list_says(citizen: &Browser, words: [&str; 2]) {
    let asked = Instant::now();
    loop {
        let read = public_list(citizen).await;
        if read.contains(PLATE) && words.iter().all(|word| read.contains(word)) {
            return;
        }
        assert!(asked.elapsed() < PATIENCE, "the public list says: {read}");
    }
}

/// What a citizen reads on the list, in both languages; nothing of a person is in the pages' sources.
async fn public_list(citizen: &Browser) -> String {
    let mut read = String::new();
    for page in ["/", "/en/"] {
        citizen.go(&format!("{page}?plate={PLATE}")).await;
        read += &citizen.text("main .list").await;
        assert_no_person(&citizen.client.source().await.unwrap());
    }
    read
}

fn assert_no_person(source: &str) {
    for secret in [DRIVER, PHONE_NUMBER, ID_NUMBER, ADDRESS, "Thường"] {
        assert!(!source.contains(secret), "a public page holds {secret}");
    }
}
