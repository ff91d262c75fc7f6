//! HTTP requests that become messages, and those that are refused.
use contract::{
    METHODS, Method, Route,
    transcode::{self, Answer, wire},
    vehicles::v1::{CloseTripResponse, DecideTripRequest, DeclareTripRequest, ListTripsRequest, ListTripsResponse, TripState, TripSummary},
};
use prost::Message as _;

fn method(name: &str) -> (&'static Method, &'static Route) {
    let method = METHODS.iter().find(|method| method.name == name).unwrap();
    (method, &method.routes[0])
}

fn refused(name: &str, path: &[&str], query: &str, body: &str) -> Vec<(String, &'static str)> {
    let (method, route) = method(name);
    let refusals = transcode::request(method, route, path, query, body.as_bytes()).unwrap_err();
    refusals.into_iter().map(|refusal| (refusal.pointer, refusal.code)).collect()
}

#[test]
fn path_and_body_make_one_message() {
    let (method, route) = method("DecideTrip");
    let body = r#"{"decisionId":"d","version":"7","decision":"DECISION_TRANSIT","findings":{"peopleCounted":2}}"#;
    let message = transcode::request(method, route, &["trí/p"], "", body.as_bytes()).unwrap();
    let request = DecideTripRequest::decode(message).unwrap();
    assert_eq!((request.trip_id.as_str(), request.version, request.decision), ("trí/p", 7, 1));
    assert_eq!(request.findings.unwrap().people_counted, Some(2));
}

#[test]
fn an_empty_body_is_an_empty_message() {
    let (method, route) = method("ReceiveTrip");
    assert!(transcode::request(method, route, &["CP3", "t"], "", b" ").is_ok());
}

#[test]
fn a_query_names_fields_and_enums() {
    let (method, route) = method("ListTrips");
    let query = "pageSize=5&states=TRIP_STATE_EN_ROUTE&states=TRIP_STATE_OVERDUE&page_token=a%2Bb+c&overdue=true&postId=";
    let request = ListTripsRequest::decode(transcode::request(method, route, &[], query, b"").unwrap()).unwrap();
    let expected = ListTripsRequest {
        page_size: 5,
        states: vec![TripState::EnRoute as i32, TripState::Overdue as i32],
        page_token: "a+b c".to_owned(),
        overdue: true,
        post_id: String::new(),
    };
    assert_eq!(request, expected);
}

