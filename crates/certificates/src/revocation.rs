//! Which certificates no longer hold, by hashes alone: nobody who has the list learns a certificate's number.
//!
//! The hashes are those of the EU's revocation exchange: SHA-256 cut to 16 bytes, of the number, of country and number, and of the signature
//! (of ECDSA only the first half, as the second can be negated). The list is JSON in a flattened JWS (RFC 7515) signed with ES256.

use std::collections::BTreeSet;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use chrono::{DateTime, Utc};
use coset::CoseSign1;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::trust::Algorithm;
use crate::{KeyError, KeyRing, Kid, TrustList};

type Hash = [u8; 16];

/// What a certificate is found by in a list. To be kept beside the result; it names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprints {
    pub uci: Hash,
    pub country_uci: Hash,
    pub signature: Hash,
}

pub(crate) fn fingerprints(country: &str, uvci: &str, message: &CoseSign1) -> Fingerprints {
    let signature = &message.signature;
    // 64 bytes are ECDSA's r and s: RSA's signatures have 256 and more.
    let signed = if signature.len() == 64 { signature.get(..32).unwrap_or_default() } else { signature.as_slice() };
    Fingerprints { uci: hash(uvci.as_bytes()), country_uci: hash(format!("{country}{uvci}").as_bytes()), signature: hash(signed) }
}

fn hash(bytes: &[u8]) -> Hash {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    let mut cut = Hash::default();
    cut.copy_from_slice(&digest[..16]);
    cut
}

/// Why a list is not to be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RevocationError {
    #[error("a list larger than 16 MiB")]
    TooLarge,
    #[error("a revocation list in JSON")]
    Malformed,
    #[error("a list signed with an unknown key")]
    UnknownKey,
    #[error("a forged list")]
    BadSignature,
    #[error("a list that is older than the one already known")]
    Older,
    #[error("the signing key")]
    Key(#[source] KeyError),
}

const LARGEST: usize = 16 * 1024 * 1024;
const TYPE: &str = "gsvt-revocation+json";

#[derive(Serialize, Deserialize)]
struct Jws {
    protected: String,
    payload: String,
    signature: String,
}

#[derive(Serialize, Deserialize)]
struct JwsHeader {
    alg: String,
    kid: String,
    typ: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    issuer: String,
    version: u64,
    issued: DateTime<Utc>,
    next_update: DateTime<Utc>,
    /// Of each certificate its three hashes, sorted, so that nobody sees which belong together.
    hashes: Vec<String>,
}

/// A list before it is signed.
#[derive(Debug, Clone)]
pub struct RevocationDraft {
    /// Greater than that of every list before.
    pub version: u64,
    pub next_update: DateTime<Utc>,
    pub revoked: Vec<Fingerprints>,
}

impl RevocationDraft {
    /// The list as it is published, signed with the ring's present key.
    pub fn sign(&self, keys: &KeyRing, now: DateTime<Utc>) -> Result<String, RevocationError> {
        let key = &keys.signing(now).map_err(RevocationError::Key)?.key;
        let hashes: BTreeSet<Hash> = self.revoked.iter().flat_map(|one| [one.uci, one.country_uci, one.signature]).collect();
        let content = Content {
            issuer: keys.country().to_owned(),
            version: self.version,
            issued: now,
            next_update: self.next_update,
            hashes: hashes.iter().map(|hash| Base64UrlUnpadded::encode_string(hash)).collect(),
        };
        let kid = Base64UrlUnpadded::encode_string(key.kid().as_bytes());
        let protected = encode(&JwsHeader { alg: "ES256".to_owned(), kid, typ: TYPE.to_owned() })?;
        let payload = encode(&content)?;
        let signature = key.sign(format!("{protected}.{payload}").as_bytes()).map_err(RevocationError::Key)?;
        let jws = Jws { protected, payload, signature: Base64UrlUnpadded::encode_string(&signature) };
        serde_json::to_string(&jws).map_err(|_| RevocationError::Malformed)
    }
}

/// A list that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList {
    issuer: String,
    version: u64,
    next_update: DateTime<Utc>,
    hashes: BTreeSet<Hash>,
}

impl RevocationList {
    /// Believes a list that a key of its issuer signed, valid `now`, and that is not older than `known`, the version seen last.
    pub fn read(text: &str, trust: &TrustList, known: Option<u64>, now: DateTime<Utc>) -> Result<Self, RevocationError> {
        if text.len() > LARGEST {
            return Err(RevocationError::TooLarge);
        }
        let jws: Jws = serde_json::from_str(text).map_err(|_| RevocationError::Malformed)?;
        let header: JwsHeader = decode(&jws.protected)?;
        let kid = bytes(&header.kid).ok().and_then(|kid| Kid::from_bytes(&kid)).ok_or(RevocationError::Malformed)?;
        if header.alg != "ES256" || header.typ != TYPE {
            return Err(RevocationError::Malformed);
        }
        let content: Content = decode(&jws.payload)?;
        let signature = bytes(&jws.signature)?;
        let signed = format!("{}.{}", jws.protected, jws.payload);
        let of_issuer = trust.named(kid.as_bytes()).filter(|key| {
            key.is_valid(now) && key.material.algorithm() == Algorithm::Es256 && key.issuer.as_deref() == Some(content.issuer.as_str())
        });
        let mut candidates = of_issuer.peekable();
        candidates.peek().ok_or(RevocationError::UnknownKey)?;
        if !candidates.any(|key| key.material.signed(signed.as_bytes(), &signature)) {
            return Err(RevocationError::BadSignature);
        }
        if known.is_some_and(|known| content.version < known) {
            return Err(RevocationError::Older);
        }
        let hash = |text: &String| Hash::try_from(bytes(text)?).map_err(|_| RevocationError::Malformed);
        let hashes = content.hashes.iter().map(hash).collect::<Result<_, _>>()?;
        Ok(Self { issuer: content.issuer, version: content.version, next_update: content.next_update, hashes })
    }

    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    pub const fn version(&self) -> u64 {
        self.version
    }

    /// From then on the list is stale.
    pub const fn next_update(&self) -> DateTime<Utc> {
        self.next_update
    }

    /// Whether any of a certificate's hashes is in the list: other issuers publish one kind of hash only.
    pub fn names(&self, one: &Fingerprints) -> bool {
        [one.uci, one.country_uci, one.signature].iter().any(|hash| self.hashes.contains(hash))
    }
}

fn encode(value: &impl Serialize) -> Result<String, RevocationError> {
    let json = serde_json::to_vec(value).map_err(|_| RevocationError::Malformed)?;
    Ok(Base64UrlUnpadded::encode_string(&json))
}

fn decode<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, RevocationError> {
    serde_json::from_slice(&bytes(text)?).map_err(|_| RevocationError::Malformed)
}

fn bytes(text: &str) -> Result<Vec<u8>, RevocationError> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| RevocationError::Malformed)
}
