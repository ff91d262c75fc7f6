//! `/v1` over HTTP.
use std::{collections::BTreeMap, sync::Arc};

use axum::body::Body;
use bytes::Bytes;
use contract::{
    accounts::v1::{PermissionGrant, Principal, ResolveSessionRequest, ResolveSessionResponse, Unit},
    common::v1::Area,
    vehicles::v1::{
        DecideTripRequest, DecideTripResponse, ExportStatisticsResponse, GetPassResponse, ListPublicTripsRequest, ListPublicTripsResponse,
        ListTripsRequest, ListTripsResponse, PublicTrip, WatchTripsRequest, WatchTripsResponse,
    },
};
use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey as _};
use gateway::{
    api::{ApiState, router},
    client_address::TrustedProxies,
    principal::Principals,
};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use runtime::{CallerSigner, Clock, Env, Process, grpc::Client};
use serde_json::{Value, json};
use tonic::{Code, Status};
use tower::ServiceExt as _;

use crate::service::Service;

struct World {
    service: Service,
    state: ApiState,
    process: Process,
}

async fn world() -> World {
    let service = Service::default();
    let url = format!("http://{}", service.start().await);
    let process = Process::new(Env::from_pairs([("GSVT_PROVINCE", "gia-lai-2021")]), Clock::system());
    let key = SigningKey::from_bytes(&[7; 32]).to_pkcs8_pem(Default::default()).unwrap();
    let signer = CallerSigner::from_pem(&key).unwrap();
    let client = |audience| Client::connect(&url, audience, signer.clone(), process.clock.clone()).unwrap();
    let state = ApiState {
        services: BTreeMap::from([("vehicles", client("vehicles")), ("accounts", client("accounts"))]),
        principals: Principals::new(client("accounts")),
        clock: process.clock.clone(),
        shutdown: process.lifecycle.shutdown_signal(),
        client_key: [1; 32],
        limits: Arc::default(),
        proxies: TrustedProxies::default(),
        stylesheet: "/assets/app.css",
    };
    service.answers("ResolveSession", vec![ResolveSessionResponse { principal: Some(officer()) }]);
    World { service, state, process }
}

fn officer() -> Principal {
    let id = |last: u8| format!("019a0000-0000-7000-8000-0000000000{last:02}");
    let area = Area { code: "622".to_owned(), valid_from: "2021-01-01".to_owned(), name: String::new() };
    Principal {
        account_id: id(1),
        session_id: id(2),
        unit: Some(Unit { unit_id: id(3), area: Some(area), post_code: "CP3".to_owned(), ..Unit::default() }),
        permissions: vec![PermissionGrant { permission: "vehicles.trips.read".to_owned(), areas: vec!["2021.64".to_owned()] }],
        ..Principal::default()
    }
}

impl World {
    async fn send(&self, request: Request<Body>) -> Response<Body> {
        router(self.state.clone()).oneshot(request).await.unwrap()
    }

    /// Status and JSON of a request with a session.
    async fn ask(&self, verb: &str, path: &str, body: impl Into<Body>) -> (StatusCode, Value) {
        let request = signed_in(verb, path).header("content-type", "application/json").body(body.into()).unwrap();
        let response = self.send(request).await;
        (response.status(), json_of(response).await)
    }
}

fn signed_in(verb: &str, path: &str) -> http::request::Builder {
    Request::builder().method(verb).uri(path).header("authorization", "Bearer token")
}

async fn bytes_of(response: Response<Body>) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

async fn json_of(response: Response<Body>) -> Value {
    serde_json::from_slice(&bytes_of(response).await).unwrap_or_default()
}

