//! Every page, for everybody: axe finds nothing wrong on a phone and on a dark desk, and nothing is wider than a phone.

use crate::{
    api::Caller,
    axe,
    browser::{Browser, DARK_DESK, DESK, ENLARGED, PHONE, View},
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
    for page in ["/", "/?plate=81C-521.02", &row, "/declare", &declared, &green, "/about", "/guide/driver", "/accessibility"] {
        for page in [page.to_owned(), format!("/en{page}")] {
            open(&browser, &page).await;
            check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
        }
    }
    for page in ["/guide/citizen", "/guide/post", "/guide/commune-police", "/docs", "/sign-in"] {
        open(&browser, page).await;
        check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
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
async fn for_the_administrator() {
    let world = World::shared().await;
    let browser = Browser::signed_in(world, "admin", PHONE).await;
    let mut faults = Vec::new();
    for page in ["/command", "/statistics", "/accounts", "/accounts/new", "/units", "/roles", "/account"] {
        open(&browser, page).await;
        check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
    }
    browser.go("/accounts").await;
    browser.press("tbody .key a").await;
    browser.wait_for(".back").await;
    check(&browser, &[PHONE, DARK_DESK, ENLARGED], &mut faults).await;
    browser.go("/accounts/new").await;
    browser.press("main form[method=post] .btn.main").await;
    browser.wait_for(".errors").await;
    check(&browser, &[PHONE, DARK_DESK], &mut faults).await;
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
async fn open(browser: &Browser, page: &str) {
    browser.go(page).await;
    assert_eq!(browser.status().await, 200, "{page}");
}

/// Looks at the page that is shown in each of these ways.
async fn check(browser: &Browser, views: &[View], faults: &mut Vec<String>) {
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

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
