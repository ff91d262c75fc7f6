//! How a service reads requests: the contract's limits, faults told together, ids, page tokens, and enumerations as codes of a column. What a request means
//! belongs to the service.

pub mod coded;
pub mod fault;
pub mod paging;
mod reading;

pub use coded::{Coded, UnknownCode};
pub use reading::{IdReused, Invalid, check, check_with, digest, hex, id, same};
