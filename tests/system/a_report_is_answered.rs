//! A citizen sees a truck unload where it may not, finds it on the public list and reports it from a phone without script; the police of the commune
//! write the answer, the district, which gave it to them, approves it, and the citizen reads it with code and PIN.

use std::time::Instant;

use crate::browser::{Browser, DESK, PATIENCE, PHONE};
use system::{
    api::Caller,
    truck::{TRA_DA, Truck},
    world::World,
};

const PLATE: &str = "81C-541.01";
const PHONE_NUMBER: &str = "0905123458";
const SEEN: &str = "Xe dừng trước kho và hai người dỡ bao hàng xuống";
const ANSWER: &str = "Công an xã đã kiểm tra và lập biên bản vì dỡ hàng sai nơi.";

#[tokio::test]
async fn from_the_public_list_to_the_published_answer() {
    let world = World::shared().await;
    let truck = Truck::to(PLATE, TRA_DA);
    truck.declare(&Caller::anybody(world, 31)).await;
    truck.admit(&Caller::signed_in(world, "cp3").await).await;

    let citizen = Browser::without_script(world, PHONE).await;
    let (code, pin) = report(&citizen).await;
    let district = Browser::signed_in(world, "pleiku", DESK).await;
    assign(&district, &code).await;
    answer(&Browser::signed_in(world, "trada", DESK).await, &code).await;
    approve(&district, &code).await;
    read_answer(&citizen, &code, &pin).await;
}

/// From the row of the list to the code and the PIN.
async fn report(citizen: &Browser) -> (String, String) {
    let asked = Instant::now();
    loop {
        citizen.go(&format!("/?plate={PLATE}")).await;
        if citizen.text("main .list").await.contains(PLATE) {
            break;
        }
        assert!(asked.elapsed() < PATIENCE, "the vehicle is not on the list");
    }
    citizen.press(".list td.key a").await;
    citizen.press("main a.btn.main").await;
    at(citizen, "what").await;
    citizen.keep_picture("report-what").await;
    citizen.press("input[value=LOAD_UNLOAD]").await;
    next(citizen, "place").await;
    citizen.fill("#area", "Xã Trà Đa").await;
    next(citizen, "when").await;
    next(citizen, "details").await;
    next(citizen, "details").await;
    citizen.wait_for(".errors").await;
    citizen.keep_picture("report-details").await;
    citizen.fill("#text", SEEN).await;
    for question in citizen.client.find_all(fantoccini::Locator::Css("fieldset label:first-of-type")).await.unwrap() {
        question.click().await.unwrap();
    }
    next(citizen, "photos").await;
    next(citizen, "contact").await;
    citizen.fill("#phone", PHONE_NUMBER).await;
    next(citizen, "check").await;
    citizen.keep_picture("report-check").await;
    let says = citizen.text("main").await;
    assert!(says.contains(PLATE) && says.contains(SEEN) && says.contains("Xã Trà Đa"), "{says}");
    citizen.press("main form .btn.main").await;
    citizen.wait_for("#ticket").await;
    citizen.keep_picture("report-sent").await;
    assert_eq!(citizen.path().await, "/report");
    (citizen.text("[data-code]").await, citizen.text("[data-pin]").await)
}

async fn next(citizen: &Browser, step: &str) {
    citizen.press("main form .btn.main").await;
    at(citizen, step).await;
}

async fn at(citizen: &Browser, step: &str) {
    citizen.wait_for(&format!("input[name=step][value={step}]")).await;
}

/// The district gives it to the commune: a vehicle seen within the minute of its admission was not yet on its way, and such reports are the district's.
async fn assign(officer: &Browser, code: &str) {
    officer.go("/reports").await;
    officer.keep_picture("reports").await;
    officer.press(&format!("//a[contains(., '{code}')]")).await;
    officer.press("//summary[contains(., 'Phân loại và giao')]").await;
    officer.set("#assign-area", "Xã Trà Đa").await;
    officer.keep_picture("report-assign").await;
    officer.press("form[action$='/assign'] .btn").await;
    officer.wait_for("//p[@role='status'][contains(., 'Đã giao')]").await;
}

/// The desk of the commune: finds it, takes it on, writes the answer.
async fn answer(officer: &Browser, code: &str) {
    officer.go("/reports").await;
    officer.press(&format!("//a[contains(., '{code}')]")).await;
    officer.press("form[action$='/start'] .btn.main").await;
    officer.wait_for(".note.good").await;
    officer.keep_picture("report-case").await;
    let source = officer.client.source().await.unwrap();
    assert!(source.contains(SEEN) && source.contains(PLATE), "what was seen, and the vehicle");
    for secret in [PHONE_NUMBER, "905123458", "905 123 458"] {
        assert!(!source.contains(secret), "a handler learns how the reporter is reached");
    }
    officer.press("input[value=OUTCOME_VERIFIED_VIOLATION]").await;
    officer.fill("#answer-public", ANSWER).await;
    officer.press("form[action$='/answer'] .btn.main").await;
    officer.wait_for("//p[@role='status'][contains(., 'Đã gửi duyệt')]").await;
}

async fn approve(officer: &Browser, code: &str) {
    officer.go("/reports?queue=to-approve").await;
    officer.press(&format!("//a[contains(., '{code}')]")).await;
    officer.wait_for("form[action$='/approve']").await;
    officer.keep_picture("report-approve").await;
    officer.press("form[action$='/approve'] .btn.main").await;
    officer.wait_for(".note.good").await;
}

async fn read_answer(citizen: &Browser, code: &str, pin: &str) {
    citizen.go("/follow").await;
    citizen.fill("#code", code).await;
    citizen.fill("#pin", "00000000").await;
    citizen.press("main form .btn.main").await;
    citizen.wait_for(".errors").await;
    assert_eq!(citizen.status().await, 422);
    citizen.fill("#pin", pin).await;
    citizen.press("main form .btn.main").await;
    citizen.wait_for("#answer").await;
    citizen.keep_picture("report-answered").await;
    let says = citizen.text("main").await;
    assert!(says.contains(ANSWER) && says.contains("Đã trả lời"), "{says}");
    let address = citizen.client.current_url().await.unwrap();
    assert!(address.path() == "/follow" && address.query().is_none(), "{address}");
    citizen.go("/published").await;
    let published = citizen.text("main").await;
    assert!(published.contains(ANSWER) && !published.contains(PLATE), "{published}");
    citizen.keep_picture("report-published").await;
}
