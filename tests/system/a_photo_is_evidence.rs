//! A citizen without script sends a report with a photo from a phone and adds another later; the commune's police see both without place and name; the
//! file itself is the provincial police's, who give a reason; nobody else sees anything of it, neither on a page nor through the API.

use base64ct::{Base64, Encoding as _};
use fantoccini::Locator;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testing::{PHOTOGRAPHER, photo};

use crate::{
    axe,
    browser::{Browser, DESK, PHONE},
};
use system::{api::Caller, truck::now, world::World};

const SEEN: &str = "Xe dừng ở bãi đất trống và chuyển hàng sang xe khác";

#[tokio::test]
async fn from_the_phone_to_the_handler_and_no_further() {
    let world = World::shared().await;
    let citizen = Browser::without_script(world, PHONE).await;
    let (code, pin) = report(&citizen).await;
    let chief = Browser::signed_in(world, "pleiku", PHONE).await;
    let report = seen_by_police(&chief, &code).await;
    add_another(&citizen, &code, &pin).await;
    let elsewhere = Browser::open(world, PHONE).await;
    follow(&elsewhere, &code, &pin).await;
    clean(&elsewhere).await;
    chief.go(&format!("/reports/{report}")).await;
    assert_eq!(pictures(&chief).await, 2);
    of_nobody_else(world, &report, &code).await;
    as_evidence(world, &report).await;
}

/// A photo as the phone took it, in a file that the browser is given.
async fn choose(browser: &Browser, folder: &tempfile::TempDir, shade: u8) {
    let path = folder.path().join(format!("{shade}.jpg"));
    std::fs::write(&path, photo(shade)).unwrap();
    browser.fill("#photo", path.to_str().unwrap()).await;
}

/// Photos of the page that a person sees.
async fn pictures(browser: &Browser) -> u64 {
    browser
        .value("[...document.querySelectorAll('.photos img')].filter((it) => it.complete && it.naturalWidth > 0).length")
        .await
        .as_u64()
        .unwrap()
}

/// axe needs a browser with script, the width none.
async fn clean(browser: &Browser) {
    assert_eq!(axe::violations(browser).await, Vec::<String>::new(), "{}", browser.path().await);
    fits(browser).await;
}

async fn fits(browser: &Browser) {
    let wide = browser.value("document.documentElement.scrollWidth > document.documentElement.clientWidth").await;
    assert_eq!(wide, Value::Bool(false), "the page is wider than the phone");
}

async fn next(citizen: &Browser, step: &str) {
    citizen.press("main form .btn.main").await;
    citizen.wait_for(&format!("input[name=step][value={step}]")).await;
}

async fn to_photos(citizen: &Browser) {
    citizen.go("/report").await;
    citizen.press("input[value=LOAD_UNLOAD]").await;
    next(citizen, "vehicle").await;
    next(citizen, "place").await;
    citizen.fill("#area", "Xã Trà Đa").await;
    next(citizen, "when").await;
    next(citizen, "details").await;
    citizen.fill("#text", SEEN).await;
    for question in citizen.client.find_all(Locator::Css("fieldset label:first-of-type")).await.unwrap() {
        question.click().await.unwrap();
    }
    next(citizen, "photos").await;
}

async fn report(citizen: &Browser) -> (String, String) {
    let folder = testing::folder().unwrap();
    to_photos(citizen).await;
    let page = folder.path().join("page.jpg");
    std::fs::write(&page, "<script>alert(1)</script>").unwrap();
    citizen.fill("#photo", page.to_str().unwrap()).await;
    citizen.press("button[value=add]").await;
    citizen.wait_for(".errors").await;
    fits(citizen).await;
    for shade in [1, 2] {
        choose(citizen, &folder, shade).await;
        citizen.press("button[value=add]").await;
        citizen.wait_for(&format!(".photos li:nth-child({shade}) img")).await;
    }
    assert_eq!(pictures(citizen).await, 2);
    citizen.keep_picture("report-photos").await;
    fits(citizen).await;
    citizen.press(".photos li:nth-child(2) button").await;
    citizen.wait_for("//main[not(.//ul[@class='photos']/li[2])]//ul[@class='photos']").await;
    next(citizen, "contact").await;
    next(citizen, "check").await;
    assert!(citizen.text("main").await.contains("1 ảnh"));
    citizen.press("main form .btn.main").await;
    citizen.wait_for("#ticket").await;
    (citizen.text("[data-code]").await, citizen.text("[data-pin]").await)
}

