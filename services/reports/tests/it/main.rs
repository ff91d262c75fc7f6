//! The service over real sockets, with a real PostgreSQL and a real JetStream. One file per RPC, and what concerns several.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a fixture that fails ends the test")]

mod access;
mod answering;
mod assign_report;
mod create_report;
mod escalation;
mod follow_report;
mod handling;
mod lanes;
mod list_published_reports;
mod list_reports;
mod log;
mod merging;
mod once;
mod photos;
mod public_events;
mod retention;
mod rules;
mod secrets;
mod timer;
mod transfers;
mod trips;
mod working_days;
mod world;
