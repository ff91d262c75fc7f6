//! People of different trips who may be one: of the same name, birth and phone, under numbers that nobody has linked or told apart.

use chrono::{DateTime, Utc};
use ids::{PersonId, TripId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Error;

/// A person of the trip and one of another trip.
pub struct Pair {
    pub person: PersonId,
    pub sealed: Vec<u8>,
    pub other: PersonId,
    pub other_trip: Uuid,
    pub other_sealed: Vec<u8>,
    pub other_post: String,
    pub other_at: DateTime<Utc>,
}

/// The two numbers of a pair, as blind indexes.
pub struct Numbers {
    pub one: Vec<u8>,
    pub other: Vec<u8>,
}

/// What is still to be asked about the people of a trip, each pair of numbers once with the latest trip.
pub async fn open(conn: &mut PgConnection, trip: TripId, most: i64) -> Result<Vec<Pair>, Error> {
    let rows = sqlx::query!(
        "select * from (
             select distinct on (mine.person_id, other.id_index) mine.person_id, mine.sealed, other.person_id as other_id, other.trip_id as other_trip,
                 other.sealed as other_sealed, trip.entry_post as other_post, trip.declared_at as other_at
             from trip_people mine
             join trip_people other on other.match_index = mine.match_index and other.trip_id <> mine.trip_id and other.id_index <> mine.id_index
             join trips trip on trip.trip_id = other.trip_id
             where mine.trip_id = $1
               and not exists (
                   select from person_numbers a join person_numbers b on b.subject_key = a.subject_key
                   where a.number_key = mine.id_index and b.number_key = other.id_index
               )
               and not exists (
                   select from person_differences d
                   where d.one = least(mine.id_index, other.id_index) and d.other = greatest(mine.id_index, other.id_index)
               )
             order by mine.person_id, other.id_index, trip.declared_at desc
         ) pairs order by other_at desc limit $2",
        trip.as_uuid(),
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Pair {
            person: PersonId::from_uuid(row.person_id),
            sealed: row.sealed,
            other: PersonId::from_uuid(row.other_id),
            other_trip: row.other_trip,
            other_sealed: row.other_sealed,
            other_post: row.other_post,
            other_at: row.other_at,
        })
        .collect())
}

/// Whether anything is still to be asked.
pub async fn any(conn: &mut PgConnection, trip: TripId) -> Result<bool, Error> {
    Ok(!open(conn, trip, 1).await?.is_empty())
}

/// The numbers of a person of this trip and of one who may be the same, answered or not; `None` when they are no such pair.
pub async fn numbers(conn: &mut PgConnection, trip: TripId, person: PersonId, other: PersonId) -> Result<Option<Numbers>, Error> {
    let numbers = sqlx::query_as!(
        Numbers,
        r#"select mine.id_index as "one!", other.id_index as "other!"
           from trip_people mine
           join trip_people other on other.match_index = mine.match_index and other.trip_id <> mine.trip_id and other.id_index <> mine.id_index
           where mine.trip_id = $1 and mine.person_id = $2 and other.person_id = $3"#,
        trip.as_uuid(),
        person.as_uuid(),
        other.as_uuid()
    );
    Ok(numbers.fetch_optional(conn).await?)
}

/// Two people: harmless when repeated.
pub async fn tell_apart(conn: &mut PgConnection, numbers: &Numbers, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "insert into person_differences (one, other, answered_at) values (least($1::bytea, $2::bytea), greatest($1::bytea, $2::bytea), $3)
         on conflict on constraint person_differences_pkey do nothing",
        numbers.one,
        numbers.other,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
