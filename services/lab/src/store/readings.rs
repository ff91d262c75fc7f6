//! Rows of `results`: versions of what wells said.

use chrono::{DateTime, Utc};
use contract::lab::v1::{Gene, ResultState};
use ids::{AccountId, CommandId, ResultId, RunId};
use requests::Coded;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Error,
    reading::{Ct, Measured, Reading},
};

#[derive(Serialize, Deserialize)]
struct Seen {
    gene: String,
    ct: f64,
}

fn ct_value(ct: &[Ct]) -> Result<serde_json::Value, Error> {
    let seen: Vec<Seen> = ct.iter().map(|value| Seen { gene: value.gene.code().to_owned(), ct: value.ct }).collect();
    serde_json::to_value(seen).map_err(|_| Error::corrupt("results.ct"))
}

/// A column's Ct values.
pub fn ct(value: serde_json::Value) -> Result<Vec<Ct>, Error> {
    let seen: Vec<Seen> = serde_json::from_value(value).map_err(|_| Error::corrupt("results.ct"))?;
    seen.into_iter().map(|seen| Ok(Ct { gene: Gene::read(&seen.gene)?, ct: seen.ct })).collect()
}

/// All versions of a run, by well and version.
pub async fn of_run(conn: &mut PgConnection, run: RunId) -> Result<Vec<Reading>, Error> {
    let rows = sqlx::query!(
        "select r.result_id, r.position, w.kind, r.version, r.outcome, r.ct, r.state, r.tested_at, r.read_by, r.approved_by, r.approved_at,
           r.discordant, r.sealed_reason
         from results r join wells w using (run_id, position) where run_id = $1 order by w.ordinal, r.version",
        run.as_uuid()
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    rows.map(|row| {
        Ok(Reading {
            id: ResultId::from_uuid(row.result_id),
            position: row.position,
            kind: Coded::read(&row.kind)?,
            version: row.version,
            measured: Measured { outcome: Coded::read(&row.outcome)?, ct: ct(row.ct)? },
            state: Coded::read(&row.state)?,
            tested_at: row.tested_at,
            read_by: AccountId::from_uuid(row.read_by),
            approved_by: row.approved_by.map(AccountId::from_uuid),
            approved_at: row.approved_at,
            discordant: row.discordant,
            sealed_reason: row.sealed_reason,
        })
    })
    .collect()
}

#[derive(Serialize)]
struct New<'a> {
    result_id: Uuid,
    position: &'a str,
    version: i32,
    outcome: &'static str,
    ct: serde_json::Value,
    state: &'static str,
    tested_at: DateTime<Utc>,
    read_by: Uuid,
}

pub async fn insert(conn: &mut PgConnection, run: RunId, readings: &[Reading]) -> Result<(), Error> {
    let rows = readings.iter().map(|reading| {
        Ok(New {
            result_id: reading.id.as_uuid(),
            position: &reading.position,
            version: reading.version,
            outcome: reading.measured.outcome.code(),
            ct: ct_value(&reading.measured.ct)?,
            state: reading.state.code(),
            tested_at: reading.tested_at,
            read_by: reading.read_by.as_uuid(),
        })
    });
    let rows = serde_json::to_value(rows.collect::<Result<Vec<_>, Error>>()?).map_err(|_| Error::corrupt("a result"))?;
    sqlx::query!(
        "insert into results (result_id, run_id, position, version, outcome, ct, state, tested_at, read_by)
         select result_id, $2, position, version, outcome, ct, state, tested_at, read_by
         from jsonb_to_recordset($1) as read (result_id uuid, position text, version integer, outcome text, ct jsonb, state text,
           tested_at timestamptz, read_by uuid)",
        rows,
        run.as_uuid()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Why a version was written.
pub async fn set_reason(conn: &mut PgConnection, result: ResultId, sealed_reason: &[u8]) -> Result<(), Error> {
    sqlx::query!("update results set sealed_reason = $2 where result_id = $1", result.as_uuid(), sealed_reason).execute(conn).await?;
    Ok(())
}

/// Are looked at by themselves.
pub async fn mark_discordant(conn: &mut PgConnection, results: &[Uuid]) -> Result<(), Error> {
    sqlx::query!("update results set discordant = true where result_id = any($1)", results).execute(conn).await?;
    Ok(())
}

/// Of one run.
pub async fn approve(conn: &mut PgConnection, run: RunId, results: &[Uuid], approver: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "update results set state = 'REPLACED' from results newer
         where results.run_id = $2 and newer.run_id = $2 and newer.result_id = any($1) and results.position = newer.position
           and results.version < newer.version and results.state = 'APPROVED'",
        results,
        run.as_uuid()
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update results set state = 'APPROVED', approved_by = $2, approved_at = $3 where result_id = any($1)",
        results,
        approver.as_uuid(),
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn set_state(conn: &mut PgConnection, results: &[Uuid], state: ResultState) -> Result<(), Error> {
    sqlx::query!("update results set state = $2 where result_id = any($1)", results, state.code()).execute(conn).await?;
    Ok(())
}

/// How many of a run a command approved.
pub async fn approved_by_command(conn: &mut PgConnection, run: RunId, command: CommandId) -> Result<i32, Error> {
    let count = sqlx::query_scalar!(
        r#"select count(*)::integer as "count!" from results r join commands c on c.at = r.approved_at and c.account_id = r.approved_by
           where r.run_id = $1 and c.command_id = $2"#,
        run.as_uuid(),
        command.as_uuid()
    );
    Ok(count.fetch_one(conn).await?)
}
