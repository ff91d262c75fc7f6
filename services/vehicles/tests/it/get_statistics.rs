//! GetStatistics and ExportStatistics: right to the event log, for the caller's area alone.

use std::io::Cursor;

use calamine::{Data, DataType as _, Reader as _, Xlsx};
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use contract::{
    Permission,
    vehicles::v1::{self as pb, GetStatisticsRequest as Get},
};
use ids::ConfirmationId;
use prost::Message;
use vietnam::time::report_day_of;

use crate::world::{SONG_AN, TRA_DA, World, fields, reason, to_tra_da, transit, world};

fn days(from: &str, until: &str, cutoff_hour: i32) -> Get {
    Get { from_day: from.to_owned(), until_day: until.to_owned(), cutoff_hour }
}

async fn get(world: &World, post: Option<&str>, root: &str, request: Get) -> pb::GetStatisticsResponse {
    let caller = world.account(post, root, &[Permission::VehiclesStatisticsRead]);
    world.call(caller).get_statistics(request).await.unwrap().into_inner()
}

async fn confirm(world: &World, trip: &pb::Trip, result: pb::ArrivalResult) {
    let answer = pb::ConfirmArrivalRequest {
        arrival_id: trip.arrivals[0].arrival_id.clone(),
        confirmation_id: ConfirmationId::mint(world.now()).to_string(),
        result: result.into(),
        headcount: 2,
        note: String::new(),
    };
    world.police(TRA_DA).confirm_arrival(answer).await.unwrap();
}

/// Two days of every kind: crossed, confirmed in time and late, missing, mismatched, turned back.
async fn busy(world: &World) {
    world.admitted(transit("51C-222.22", world.now())).await;
    let on_time = world.admitted(to_tra_da("81C-000.01", world.now())).await;
    let late = world.admitted(to_tra_da("81C-000.02", world.now())).await;
    let mismatched = world.admitted(to_tra_da("81C-000.03", world.now())).await;
    world.admitted(to_tra_da("81C-000.04", world.now())).await;
    let turned = world.at_post(to_tra_da("81C-000.05", world.now()), "CP1", SONG_AN).await;
    let uncounted = Some(pb::Findings::default());
    let request = pb::DecideTripRequest { findings: uncounted, ..world.decision(&turned, "CP1", pb::Decision::TurnBack) };
    world.officer("CP1", SONG_AN).decide_trip(request).await.unwrap();
    confirm(world, &on_time, pb::ArrivalResult::AsDeclared).await;
    confirm(world, &mismatched, pb::ArrivalResult::WrongPersons).await;
    world.advance(8);
    vehicles::mark_overdue(&world.service, world.now()).await.unwrap();
    confirm(world, &late, pb::ArrivalResult::AsDeclared).await;
    world.advance(16);
    world.admitted(to_tra_da("81C-000.06", world.now())).await;
}

type Crossing = (String, String, i32, i32);

/// The same counts, folded from the events.
#[derive(Default)]
struct Fold {
    crossings: BTreeMap<Crossing, (i32, i32)>,
    arrivals: HashMap<String, (i32, DateTime<Utc>)>,
    confirmed: i32,
    late: i32,
    missing: i32,
    mismatched: i32,
    people: i32,
    violations: i32,
}

fn time(at: Option<contract::Timestamp>) -> DateTime<Utc> {
    at.unwrap().try_into().unwrap()
}

async fn fold(world: &World, until: i64, cutoff: u32) -> Fold {
    #[expect(clippy::disallowed_methods, reason = "the events as any consumer has them")]
    let events: Vec<(String, Vec<u8>)> = sqlx::query_as("select schema, payload from events.outbox where number <= $1 order by number")
        .bind(until)
        .fetch_all(&world.pool)
        .await
        .unwrap();
    let mut fold = Fold::default();
    for (schema, payload) in events {
        let payload = payload.as_slice();
        match schema.rsplit('.').next().unwrap() {
            "TripDecided" => {
                let event = pb::TripDecided::decode(payload).unwrap();
                let day = report_day_of(time(event.decided_at), cutoff).to_string();
                let count = fold.crossings.entry((day, event.post_id, event.direction, event.decision)).or_default();
                *count = (count.0 + 1, count.1 + event.people);
            }
            "ArrivalRequested" => {
                let event = pb::ArrivalRequested::decode(payload).unwrap();
                fold.people += event.people;
                fold.arrivals.insert(event.arrival_id, (event.people, time(event.due_at)));
            }
            "ArrivalOverdue" => fold.missing += 1,
            "ArrivalConfirmed" => {
                let event = pb::ArrivalConfirmed::decode(payload).unwrap();
                fold.confirmed += 1;
                if time(event.confirmed_at) > fold.arrivals[&event.arrival_id].1 {
                    fold.late += 1;
                    fold.missing -= 1;
                }
            }
            "ArrivalMismatched" => fold.mismatched += 1,
            "ViolationOpened" => fold.violations += 1,
            _ => {}
        }
    }
    fold
}

