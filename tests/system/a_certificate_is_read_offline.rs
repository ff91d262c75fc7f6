//! Whoever checks certificates opened the page once. Without a network it opens again and tells a real certificate from a forged and from a revoked one, by
//! the keys and the list that it kept; nothing of a certificate leaves the browser or stays in it.

use std::{io::Read as _, path::Path};

use base45::{decode, encode};
use certificates::{Birth, Finding, Holder, HolderName, Issuer, KeyPeriods, KeyRing, Method, TestReport, Uvci};
use chrono::Duration;
use flate2::read::ZlibDecoder;
use serde_json::json;

use crate::{
    axe,
    browser::{Browser, DARK_DESK, ENLARGED, PHONE},
    every_page_is_accessible::check,
};
use system::{
    api::Caller,
    lab::{Bench, Lab},
    proxy::{Proxy, Trouble},
    truck::now,
    world::World,
};

const SAYS: &str = "[data-part=answer]";

#[tokio::test]
async fn with_what_it_kept_of_one_visit() {
    let world = World::shared().await;
    let (lab, bench, citizen) = (Lab::of_today(world, 26).await, Bench::open(world).await, Caller::anybody(world, 26));
    let (person, other) = (lab.person().await, lab.person().await);
    bench.negative(&lab, &person, "OF26-0001-A").await;
    let run = bench.negative(&lab, &other, "OF26-0002-B").await;
    let (real, wrong) = (certificate(&citizen, &person).await, certificate(&citizen, &other).await);
    bench.corrected(&run).await;

    let wire = Proxy::before(world.address()).await;
    let verifier = Browser::over(&wire, PHONE).await;
    verifier.go("/verify").await;
    verifier.wait_for("[data-part=kept]:not([hidden])").await;
    wire.set(Trouble::Reset);
    verifier.go("/verify").await;
    verifier.wait_for("//*[@data-part='known'][contains(., 'Danh sách thu hồi')]").await;
    let mut faults = Vec::new();
    check(&verifier, &[PHONE, DARK_DESK, ENLARGED], &mut faults).await;
    verifier.look(PHONE).await;

    let said = says(&verifier, &real, "section").await;
    assert!(said.contains("Âm tính") && said.contains("Nay H’Bưm") && said.contains("Sở Y tế"), "{said}");
    assert!(said.contains("1986") && said.contains("RT-PCR") && !said.contains("danh sách"), "{said}");
    verifier.keep_picture("offline-real").await;
    check(&verifier, &[PHONE, DARK_DESK, ENLARGED], &mut faults).await;
    verifier.look(PHONE).await;
    assert_eq!(faults, Vec::<String>::new());

    for (text, words) in [
        (wrong, "đã bị thu hồi"),
        (changed(&real), "Chữ ký không khớp"),
        (foreign("VN").0, "Không rõ cơ quan cấp"),
        (real[..real.len() - 3].to_owned(), "bị hỏng"),
        ("81C-123.45".to_owned(), "không phải chứng nhận"),
        (String::new(), "trước"),
    ] {
        let said = says(&verifier, &text, "[role=alert]").await;
        assert!(said.contains(words) && !said.contains("Âm tính"), "{said}");
    }
    verifier.keep_picture("offline-refused").await;
    assert_eq!(axe::violations(&verifier).await, Vec::<String>::new());
    keeps_nothing_of_it(&verifier, &real).await;
}

#[tokio::test]
async fn and_says_when_its_list_is_old() {
    let world = World::shared().await;
    let (lab, bench, citizen) = (Lab::of_today(world, 27).await, Bench::open(world).await, Caller::anybody(world, 27));
    let person = lab.person().await;
    bench.negative(&lab, &person, "OF26-0003-C").await;
    let real = certificate(&citizen, &person).await;
    let wire = Proxy::before(world.address()).await;
    let verifier = Browser::over(&wire, PHONE).await;
    verifier.go("/en/verify").await;
    verifier.wait_for("[data-part=kept]:not([hidden])").await;
    wire.set(Trouble::Reset);
    verifier.go("/en/verify").await;
    verifier.wait_for("//*[@data-part='known'][contains(., 'this minute') or contains(., 'ago')]").await;
    verifier.value("(() => { const real = Date.now; Date.now = () => real() + 2 * 86400000; })()").await;
    let said = says(&verifier, &real, "section").await;
    assert!(said.contains("Negative") && said.contains("overdue"), "{said}");
    assert_eq!(axe::violations(&verifier).await, Vec::<String>::new());
    verifier.keep_picture("offline-old-list").await;
}

