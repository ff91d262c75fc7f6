//! Lists and searches over a large table: no statement of theirs reads a whole table.

use contract::{
    Permission,
    vehicles::v1::{
        FindTripsRequest, GetPublicTripRequest, GetStatisticsRequest, ListArrivalsRequest, ListPublicTripsRequest as List, ListTripsRequest,
    },
};
use sqlx::{AssertSqlSafe, PgConnection};

use crate::world::{IA_LE, TRA_DA, world};

/// 100,000 trips of seven weeks, the newest 3,000 open; those that left the list more than three days ago are marked as the sweep does it.
const FILL: &str = "
    insert into policies values ('plans', 1, '2021-01-01', '{}');
    insert into trips (trip_id, short_code, pass_hash, request_hash, version, state, direction, purpose, plate_text, plate_country, plate_color,
        plate_recognised, plate_key, plate_compact, plate_fold, vehicle_type, seats, goods_kind, entry_post, exit_post, origin_area,
        destination_areas, destination_times, areas, declared_by, people, people_counted, declared_at, received_at, decided_at, decision_id,
        admitted_at, admitted_by, due_at, ended_at, public_state, public_since, sealed, public_ended)
    select overlay(overlay(md5('t' || n) placing '7' from 13 for 1) placing '8' from 17 for 1)::uuid, lpad(n::text, 8, '0'), decode(md5('p' || n), 'hex'), '', 3,
        case when n > 3000 then 'EXITED' when transit then 'IN_TRANSIT' else 'EN_ROUTE' end, 'IN',
        case when transit then 'TRANSIT' else 'DESTINATION' end, plate, 'VN', 'WHITE', true, decode(md5(plate), 'hex'), plate, plate, 'TRUCK', 3,
        'OTHER', 'CP' || 1 + n % 4, case when transit then 'CP' || 1 + (n + 1) % 4 end, '2021.79',
        case when transit then '{}' else array[commune] end, '{}',
        case when transit then array['2021.64', '2021.64.639', '2021.64.639.23986']
            else array['2021.64', '2021.64.622', commune, '2021.64.639', '2021.64.639.23986'] end,
        'DRIVER', 2, 2, at, at, at, md5('d' || n)::uuid, at, md5('o')::uuid, at + interval '4 hours',
        case when n > 3000 then at + interval '9 hours' end, case when n > 3000 then 'LEFT' else 'ON_THE_WAY' end, at, '', n > 8000
    from generate_series(1, 100000) n, lateral (
        select n % 3 = 1 as transit, '81C' || lpad((n::bigint * 7919 % 100000)::text, 5, '0') as plate,
            '2021.64.622.' || 23563 + n % 40 as commune, '2021-10-18T01:00:00Z'::timestamptz - n * interval '43 seconds' as at
    ) row;
    insert into decisions (decision_id, trip_id, request_hash, decision, state, post, direction, officer_id, unit_id, decided_at, people_counted,
        policy_id, policy_version, origin_level, sealed)
    select decision_id, trip_id, '', purpose, state, entry_post, direction, admitted_by, admitted_by, decided_at, 2, 'plans', 1, 1, '' from trips;
    insert into arrivals (arrival_id, trip_id, position, area, areas, state, asked_at, due_at, answered_at, result, people, sealed)
    select md5('a' || trip_id)::uuid, trip_id, 1, destination_areas[1], array['2021.64', '2021.64.622', destination_areas[1]],
        case when ended_at is null then 'EXPECTED' else 'CONFIRMED' end, decided_at, due_at,
        case when ended_at is not null then due_at + interval '10 minutes' end, case when ended_at is not null then 'AS_DECLARED' end, 2, ''
    from trips where purpose = 'DESTINATION';
    insert into trip_people (person_id, trip_id, position, role, added_at_post, person_key, sealed)
    select md5('p' || trip_id)::uuid, trip_id, 1, 'DRIVER', false, decode(md5(plate_key || trip_id::text::bytea), 'hex'), '' from trips;
    insert into fitness select person_key, 1, 'FIT', now() + interval '3 days', get_byte(person_key, 0) < 8, now() from trip_people limit 20000;
    vacuum analyze trips, decisions, arrivals, trip_people, fitness";

