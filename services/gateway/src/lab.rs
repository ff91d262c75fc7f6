//! What the pages of sampling and laboratory share: words of states, what a refused command says, forms of people, plates and readings.
pub mod desk;
pub mod failure;
pub mod person;
pub mod picture;
pub mod plate;
pub mod progress;
pub mod readings;
pub mod roster;
pub mod scans;
pub mod sheet;
pub mod words;
