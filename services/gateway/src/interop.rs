//! Rooms that speak the form of others: each in its own folder, none of them in `/openapi.json`.
pub mod open311;
