//! A database per test, cloned from a template that was migrated once per run.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::shared::Shared;

/// A database of one test; dropping it removes it, so keep it as long as the test runs.
#[derive(Debug)]
#[must_use]
pub struct TestDatabase {
    pub url: String,
    name: String,
}

/// An empty, migrated database; the migrators run in the given order, once per run.
pub async fn database(migrators: &[&'static Migrator]) -> TestDatabase {
    let mut hasher = DefaultHasher::new();
    for migrator in migrators {
        migrator.table_name.hash(&mut hasher);
        migrator.iter().for_each(|migration| (migration.version, &migration.checksum).hash(&mut hasher));
    }
    let template = format!("template_{:016x}", hasher.finish());
    database_from(&template, async |url| {
        let mut connection = PgConnection::connect(&url).await?;
        for migrator in migrators {
            migrator.run(&mut connection).await?;
        }
        Ok(connection.close().await?)
    })
    .await
}

/// A copy of the database `template`, which `prepare` fills when it is asked for first; it must close its connections.
pub async fn database_from(template: &str, prepare: impl AsyncFnOnce(String) -> anyhow::Result<()>) -> TestDatabase {
    let shared = Shared::get().await;
    clone(shared, template, prepare).await.expect("a database for the test")
}

async fn clone(shared: &Shared, template: &str, prepare: impl AsyncFnOnce(String) -> anyhow::Result<()>) -> anyhow::Result<TestDatabase> {
    let mut connection = PgConnection::connect(&shared.database("postgres")).await?;
    // Held until the connection ends: other test binaries of the run wait for the template instead of making it twice.
    run(&mut connection, format!("select pg_advisory_lock(hashtext('{template}'))")).await?;
    if !exists(&mut connection, template).await? {
        let half_made = format!("{template}_new");
        run(&mut connection, format!("drop database if exists {half_made} with (force)")).await?;
        run(&mut connection, format!("create database {half_made}")).await?;
        prepare(shared.database(&half_made)).await?;
        run(&mut connection, format!("alter database {half_made} rename to {template}")).await?;
    }
    run(&mut connection, "select pg_advisory_unlock_all()".to_owned()).await?;
    let name = format!("test_{}", servers::random_password()?);
    run(&mut connection, format!("create database {name} template {template}")).await?;
    connection.close().await?;
    Ok(TestDatabase { url: shared.database(&name), name })
}

async fn exists(connection: &mut PgConnection, name: &str) -> sqlx::Result<bool> {
    let found = connection.fetch_optional(AssertSqlSafe(format!("select 1 from pg_database where datname = '{name}'"))).await?;
    Ok(found.is_some())
}

async fn run(connection: &mut PgConnection, statement: String) -> sqlx::Result<()> {
    connection.execute(AssertSqlSafe(statement)).await.map(drop)
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (url, name) = (self.url.replace(&self.name, "postgres"), self.name.clone());
        // The test's runtime may be ending or single-threaded: the statement gets a thread and a runtime of its own.
        let _ = std::thread::spawn(move || drop_database(&url, &name)).join();
    }
}

fn drop_database(url: &str, name: &str) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connection = PgConnection::connect(url).await?;
        run(&mut connection, format!("drop database {name} with (force)")).await?;
        Ok(connection.close().await?)
    })
}
