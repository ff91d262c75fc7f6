//! Rows of `wrong_pins` and `sent_reports`. Keys are digests made with a secret of the service.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{error::Error, tries::Spent};

/// What a client has spent on wrong PINs. Until the end of the transaction no other try of the same client is looked at.
pub async fn lock_tries(conn: &mut PgConnection, client_key: &[u8; 32], now: DateTime<Utc>) -> Result<Spent, Error> {
    let [a, b, c, d, e, f, g, h, ..] = *client_key;
    sqlx::query_scalar!(r#"select pg_advisory_xact_lock($1)::text as "locked""#, i64::from_be_bytes([a, b, c, d, e, f, g, h]))
        .fetch_one(&mut *conn)
        .await?;
    let spent = sqlx::query_as!(Spent, "select tries, window_ends_at from wrong_pins where client_key = $1", &client_key[..]);
    Ok(spent.fetch_optional(conn).await?.unwrap_or(Spent::nothing(now)))
}

pub async fn save_tries(conn: &mut PgConnection, client_key: &[u8; 32], spent: Spent) -> Result<(), Error> {
    sqlx::query!(
        "insert into wrong_pins (client_key, tries, window_ends_at) values ($1, $2, $3)
         on conflict on constraint wrong_pins_pkey do update set tries = excluded.tries, window_ends_at = excluded.window_ends_at",
        &client_key[..],
        spent.tries,
        spent.window_ends_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Counts a report for its client, and says how many he has sent since then, this one too.
pub async fn count_report(conn: &mut PgConnection, client_key: &[u8; 32], since: DateTime<Utc>, now: DateTime<Utc>) -> Result<i64, Error> {
    sqlx::query!("insert into sent_reports (client_key, sent_at) values ($1, $2)", &client_key[..], now).execute(&mut *conn).await?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from sent_reports where client_key = $1 and sent_at > $2"#,
        &client_key[..],
        since
    );
    Ok(count.fetch_one(conn).await?)
}

/// Forgets what no budget needs any more.
pub async fn forget_old(conn: &mut PgConnection, now: DateTime<Utc>, sent_before: DateTime<Utc>) -> Result<u64, Error> {
    let tries = sqlx::query!("delete from wrong_pins where window_ends_at < $1", now).execute(&mut *conn).await?;
    let sent = sqlx::query!("delete from sent_reports where sent_at < $1", sent_before).execute(conn).await?;
    Ok(tries.rows_affected() + sent.rows_affected())
}