async fn run(conn: &mut PgConnection, statements: &str) {
    for statement in statements.split(';') {
        #[expect(clippy::disallowed_methods, reason = "a large table is filled by the database itself")]
        sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&mut *conn).await.unwrap();
    }
}

/// Whole reads of each large table so far, of connections that have ended and of this one.
async fn whole_reads(conn: &mut PgConnection) -> Vec<(String, i64)> {
    run(conn, "select pg_stat_force_next_flush()").await;
    #[expect(clippy::disallowed_methods, reason = "a view of the server")]
    let reads = sqlx::query_as(
        "select relname::text, seq_scan from pg_stat_user_tables
         where relname in ('trips', 'arrivals', 'decisions', 'trip_people', 'fitness', 'trip_history') order by relname",
    );
    reads.fetch_all(conn).await.unwrap()
}

#[tokio::test]
async fn no_list_reads_a_whole_table() {
    let mut world = world().await;
    world.events().await;
    let mut conn = world.pool.acquire().await.unwrap();
    run(&mut conn, FILL).await;
    let before = whole_reads(&mut conn).await;
    // More often than a prepared statement is planned for its values.
    for _ in 0..8 {
        for request in [
            List::default(),
            List { plate: "81C07919".to_owned(), ..List::default() },
            List { plate: "81C0".to_owned(), post_id: "CP1".to_owned(), ..List::default() },
            List { area_code: "23596".to_owned(), ..List::default() },
            List { day: "2021-10-17".to_owned(), state: 1, ..List::default() },
        ] {
            let answer = world.citizen().list_public_trips(request.clone()).await.unwrap().into_inner();
            assert!(!answer.trips.is_empty(), "{request:?}");
            let get = GetPublicTripRequest { trip_id: answer.trips[0].trip_id.clone(), language: String::new() };
            world.citizen().get_public_trip(get).await.unwrap();
        }
        let desk = world.account(Some("CP3"), IA_LE, &[Permission::VehiclesTripsRead, Permission::VehiclesTripsFind]);
        let request = ListTripsRequest { post_id: "CP3".to_owned(), ..ListTripsRequest::default() };
        assert_eq!(world.call(desk.clone()).list_trips(request).await.unwrap().into_inner().trips.len(), 25);
        for text in ["81C07919", "81C-079.91", "7K3M-2Q9G"] {
            let request = FindTripsRequest { post_id: "CP3".to_owned(), text: text.to_owned() };
            world.call(desk.clone()).find_trips(request).await.unwrap();
        }
        let request = ListArrivalsRequest { area_code: "23596".to_owned(), answered: true, ..ListArrivalsRequest::default() };
        let arrivals = world.police(TRA_DA).list_arrivals(request).await.unwrap().into_inner();
        assert!(arrivals.on_the_way > 0);
        let request = GetStatisticsRequest {
            from_day: "2021-10-16".to_owned(),
            until_day: "2021-10-17".to_owned(),
            ..GetStatisticsRequest::default()
        };
        let caller = world.account(None, "2021.64", &[Permission::VehiclesStatisticsRead]);
        let counted = world.call(caller).get_statistics(request).await.unwrap().into_inner();
        assert!(!counted.crossings.is_empty() && !counted.districts.is_empty());
    }
    // A connection tells what it read when it ends.
    world.service.database.close().await;
    while world.count("pg_stat_activity where datname = current_database() and application_name = 'vehicles'").await > 0 {}
    assert_eq!(whole_reads(&mut conn).await, before);
    run(&mut conn, "select count(*) from trips where seats = 3").await;
    assert_ne!(whole_reads(&mut conn).await, before, "such a read would have been seen");
}
