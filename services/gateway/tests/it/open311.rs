//! Open311 GeoReport v2 as other people's programs use it: they read the services, send a report and follow it, in XML or JSON.
use std::sync::Arc;

use axum::{Router, body::Body};
use contract::reports::v1::{
    CreateReportRequest, FollowReportRequest, FollowReportResponse, FollowedReport, ListPublishedReportsRequest,
    ListPublishedReportsResponse, Outcome, PublishedReport, ReportState, Speaker,
};
use gateway::interop::open311;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use runtime::grpc::{FieldViolation, Problem};
use serde_json::{Value, json};
use tonic::{Code, Status};
use tower::ServiceExt as _;

use crate::{
    report_samples::{CODE, PIN, REPORT, followed, message},
    world::{World, area, time},
    xml::Element,
};

const REQUESTS: &str = "/open311/v2/requests";
const ONE: &str = "/open311/v2/requests/PA-20211019-0007";

/// A program of somebody else: it knows the standard and nothing of ours.
struct Client {
    world: World,
    routes: Router,
}

impl Client {
    async fn start() -> Client {
        let world = World::start().await;
        world.services.answers("ListPublishedReports", vec![published(vec![checked()], "")]);
        Client { routes: open311::router(Arc::clone(&world.site)), world }
    }

    async fn send(&self, request: Request<Body>) -> Response<String> {
        let (parts, body) = self.routes.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Response::from_parts(parts, String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn get(&self, path: &str) -> Response<String> {
        self.send(Request::get(path).header("host", "xe.gialai.gov.vn").body(Body::empty()).unwrap()).await
    }

    async fn json(&self, path: &str) -> Value {
        json_of(&self.get(path).await, StatusCode::OK)
    }

    async fn xml(&self, path: &str) -> Element {
        xml_of(&self.get(path).await, StatusCode::OK)
    }

    async fn post(&self, path: &str, headers: &[(&str, &str)], pairs: &[(&str, &str)]) -> Response<String> {
        let mut request =
            Request::post(path).header("content-type", "application/x-www-form-urlencoded").header("host", "xe.gialai.gov.vn");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(serde_urlencoded::to_string(pairs).unwrap())).unwrap()).await
    }

    fn created(&self) -> CreateReportRequest {
        self.world.services.asked("CreateReport").unwrap()
    }
}

fn json_of(answer: &Response<String>, status: StatusCode) -> Value {
    assert_eq!((answer.status(), &answer.headers()["content-type"]), (status, &"application/json; charset=utf-8".parse().unwrap()));
    serde_json::from_str(answer.body()).unwrap()
}

fn xml_of(answer: &Response<String>, status: StatusCode) -> Element {
    assert_eq!((answer.status(), &answer.headers()["content-type"]), (status, &"text/xml; charset=utf-8".parse().unwrap()));
    Element::read(answer.body())
}

/// Descriptions of the errors of an answer, which all have its code.
fn told(answer: &Response<String>, status: StatusCode) -> Vec<String> {
    let errors = json_of(answer, status);
    let told = |error: &Value| {
        assert_eq!(error["code"], status.as_u16());
        error["description"].as_str().unwrap().to_owned()
    };
    errors.as_array().unwrap().iter().map(told).collect()
}

fn published(reports: Vec<PublishedReport>, next: &str) -> ListPublishedReportsResponse {
    ListPublishedReportsResponse { reports, next_page_token: next.into() }
}

fn checked() -> PublishedReport {
    PublishedReport {
        code: "PA-20211018-0003".into(),
        category_id: "LOAD_UNLOAD".into(),
        seen_on: "2021-10-17".into(),
        area: Some(area("23596", "Xã Trà Đa, Thành phố Pleiku")),
        outcome: Outcome::VerifiedViolation.into(),
        public_answer: "Đã lập biên bản <b>\"12\" & 13</b>".into(),
        published_at: time("18T22:10"),
    }
}

const FILLED: [(&str, &str); 12] = [
    ("service_code", "LOAD_UNLOAD"),
    ("lat", "13.98312"),
    ("long", "108.00042"),
    ("address_string", "trước quán phở"),
    ("address_id", "23596"),
    ("description", "Xe dừng lại và dỡ hàng xuống"),
    ("attribute[goods]", "food"),
    ("attribute[plate]", "51D-62?.35"),
    ("attribute[seen_at]", "2021-10-19T01:30:00+07:00"),
    ("first_name", "Nam"),
    ("last_name", "Nguyễn Văn"),
    ("phone", "0905 123 456"),
];

