//! Every SQL statement of the service, by noun. The caller holds the transaction.

pub mod answers;
pub mod budgets;
pub mod coded;
pub mod history;
pub mod lists;
pub mod messages;
pub mod photos;
pub mod published;
pub mod reports;
pub mod rules;
pub mod seed;
pub mod trips;
pub mod withheld;
