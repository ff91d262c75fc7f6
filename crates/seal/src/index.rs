//! Blind indexes: HMAC-SHA256 of a normalised text, under a key of its own for each column, so that a value is found without being stored.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{SealError, SecretBytes};

/// The key of one label, from a root key.
pub(crate) fn derive(root: &SecretBytes, label: &str) -> Result<SecretBytes, SealError> {
    let mut key = SecretBytes::zero();
    Hkdf::<Sha256>::new(Some(b"gsvt.seal.v1"), root.expose()).expand(label.as_bytes(), key.as_mut()).map_err(|_| SealError::Random)?;
    Ok(key)
}

pub(crate) fn hmac(key: &SecretBytes, text: &str) -> [u8; 32] {
    // A whole block, zeros behind the key: what HMAC makes of a shorter key, without its error for a wrong length.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(key.expose());
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}
