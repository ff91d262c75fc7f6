//! Every SQL statement of the service, by noun. The caller holds the transaction.

pub mod arrivals;
pub mod coded;
pub mod decisions;
pub mod find;
pub mod fitness;
pub mod history;
pub mod lists;
pub mod people;
pub mod possible;
pub mod public;
pub mod rules;
pub mod seed;
pub mod sightings;
pub mod statistics;
pub mod templates;
pub mod trips;