/// The id of the report.
async fn seen_by_police(chief: &Browser, code: &str) -> String {
    chief.go("/reports").await;
    chief.press(&format!("//a[contains(., '{code}')]")).await;
    chief.wait_for(".photos img").await;
    assert_eq!(pictures(chief).await, 1);
    chief.keep_picture("report-case-photos").await;
    clean(chief).await;
    assert!(!chief.client.source().await.unwrap().contains("/evidence"), "who decides on reports has no originals");
    let path = chief.path().await;
    chief.press(".photos a").await;
    chief.wait_for("img").await;
    assert!(chief.value("document.contentType === 'image/jpeg' && document.images[0].naturalWidth === 640").await.as_bool().unwrap());
    path.rsplit('/').next().unwrap().to_owned()
}

async fn follow(citizen: &Browser, code: &str, pin: &str) {
    citizen.go("/follow").await;
    citizen.fill("#code", code).await;
    citizen.fill("#pin", pin).await;
    citizen.press("main form .btn.main").await;
    citizen.wait_for(".photos img").await;
}

async fn add_another(citizen: &Browser, code: &str, pin: &str) {
    let folder = testing::folder().unwrap();
    follow(citizen, code, pin).await;
    choose(citizen, &folder, 3).await;
    citizen.press("button[value=photo]").await;
    citizen.wait_for(".note.good").await;
    assert_eq!(pictures(citizen).await, 2);
    citizen.keep_picture("followed-photos").await;
    fits(citizen).await;
}

/// Another commune, another district, and anybody.
async fn of_nobody_else(world: &World, report: &str, code: &str) {
    let photos = format!("/v1/reports/{report}/photos");
    let chief = Caller::signed_in(world, "pleiku").await;
    let listed = chief.get(&photos).await.ok();
    let photo = listed["photos"][0]["photoId"].as_str().unwrap().to_owned();
    let seen = chief.request(Method::GET, &format!("{photos}/{photo}")).send().await.unwrap();
    assert_eq!(seen.headers()["content-type"], "image/jpeg");
    assert!(!holds(&seen.bytes().await.unwrap(), PHOTOGRAPHER));
    let evidence = json!({"reason": "Biên bản vi phạm số 12"});
    assert_eq!(chief.post(&format!("{photos}/{photo}/evidence"), &evidence).await.status, StatusCode::FORBIDDEN);
    for (who, status) in [
        (Caller::signed_in(world, "cp3").await, StatusCode::NOT_FOUND),
        (Caller::signed_in(world, "phuthien").await, StatusCode::NOT_FOUND),
        (Caller::anybody(world, 61), StatusCode::UNAUTHORIZED),
    ] {
        for path in [photos.clone(), format!("{photos}/{photo}")] {
            assert_eq!(who.get(&path).await.status, status, "{path}");
        }
    }
    let page = Caller::anybody(world, 61).request(Method::GET, &format!("/reports/{report}/photos/{photo}")).send().await.unwrap();
    assert!(page.url().path() == "/sign-in", "{}", page.url());
    let open = Caller::anybody(world, 61).get(&format!("/open311/requests/{code}.json")).await.body.to_string();
    assert!(!open.contains(&photo) && !open.contains("/photos"), "{open}");
}

