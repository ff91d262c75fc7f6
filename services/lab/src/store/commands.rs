//! Rows of `commands`, and the numbers given out on a day.

use chrono::{DateTime, NaiveDate, Utc};
use ids::{AccountId, CommandId};
use sqlx::PgConnection;

use crate::{error::Error, request};

/// Whether the command is new. A second one of the same id waits for the first, and is told that it was done; with another content it is refused.
pub async fn begin(
    conn: &mut PgConnection,
    command: CommandId,
    request_hash: &[u8],
    account: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let inserted = sqlx::query!(
        "insert into commands (command_id, request_hash, account_id, at) values ($1, $2, $3, $4) on conflict on constraint commands_pkey do nothing",
        command.as_uuid(),
        request_hash,
        account.map(AccountId::as_uuid),
        now
    );
    if inserted.execute(&mut *conn).await?.rows_affected() == 1 {
        return Ok(true);
    }
    let stored = sqlx::query_scalar!("select request_hash from commands where command_id = $1", command.as_uuid());
    request::same(&stored.fetch_one(conn).await?, request_hash)?;
    Ok(false)
}

/// The next number of the day: `VC-20211018-0007`.
pub async fn next_number(conn: &mut PgConnection, kind: &'static str, day: NaiveDate) -> Result<String, Error> {
    let last = sqlx::query_scalar!(
        "insert into day_numbers as numbers (kind, day, last) values ($1, $2, 1)
         on conflict on constraint day_numbers_pkey do update set last = numbers.last + 1 returning last",
        kind,
        day
    );
    let last = last.fetch_one(conn).await?;
    Ok(format!("{kind}-{}-{last:04}", day.format("%Y%m%d")))
}
