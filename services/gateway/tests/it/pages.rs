//! The pages from outside: what they say, what they refuse, what every answer carries.
use std::collections::BTreeSet;

use axum::body::Body;
use contract::vehicles::v1::{DeclareTripRequest, GetPassResponse, PassStanding};
use http::{Request, StatusCode, header};
use tonic::Status;

use crate::world::{self, TRIP, World};

const PUBLIC: [&str; 21] = [
    "/",
    "/list/0199f000-0000-7000-8000-000000000001",
    "/declare",
    "/report",
    "/follow",
    "/pass/secret",
    "/register",
    "/results",
    "/about",
    "/guide/driver",
    "/guide/citizen",
    "/guide/post",
    "/guide/commune-police",
    "/guide/reports",
    "/guide/result",
    "/guide/sampler",
    "/guide/courier",
    "/guide/laboratory",
    "/guide/cdc",
    "/accessibility",
    "/sign-in",
];

fn filled() -> Vec<(&'static str, &'static str)> {
    vec![
        ("id", TRIP),
        ("plate", "51d 62835"),
        ("vehicle-type", "VEHICLE_TYPE_TRUCK"),
        ("entry-post", "CP3"),
        ("origin", "Tỉnh Đắk Lắk"),
        ("purpose", "PURPOSE_DESTINATION"),
        ("places-0-commune", "Xã Trà Đa, Thành phố Pleiku"),
        ("places-0-address", "Kho lô B7"),
        ("places-0-at", "2021-10-19T05:00"),
        ("people-0-name", "Rơ̆ Mah H’Bưm"),
        ("people-0-birth", "18/01/1986"),
        ("people-0-id", "052086004417"),
        ("people-0-phone", "0905 123 456"),
        ("do", "send"),
    ]
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let world = World::start().await;
    for path in PUBLIC.iter().copied().chain(["/nothing", "/account", "/robots.txt", gateway::assets::APP_CSS, "/live/x", "/sign-out"]) {
        let answer = world.get(path).await;
        let said = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        assert!(said("content-security-policy").starts_with("default-src 'none'; style-src 'self'; script-src 'self'"), "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("x-robots-tag", "noindex"),
        ] {
            assert_eq!(said(name), value, "{path}");
        }
        assert!(!said("cache-control").is_empty(), "{path}");
        assert!(!answer.body().contains("style=") && !answer.body().contains("<script>"), "{path} has something inline");
    }
}

#[tokio::test]
async fn every_public_page_is_whole_in_both_languages() {
    let world = World::start().await;
    for path in PUBLIC.iter().filter(|path| **path != "/sign-in") {
        assert_eq!(world.get("/en/").await.status(), StatusCode::OK);
        for prefix in ["", "/en"] {
            let address = if prefix.is_empty() { (*path).to_owned() } else { format!("{prefix}{}", path.trim_end_matches('/')) };
            let answer = world.get(&address).await;
            assert_eq!(answer.status(), StatusCode::OK, "{address}");
            let html = answer.body();
            assert_eq!(html.matches("<h1").count(), 1, "{address}");
            assert!(html.contains(if prefix.is_empty() { "<html lang=\"vi\"" } else { "<html lang=\"en\"" }), "{address}");
        }
    }
}

#[tokio::test]
async fn an_error_has_a_page_with_a_number_to_read_out() {
    let world = World::start().await;
    for (path, status, words) in [
        ("/nothing", 404, "Không tìm thấy trang"),
        ("/en/nothing", 404, "Page not found"),
        ("/list/no-id", 404, "Không tìm thấy trang"),
        ("/pass/secret/cancel", 405, "Không mở được"),
    ] {
        let answer = world.get(path).await;
        assert_eq!(answer.status().as_u16(), status, "{path}");
        assert!(answer.body().contains(words), "{path}: {}", answer.body());
        let number = answer.headers()["x-request-number"].to_str().unwrap();
        assert!(answer.body().contains(number), "{path}");
    }
    for method in ["GetPass", "CancelTrip"] {
        world.services.refuses(method, Status::unavailable("x"));
    }
    let answer = world.get("/pass/secret").await;
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (503, "60"));
    assert!(answer.body().contains("Không có gì bị mất"), "who only asked lost nothing: {}", answer.body());
    let answer = world.post("/pass/secret/cancel", &[]).await;
    assert!(answer.status().as_u16() == 503 && answer.body().contains("Chưa rõ việc vừa gửi"), "{}", answer.body());
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let world = World::start().await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.vn"), ("x-nothing", "x")] {
        let request = Request::post("/declare").header(name, value).header("host", "xe.gialai.gov.vn").body(Body::empty()).unwrap();
        assert_eq!(world.send(request).await.status(), StatusCode::FORBIDDEN, "{name}: {value}");
    }
}

