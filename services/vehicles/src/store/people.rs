//! Rows of `trip_people` and `person_numbers`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contract::vehicles::v1::{Fitness, PersonRole};
use ids::{PersonId, TripId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Error, fitness::Told, store::coded::Coded};

/// A person of a trip as stored: role and indexes in the clear, the rest sealed.
#[derive(Debug, Clone)]
pub struct PersonRow {
    pub id: PersonId,
    pub role: PersonRole,
    pub added_at_post: bool,
    pub id_index: Option<Vec<u8>>,
    pub other_id_index: Option<Vec<u8>>,
    pub phone_index: Option<Vec<u8>>,
    pub match_index: Option<Vec<u8>>,
    pub person_key: Option<Vec<u8>>,
    pub sealed: Vec<u8>,
    /// What the laboratory says of him at the moment; none of somebody it never told of.
    pub told: Option<Told>,
}

/// All in one statement; `first` is the position of the first.
pub async fn insert(conn: &mut PgConnection, trip: TripId, first: i16, people: &[PersonRow]) -> Result<(), Error> {
    let ids: Vec<Uuid> = people.iter().map(|person| person.id.as_uuid()).collect();
    let roles: Vec<String> = people.iter().map(|person| person.role.code().to_owned()).collect();
    let added: Vec<bool> = people.iter().map(|person| person.added_at_post).collect();
    let column =
        |of: fn(&PersonRow) -> &Option<Vec<u8>>| -> Vec<Option<Vec<u8>>> { people.iter().map(|person| of(person).clone()).collect() };
    let sealed: Vec<Vec<u8>> = people.iter().map(|person| person.sealed.clone()).collect();
    sqlx::query!(
        "insert into trip_people (trip_id, person_id, position, role, added_at_post, id_index, other_id_index, phone_index, match_index,
             person_key, sealed)
         select $1, person_id, ($2::smallint + ordinality - 1)::smallint, role, added, id_index, other_id_index, phone_index, match_index,
             person_key, sealed
         from unnest($3::uuid[], $4::text[], $5::boolean[], $6::bytea[], $7::bytea[], $8::bytea[], $9::bytea[], $10::bytea[], $11::bytea[])
             with ordinality as p (person_id, role, added, id_index, other_id_index, phone_index, match_index, person_key, sealed)",
        trip.as_uuid(),
        first,
        &ids,
        &roles,
        &added,
        &column(|person| &person.id_index) as &[Option<Vec<u8>>],
        &column(|person| &person.other_id_index) as &[Option<Vec<u8>>],
        &column(|person| &person.phone_index) as &[Option<Vec<u8>>],
        &column(|person| &person.match_index) as &[Option<Vec<u8>>],
        &column(|person| &person.person_key) as &[Option<Vec<u8>>],
        &sealed,
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct Row {
    trip_id: Uuid,
    person_id: Uuid,
    role: String,
    added_at_post: bool,
    id_index: Option<Vec<u8>>,
    other_id_index: Option<Vec<u8>>,
    phone_index: Option<Vec<u8>>,
    match_index: Option<Vec<u8>>,
    person_key: Option<Vec<u8>>,
    sealed: Vec<u8>,
    fitness: Option<String>,
    until: Option<DateTime<Utc>>,
    resample_wanted: Option<bool>,
}

impl Row {
    fn person(self, now: DateTime<Utc>) -> Result<PersonRow, Error> {
        let fitness = self.fitness.as_deref().map(Fitness::read).transpose()?;
        let told = fitness.zip(self.resample_wanted).map(|(fitness, resample_wanted)| Told { fitness, until: self.until, resample_wanted });
        Ok(PersonRow {
            id: PersonId::from_uuid(self.person_id),
            role: Coded::read(&self.role)?,
            added_at_post: self.added_at_post,
            id_index: self.id_index,
            other_id_index: self.other_id_index,
            phone_index: self.phone_index,
            match_index: self.match_index,
            person_key: self.person_key,
            sealed: self.sealed,
            told: told.map(|told| told.at(now)),
        })
    }
}

/// `$condition` comes after the `where`; `$1` is its argument.
macro_rules! select {
    ($condition:literal, $argument:expr) => {
        sqlx::query_as!(
            Row,
            r#"select p.trip_id, p.person_id, p.role, p.added_at_post, p.id_index, p.other_id_index, p.phone_index, p.match_index, p.person_key,
                   p.sealed, f.fitness as "fitness?", f.until as "until?", f.resample_wanted as "resample_wanted?"
               from trip_people p left join fitness f using (person_key) where "# + $condition,
            $argument
        )
    };
}

/// In the order of the declaration, with what the laboratory says at `now`.
pub async fn list(conn: &mut PgConnection, trip: TripId, now: DateTime<Utc>) -> Result<Vec<PersonRow>, Error> {
    let rows = select!("p.trip_id = $1 order by p.position", trip.as_uuid()).fetch_all(conn).await?;
    rows.into_iter().map(|row| row.person(now)).collect()
}

/// [`list`] of several trips.
pub async fn list_all(conn: &mut PgConnection, trips: &[TripId], now: DateTime<Utc>) -> Result<HashMap<TripId, Vec<PersonRow>>, Error> {
    let ids: Vec<Uuid> = trips.iter().map(|trip| trip.as_uuid()).collect();
    let rows = select!("p.trip_id = any($1) order by p.trip_id, p.position", &ids).fetch_all(conn).await?;
    let mut people: HashMap<TripId, Vec<PersonRow>> = HashMap::with_capacity(trips.len());
    for row in rows {
        people.entry(TripId::from_uuid(row.trip_id)).or_default().push(row.person(now)?);
    }
    Ok(people)
}

/// Two numbers that an officer saw with one person.
#[derive(Debug, Clone)]
pub struct Link {
    pub one: Vec<u8>,
    pub other: Vec<u8>,
}

/// Joins the numbers, and whatever each was joined with before, under the smallest key. Nothing is ever split by this.
pub async fn link_numbers(conn: &mut PgConnection, link: &Link, now: DateTime<Utc>) -> Result<(), Error> {
    let numbers = [link.one.clone(), link.other.clone()];
    sqlx::query!(
        "with subjects as (select subject_key from person_numbers where number_key = any($1)),
         joined as (select key from (select subject_key from subjects union all select unnest($1)) k (key) order by key limit 1),
         moved as (
             update person_numbers set subject_key = joined.key from joined
             where person_numbers.subject_key in (select subject_key from subjects) and person_numbers.subject_key <> joined.key
         )
         insert into person_numbers (number_key, subject_key, linked_at)
         select number, joined.key, $2 from unnest($1) number, joined
         on conflict on constraint person_numbers_pkey do nothing",
        &numbers[..],
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
