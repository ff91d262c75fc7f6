//! The only door to PostgreSQL. sqlx 0.9.0 loses writes when `Pool::begin` is cancelled; here begin and commit run detached from their caller, so that
//! nothing he does can lose or hide a write. SQL of the services belongs to their stores.

mod error;
mod group;
mod transaction;

use std::{sync::Arc, time::Duration};

use futures::FutureExt;
use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool, Postgres,
    migrate::{MigrateError, Migrator},
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::sync::Notify;

pub use error::{DatabaseError, is_serialization_failure, on_constraint};
pub use group::Group;
pub use transaction::Transaction;

use crate::{ConfigError, Env, Process, Secret};

/// Where a service's database is and how it is used.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    pub url: Secret<String>,
    /// As PostgreSQL shows it in `pg_stat_activity`: the service's name.
    pub application_name: String,
    pub max_connections: u32,
    /// How long a request waits for a connection before it is refused.
    pub acquire_timeout: Duration,
    pub statement_timeout: Duration,
    pub lock_timeout: Duration,
    pub idle_in_transaction_timeout: Duration,
}

impl DatabaseConfig {
    pub fn new(url: impl Into<String>, application_name: impl Into<String>) -> Self {
        Self {
            url: Secret::new(url.into()),
            application_name: application_name.into(),
            max_connections: 8,
            acquire_timeout: Duration::from_millis(500),
            statement_timeout: Duration::from_secs(3),
            lock_timeout: Duration::from_secs(1),
            idle_in_transaction_timeout: Duration::from_secs(5),
        }
    }

    /// Reads `<SERVICE>_DATABASE_URL` and `<SERVICE>_DATABASE_CONNECTIONS` (8) of the service `name`, in lower case.
    pub fn from_env(env: &Env, name: &str) -> Result<Self, ConfigError> {
        let prefix = name.to_uppercase();
        let url_name = format!("{prefix}_DATABASE_URL");
        let url = env.text(&url_name)?;
        url.parse::<PgConnectOptions>().map_err(|error| ConfigError::Invalid {
            name: url_name,
            value: "***".to_owned(),
            fault: error.to_string(),
        })?;
        let config = Self::new(url, name);
        let max_connections = env.parsed_or(&format!("{prefix}_DATABASE_CONNECTIONS"), config.max_connections)?;
        Ok(Self { max_connections, ..config })
    }

    fn options(&self) -> Result<PgConnectOptions, DatabaseError> {
        let options: PgConnectOptions = self.url.expose().parse().map_err(DatabaseError::Other)?;
        let milliseconds = |duration: Duration| duration.as_millis().to_string();
        Ok(options
            .application_name(&self.application_name)
            .options([
                ("statement_timeout", milliseconds(self.statement_timeout)),
                ("lock_timeout", milliseconds(self.lock_timeout)),
                ("idle_in_transaction_session_timeout", milliseconds(self.idle_in_transaction_timeout)),
                ("log_parameter_max_length_on_error", "0".to_owned()),
                // No statement of a request is so long that compiling it pays.
                ("jit", "off".to_owned()),
                // The rollback that follows each commit would else warn that there is no transaction.
                ("client_min_messages", "error".to_owned()),
            ])
            .disable_statement_logging())
    }
}

/// A service's connections. Clones share them.
#[derive(Debug, Clone)]
pub struct Database {
    pool: PgPool,
    statement_timeout: Duration,
    committed: Arc<Notify>,
}

impl Database {
    /// Prepares the connections; the first is opened when it is needed, so that a service starts while its database is away. Fails only on a bad address.
    pub async fn connect(config: &DatabaseConfig) -> Result<Self, DatabaseError> {
        let pool = PgPoolOptions::new()
            .max_connections(config.max_connections)
            .acquire_timeout(config.acquire_timeout)
            // sqlx asks a connection for an answer when it is given back; who was idle since is asked again.
            .test_before_acquire(false)
            .before_acquire(|connection, metadata| {
                let asked_lately = metadata.idle_for < ASK_AFTER;
                async move { if asked_lately { Ok(true) } else { connection.ping().await.map(|()| true) } }.boxed()
            })
            .after_connect(|connection, _| hide_parameters(connection).boxed())
            .connect_lazy_with(config.options()?);
        Ok(Self { pool, statement_timeout: config.statement_timeout, committed: Arc::default() })
    }

    /// Opens a transaction, whose statements may take no longer than the request has left. A caller who is cancelled meanwhile leaves none behind.
    pub async fn begin(&self) -> Result<Transaction, DatabaseError> {
        self.begin_with(&[]).await
    }

    /// [`Database::begin`] for statements about some rows, found by their keys: each is planned once for any number of keys, and never reads a whole table,
    /// however small it was at that time.
    pub async fn begin_keyed(&self) -> Result<Transaction, DatabaseError> {
        self.begin_with(&["plan_cache_mode = force_generic_plan", "enable_seqscan = off"]).await
    }

    async fn begin_with(&self, settings: &[&str]) -> Result<Transaction, DatabaseError> {
        let settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
        transaction::begin(self.pool.clone(), self.statement_timeout, Arc::clone(&self.committed), settings).await
    }

    /// Waits for a commit since this was last asked. One task may ask: the relay of the outbox.
    pub async fn committed(&self) {
        self.committed.notified().await;
    }

    /// A connection for reads outside a transaction.
    pub async fn acquire(&self) -> Result<PoolConnection<Postgres>, DatabaseError> {
        Ok(self.pool.acquire().await?)
    }

    /// Asks the database for an answer.
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        Ok(self.acquire().await?.ping().await?)
    }

    /// Reports to `/ready` whether the database answers, as the component `name`.
    pub fn watch(&self, process: &Process, name: &'static str) {
        let (component, database) = (process.health.component(name), self.clone());
        process.lifecycle.spawn(name, |shutdown| async move {
            while !shutdown.is_requested() {
                match database.ping().await {
                    Ok(()) => component.ready(),
                    Err(error) => component.unready(error.to_string()),
                }
                let _ = tokio::time::timeout(LOOK_AGAIN, shutdown.requested()).await;
            }
            component.unready("stopping");
            Ok(())
        });
    }

    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Closes every connection; what was not committed is rolled back.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

const ASK_AFTER: Duration = Duration::from_secs(1);
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Runs the migrations on a connection of their own, without the limits of time that requests have. Nothing is tried twice.
pub async fn migrate(config: &DatabaseConfig, migrators: &[&Migrator]) -> Result<(), MigrateError> {
    let options: PgConnectOptions = config.url.expose().parse()?;
    let mut connection = options.application_name(&config.application_name).disable_statement_logging().connect().await?;
    for migrator in migrators {
        migrator.run(&mut connection).await?;
    }
    connection.close().await?;
    Ok(())
}

/// Keeps parameters out of the server's log, where the role may say so; the operator of a server says it in its configuration.
async fn hide_parameters(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    connection
        .execute(
            "select set_config('log_parameter_max_length', '0', false)
             where has_parameter_privilege(current_user, 'log_parameter_max_length', 'set')",
        )
        .await
        .map(|_| ())
}
