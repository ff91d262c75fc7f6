//! Rows of `tube_steps`: what happened to a tube.

use chrono::{DateTime, Utc};
use ids::{AccountId, CommandId, TubeId};
use seal::Keyring;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Error, sealed};

/// One thing that happened to some tubes at once.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Such as `TubeSealed`.
    pub kind: &'static str,
    pub account: Option<AccountId>,
    /// The shipment, run or result.
    pub reference: &'a str,
    pub at: DateTime<Utc>,
}

pub async fn append(conn: &mut PgConnection, tubes: &[TubeId], step: Step<'_>) -> Result<(), Error> {
    let ids: Vec<Uuid> = tubes.iter().map(|_| CommandId::mint(step.at).as_uuid()).collect();
    let tubes: Vec<Uuid> = tubes.iter().map(|tube| tube.as_uuid()).collect();
    sqlx::query!(
        "insert into tube_steps (step_id, tube_id, at, kind, account_id, reference)
         select step_id, tube_id, $3, $4, $5, $6 from unnest($1::uuid[], $2::uuid[]) as steps (step_id, tube_id)",
        &ids,
        &tubes,
        step.at,
        step.kind,
        step.account.map(AccountId::as_uuid),
        step.reference
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// With somebody's words, sealed.
pub async fn append_noted(conn: &mut PgConnection, keyring: &Keyring, tube: TubeId, step: Step<'_>, note: &str) -> Result<(), Error> {
    let id = CommandId::mint(step.at);
    let sealed_note = sealed::seal_note(conn, keyring, id, note).await?;
    sqlx::query!(
        "insert into tube_steps (step_id, tube_id, at, kind, account_id, reference, sealed_note) values ($1, $2, $3, $4, $5, $6, $7)",
        id.as_uuid(),
        tube.as_uuid(),
        step.at,
        step.kind,
        step.account.map(AccountId::as_uuid),
        step.reference,
        sealed_note
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(Debug)]
pub struct StepRow {
    pub id: CommandId,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub account: Option<Uuid>,
    pub reference: String,
    pub sealed_note: Option<Vec<u8>>,
}

pub async fn of_tube(conn: &mut PgConnection, tube: TubeId) -> Result<Vec<StepRow>, Error> {
    let rows = sqlx::query!(
        "select step_id, at, kind, account_id, reference, sealed_note from tube_steps where tube_id = $1 order by position",
        tube.as_uuid()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| StepRow {
            id: CommandId::from_uuid(row.step_id),
            at: row.at,
            kind: row.kind,
            account: row.account_id,
            reference: row.reference,
            sealed_note: row.sealed_note,
        })
        .collect())
}