#[test]
fn wrong_queries_are_refused_all_at_once() {
    let query = "pageSize=x&states=EN_ROUTE&overdue=true&overdue=true&colour=red&postId=%ff";
    let expected = [
        ("/pageSize", "WRONG_TYPE"),
        ("/states", "UNKNOWN_VALUE"),
        ("/overdue", "DUPLICATE_FIELD"),
        ("/colour", "UNKNOWN_FIELD"),
        ("/postId", "WRONG_TYPE"),
    ];
    assert_eq!(refused("ListTrips", &[], query, ""), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
    assert_eq!(refused("ListTrips", &[], "", "{}"), [(String::new(), "UNEXPECTED_BODY")]);
    assert_eq!(refused("DecideTrip", &["t"], "version=1", "{}"), [("/version".to_owned(), "UNKNOWN_FIELD")]);
    assert_eq!(refused("GetTrip", &["t"], "tripId=u", ""), [("/tripId".to_owned(), "UNKNOWN_FIELD")]);
}

#[test]
fn wrong_bodies_are_refused_where_they_are_wrong() {
    let cases = [
        ("{", "", "MALFORMED_JSON"),
        ("{\"tripId\":\"t\"} x", "", "MALFORMED_JSON"),
        ("[]", "", "WRONG_TYPE"),
        (r#"{"colour":1}"#, "/colour", "UNKNOWN_FIELD"),
        (r#"{"declaration":{"people":[{},{"fullName":"a","full/name":"b"}]}}"#, "/declaration/people/1/full~1name", "UNKNOWN_FIELD"),
        (r#"{"tripId":"a","tripId":"b"}"#, "/tripId", "DUPLICATE_FIELD"),
        (r#"{"declaration":{},"declaration":{}}"#, "/declaration", "DUPLICATE_FIELD"),
        (r#"{"declaration":{"purpose":"TRANSIT"}}"#, "/declaration/purpose", "UNKNOWN_VALUE"),
        (r#"{"declaration":{"purpose":"PURPOSE_TRANSIT","seats":"many"}}"#, "/declaration/seats", "WRONG_TYPE"),
        (r#"{"declaration":{"seats":5000000000}}"#, "/declaration/seats", "WRONG_TYPE"),
        (r#"{"declaration":{"people":{}}}"#, "/declaration/people", "WRONG_TYPE"),
        (r#"{"tripId":5,"declaration":{}}"#, "/tripId", "WRONG_TYPE"),
        (
            "{\"declaration\":{\n \"expectedExitAt\" : \"2021-10-18T07:30:00\" ,\n\"seats\":1}}",
            "/declaration/expectedExitAt",
            "MALFORMED_TIME",
        ),
        (r#"{"declaration":{"destinations":[{"expectedAt":"18/10/2021"}]}}"#, "/declaration/destinations/0/expectedAt", "MALFORMED_TIME"),
        (r#"{"declaration":{"expectedExitAt":7}}"#, "/declaration/expectedExitAt", "MALFORMED_TIME"),
    ];
    for (body, pointer, code) in cases {
        assert_eq!(refused("DeclareTrip", &[], "", body), [(pointer.to_owned(), code)], "{body}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(refused("DeclareTrip", &[], "", &deep)[0].1, "WRONG_TYPE");
    assert_eq!(refused("DecideTrip", &["t"], "", r#"{"tripId":"u"}"#), [("/tripId".to_owned(), "PATH_CONFLICT")]);
}

#[test]
fn an_answer_is_proto3_json() {
    let trip = TripSummary {
        trip_id: "t".to_owned(),
        state: 5,
        version: 3,
        declared_at: Some("2021-10-18T07:30:00+07:00".parse().unwrap()),
        ..TripSummary::default()
    };
    let answer = ListTripsResponse { trips: vec![trip], next_page_token: String::new() };
    let json = transcode::response(method("ListTrips").0, &answer.encode_to_vec()).unwrap();
    let expected = r#"{"trips":[{"tripId":"t","state":"TRIP_STATE_EN_ROUTE","declaredAt":"2021-10-18T00:30:00Z","version":"3"}]}"#;
    assert_eq!(String::from_utf8(json).unwrap(), expected);
    let unknown = CloseTripResponse { state: 99, version: 0 };
    assert!(transcode::response(method("CloseTrip").0, &unknown.encode_to_vec()).is_err());
}

#[test]
fn what_was_read_is_what_was_meant() {
    let (method, route) = method("DeclareTrip");
    let body =
        r#"{"tripId":"t","declaration":{"plate":{"text":"81C-123.45"},"people":[{"fullName":"Rơ Mah H'Bưm"}],"goodsNote":"\u0110"}}"#;
    let request = DeclareTripRequest::decode(transcode::request(method, route, &[], "", body.as_bytes()).unwrap()).unwrap();
    let declaration = request.declaration.unwrap();
    assert_eq!((declaration.people[0].full_name.as_str(), declaration.goods_note.as_str()), ("Rơ Mah H'Bưm", "Đ"));
}

#[test]
fn streams_and_files_are_told_by_their_messages() {
    assert_eq!(method("WatchTrips").0.answer, Answer::Events { sequence: 1, kind: 2, after: 2 });
    assert_eq!(method("ExportStatistics").0.answer, Answer::File { name: 1, media_type: 2, content: 3 });
    assert_eq!(method("ListTrips").0.answer, Answer::Json);
    assert!(method("GetPass").0.secret && !method("ListPublicTrips").0.secret);
}

#[test]
fn fields_are_read_from_bytes() {
    let mut message = CloseTripResponse { state: 5, version: 9 }.encode_to_vec();
    assert_eq!((wire::find_number(&message, 1), wire::find_number(&message, 2), wire::find_number(&message, 3)), (Some(5), Some(9), None));
    wire::append_number(&mut message, 2, 11);
    assert_eq!(wire::find_number(&message, 2), Some(11));
    assert_eq!(wire::find_bytes(&[0x0a, 0xff, 0x01], 1), None);
}
