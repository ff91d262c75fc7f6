//! What the services answer to the pages of the desks: a truck at its post, trips on the road, arrivals of a commune.
use contract::vehicles::v1::{
    Arrival, ArrivalResult, ArrivalState, AssessTripResponse, Assessment, CloseTripResponse, CommitmentTemplate, ConfirmArrivalResponse,
    DecideTripResponse, Decision, DecisionChoice, DecisionRecord, DeclaredBy, Destination, EnterTripResponse, FindTripsResponse, FoundBy,
    FoundTrip, GetArrivalResponse, GetTripResponse, IdType, ListArrivalsResponse, ListTripsResponse, Origin, Person, PersonRole,
    PlateColor, Purpose, ReceiveTripResponse, RecordSightingResponse, Requirement, SightingOutcome, Trip, TripState, TripSummary,
    VehicleType,
};

use crate::{
    service::Service,
    world::{TRIP, area, plate, time},
};

pub const ARRIVAL: &str = "0199f000-0000-7000-8000-000000000051";
pub const DECISION: &str = "0199f000-0000-7000-8000-000000000052";
pub const DESK: &str = "/posts/CP3/trips/0199f000-0000-7000-8000-000000000001";

pub fn person(number: u8, name: &str, birth: &str, role: PersonRole, kind: IdType, id_number: &str) -> Person {
    Person {
        person_id: format!("0199f000-0000-7000-8000-0000000001{number:02}"),
        full_name: name.into(),
        birth: birth.into(),
        role: role.into(),
        id_type: kind.into(),
        id_number: id_number.into(),
        ..Person::default()
    }
}

pub fn trip(state: TripState) -> Trip {
    Trip {
        trip_id: TRIP.into(),
        short_code: "7K3M-2Q9X".into(),
        state: state.into(),
        version: 3,
        purpose: Purpose::Destination.into(),
        plate: plate("51D-628.35", PlateColor::Yellow),
        vehicle_type: VehicleType::Truck.into(),
        origin: Some(Origin { area: Some(area("74", "Tỉnh Bình Dương")), text: "KCN Sóng Thần".into(), departed_at: None }),
        destinations: vec![Destination {
            area: Some(area("23596", "Xã Trà Đa, Thành phố Pleiku")),
            address: "Kho lô B7".into(),
            expected_at: time("19T05:00"),
            ..Destination::default()
        }],
        entry_post_id: "CP3".into(),
        declared_by: DeclaredBy::Driver.into(),
        declared_at: time("18T22:41"),
        people: vec![
            person(1, "Nguyễn Hữu Thường", "1986-01-18", PersonRole::Driver, IdType::Cccd, "052086004417"),
            person(2, "Rơ̆ Mah H’Bưm", "1999", PersonRole::Passenger, IdType::None, ""),
        ],
        ..Trip::default()
    }
}

pub fn decided(decision: Decision, state: TripState) -> Trip {
    let record = DecisionRecord {
        decision_id: DECISION.into(),
        decision: decision.into(),
        post_id: "CP3".into(),
        officer_id: "0199f000-0000-7000-8000-000000000077".into(),
        officer_name: "Trần Quốc Đạt".into(),
        decided_at: time("19T02:13"),
        people_counted: 2,
        ..DecisionRecord::default()
    };
    Trip { decision: Some(record), due_at: time("19T05:00"), ..trip(state) }
}

pub fn requirement(code: &str, met: bool, person_id: &str, text: &str) -> Requirement {
    Requirement { code: code.into(), met, person_id: person_id.into(), text_vi: text.into(), text_en: text.into() }
}

pub fn assessment() -> Assessment {
    let people = trip(TripState::AtPost).people;
    let choice = |decision: Decision, why: &str| DecisionChoice {
        decision: decision.into(),
        open: why.is_empty(),
        why_closed_vi: why.into(),
        why_closed_en: why.into(),
    };
    let mut requirements = vec![requirement("PEOPLE_COUNTED", false, "", "Đếm số người trên xe")];
    for person in &people {
        requirements.push(requirement("TEMPERATURE", false, &person.person_id, "Đo thân nhiệt"));
    }
    requirements.push(requirement("TEST_EVIDENCE", false, &people[1].person_id, "Kết quả xét nghiệm âm tính trong 72 giờ"));
    requirements.push(requirement("COMMITMENT_SIGNED", false, "", "Lái xe ký cam kết"));
    Assessment {
        policy_version: 3,
        policy_valid_from: time("11T00:00"),
        requirements,
        choices: vec![
            choice(Decision::Transit, "Xe có nơi đến trong tỉnh"),
            choice(Decision::Destination, "Đếm số người trên xe"),
            choice(Decision::Refer, ""),
            choice(Decision::TurnBack, ""),
            choice(Decision::Refuse, ""),
        ],
        warnings: vec!["PERSON_WITHOUT_PAPERS".into()],
        commitment: Some(CommitmentTemplate {
            template_id: "destination".into(),
            version: 1,
            purpose: Purpose::Destination.into(),
            valid_from: time("01T00:00"),
            clauses_vi: vec!["Chỉ đến nơi đã khai, đúng lộ trình".into(), "Báo công an xã, phường ngay khi đến".into()],
            clauses_en: vec!["Only the declared places".into()],
        }),
        ..Assessment::default()
    }
}

