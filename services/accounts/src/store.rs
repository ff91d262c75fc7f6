//! Every SQL statement of accounts, one file per noun. Statements of one request run on the connection of its transaction.

pub mod accounts;
pub mod grants;
pub mod links;
pub mod sessions;
pub mod tries;
pub mod units;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// The database's clock: sessions, links, grants and tries live by it, whatever the clock of a machine that runs us says.
pub async fn now(conn: &mut PgConnection) -> Result<DateTime<Utc>, sqlx::Error> {
    sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(conn).await
}
