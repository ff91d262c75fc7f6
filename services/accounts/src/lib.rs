//! Accounts: units, people's accounts, what they may do where and until when, how they sign in. `serve` wires the files below.

mod account;
mod authority;
mod decode;
mod error;
mod first_administrator;
mod grpc;
mod hashing;
mod housekeeping;
mod login;
mod password;
mod proto;
mod publish;
mod rpc;
mod seed;
mod service;
mod store;
mod token;
mod trail;
mod tries;
mod unit;
mod wanted_grant;

use std::sync::Arc;

use contract::accounts::v1::account_service_server::AccountServiceServer;
use events::{Relay, Source};
use runtime::{CallerVerifier, ConfigError, Database, DatabaseConfig, DatabaseError, Env, Process};
use seal::{Keyring, SealError};
use tokio::net::TcpListener;
use tonic::service::Routes;
use vietnam::province::{Profile, ProfileError};

use crate::{hashing::Hashing, service::Accounts};

pub use first_administrator::{Agency, FirstLink, first_administrator};
pub use housekeeping::sweep_once;
pub use seed::{DemoLogin, seed_demo};

/// The serve target, the database's and the stream's name, the audience of the caller context.
pub const NAME: &str = "accounts";

static SCHEMA: sqlx::migrate::Migrator = sqlx::migrate!();

/// Everything in the database of accounts, in this order.
pub static MIGRATORS: [&sqlx::migrate::Migrator; 4] = [&SCHEMA, &events::MIGRATOR, &audit::MIGRATOR, &seal::MIGRATOR];

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error("the keys of accounts cannot be used")]
    Keys(#[from] SealError),
    #[error("the database of accounts cannot be used")]
    Database(#[from] DatabaseError),
    #[error("the database of accounts could not be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("NATS cannot be used")]
    Events(#[from] events::ConnectError),
    #[error("accounts could not be prepared")]
    Prepare(#[from] error::Error),
    #[error("the province has an administrator already: he makes the other accounts, on the page Accounts")]
    HasAdministrator,
    #[error("somebody else has this login: choose another one")]
    LoginTaken,
    #[error("a login has 3 to 60 letters without marks, digits, dots and dashes, and begins with a letter or digit")]
    Login,
    #[error("a name has letters, spaces, hyphens and apostrophes")]
    FullName,
    #[error("the file of demo logins {path} cannot be used")]
    DemoLogins { path: String, source: std::io::Error },
}

/// Brings the database that `ACCOUNTS_DATABASE_URL` names up to date.
pub async fn migrate(env: &Env) -> Result<(), ServeError> {
    runtime::database::migrate(&DatabaseConfig::from_env(env, NAME)?, &MIGRATORS).await?;
    Ok(())
}

/// Serves on `listener`; returns when every task is started. Settings: `ACCOUNTS_DATABASE_URL`, `ACCOUNTS_KEYS` (the key folder), `NATS_URL`,
/// `CALLER_PUBLIC_KEY`, `GSVT_PROVINCE` (gia-lai-2021).
pub async fn serve(process: &Process, listener: TcpListener) -> Result<(), ServeError> {
    let accounts = connect(&process.env).await?;
    let database = accounts.database.clone();
    database.watch(process, "accounts.database");

    let jetstream = events::connect(&process.env.text("NATS_URL")?, NAME).await?;
    let relay = Relay::new(database.clone(), jetstream, Source::new(NAME));
    process.lifecycle.spawn("accounts.relay", |shutdown| async move {
        relay.run(shutdown.requested()).await;
        Ok(())
    });
    let clock = process.clock.clone();
    process.lifecycle.spawn("accounts.housekeeping", |shutdown| async move {
        housekeeping::run(database, clock, shutdown).await;
        Ok(())
    });

    let verifier = CallerVerifier::from_env(&process.env, NAME)?;
    runtime::grpc::serve(process, listener, "accounts.grpc", verifier, Routes::new(AccountServiceServer::new(accounts)))?;
    Ok(())
}

async fn connect(env: &Env) -> Result<Accounts, ServeError> {
    let profile = Profile::load(&env.text_or("GSVT_PROVINCE", "gia-lai-2021"))?;
    let keyring = Arc::new(Keyring::open(env.text("ACCOUNTS_KEYS")?)?);
    let database = Database::connect(&DatabaseConfig::from_env(env, NAME)?).await?;
    Ok(Accounts { hashing: Hashing::new(&keyring)?, keyring, database, era: profile.era })
}
