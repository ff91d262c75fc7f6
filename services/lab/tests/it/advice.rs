//! How many swabs a tube should hold: by the newest people of the district in which they were sampled, wherever they are tested.

use contract::lab::v1 as pb;

use crate::world::{World, world};

/// Outcomes of so many people who were sampled somewhere, so many hours ago.
async fn sampled(world: &World, session: &str, area: &str, outcome: &str, people: u32, hours: i64) {
    let at = world.now() - chrono::Duration::hours(hours);
    let district = area.rsplit_once('.').unwrap().0;
    let script = format!(
        "create temporary table made on commit drop as select gen_random_uuid() as subject_id, number from generate_series(1, {people}) number;
         insert into subjects (subject_id, request_hash, code, birth_index, registered_at, sealed)
         select subject_id, '', subject_id::text, '', '{at}', '' from made;
         with tube as (
           insert into tubes (tube_id, request_hash, barcode, year, kind, pool_limit, specimen, state, session_id, reason, area, seen_by, opened_at,
             sealed_at, people, laboratory_id, received_at)
           values (gen_random_uuid(), '', gen_random_uuid()::text, 2021, 'FIELD_POOL', 10, 'NP_SWAB', 'RECEIVED', '{session}', 'COMMUNITY_SCREENING',
             '{area}', array['2021.64', '2021.64.622', '{district}', '{area}'], '{at}', '{at}', 10, 'CDC-GL', '{at}')
           returning tube_id
         )
         insert into person_outcomes (subject_id, tube_id, outcome, sampled_at, policy_version, decided_at, district)
         select subject_id, tube_id, '{outcome}', '{at}', 1, '{at}', '{district}' from made, tube"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(&mut *world.pool.acquire().await.unwrap()).await.unwrap();
}

async fn advice(world: &World, session: &str) -> (i32, i32) {
    let get = pb::GetSamplingSessionRequest { session_id: session.to_owned() };
    let session = world.sampler().get_sampling_session(get).await.unwrap().into_inner().session.unwrap();
    (session.advised_pool_size, session.prevalence_per_10000)
}

#[tokio::test]
async fn the_advice_follows_the_newest_people_of_the_district() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    sampled(&world, &session, "2021.64.622.23596", "NEGATIVE", 190, 1).await;
    assert_eq!(advice(&world, &session).await, (5, -1), "too few to say");
    sampled(&world, &session, "2021.64.622.23575", "POSITIVE", 10, 1).await;
    assert_eq!(advice(&world, &session).await, (5, 500));
    // Tested in Pleiku, as everybody is.
    sampled(&world, &session, "2021.64.623.23617", "POSITIVE", 300, 1).await;
    // Before the days that it looks back at, and without an answer yet.
    sampled(&world, &session, "2021.64.622.23596", "POSITIVE", 300, 15 * 24).await;
    sampled(&world, &session, "2021.64.622.23596", "WAITING", 300, 1).await;
    assert_eq!(advice(&world, &session).await, (5, 500), "nobody else counts");
    sampled(&world, &session, "2021.64.622.23596", "POSITIVE", 800, 48).await;
    assert_eq!(advice(&world, &session).await, (1, 8100), "in a wave each is tested alone");
    sampled(&world, &session, "2021.64.622.23596", "NEGATIVE", 4_800, 2).await;
    assert_eq!(advice(&world, &session).await, (10, 20), "and not any more when it is over");
    world.events().await;
}
