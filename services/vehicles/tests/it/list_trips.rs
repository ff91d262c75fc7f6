//! ListTrips: the order of a post's list, its pages, and who sees which trip.

use contract::{
    Permission,
    vehicles::v1::{self as pb, ListTripsRequest as List, TripState},
};
use ids::TripId;
use vietnam::{AreaKey, areas, province::Profile};

use crate::world::{IA_LE, TRA_DA, World, area, fields, to_tra_da, transit, world};

async fn list(world: &World, post: Option<&str>, root: &str, request: List) -> pb::ListTripsResponse {
    let caller = world.account(post, root, &[Permission::VehiclesTripsRead]);
    world.call(caller).list_trips(request).await.unwrap().into_inner()
}

fn states(answer: &pb::ListTripsResponse) -> Vec<TripState> {
    answer.trips.iter().map(pb::TripSummary::state).collect()
}

#[tokio::test]
async fn overdue_comes_first_then_who_waits_then_who_is_on_the_road() {
    let mut world = world().await;
    let late = world.admitted(transit("51C-222.22", world.now())).await;
    world.advance(8);
    vehicles::mark_overdue(&world.service, world.now()).await.unwrap();
    let trip_id = TripId::mint(world.now()).to_string();
    let request = pb::DeclareTripRequest { trip_id, declaration: Some(to_tra_da("81C-000.01", world.now())) };
    world.citizen().declare_trip(request).await.unwrap();
    let road = world.admitted(to_tra_da("81C-123.45", world.now())).await;
    world.at_post(to_tra_da("81C-000.02", world.now()), "CP3", IA_LE).await;
    let turned = world.at_post(to_tra_da("81C-000.03", world.now()), "CP3", IA_LE).await;
    let request = world.decision(&turned, "CP3", pb::Decision::TurnBack);
    world.officer("CP3", IA_LE).decide_trip(request).await.unwrap();

    let at_cp3 = List { post_id: "CP3".to_owned(), ..List::default() };
    let open = [TripState::Overdue, TripState::AtPost, TripState::EnRoute, TripState::Declared];
    assert_eq!(states(&list(&world, Some("CP3"), IA_LE, at_cp3.clone()).await), open);
    let exit = List { post_id: "CP2".to_owned(), ..List::default() };
    let expected = list(&world, Some("CP2"), "2021.64.627.23728", exit).await;
    assert_eq!((&*expected.trips[0].trip_id, expected.trips.len()), (&*late.trip_id, 1), "the exit post expects the transit");
    let overdue = List { overdue: true, ..List::default() };
    assert_eq!(states(&list(&world, None, "2021.64", overdue).await), [TripState::Overdue]);
    let mixed = List { states: vec![TripState::EnRoute.into(), TripState::TurnedBack.into()], page_size: 1, ..List::default() };
    let first = list(&world, None, "2021.64", mixed.clone()).await;
    let second = list(&world, None, "2021.64", List { page_token: first.next_page_token.clone(), ..mixed }).await;
    assert_eq!((&*first.trips[0].trip_id, &*second.trips[0].trip_id, &*second.next_page_token), (&*road.trip_id, &*turned.trip_id, ""));

    let mut paged = Vec::new();
    let mut request = List { page_size: 1, ..at_cp3 };
    loop {
        let answer = list(&world, Some("CP3"), IA_LE, request.clone()).await;
        paged.extend(states(&answer));
        if answer.next_page_token.is_empty() {
            break;
        }
        request.page_token = answer.next_page_token;
    }
    assert_eq!(paged, open);
    world.advance(73);
    let stale = list(&world, Some("CP3"), IA_LE, List { post_id: "CP3".to_owned(), ..List::default() }).await;
    assert!(!states(&stale).contains(&TripState::Declared), "a declaration that nobody received is of three days");
    let wrong = world.account(None, TRA_DA, &[Permission::VehiclesTripsRead]);
    let refused = world.call(wrong).list_trips(List { post_id: "CP9".to_owned(), ..List::default() }).await.unwrap_err();
    assert_eq!(fields(&refused), ["post_id"]);
    world.events().await;
}

/// A small generator, so that a failure repeats.
struct Dice(u64);

impl Dice {
    fn roll<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        &of[usize::try_from(self.0 >> 33).unwrap() % of.len()]
    }
}

/// Who sees a trip, said in another way than the service does.
fn sees(root: AreaKey, places: &[AreaKey]) -> bool {
    let root = root.to_string();
    places.iter().map(ToString::to_string).any(|place| place == root || place.starts_with(&format!("{root}.")))
}

#[tokio::test]
async fn everyone_sees_the_trips_of_his_areas_and_no_other() {
    let mut world = world().await;
    let profile = Profile::load("gia-lai-2021").unwrap();
    let communes = areas::communes(profile.area);
    let mut dice = Dice(7);
    let mut trips: Vec<(String, Vec<AreaKey>)> = Vec::new();
    for number in 0..24 {
        let post = dice.roll(&profile.posts);
        let first = dice.roll(&communes).key;
        let second = dice.roll(&communes).key;
        let destination = |key: AreaKey| pb::Destination {
            area: area(&key.code()),
            expected_at: Some((world.now() + chrono::Duration::hours(3)).into()),
            ..pb::Destination::default()
        };
        let declaration = pb::Declaration {
            entry_post_id: post.id.clone(),
            destinations: vec![destination(first), destination(second)],
            ..to_tra_da(&format!("81C-100.{number:02}"), world.now())
        };
        let trip_id = TripId::mint(world.now()).to_string();
        let request = pb::DeclareTripRequest { trip_id: trip_id.clone(), declaration: Some(declaration) };
        world.citizen().declare_trip(request).await.unwrap();
        trips.push((trip_id, vec![post.area, first, second]));
    }
    let mut roots: Vec<AreaKey> = areas::children(profile.area).iter().map(|district| district.key).collect();
    roots.extend(trips.iter().flat_map(|(_, places)| places.clone()));
    roots.extend([profile.area, AreaKey::parse("2021.79").unwrap(), AreaKey::parse("2025.52").unwrap()]);
    for root in roots {
        let answer = list(&world, None, &root.to_string(), List { page_size: 100, ..List::default() }).await;
        let mut seen: Vec<&str> = answer.trips.iter().map(|trip| &*trip.trip_id).collect();
        let mut expected: Vec<&str> = trips.iter().filter(|(_, places)| sees(root, places)).map(|(id, _)| &**id).collect();
        seen.sort_unstable();
        expected.sort_unstable();
        assert_eq!(seen, expected, "{root}");
    }
    world.events().await;
}
