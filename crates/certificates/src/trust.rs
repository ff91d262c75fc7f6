//! The keys whose certificates are believed: ours and other issuers', with their validity, and the signatures checked against them.

use chrono::{DateTime, Utc};
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};

use crate::{KeyUse, Kid};

/// Why something is no key that certificates can be checked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    #[error("an X.509 certificate in DER")]
    Certificate,
    #[error("a key on the curve P-256, or an RSA key of 2048 to 8192 bits")]
    Unsupported,
    #[error("a list of keys in JSON")]
    List,
    #[error("a validity that begins before it ends")]
    Validity,
}

/// A public key with what it may be used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKey {
    pub kid: Kid,
    /// The country of the issuer, ISO 3166-1, where the key names one.
    pub issuer: Option<String>,
    pub(crate) material: KeyMaterial,
    pub valid_from: DateTime<Utc>,
    /// Exclusive.
    pub valid_until: DateTime<Utc>,
    /// Which certificates it may sign; empty: all.
    pub uses: Vec<KeyUse>,
}

impl TrustedKey {
    pub fn may_sign(&self, wanted: KeyUse) -> bool {
        self.uses.is_empty() || self.uses.contains(&wanted)
    }

    pub(crate) fn is_valid(&self, now: DateTime<Utc>) -> bool {
        self.valid_from <= now && now < self.valid_until
    }
}

/// The numbers of a key, big-endian, without leading zeros in RSA's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyMaterial {
    P256 { x: [u8; 32], y: [u8; 32] },
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

/// The algorithms of the specification: ECDSA with P-256 first, RSASSA-PSS second, both with SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Es256,
    Ps256,
}

impl KeyMaterial {
    pub(crate) fn p256(x: &[u8], y: &[u8]) -> Result<Self, InvalidKey> {
        let number = |bytes: &[u8]| bytes.try_into().map_err(|_| InvalidKey::Unsupported);
        Ok(Self::P256 { x: number(x)?, y: number(y)? })
    }

    pub(crate) fn rsa(n: &[u8], e: &[u8]) -> Result<Self, InvalidKey> {
        let bare = |number: &[u8]| number.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
        let (n, e) = (bare(n), bare(e));
        if (256..=1024).contains(&n.len()) && (1..=4).contains(&e.len()) { Ok(Self::Rsa { n, e }) } else { Err(InvalidKey::Unsupported) }
    }

    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::P256 { .. } => Algorithm::Es256,
            Self::Rsa { .. } => Algorithm::Ps256,
        }
    }

    /// Whether the signature over the data is this key's.
    pub(crate) fn signed(&self, data: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256 { x, y } => {
                let point = [&[4], x.as_slice(), y.as_slice()].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(data, signature).is_ok()
            }
            Self::Rsa { n, e } => RsaPublicKeyComponents { n, e }.verify(&RSA_PSS_2048_8192_SHA256, data, signature).is_ok(),
        }
    }
}

/// Every key that is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustList {
    keys: Vec<TrustedKey>,
}

impl TrustList {
    pub const fn new(keys: Vec<TrustedKey>) -> Self {
        Self { keys }
    }

    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// Eight bytes may collide: all keys of that name.
    pub(crate) fn named(&self, kid: &[u8]) -> impl Iterator<Item = &TrustedKey> + use<'_> {
        let kid = Kid::from_bytes(kid);
        self.keys.iter().filter(move |key| Some(key.kid) == kid)
    }
}

impl Extend<TrustedKey> for TrustList {
    fn extend<T: IntoIterator<Item = TrustedKey>>(&mut self, keys: T) {
        self.keys.extend(keys);
    }
}
