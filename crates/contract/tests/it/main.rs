//! The contract as its users see it.
#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]
mod methods;
mod openapi;
mod rules;
mod timestamp;
mod transcode;
