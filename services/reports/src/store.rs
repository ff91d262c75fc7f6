//! Every SQL statement of the service, by noun. The caller holds the transaction.

pub mod answers;
pub mod budgets;
pub mod calendar;
pub mod coded;
pub mod history;
pub mod lists;
pub mod merges;
pub mod messages;
pub mod photos;
pub mod published;
pub mod reports;
pub mod retention;
pub mod rules;
pub mod seed;
pub mod transfers;
pub mod trips;
pub mod withheld;
