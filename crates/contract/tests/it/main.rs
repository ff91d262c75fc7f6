//! The contract as its users see it.
mod methods;
mod rules;
mod timestamp;