async fn as_evidence(world: &World, report: &str) {
    let admin = Caller::signed_in(world, "admin").await;
    let photos = admin.get(&format!("/v1/reports/{report}/photos")).await.ok();
    let path = format!("/v1/reports/{report}/photos/{}/evidence", photos["photos"][0]["photoId"].as_str().unwrap());
    assert_eq!(admin.post(&path, &json!({})).await.status, StatusCode::BAD_REQUEST, "not without a reason");
    let file = admin.request(Method::POST, &path).json(&json!({"reason": "Biên bản vi phạm số 12"})).send().await.unwrap();
    let name = file.headers()["content-disposition"].to_str().unwrap().to_owned();
    let content = file.bytes().await.unwrap();
    assert!(content == photo(1) && holds(&content, PHOTOGRAPHER), "bit for bit, with everything in it");
    assert!(name.contains("-1-sha256-"), "{name}");
    let page = Browser::signed_in(world, "admin", DESK).await;
    page.go(&format!("/reports/{report}")).await;
    page.press("//summary[contains(., 'Tải tệp gốc của ảnh 1')]").await;
    page.press("form[action$='/evidence'] .btn").await;
    page.wait_for(".errors").await;
    clean(&page).await;
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// What would be refused for its size is made smaller where there is script, and the words say so where there is none.
#[tokio::test]
async fn a_photo_that_is_too_large_is_made_smaller_on_the_phone() {
    let world = World::shared().await;
    let folder = testing::folder().unwrap();
    let large = folder.path().join("large.jpg");
    std::fs::write(&large, [photo(4), vec![0; 5 * 1024 * 1024]].concat()).unwrap();
    let plain = Browser::without_script(world, PHONE).await;
    to_photos(&plain).await;
    plain.fill("#photo", large.to_str().unwrap()).await;
    plain.press("button[value=add]").await;
    assert!(plain.wait_for(".errors").await.text().await.unwrap().contains("5 MB"));
    let scripted = Browser::open(world, PHONE).await;
    to_photos(&scripted).await;
    scripted.fill("#photo", large.to_str().unwrap()).await;
    scripted.press("button[value=add]").await;
    scripted.wait_for(".photos img").await;
    assert_eq!(pictures(&scripted).await, 1);
    clean(&scripted).await;
    scripted.go("/report").await;
    scripted.wait_for("form[data-draft] input[name=photos]").await;
}

/// A program sends photos as well: the bytes in base64, the id its own, so that sending again is harmless.
#[tokio::test]
async fn a_program_sends_a_report_with_a_photo() {
    let world = World::shared().await;
    let program = Caller::anybody(world, 62);
    let now = now();
    let (submission, id) = (ids::SubmissionId::mint(now).to_string(), ids::PhotoId::mint(now).to_string());
    let upload = json!({"submissionId": submission, "photoId": id, "content": Base64::encode_string(&photo(7))});
    let first = program.post("/v1/report-photos", &upload).await.ok();
    assert_eq!((&first["photo"]["width"], program.post("/v1/report-photos", &upload).await.ok()), (&json!(640), first.clone()));
    let report = json!({
        "submissionId": submission, "categoryId": "OTHER", "text": "Chuyện xảy ra ở chợ", "place": {"area": {"code": "23596"}},
        "seenAt": now.to_rfc3339(), "photoIds": [id],
    });
    let made = program.post("/v1/reports", &report).await.ok();
    let ticket = json!({"ticket": {"code": made["code"], "pin": made["pin"]}});
    assert_eq!(program.post("/v1/report-follow/photos/list", &ticket).await.ok()["photos"][0]["photoId"], json!(id));
    let broken = program.post("/v1/report-photos", &json!({"submissionId": submission, "photoId": id, "content": "AAAA"})).await;
    assert!(broken.status == StatusCode::BAD_REQUEST && broken.body.to_string().contains("UNKNOWN_KIND"), "{broken:?}");
}
