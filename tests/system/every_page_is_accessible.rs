//! Every page, for everybody: axe finds nothing wrong on a phone and on a dark desk, and nothing is wider than a phone.

use fantoccini::Locator;

use crate::{
    axe,
    browser::{Browser, DARK_DESK, DESK, ENLARGED, PHONE, View},
};
use system::{
    api::Caller,
    truck::{TRA_DA, Truck},
    world::World,
};

#[tokio::test]
async fn for_the_public() {
    let world = World::shared().await;
    let driver = Caller::anybody(world, 21);
    let truck = Truck::to("81C-521.01", TRA_DA);
    let token = truck.declare(&driver).await["passToken"].as_str().unwrap().to_owned();
    let declared = format!("/pass/{token}");
    let admitted = Truck::to("81C-521.02", TRA_DA);
    let token = admitted.declare(&driver).await["passToken"].as_str().unwrap().to_owned();
    admitted.admit(&Caller::signed_in(world, "cp3").await).await;
    let green = format!("/pass/{token}");
    let row = format!("/list/{}", admitted.trip);

    let browser = Browser::open(world, PHONE).await;
    let mut faults = Vec::new();
    for page in [
        "/",
        "/?plate=81C-521.02",
        &row,
        "/declare",
        &declared,
        &green,
        "/report",
        "/follow",
        "/published",
        "/register",
        "/results",
        "/about",
        "/guide/driver",
        "/accessibility",
    ] {
        for page in [page.to_owned(), format!("/en{page}")] {
            open(&browser, &page).await;
            check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
        }
    }
    browser.go("/no-such-page").await;
    check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
    open(&browser, "/").await;
    check(&browser, &[DESK, ENLARGED], &mut faults).await;
    browser.go("/declare").await;
    browser.press("form.declare .btn.main").await;
    browser.wait_for(".errors").await;
    check(&browser, &[PHONE, DESK, DARK_DESK, ENLARGED], &mut faults).await;
    assert_none(&faults);
}

#[tokio::test]
async fn for_who_reads_up() {
    let browser = Browser::open(World::shared().await, PHONE).await;
    let mut faults = Vec::new();
    for page in [
        "/guide/citizen",
        "/guide/result",
        "/guide/post",
        "/guide/commune-police",
        "/guide/reports",
        "/guide/sampler",
        "/guide/courier",
        "/guide/laboratory",
        "/guide/cdc",
        "/docs",
        "/docs/AccountService",
        "/docs/LaboratoryService",
        "/docs/SamplingService",
        "/docs/ReportService",
        "/docs/PhotoService",
        "/docs/VehicleService",
        "/sign-in",
    ] {
        open(&browser, page).await;
        check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
    }
    assert_none(&faults);
}

