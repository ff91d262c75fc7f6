//! Reliable messages between services: the outbox written with the change, the relay that publishes it in order, the consumer that applies each event
//! once, and the live feed for pages. What an event means belongs to the services.
//!
//! A service that speaks and listens is wired like this:
//!
//! ```ignore
//! let jetstream = events::connect(&url, "vehicles").await?;
//! let relay = Relay::new(database.clone(), jetstream.clone(), Source::new("vehicles"));
//! let reports = Consumer::new(database, jetstream, "vehicles_reports_v1", Source::new("reports"), |tx, event| Box::pin(consumer::apply(tx, event)));
//! process.lifecycle.spawn("vehicles.relay", |stop| async move { Ok(relay.run(stop.requested()).await) });
//! process.lifecycle.spawn("vehicles.reports", |stop| async move { Ok(reports.run(stop.requested()).await) });
//! ```
//!
//! Tests call [`Relay::drain_once`] and [`Consumer::drain_once`] instead. A relay that runs is told of every commit by its [`runtime::Database`].

mod area;
mod consumer;
mod event;
mod live;
mod outbox;
mod relay;
mod source;
mod stream;

pub use area::{InvalidArea, SubjectArea};
pub use consumer::{Consumer, ConsumerError, Handled, HandlerError, forget, unpark};
pub use event::{Event, Unreadable};
pub use live::{Feed, Live, Start};
pub use outbox::{AppendError, NewEvent, append, append_all, append_traced};
pub use relay::{Relay, RelayError, Republished};
pub use source::{ConnectError, Source, connect};
pub use stream::StreamError;

/// The schema `events`, for the database of any service.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