pub fn summary(number: u8, text: &str, state: TripState) -> TripSummary {
    TripSummary {
        trip_id: TRIP.replace("001", &format!("{number:03}")),
        short_code: "7K3M-2Q9X".into(),
        state: state.into(),
        plate: plate(text, PlateColor::Yellow),
        vehicle_type: VehicleType::Truck.into(),
        purpose: Purpose::Transit.into(),
        entry_post_id: if state == TripState::Overdue { "CP1" } else { "CP3" }.into(),
        exit_post_id: if state == TripState::Overdue { "CP3" } else { "CP2" }.into(),
        declared_at: time("18T22:41"),
        decided_at: time("18T22:50"),
        due_at: time(if state == TripState::Overdue { "19T01:00" } else { "19T05:00" }),
        people: 2,
        ..TripSummary::default()
    }
}

pub fn arrival(number: u8, text: &str, state: ArrivalState, due: &str) -> Arrival {
    Arrival {
        arrival_id: ARRIVAL.replace("51", &format!("{}", 50 + number)),
        trip_id: TRIP.into(),
        area: Some(area("23596", "Xã Trà Đa, Thành phố Pleiku")),
        address: "Kho nông sản Trà Đa, đường Lê Duẩn".into(),
        state: state.into(),
        due_at: time(due),
        plate: plate(text, PlateColor::Yellow),
        vehicle_type: VehicleType::Truck.into(),
        driver_name: "Phạm Văn Luyến".into(),
        driver_birth: "1979".into(),
        driver_phone: "+84900000000".into(),
        people: 2,
        entry_post_id: "CP3".into(),
        admitted_at: time("18T21:48"),
        ..Arrival::default()
    }
}

/// What the services answer to the pages of the desks.
pub fn samples(services: &Service) {
    let found = FoundTrip { trip: Some(summary(1, "51D-628.35", TripState::Declared)), found_by: FoundBy::ShortCode.into() };
    let found =
        FindTripsResponse { trips: vec![found], read_as: "code".into(), canonical: "7K3M-2Q9X".into(), ..FindTripsResponse::default() };
    services.answers("FindTrips", vec![found]);
    services.answers("ReceiveTrip", vec![ReceiveTripResponse { trip: Some(trip(TripState::AtPost)) }]);
    services.answers("GetTrip", vec![GetTripResponse { trip: Some(trip(TripState::AtPost)), pass: None }]);
    services.answers("AssessTrip", vec![AssessTripResponse { assessment: Some(assessment()) }]);
    services.answers("DecideTrip", vec![DecideTripResponse::default()]);
    services.answers("EnterTrip", vec![EnterTripResponse::default()]);
    services.answers("CloseTrip", vec![CloseTripResponse::default()]);
    let trips = [(7, "70B-031.94", TripState::Overdue), (8, "77C-118.26", TripState::InTransit), (9, "81C-114.09", TripState::AtPost)];
    let trips = trips.map(|(number, text, state)| summary(number, text, state)).into();
    services.answers("ListTrips", vec![ListTripsResponse { trips, ..ListTripsResponse::default() }]);
    services.answers(
        "RecordSighting",
        vec![RecordSightingResponse { outcome: SightingOutcome::Exited.into(), ..RecordSightingResponse::default() }],
    );
    let confirmed = Arrival {
        answered_at: time("19T01:31"),
        result: ArrivalResult::AsDeclared.into(),
        headcount: 2,
        ..arrival(5, "81C-114.09", ArrivalState::Confirmed, "19T02:00")
    };
    let arrivals = vec![
        arrival(1, "81C-207.14", ArrivalState::Overdue, "19T01:00"),
        arrival(2, "43C-551.02", ArrivalState::Expected, "19T02:50"),
        Arrival { resample_wanted: 1, ..arrival(3, "29H-442.80", ArrivalState::Expected, "19T04:05") },
        confirmed,
    ];
    let listed = ListArrivalsResponse {
        arrivals,
        overdue: 1,
        due_within_hour: 1,
        on_the_way: 2,
        confirmed_today: 21,
        ..ListArrivalsResponse::default()
    };
    services.answers("ListArrivals", vec![listed]);
    let arrival = Arrival { resample_wanted: 1, ..arrival(1, "81C-207.14", ArrivalState::Overdue, "19T01:00") };
    services.answers("GetArrival", vec![GetArrivalResponse { arrival: Some(arrival) }]);
    services.answers("ConfirmArrival", vec![ConfirmArrivalResponse::default()]);
}
