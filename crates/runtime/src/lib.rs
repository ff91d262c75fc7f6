//! What any process of GSVT needs and no domain knows: settings, time, tasks, health, telemetry, the database, gRPC, and who calls.
//!
//! A service is served like this (`grpc::serve` and `watch` start tasks on the process's lifecycle and return at once):
//!
//! ```ignore
//! let database = Database::connect(&DatabaseConfig::from_env(&process.env, "vehicles")?).await?;
//! database.watch(process, "vehicles.database");
//! let verifier = CallerVerifier::from_env(&process.env, "vehicles")?;
//! runtime::grpc::serve(process, listener, "vehicles.grpc", verifier, Routes::new(VehicleServiceServer::new(service)))?;
//! ```
//!
//! A method begins with `let (caller, request) = runtime::grpc::accept(request)?`, its file with `caller.require(Permission::VehiclesTripsDecide)?`
//! (`Denied` turns into a `Status`), and changes data in `let mut tx = database.begin().await?; …(&mut tx)…; tx.commit().await?`. A service's error becomes
//! a [`grpc::Problem`], and `Status::from(problem)`; `DatabaseError::problem()` does it for the database. A client is
//! `VehicleServiceClient::new(client.on_behalf_of(caller))` with a [`grpc::Client`]; `Problem::from_status` reads what came back, and
//! `grpc::Scope::new(request_id, time).run(…)` gives the calls made inside their number and deadline.

pub mod admin;
pub mod caller;
mod clock;
mod config;
pub mod database;
pub mod grpc;
pub mod health;
mod lifecycle;
mod limits;
mod process;
pub mod telemetry;

pub use caller::{AccountCaller, AreaKey, Caller, CallerKind, CallerSigner, CallerVerifier, ClientId, Denied, Language};
pub use clock::{Clock, ManualClock};
pub use config::{ConfigError, Env, Secret, Setting};
pub use database::{Database, DatabaseConfig, DatabaseError, Group, Transaction};
pub use health::Health;
pub use lifecycle::{BoxError, Failure, Lifecycle, Outcome, Shutdown};
pub use limits::{Limiter, TooOften};
pub use process::Process;