#[tokio::test]
async fn the_discovery_names_the_endpoint() {
    let client = Client::start().await;
    let json = client.json("/open311/discovery.json").await;
    let endpoint = &json["endpoints"][0];
    assert_eq!(endpoint["specification"], "http://wiki.open311.org/GeoReport_v2");
    assert_eq!((&endpoint["url"], &endpoint["type"]), (&json!("http://xe.gialai.gov.vn/open311/v2"), &json!("production")));
    assert_eq!(endpoint["formats"], json!(["text/xml", "application/json"]));
    let xml = client.xml("/open311/discovery.xml?locale=en").await;
    assert_eq!(xml.name, "discovery");
    assert!(xml.at("key_service").contains("No key") && xml.at("contact").ends_with("http://xe.gialai.gov.vn/en/about"), "{xml:?}");
    let endpoint = xml.child("endpoints").child("endpoint");
    assert_eq!((endpoint.at("url"), endpoint.child("formats").at("format")), ("http://xe.gialai.gov.vn/open311/v2", "text/xml"));
}

#[tokio::test]
async fn services_are_the_categories_of_today() {
    let client = Client::start().await;
    let json = client.json("/open311/v2/services.json").await;
    assert_eq!(json.as_array().unwrap().len(), 3);
    assert_eq!((&json[0]["service_code"], &json[0]["service_name"]), (&json!("LOAD_UNLOAD"), &json!("Bốc dỡ hàng")));
    assert_eq!((&json[0]["metadata"], &json[0]["type"]), (&json!(true), &json!("realtime")));
    let xml = client.xml("/open311/v2/services.xml?locale=en-US&jurisdiction_id=gia-lai-2021&api_key=x").await;
    assert_eq!((xml.name.as_str(), xml.children[0].name.as_str()), ("services", "service"));
    assert_eq!((xml.children[2].at("service_name"), xml.children[2].at("group")), ("no_mask", "Places and other people"));

    let json = client.json("/open311/v2/services/LOAD_UNLOAD.json").await;
    let codes: Vec<&str> = json["attributes"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["goods", "people", "still_there", "plate", "seen_at"]);
    let goods = &json["attributes"][0];
    assert_eq!((&goods["datatype"], &goods["required"], &goods["order"]), (&json!("singlevaluelist"), &json!(true), &json!(1)));
    assert_eq!(goods["values"][0], json!({"key": "food", "name": "Thực phẩm"}));
    let xml = client.xml("/open311/v2/services/LOAD_UNLOAD.xml").await;
    let attributes = &xml.child("attributes").children;
    assert_eq!((xml.name.as_str(), xml.at("service_code"), attributes[1].at("datatype")), ("service_definition", "LOAD_UNLOAD", "number"));
    assert_eq!(attributes[2].child("values").children.iter().map(|it| it.at("key")).collect::<Vec<_>>(), ["yes", "no"]);
    let xml = client.xml("/open311/v2/services/NO_MASK.xml").await;
    assert_eq!(xml.child("attributes").children.iter().map(|it| it.at("code")).collect::<Vec<_>>(), ["seen_at"]);
    let answer = client.get("/open311/v2/services/PARKING.json").await;
    assert!(told(&answer, StatusCode::NOT_FOUND)[0].contains("There is no such service_code"));
}

