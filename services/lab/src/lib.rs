//! lab: who was sampled, what the laboratory found, and what that means for a person. The road learns of it whether somebody is fit to travel, and no more.

mod access;
mod accession;
mod acting;
mod barcode;
mod box_case;
mod campaign;
mod certificate;
mod deriving;
mod desk;
mod error;
mod grpc;
mod instrument_file;
mod meaning;
mod own_person;
mod own_result;
mod people;
mod plate;
mod policy;
mod pool;
mod positive;
mod publish;
mod reading;
mod registration;
mod request;
mod result_case;
mod result_import;
mod result_jobs;
mod result_rows;
mod roster;
mod rpc;
mod run;
mod run_case;
mod run_view;
mod sealed;
mod seed;
mod service;
mod shipment;
mod spreadsheet;
mod store;
mod subject;
mod task_view;
mod timer;
mod trail;
mod tries;
mod tube;
mod tube_case;
mod view;

use std::path::PathBuf;

use contract::lab::v1::{laboratory_service_server::LaboratoryServiceServer, sampling_service_server::SamplingServiceServer};
use events::{Relay, Source};
use requests::paging;
use runtime::{BoxError, CallerVerifier, ConfigError, Database, DatabaseConfig, DatabaseError, Env, Process};
use seal::Keyring;
use service::Parts;
use sqlx::{Connection, PgConnection};
use tokio::net::TcpListener;
use tonic::service::Routes;
use vietnam::province::{Profile, ProfileError};

pub use error::Error;
pub use result_jobs::work_off as work_off_imports;
pub use service::Lab;
pub use timer::run_once as pass_time;

pub const NAME: &str = "lab";
static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// Why the service did not start or was not migrated.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error("no testing policies are shipped for the province profile {0}")]
    NoSeed(String),
    #[error("the shipped testing policies do not read")]
    Seed(#[from] serde_json::Error),
    #[error(transparent)]
    Keys(#[from] seal::SealError),
    #[error("the database of lab is not usable")]
    Database(#[from] DatabaseError),
    #[error("the database of lab could not be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("NATS_URL is not an address of NATS")]
    Nats(#[source] BoxError),
    #[error("the dated data could not be stored")]
    Store(#[source] Error),
}

/// Brings the database up to date and adds the dated data of the province that is not there yet.
pub async fn migrate(env: &Env) -> Result<(), ServeError> {
    let profile = env.text_or("GSVT_PROVINCE", "gia-lai-2021");
    let seed = seed::read(&profile).ok_or(ServeError::NoSeed(profile))??;
    let config = DatabaseConfig::from_env(env, NAME)?;
    runtime::database::migrate(&config, &[&events::MIGRATOR, &audit::MIGRATOR, &seal::MIGRATOR, &MIGRATOR]).await?;
    let mut conn = PgConnection::connect(config.url.expose()).await.map_err(DatabaseError::from)?;
    store::seed::write(&mut conn, &seed).await.map_err(ServeError::Store)?;
    Ok(conn.close().await.map_err(DatabaseError::from)?)
}

/// Reads the service's settings and keys; opens no connection yet.
pub async fn open(process: &Process) -> Result<Lab, ServeError> {
    let env = &process.env;
    let profile = Profile::load(&env.text_or("GSVT_PROVINCE", "gia-lai-2021"))?;
    let keys = PathBuf::from(env.text("LAB_KEYS")?);
    let jetstream = events::connect(&env.text("NATS_URL")?, NAME).await.map_err(|error| ServeError::Nats(error.into()))?;
    Ok(Lab::new(Parts {
        database: Database::connect(&DatabaseConfig::from_env(env, NAME)?).await?,
        clock: process.clock.clone(),
        certificate_keys: keys.join("certificates"),
        keyring: Keyring::open(keys)?,
        profile,
        jetstream,
    }))
}

/// The relay of the service's outbox.
pub fn relay(service: &Lab) -> Relay {
    Relay::new(service.database.clone(), service.jetstream.clone(), Source::new(NAME))
}

/// Serves on `listener`, with the relay and the timer as tasks of the process. Returns when they are started.
pub async fn serve(process: &Process, listener: TcpListener) -> Result<(), ServeError> {
    let service = open(process).await?;
    let relay = relay(&service);
    process.lifecycle.spawn("lab.relay", |shutdown| async move {
        relay.run(async move { shutdown.requested().await }).await;
        Ok(())
    });
    let (timer, jobs) = (service.clone(), service.clone());
    process.lifecycle.spawn("lab.timer", |shutdown| timer::run(timer, shutdown));
    process.lifecycle.spawn("lab.result_imports", |shutdown| result_jobs::run(jobs, shutdown));
    serve_rpcs(process, &service, listener)
}

/// The RPCs alone: what a test serves, who drains the outbox and runs the timer himself.
pub fn serve_rpcs(process: &Process, service: &Lab, listener: TcpListener) -> Result<(), ServeError> {
    let verifier = CallerVerifier::from_env(&process.env, NAME)?;
    service.database.watch(process, "lab.database");
    let routes = Routes::new(SamplingServiceServer::new(service.clone())).add_service(LaboratoryServiceServer::new(service.clone()));
    Ok(runtime::grpc::serve(process, listener, "lab.grpc", verifier, routes)?)
}
