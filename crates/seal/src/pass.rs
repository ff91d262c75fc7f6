//! The signed slip of a trip: `GL1:` + base45(COSE_Sign1(EdDSA, kid, CBOR map)). A post reads and checks it without a network.
//!
//! Payload: a CBOR map, 1 trip id (16 bytes), 2 short code, 3 plate as people write it, 4 purpose, 5 standing, 6 entry post, 7 exit post,
//! 8 issued at, 9 valid until (seconds since 1970). 6 and 7 are left out when there is none. Nothing of a person is in it.

use std::path::Path;

use chrono::{DateTime, Utc};
use ciborium::Value;
use coset::{
    CborSerializable as _, CoseSign1, CoseSign1Builder, HeaderBuilder, RegisteredLabelWithPrivate, TaggedCborSerializable as _, iana,
};
use ed25519_dalek::{
    Signature, Signer as _, SigningKey, VerifyingKey,
    pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _, spki::der::pem::LineEnding},
};
use ids::TripId;
use sha2::{Digest as _, Sha256};

use crate::{SealError, SecretBytes, key_file};

const PREFIX: &str = "GL1:";
const SIGNING: &str = "pass.key";
const PUBLIC: &str = "pass.pub";
/// A pass is about 300 characters; longer text is none of ours.
const LONGEST: usize = 2_000;

macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $number:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($variant = $number),* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// As in the contract's enum.
            pub const fn number(self) -> i32 {
                self as i32
            }

            pub fn from_number(number: i32) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.number() == number)
            }
        }
    };
}

numbered! {
    /// What the trip is for; numbers of `gsvt.vehicles.v1.Purpose`.
    Purpose { Transit = 1, Destination = 2, ResidentReturn = 3, Official = 4, Ambulance = 5, Personal = 6 }
}

numbered! {
    /// What the pass allows; numbers of `gsvt.vehicles.v1.PassStanding`.
    Standing { Declared = 1, Admitted = 2, Referred = 3, TurnedBack = 4, Refused = 5, Ended = 6 }
}

impl Standing {
    /// Only a post's decision admits. A pass of any other standing allows nothing.
    pub const fn admits(self) -> bool {
        matches!(self, Self::Admitted)
    }
}

/// What a pass says. Times are whole seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassClaims {
    pub trip: TripId,
    pub short_code: String,
    pub plate: String,
    pub purpose: Purpose,
    pub standing: Standing,
    pub entry_post: Option<String>,
    pub exit_post: Option<String>,
    pub issued_at: DateTime<Utc>,
    /// Exclusive.
    pub valid_until: DateTime<Utc>,
}

/// Why a text is no valid pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PassError {
    /// No `GL1:` text, or not whole.
    #[error("not a pass")]
    Malformed,
    /// Signed with a key that this province does not know.
    #[error("a pass signed with an unknown key")]
    UnknownKey,
    /// Names a known key but was not signed with it, or was changed.
    #[error("a forged pass")]
    Forged,
    /// Genuine, but over. What it said is still good for finding the trip.
    #[error("a pass that has expired")]
    Expired(Box<PassClaims>),
}

/// Makes the key pair of passes in the folder where it is missing.
pub fn create_missing(folder: impl AsRef<Path>) -> Result<(), SealError> {
    create_missing_pair(folder.as_ref().join(SIGNING), folder.as_ref().join(PUBLIC))
}

/// Makes an Ed25519 key pair where it is missing: the secret key in PKCS#8 PEM, for its owner alone, and its public key in PEM.
pub fn create_missing_pair(secret: impl AsRef<Path>, public: impl AsRef<Path>) -> Result<(), SealError> {
    let (secret, public) = (secret.as_ref(), public.as_ref());
    let key = SigningKey::from_bytes(SecretBytes::random()?.expose());
    let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|_| SealError::BadFile(secret.to_owned()))?;
    key_file::write_missing(secret, &pem, 0o600)?;
    let kept = read_signing_key(secret)?.verifying_key();
    let pem = kept.to_public_key_pem(LineEnding::LF).map_err(|_| SealError::BadFile(public.to_owned()))?;
    key_file::write_missing(public, &pem, 0o644)
}

/// Signs passes with the one signing key of the folder, `pass.key`.
pub struct PassSigner {
    key: SigningKey,
    kid: [u8; 8],
}

impl PassSigner {
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, SealError> {
        let key = read_signing_key(&folder.as_ref().join(SIGNING))?;
        Ok(Self { kid: key_id(&key.verifying_key()), key })
    }

    /// The text of the QR code.
    pub fn sign(&self, claims: &PassClaims) -> String {
        let header = HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(self.kid.to_vec()).build();
        let signed = CoseSign1Builder::new()
            .protected(header)
            .payload(encode(claims))
            .create_signature(&[], |data| self.key.sign(data).to_bytes().to_vec())
            .build();
        // Writing CBOR to memory fails only on a doubled header, which this one does not have.
        format!("{PREFIX}{}", base45::encode(signed.to_tagged_vec().unwrap_or_default()))
    }
}

impl std::fmt::Debug for PassSigner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PassSigner").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// Checks passes against every public key of the folder, `pass*.pub`: the present one and those of earlier signing keys.
#[derive(Debug, Clone)]
pub struct PassVerifier {
    keys: Vec<([u8; 8], VerifyingKey)>,
}

