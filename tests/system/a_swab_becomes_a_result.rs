//! Three people register on their phones without script. The desk swabs them into one tube, a box goes to the laboratory, the pool is positive and a
//! second person approves it. Nobody is called positive for that: one of them is swabbed again alone, and reads that he is negative.

use crate::{
    axe,
    browser::{Browser, DESK, PHONE},
};
use fantoccini::Locator;
use serde_json::json;
use system::{api::Caller, lab::day, world::World};

const NAMES: [&str; 3] = ["Rơ Châm H’Nhiên", "Siu Blưk", "Nguyễn Văn Thái"];
const BIRTH: &str = "18/01/1986";
const POOL: &str = "PK26-9001-A";
const OTHER: &str = "PK26-9002-B";
const AGAIN: &str = "PK26-9003-C";
/// Nobody registered her: her card says who she is.
const CARD: &str = "064186000123|231000123|Ksor H'Ưm|18011986|Nữ|Làng Bruk Ngol, Pleiku|01052021";

#[tokio::test]
async fn from_registration_over_a_positive_pool_to_ones_own_negative_result() {
    let world = World::shared().await;
    let citizen = Browser::without_script(world, PHONE).await;
    let mut codes = Vec::new();
    for name in NAMES {
        codes.push(register(&citizen, name).await);
    }
    plan(&Browser::signed_in(world, "cdc", DESK).await).await;
    let sampler = Browser::signed_in(world, "laymau", DESK).await;
    open_shift(&sampler, "Đội 1").await;
    swab(&sampler, &codes).await;
    assert!(result(&citizen, &codes[0]).await.contains("Chờ kết quả"));

    let bench = Browser::signed_in(world, "xetnghiem", DESK).await;
    ship(&Browser::signed_in(world, "giaomau", DESK).await, &bench).await;
    let approver = Browser::signed_in(world, "duyet", DESK).await;
    run(&bench, &[(POOL, "TEST_OUTCOME_POSITIVE", "E 24,1; N 23,6"), (OTHER, "TEST_OUTCOME_NEGATIVE", "")]).await;
    approve(&approver).await;
    let says = result(&citizen, &codes[0]).await;
    assert!(says.contains("Cần lấy lại mẫu"), "{says}");
    assert!(!says.to_lowercase().contains("dương tính"), "a pool makes nobody positive: {says}");

    sampler.go("/lab/tasks").await;
    sampler.wait_for(&format!("//td[contains(., '{}')]", NAMES[0])).await;
    open_shift(&sampler, "Đội 2").await;
    swab_alone(&sampler, &codes[0]).await;
    receive_rack(&bench, AGAIN).await;
    run_by_file(&bench, &approver, AGAIN).await;
    let says = result(&citizen, &codes[0]).await;
    assert!(says.contains("Âm tính"), "{says}");
    prove(world, &citizen, &codes[0]).await;
    assert!(result(&citizen, &codes[1]).await.contains("Cần lấy lại mẫu"), "the others wait for their own");
    nobody_else_reads(world, &codes[0]).await;
}

async fn register(citizen: &Browser, name: &str) -> String {
    citizen.go("/register").await;
    citizen.press("main form .btn.main").await;
    citizen.wait_for(".errors").await;
    citizen.fill("#person-name", name).await;
    citizen.fill("#person-birth", BIRTH).await;
    citizen.fill("#person-phone", "0905 123 459").await;
    citizen.press("main form .btn.main").await;
    citizen.wait_for("#registered").await;
    citizen.keep_picture("registered").await;
    assert_eq!(citizen.path().await, "/register", "the code stands in no address");
    citizen.text("[data-code]").await
}

