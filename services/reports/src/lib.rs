//! reports: what citizens report from the road, who handles it, and what they are answered. Whoever reports stays unknown to everybody.

mod access;
mod album;
mod budget;
mod bypass;
mod case;
mod consumer;
mod contact;
mod days;
mod deadlines;
mod error;
mod escalation;
mod family;
mod form;
mod grpc;
mod merging;
mod photo;
mod place;
mod plate;
mod proof;
mod publish;
mod reading;
mod recipient;
mod report;
mod request;
mod retention;
mod routing;
mod rpc;
mod sealed;
mod seed;
mod service;
mod store;
mod submission;
mod ticket;
mod timer;
mod trail;
mod transfer;
mod tries;
mod upload;
mod urgency;
mod view;
mod word;

use std::path::Path;

use contract::reports::v1::{photo_service_server::PhotoServiceServer, report_service_server::ReportServiceServer};
use events::{Consumer, Relay, Source};
use files::{Darkroom, Files};
use requests::{fault, paging};
use runtime::{BoxError, CallerVerifier, ConfigError, Database, DatabaseConfig, DatabaseError, Env, Process};
use seal::Keyring;
use service::Parts;
use sqlx::{Connection, PgConnection};
use tokio::net::TcpListener;
use tonic::service::Routes;
use vietnam::province::{Profile, ProfileError};

pub use error::Error;
pub use service::Reports;
pub use timer::run_once as pass_time;

pub const NAME: &str = "reports";
/// Of a message with a photo: the photo, and what stands beside it.
const PHOTO_MESSAGE_BYTES: usize = files::MOST_BYTES + 16 * 1024;
/// What listens to vehicles, for ever.
pub const VEHICLES_CONSUMER: &str = "reports_vehicles_v1";
static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// Why the service did not start or was not migrated.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error("no report categories are shipped for the province profile {0}")]
    NoSeed(String),
    #[error("the shipped report categories do not read")]
    Seed(#[from] serde_json::Error),
    #[error(transparent)]
    Keys(#[from] seal::SealError),
    #[error(transparent)]
    Files(#[from] files::FilesError),
    #[error("the database of reports is not usable")]
    Database(#[from] DatabaseError),
    #[error("the database of reports could not be migrated")]
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
pub async fn open(process: &Process) -> Result<Reports, ServeError> {
    let env = &process.env;
    let profile = Profile::load(&env.text_or("GSVT_PROVINCE", "gia-lai-2021"))?;
    let jetstream = events::connect(&env.text("NATS_URL")?, NAME).await.map_err(|error| ServeError::Nats(error.into()))?;
    Ok(Reports::new(Parts {
        database: Database::connect(&DatabaseConfig::from_env(env, NAME)?).await?,
        clock: process.clock.clone(),
        keyring: Keyring::open(env.text("REPORTS_KEYS")?)?,
        files: Files::open(Path::new(&env.text("REPORTS_FILES")?))?,
        darkroom: Darkroom::default(),
        profile,
        jetstream,
    }))
}

/// The relay of the service's outbox.
pub fn relay(service: &Reports) -> Relay {
    Relay::new(service.database.clone(), service.jetstream.clone(), Source::new(NAME))
}

/// What listens to vehicles.
pub fn consumer(service: &Reports) -> Consumer {
    let (database, jetstream) = (service.database.clone(), service.jetstream.clone());
    Consumer::new(database, jetstream, VEHICLES_CONSUMER, Source::new("vehicles"), |conn, event| Box::pin(consumer::apply(conn, event)))
}

/// Serves on `listener`, with the relay, the consumer and the timer, as tasks of the process. Returns when they are started.
pub async fn serve(process: &Process, listener: TcpListener) -> Result<(), ServeError> {
    let service = open(process).await?;
    let relay = relay(&service);
    process.lifecycle.spawn("reports.relay", |shutdown| async move {
        relay.run(async move { shutdown.requested().await }).await;
        Ok(())
    });
    let vehicles = consumer(&service);
    process.lifecycle.spawn("reports.vehicles", |shutdown| async move {
        vehicles.run(async move { shutdown.requested().await }).await;
        Ok(())
    });
    let timer = service.clone();
    process.lifecycle.spawn("reports.timer", |shutdown| timer::run(timer, shutdown));
    serve_rpcs(process, &service, listener)
}

/// The RPCs alone: what a test serves, who drains the outbox and the events of vehicles and runs the timer himself.
pub fn serve_rpcs(process: &Process, service: &Reports, listener: TcpListener) -> Result<(), ServeError> {
    let verifier = CallerVerifier::from_env(&process.env, NAME)?;
    service.database.watch(process, "reports.database");
    let photos = PhotoServiceServer::new(service.clone()).max_decoding_message_size(PHOTO_MESSAGE_BYTES);
    let routes = Routes::new(ReportServiceServer::new(service.clone())).add_service(photos);
    Ok(runtime::grpc::serve(process, listener, "reports.grpc", verifier, routes)?)
}