#[tokio::test]
async fn the_counts_are_those_of_the_event_log() {
    let mut world = world().await;
    busy(&world).await;
    let before = get(&world, None, "2021.64", days("2021-10-18", "2021-10-21", 8)).await;
    let events = world.events().await;
    assert_eq!(usize::try_from(before.as_of_sequence).unwrap(), events.len(), "also before the relay numbered them");
    for cutoff in [0, 8, 17] {
        let hour = i32::try_from(cutoff).unwrap();
        let counted = get(&world, None, "2021.64", days("2021-10-18", "2021-10-21", hour)).await;
        let fold = fold(&world, counted.as_of_sequence, cutoff).await;
        let crossings: BTreeMap<Crossing, (i32, i32)> = counted
            .crossings
            .iter()
            .map(|count| ((count.day.clone(), count.post_id.clone(), count.direction, count.decision), (count.vehicles, count.people)))
            .collect();
        assert_eq!(crossings, fold.crossings, "{cutoff}");
        let [pleiku] = counted.districts.as_slice() else { panic!("{:?}", counted.districts) };
        assert_eq!(pleiku.area.as_ref().unwrap().code, "622");
        let expected = i32::try_from(fold.arrivals.len()).unwrap();
        assert_eq!((pleiku.vehicles, pleiku.arrivals_expected, pleiku.people), (expected, expected, fold.people));
        assert_eq!(
            (pleiku.arrivals_confirmed, pleiku.arrivals_late, pleiku.arrivals_missing, pleiku.arrivals_mismatched),
            (fold.confirmed, fold.late, fold.missing, fold.mismatched)
        );
        assert_eq!((fold.confirmed, fold.late, fold.missing, fold.mismatched), (2, 1, 1, 1), "something to compare");
        assert!(pleiku.median_delay_minutes > 60, "{}", pleiku.median_delay_minutes);
        assert_eq!(counted.violations_opened, fold.violations);
    }
}

#[tokio::test]
async fn everyone_counts_his_own() {
    let mut world = world().await;
    busy(&world).await;
    let request = || days("2021-10-18", "2021-10-21", 0);
    let posts = |answer: &pb::GetStatisticsResponse| {
        let mut posts: Vec<String> = answer.crossings.iter().map(|count| count.post_id.clone()).collect();
        posts.dedup();
        posts.sort();
        posts.dedup();
        posts
    };
    let post = get(&world, Some("CP1"), SONG_AN, request()).await;
    assert_eq!((posts(&post), post.districts.len()), (vec!["CP1".to_owned()], 0));
    let whole = get(&world, Some("CP3"), "2021.64", request()).await;
    assert_eq!(posts(&whole), ["CP3"], "an officer of a post counts his post");
    let commune = get(&world, None, TRA_DA, request()).await;
    assert_eq!((commune.crossings.len(), commune.districts.len(), commune.violations_opened), (0, 1, 1));
    let elsewhere = get(&world, None, "2021.64.625", request()).await;
    assert_eq!((elsewhere.crossings.len(), elsewhere.districts.len(), elsewhere.violations_opened), (0, 0, 0));
    let one_day = get(&world, None, "2021.64", days("2021-10-19", "2021-10-20", 0)).await;
    assert_eq!(one_day.crossings.iter().map(|count| count.vehicles).sum::<i32>(), 1);
    let caller = || world.account(None, "2021.64", &[Permission::VehiclesStatisticsRead]);
    for (bad, field) in [
        (days("2021-10-18", "2021-10-18", 0), "until_day"),
        (days("2021-10-18", "2023-10-18", 0), "until_day"),
        (days("18/10/2021", "2021-10-19", 0), "from_day"),
        (days("2021-10-18", "2021-10-19", 24), "cutoff_hour"),
    ] {
        assert_eq!(fields(&world.call(caller()).get_statistics(bad).await.unwrap_err()), [field]);
    }
    assert_eq!(reason(&world.officer("CP1", SONG_AN).get_statistics(request()).await.unwrap_err()), "PERMISSION_MISSING");
    world.events().await;
}

#[tokio::test]
async fn the_workbook_holds_the_counts_in_both_languages() {
    let mut world = world().await;
    busy(&world).await;
    let mut books = Vec::new();
    for language in ["vi", "en"] {
        let request = pb::ExportStatisticsRequest {
            from_day: "2021-10-18".to_owned(),
            until_day: "2021-10-20".to_owned(),
            cutoff_hour: 0,
            language: language.to_owned(),
        };
        let caller = world.account(None, "2021.64", &[Permission::VehiclesStatisticsRead]);
        let book = world.call(caller).export_statistics(request).await.unwrap().into_inner();
        assert_eq!(book.file_name, "thong-ke-2021-10-18-2021-10-19.xlsx");
        assert_eq!(book.media_type, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        books.push(Xlsx::new(Cursor::new(book.content)).unwrap());
    }
    let counted = get(&world, None, "2021.64", days("2021-10-18", "2021-10-20", 0)).await;
    let vehicles: f64 = counted.crossings.iter().map(|count| f64::from(count.vehicles)).sum();
    let expected: f64 = counted.districts.iter().map(|count| f64::from(count.arrivals_expected)).sum();
    for (mut book, [crossings, day, who, places, name]) in books.into_iter().zip([
        ["Qua chốt", "Ngày", "Người xuất", "Nơi đến", "Thành phố Pleiku"],
        ["Crossings", "Day", "Exported by", "Destinations", "Thành phố Pleiku"],
    ]) {
        let sheet = book.worksheet_range(crossings).unwrap();
        let rows: Vec<&[Data]> = sheet.rows().collect();
        assert_eq!((&rows[6][0], &rows[6][2]), (&Data::from(who), &Data::from("Nguyễn Thị Bí Mật")));
        assert_eq!((&rows[9][0], rows.len()), (&Data::from(day), 10 + counted.crossings.len()));
        assert_eq!(rows[10..].iter().map(|row| row[5].as_f64().unwrap()).sum::<f64>(), vehicles);
        assert!(rows[10][0].is_datetime(), "a day is a date: {:?}", rows[10][0]);
        let sheet = book.worksheet_range(places).unwrap();
        let rows: Vec<&[Data]> = sheet.rows().skip(10).collect();
        assert!(rows.iter().any(|row| row[1].as_string().is_some_and(|text| text.starts_with(name))), "{rows:?}");
        assert_eq!(rows.iter().map(|row| row[4].as_f64().unwrap()).sum::<f64>(), expected);
    }
    world.events().await;
}
