//! What an upload becomes, over files made here: honest ones from a phone, and those that somebody sends who means harm.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a fixture that fails ends the test")]

mod corpus;
mod folder;
mod memory;
mod metadata;
mod refused;
mod shape;