#[tokio::test]
async fn a_trip_is_declared_and_its_pass_shown() {
    let world = World::start().await;
    let answer = world.post("/declare", &filled()).await;
    assert_eq!((answer.status(), answer.headers()[header::LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, "/pass/secret"));
    let sent: DeclareTripRequest = world.services.asked("DeclareTrip").unwrap();
    let declaration = sent.declaration.unwrap();
    assert_eq!((sent.trip_id.as_str(), declaration.people[0].birth.as_str()), (TRIP, "1986-01-18"));
    assert_eq!(declaration.destinations[0].area.as_ref().unwrap().code.len(), 5);
}

#[tokio::test]
async fn what_was_typed_stays_when_something_is_missing() {
    let world = World::start().await;
    let mut pairs = filled();
    pairs.retain(|(name, _)| *name != "plate" && *name != "people-0-phone");
    let answer = world.post("/declare", &pairs).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = answer.body();
    for part in [
        "Có 2 chỗ cần sửa",
        "href=\"#plate\"",
        "href=\"#people-0-phone\"",
        "value=\"Rơ̆ Mah H’Bưm\"",
        "aria-invalid=\"true\"",
        "<title>Có lỗi: ",
        TRIP,
    ] {
        assert!(html.contains(part), "{part} is missing");
    }
    assert!(world.services.asked::<DeclareTripRequest>("DeclareTrip").is_none());
}

#[tokio::test]
async fn people_are_added_without_script() {
    let world = World::start().await;
    let mut pairs = filled();
    pairs.retain(|(name, _)| *name != "do");
    pairs.push(("do", "add-person"));
    let answer = world.post("/declare", &pairs).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.body().matches("name=\"people-1-").count(), 4, "four boxes for a further person");
}

#[tokio::test]
async fn one_driver_and_one_destination_take_twelve_boxes() {
    let world = World::start().await;
    let html = world.get("/declare").await.into_body();
    let form = between(&html, "data-draft=", "</form>");
    let asked = form.replace(between(form, "<details", "</details>"), "").replace(between(form, "for-transit", "for-places"), "");
    let names: BTreeSet<&str> =
        asked.split(" name=\"").skip(1).filter_map(|rest| rest.split('"').next()).filter(|name| !["id", "do"].contains(name)).collect();
    assert_eq!(names.len(), 12, "{names:?}");
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).unwrap();
    let to = from + text[from..].find(end).unwrap();
    &text[from..to]
}

#[tokio::test]
async fn only_an_admitted_pass_is_green() {
    let world = World::start().await;
    for standing in [
        PassStanding::Declared,
        PassStanding::Admitted,
        PassStanding::Referred,
        PassStanding::TurnedBack,
        PassStanding::Refused,
        PassStanding::Ended,
    ] {
        world.services.answers("GetPass", vec![GetPassResponse { pass: Some(world::pass(standing)) }]);
        let html = world.get("/pass/secret").await.into_body();
        let admitted = standing == PassStanding::Admitted;
        assert_eq!(html.contains("tag good"), admitted, "{standing:?}");
        assert_eq!(html.contains("slip-not-admitted"), !admitted, "{standing:?}");
        assert_eq!(html.contains("Có giá trị đến"), admitted, "{standing:?}");
    }
}

