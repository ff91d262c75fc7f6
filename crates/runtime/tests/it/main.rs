//! The runtime against a real PostgreSQL and over real sockets.
#![expect(clippy::expect_used, reason = "a fixture that fails ends the test")]

mod admin;
mod caller;
mod database;
mod group;
mod grpc;
mod lifecycle;
mod lost_writes;
mod postgres;
