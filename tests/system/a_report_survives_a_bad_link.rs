//! The network goes away while a citizen sends a report: he reads what to do, comes back, finds what he typed, and sends twice what is one report.

use fantoccini::Locator;
use serde_json::Value;
use testing::photo;

use crate::{
    axe,
    browser::{Browser, PHONE},
};
use system::{
    api::Caller,
    proxy::{Proxy, Trouble},
    world::World,
};

const SEEN: &str = "Xe khách dừng đón người ở ngã ba sau chốt, sóng điện thoại chập chờn";

#[tokio::test]
async fn and_is_one_report() {
    let world = World::shared().await;
    let wire = Proxy::before(world.address()).await;
    let citizen = Browser::over(&wire, PHONE).await;
    let folder = testing::folder().unwrap();
    let file = folder.path().join("xe.jpg");
    std::fs::write(&file, photo(9)).unwrap();

    citizen.go("/report").await;
    citizen.value("navigator.serviceWorker.ready.then(() => true)").await;
    citizen.press("input[value=LOAD_UNLOAD]").await;
    to_photos(&citizen, true).await;
    citizen.fill("#photo", file.to_str().unwrap()).await;
    wire.set(Trouble::Reset);
    citizen.press("main form .btn.main").await;
    reads_what_to_do(&citizen).await;

    wire.set(Trouble::None);
    citizen.press("main a.btn.main").await;
    citizen.wait_for("//*[@data-part='draft'][contains(., 'chọn lại')]").await;
    assert_eq!(citizen.value("document.querySelector('input[value=LOAD_UNLOAD]').checked").await, Value::Bool(true));
    to_photos(&citizen, false).await;
    citizen.fill("#photo", file.to_str().unwrap()).await;
    citizen.press("button[value=add]").await;
    citizen.wait_for(".photos img").await;
    next(&citizen, "contact").await;
    next(&citizen, "check").await;
    says_what_was_typed(&citizen).await;

    // A proof that were not this report's would be refused.
    citizen.wait_for("input[name=proof]:not([value=''])").await;
    wire.set(Trouble::LosesAnAnswer);
    citizen.press("main form .btn.main").await;
    reads_what_to_do(&citizen).await;
    assert_eq!(sent(world).await, 1, "the report arrived, its answer did not");
    wire.set(Trouble::None);
    citizen.press("main a.btn.main").await;
    citizen.wait_for("[data-part=clear]:not([hidden])").await;
    next(&citizen, "check").await;
    says_what_was_typed(&citizen).await;
    citizen.press("main form .btn.main").await;
    citizen.wait_for("#ticket").await;
    assert_eq!(sent(world).await, 1, "sent twice, and one report");
    citizen.go("/report").await;
    citizen.wait_for("form[data-draft]").await;
    assert_eq!(citizen.value("document.querySelector('input[name=category]:checked')").await, Value::Null, "the draft is gone");
}

async fn next(citizen: &Browser, step: &str) {
    citizen.press("main form .btn.main").await;
    citizen.wait_for(&format!("input[name=step][value={step}]")).await;
}

/// Through the questions; the second time every answer stands there already.
async fn to_photos(citizen: &Browser, first: bool) {
    next(citizen, "vehicle").await;
    next(citizen, "place").await;
    if first {
        citizen.stand_at(14.0021, 108.0432).await;
        citizen.press("[data-position]").await;
        citizen.wait_for("//*[@data-part='position'][contains(., '14.00210, 108.04320')]").await;
        citizen.fill("#area", "Xã Trà Đa").await;
    }
    next(citizen, "when").await;
    next(citizen, "details").await;
    if first {
        citizen.fill("#text", SEEN).await;
        for question in citizen.client.find_all(Locator::Css("fieldset label:first-of-type")).await.unwrap() {
            question.click().await.unwrap();
        }
    }
    next(citizen, "photos").await;
}

async fn reads_what_to_do(citizen: &Browser) {
    citizen.wait_for("//h1[contains(., 'Mất mạng')]").await;
    let says = citizen.text("main").await;
    assert!(says.contains("vẫn được giữ") && says.contains("một phản ánh"), "{says}");
    citizen.keep_picture("report-cut").await;
    assert_eq!(axe::violations(citizen).await, Vec::<String>::new());
}

/// Also where the phone was, which its button wrote into the form.
async fn says_what_was_typed(citizen: &Browser) {
    let says = citizen.text("main").await;
    assert!(says.contains(SEEN) && says.contains("Xã Trà Đa") && says.contains("1 ảnh") && says.contains("14.00210, 108.04320"), "{says}");
}

/// Reports of this citizen that the police have.
async fn sent(world: &World) -> usize {
    let chief = Caller::signed_in(world, "pleiku").await;
    let listed = chief.get("/v1/reports?pageSize=100").await.ok();
    let mut found = 0;
    for report in listed["reports"].as_array().unwrap() {
        let one = chief.get(&format!("/v1/reports/{}", report["reportId"].as_str().unwrap())).await.ok();
        found += usize::from(one.to_string().contains(SEEN));
    }
    found
}
