//! Reliable messages between services: the outbox written with the change, the relay that publishes it in order, the consumer that applies each event
//! once, and the live feed for pages. What an event means belongs to the services.

mod area;
mod event;
mod outbox;
mod relay;
mod source;
mod stream;
mod trace;

pub use area::{InvalidArea, SubjectArea};
pub use event::{Event, Unreadable};
pub use outbox::{AppendError, NewEvent, append};
pub use relay::{Relay, RelayError, Republished};
pub use source::{ConnectError, Source, connect};
pub use stream::StreamError;

/// The schema `events`, for the database of any service.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
