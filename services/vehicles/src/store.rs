//! Every SQL statement of the service, by noun. The caller holds the transaction.

pub mod arrivals;
pub mod coded;
pub mod decisions;
pub mod people;
pub mod rules;
pub mod seed;
pub mod sightings;
pub mod trips;
