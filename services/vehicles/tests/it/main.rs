//! The service over real sockets, with a real PostgreSQL and a real JetStream. One file per RPC, and what concerns several.
#![expect(clippy::expect_used, reason = "a fixture that fails ends the test")]

mod access;
mod confirm_arrival;
mod decide_trip;
mod declare_trip;
mod enter_trip;
mod get_pass;
mod get_trip;
mod secrets;
mod sightings;
mod timer;
mod world;
