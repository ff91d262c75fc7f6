//! Reading requests: the contract's limits, ids, and the hash by which a repeat is told from a reused id.

use contract::rules::{self, Limited};
use prost::Message;
use seal::Keyring;
use sha2::{Digest as _, Sha256};

use crate::{
    error::Error,
    fault::{Fault, Faults},
};

/// Refuses a request that breaks the limits of the contract.
pub fn check<M: Limited>(request: &M) -> Result<(), Error> {
    let found = rules::check(request);
    if found.is_empty() { Ok(()) } else { Err(Error::Invalid(found)) }
}

/// The limits of the contract and what the vocabulary says, together; one fault per field.
pub fn check_with<M: Limited, T>(request: &M, parsed: Result<T, Vec<Fault>>) -> Result<T, Error> {
    let mut found = rules::check(request);
    match parsed {
        Ok(value) if found.is_empty() => Ok(value),
        Ok(_) => Err(Error::Invalid(found)),
        Err(faults) => {
            for fault in faults {
                if found.iter().all(|known| known.field_path != fault.field_path) {
                    found.push(fault);
                }
            }
            Err(Error::Invalid(found))
        }
    }
}

/// An id of the request.
pub fn id<T, E>(parsed: Result<T, E>, field: &'static str) -> Result<T, Error> {
    let mut faults = Faults::default();
    let parsed = faults.take(parsed, field, "Cần một UUID phiên bản 7", "A UUID of version 7");
    faults.or(parsed).map_err(Error::Invalid)
}

/// Keyed, so that nobody tries contents against a stolen database.
pub fn hash<M: Message>(keyring: &Keyring, request: &M) -> Result<Vec<u8>, Error> {
    let digest = Sha256::digest(request.encode_to_vec());
    Ok(keyring.index("reports.requests", &hex(&digest))?.to_vec())
}

/// Fails where a stored request of this id had another content.
pub fn same(stored: &[u8], hash: &[u8]) -> Result<(), Error> {
    if stored == hash { Ok(()) } else { Err(Error::IdReused) }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
