//! What a person reads of himself, and the rows of `wrong_births`: keys there are digests made with a secret of the service.

use chrono::{DateTime, Utc};
use contract::lab::v1::{PersonOutcome, TestMethod, TubeState};
use ids::SubjectId;
use requests::Coded;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Error, tries::Spent};

/// What a client has spent on wrong births. Until the end of the transaction no other try of the same client is looked at.
pub async fn lock_tries(conn: &mut PgConnection, client_key: &[u8; 32], now: DateTime<Utc>) -> Result<Spent, Error> {
    let [a, b, c, d, e, f, g, h, ..] = *client_key;
    sqlx::query_scalar!(r#"select pg_advisory_xact_lock($1)::text as "locked""#, i64::from_be_bytes([a, b, c, d, e, f, g, h]))
        .fetch_one(&mut *conn)
        .await?;
    let spent = sqlx::query_as!(Spent, "select tries, window_ends_at from wrong_births where client_key = $1", &client_key[..]);
    Ok(spent.fetch_optional(conn).await?.unwrap_or(Spent::nothing(now)))
}

pub async fn save_tries(conn: &mut PgConnection, client_key: &[u8; 32], spent: Spent) -> Result<(), Error> {
    sqlx::query!(
        "insert into wrong_births (client_key, tries, window_ends_at) values ($1, $2, $3)
         on conflict on constraint wrong_births_pkey do update set tries = excluded.tries, window_ends_at = excluded.window_ends_at",
        &client_key[..],
        spent.tries,
        spent.window_ends_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what no budget needs any more.
pub async fn forget_old(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!("delete from wrong_births where window_ends_at < $1", now).execute(conn).await?;
    Ok(())
}

/// Of a person what a look-up compares and opens.
#[derive(Debug, Clone)]
pub struct Known {
    pub subject: SubjectId,
    pub birth_index: Vec<u8>,
    pub sealed: Vec<u8>,
}

pub async fn by_code(conn: &mut PgConnection, code: &str) -> Result<Option<Known>, Error> {
    let row = sqlx::query!("select subject_id, birth_index, sealed from subjects where code = $1", code).fetch_optional(conn).await?;
    Ok(row.map(|row| Known { subject: SubjectId::from_uuid(row.subject_id), birth_index: row.birth_index, sealed: row.sealed }))
}

/// One of his samples, as far as he reads it.
#[derive(Debug, Clone)]
pub struct OwnRow {
    pub state: TubeState,
    pub outcome: PersonOutcome,
    pub method: Option<TestMethod>,
    pub sampled_at: DateTime<Utc>,
    pub tested_at: Option<DateTime<Utc>>,
    pub released_at: Option<DateTime<Utc>>,
    pub corrected: bool,
    pub laboratory: String,
    pub place: String,
}

/// His last samples, the last one first. What another sample has answered says nothing any more.
pub async fn own(conn: &mut PgConnection, subject: SubjectId, limit: i64) -> Result<Vec<OwnRow>, Error> {
    let rows = sqlx::query!(
        r#"select t.state, o.outcome as "outcome?", o.method as "method?", m.swabbed_at, o.tested_at as "tested_at?",
             o.released_at as "released_at?", coalesce(r.version > 1, false) as "corrected!", coalesce(l.name, '') as "laboratory!",
             coalesce(p.name, '') as "place!"
           from tube_members m
           join tubes t using (tube_id)
           join sessions e on e.session_id = t.session_id
           join sites p on p.campaign_id = e.campaign_id and p.site_id = e.site_id
           left join laboratories l on l.laboratory_id = t.laboratory_id
           left join person_outcomes o on o.subject_id = m.subject_id and o.tube_id = m.tube_id
           left join results r on r.result_id = o.result_id
           where m.subject_id = $1 and o.answered_by is null order by m.swabbed_at desc, m.tube_id desc limit $2"#,
        subject.as_uuid(),
        limit
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    rows.map(|row| {
        Ok(OwnRow {
            state: Coded::read(&row.state)?,
            outcome: row.outcome.as_deref().map(PersonOutcome::read).transpose()?.unwrap_or(PersonOutcome::Waiting),
            method: row.method.as_deref().map(TestMethod::read).transpose()?,
            sampled_at: row.swabbed_at,
            tested_at: row.tested_at,
            released_at: row.released_at,
            corrected: row.corrected,
            laboratory: row.laboratory,
            place: row.place,
        })
    })
    .collect()
}

/// Stands for a person whom nobody has registered, so that a wrong code costs what a wrong birth costs.
pub const NOBODY: SubjectId = SubjectId::from_uuid(Uuid::nil());