#[tokio::test]
async fn for_who_reports() {
    let world = World::shared().await;
    let truck = Truck::to("81C-525.21", TRA_DA);
    truck.declare(&Caller::anybody(world, 24)).await;
    truck.admit(&Caller::signed_in(world, "cp3").await).await;
    let browser = Browser::open(world, PHONE).await;
    let mut faults = Vec::new();
    open(&browser, "/report").await;
    browser.press("form .btn.main").await;
    browser.wait_for(".errors").await;
    check(&browser, &[PHONE, DESK, DARK_DESK, ENLARGED], &mut faults).await;
    browser.press("input[value=LOAD_UNLOAD]").await;
    let next = async |step: &str| {
        browser.press("form .btn.main").await;
        browser.wait_for(&format!("input[name=step][value={step}]")).await;
    };
    next("vehicle").await;
    browser.fill("#plate", "81C-52?.21").await;
    browser.press("form .btn.main").await;
    browser.wait_for("#trip").await;
    check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
    next("place").await;
    check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
    browser.fill("#area", "Xã Trà Đa").await;
    for step in ["when", "details"] {
        next(step).await;
        check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
    }
    browser.fill("#text", "Ngắn").await;
    browser.press("form .btn.main").await;
    browser.wait_for(".errors").await;
    check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
    for question in browser.client.find_all(Locator::Css("fieldset label:first-of-type")).await.unwrap() {
        question.click().await.unwrap();
    }
    browser.fill("#text", " quá, xe dừng trước kho và dỡ hàng xuống").await;
    next("photos").await;
    browser.press("button[value=add]").await;
    browser.wait_for(".errors").await;
    check(&browser, &[PHONE, DARK_DESK, ENLARGED], &mut faults).await;
    for step in ["contact", "check"] {
        next(step).await;
        check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
    }
    browser.press("form .btn.main").await;
    browser.wait_for("#ticket").await;
    check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
    browser.press("main form .btn.main").await;
    browser.wait_for("#messages").await;
    check(&browser, &[PHONE, DARK_DESK, ENLARGED], &mut faults).await;
    browser.press("button[value=message]").await;
    browser.wait_for(".errors").await;
    check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
    open(&browser, "/follow").await;
    browser.press("main form .btn.main").await;
    browser.wait_for(".errors").await;
    check(&browser, &[PHONE, DARK_DESK], &mut faults).await;

    let officer = Browser::signed_in(world, "pleiku", PHONE).await;
    open(&officer, "/reports").await;
    check(&officer, &[PHONE, DESK, DARK_DESK, ENLARGED], &mut faults).await;
    officer.press("tbody .key a").await;
    officer.wait_for("form[action^='/reports/']").await;
    officer.client.execute("for (const it of document.querySelectorAll('details')) it.open = true", Vec::new()).await.unwrap();
    check(&officer, &[PHONE, DESK, DARK_DESK, ENLARGED], &mut faults).await;
    assert_none(&faults);
}

#[tokio::test]
async fn for_the_administrator() {
    let world = World::shared().await;
    let browser = Browser::signed_in(world, "admin", PHONE).await;
    let mut faults = Vec::new();
    for page in [
        "/command",
        "/overdue",
        "/reports",
        "/reports/rules",
        "/reports/calendar",
        "/statistics",
        "/accounts",
        "/accounts/new",
        "/units",
        "/roles",
        "/account",
    ] {
        open(&browser, page).await;
        check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
    }
    browser.go("/accounts").await;
    browser.press("tbody .key a").await;
    browser.wait_for(".back").await;
    check(&browser, &[PHONE, DARK_DESK, ENLARGED], &mut faults).await;
    browser.press("main a[href$='/grants/new']").await;
    browser.wait_for("select[name=role]").await;
    browser.press("main form[method=post] .btn.main").await;
    browser.wait_for(".errors").await;
    check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
    browser.go("/accounts/new").await;
    browser.press("main form[method=post] .btn.main").await;
    browser.wait_for(".errors").await;
    check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
    assert_none(&faults);
}

#[tokio::test]
async fn for_a_post() {
    let world = World::shared().await;
    let driver = Caller::anybody(world, 22);
    let [waiting, near, admitted, referred] =
        ["81C-522.01", "81C-522.02", "81C-522.03", "81C-522.04"].map(|plate| Truck::to(plate, TRA_DA));
    for truck in [&waiting, &near, &admitted, &referred] {
        truck.declare(&driver).await;
    }
    let caller = Caller::signed_in(world, "cp3").await;
    admitted.admit(&caller).await;
    referred.receive(&caller).await;
    waiting.receive(&caller).await;
    let crossing = Truck::crossing("81C-522.05");
    crossing.declare(&driver).await;
    crossing.admit(&caller).await;

    let officer = Browser::signed_in(world, "cp3", PHONE).await;
    let mut faults = Vec::new();
    let desk = |truck: &Truck| format!("/posts/CP3/trips/{}", truck.trip);
    let commitment = format!("{}/commitment", desk(&waiting));
    let pages = [
        "/posts/CP3",
        "/posts/CP3/new",
        &desk(&waiting),
        &desk(&admitted),
        &commitment,
        "/posts/CP3/open",
        "/posts/CP3/overdue",
        "/statistics",
    ];
    for page in pages {
        open(&officer, page).await;
        check(&officer, &[PHONE, DARK_DESK], &mut faults).await;
    }
    open(&officer, "/posts/CP3").await;
    officer.fill("#q", "81C-522.06").await;
    officer.press(".find .btn").await;
    officer.wait_for("#found").await;
    check(&officer, &[PHONE, DARK_DESK, ENLARGED], &mut faults).await;
    open(&officer, "/posts/CP3/new").await;
    officer.press("main form.split .btn.main, main form.stack .btn.main").await;
    officer.wait_for(".errors").await;
    check(&officer, &[PHONE, DARK_DESK], &mut faults).await;
    open(&officer, &desk(&waiting)).await;
    check(&officer, &[DESK, ENLARGED], &mut faults).await;
    officer.press("[data-open-help]").await;
    officer.wait_for("dialog[open]").await;
    check(&officer, &[PHONE, DARK_DESK], &mut faults).await;
    open(&officer, &desk(&waiting)).await;
    officer.press("[data-record]").await;
    officer.wait_for(".errors").await;
    check(&officer, &[PHONE, DESK, DARK_DESK, ENLARGED], &mut faults).await;
    assert_none(&faults);
}

