//! ListArrivals and GetArrival: what a commune has to confirm.

use contract::vehicles::v1::{self as pb, ArrivalState, GetArrivalRequest, ListArrivalsRequest as List};
use ids::ConfirmationId;

use crate::world::{IA_LE, TRA_DA, World, reason, to_tra_da, world};

async fn list(world: &World, root: &str, code: &str, answered: bool) -> pb::ListArrivalsResponse {
    let request = List { area_code: code.to_owned(), answered, ..List::default() };
    world.police(root).list_arrivals(request).await.unwrap().into_inner()
}

fn states(answer: &pb::ListArrivalsResponse) -> Vec<ArrivalState> {
    answer.arrivals.iter().map(pb::Arrival::state).collect()
}

#[tokio::test]
async fn a_commune_sees_its_own_overdue_first_with_what_finds_the_vehicle() {
    let mut world = world().await;
    let late = world.admitted(to_tra_da("81C-123.45", world.now())).await;
    let answered = world.admitted(to_tra_da("81C-333.33", world.now())).await;
    let answer = pb::ConfirmArrivalRequest {
        arrival_id: answered.arrivals[0].arrival_id.clone(),
        confirmation_id: ConfirmationId::mint(world.now()).to_string(),
        result: pb::ArrivalResult::AsDeclared.into(),
        headcount: 2,
        note: "Đã hạ hàng".to_owned(),
    };
    world.police(TRA_DA).confirm_arrival(answer).await.unwrap();
    world.advance(8);
    vehicles::mark_overdue(&world.service, world.now()).await.unwrap();
    let fresh = world.admitted(to_tra_da("81C-222.22", world.now())).await;
    let ended = world.admitted(to_tra_da("81C-444.44", world.now())).await;
    let close = pb::CloseTripRequest { trip_id: ended.trip_id, reason: "Không ghi xe ra".to_owned(), version: 0 };
    world.officer("CP3", IA_LE).close_trip(close).await.unwrap();

    let open = list(&world, TRA_DA, "23596", false).await;
    assert_eq!(states(&open), [ArrivalState::Overdue, ArrivalState::Expected], "of a trip that ended nothing is expected");
    assert_eq!((open.overdue, open.due_within_hour, open.on_the_way, open.confirmed_today), (1, 0, 1, 1));
    let first = &open.arrivals[0];
    assert_eq!((&*first.trip_id, &*first.driver_name, &*first.address), (&*late.trip_id, "Rơ Châm H’Lan", "12 Lê Duẩn"));
    assert_eq!((first.people, &*first.entry_post_id, &*first.plate.as_ref().unwrap().text), (2, "CP3", "81C-123.45"));
    assert_eq!(open.arrivals[1].trip_id, fresh.trip_id);
    let all = list(&world, "2021.64.622", "622", true).await;
    assert_eq!(states(&all), [ArrivalState::Overdue, ArrivalState::Expected, ArrivalState::Confirmed]);
    assert_eq!(all.arrivals[2].note, "Đã hạ hàng");

    let paged = List { area_code: "23596".to_owned(), page_size: 1, answered: true, ..List::default() };
    let mut read = Vec::new();
    let mut request = paged;
    loop {
        let page = world.police(TRA_DA).list_arrivals(request.clone()).await.unwrap().into_inner();
        read.extend(states(&page));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(read, states(&all));
    assert_eq!(world.count("audit.entries where action = 'vehicles.ListArrivals'").await, 5, "one row a call");
    world.events().await;
}

#[tokio::test]
async fn another_area_does_not_exist() {
    let mut world = world().await;
    let trip = world.admitted(to_tra_da("81C-123.45", world.now())).await;
    for (root, code) in [("2021.64.623", "23596"), (TRA_DA, "622"), (TRA_DA, "99999"), ("2025.52", "23596")] {
        let request = List { area_code: code.to_owned(), ..List::default() };
        assert_eq!(reason(&world.police(root).list_arrivals(request).await.unwrap_err()), "NOT_FOUND", "{root} {code}");
    }
    let get = GetArrivalRequest { arrival_id: trip.arrivals[0].arrival_id.clone() };
    let own = world.police("2021.64.622").get_arrival(get.clone()).await.unwrap().into_inner().arrival.unwrap();
    assert_eq!((&*own.driver_name, own.area.unwrap().code), ("Rơ Châm H’Lan", "23596".to_owned()));
    assert_eq!(reason(&world.police("2021.64.623").get_arrival(get).await.unwrap_err()), "NOT_FOUND");
    assert_eq!(world.count("audit.entries where action in ('vehicles.ListArrivals', 'vehicles.GetArrival')").await, 1);
    world.events().await;
}
