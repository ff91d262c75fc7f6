//! Reliable messages between services: the outbox written with the change, the relay that publishes it in order, the consumer that applies each event
//! once, and the live feed for pages. What an event means belongs to the services.

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
pub use outbox::{AppendError, NewEvent, append};
pub use relay::{Relay, RelayError, Republished};
pub use source::{ConnectError, Source, connect};
pub use stream::StreamError;

/// The schema `events`, for the database of any service.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();