/// A campaign of today with a site in Trà Đa.
async fn plan(cdc: &Browser) {
    cdc.go("/sampling/campaigns/new").await;
    cdc.fill("#name", "Sàng lọc Trà Đa").await;
    cdc.choose("#reason", "SAMPLING_REASON_COMMUNITY_SCREENING").await;
    cdc.fill("#area", "Thành phố Pleiku").await;
    cdc.set("#from", &day(0)).await;
    cdc.set("#to", &day(1)).await;
    cdc.fill("#sites-0-code", "TD-01").await;
    cdc.fill("#sites-0-name", "Trạm y tế Trà Đa").await;
    cdc.fill("#sites-0-area", "Xã Trà Đa").await;
    cdc.press("main form .btn.main").await;
    cdc.wait_for("//td[contains(., 'Sàng lọc Trà Đa')]").await;
}

async fn open_shift(sampler: &Browser, team: &str) {
    sampler.go("/sampling").await;
    let site = sampler.wait_for("//select[@id='site']/option[contains(., 'Trạm y tế Trà Đa')]").await;
    let site = site.attr("value").await.unwrap().unwrap();
    sampler.choose("#site", &site).await;
    sampler.fill("#team", team).await;
    sampler.press("main form .btn.main").await;
    sampler.wait_for("#scan").await;
}

/// What a hand scanner does: types into the box and ends with Enter.
async fn scan(desk: &Browser, text: &str, says: &str) {
    desk.fill("#scan", &format!("{text}\u{e007}")).await;
    desk.wait_for(&format!("//*[@data-part='said'][contains(., \"{says}\")]")).await;
}

async fn swab(desk: &Browser, codes: &[String]) {
    scan(desk, &codes[0], "Quét ống trước").await;
    scan(desk, POOL, POOL).await;
    scan(desk, &codes[0], NAMES[0]).await;
    scan(desk, &codes[0], "đã có trong ống").await;
    scan(desk, &codes[1], NAMES[1]).await;
    scan(desk, &codes[2], NAMES[2]).await;
    desk.keep_picture("desk").await;
    desk.press("button[value=undo]").await;
    desk.wait_for("//*[@data-part='said'][contains(., 'Đã bỏ ra')]").await;
    scan(desk, &codes[2], "Người thứ 3").await;
    assert_eq!(desk.value("document.querySelectorAll('.members li').length").await, 3);
    // The next tube seals the last one.
    scan(desk, OTHER, &format!("Đã niêm phong {POOL}, 3 người")).await;
    desk.fill("#scan", &format!("{CARD}\u{e007}")).await;
    desk.wait_for("#person-name").await;
    assert_eq!(desk.value("document.querySelector('#person-name').value").await, "Ksor H’Ưm");
    desk.keep_picture("desk-person").await;
    desk.press("button.main[value=save]").await;
    desk.wait_for("//*[@data-part='said'][contains(., 'Ksor H’Ưm')]").await;
    desk.press("button[value=seal]").await;
    desk.wait_for("//*[@data-part='said'][contains(., 'Đã niêm phong ống')]").await;
    scan(desk, POOL, "đã dùng").await;
    desk.press("button[value=close]").await;
    desk.wait_for("//td[contains(., 'Đội 1')]").await;
}

async fn swab_alone(desk: &Browser, code: &str) {
    desk.choose("#limit", "1").await;
    scan(desk, AGAIN, AGAIN).await;
    scan(desk, code, NAMES[0]).await;
    desk.press("button[value=seal]").await;
    desk.wait_for("//*[@data-part='said'][contains(., 'Đã niêm phong ống')]").await;
}

/// A box with both tubes, handed over, and received at the bench.
async fn ship(courier: &Browser, bench: &Browser) {
    courier.go("/shipments").await;
    courier.choose("#laboratory", "CDC-GL").await;
    courier.fill("#scans", &format!("{POOL}\n{OTHER}\n{POOL}")).await;
    courier.press("main form[action='/shipments'] .btn.main").await;
    courier.wait_for("button[value=hand-over]").await;
    courier.fill("#hand-celsius", "4,5").await;
    courier.press("button[value=hand-over]").await;
    courier.wait_for("button[value=leave]").await;
    courier.keep_picture("shipment").await;
    bench.go(&courier.path().await).await;
    bench.fill("#scans", &format!("{POOL}\n{OTHER}")).await;
    bench.press("button[value=receive]").await;
    bench.wait_for("//*[contains(@class, 'tag')][contains(., 'Đã nhận đủ')]").await;
}

