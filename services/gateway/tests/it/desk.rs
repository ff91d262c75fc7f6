//! The post desk and the arrivals desk: what the pages say of sample answers, what they ask the services, what they keep.
use axum::body::Body;
use contract::{
    accounts::v1::{PermissionGrant, Principal, ResolveSessionResponse, Unit, UnitKind},
    vehicles::v1::{
        ArrivalResult, AssessTripRequest, CloseTripRequest, ConfirmArrivalRequest, DecideTripRequest, Decision, DeclaredBy,
        EnterTripRequest, FindTripsResponse, FoundBy, FoundTrip, GetTripResponse, PassStanding, Person, ReceiveTripRequest,
        RecordSightingRequest, Trip, TripState,
    },
};
use http::{Request, Response, StatusCode, header};
use runtime::grpc::{FieldViolation, Problem};
use tonic::{Code, Status};

use crate::{
    desk_samples::{ARRIVAL, DECISION, DESK, decided, samples, summary, trip},
    world::{self, TRIP, World, area},
};

async fn world() -> World {
    let world = World::start().await;
    samples(&world.services);
    world
}

fn commune_police() -> Principal {
    let unit = Unit {
        name: "Công an xã Trà Đa".into(),
        kind: UnitKind::CommunePolice.into(),
        area: Some(area("23596", "Xã Trà Đa, Thành phố Pleiku")),
        post_code: String::new(),
        ..world::principal().unit.unwrap()
    };
    let grant = |permission: &str| PermissionGrant { permission: permission.into(), areas: vec!["2021.64.622.23596".into()] };
    let permissions = ["vehicles.arrivals.read", "vehicles.arrivals.confirm"].map(grant).into();
    Principal { unit: Some(unit), permissions, ..world::principal() }
}

async fn get(world: &World, path: &str) -> Response<String> {
    world.send(Request::get(path).header("cookie", "__Host-sid=session").body(Body::empty()).unwrap()).await
}

