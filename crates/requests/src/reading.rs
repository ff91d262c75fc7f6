//! The contract's limits, ids, and the digest by which a repeat is told from a reused id.

use contract::rules::{self, Limited};
use prost::Message;
use sha2::{Digest as _, Sha256};

use crate::fault::{Fault, Faults};

/// What is wrong with a request, field by field.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{} fields to mend", .0.len())]
pub struct Invalid(pub Vec<Fault>);

/// The id of a stored request came with another content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the id was used for another content")]
pub struct IdReused;

/// Refuses a request that breaks the limits of the contract.
pub fn check<M: Limited>(request: &M) -> Result<(), Invalid> {
    let found = rules::check(request);
    if found.is_empty() { Ok(()) } else { Err(Invalid(found)) }
}

/// The limits of the contract and what the vocabulary says, together; one fault per field.
pub fn check_with<M: Limited, T>(request: &M, parsed: Result<T, Vec<Fault>>) -> Result<T, Invalid> {
    let mut found = rules::check(request);
    match parsed {
        Ok(value) if found.is_empty() => Ok(value),
        Ok(_) => Err(Invalid(found)),
        Err(faults) => {
            for fault in faults {
                if found.iter().all(|known| known.field_path != fault.field_path) {
                    found.push(fault);
                }
            }
            Err(Invalid(found))
        }
    }
}

/// An id of the request.
pub fn id<T, E>(parsed: Result<T, E>, field: &'static str) -> Result<T, Invalid> {
    let mut faults = Faults::default();
    let parsed = faults.take(parsed, field, "Cần một UUID phiên bản 7", "A UUID of version 7");
    faults.or(parsed).map_err(Invalid)
}

/// SHA-256 of the content in hexadecimal. Whoever stores it keys it first, so that nobody tries contents against a stolen database.
pub fn digest<M: Message>(request: &M) -> String {
    hex(&Sha256::digest(request.encode_to_vec()))
}

/// Fails where a stored request of this id had another content.
pub fn same(stored: &[u8], hash: &[u8]) -> Result<(), IdReused> {
    if stored == hash { Ok(()) } else { Err(IdReused) }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
