//! Two citizens report one matter: the open queue of the commune hears of both, an officer merges them, asks another agency, and looks up the rules and
//! the working days that decided; both citizens read how far it is, each with his own code. On a desk and on a phone, with nothing wrong for axe.

use chrono::{Datelike, Duration, NaiveDate, Weekday};
use ids::SubmissionId;
use serde_json::json;

use crate::{
    axe,
    browser::{Browser, DESK, PHONE},
};
use system::{
    api::Caller,
    truck::{TRA_DA, now},
    world::World,
};

struct Ticket {
    code: String,
    pin: String,
}

async fn report(world: &World, number: u8) -> Ticket {
    let sent = json!({
        "submissionId": SubmissionId::mint(now()).to_string(),
        "categoryId": "WRONG_PLACE",
        "place": {"area": {"code": TRA_DA}},
        "seenAt": (now() - Duration::minutes(20)).to_rfc3339(),
        "text": "Xe tải đỗ trong xóm từ sáng, không đúng nơi đã khai",
    });
    let answer = Caller::anybody(world, number).post("/v1/reports", &sent).await.ok();
    Ticket { code: answer["code"].as_str().unwrap().to_owned(), pin: answer["pin"].as_str().unwrap().to_owned() }
}

/// Both views, without a fault and without anything wider than the screen.
async fn check(browser: &Browser, name: &str) {
    for view in [PHONE, DESK] {
        browser.look(view).await;
        browser.keep_picture(&format!("{name}-{}", view.name)).await;
        let found = axe::violations(browser).await;
        assert!(found.is_empty(), "{name}, {}: {found:#?}", view.name);
        let width = browser.value("document.documentElement.scrollWidth").await.as_u64().unwrap();
        assert!(width <= u64::from(view.width), "{name}, {}: {width} pixels wide", view.name);
    }
}

#[tokio::test]
async fn it_is_handled_once_and_both_read_of_it() {
    let world = World::shared().await;
    let officer = Browser::signed_in(world, "trada", DESK).await;
    officer.go("/reports").await;
    officer.wait_for("[data-live][data-state=on]").await;
    let first = report(world, 41).await;
    officer.wait_for(&format!("//tr[contains(., '{}')]", first.code)).await;
    let second = report(world, 42).await;
    officer.wait_for(&format!("//tr[contains(., '{}')]", second.code)).await;
    check(&officer, "queue").await;

    merge(&officer, &second, &first).await;
    transfer(&officer, &first).await;
    for ticket in [&first, &second] {
        let citizen = Browser::without_script(world, PHONE).await;
        citizen.go("/follow").await;
        citizen.fill("#code", &ticket.code).await;
        citizen.fill("#pin", &ticket.pin).await;
        citizen.press("main form .btn.main").await;
        citizen.wait_for("#messages").await;
        let says = citizen.text("main").await;
        assert!(says.contains("Sở") && says.contains("Cơ quan đang xem xét") && says.contains(&ticket.code), "{says}");
        assert_eq!(says.contains("bằng mã của bạn"), ticket.code == second.code, "{says}");
    }
    rules(&officer).await;
    let admin = Browser::signed_in(world, "admin", DESK).await;
    calendar(&admin).await;
}

async fn merge(officer: &Browser, child: &Ticket, parent: &Ticket) {
    officer.go("/reports").await;
    officer.press(&format!("//a[contains(., '{}')]", child.code)).await;
    officer.press("//summary[contains(., 'Gộp với phản ánh khác')]").await;
    officer.press(&format!("//form[contains(@action, '/merge')]//label[contains(., '{}')]", parent.code)).await;
    check(officer, "merge").await;
    officer.press("form[action$='/merge'] .btn").await;
    officer.wait_for("//p[@role='status'][contains(., 'Đã gộp')]").await;
    check(officer, "merged").await;
    officer.press("#merged-into + p a").await;
    officer.wait_for(&format!("//h1[contains(., '{}')]", parent.code)).await;
    assert!(officer.text("#merged + p + ul").await.contains(&child.code));
}

async fn transfer(officer: &Browser, report: &Ticket) {
    officer.press("form[action$='/start'] .btn.main").await;
    officer.wait_for("//p[@role='status'][contains(., 'Đã nhận xử lý')]").await;
    officer.press("//summary[contains(., 'Chuyển cơ quan khác')]").await;
    officer.press("form[action$='/transfer'] .btn").await;
    officer.wait_for(".errors").await;
    check(officer, "transfer").await;
    officer.choose("#transfer-agency", "SO_GTVT").await;
    officer.fill("#transfer-reason", "Đề nghị kiểm tra phù hiệu của xe").await;
    officer.press("form[action$='/transfer'] .btn").await;
    officer.wait_for("//p[@role='status'][contains(., 'Đã chuyển')]").await;
    check(officer, "transferred").await;
    officer.go("/reports?queue=transferred").await;
    assert!(officer.text("main .list").await.contains(&report.code));
}

async fn rules(officer: &Browser) {
    officer.go("/reports").await;
    officer.press("main a[href='/reports/rules']").await;
    officer.wait_for("#try").await;
    officer.choose("#category", "LOAD_UNLOAD").await;
    officer.fill("#area", "Xã Trà Đa").await;
    officer.press("main form .btn.main").await;
    officer.wait_for("#outcome").await;
    let says = officer.text("main").await;
    assert!(says.contains("Giao cho Công an xã Trà Đa") && says.contains("Công an xã nơi xảy ra"), "{says}");
    check(officer, "rules").await;
}

async fn calendar(admin: &Browser) {
    let soon = (now() + Duration::days(40)).date_naive();
    let day = soon.iter_days().find(|day| day.weekday() == Weekday::Wed).unwrap_or(NaiveDate::MAX);
    admin.go("/reports/calendar").await;
    admin.press("main form .btn.main").await;
    admin.wait_for(".errors").await;
    check(admin, "calendar-mistakes").await;
    admin.set("#day", &day.to_string()).await;
    admin.choose("#kind", "DAY_KIND_OFF").await;
    admin.fill("#reason", "Văn bản số 12 của tỉnh").await;
    admin.press("main form .btn.main").await;
    admin.wait_for("//p[@role='status'][contains(., 'Đã công bố')]").await;
    check(admin, "calendar").await;
    admin.press("//summary[contains(., 'Rút lại')]").await;
    admin.fill("input[id^=reason-]", "Hoãn lại").await;
    admin.press("form[action$='/withdraw'] .btn").await;
    admin.wait_for("//p[@role='status'][contains(., 'Đã rút lại')]").await;
}
