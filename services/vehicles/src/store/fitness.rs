//! Rows of `fitness`: whether people may travel, by their person keys.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use ids::TripId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Error, fitness::Told, store::coded::Coded};

/// Keeps it unless a later version is there already, in whichever order they come.
pub async fn tell(conn: &mut PgConnection, person_key: &[u8], version: i64, told: Told, changed_at: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "insert into fitness (person_key, version, fitness, until, resample_wanted, changed_at) values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint fitness_pkey do update set version = excluded.version, fitness = excluded.fitness, until = excluded.until,
             resample_wanted = excluded.resample_wanted, changed_at = excluded.changed_at
         where fitness.version < excluded.version",
        person_key,
        version,
        told.fitness.code(),
        told.until,
        told.resample_wanted,
        changed_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How many people on each trip the laboratory wants to swab again; trips without are absent.
pub async fn resamples(conn: &mut PgConnection, trips: &[TripId]) -> Result<HashMap<TripId, i32>, Error> {
    let ids: Vec<Uuid> = trips.iter().map(|trip| trip.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"select p.trip_id, count(*)::int as "people!" from trip_people p join fitness f using (person_key)
           where p.trip_id = any($1) and f.resample_wanted group by p.trip_id"#,
        &ids
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (TripId::from_uuid(row.trip_id), row.people)).collect())
}