async fn csrf(world: &World) -> String {
    let html = get(world, "/account").await.into_body();
    html.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn post(world: &World, path: &str, pairs: &[(&str, &str)]) -> Response<String> {
    let csrf = csrf(world).await;
    let pairs: Vec<(&str, &str)> = pairs.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    let request = Request::post(path)
        .header("cookie", "__Host-sid=session")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    world.send(request.body(Body::from(serde_urlencoded::to_string(pairs).unwrap())).unwrap()).await
}

fn filled() -> Vec<(&'static str, &'static str)> {
    vec![
        ("decision_id", DECISION),
        ("version", "3"),
        ("count", "2"),
        ("p0-temp", "36,6"),
        ("p1-temp", "368"),
        ("p1-method", "TEST_METHOD_AG_RAPID"),
        ("p1-outcome", "TEST_OUTCOME_NEGATIVE"),
        ("p1-at", "19:30"),
        ("p1-proof", "TEST_PROOF_PAPER"),
        ("template", "destination"),
        ("template-version", "1"),
        ("sign", "SIGNING_METHOD_PAPER"),
        ("decision", "DECISION_DESTINATION"),
        ("do", "decide"),
    ]
}

/// `main` without what differs from run to run.
fn content(html: &str) -> String {
    let main = html.split("<main id=\"main\" class=\"wrap\">").nth(1).unwrap().split("</main>").next().unwrap();
    let text = main.replace(gateway::assets::ICONS_SVG, "/icons.svg");
    let mut scrubbed = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("-7") {
        let start = at.checked_sub(13).filter(|start| rest.is_char_boundary(*start));
        match start.and_then(|start| rest.get(start..start + 36).map(|id| (start, id))) {
            Some((start, id)) if ids::TripId::parse(id).is_ok() && !id.starts_with("0199f000") => {
                scrubbed.push_str(&rest[..start]);
                scrubbed.push_str("MADE-WITH-THE-PAGE");
                rest = &rest[start + 36..];
            }
            _ => {
                scrubbed.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    let lines = (scrubbed + rest).lines().map(str::trim_end).filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n");
    lines.lines().filter(|line| !line.contains("name=\"csrf\"")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_desks_look_like_this() {
    let world = world().await;
    for (name, path) in [("desk", "/posts/CP3"), ("trip", DESK), ("open", "/posts/CP3/open"), ("overdue", "/posts/CP3/overdue")] {
        let answer = get(&world, path).await;
        assert_eq!((answer.status(), answer.headers()[header::CACHE_CONTROL].to_str().unwrap()), (StatusCode::OK, "no-store"), "{path}");
        assert_eq!(answer.body().matches("<h1").count(), 1, "{path}");
        insta::assert_snapshot!(name, content(answer.body()));
    }
    world.services.answers("ResolveSession", vec![ResolveSessionResponse { principal: Some(commune_police()) }]);
    let path = format!("/areas/23596/arrivals/{ARRIVAL}");
    for (name, path) in [("arrivals", "/areas/23596/arrivals"), ("arrival", &path), ("area_overdue", "/areas/23596/overdue")] {
        let request = Request::get(path).header("cookie", "__Host-sid=police").body(Body::empty()).unwrap();
        insta::assert_snapshot!(name, content(world.send(request).await.body()));
    }
}

#[tokio::test]
async fn one_hit_is_received_and_opened() {
    let world = world().await;
    let answer = post(&world, "/posts/CP3", &[("q", "7k3m2q9x")]).await;
    assert_eq!((answer.status(), answer.headers()[header::LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, DESK));
    assert_eq!(world.services.asked::<ReceiveTripRequest>("ReceiveTrip").unwrap().post_id, "CP3");
    assert_eq!(post(&world, "/posts/CP3", &[("q", "")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(get(&world, "/posts/NOWHERE").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_not_certain_is_a_list_with_reasons() {
    let world = world().await;
    let near = FoundTrip { trip: Some(summary(2, "81C-123.45", TripState::Declared)), found_by: FoundBy::NearPlate.into() };
    let sure = FoundTrip { trip: Some(summary(1, "51D-628.35", TripState::Declared)), found_by: FoundBy::Pass.into() };
    for (trips, warnings, says) in [
        (vec![near.clone()], vec![], "Gần giống 81C-123.45"),
        (vec![near, sure.clone()], vec![], "Có 2 chuyến"),
        (vec![sure], vec!["PASS_FORGED"], "chữ ký sai"),
        (vec![], vec!["TELEX_ON"], "Tắt Telex"),
    ] {
        let warnings = warnings.into_iter().map(str::to_owned).collect();
        let found = FindTripsResponse { trips, warnings, canonical: "81C-123.46".into(), read_as: "plate".into(), person: None };
        world.services.answers("FindTrips", vec![found]);
        let answer = post(&world, "/posts/CP3", &[("q", "81c12346")]).await;
        assert!(answer.status() == StatusCode::OK && answer.body().contains(says), "{says}");
        assert!(answer.body().contains("name=\"plate\" value=\"81C-123.46\""), "a new trip starts with the plate");
    }
    assert!(world.services.asked::<ReceiveTripRequest>("ReceiveTrip").is_none());
}

#[tokio::test]
async fn a_filled_desk_is_a_decision() {
    let world = world().await;
    let answer = post(&world, DESK, &filled()).await;
    assert_eq!((answer.status(), answer.headers()[header::LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, DESK));
    let asked: DecideTripRequest = world.services.asked("DecideTrip").unwrap();
    assert_eq!((asked.decision_id.as_str(), asked.version, asked.decision()), (DECISION, 3, Decision::Destination));
    let findings = asked.findings.unwrap();
    assert_eq!((findings.people_counted, findings.checks[1].temperature), (Some(2), Some(36.8)));
    assert!(findings.checks[1].evidence.is_some() && findings.commitment.is_some());
}

#[tokio::test]
async fn what_is_missing_is_said_and_everything_typed_stays() {
    let world = world().await;
    let person = trip(TripState::AtPost).people[1].person_id.clone();
    let mut problem = Problem::new(Code::FailedPrecondition, "DECISION_CLOSED", "Đo thân nhiệt", "Take the temperature");
    problem.fields =
        vec![FieldViolation::new(format!("findings.checks[{person}]"), "TEMPERATURE", "Đo thân nhiệt", "Take the temperature")];
    world.services.refuses("DecideTrip", problem.into());
    let answer = post(&world, DESK, &filled()).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["href=\"#p1-temp\">Đo thân nhiệt: Rơ̆ Mah H’Bưm", "value=\"36,6\"", "value=\"19:30\"", DECISION, "Có lỗi: ", "data-typed"]
    {
        assert!(answer.body().contains(part), "{part} is missing");
    }
    let mut wrong = filled();
    wrong.retain(|(name, _)| *name != "decision" && *name != "p0-temp");
    wrong.push(("p0-temp", "50"));
    let answer = post(&world, DESK, &wrong).await;
    assert!(
        answer.body().contains("href=\"#d-1\"") && answer.body().contains("href=\"#p0-temp\"") && answer.body().contains("value=\"50\"")
    );
}

#[tokio::test]
async fn checking_asks_the_rules_and_stores_nothing() {
    let world = world().await;
    let mut pairs = filled();
    pairs.retain(|(name, _)| *name != "do");
    pairs.push(("do", "check"));
    assert_eq!(post(&world, DESK, &pairs).await.status(), StatusCode::OK);
    let asked: AssessTripRequest = world.services.asked("AssessTrip").unwrap();
    assert_eq!(asked.findings.unwrap().people_counted, Some(2));
    assert!(world.services.asked::<DecideTripRequest>("DecideTrip").is_none());
}

#[tokio::test]
async fn anothers_decision_replaces_the_form_and_what_was_typed_stays_readable() {
    let world = world().await;
    let first = Problem::new(Code::Aborted, "DECIDED_BY_ANOTHER", "Cán bộ khác đã ghi trước.", "Another officer was first.");
    world.services.refuses("DecideTrip", first.into());
    world.services.answers(
        "GetTrip",
        vec![GetTripResponse {
            trip: Some(decided(Decision::Destination, TripState::EnRoute)),
            pass: Some(world::pass(PassStanding::Admitted)),
        }],
    );
    let answer = post(&world, DESK, &filled()).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    for part in ["Đã cho vào địa bàn", "Trần Quốc Đạt", "02:13", "36,6", "Xe tiếp theo", "slip-pass"] {
        assert!(answer.body().contains(part), "{part} is missing");
    }
    assert!(!answer.body().contains("value=\"decide\""));
    assert!(!answer.body().contains("data-clear-draft"), "another's decision forgets nothing of ours");
}

#[tokio::test]
async fn a_service_that_is_away_loses_nothing() {
    let world = world().await;
    world.services.refuses("DecideTrip", Status::unavailable("down"));
    let answer = post(&world, DESK, &filled()).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    for part in ["name=\"p1-temp\" value=\"368\"", "name=\"do\" value=\"decide\"", DECISION, "Gửi lại"] {
        assert!(answer.body().contains(part), "{part} is missing");
    }
    let main = answer.body().split("</main>").next().unwrap();
    assert_eq!(main.matches("name=\"csrf\"").count(), 1);
}

#[tokio::test]
async fn an_earlier_trip_is_closed_from_the_same_screen() {
    let world = world().await;
    let other = TRIP.replace("001", "009");
    let conflicting = Trip { conflicting_trip_ids: vec![other.clone()], ..trip(TripState::AtPost) };
    world.services.answers("GetTrip", vec![GetTripResponse { trip: Some(conflicting), pass: None }]);
    let mut pairs = filled();
    pairs.retain(|(name, _)| *name != "do");
    pairs.extend([("do", "close-0"), ("earlier-0", other.as_str()), ("earlier-version-0", "7")]);
    assert_eq!(post(&world, DESK, &pairs).await.status(), StatusCode::UNPROCESSABLE_ENTITY, "without a reason");
    pairs.push(("reason-0", "Không ghi nhận lúc xe ra"));
    let answer = post(&world, DESK, &pairs).await;
    let asked: CloseTripRequest = world.services.asked("CloseTrip").unwrap();
    assert_eq!((asked.trip_id, asked.version), (other, 7));
    assert!(answer.status() == StatusCode::OK && answer.body().contains("value=\"36,6\""));
}

#[tokio::test]
async fn people_are_added_by_card_or_by_hand_without_script() {
    let world = world().await;
    let scanned = Person { full_name: "Siu Hŏ".into(), birth: "1990-02-03".into(), id_number: "064090001234".into(), ..Person::default() };
    world
        .services
        .answers("FindTrips", vec![FindTripsResponse { person: Some(scanned), read_as: "cccd".into(), ..FindTripsResponse::default() }]);
    let answer = post(&world, DESK, &[("count", "3"), ("scan", "064090001234|…"), ("do", "scan-person")]).await;
    for part in ["name=\"added-0-name\"", "value=\"Siu Hŏ\"", "value=\"3\"", "name=\"added-0-temp\""] {
        assert!(answer.body().contains(part), "{part} is missing");
    }
    let answer = post(&world, DESK, &[("added-0-name", "Siu Hŏ"), ("added-0-person", DECISION), ("do", "add-person")]).await;
    assert!(answer.body().contains("name=\"added-1-name\""));
    let answer = post(&world, DESK, &[("added-0-name", "Siu Hŏ"), ("do", "remove-person-0")]).await;
    assert!(!answer.body().contains("name=\"added-0-name\""));
}

#[tokio::test]
async fn an_officer_enters_what_he_sees() {
    let world = world().await;
    let pairs = [
        ("id", TRIP),
        ("plate", "51d 62835"),
        ("vehicle-type", "VEHICLE_TYPE_TRUCK"),
        ("origin", "Tỉnh Đắk Lắk"),
        ("purpose", "PURPOSE_TRANSIT"),
        ("exit-post", "CP2"),
        ("exit-at", "2021-10-19T06:00"),
        ("people-0-name", "Rơ̆ Mah H’Bưm"),
        ("people-0-other", "231234118"),
        ("do", "send"),
    ];
    let answer = post(&world, "/posts/CP3/new", &pairs).await;
    assert_eq!((answer.status(), answer.headers()[header::LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, DESK));
    let declaration = world.services.asked::<EnterTripRequest>("EnterTrip").unwrap().declaration.unwrap();
    assert_eq!((declaration.entry_post_id.as_str(), declaration.declared_by()), ("CP3", DeclaredBy::Officer));
    assert_eq!(declaration.people[0].other_id_number, "231234118");
    let shown = post(&world, "/posts/CP3/new", &[("plate", "81C-123.46"), ("people-0-qid", "123"), ("do", "show")]).await;
    assert!(shown.body().contains("value=\"81C-123.46\"") && shown.body().contains("name=\"people-0-qid\" value=\"123\""));
}

#[tokio::test]
async fn a_vehicle_leaves_by_its_post() {
    let world = world().await;
    let pairs = [("trip", TRIP), ("sighting", DECISION), ("plate", "70B-031.94")];
    let answer = post(&world, "/posts/CP3/open", &pairs).await;
    assert!(answer.status() == StatusCode::OK && answer.body().contains("Đã ghi xe 70B-031.94 ra khỏi tỉnh"));
    let asked: RecordSightingRequest = world.services.asked("RecordSighting").unwrap();
    assert_eq!((asked.sighting_id.as_str(), asked.post_id.as_str()), (DECISION, "CP3"));
}

#[tokio::test]
async fn arrivals_are_confirmed_or_said_to_differ() {
    let world = world().await;
    let path = format!("/areas/23596/arrivals/{ARRIVAL}");
    let id = [("confirmation_id", DECISION), ("differs", "")];
    let answer = post(&world, &path, &[id[0], id[1]]).await;
    assert!(answer.status() == StatusCode::UNPROCESSABLE_ENTITY && answer.body().contains("href=\"#headcount\""));
    let answer = post(&world, &path, &[id[0], id[1], ("headcount", "2")]).await;
    assert_eq!(answer.headers()[header::LOCATION], "/areas/23596/arrivals");
    assert_eq!(world.services.asked::<ConfirmArrivalRequest>("ConfirmArrival").unwrap().result(), ArrivalResult::AsDeclared);
    let differs = [id[0], ("differs", "1"), ("result", "ARRIVAL_RESULT_NOT_FOUND")];
    assert_eq!(post(&world, &path, &differs).await.status(), StatusCode::SEE_OTHER, "who is not there is not counted");
    let own =
        Problem::new(Code::PermissionDenied, "OWN_ADMISSION", "Người cho xe vào không xác nhận xe đến.", "Not the admitting officer.");
    world.services.refuses("ConfirmArrival", own.into());
    let answer = post(&world, &path, &[id[0], id[1], ("headcount", "2")]).await;
    assert!(answer.status() == StatusCode::FORBIDDEN && answer.body().contains("Đề nghị cán bộ khác xác nhận"));
    assert_eq!(get(&world, "/areas/00001/arrivals").await.status(), StatusCode::NOT_FOUND, "another province");
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_is_opened_again() {
    let world = world().await;
    world.services.refuses("ResolveSession", Status::unauthenticated("over"));
    let request = Request::post(DESK)
        .header("cookie", "__Host-sid=over")
        .header("sec-fetch-site", "same-origin")
        .header("referer", format!("http://localhost{DESK}"))
        .body(Body::empty())
        .unwrap();
    let answer = world.send(request).await;
    assert!(answer.headers()[header::LOCATION].to_str().unwrap().starts_with("/sign-in?return=%2Fposts%2FCP3%2Ftrips%2F"));
}
