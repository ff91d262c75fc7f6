//! The outbox, the relay, the consumer and the live feed against a real PostgreSQL and a real nats-server.

#![expect(clippy::expect_used, reason = "a fixture that fails ends the test")]
#![expect(clippy::disallowed_methods, reason = "tests ask the tables what no store asks")]

mod append;
mod consumer;
mod faults;
mod live;
mod poison;
mod proxy;
mod relay;
mod repair;
mod trace;
mod world;
