//! vehicles: the journey of a vehicle from its declaration to its arrival or exit, the public list and the statistics.

mod access;
mod arrival;
mod assessment;
mod commitment;
mod consumer;
mod deciding;
mod declaration;
mod error;
mod findings;
mod fitness;
mod grpc;
mod intake;
mod judging;
mod lookup;
mod passes;
mod person;
mod policy;
mod public_view;
mod publication;
mod publish;
mod reading;
mod request;
mod rpc;
mod sealed;
mod seed;
mod service;
mod sighting;
mod slips;
mod store;
mod sweep;
mod tally;
mod timer;
mod trail;
mod trip;
mod view;
mod watching;
mod workbook;

use contract::vehicles::v1::vehicle_service_server::VehicleServiceServer;
use events::{Consumer, Relay, Source};
use requests::{fault, paging};
use runtime::{BoxError, CallerVerifier, ConfigError, Database, DatabaseConfig, DatabaseError, Env, Group, Process};
use seal::{
    Keyring,
    pass::{PassSigner, PassVerifier},
};
use service::Parts;
use sqlx::{Connection, PgConnection};
use tokio::net::TcpListener;
use tonic::service::Routes;
use vietnam::province::{Profile, ProfileError};

pub use error::Error;
pub use service::Vehicles;
pub use sweep::run_once as sweep_public_list;
pub use timer::run_once as mark_overdue;

pub const NAME: &str = "vehicles";
static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// Why the service did not start or was not migrated.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error("no entry policies are shipped for the province profile {0}")]
    NoSeed(String),
    #[error("the shipped entry policies do not read")]
    Seed(#[from] serde_json::Error),
    #[error(transparent)]
    Keys(#[from] seal::SealError),
    #[error("the database of vehicles is not usable")]
    Database(#[from] DatabaseError),
    #[error("the database of vehicles could not be migrated")]
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
pub async fn open(process: &Process) -> Result<Vehicles, ServeError> {
    let env = &process.env;
    let profile = Profile::load(&env.text_or("GSVT_PROVINCE", "gia-lai-2021"))?;
    let keys = env.text("VEHICLES_KEYS")?;
    let jetstream = events::connect(&env.text("NATS_URL")?, NAME).await.map_err(|error| ServeError::Nats(error.into()))?;
    Ok(Vehicles::new(Parts {
        database: Database::connect(&DatabaseConfig::from_env(env, NAME)?).await?,
        clock: process.clock.clone(),
        keyring: Keyring::open(&keys)?,
        signer: PassSigner::open(&keys)?,
        verifier: PassVerifier::open(&keys)?,
        profile,
        jetstream,
        decisions: Group::of(deciding::LARGEST),
    }))
}

/// The relay of the service's outbox.
pub fn relay(service: &Vehicles) -> Relay {
    Relay::new(service.database.clone(), service.jetstream.clone(), Source::new(NAME))
}

/// What listens to reports.
pub fn reports_consumer(service: &Vehicles) -> Consumer {
    let (database, jetstream, service) = (service.database.clone(), service.jetstream.clone(), service.clone());
    Consumer::new(database, jetstream, "vehicles_reports_v1", Source::new("reports"), move |conn, event| {
        let service = service.clone();
        Box::pin(async move { consumer::apply_reports(&service, conn, event).await })
    })
}

/// What listens to the laboratory.
pub fn lab_consumer(service: &Vehicles) -> Consumer {
    let (database, jetstream, service) = (service.database.clone(), service.jetstream.clone(), service.clone());
    Consumer::new(database, jetstream, "vehicles_lab_v1", Source::new("lab"), move |conn, event| {
        let service = service.clone();
        Box::pin(async move { consumer::apply_lab(&service, conn, event).await })
    })
}

/// Serves on `listener`, with the relay, the consumers and the timers, as tasks of the process. Returns when they are started.
pub async fn serve(process: &Process, listener: TcpListener) -> Result<(), ServeError> {
    let service = open(process).await?;
    let relay = relay(&service);
    process.lifecycle.spawn("vehicles.relay", |shutdown| async move {
        relay.run(async move { shutdown.requested().await }).await;
        Ok(())
    });
    for (name, consumer) in [("vehicles.reports", reports_consumer(&service)), ("vehicles.lab", lab_consumer(&service))] {
        process.lifecycle.spawn(name, |shutdown| async move {
            consumer.run(async move { shutdown.requested().await }).await;
            Ok(())
        });
    }
    let timer = service.clone();
    process.lifecycle.spawn("vehicles.timer", |shutdown| timer::run(timer, shutdown));
    let swept = service.clone();
    process.lifecycle.spawn("vehicles.sweep", |shutdown| sweep::run(swept, shutdown));
    serve_rpcs(process, &service, listener)
}

/// The RPCs alone: what a test serves, who drains the outbox and runs the timer himself.
pub fn serve_rpcs(process: &Process, service: &Vehicles, listener: TcpListener) -> Result<(), ServeError> {
    let verifier = CallerVerifier::from_env(&process.env, NAME)?;
    service.database.watch(process, "vehicles.database");
    let routes = Routes::new(VehicleServiceServer::new(service.clone()));
    Ok(runtime::grpc::serve(process, listener, "vehicles.grpc", verifier, routes)?)
}
