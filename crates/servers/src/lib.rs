//! Private servers: a PostgreSQL cluster and a nats-server of our own, which never outlive the process that started them.
//!
//! `gsvt up` keeps its state in them and the tests run against them. Nothing here knows what is stored: databases, roles and
//! streams belong to the callers. Everything blocks, because a server outlives any one async runtime of a test.

mod earlier;
mod error;
mod find;
mod nats;
mod postgres;
mod process;

pub use error::ServerError;
pub use nats::{Access, Nats, NatsSettings};
pub use postgres::{Cluster, Postgres};
pub use process::Supervised;

/// A new random password of 128 bits, as 32 hexadecimal digits.
pub fn random_password() -> Result<String, ServerError> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| ServerError::Random(error.to_string()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
