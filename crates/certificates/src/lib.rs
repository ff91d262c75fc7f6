//! Results of tests as EU Digital COVID Certificates (HC1): made, signed, checked and revoked. What a laboratory decides is its service's business.
//!
//! The chain, as the eHealth Network's "hcert-spec" has it: payload (JSON model 1.3.3) as CBOR → CWT (RFC 8392) → COSE_Sign1 (RFC 9052)
//! → zlib (RFC 1950) → base45 (RFC 9285) → `HC1:`, which a QR code carries.
//!
//! An [`Issuer`] signs with a key of its [`KeyRing`]; a [`Verifier`] holds the [`TrustList`] and, where it has one, the [`RevocationList`]. Its
//! answer is an [`Outcome`] whose variants keep a detected infection apart from a clear result, so that no positive result looks like a pass.

mod birth;
mod cwt;
mod issue;
mod jwk;
mod key_folder;
mod keys;
mod name;
mod outcome;
mod payload;
mod refusal;
mod revocation;
mod schema;
mod signing;
mod trust;
mod uvci;
mod verify;
mod wire;
mod x509;

pub use birth::Birth;
pub use issue::{IssueError, Issued, Issuer, TestReport};
pub use key_folder::FolderError;
pub use keys::{KeyPeriods, KeyRing, KeyUse};
pub use name::{HolderName, InvalidName, transliterate};
pub use outcome::{Outcome, RevocationCheck, Verified};
pub use payload::{Finding, Holder, Method, TestEntry};
pub use refusal::{Kind, Refusal};
pub use revocation::{Fingerprints, RevocationDraft, RevocationError, RevocationList};
pub use signing::{KeyError, Kid, SigningKey};
pub use trust::{InvalidKey, TrustList, TrustedKey};
pub use uvci::{InvalidUvci, Uvci};
pub use verify::Verifier;
pub use wire::{LONGEST_TEXT, PREFIX};