async fn receive_rack(bench: &Browser, barcode: &str) {
    bench.go("/lab?laboratory=CDC-GL").await;
    bench.fill("#scans", barcode).await;
    bench.press("button[value=receive]").await;
    bench.wait_for("//*[contains(@class, 'tag')][contains(., 'ngoài biên bản')]").await;
}

/// A run of these tubes and no others.
async fn start_run(bench: &Browser, barcodes: &[&str]) {
    bench.go("/lab?laboratory=CDC-GL").await;
    let keep: Vec<String> = barcodes.iter().map(|barcode| format!("'{barcode}'")).collect();
    let only = format!("document.querySelectorAll('[name=tube]').forEach(it => it.checked = [{}].includes(it.value))", keep.join(","));
    bench.wait_for("button[value=fill]").await;
    bench.value(&only).await;
    bench.press("button[value=fill]").await;
    bench.fill("#kit", "Lô 2611").await;
    bench.keep_picture("plate").await;
    bench.press("button[value=start]").await;
    bench.wait_for("button[value=results]").await;
}

/// Its results come as the instrument's file, with a row that belongs nowhere; a second person approves the file.
async fn run_by_file(bench: &Browser, approver: &Browser, barcode: &str) {
    start_run(bench, &[barcode]).await;
    let number = bench.text("h1 .num").await;
    let rows = [
        format!("{number};;PC;Dương tính;24,1"),
        format!("{number};;NC;Âm tính;Undetermined"),
        format!("{number};;{barcode};Âm tính;Undetermined"),
        format!("{number};C9;;Âm tính;"),
    ];
    let file = testing::folder().unwrap();
    let path = file.path().join("quantstudio.csv");
    std::fs::write(&path, format!("\u{feff}Lô chạy;Giếng;Mã ống;Kết quả;Ct E\r\n{}\r\n", rows.join("\r\n"))).unwrap();
    bench.go("/lab/imports").await;
    bench.press("main form .btn.main").await;
    bench.wait_for(".errors").await;
    assert_eq!(axe::violations(bench).await, Vec::<String>::new());
    bench.choose("#laboratory", "CDC-GL").await;
    bench.client.find(Locator::Css("#file")).await.unwrap().send_keys(path.to_str().unwrap()).await.unwrap();
    bench.press("main form .btn.main").await;
    bench.wait_for("//p[@role='status'][contains(., 'Đã ghi 1 trên 1')]").await;
    bench.wait_for("//td[contains(., 'không có giếng C9')]").await;
    bench.keep_picture("import").await;
    assert_eq!(axe::violations(bench).await, Vec::<String>::new());
    assert_eq!(bench.value("document.querySelectorAll('button[value=approve]').length").await, 0, "who brought it does not approve it");
    approver.go("/lab/imports").await;
    approver.keep_picture("imports").await;
    approver.press("tbody .key a").await;
    approver.press("button[value=approve]").await;
    approver.wait_for("//p[@role='status'][contains(., 'Đã duyệt 1 trên 1')]").await;
}

