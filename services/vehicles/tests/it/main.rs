//! The service over real sockets, with a real PostgreSQL and a real JetStream. One file per RPC, and what concerns several.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a fixture that fails ends the test")]

mod access;
mod confirm_arrival;
mod decide_trip;
mod declare_trip;
mod enter_trip;
mod find_trips;
mod fitness;
mod get_pass;
mod get_statistics;
mod get_trip;
mod list_arrivals;
mod list_public_trips;
mod list_trips;
mod plans;
mod possible_people;
mod public_events;
mod reference;
mod reported_violations;
mod secrets;
mod sightings;
mod timer;
mod watch_trips;
mod world;
