//! XChaCha20-Poly1305 with a random nonce, bound to the place where the value is stored.
//!
//! Sealed value: version (1 byte, 1) | nonce (24) | ciphertext with tag (length + 16).

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead as _, KeyInit as _, Payload},
};
use uuid::Uuid;

use crate::{SealError, SecretBytes};

const VERSION: u8 = 1;
const NONCE: usize = 24;

/// Where a sealed value lies. A value copied to another place does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// With its schema if the service has several: `trips`.
    pub table: &'static str,
    pub column: &'static str,
    /// Primary key of the row, which may be another than the record's: a person of a trip has a row of his own under the trip's key.
    pub row: Uuid,
}

impl Place {
    /// Lengths first, so that no two places give the same bytes.
    fn bytes(self, key: &[u8]) -> Vec<u8> {
        let parts: [&[u8]; 4] = [self.table.as_bytes(), self.column.as_bytes(), self.row.as_bytes(), key];
        let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// `key_id` names the key in the bound data, beside the place.
pub(crate) fn seal(key: &SecretBytes, key_id: &[u8], place: Place, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(|_| SealError::Random)?;
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    let payload = Payload { msg: plain, aad: &place.bytes(key_id) };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::DoesNotOpen)?;
    let mut value = Vec::with_capacity(1 + NONCE + sealed.len());
    value.push(VERSION);
    value.extend_from_slice(&nonce);
    value.extend_from_slice(&sealed);
    Ok(value)
}

pub(crate) fn open(key: &SecretBytes, key_id: &[u8], place: Place, value: &[u8]) -> Result<Vec<u8>, SealError> {
    let (&VERSION, rest) = value.split_first().ok_or(SealError::DoesNotOpen)? else { return Err(SealError::DoesNotOpen) };
    let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(SealError::DoesNotOpen)?;
    let cipher = XChaCha20Poly1305::new(key.expose().into());
    let payload = Payload { msg: sealed, aad: &place.bytes(key_id) };
    cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError::DoesNotOpen)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const ROW: Uuid = Uuid::from_u128(1);
    const PLACE: Place = Place { table: "people", column: "full_name", row: ROW };

    #[test]
    fn a_value_opens_only_where_it_was_sealed() {
        let key = SecretBytes::random().unwrap();
        let value = seal(&key, b"k", PLACE, "Rơ Châm H’Lan".as_bytes()).unwrap();
        assert_eq!(open(&key, b"k", PLACE, &value).unwrap(), "Rơ Châm H’Lan".as_bytes());
        let elsewhere = [
            (Place { table: "peopl", column: "efull_name", row: ROW }, &b"k"[..]),
            (Place { table: "trips", ..PLACE }, b"k"),
            (Place { column: "phone", ..PLACE }, b"k"),
            (Place { row: Uuid::from_u128(2), ..PLACE }, b"k"),
            (PLACE, b"other"),
        ];
        for (place, key_id) in elsewhere {
            assert!(matches!(open(&key, key_id, place, &value), Err(SealError::DoesNotOpen)), "{place:?}");
        }
        let other = SecretBytes::random().unwrap();
        assert!(matches!(open(&other, b"k", PLACE, &value), Err(SealError::DoesNotOpen)));
    }

    #[test]
    fn no_nonce_comes_twice() {
        let key = SecretBytes::random().unwrap();
        let nonces: HashSet<Vec<u8>> = (0..20_000).map(|_| seal(&key, b"k", PLACE, b"x").unwrap()[1..=NONCE].to_vec()).collect();
        assert_eq!(nonces.len(), 20_000);
    }

    proptest::proptest! {
        #[test]
        fn any_changed_bit_is_noticed(plain in proptest::collection::vec(proptest::num::u8::ANY, 0..200), at in 0usize..10_000, bit in 0u8..8) {
            let key = SecretBytes::random().unwrap();
            let mut value = seal(&key, b"k", PLACE, &plain).unwrap();
            proptest::prop_assert_eq!(&open(&key, b"k", PLACE, &value).unwrap(), &plain);
            let at = at % value.len();
            value[at] ^= 1 << bit;
            proptest::prop_assert!(open(&key, b"k", PLACE, &value).is_err());
            value.truncate(at);
            proptest::prop_assert!(open(&key, b"k", PLACE, &value).is_err());
        }
    }
}