impl PassVerifier {
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, SealError> {
        let folder = folder.as_ref();
        let failed = |source| SealError::File { path: folder.to_path_buf(), source };
        let mut keys = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("pass") && name.ends_with(".pub") {
                let pem = key_file::read_public(&path)?;
                let key = VerifyingKey::from_public_key_pem(&pem).map_err(|_| SealError::BadFile(path.clone()))?;
                keys.push((key_id(&key), key));
            }
        }
        if keys.is_empty() { Err(SealError::BadFile(folder.join(PUBLIC))) } else { Ok(Self { keys }) }
    }

    /// Each key with its id (first 8 bytes of the SHA-256 of the public key): what others need to check passes without us.
    pub fn keys(&self) -> impl Iterator<Item = ([u8; 8], [u8; 32])> {
        self.keys.iter().map(|(id, key)| (*id, key.to_bytes()))
    }

    /// What the pass says, when it is genuine and `now` is before its end. Leading and trailing white space is ignored.
    pub fn verify(&self, text: &str, now: DateTime<Utc>) -> Result<PassClaims, PassError> {
        let signed = read(text.trim())?;
        let header = &signed.protected.header;
        if header.alg != Some(RegisteredLabelWithPrivate::Assigned(iana::Algorithm::EdDSA)) {
            return Err(PassError::Malformed);
        }
        let mut candidates = self.keys.iter().filter(|(kid, _)| header.key_id == kid).peekable();
        candidates.peek().ok_or(PassError::UnknownKey)?;
        // Eight bytes may collide: every key of that name is tried.
        let genuine = candidates.any(|(_, key)| signed.verify_signature(&[], |signature, data| check(key, signature, data)).is_ok());
        if !genuine {
            return Err(PassError::Forged);
        }
        let claims = signed.payload.as_deref().and_then(decode).ok_or(PassError::Malformed)?;
        if now < claims.valid_until { Ok(claims) } else { Err(PassError::Expired(Box::new(claims))) }
    }
}

fn check(key: &VerifyingKey, signature: &[u8], data: &[u8]) -> Result<(), ed25519_dalek::SignatureError> {
    key.verify_strict(data, &Signature::from_slice(signature)?)
}

fn read(text: &str) -> Result<CoseSign1, PassError> {
    let body = text.strip_prefix(PREFIX).filter(|body| body.len() <= LONGEST).ok_or(PassError::Malformed)?;
    let bytes = base45::decode(body).map_err(|_| PassError::Malformed)?;
    CoseSign1::from_tagged_slice(&bytes).or_else(|_| CoseSign1::from_slice(&bytes)).map_err(|_| PassError::Malformed)
}

fn read_signing_key(path: &Path) -> Result<SigningKey, SealError> {
    SigningKey::from_pkcs8_pem(&key_file::read_secret(path)?).map_err(|_| SealError::BadFile(path.to_path_buf()))
}

fn key_id(key: &VerifyingKey) -> [u8; 8] {
    let digest: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    [a, b, c, d, e, f, g, h]
}

fn encode(claims: &PassClaims) -> Vec<u8> {
    let text = |text: &str| Value::Text(text.to_owned());
    let mut map = vec![
        (1, Value::Bytes(claims.trip.as_uuid().as_bytes().to_vec())),
        (2, text(&claims.short_code)),
        (3, text(&claims.plate)),
        (4, claims.purpose.number().into()),
        (5, claims.standing.number().into()),
    ];
    map.extend(claims.entry_post.as_deref().map(|post| (6, text(post))));
    map.extend(claims.exit_post.as_deref().map(|post| (7, text(post))));
    map.push((8, claims.issued_at.timestamp().into()));
    map.push((9, claims.valid_until.timestamp().into()));
    let map = Value::Map(map.into_iter().map(|(key, value)| (key.into(), value)).collect());
    let mut bytes = Vec::new();
    // Writing CBOR to a Vec cannot fail.
    ciborium::into_writer(&map, &mut bytes).map(|()| bytes).unwrap_or_default()
}

fn decode(bytes: &[u8]) -> Option<PassClaims> {
    let map = ciborium::from_reader::<Value, _>(bytes).ok()?.into_map().ok()?;
    let get = |key: i32| map.iter().find(|(name, _)| *name == Value::from(key)).map(|(_, value)| value);
    let text = |key: i32| get(key).and_then(Value::as_text).map(str::to_owned);
    let number = |key: i32| get(key).and_then(Value::as_integer).and_then(|number| i64::try_from(number).ok());
    let small = |key: i32| number(key).and_then(|number| i32::try_from(number).ok());
    let time = |key: i32| number(key).and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    Some(PassClaims {
        trip: TripId::from_uuid(uuid::Uuid::from_slice(get(1)?.as_bytes()?).ok()?),
        short_code: text(2)?,
        plate: text(3)?,
        purpose: Purpose::from_number(small(4)?)?,
        standing: Standing::from_number(small(5)?)?,
        entry_post: text(6),
        exit_post: text(7),
        issued_at: time(8)?,
        valid_until: time(9)?,
    })
}
