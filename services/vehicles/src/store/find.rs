//! Finding trips at a post: by plate, spoken code or person, among those that are open.

use chrono::{DateTime, Utc};
use ids::TripId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Error, store::lists::SummaryRow};

/// Those on the road or at a post come before what is only declared.
pub async fn open_by_plate(conn: &mut PgConnection, plate_key: &[u8], most: i64) -> Result<Vec<Uuid>, Error> {
    let found = sqlx::query_scalar!(
        "select trip_id from trips where plate_key = $1 and ended_at is null order by state = 'DECLARED', declared_at desc limit $2",
        plate_key,
        most
    );
    Ok(found.fetch_all(conn).await?)
}

/// The code without its separator.
pub async fn open_by_code(conn: &mut PgConnection, short_code: &str) -> Result<Option<Uuid>, Error> {
    let found = sqlx::query_scalar!("select trip_id from trips where short_code = $1 and ended_at is null", short_code);
    Ok(found.fetch_optional(conn).await?)
}

/// Trips with a person who has one of these numbers or one that is linked to it, in either of a person's two places for them.
pub async fn open_by_numbers(conn: &mut PgConnection, indexes: &[Vec<u8>], most: i64) -> Result<Vec<Uuid>, Error> {
    let found = sqlx::query_scalar!(
        r#"with numbers as (
            select unnest($1::bytea[]) as number
            union select linked.number_key from person_numbers given join person_numbers linked using (subject_key) where given.number_key = any($1)
        )
        select t.trip_id from (
            select trip_id from trip_people join numbers on id_index = number
            union select trip_id from trip_people join numbers on other_id_index = number
        ) people join trips t using (trip_id)
        where t.ended_at is null order by t.state = 'DECLARED', t.declared_at desc limit $2"#,
        indexes,
        most
    );
    Ok(found.fetch_all(conn).await?)
}

/// Trips with a person of this name, birth and phone: possibly the same.
pub async fn open_by_match(conn: &mut PgConnection, index: &[u8], most: i64) -> Result<Vec<Uuid>, Error> {
    let found = sqlx::query_scalar!(
        "select t.trip_id from trip_people p join trips t using (trip_id)
         where p.match_index = $1 and t.ended_at is null order by t.state = 'DECLARED', t.declared_at desc limit $2",
        index,
        most
    );
    Ok(found.fetch_all(conn).await?)
}

/// The plate of an open trip, to compare with what was read.
#[derive(Debug)]
pub struct OpenPlate {
    pub trip_id: Uuid,
    pub compact: String,
    pub in_hand: bool,
}

/// Plates of about this length, whatever posts have in hand and what was declared since. Which of them look alike is the vocabulary's to say.
pub async fn open_plates(conn: &mut PgConnection, length: i32, declared_after: DateTime<Utc>) -> Result<Vec<OpenPlate>, Error> {
    let plates = sqlx::query_as!(
        OpenPlate,
        r#"select trip_id as "trip_id!", plate_compact as "compact!", in_hand as "in_hand!" from (
            select trip_id, plate_compact, true as in_hand from trips where ended_at is null and state <> 'DECLARED'
            union all
            select trip_id, plate_compact, false from trips where ended_at is null and state = 'DECLARED' and declared_at > $2
        ) open where length(plate_compact) between $1 - 2 and $1 + 2"#,
        length,
        declared_after
    );
    Ok(plates.fetch_all(conn).await?)
}

/// The trips as a list shows them, in the order of `ids`.
pub async fn summaries(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<SummaryRow>, Error> {
    let rows = sqlx::query_as!(
        SummaryRow,
        r#"select t.trip_id, short_code, state, plate_text, plate_country, plate_color, plate_recognised, vehicle_type, purpose, entry_post,
            exit_post, destination_areas, declared_at, decided_at, due_at, ended_at, coalesce(people_counted, people) as "people!", version,
            open_violations, 0::smallint as "rank!", declared_at as "at!"
        from unnest($1::uuid[]) with ordinality as wanted (trip_id, place) join trips t using (trip_id)
        order by wanted.place"#,
        ids
    );
    Ok(rows.fetch_all(conn).await?)
}

/// The trip of a pass, also when it is over.
pub async fn of_pass(conn: &mut PgConnection, trip: TripId) -> Result<Option<SummaryRow>, Error> {
    Ok(summaries(conn, &[trip.as_uuid()]).await?.pop())
}
