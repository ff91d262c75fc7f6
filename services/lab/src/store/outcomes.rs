//! Rows of `person_outcomes`, and of what the road was last told of people.

use chrono::{DateTime, Utc};
use contract::lab::v1::{FitStatus, PersonOutcome};
use ids::{SubjectId, TubeId};
use requests::Coded;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Error,
    meaning::{Fitness, SampleMeaning},
};

#[derive(Serialize)]
struct Outcome {
    subject_id: Uuid,
    tube_id: Uuid,
    outcome: &'static str,
    cause: Option<&'static str>,
    method: Option<&'static str>,
    sampled_at: DateTime<Utc>,
    result_id: Option<Uuid>,
    tested_at: Option<DateTime<Utc>>,
    answered_by: Option<Uuid>,
    policy_version: i32,
    released_at: Option<DateTime<Utc>>,
}

impl Outcome {
    fn of(subject: SubjectId, sample: &SampleMeaning, now: DateTime<Utc>) -> Self {
        // Of a positive one the person learns from the CDC first.
        let readable = !matches!(sample.outcome, PersonOutcome::Positive | PersonOutcome::Waiting);
        Self {
            subject_id: subject.as_uuid(),
            tube_id: sample.tube.as_uuid(),
            outcome: sample.outcome.code(),
            cause: sample.cause.map(crate::meaning::Cause::code),
            method: sample.method.map(Coded::code),
            sampled_at: sample.swabbed_at,
            result_id: sample.result.map(ids::ResultId::as_uuid),
            tested_at: sample.tested_at,
            answered_by: sample.answered_by.map(TubeId::as_uuid),
            policy_version: sample.policy_version,
            released_at: readable.then_some(now),
        }
    }
}

/// Stores what is derived; a row that says the same as before is left alone. It counts in the district of its tube, since 2025 in the province.
pub async fn save(conn: &mut PgConnection, derived: &[(SubjectId, &SampleMeaning)], now: DateTime<Utc>) -> Result<(), Error> {
    let rows: Vec<Outcome> = derived.iter().map(|(subject, sample)| Outcome::of(*subject, sample, now)).collect();
    sqlx::query!(
        "insert into person_outcomes as old (subject_id, tube_id, outcome, cause, method, sampled_at, result_id, tested_at, answered_by,
           policy_version, decided_at, released_at, district)
         select subject_id, tube_id, outcome, cause, method, sampled_at, result_id, tested_at, answered_by, policy_version, $2, released_at,
           array_to_string((string_to_array(tubes.area, '.'))[:case when starts_with(tubes.area, '2021.') then 3 else 2 end], '.')
         from jsonb_to_recordset($1) as derived (subject_id uuid, tube_id uuid, outcome text, cause text, method text, sampled_at timestamptz,
           result_id uuid, tested_at timestamptz, answered_by uuid, policy_version integer, released_at timestamptz)
         join tubes using (tube_id)
         on conflict on constraint person_outcomes_pkey do update set outcome = excluded.outcome, cause = excluded.cause,
           method = excluded.method, result_id = excluded.result_id, tested_at = excluded.tested_at, answered_by = excluded.answered_by,
           policy_version = excluded.policy_version, version = old.version + 1,
           decided_at = case when old.outcome = excluded.outcome then old.decided_at else excluded.decided_at end,
           released_at = case when old.outcome = excluded.outcome then old.released_at else excluded.released_at end
         where (old.outcome, old.cause, old.method, old.result_id, old.tested_at, old.answered_by, old.policy_version)
           is distinct from (excluded.outcome, excluded.cause, excluded.method, excluded.result_id, excluded.tested_at, excluded.answered_by,
             excluded.policy_version)",
        json(&rows)?,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn json<T: Serialize>(rows: &[T]) -> Result<serde_json::Value, Error> {
    serde_json::to_value(rows).map_err(|_| Error::corrupt("what is derived"))
}

/// What is derived without a person's own data: where he lives, by what the road knows him, and what it was told.
#[derive(Debug, Clone)]
pub struct Told {
    pub subject: SubjectId,
    pub area: Option<String>,
    pub person_key: Option<Vec<u8>>,
    pub fitness: Fitness,
    pub resample_wanted: bool,
    pub version: i64,
}

pub async fn told(conn: &mut PgConnection, people: &[Uuid]) -> Result<Vec<Told>, Error> {
    let rows = sqlx::query!(
        "select subject_id, area, person_key, fit_version, fit_status, fit_until, resample_wanted from subjects where subject_id = any($1)
         order by subject_id for no key update",
        people
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    rows.map(|row| {
        Ok(Told {
            subject: SubjectId::from_uuid(row.subject_id),
            area: row.area,
            person_key: row.person_key,
            fitness: Fitness { status: FitStatus::read(&row.fit_status)?, until: row.fit_until },
            resample_wanted: row.resample_wanted,
            version: row.fit_version,
        })
    })
    .collect()
}

#[derive(Serialize)]
struct Fit {
    subject_id: Uuid,
    status: &'static str,
    until: Option<DateTime<Utc>>,
    resample_wanted: bool,
    version: i64,
}

pub async fn tell(conn: &mut PgConnection, changed: &[Told]) -> Result<(), Error> {
    let rows: Vec<Fit> = changed
        .iter()
        .map(|told| Fit {
            subject_id: told.subject.as_uuid(),
            status: told.fitness.status.code(),
            until: told.fitness.until,
            resample_wanted: told.resample_wanted,
            version: told.version,
        })
        .collect();
    sqlx::query!(
        "update subjects set fit_status = told.status, fit_until = told.until, resample_wanted = told.resample_wanted, fit_version = told.version
         from jsonb_to_recordset($1) as told (subject_id uuid, status text, until timestamptz, resample_wanted boolean, version bigint)
         where subjects.subject_id = told.subject_id",
        json(&rows)?
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// People whose time of not being fit is over.
pub async fn recovered(conn: &mut PgConnection, now: DateTime<Utc>, limit: i64) -> Result<Vec<Uuid>, Error> {
    let people = sqlx::query_scalar!(
        "select subject_id from subjects where fit_status = 'NOT_FIT' and fit_until <= $1 order by fit_until limit $2",
        now,
        limit
    );
    Ok(people.fetch_all(conn).await?)
}

/// Lets people read the positive results of which the CDC has not spoken for so long. How many results.
pub async fn release_old(conn: &mut PgConnection, decided_before: DateTime<Utc>, now: DateTime<Utc>) -> Result<u64, Error> {
    let released = sqlx::query!(
        "update person_outcomes set released_at = $2 where outcome = 'POSITIVE' and released_at is null and decided_at <= $1",
        decided_before,
        now
    );
    Ok(released.execute(conn).await?.rows_affected())
}