#[tokio::test]
async fn for_the_commune_police() {
    let world = World::shared().await;
    let driver = Caller::anybody(world, 23);
    let post = Caller::signed_in(world, "cp3").await;
    for plate in ["81C-523.01", "81C-523.02"] {
        let truck = Truck::to(plate, TRA_DA);
        truck.declare(&driver).await;
        truck.admit(&post).await;
    }

    let officer = Browser::signed_in(world, "trada", PHONE).await;
    let mut faults = Vec::new();
    let arrivals = format!("/areas/{TRA_DA}/arrivals");
    for page in [arrivals.as_str(), &format!("/areas/{TRA_DA}/overdue"), "/statistics", "/account"] {
        open(&officer, page).await;
        check(&officer, &[PHONE, DARK_DESK], &mut faults).await;
    }
    open(&officer, &arrivals).await;
    check(&officer, &[DESK, ENLARGED], &mut faults).await;
    // A row that has just arrived, while the colours change.
    officer.client.execute("document.querySelector('.list [data-row]').classList.add('fresh')", Vec::new()).await.unwrap();
    check(&officer, &[DARK_DESK, PHONE], &mut faults).await;
    officer.press("//tr[contains(., '81C-523.01')]//a[@data-confirm]").await;
    officer.wait_for("dialog[open]").await;
    check(&officer, &[PHONE, DESK, DARK_DESK, ENLARGED], &mut faults).await;
    officer.press("dialog .btn.main").await;
    officer.wait_for(".errors").await;
    check(&officer, &[PHONE, DARK_DESK], &mut faults).await;
    open(&officer, &format!("{}?differs=1", officer.path().await)).await;
    check(&officer, &[PHONE, DARK_DESK], &mut faults).await;
    officer.fill("#headcount", "1").await;
    officer.press("main input[type=radio]").await;
    officer.press("main form .btn.main").await;
    officer.wait_for("#done").await;
    check(&officer, &[PHONE, DARK_DESK], &mut faults).await;
    assert_none(&faults);
}

#[tokio::test]
async fn a_planted_fault_is_found() {
    let browser = Browser::open(World::shared().await, PHONE).await;
    open(&browser, "/").await;
    browser.client.execute("document.querySelector('#plate').parentElement.querySelector('label').remove()", Vec::new()).await.unwrap();
    let found = axe::violations(&browser).await;
    assert!(found.iter().any(|fault| fault.starts_with("label: ")), "{found:#?}");
}

/// A page that is there, not one that says why it is not.
pub async fn open(browser: &Browser, page: &str) {
    browser.go(page).await;
    assert_eq!(browser.status().await, 200, "{page}");
}

/// Looks at the page that is shown in each of these ways.
pub async fn check(browser: &Browser, views: &[View], faults: &mut Vec<String>) {
    for view in views {
        browser.look(*view).await;
        let path = browser.path().await;
        browser.keep_picture(view.name).await;
        faults.extend(axe::violations(browser).await.into_iter().map(|fault| format!("{path}, {}: {fault}", view.name)));
        let width = browser.value("document.documentElement.scrollWidth").await;
        if width.as_u64().unwrap() > u64::from(view.width) {
            faults.push(format!("{path}, {}: is {width} pixels wide", view.name));
        }
    }
    browser.look(views[0]).await;
}

pub fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
