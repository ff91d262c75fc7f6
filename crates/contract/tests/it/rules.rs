//! The limits of fields.
use contract::{
    Timestamp,
    common::v1::Area,
    rules::check,
    vehicles::v1::{
        ConfirmArrivalRequest, Declaration, DeclareTripRequest, Findings, ListTripsRequest, Origin, Person, PersonCheck, Plate,
    },
};

fn declaration() -> DeclareTripRequest {
    DeclareTripRequest {
        trip_id: "019a0000-0000-7000-8000-000000000001".to_owned(),
        declaration: Some(Declaration {
            purpose: 2,
            vehicle_type: 1,
            plate: Some(Plate { text: "81C-123.45".to_owned(), ..Plate::default() }),
            origin: Some(Origin { area: Some(Area { code: "22".to_owned(), ..Area::default() }), ..Origin::default() }),
            entry_post_id: "CP3".to_owned(),
            people: vec![Person { role: 1, full_name: "Rơ Châm H’Lan".to_owned(), ..Person::default() }],
            ..Declaration::default()
        }),
    }
}

fn found(request: &DeclareTripRequest) -> Vec<(String, &'static str)> {
    check(request).into_iter().map(|violation| (violation.field_path, violation.code)).collect()
}

#[test]
fn a_good_declaration_breaks_nothing() {
    assert_eq!(found(&declaration()), []);
}

#[test]
fn each_limit_is_found_at_its_path() {
    type Spoil = fn(&mut Declaration);
    let cases: [(Spoil, &str, &str); 17] = [
        (|d| d.purpose = 0, "declaration.purpose", "REQUIRED"),
        (|d| d.purpose = 99, "declaration.purpose", "UNKNOWN_VALUE"),
        (|d| d.direction = 9, "declaration.direction", "UNKNOWN_VALUE"),
        (|d| d.plate = None, "declaration.plate", "REQUIRED"),
        (|d| d.plate.as_mut().unwrap().text = "8".repeat(200), "declaration.plate.text", "TOO_LONG"),
        (|d| d.plate.as_mut().unwrap().text = "8".to_owned(), "declaration.plate.text", "TOO_SHORT"),
        (|d| d.goods_note = "a\0b".to_owned(), "declaration.goods_note", "CONTROL_CHARACTER"),
        (|d| d.seats = 61, "declaration.seats", "OUT_OF_RANGE"),
        (|d| d.payload_kg = -1, "declaration.payload_kg", "OUT_OF_RANGE"),
        (|d| d.people.clear(), "declaration.people", "TOO_FEW"),
        (|d| d.people = vec![d.people[0].clone(); 61], "declaration.people", "TOO_MANY"),
        (|d| d.people[0].full_name = "ă".repeat(101), "declaration.people[0].full_name", "TOO_LONG"),
        (|d| d.people[0].birth = "1986-02-30".to_owned(), "declaration.people[0].birth", "MALFORMED"),
        (|d| d.origin.as_mut().unwrap().area.as_mut().unwrap().code = "2x".to_owned(), "declaration.origin.area.code", "MALFORMED"),
        (|d| d.expected_exit_at = Some(Timestamp { seconds: i64::MAX, nanos: 0 }), "declaration.expected_exit_at", "OUT_OF_RANGE"),
        (|d| d.expected_exit_at = Some(Timestamp { seconds: 0, nanos: -1 }), "declaration.expected_exit_at", "OUT_OF_RANGE"),
        (|d| d.origin.as_mut().unwrap().area = None, "declaration.origin.area", "REQUIRED"),
    ];
    for (spoil, path, code) in cases {
        let mut request = declaration();
        spoil(request.declaration.as_mut().unwrap());
        assert_eq!(found(&request), [(path.to_owned(), code)]);
    }
}

#[test]
fn a_limit_of_characters_counts_characters() {
    let mut request = declaration();
    request.declaration.as_mut().unwrap().people[0].full_name = "ă".repeat(100);
    assert_eq!(found(&request), []);
}

#[test]
fn an_absent_number_is_not_zero() {
    let findings = |temperature| Findings {
        checks: vec![PersonCheck { temperature, ..PersonCheck::default() }],
        people_counted: None,
        ..Findings::default()
    };
    assert_eq!(check(&findings(None)), []);
    assert_eq!(check(&findings(Some(36.6))), []);
    for wrong in [0.0, 33.9, 43.1, f64::NAN, f64::INFINITY] {
        let found = check(&findings(Some(wrong)));
        assert_eq!((found[0].field_path.as_str(), found[0].code), ("checks[0].temperature", "OUT_OF_RANGE"), "{wrong}");
    }
    assert_eq!(check(&Findings { people_counted: Some(0), ..Findings::default() })[0].code, "OUT_OF_RANGE");
}

#[test]
fn values_of_a_list_are_checked_too() {
    let found = check(&ListTripsRequest { states: vec![1, 77], ..ListTripsRequest::default() });
    assert_eq!((found.len(), found[0].field_path.as_str(), found[0].code), (1, "states[1]", "UNKNOWN_VALUE"));
}

#[test]
fn all_violations_come_together_in_both_languages() {
    let found = check(&ConfirmArrivalRequest { arrival_id: "1".to_owned(), headcount: 100, ..ConfirmArrivalRequest::default() });
    let fields: Vec<_> = found.iter().map(|violation| (violation.field_path.as_str(), violation.code)).collect();
    assert_eq!(
        fields,
        [("arrival_id", "MALFORMED"), ("confirmation_id", "REQUIRED"), ("result", "REQUIRED"), ("headcount", "OUT_OF_RANGE")]
    );
    assert_eq!(found[3].description_en, "The value must lie between 0 and 99.");
    assert_eq!(found[3].description_vi, "Giá trị phải từ 0 đến 99.");
}
