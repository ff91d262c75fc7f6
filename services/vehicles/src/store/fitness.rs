//! Rows of `fitness`: whether people may travel, by their person keys.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contract::vehicles::v1::Fitness;
use sqlx::PgConnection;

use crate::{error::Error, store::coded::Coded};

/// What the laboratory last told of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub fitness: Fitness,
    pub until: Option<DateTime<Utc>>,
    pub resample_wanted: bool,
}

impl Told {
    /// What it is worth at a time: a fitness that has run out is not known any more.
    pub fn at(self, now: DateTime<Utc>) -> Self {
        if self.until.is_some_and(|until| until <= now) { Self { fitness: Fitness::Unspecified, until: None, ..self } } else { self }
    }
}

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

/// Of the people with these keys.
pub async fn of(conn: &mut PgConnection, person_keys: &[Vec<u8>]) -> Result<HashMap<Vec<u8>, Told>, Error> {
    if person_keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!("select person_key, fitness, until, resample_wanted from fitness where person_key = any($1)", person_keys);
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let told = Told { fitness: Fitness::read(&row.fitness)?, until: row.until, resample_wanted: row.resample_wanted };
            Ok((row.person_key, told))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn a_fitness_that_has_run_out_is_not_known() {
        let now = DateTime::from_timestamp(1_634_540_400, 0).unwrap();
        let told = Told { fitness: Fitness::Fit, until: Some(now), resample_wanted: false };
        assert_eq!(told.at(now - Duration::seconds(1)), told);
        assert_eq!(told.at(now).fitness, Fitness::Unspecified);
        let unfit = Told { fitness: Fitness::NotFit, until: None, resample_wanted: true };
        assert_eq!(unfit.at(now + Duration::days(30)), unfit);
    }
}
