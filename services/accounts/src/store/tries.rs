//! Tries of passwords, and the clients that logins are known from. Keys are digests made with a secret of the service.

use chrono::{DateTime, Utc};
use ids::AccountId;
use sqlx::PgConnection;

use crate::{
    error::Error,
    tries::{Budget, KNOWN_FOR, Spent, Wait},
};

/// The digests under which a try is counted.
pub struct Keys {
    pub login_client: [u8; 32],
    pub login: [u8; 32],
    pub client: [u8; 32],
}

impl Keys {
    const fn of(&self, budget: Budget) -> &[u8; 32] {
        match budget {
            Budget::LoginFromClient => &self.login_client,
            Budget::LoginFromStrangers => &self.login,
            Budget::Client => &self.client,
        }
    }
}

/// Counts a try against every budget it uses up, one after the other under their row locks; the longest wait if one of them is spent.
/// The caller rolls back then.
pub async fn spend(conn: &mut PgConnection, keys: &Keys, now: DateTime<Utc>) -> Result<Result<(), Wait>, Error> {
    let known = is_known(conn, keys, now).await?;
    let mut wait: Option<Wait> = None;
    for &budget in Budget::of(known) {
        let spent = lock(conn, budget, keys.of(budget), now).await?;
        match spent.spend(budget, now) {
            Ok(spent) => save(conn, budget, keys.of(budget), spent).await?,
            Err(longer) => wait = Some(wait.map_or(longer, |shorter| Wait(shorter.0.max(longer.0)))),
        }
    }
    Ok(wait.map_or(Ok(()), Err))
}

/// Takes back what a try that succeeded had used up, and knows its client from now on.
pub async fn succeed(conn: &mut PgConnection, keys: &Keys, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    sqlx::query!(
        "delete from accounts.sign_in_tries where kind = $1 and key = $2",
        Budget::LoginFromClient.number(),
        &keys.login_client[..]
    )
    .execute(&mut *conn)
    .await?;
    if !is_known(conn, keys, now).await? {
        for budget in [Budget::LoginFromStrangers, Budget::Client] {
            sqlx::query!(
                "update accounts.sign_in_tries set tries = greatest(tries - 1, 0), blocked_until = $3 where kind = $1 and key = $2",
                budget.number(),
                &keys.of(budget)[..],
                now
            )
            .execute(&mut *conn)
            .await?;
        }
    }
    sqlx::query!(
        "insert into accounts.known_clients (login_client, account_id, last_signed_in_at) values ($1, $2, $3)
         on conflict on constraint known_clients_pkey do update set last_signed_in_at = excluded.last_signed_in_at",
        &keys.login_client[..],
        account.as_uuid(),
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what no budget needs any more; how many rows.
pub async fn forget_old(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, Error> {
    let tries = sqlx::query!("delete from accounts.sign_in_tries where window_ends_at < $1", now).execute(&mut *conn).await?;
    let clients = sqlx::query!("delete from accounts.known_clients where last_signed_in_at < $1", now - KNOWN_FOR).execute(conn).await?;
    Ok(tries.rows_affected() + clients.rows_affected())
}

async fn is_known(conn: &mut PgConnection, keys: &Keys, now: DateTime<Utc>) -> Result<bool, Error> {
    let known = sqlx::query_scalar!(
        r#"select exists (select from accounts.known_clients where login_client = $1 and last_signed_in_at > $2) as "known!""#,
        &keys.login_client[..],
        now - KNOWN_FOR
    );
    Ok(known.fetch_one(conn).await?)
}

async fn lock(conn: &mut PgConnection, budget: Budget, key: &[u8; 32], now: DateTime<Utc>) -> Result<Spent, Error> {
    let fresh = Spent::nothing(now);
    sqlx::query!(
        "insert into accounts.sign_in_tries (kind, key, tries, window_ends_at, blocked_until) values ($1, $2, $3, $4, $5)
         on conflict on constraint sign_in_tries_pkey do nothing",
        budget.number(),
        &key[..],
        fresh.tries,
        fresh.window_ends_at,
        fresh.blocked_until
    )
    .execute(&mut *conn)
    .await?;
    let spent = sqlx::query_as!(
        Spent,
        "select tries, window_ends_at, blocked_until from accounts.sign_in_tries where kind = $1 and key = $2 for update",
        budget.number(),
        &key[..]
    );
    Ok(spent.fetch_one(conn).await?)
}

async fn save(conn: &mut PgConnection, budget: Budget, key: &[u8; 32], spent: Spent) -> Result<(), Error> {
    sqlx::query!(
        "update accounts.sign_in_tries set tries = $3, window_ends_at = $4, blocked_until = $5 where kind = $1 and key = $2",
        budget.number(),
        &key[..],
        spent.tries,
        spent.window_ends_at,
        spent.blocked_until
    )
    .execute(conn)
    .await?;
    Ok(())
}
