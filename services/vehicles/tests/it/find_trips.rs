//! FindTrips: passes, codes, plates and people, as a scanner gives them.

use contract::{
    Permission,
    vehicles::v1::{self as pb, FoundBy, vehicle_service_client::VehicleServiceClient},
};
use ids::TripId;
use runtime::grpc::Client;

use crate::world::{IA_LE, SONG_AN, TRA_DA, World, fields, reason, to_tra_da, world};

type Officer = VehicleServiceClient<Client>;

async fn find(mut officer: Officer, post: &str, text: &str) -> pb::FindTripsResponse {
    let request = pb::FindTripsRequest { post_id: post.to_owned(), text: text.to_owned() };
    officer.find_trips(request).await.unwrap().into_inner()
}

fn found(answer: &pb::FindTripsResponse) -> Vec<(&str, FoundBy)> {
    answer.trips.iter().map(|found| (&*found.trip.as_ref().unwrap().trip_id, found.found_by())).collect()
}

async fn declared(world: &World, plate: &str) -> pb::DeclareTripResponse {
    let trip_id = TripId::mint(world.now()).to_string();
    let request = pb::DeclareTripRequest { trip_id, declaration: Some(to_tra_da(plate, world.now())) };
    world.citizen().declare_trip(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn any_post_finds_an_open_trip_however_it_is_named() {
    let mut world = world().await;
    let trip = declared(&world, "81C-123.45").await;
    let other = declared(&world, "81D-777.77").await;
    let id = trip.trip_id.as_str();
    let qr = trip.pass.clone().unwrap().qr_text;
    let cccd = "064086012345|230112233|Rơ Châm H’Lan|18011986|Nữ|12 Lê Duẩn, Pleiku|01012021";
    for (text, read_as, canonical, expected) in [
        (&*qr, "pass", &*trip.short_code, vec![(id, FoundBy::Pass)]),
        (&*trip.short_code, "code", &*trip.short_code, vec![(id, FoundBy::ShortCode)]),
        (&*trip.short_code.to_lowercase().replace('-', ""), "code", &*trip.short_code, vec![(id, FoundBy::ShortCode)]),
        ("81c 12345", "plate", "81C-123.45", vec![(id, FoundBy::Plate)]),
        ("81C-123.54", "plate", "81C-123.54", vec![(id, FoundBy::NearPlate)]),
        ("8IC-I23.45", "unknown", "", vec![(id, FoundBy::NearPlate)]),
        ("99A-000.00", "plate", "99A-000.00", vec![]),
        ("Rơ Châm", "unknown", "", vec![]),
    ] {
        let answer = find(world.officer("CP1", SONG_AN), "CP1", text).await;
        assert_eq!(found(&answer), expected, "{text}");
        if text != "8IC-I23.45" {
            assert_eq!((&*answer.read_as, &*answer.canonical), (read_as, canonical), "{text}");
        }
        assert!(answer.warnings.is_empty(), "{text}: {:?}", answer.warnings);
    }
    let answer = find(world.officer("CP1", SONG_AN), "CP1", cccd).await;
    let mut trips: Vec<&str> = found(&answer).into_iter().map(|(trip, _)| trip).collect();
    trips.sort_unstable();
    let mut both = [id, &*other.trip_id];
    both.sort_unstable();
    assert_eq!(trips, both, "both trips of this driver");
    let person = answer.person.unwrap();
    assert_eq!((&*person.full_name, &*person.id_number, &*person.other_id_number), ("Rơ Châm H’Lan", "064086012345", "230112233"));
    assert_eq!((&*answer.read_as, person.sex()), ("cccd", pb::Sex::Female));
    assert_eq!(world.count("audit.entries where action = 'vehicles.FindTrips' and kind = 'read'").await, 9);
    assert_eq!(world.count("audit.entries where detail::text like '%064086012345%' or detail::text like '%123.45%'").await, 0);
    world.events().await;
}

#[tokio::test]
async fn passes_are_checked_and_the_keyboard_is_blamed_first() {
    let mut world = world().await;
    let trip = declared(&world, "81C-123.45").await;
    let qr = trip.pass.clone().unwrap().qr_text;
    let desk = || world.officer("CP3", IA_LE);

    let capitals = find(desk(), "CP3", &qr.to_lowercase()).await;
    assert_eq!((found(&capitals).len(), &*capitals.warnings), (1, &["CAPS_LOCK".to_owned()][..]));
    let telex = find(desk(), "CP3", "gl1:ế").await;
    assert!(telex.trips.is_empty());

    let other = declared(&world, "81D-777.77").await.pass.unwrap().qr_text;
    let forged = format!("{}{}", &qr[..qr.len() - 30], &other[other.len() - 30..]);
    let answer = find(desk(), "CP3", &forged).await;
    assert!(answer.trips.is_empty() && answer.canonical.is_empty(), "nothing of a forged pass is told");
    assert!(matches!(&*answer.warnings[0], "PASS_FORGED" | "PASS_UNREADABLE"));

    let strange = tempfile::tempdir().unwrap();
    seal::pass::create_missing(strange.path()).unwrap();
    let claims = world.service.verifier.verify(&qr, world.now()).unwrap();
    let signed_elsewhere = seal::pass::PassSigner::open(strange.path()).unwrap().sign(&claims);
    let answer = find(desk(), "CP3", &signed_elsewhere).await;
    assert_eq!((answer.trips.len(), &*answer.warnings), (0, &["PASS_FORGED".to_owned()][..]));

    world.advance(80);
    let answer = find(desk(), "CP3", &qr).await;
    assert_eq!((found(&answer), &*answer.warnings), (vec![(&*trip.trip_id, FoundBy::Pass)], &["PASS_EXPIRED".to_owned()][..]));
    let cancel = pb::CancelTripRequest { pass_token: trip.pass_token.clone() };
    world.citizen().cancel_trip(cancel).await.unwrap();
    let answer = find(desk(), "CP3", &qr).await;
    assert_eq!(answer.warnings, ["PASS_EXPIRED", "PASS_ENDED"]);
    assert_eq!(found(&answer).len(), 1);
    assert!(find(desk(), "CP3", &trip.short_code).await.trips.is_empty(), "a code finds open trips only");
    world.events().await;
}

#[tokio::test]
async fn a_search_is_for_the_officers_of_the_post() {
    let mut world = world().await;
    let request = |post: &str| pb::FindTripsRequest { post_id: post.to_owned(), text: "81C-123.45".to_owned() };
    assert_eq!(reason(&world.citizen().find_trips(request("CP3")).await.unwrap_err()), "NOT_SIGNED_IN");
    assert_eq!(reason(&world.police(TRA_DA).find_trips(request("CP3")).await.unwrap_err()), "PERMISSION_MISSING");
    assert_eq!(reason(&world.officer("CP1", SONG_AN).find_trips(request("CP3")).await.unwrap_err()), "NOT_FOUND");
    let admin = world.account(None, "2021.64", &[Permission::VehiclesTripsFind]);
    assert!(world.call(admin).find_trips(request("CP3")).await.is_ok());
    assert_eq!(fields(&world.officer("CP1", SONG_AN).find_trips(request("CP9")).await.unwrap_err()), ["post_id"]);
    world.events().await;
}