#[tokio::test]
async fn and_knows_the_issuers_whom_the_province_trusts() {
    let world = World::shared().await;
    let (text, keys) = foreign("LA");
    let verifier = Browser::open(world, PHONE).await;
    verifier.go("/verify").await;
    verifier.wait_for("[data-part=known]:not([hidden])").await;
    let said = says(&verifier, &text, "[role=alert]").await;
    assert!(said.contains("Không rõ cơ quan cấp"), "{said}");
    let folder = Path::new(&world.setting("LAB_KEYS")).join("certificates");
    std::fs::write(folder.join("trusted.json"), keys).unwrap();
    verifier.go("/verify").await;
    verifier.wait_for("[data-part=known]:not([hidden])").await;
    let said = says(&verifier, &text, "section").await;
    assert!(said.contains("DƯƠNG TÍNH") && said.contains("(LA)") && said.contains("Không có danh sách thu hồi"), "{said}");
    // Without script the server says the same.
    let plain = Browser::without_script(world, PHONE).await;
    plain.go("/verify").await;
    plain.set("#scan", &text).await;
    plain.press("main form .btn.main").await;
    plain.wait_for(&format!("{SAYS} section")).await;
    let by_server = plain.text(&format!("{SAYS} section")).await;
    assert_eq!(by_server, verifier.text(&format!("{SAYS} section")).await);
}

async fn certificate(citizen: &Caller, code: &str) -> String {
    let issued = citizen.post("/v1/certificates", &json!({"code": code, "birth": "1986"})).await.ok();
    issued["text"].as_str().unwrap().to_owned()
}

/// What the page says of a text, without having asked anybody for another page.
async fn says(verifier: &Browser, text: &str, with: &str) -> String {
    verifier.value("(() => { document.querySelector('[data-part=answer]').replaceChildren(); window.stayed = true; })()").await;
    verifier.set("#scan", text).await;
    verifier.press("main form .btn.main").await;
    let said = verifier.wait_for(&format!("{SAYS} {with}")).await.text().await.unwrap();
    assert_eq!(verifier.value("[window.stayed, document.querySelector('#scan').value]").await, json!([true, ""]));
    said
}

/// The same with its signature changed; an issuer may leave the compression out, and so may a forger.
fn changed(text: &str) -> String {
    let packed = decode(text.trim_start_matches("HC1:")).unwrap();
    let mut message = Vec::new();
    ZlibDecoder::new(packed.as_slice()).read_to_end(&mut message).unwrap();
    *message.last_mut().unwrap() ^= 1;
    format!("HC1:{}", encode(&message))
}

/// A positive test, certified by somebody whose keys are nobody's here, and those keys.
pub fn foreign(country: &str) -> (String, String) {
    let mut keys = KeyRing::new(country);
    let (now, day) = (now(), Duration::days(1));
    keys.rotate(now, &KeyPeriods { signs: day * 90, published_before: day * 7, certificate: day * 30 }).unwrap();
    let report = TestReport {
        holder: Holder { name: HolderName::parse("Kham", "Sisavath").unwrap(), birth: Birth::Year(1990) },
        method: Method::Antigen { device: None },
        finding: Finding::Detected,
        collected_at: (now - Duration::hours(3)).fixed_offset(),
        centre: None,
        uvci: Uvci::from_opaque(country, "7K3M2Q9G").unwrap(),
    };
    let issued = Issuer { keys: &keys, authority: "Attapeu" }.issue(report, day * 3, now).unwrap();
    (issued.text, keys.public().to_json())
}

async fn keeps_nothing_of_it(verifier: &Browser, text: &str) {
    let kept = "(async () => {
        let all = JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location.href + history.length;
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) all += request.url + await (await cache.match(request)).text();
        }
        return all;
    })()";
    let kept = verifier.value(kept).await;
    let kept = kept.as_str().unwrap();
    assert!(kept.contains("validUntil") && kept.contains("/certificates/revoked.json"), "keys and list are kept");
    assert!(!kept.contains("H’Bưm") && !kept.contains(&text[4..20]), "nothing that was scanned is");
}
