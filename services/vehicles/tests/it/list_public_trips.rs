//! ListPublicTrips and GetPublicTrip: what anybody may see, and nothing else.

use contract::vehicles::v1::{self as pb, ListPublicTripsRequest as List, PublicState};
use ids::{ConfirmationId, TripId};

use crate::world::{IA_LE, TRA_DA, World, fields, reason, to_tra_da, transit, world};

async fn list(world: &World, request: List) -> pb::ListPublicTripsResponse {
    world.citizen().list_public_trips(request).await.unwrap().into_inner()
}

fn plates(answer: &pb::ListPublicTripsResponse) -> Vec<&str> {
    answer.trips.iter().map(|trip| trip.plate.as_ref().unwrap().text.as_str()).collect()
}

async fn confirm(world: &World, trip: &pb::Trip) {
    let answer = pb::ConfirmArrivalRequest {
        arrival_id: trip.arrivals[0].arrival_id.clone(),
        confirmation_id: ConfirmationId::mint(world.now()).to_string(),
        result: pb::ArrivalResult::AsDeclared.into(),
        headcount: 2,
        note: "Xe ở sân bà Hai".to_owned(),
    };
    world.police(TRA_DA).confirm_arrival(answer).await.unwrap();
}

async fn close(world: &World, trip: &pb::Trip) {
    let close = pb::CloseTripRequest { trip_id: trip.trip_id.clone(), reason: "Không ghi xe ra".to_owned(), version: 0 };
    world.officer("CP3", IA_LE).close_trip(close).await.unwrap();
}

#[tokio::test]
async fn only_admitted_trips_are_listed_and_leave_after_three_days() {
    let mut world = world().await;
    let declared =
        pb::DeclareTripRequest { trip_id: TripId::mint(world.now()).to_string(), declaration: Some(to_tra_da("81C-000.01", world.now())) };
    world.citizen().declare_trip(declared).await.unwrap();
    world.at_post(to_tra_da("81C-000.02", world.now()), "CP3", IA_LE).await;
    for (plate, decision) in [("81C-000.03", pb::Decision::TurnBack), ("81C-000.04", pb::Decision::Refer)] {
        let trip = world.at_post(to_tra_da(plate, world.now()), "CP3", IA_LE).await;
        let request = world.decision(&trip, "CP3", decision);
        world.officer("CP3", IA_LE).decide_trip(request).await.unwrap();
    }
    assert!(list(&world, List::default()).await.trips.is_empty());

    let crossing = world.admitted(transit("51C-222.22", world.now())).await;
    world.advance(1);
    let arriving = world.admitted(to_tra_da("81C-123.45", world.now())).await;
    confirm(&world, &arriving).await;
    let answer = list(&world, List::default()).await;
    assert_eq!(plates(&answer), ["81C-123.45", "51C-222.22"]);
    assert_eq!((answer.trips[0].state(), answer.trips[1].state()), (PublicState::Confirmed, PublicState::OnTheWay));
    assert_eq!((&*answer.trips[1].exit_post_id, &*answer.trips[0].destinations[0].code), ("CP2", "23596"));
    assert!(!answer.trips[0].clauses.is_empty());

    close(&world, &crossing).await;
    world.advance(71);
    assert_eq!(plates(&list(&world, List::default()).await), ["81C-123.45", "51C-222.22"]);
    assert_eq!(vehicles::sweep_public_list(&world.service, world.now()).await.unwrap(), 0);
    world.advance(1);
    assert_eq!(plates(&list(&world, List::default()).await), ["81C-123.45"], "72 h after it was closed");
    let get = pb::GetPublicTripRequest { trip_id: crossing.trip_id.clone(), language: String::new() };
    assert_eq!(reason(&world.citizen().get_public_trip(get.clone()).await.unwrap_err()), "NOT_FOUND");
    assert_eq!(vehicles::sweep_public_list(&world.service, world.now()).await.unwrap(), 1);
    assert_eq!(plates(&list(&world, List::default()).await), ["81C-123.45"]);
    world.events().await;
}