#[tokio::test]
async fn a_report_is_sent_and_followed() {
    let client = Client::start().await;
    let answer = client.post(&format!("{REQUESTS}.json"), &[], &FILLED).await;
    let made = json_of(&answer, StatusCode::CREATED);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!((&made[0]["service_request_id"], &made[0]["account_id"]), (&json!(CODE), &Value::Null));
    let notice = made[0]["service_notice"].as_str().unwrap();
    assert!(notice.contains(PIN) && notice.contains("http://xe.gialai.gov.vn/follow"), "{notice}");
    let asked = client.created();
    let place = asked.place.unwrap();
    assert_eq!((place.latitude, place.longitude), (Some(13.983_12), Some(108.000_42)));
    assert_eq!((place.landmark.as_str(), place.area.unwrap().code.as_str()), ("trước quán phở", "23596"));
    assert_eq!((asked.category_id.as_str(), asked.plate.as_str(), asked.seen_at), ("LOAD_UNLOAD", "51D-62?.35", time("19T01:30")));
    assert_eq!((asked.answers.len(), asked.answers[0].value.as_str()), (1, "food"));
    assert_eq!((asked.contact.clone().unwrap().name.as_str(), asked.contact.unwrap().phone.as_str()), ("Nguyễn Văn Nam", "0905 123 456"));

    let token = client.json(&format!("/open311/v2/tokens/{CODE}.json")).await;
    assert_eq!(token, json!([{"service_request_id": CODE, "token": CODE}]));
    let asks = FollowedReport { messages: vec![message(Speaker::Handler, "Xe màu gì?")], ..followed(ReportState::Assigned) };
    client.world.services.answers("FollowReport", vec![FollowReportResponse { report: Some(asks) }]);
    let request = Request::get(format!("{ONE}.json")).header("x-report-pin", "1234 5678").body(Body::empty()).unwrap();
    let json = json_of(&client.send(request).await, StatusCode::OK);
    assert_eq!((&json[0]["status"], &json[0]["service_name"]), (&json!("open"), &json!("Bốc dỡ hàng")));
    assert_eq!((&json[0]["expected_datetime"], &json[0]["lat"]), (&json!("2021-10-20T17:00:00+07:00"), &Value::Null));
    assert_eq!((&json[0]["requested_datetime"], &json[0]["zipcode"]), (&json!("2021-10-19T01:50:00+07:00"), &Value::Null));
    assert_eq!(
        (&json[0]["agency_responsible"], &json[0]["updated_datetime"]),
        (&json!("Công an xã Trà Đa"), &json!("2021-10-19T02:00:00+07:00"))
    );
    let ticket = client.world.services.asked::<FollowReportRequest>("FollowReport").unwrap().ticket.unwrap();
    assert_eq!((ticket.code.as_str(), ticket.pin.as_str()), (CODE, PIN));

    let answered = FollowedReport {
        outcome: Outcome::Unfounded.into(),
        public_answer: "Xe được phép dỡ hàng ở đó".into(),
        answered_at: time("20T08:00"),
        ..followed(ReportState::Answered)
    };
    client.world.services.answers("FollowReport", vec![FollowReportResponse { report: Some(answered) }]);
    let answer = client.post(&format!("{ONE}.xml"), &[], &[("pin", PIN)]).await;
    let xml = xml_of(&answer, StatusCode::OK);
    let request = xml.child("request");
    assert_eq!(
        (xml.name.as_str(), request.at("status"), request.at("updated_datetime")),
        ("service_requests", "closed", "2021-10-20T08:00:00+07:00")
    );
    assert!(request.at("status_notes").ends_with("Xe được phép dỡ hàng ở đó."), "{request:?}");
    assert!(!answer.body().contains(PIN) && !answer.body().contains("0905"));
}

#[tokio::test]
async fn the_same_sent_again_is_the_same_report() {
    let client = Client::start().await;
    let path = format!("{REQUESTS}.xml?locale=en");
    let now: Vec<(&str, &str)> = FILLED.into_iter().filter(|(name, _)| *name != "attribute[seen_at]").collect();
    let first = client.post(&path, &[("idempotency-key", REPORT)], &now).await;
    let asked = client.created();
    let second = client.post(&path, &[], &[now.as_slice(), &[("submission_id", REPORT)]].concat()).await;
    assert_eq!((asked.submission_id.as_str(), &asked), (REPORT, &client.created()), "the time too, though nobody said one");
    let xml = xml_of(&first, StatusCode::CREATED);
    assert_eq!((xml.child("request").at("service_request_id"), first.body()), (CODE, second.body()));
    assert!(xml.child("request").at("service_notice").starts_with("PIN: 12345678."));
    client.post(&path, &[], &now).await;
    let minted = client.created();
    assert_ne!(minted.submission_id, REPORT);
    assert_eq!(minted.seen_at, Some(crate::world::at("2021-10-19T02:14:00+07:00").into()), "now, to the minute");
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let client = Client::start().await;
    let path = format!("{REQUESTS}.json");
    for (name, value, parameter, says) in [
        ("media_url", "http://169.254.169.254/x.jpg", "media_url", "nothing is fetched"),
        ("submission_id", "1", "submission_id", "version 7"),
        ("lat", "NaN", "lat", "WGS 84"),
        ("attribute[seen_at]", "hôm qua", "attribute[seen_at]", "ISO 8601"),
    ] {
        let mut pairs: Vec<(&str, &str)> = FILLED.into_iter().filter(|(it, _)| *it != name).collect();
        pairs.push((name, value));
        let told = told(&client.post(&path, &[], &pairs).await, StatusCode::BAD_REQUEST);
        assert!(told.len() == 1 && told[0].starts_with(&format!("{parameter}: ")) && told[0].contains(says), "{told:?}");
    }
    let elsewhere = [FILLED.as_slice(), &[("jurisdiction_id", "city.gov")]].concat();
    told(&client.post(&path, &[], &elsewhere).await, StatusCode::NOT_FOUND);
    told(&client.get(&format!("{REQUESTS}.json?jurisdiction_id=city.gov")).await, StatusCode::NOT_FOUND);
    assert!(client.world.services.asked::<CreateReportRequest>("CreateReport").is_none());

    let field = |path: &str| FieldViolation::new(path, "REQUIRED", "Ghi vào", "Give it");
    let faults = ["category_id", "answers[0].value", "place", "text", "contact.phone", "seen_at"].map(field).into();
    client.world.services.refuses("CreateReport", Problem::invalid(faults).into());
    let named = told(&client.post(&path, &[], &FILLED).await, StatusCode::BAD_REQUEST);
    let expected =
        ["service_code", "attribute[goods]", "lat, long, address_string, address_id", "description", "phone", "attribute[seen_at]"];
    assert_eq!(named, expected.map(|name| format!("{name}: Ghi vào / Give it")));
    let reused = Problem::new(Code::AlreadyExists, "ID_REUSED", "Đã dùng", "Used");
    client.world.services.refuses("CreateReport", reused.into());
    assert_eq!(told(&client.post(&path, &[], &FILLED).await, StatusCode::CONFLICT), ["Đã dùng / Used"]);
    client.world.services.refuses("CreateReport", Status::unavailable("tcp connect error"));
    let away = client.post(&path, &[], &FILLED).await;
    assert!(!told(&away, StatusCode::SERVICE_UNAVAILABLE)[0].contains("tcp"), "{}", away.body());
}

