//! The keyed hash by which a repeat of a request is told from a reused id.

use prost::Message;
use seal::Keyring;

use crate::error::Error;

pub use requests::{check, check_with, id, same};

/// Keyed, so that nobody tries contents against a stolen database.
pub fn hash<M: Message>(keyring: &Keyring, request: &M) -> Result<Vec<u8>, Error> {
    Ok(keyring.index("lab.requests", &requests::digest(request))?.to_vec())
}