#[tokio::test]
async fn every_filter_finds_its_rows_and_counts_the_others() {
    let mut world = world().await;
    world.admitted(transit("51C-222.22", world.now())).await;
    world.advance(20);
    let arrived = world.admitted(to_tra_da("81C-123.45", world.now())).await;
    world.clock.advance(std::time::Duration::from_secs(60));
    world.admitted(to_tra_da("81C-123.99", world.now())).await;
    confirm(&world, &arrived).await;
    let all = ["81C-123.99", "81C-123.45", "51C-222.22"];
    for (request, expected) in [
        (List { plate: "81c 123.45".to_owned(), ..List::default() }, &all[1..2]),
        (List { plate: "81C".to_owned(), ..List::default() }, &all[..2]),
        (List { plate: "8-1c1".to_owned(), ..List::default() }, &all[..2]),
        (List { plate: "%".to_owned(), ..List::default() }, &[]),
        (List { area_code: "23596".to_owned(), ..List::default() }, &all[..2]),
        (List { area_code: "622".to_owned(), plate: "81C12345".to_owned(), ..List::default() }, &all[1..2]),
        (List { area_code: "623".to_owned(), ..List::default() }, &[]),
        (List { area_code: "623".to_owned(), plate: "81C".to_owned(), ..List::default() }, &[]),
        (List { post_id: "CP3".to_owned(), ..List::default() }, &all[..]),
        (List { post_id: "CP1".to_owned(), ..List::default() }, &[]),
        (List { state: PublicState::Confirmed.into(), ..List::default() }, &all[1..2]),
        (List { day: "2021-10-18".to_owned(), ..List::default() }, &all[2..]),
        (List { day: "2021-10-19".to_owned(), ..List::default() }, &all[..2]),
        (List { day: "2021-10-20".to_owned(), ..List::default() }, &[]),
    ] {
        let answer = list(&world, request.clone()).await;
        assert_eq!(plates(&answer), expected, "{request:?}");
        let counted: i32 = answer.counts.iter().map(|count| count.trips).sum();
        let expected = if request.state == 0 { expected.len() } else { all.len() };
        assert_eq!(usize::try_from(counted).unwrap(), expected, "{request:?}");
    }
    for (request, field) in [
        (List { area_code: "99999".to_owned(), ..List::default() }, "area_code"),
        (List { post_id: "CP9".to_owned(), ..List::default() }, "post_id"),
        (List { day: "2021-13-01".to_owned(), ..List::default() }, "day"),
        (List { state: 77, ..List::default() }, "state"),
        (List { page_size: -1, ..List::default() }, "page_size"),
        (List { page_token: "00".to_owned(), ..List::default() }, "page_token"),
    ] {
        let refused = world.citizen().list_public_trips(request).await.unwrap_err();
        assert_eq!(fields(&refused), [field]);
    }
    world.events().await;
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap() {
    let mut world = world().await;
    let mut expected: Vec<String> = Vec::new();
    for number in 0..7 {
        let plate = format!("81C-555.0{number}");
        world.admitted(to_tra_da(&plate, world.now())).await;
        expected.insert(0, plate);
    }
    let mut request = List { page_size: 3, plate: "81C".to_owned(), ..List::default() };
    let mut read: Vec<String> = Vec::new();
    let mut pages = 0;
    loop {
        let answer = list(&world, request.clone()).await;
        read.extend(plates(&answer).into_iter().map(str::to_owned));
        pages += 1;
        if answer.next_page_token.is_empty() {
            break;
        }
        request.page_token = answer.next_page_token;
    }
    // All were admitted in one moment: their ids decide, which are of one millisecond too.
    read.sort();
    expected.sort();
    assert_eq!((pages, read), (3, expected));
    let other = List { plate: "81D".to_owned(), ..request };
    assert_eq!(fields(&world.citizen().list_public_trips(other).await.unwrap_err()), ["page_token"]);
    world.events().await;
}

/// Whatever a declaration or an officer says of people and addresses.
const SECRETS: &[&str] = &[
    "Châm",
    "H’Lan",
    "1986",
    "064086012345",
    "230112233",
    "905123456",
    "905 123 456",
    "Văn Kín",
    "064090054321",
    "Lê Duẩn",
    "Kho Trà Đa",
    "905111222",
    "Bí Mật",
    "Chợ Rẫy",
    "36.6",
    "CK-17",
    "Đủ giấy tờ",
    "bà Hai",
    "Mismatch",
    "Violation",
    "WRONG",
    "Refer",
];

#[tokio::test]
async fn no_answer_to_the_public_holds_a_secret() {
    let mut world = world().await;
    let referred = world.at_post(to_tra_da("81C-123.45", world.now()), "CP3", IA_LE).await;
    let request = world.decision(&referred, "CP3", pb::Decision::Refer);
    let referred = world.officer("CP3", IA_LE).decide_trip(request).await.unwrap().into_inner().trip.unwrap();
    let request = world.decision(&referred, "CP3", pb::Decision::Destination);
    let trip = world.officer("CP3", IA_LE).decide_trip(request).await.unwrap().into_inner().trip.unwrap();
    let answer = pb::ConfirmArrivalRequest {
        arrival_id: trip.arrivals[0].arrival_id.clone(),
        confirmation_id: ConfirmationId::mint(world.now()).to_string(),
        result: pb::ArrivalResult::WrongPersons.into(),
        headcount: 3,
        note: "Xe ở sân kho, có bà Hai".to_owned(),
    };
    world.police(TRA_DA).confirm_arrival(answer).await.unwrap();

    let get = pb::GetPublicTripRequest { trip_id: trip.trip_id.clone(), language: "en".to_owned() };
    let one = world.citizen().get_public_trip(get).await.unwrap().into_inner();
    let kinds: Vec<&str> = one.history.iter().map(|entry| &*entry.kind).collect();
    assert_eq!(kinds, ["TripDecided", "ArrivalRequested"]);
    assert_eq!(one.trip.as_ref().unwrap().state(), PublicState::OnTheWay, "a mismatch keeps the former public state");
    assert_ne!(one.trip.as_ref().unwrap().clauses, list(&world, List::default()).await.trips[0].clauses, "clauses in English");
    let mut answers = vec![format!("{one:?}"), format!("{:?}", world.citizen().list_posts(pb::ListPostsRequest {}).await.unwrap())];
    for request in [
        List::default(),
        List { plate: "81".to_owned(), ..List::default() },
        List { area_code: "622".to_owned(), ..List::default() },
        List { state: PublicState::OnTheWay.into(), ..List::default() },
    ] {
        let answer = list(&world, request).await;
        assert_eq!(answer.trips.len(), 1);
        answers.push(format!("{answer:?}"));
    }
    for answer in &answers {
        for secret in SECRETS {
            assert!(!answer.contains(secret), "{secret} in {answer}");
        }
    }
    world.events().await;
}
