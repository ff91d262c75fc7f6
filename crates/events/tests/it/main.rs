//! The outbox, the relay, the consumer and the live feed against a real PostgreSQL and a real nats-server.

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
