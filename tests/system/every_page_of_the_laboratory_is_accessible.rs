//! The pages of sampling and laboratory, looked at as the others are.

use crate::{
    browser::{Browser, DARK_DESK, DESK, ENLARGED, PHONE},
    every_page_is_accessible::{assert_none, check, open},
};
use system::{lab::Lab, world::World};

#[tokio::test]
async fn for_who_is_sampled() {
    let world = World::shared().await;
    let mut faults = Vec::new();
    let citizen = Browser::open(world, PHONE).await;
    for page in ["/register", "/results"] {
        open(&citizen, page).await;
        citizen.press("main form .btn.main").await;
        citizen.wait_for(".errors").await;
        check(&citizen, &[PHONE, DARK_DESK, ENLARGED], &mut faults).await;
    }
    open(&citizen, "/register").await;
    citizen.fill("#person-name", "Rơ̆ Mah H’Bưm").await;
    citizen.fill("#person-birth", "1986").await;
    citizen.press("main form .btn.main").await;
    citizen.wait_for("#registered").await;
    let code = citizen.text("[data-code]").await;
    check(&citizen, &[PHONE, DARK_DESK], &mut faults).await;
    open(&citizen, "/results").await;
    citizen.fill("#code", &code).await;
    citizen.fill("#birth", "1986").await;
    citizen.press("main form .btn.main").await;
    citizen.wait_for("//h1[contains(., 'Kết quả của')]").await;
    check(&citizen, &[PHONE, DARK_DESK], &mut faults).await;
    assert_none(&faults);
}

#[tokio::test]
async fn for_a_sampler() {
    let world = World::shared().await;
    let mut faults = Vec::new();
    let lab = Lab::of_today(world, 24).await;
    let code = lab.person().await;
    let sampler = Browser::signed_in(world, "laymau", PHONE).await;
    let desk = format!("/sampling/{}", lab.session);
    for page in ["/sampling", &desk, "/lab/tasks", "/samples"] {
        open(&sampler, page).await;
        check(&sampler, &[PHONE, DARK_DESK], &mut faults).await;
    }
    open(&sampler, &desk).await;
    sampler.fill("#scan", &format!("{code}\u{e007}")).await;
    sampler.wait_for("#stop").await;
    check(&sampler, &[PHONE, DARK_DESK, ENLARGED], &mut faults).await;
    sampler.fill("#scan", "AX26-0001-A\u{e007}").await;
    sampler.wait_for("button[value=void]").await;
    sampler.fill("#scan", &format!("{code}\u{e007}")).await;
    sampler.wait_for(".members").await;
    check(&sampler, &[PHONE, DESK, DARK_DESK, ENLARGED], &mut faults).await;
    sampler.press("button[value=form]").await;
    sampler.wait_for("#person-name").await;
    check(&sampler, &[PHONE, DARK_DESK], &mut faults).await;
    open(&sampler, &desk).await;
    sampler.press("button[value=seal]").await;
    sampler.wait_for(".note.good").await;
    open(&sampler, "/samples/AX26-0001-A").await;
    check(&sampler, &[PHONE, DARK_DESK], &mut faults).await;
    assert_none(&faults);
}

#[tokio::test]
async fn for_couriers_laboratory_and_cdc() {
    let world = World::shared().await;
    let mut faults = Vec::new();
    Lab::of_today(world, 25).await.sealed("AX26-0002-B").await;
    let courier = Browser::signed_in(world, "giaomau", PHONE).await;
    open(&courier, "/shipments").await;
    check(&courier, &[PHONE, DARK_DESK, ENLARGED], &mut faults).await;
    courier.choose("#laboratory", "CDC-GL").await;
    courier.fill("#scans", "AX26-0002-B").await;
    courier.press("main form[action='/shipments'] .btn.main").await;
    courier.wait_for("#hand-celsius").await;
    check(&courier, &[PHONE, DARK_DESK], &mut faults).await;
    let shipment = courier.path().await;
    let bench = Browser::signed_in(world, "xetnghiem", PHONE).await;
    open(&bench, &shipment).await;
    bench.fill("#scans", "AX26-0002-B").await;
    bench.press("button[value=receive]").await;
    bench.wait_for("#manifest").await;
    for page in ["/lab?laboratory=CDC-GL", "/lab/runs"] {
        open(&bench, page).await;
        check(&bench, &[PHONE, DESK, DARK_DESK, ENLARGED], &mut faults).await;
    }
    open(&bench, "/lab?laboratory=CDC-GL").await;
    // Other tests have tubes here too.
    bench.value("document.querySelectorAll('[name=tube]').forEach(it => it.checked = it.value === 'AX26-0002-B')").await;
    bench.press("button[value=fill]").await;
    bench.wait_for("#kit").await;
    check(&bench, &[PHONE, DESK, DARK_DESK, ENLARGED], &mut faults).await;
    bench.fill("#kit", "Lô 1").await;
    bench.press("button[value=start]").await;
    bench.wait_for("button[value=results]").await;
    check(&bench, &[PHONE, DESK, DARK_DESK, ENLARGED], &mut faults).await;
    let run = bench.path().await;
    let approver = Browser::signed_in(world, "duyet", PHONE).await;
    for page in ["/lab/runs", &run, "/lab/tasks"] {
        open(&approver, page).await;
        check(&approver, &[PHONE, DARK_DESK], &mut faults).await;
    }
    let cdc = Browser::signed_in(world, "cdc", PHONE).await;
    for page in ["/lab/positives", "/lab/positives?all=1", "/lab/tasks", "/lab/statistics", "/sampling", "/sampling/campaigns/new"] {
        open(&cdc, page).await;
        check(&cdc, &[PHONE, DARK_DESK], &mut faults).await;
    }
    cdc.press("main form .btn.main").await;
    cdc.wait_for(".errors").await;
    check(&cdc, &[PHONE, DARK_DESK], &mut faults).await;
    assert_none(&faults);
}
