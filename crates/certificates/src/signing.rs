//! One signing key: ECDSA on P-256, kept as PKCS#8 PEM, named by the first 8 bytes of the SHA-256 of its public key.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{SecretDocument, zeroize::Zeroizing};

use crate::trust::KeyMaterial;

/// PKCS#8's label in a PEM file.
const LABEL: &str = "PRIVATE KEY";

/// A key id (RFC 9052): eight bytes that say which key to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kid([u8; 8]);

impl Kid {
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(crate) const fn of_digest(digest: [u8; 32]) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = digest;
        Self([a, b, c, d, e, f, g, h])
    }

    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

/// Sixteen hexadecimal digits: the name of its file.
impl std::fmt::Display for Kid {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// Why there is no signing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("a private key on the curve P-256 in PKCS#8 PEM, with its public key")]
    Malformed,
    #[error("the system's random numbers failed")]
    Random,
    #[error("no key may sign at this time: the keys must be rotated")]
    NoneCurrent,
}

/// A private key. Neither its `Debug` nor any error shows it.
pub struct SigningKey {
    pair: EcdsaKeyPair,
    document: Zeroizing<Vec<u8>>,
    kid: Kid,
    material: KeyMaterial,
}

impl SigningKey {
    pub fn generate() -> Result<Self, KeyError> {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).map_err(|_| KeyError::Random)?;
        Self::from_pkcs8(Zeroizing::new(document.as_ref().to_vec()))
    }

    /// Reads what [`Self::to_pem`] or `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` wrote.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let (label, document) = SecretDocument::from_pem(pem).map_err(|_| KeyError::Malformed)?;
        if label == LABEL { Self::from_pkcs8(document.to_bytes()) } else { Err(KeyError::Malformed) }
    }

    pub fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let document = SecretDocument::try_from(self.document.as_slice()).map_err(|_| KeyError::Malformed)?;
        document.to_pem(LABEL, LineEnding::LF).map_err(|_| KeyError::Malformed)
    }

    pub const fn kid(&self) -> Kid {
        self.kid
    }

    pub(crate) fn material(&self) -> KeyMaterial {
        self.material.clone()
    }

    /// `r` and `s`, 64 bytes, as ES256 has them.
    pub(crate) fn sign(&self, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.pair.sign(&SystemRandom::new(), data).map(|signature| signature.as_ref().to_vec()).map_err(|_| KeyError::Random)
    }

    fn from_pkcs8(document: Zeroizing<Vec<u8>>) -> Result<Self, KeyError> {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &document, &random).map_err(|_| KeyError::Malformed)?;
        let point = pair.public_key().as_ref();
        let (Some(x), Some(y)) = (point.get(1..33), point.get(33..)) else { return Err(KeyError::Malformed) };
        let material = KeyMaterial::p256(x, y).map_err(|_| KeyError::Malformed)?;
        Ok(Self { kid: Kid::of_digest(Sha256::digest(point).into()), material, pair, document })
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}
