//! What a verifier says of a text. A detected infection is a variant of its own: whoever handles an outcome cannot take it for a pass.

use chrono::{DateTime, Utc};

use crate::{Finding, Holder, Kid, Refusal, TestEntry};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Genuine and in force: the test found nothing.
    NotDetected(Box<Verified>),
    /// Genuine and in force: the test found the virus. Never a pass.
    Detected(Box<Verified>),
    Refused(Refusal),
}

impl Outcome {
    pub(crate) fn of(verified: Verified) -> Self {
        match verified.test.finding {
            Finding::NotDetected => Self::NotDetected(Box::new(verified)),
            Finding::Detected => Self::Detected(Box::new(verified)),
        }
    }
}

/// How much the answer "not revoked" is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationCheck {
    /// Against a list that was still fresh.
    Fresh { version: u64 },
    /// Against a list whose next update is overdue: a scan without a network says so.
    Stale { version: u64 },
    /// There was no list of this issuer.
    None,
}

/// A genuine certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The country that answers for it: of the key, else of the token.
    pub issuer: Option<String>,
    pub kid: Kid,
    pub issued_at: DateTime<Utc>,
    /// The last moment at which it is valid.
    pub expires_at: DateTime<Utc>,
    pub holder: Holder,
    pub test: TestEntry,
    pub revocation: RevocationCheck,
}
