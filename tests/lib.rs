//! The product from outside: how it is started, called and given a truck or a day of sampling, and a wire to it that breaks. The journeys are in `system/`, the drill of faults in `chaos/`.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a fixture that fails ends the test")]

pub mod api;
pub mod lab;
pub mod proxy;
pub mod truck;
pub mod world;
