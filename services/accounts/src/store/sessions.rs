//! Sessions. Idle and absolute ends are decided by the database's clock, in SQL.

use chrono::{DateTime, Duration, Utc};
use ids::{AccountId, SessionId};
use sqlx::PgConnection;

use crate::{
    error::Error,
    token::{KEPT, SESSION_IDLE, SESSION_LONGEST, Token},
};

/// A use of a session is written down no more often.
const WRITTEN_EVERY: Duration = Duration::minutes(1);

/// A session that is neither ended, idle too long nor too old, of an account that is not locked.
pub struct Open {
    pub id: SessionId,
    pub account: AccountId,
    /// When it ends if nothing more happens.
    pub expires_at: DateTime<Utc>,
    pub locked: bool,
}

pub async fn insert(conn: &mut PgConnection, id: SessionId, account: AccountId, token: &Token, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "insert into accounts.sessions (id, token_hash, account_id, created_at, last_seen_at, expires_at) values ($1, $2, $3, $4, $4, $5)",
        id.as_uuid(),
        &token.hash()[..],
        account.as_uuid(),
        now,
        now + SESSION_LONGEST
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The open session of a token; being asked for counts as being used, written down at most once a minute.
pub async fn resolve(conn: &mut PgConnection, token: &Token, now: DateTime<Utc>) -> Result<Option<Open>, Error> {
    let row = sqlx::query!(
        r#"select session.id, session.account_id, session.last_seen_at, session.expires_at, session.locked_at is not null as "locked!"
         from accounts.sessions as session join accounts.accounts as account on account.id = session.account_id
         where session.token_hash = $1 and session.ended_at is null and session.expires_at > $2 and session.last_seen_at > $3 and not account.locked"#,
        &token.hash()[..],
        now,
        now - SESSION_IDLE
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.last_seen_at < now - WRITTEN_EVERY {
        sqlx::query!("update accounts.sessions set last_seen_at = $2 where id = $1", row.id, now).execute(conn).await?;
    }
    Ok(Some(Open {
        id: SessionId::from_uuid(row.id),
        account: AccountId::from_uuid(row.account_id),
        expires_at: row.expires_at.min(now + SESSION_IDLE),
        locked: row.locked,
    }))
}

/// When an open session ends if nothing more happens; `None` when it is not open.
pub async fn expiry(conn: &mut PgConnection, id: SessionId, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Error> {
    let row = sqlx::query!(
        "select last_seen_at, expires_at from accounts.sessions where id = $1 and ended_at is null and expires_at > $2 and last_seen_at > $3",
        id.as_uuid(),
        now,
        now - SESSION_IDLE
    );
    Ok(row.fetch_optional(conn).await?.map(|row| row.expires_at.min(row.last_seen_at + SESSION_IDLE)))
}

/// Whether it was open and is locked by this.
pub async fn lock(conn: &mut PgConnection, id: SessionId, now: DateTime<Utc>) -> Result<bool, Error> {
    let locked = sqlx::query!(
        "update accounts.sessions set locked_at = $2 where id = $1 and ended_at is null and locked_at is null",
        id.as_uuid(),
        now
    )
    .execute(conn)
    .await?;
    Ok(locked.rows_affected() > 0)
}

/// Whether there was anything to end.
pub async fn end(conn: &mut PgConnection, id: SessionId, now: DateTime<Utc>) -> Result<bool, Error> {
    let ended = sqlx::query!("update accounts.sessions set ended_at = $2 where id = $1 and ended_at is null", id.as_uuid(), now)
        .execute(conn)
        .await?;
    Ok(ended.rows_affected() > 0)
}

pub async fn end_all(conn: &mut PgConnection, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!("update accounts.sessions set ended_at = $2 where account_id = $1 and ended_at is null", account.as_uuid(), now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets sessions a month after their end; how many.
pub async fn forget_old(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, Error> {
    let forgotten = sqlx::query!("delete from accounts.sessions where expires_at < $1", now - KEPT).execute(conn).await?;
    Ok(forgotten.rows_affected())
}