/// A run of these tubes, read by the technician.
async fn run(bench: &Browser, readings: &[(&str, &str, &str)]) {
    start_run(bench, &readings.iter().map(|(barcode, ..)| *barcode).collect::<Vec<_>>()).await;
    bench.press("button.main[value=results]").await;
    bench.wait_for(".errors").await;
    for (barcode, outcome, ct) in readings {
        let label = bench.wait_for(&format!("//label[contains(., '{barcode}')]")).await;
        let outcome_id = label.attr("for").await.unwrap().unwrap();
        bench.choose(&format!("#{outcome_id}"), outcome).await;
        bench.fill(&format!("#{}", outcome_id.replace("outcome", "ct")), ct).await;
    }
    bench.choose("#outcome-G12", "TEST_OUTCOME_POSITIVE").await;
    bench.fill("#ct-G12", "E 22,0").await;
    bench.choose("#outcome-H12", "TEST_OUTCOME_NEGATIVE").await;
    bench.press("button.main[value=results]").await;
    bench.wait_for("//*[contains(@class, 'tag')][contains(., 'Chờ duyệt')]").await;
    bench.keep_picture("run").await;
    let forms = bench.value("document.querySelectorAll('button[value^=approve]').length").await;
    assert_eq!(forms, 0, "who read the results does not approve them");
    if readings.iter().any(|(barcode, ..)| *barcode == POOL) {
        bench.wait_for("//*[contains(@class, 'tag')][contains(., 'Ống gộp dương tính')]").await;
    }
}

async fn approve(approver: &Browser) {
    approver.go("/lab/runs?waiting=1").await;
    approver.press("tbody .key a").await;
    approver.press("button[value=approve]").await;
    approver.wait_for("//strong[contains(., 'Xem riêng')]").await;
    approver.keep_picture("approve").await;
    approver.press("button[value^='approve:']").await;
    approver.wait_for("//h1/following::span[contains(@class, 'tag')][contains(., 'Đã duyệt')]").await;
}

/// What the citizen reads, with the words of the page.
async fn result(citizen: &Browser, code: &str) -> String {
    citizen.go("/results").await;
    citizen.fill("#code", code).await;
    citizen.fill("#birth", BIRTH).await;
    citizen.press("main form .btn.main").await;
    citizen.wait_for("#r1").await;
    citizen.keep_picture("result").await;
    assert_eq!(citizen.path().await, "/results", "neither code nor birth is in the address");
    citizen.text("main").await
}

/// The citizen shows his certificate, and whoever is shown it reads what was found and who answers for it.
async fn prove(world: &World, citizen: &Browser, code: &str) {
    result(citizen, code).await;
    citizen.press("form[action='/results/certificate'] .btn").await;
    citizen.wait_for(".qr svg").await;
    citizen.keep_picture("certificate").await;
    let own = json!({"code": code, "birth": "1986-01-18"});
    let issued = Caller::anybody(world, 61).post("/v1/certificates", &own).await.ok();
    let text = issued["text"].as_str().unwrap();
    let verifier = Browser::open(world, PHONE).await;
    verifier.go("/verify").await;
    verifier.set("#scan", text).await;
    verifier.press("main form .btn.main").await;
    let said = verifier.wait_for("section[aria-labelledby=said]").await.text().await.unwrap();
    assert!(said.contains("Âm tính") && said.contains(NAMES[0]) && said.contains("Sở Y tế"), "{said}");
    verifier.keep_picture("verified").await;
    let found = axe::violations(&verifier).await;
    verifier.set("#scan", &text.replacen(':', ":A", 1)).await;
    verifier.press("main form .btn.main").await;
    verifier.wait_for("[role=alert]").await;
    assert_eq!((found, axe::violations(&verifier).await), (Vec::<String>::new(), Vec::new()));
    assert!(!verifier.text("main").await.contains("Âm tính"), "what is forged says nothing of a result");
}

/// Not the police, nor somebody who knows the code alone.
async fn nobody_else_reads(world: &World, code: &str) {
    let police = Browser::signed_in(world, "admin", DESK).await;
    for page in
        ["/lab", "/lab/runs", "/lab/positives", "/lab/tasks", "/lab/statistics", "/sampling", "/shipments", &format!("/samples/{POOL}")]
    {
        police.go(page).await;
        assert_eq!(police.status().await, 404, "{page}");
    }
    let stranger = Browser::without_script(world, PHONE).await;
    stranger.go("/results").await;
    stranger.fill("#code", code).await;
    stranger.fill("#birth", "1999").await;
    stranger.press("main form .btn.main").await;
    stranger.wait_for(".errors").await;
}