#[tokio::test]
async fn a_pin_opens_and_is_in_no_address() {
    let client = Client::start().await;
    client.world.services.refuses("FollowReport", Status::not_found("report"));
    let wrong = client.post(&format!("{ONE}.json"), &[], &[("pin", "00000000")]).await;
    let nobody = client.get(&format!("{ONE}.json")).await;
    assert_eq!(told(&wrong, StatusCode::NOT_FOUND), told(&nobody, StatusCode::NOT_FOUND), "one sentence for both");
    let address = client.get(&format!("{ONE}.json?pin={PIN}")).await;
    assert!(told(&address, StatusCode::BAD_REQUEST)[0].starts_with("pin: "));
    assert!(!address.body().contains(PIN));
    told(&client.post(&format!("{ONE}.json"), &[], &[]).await, StatusCode::BAD_REQUEST);
    let tries = Problem::too_often(std::time::Duration::from_secs(1800));
    client.world.services.refuses("FollowReport", tries.into());
    let tired = client.post(&format!("{ONE}.json"), &[], &[("pin", "00000000")]).await;
    told(&tired, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(tired.headers()["retry-after"], "1800");
    for path in ["requests/1", "requests/PA-2021-1", "tokens/abc", "tokens/PA-20211399-0001"] {
        told(&client.get(&format!("/open311/v2/{path}.json")).await, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn published_reports_are_anybodys() {
    let client = Client::start().await;
    let json = client.json(&format!("{REQUESTS}.json")).await;
    assert_eq!((json.as_array().unwrap().len(), &json[0]["service_request_id"]), (1, &json!("PA-20211018-0003")));
    assert_eq!((&json[0]["status"], &json[0]["requested_datetime"]), (&json!("closed"), &json!("2021-10-18T00:00:00+07:00")));
    assert_eq!((&json[0]["address"], &json[0]["long"]), (&json!("Xã Trà Đa, Thành phố Pleiku"), &Value::Null));
    let xml = client.xml("/open311/v2/requests/pa-20211018-0003.xml").await;
    assert_eq!(xml.child("request").at("status_notes"), "Đúng là vi phạm. Đã lập biên bản <b>\"12\" & 13</b>.");
    for (query, rows) in [
        ("status=open", 0),
        ("status=open,closed", 1),
        ("service_code=LOAD_UNLOAD", 1),
        ("service_code=NO_MASK,HIDDEN_PEOPLE", 0),
        ("service_request_id=PA-20211018-0003,PA-20211018-0009&service_code=NO_MASK", 1),
        ("service_request_id=x", 0),
    ] {
        let found = client.json(&format!("{REQUESTS}.json?{query}")).await;
        assert_eq!(found.as_array().unwrap().len(), rows, "{query}");
    }
    // The service looks for days and numbers; nothing is paged through here.
    for (query, from, to, codes) in [
        ("start_date=2021-10-18T10:00:00Z", "2021-10-18", "2022-01-16", vec![]),
        ("end_date=2021-10-17", "2021-07-19", "2021-10-17", vec![]),
        ("start_date=2021-10-01&end_date=2021-10-18T00:00:00%2B07:00", "2021-10-01", "2021-10-18", vec![]),
        ("service_request_id=pa-20211018-0003,x,PA-20211018-0009", "", "", vec!["PA-20211018-0003", "PA-20211018-0009"]),
    ] {
        client.json(&format!("{REQUESTS}.json?{query}")).await;
        let asked: ListPublishedReportsRequest = client.world.services.asked("ListPublishedReports").unwrap();
        assert_eq!(
            (asked.received_from.as_str(), asked.received_to.as_str(), asked.codes),
            (from, to, codes.into_iter().map(String::from).collect()),
            "{query}"
        );
    }
    for query in ["status=new", "start_date=x", "start_date=2021-06-01&end_date=2021-10-01", "start_date=2021-10-02&end_date=2021-10-01"] {
        told(&client.get(&format!("{REQUESTS}.json?{query}")).await, StatusCode::BAD_REQUEST);
    }
    client.world.services.answers("ListPublishedReports", vec![published(vec![checked(); 60], "more")]);
    assert_eq!(client.json(&format!("{REQUESTS}.json?service_code=LOAD_UNLOAD")).await.as_array().unwrap().len(), 1_000);
    let asked: ListPublishedReportsRequest = client.world.services.asked("ListPublishedReports").unwrap();
    assert_eq!((asked.page_token.as_str(), asked.page_size, asked.category_id.as_str()), ("more", 50, "LOAD_UNLOAD"));
}

#[tokio::test]
async fn the_file_runs_nothing() {
    let client = Client::start().await;
    let evil = PublishedReport { area: Some(area("23596", "=HYPERLINK(\"x\")")), ..checked() };
    client.world.services.answers("ListPublishedReports", vec![published(vec![evil], "")]);
    let plain = client.get(&format!("{REQUESTS}.csv")).await;
    assert_eq!((plain.status(), &plain.headers()["content-type"]), (StatusCode::OK, &"text/csv; charset=utf-8".parse().unwrap()));
    let mut lines = plain.body().split("\r\n");
    assert!(lines.next().unwrap().starts_with("service_request_id,status,status_notes,"));
    let row = lines.next().unwrap();
    assert!(
        row.contains(",\"'=HYPERLINK(\"\"x\"\")\",23596,") && row.contains("\"Đúng là vi phạm. Đã lập biên bản <b>\"\"12\"\""),
        "{row}"
    );
    let marked = client.get(&format!("{REQUESTS}.csv?bom=1")).await;
    assert_eq!(marked.body().strip_prefix('\u{feff}'), Some(plain.body().as_str()));
    assert!(plain.headers()["content-disposition"].to_str().unwrap().contains("requests-2021-10-19.csv"));
    xml_of(&client.get(&format!("{REQUESTS}.csv?status=new")).await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn every_refusal_has_the_form_of_the_standard() {
    let client = Client::start().await;
    let unknown = xml_of(&client.get("/open311/v3/anything").await, StatusCode::NOT_FOUND);
    assert_eq!((unknown.name.as_str(), unknown.child("error").at("code")), ("errors", "404"));
    let deleted = client.send(Request::delete(format!("{ONE}.json")).body(Body::empty()).unwrap()).await;
    told(&deleted, StatusCode::METHOD_NOT_ALLOWED);
    assert!(deleted.headers()["allow"].to_str().unwrap().contains("GET"));
    let path = format!("{REQUESTS}.json");
    told(&client.post(&path, &[], &[("description", &"x".repeat(70_000))]).await, StatusCode::PAYLOAD_TOO_LARGE);
    let other = Request::post(&path).header("content-type", "application/json").body(Body::from("{}")).unwrap();
    told(&client.send(other).await, StatusCode::BAD_REQUEST);
    let mut answer = client.post(&path, &[], &FILLED).await;
    for _ in 0..200 {
        if answer.status() != StatusCode::CREATED {
            break;
        }
        answer = client.post(&path, &[], &FILLED).await;
    }
    assert!(told(&answer, StatusCode::TOO_MANY_REQUESTS)[0].contains("Too many requests"));
    assert_eq!(answer.headers()["retry-after"], "60");
    assert_eq!(client.get("/open311/v2/services.json").await.status(), StatusCode::OK, "reading goes on");
}