#[tokio::test]
async fn a_method_is_called_with_path_and_body_and_answers_json() {
    let world = world().await;
    world.service.answers("DecideTrip", vec![DecideTripResponse::default()]);
    let (status, answer) = world.ask("POST", "/v1/trips/a%2Fb%20%E1%BB%83/decide", r#"{"decision":"DECISION_REFER"}"#).await;
    assert_eq!((status, answer), (StatusCode::OK, json!({})));
    let asked: DecideTripRequest = world.service.asked("DecideTrip").unwrap();
    assert_eq!((asked.trip_id.as_str(), asked.decision), ("a/b ể", 5));
    let resolved: ResolveSessionRequest = world.service.asked("ResolveSession").unwrap();
    assert_eq!(resolved.token, "token");
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_before_any_service_is_asked() {
    let world = world().await;
    let cases: [(&str, &str, &str, StatusCode, &str, &str); 12] = [
        ("POST", "/v1/trips", "{", StatusCode::BAD_REQUEST, "MALFORMED_JSON", ""),
        ("POST", "/v1/trips", r#"{"colour":1}"#, StatusCode::BAD_REQUEST, "UNKNOWN_FIELD", "/colour"),
        ("POST", "/v1/trips", r#"{"tripId":"a","tripId":"b"}"#, StatusCode::BAD_REQUEST, "DUPLICATE_FIELD", "/tripId"),
        ("POST", "/v1/trips", r#"{"declaration":{"purpose":"x"}}"#, StatusCode::BAD_REQUEST, "UNKNOWN_VALUE", "/declaration/purpose"),
        (
            "POST",
            "/v1/trips",
            r#"{"declaration":{"expectedExitAt":"2021-10-18T07:30:00"}}"#,
            StatusCode::BAD_REQUEST,
            "MALFORMED_TIME",
            "/declaration/expectedExitAt",
        ),
        ("GET", "/v1/trips?pageSize=ten", "", StatusCode::BAD_REQUEST, "WRONG_TYPE", "/pageSize"),
        ("GET", "/v1/trips?states=EN_ROUTE", "", StatusCode::BAD_REQUEST, "UNKNOWN_VALUE", "/states"),
        ("GET", "/v1/trips?colour=red", "", StatusCode::BAD_REQUEST, "UNKNOWN_FIELD", "/colour"),
        ("POST", "/v1/trips/a/decide", r#"{"tripId":"b"}"#, StatusCode::BAD_REQUEST, "PATH_CONFLICT", "/tripId"),
        ("GET", "/v1/trips/%ff", "", StatusCode::NOT_FOUND, "NO_SUCH_PATH", ""),
        ("GET", "/v1/nothing/here", "", StatusCode::NOT_FOUND, "NO_SUCH_PATH", ""),
        ("DELETE", "/v1/trips", "", StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", ""),
    ];
    for (verb, path, body, status, code, pointer) in cases {
        let (answered, problem) = world.ask(verb, path, body).await;
        assert_eq!((answered, &problem["code"]), (status, &json!(code)), "{verb} {path} {body}");
        assert_eq!(problem["errors"][0]["pointer"].as_str().unwrap_or_default(), pointer, "{verb} {path} {body}");
        assert_eq!((&problem["status"], &problem["outcome"]), (&json!(status.as_u16()), &json!("not_applied")));
    }
    assert!(world.service.times_asked() <= 1, "only the session was resolved");
}

#[tokio::test]
async fn a_path_says_what_it_allows() {
    let world = world().await;
    let response = world.send(signed_in("DELETE", "/v1/trips").body(Body::empty()).unwrap()).await;
    assert_eq!(
        response.headers()["allow"].to_str().unwrap().split(", ").collect::<std::collections::BTreeSet<_>>(),
        ["GET", "HEAD", "POST"].into()
    );
    assert_eq!(response.headers()["content-type"], "application/problem+json");
}

#[tokio::test]
async fn a_body_of_a_hundred_megabytes_is_refused_while_it_comes() {
    let world = world().await;
    let sent = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    let chunks = futures::stream::iter((0..1600).map(move |_| {
        counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 64 * 1024]))
    }));
    let (status, problem) = world.ask("POST", "/v1/trips", Body::from_stream(chunks)).await;
    assert_eq!((status, &problem["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("BODY_TOO_LARGE")));
    assert!(sent.load(std::sync::atomic::Ordering::Relaxed) < 20);
    let request = signed_in("POST", "/v1/trips").header("content-length", "100000000").body(Body::empty()).unwrap();
    assert_eq!(world.send(request).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let request = signed_in("POST", "/v1/trips").header("content-type", "text/plain").body(Body::from("{}")).unwrap();
    assert_eq!(world.send(request).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_status_becomes_a_problem_in_the_language_that_was_asked_for() {
    let world = world().await;
    let field = runtime::grpc::FieldViolation::new("declaration.people[2].full_name", "REQUIRED", "Cần điền mục này.", "This is required.");
    world.service.refuses("DeclareTrip", runtime::grpc::Problem::invalid(vec![field]).into());
    for (language, detail) in [("vi,en;q=0.5", "Cần điền mục này."), ("en-GB,vi;q=0.1", "This is required."), ("", "Cần điền mục này.")]
    {
        let request = signed_in("POST", "/v1/trips").header("accept-language", language).body(Body::from("{}")).unwrap();
        let problem = json_of(world.send(request).await).await;
        assert_eq!(problem["errors"], json!([{ "pointer": "/declaration/people/2/fullName", "code": "REQUIRED", "detail": detail }]));
    }
    for number in 1..=16 {
        world.service.refuses("DeclareTrip", Status::new(Code::from(number), "x"));
        let (status, problem) = world.ask("POST", "/v1/trips", "{}").await;
        assert!(status.is_client_error() || status.is_server_error(), "{number}");
        for key in ["type", "title", "status", "detail", "instance", "code", "errors", "request_id", "outcome", "retryable"] {
            assert!(!problem[key].is_null(), "{number} has no {key}");
        }
    }
    world.service.refuses("DeclareTrip", runtime::grpc::Problem::outcome_unknown().into());
    let (status, problem) = world.ask("POST", "/v1/trips", "{}").await;
    assert_eq!((status, &problem["outcome"], &problem["retryable"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("unknown"), &json!(true)));
}

#[tokio::test]
async fn only_a_bearer_token_says_who_asks() {
    let world = world().await;
    world.service.answers("ListTrips", vec![ListTripsResponse::default()]);
    let cookie = Request::builder().uri("/v1/trips").header("cookie", "__Host-session=token").body(Body::empty()).unwrap();
    let response = world.send(cookie).await;
    assert_eq!(
        (response.status(), &response.headers()["www-authenticate"]),
        (StatusCode::UNAUTHORIZED, &http::HeaderValue::from_static("Bearer"))
    );
    let basic = Request::builder().uri("/v1/trips").header("authorization", "Basic token").body(Body::empty()).unwrap();
    assert_eq!(world.send(basic).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(world.ask("GET", "/v1/trips", "").await.0, StatusCode::OK);
    world.service.refuses("ResolveSession", Status::unavailable("down"));
    let other = Request::builder().uri("/v1/trips").header("authorization", "Bearer other").body(Body::empty()).unwrap();
    assert_eq!(world.send(other).await.status(), StatusCode::SERVICE_UNAVAILABLE, "fails closed");
    assert_eq!(world.ask("POST", "/v1/sessions/resolve", "{}").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_public_list_is_cached_and_named() {
    let world = world().await;
    let trip = PublicTrip { trip_id: "t".to_owned(), ..PublicTrip::default() };
    world.service.answers("ListPublicTrips", vec![ListPublicTripsResponse { trips: vec![trip], ..ListPublicTripsResponse::default() }]);
    let ask = |tag: Option<String>| {
        let request = Request::builder().uri("/v1/public/trips?plate=81C+123&pageSize=5");
        let request = tag.into_iter().fold(request, |request, tag| request.header("if-none-match", tag));
        world.send(request.body(Body::empty()).unwrap())
    };
    let response = ask(None).await;
    assert_eq!(
        (response.status(), &response.headers()["cache-control"]),
        (StatusCode::OK, &http::HeaderValue::from_static("public, max-age=2"))
    );
    let tag = response.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(json_of(response).await, json!({ "trips": [{ "tripId": "t" }] }));
    let asked: ListPublicTripsRequest = world.service.asked("ListPublicTrips").unwrap();
    assert_eq!((asked.plate.as_str(), asked.page_size), ("81C 123", 5));
    let again = ask(Some(tag)).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert!(bytes_of(again).await.is_empty());

    world.service.answers("GetPass", vec![GetPassResponse::default()]);
    let pass = world.send(Request::builder().uri("/v1/passes/secret").body(Body::empty()).unwrap()).await;
    assert_eq!(pass.headers()["cache-control"], "no-store");
    world.service.refuses("GetPass", Status::not_found("x"));
    let problem = json_of(world.send(Request::builder().uri("/v1/passes/secret").body(Body::empty()).unwrap()).await).await;
    assert_eq!(problem["instance"], "/v1/passes/{pass_token}");
}

#[tokio::test]
async fn a_stranger_is_limited_and_an_officer_is_not() {
    let world = world().await;
    world.service.answers("ListPublicTrips", vec![ListPublicTripsResponse::default()]);
    let mut slowed = None;
    for _ in 0..20_000 {
        let answer = world.send(Request::builder().uri("/v1/public/trips").body(Body::empty()).unwrap()).await;
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            slowed = Some(answer);
            break;
        }
    }
    let last = slowed.unwrap();
    assert!(last.headers().contains_key("retry-after"));
    assert_eq!(world.ask("GET", "/v1/public/trips", "").await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_stream_is_events_that_resume() {
    let world = world().await;
    let event = |sequence| WatchTripsResponse {
        sequence,
        kind: "TripDecided".to_owned(),
        trip_id: "t".to_owned(),
        ..WatchTripsResponse::default()
    };
    world.service.answers("WatchTrips", vec![event(41), event(42)]);
    let request = signed_in("GET", "/v1/trips/watch?areaCode=622").header("last-event-id", "40").body(Body::empty()).unwrap();
    let response = world.send(request).await;
    assert_eq!(
        (response.status(), &response.headers()["content-type"]),
        (StatusCode::OK, &http::HeaderValue::from_static("text/event-stream"))
    );
    let text = String::from_utf8(bytes_of(response).await.to_vec()).unwrap();
    let first = "id: 41\nevent: TripDecided\ndata: {\"sequence\":\"41\",\"kind\":\"TripDecided\",\"tripId\":\"t\"}\n\n";
    assert!(text.starts_with(first) && text.contains("id: 42\n"), "{text}");
    let asked: WatchTripsRequest = world.service.asked("WatchTrips").unwrap();
    assert_eq!((asked.area_code.as_str(), asked.after_sequence), ("622", 40));
    world.process.lifecycle.shutdown();
    let closed = world.send(signed_in("GET", "/v1/trips/watch").body(Body::empty()).unwrap()).await;
    bytes_of(closed).await;
}

#[tokio::test]
async fn a_file_is_downloaded() {
    let world = world().await;
    let file = ExportStatisticsResponse {
        file_name: "thống-kê.xlsx".to_owned(),
        media_type: "application/x-test".to_owned(),
        content: vec![1, 2, 3],
    };
    world.service.answers("ExportStatistics", vec![file]);
    let request = signed_in("GET", "/v1/statistics/workbook?fromDay=2021-10-18&untilDay=2021-10-19").body(Body::empty()).unwrap();
    let response = world.send(request).await;
    assert_eq!(response.headers()["content-type"], "application/x-test");
    assert_eq!(
        response.headers()["content-disposition"],
        "attachment; filename=\"th_ng-k_.xlsx\"; filename*=UTF-8''th%E1%BB%91ng-k%C3%AA.xlsx"
    );
    assert_eq!(&bytes_of(response).await[..], [1, 2, 3]);
}

#[tokio::test]
async fn repeated_and_nested_parameters_reach_their_fields() {
    let world = world().await;
    world.service.answers("ListTrips", vec![ListTripsResponse::default()]);
    let (status, _) = world.ask("GET", "/v1/trips?states=TRIP_STATE_OVERDUE&states=TRIP_STATE_EN_ROUTE&overdue=true", "").await;
    let asked: ListTripsRequest = world.service.asked("ListTrips").unwrap();
    assert_eq!((status, asked.states, asked.overdue), (StatusCode::OK, vec![7, 5], true));
}

#[tokio::test]
async fn the_description_is_served_to_programs_and_people() {
    let world = world().await;
    let document = json_of(world.send(Request::get("/openapi.json").body(Body::empty()).unwrap()).await).await;
    assert_eq!(document["openapi"], "3.1.0");
    let shown = async |path: &str, parts: &[&str]| {
        let page = world.send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
        let page = String::from_utf8(bytes_of(page).await.to_vec()).unwrap();
        for part in parts {
            assert!(page.contains(part), "{path}: {part}");
        }
        for none in ["<script", "style=\"", "ResolveSession"] {
            assert!(!page.contains(none), "{path}: {none}");
        }
        page
    };
    shown("/docs", &["/docs/VehicleService#DecideTrip", "/v1/trips/{tripId}/decide", "vehicles.trips.decide"]).await;
    let vehicles =
        shown("/docs/VehicleService", &["id=\"DecideTrip\"", "id=\"schema-Trip\"", "#schema-TripState", "≤ 20 characters"]).await;
    assert!(!vehicles.contains("schema-Report\""), "a message of another service");
    assert_eq!(world.send(Request::get("/docs/NoService").body(Body::empty()).unwrap()).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pages_and_api_share_an_address_and_each_has_its_own_errors() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("caller.pem");
    std::fs::write(&key, SigningKey::from_bytes(&[7; 32]).to_pkcs8_pem(Default::default()).unwrap().as_bytes()).unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let service = "http://127.0.0.1:1";
    let env = [
        ("GATEWAY_CALLER_KEY", key.to_str().unwrap()),
        ("NATS_URL", "nats://127.0.0.1:1"),
        ("VEHICLES_URL", service),
        ("ACCOUNTS_URL", service),
        ("REPORTS_URL", service),
        ("LAB_URL", service),
    ];
    let process = Process::new(Env::from_pairs(env), Clock::system());
    let site = Arc::new(gateway::site(&process, gateway::config::Config::from_env(&process.env).unwrap()).unwrap());
    let world = world().await;
    let router = gateway::router::all(site, world.state);
    for (path, media_type) in [("/v1/nothing", "application/problem+json"), ("/nothing", "text/html")] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with(media_type), "{path}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    }
}