#[tokio::test]
async fn the_list_is_cached_and_answers_304() {
    let world = World::start().await;
    let first = world.get("/?state=overdue").await;
    let etag = first.headers()[header::ETAG].clone();
    world.services.refuses("ListPublicTrips", Status::internal("the cache should have answered"));
    let again = world.send(Request::get("/?state=overdue").header(header::IF_NONE_MATCH, etag).body(Body::empty()).unwrap()).await;
    assert_eq!((again.status(), again.body().as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert!(first.body().contains("77C-118.26") && !first.body().contains("0905"));
}

#[tokio::test]
async fn the_bare_list_is_answered_from_memory_as_it_was_rendered() {
    let world = World::start().await;
    let pages = [("/", world.get("/").await), ("/en/", world.get("/en/").await)];
    world.services.refuses("ListPublicTrips", Status::internal("the cache should have answered"));
    for (path, mut rendered) in pages {
        let kept = world.get(path).await;
        rendered.headers_mut().remove("x-request-number");
        assert_eq!((kept.status(), kept.headers(), kept.body()), (StatusCode::OK, rendered.headers(), rendered.body()), "{path}");
    }
    let mut reads = 0;
    while world.get("/").await.status() == StatusCode::OK {
        reads += 1;
        assert!(reads < 2_000, "one address reads without an end");
    }
    let elsewhere = Request::get("/").header("host", "xe.vn").body(Body::empty()).unwrap();
    let hidden = World::with(&[("GATEWAY_PUBLIC_HOST", "xe.gialai.vn")]).await;
    assert_eq!(hidden.send(elsewhere).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn signing_in_sets_the_cookie_and_leads_to_the_desk() {
    let world = World::start().await;
    let answer = world.post("/sign-in", &[("login", "Duong.Le"), ("password", "một mật khẩu dài")]).await;
    assert_eq!(answer.headers()[header::LOCATION], "/posts/CP3");
    assert_eq!(answer.headers()[header::SET_COOKIE], "__Host-sid=session; Path=/; Secure; HttpOnly; SameSite=Strict");
    world.services.refuses("CreateSession", Status::unauthenticated("x"));
    let answer = world.post("/sign-in", &[("login", "x"), ("password", "y")]).await;
    assert!(answer.status() == StatusCode::UNPROCESSABLE_ENTITY && answer.body().contains("chưa đúng"));
}

#[tokio::test]
async fn an_officers_page_needs_the_session_and_its_forms_the_token() {
    let world = World::start().await;
    let stranger = world.get("/account").await;
    assert_eq!(stranger.headers()[header::LOCATION], "/sign-in?return=%2Faccount");
    let request = |method: &str, body: &'static str| {
        Request::builder()
            .method(method)
            .uri("/account")
            .header("cookie", "__Host-sid=session")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap()
    };
    let page = world.send(request("GET", "")).await;
    assert!(page.status() == StatusCode::OK && page.body().contains("Lê Văn Dưỡng"));
    assert_eq!(world.send(request("POST", "language=en")).await.status(), StatusCode::FORBIDDEN);
    world.services.refuses("ResolveSession", Status::unavailable("down"));
    let other = Request::get("/account").header("cookie", "__Host-sid=other").body(Body::empty()).unwrap();
    assert_eq!(world.send(other).await.status(), StatusCode::SERVICE_UNAVAILABLE, "nobody is let in while accounts is away");
}

#[tokio::test]
async fn a_storm_from_one_address_is_refused_and_an_officer_goes_on() {
    let world = World::start().await;
    let mut refused = None;
    for _ in 0..2_000 {
        refused = Some(world.get("/about").await).filter(|answer| answer.status() == StatusCode::TOO_MANY_REQUESTS);
        if refused.is_some() {
            break;
        }
    }
    assert_eq!(refused.unwrap().headers()["retry-after"], "60");
    let officer = Request::get("/about").header("cookie", "__Host-sid=session").body(Body::empty()).unwrap();
    assert_eq!(world.send(officer).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn each_face_shows_only_its_own_pages() {
    let world = World::with(&[("GATEWAY_PUBLIC_HOST", "xe.vn"), ("GATEWAY_STAFF_HOST", "chot.vn")]).await;
    for (host, path, status) in [
        ("xe.vn", "/", 200),
        ("xe.vn", "/sign-in", 404),
        ("chot.vn", "/", 404),
        ("chot.vn", "/sign-in", 200),
        ("xe.vn", gateway::assets::APP_CSS, 200),
        ("chot.vn", gateway::assets::APP_CSS, 200),
    ] {
        let request = Request::get(path).header("host", host).body(Body::empty()).unwrap();
        assert_eq!(world.send(request).await.status().as_u16(), status, "{host}{path}");
    }
}
