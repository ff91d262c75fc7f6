//! How a service reads requests: the contract's limits, faults told together, ids, page tokens, enumerations as codes of a column, and the failures that any
//! service has. What a request means belongs to the service.

pub mod coded;
mod failure;
pub mod fault;
pub mod paging;
mod reading;

pub use coded::{Coded, UnknownCode};
pub use failure::Failure;
pub use reading::{IdReused, Invalid, check, check_with, digest, hex, id, same};
