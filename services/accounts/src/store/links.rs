//! One-time links with which an owner sets a password.

use chrono::{DateTime, Utc};
use ids::{AccountId, LinkId};
use sqlx::PgConnection;

use crate::{
    error::Error,
    token::{KEPT, LINK_LIFE, Token},
};

/// Replaces the account's earlier links; the end of the new one.
pub async fn replace(
    conn: &mut PgConnection,
    id: LinkId,
    account: AccountId,
    token: &Token,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Error> {
    end_all(conn, account, now).await?;
    let expires_at = now + LINK_LIFE;
    sqlx::query!(
        "insert into accounts.password_links (id, token_hash, account_id, created_at, expires_at) values ($1, $2, $3, $4, $5)",
        id.as_uuid(),
        &token.hash()[..],
        account.as_uuid(),
        now,
        expires_at
    )
    .execute(conn)
    .await?;
    Ok(expires_at)
}

/// The account of a link that can be used.
pub async fn find(conn: &mut PgConnection, token: &Token, now: DateTime<Utc>) -> Result<Option<AccountId>, Error> {
    let account = sqlx::query_scalar!(
        "select account_id from accounts.password_links where token_hash = $1 and ended_at is null and expires_at > $2",
        &token.hash()[..],
        now
    );
    Ok(account.fetch_optional(conn).await?.map(AccountId::from_uuid))
}

pub async fn end_all(conn: &mut PgConnection, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!("update accounts.password_links set ended_at = $2 where account_id = $1 and ended_at is null", account.as_uuid(), now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets links a month after their end; how many.
pub async fn forget_old(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, Error> {
    let forgotten = sqlx::query!("delete from accounts.password_links where expires_at < $1", now - KEPT).execute(conn).await?;
    Ok(forgotten.rows_affected())
}
