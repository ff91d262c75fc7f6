//! A JetStream account per test on the run's nats-server: streams keep their real names and meet nobody else's.

use sqlx::{Connection, Executor, PgConnection, Row};

use crate::shared::{NATS_ACCOUNTS, Shared};

/// The address of an account that no other test of the run has.
#[derive(Debug)]
pub struct TestNats {
    pub url: String,
}

/// An empty account.
pub async fn nats() -> TestNats {
    let shared = Shared::get().await;
    let number = next_account(shared).await.expect("the number of an account");
    assert!(number <= i64::from(NATS_ACCOUNTS), "the run's nats-server has {NATS_ACCOUNTS} accounts, all taken");
    TestNats { url: shared.nats.replacen("//t1:", &format!("//t{number}:"), 1) }
}

/// The test binaries of a run share the server, so the run's PostgreSQL counts.
async fn next_account(shared: &Shared) -> sqlx::Result<i64> {
    let mut connection = PgConnection::connect(&shared.database("postgres")).await?;
    connection.execute("select pg_advisory_lock(1)").await?;
    connection.execute("create sequence if not exists nats_accounts").await?;
    let number = connection.fetch_one("select nextval('nats_accounts')").await?.try_get(0)?;
    connection.close().await?;
    Ok(number)
}
