//! vehicles: the journey of a vehicle from its declaration to its arrival or exit, the public list and the statistics.

pub mod arrival;
pub mod assessment;
pub mod commitment;
pub mod declaration;
pub mod fault;
pub mod findings;
pub mod passes;
pub mod person;
pub mod policy;
pub mod publication;
pub mod seed;
pub mod sighting;
pub mod trip;
