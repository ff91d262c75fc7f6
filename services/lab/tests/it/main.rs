//! The service over real sockets, with a real PostgreSQL and a real JetStream. One file per RPC, or one for methods of one thing.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a fixture that fails ends the test")]

mod boxes;
mod campaigns;
mod desk;
mod rosters;
mod secrets;
mod world;
