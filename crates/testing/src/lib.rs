//! Fixtures of every test: one PostgreSQL and one nats-server per test run, a database and a JetStream account per test.
//!
//! `tests/run` starts the two for the whole run; a test binary started by itself starts its own. Either way they end with the
//! process that started them, also when it panics or is killed. A test that kills, freezes or restarts a server takes a private one.
//! What a fixture cannot do it panics about, so that a test says only what it tests.
#![expect(clippy::expect_used, reason = "a fixture panics where a test would")]

mod database;
mod nats;
mod photo;
mod private;
mod shared;

pub use database::{TestDatabase, database, database_from};
pub use nats::{TestNats, nats};
pub use photo::{PHOTOGRAPHER, exif, photo};
pub use private::{PrivateNats, PrivatePostgres, private_nats, private_postgres};
pub use shared::{NATS, POSTGRES, Shared, folder};
