//! The check of a scanned text, offline: who signed it, whether it is in force, what was tested and found.

use chrono::{DateTime, Duration, Utc};
use coset::{CoseSign1, RegisteredLabelWithPrivate, iana};

use crate::cwt::Claims;
use crate::revocation::fingerprints;
use crate::schema::{self, Payload};
use crate::trust::{Algorithm, TrustedKey};
use crate::{KeyUse, Kind, Outcome, Refusal, RevocationCheck, RevocationList, TrustList, Verified, wire};

/// Clocks of issuers run ahead a little.
const CLOCK_SKEW: Duration = Duration::minutes(5);

/// What certificates are held against.
#[derive(Debug, Clone, Copy)]
pub struct Verifier<'a> {
    pub trust: &'a TrustList,
    pub revoked: &'a [RevocationList],
}

impl<'a> Verifier<'a> {
    /// Leading and trailing white space is ignored.
    pub fn verify(&self, text: &str, now: DateTime<Utc>) -> Outcome {
        self.check(text, now).map_or_else(Outcome::Refused, Outcome::of)
    }

    fn check(&self, text: &str, now: DateTime<Utc>) -> Result<Verified, Refusal> {
        let message = wire::read(text)?;
        let key = self.signer(&message)?;
        let claims = Claims::read(message.payload.as_deref().ok_or(Refusal::Malformed)?)?;
        in_force(&claims, key, now)?;
        let payload = schema::read(&claims.certificate)?;
        let wanted = match &payload {
            Payload::Test(..) => KeyUse::Test,
            Payload::Other(Kind::Vaccination) => KeyUse::Vaccination,
            Payload::Other(Kind::Recovery) => KeyUse::Recovery,
        };
        let differs = claims.issuer.as_deref().zip(key.issuer.as_deref()).is_some_and(|(token, key)| token != key);
        if differs || !key.may_sign(wanted) {
            return Err(Refusal::IssuerNotEntitled);
        }
        let (holder, test) = match payload {
            Payload::Test(test) => *test,
            Payload::Other(kind) => return Err(Refusal::NotATest(kind)),
        };
        let issuer = key.issuer.clone().or(claims.issuer);
        let revocation = self.revocation(&message, issuer.as_deref(), &test.country, &test.uvci, now)?;
        Ok(Verified { issuer, kid: key.kid, issued_at: claims.issued_at, expires_at: claims.expires_at, holder, test, revocation })
    }

    /// The key that signed it. A key id in the protected header wins, even over a better one in the other header; every key of that id is tried.
    fn signer(&self, message: &CoseSign1) -> Result<&'a TrustedKey, Refusal> {
        let algorithm = algorithm(message)?;
        let protected = &message.protected.header.key_id;
        let kid = if protected.is_empty() { &message.unprotected.key_id } else { protected };
        let mut candidates = self.trust.named(kid).peekable();
        candidates.peek().ok_or(Refusal::UnknownIssuer)?;
        let signed = |key: &&TrustedKey| {
            key.material.algorithm() == algorithm
                && message.verify_signature(&[], |signature, data| key.material.signed(data, signature).then_some(()).ok_or(())).is_ok()
        };
        candidates.find(signed).ok_or(Refusal::BadSignature)
    }

    fn revocation(
        &self,
        message: &CoseSign1,
        issuer: Option<&str>,
        country: &str,
        uvci: &str,
        now: DateTime<Utc>,
    ) -> Result<RevocationCheck, Refusal> {
        let Some(list) = self.revoked.iter().find(|list| Some(list.issuer()) == issuer) else { return Ok(RevocationCheck::None) };
        if list.names(&fingerprints(country, uvci, message)) {
            return Err(Refusal::Revoked);
        }
        let version = list.version();
        Ok(if now < list.next_update() { RevocationCheck::Fresh { version } } else { RevocationCheck::Stale { version } })
    }
}

fn algorithm(message: &CoseSign1) -> Result<Algorithm, Refusal> {
    match message.protected.header.alg.as_ref().or(message.unprotected.alg.as_ref()) {
        Some(RegisteredLabelWithPrivate::Assigned(iana::Algorithm::ES256)) => Ok(Algorithm::Es256),
        Some(RegisteredLabelWithPrivate::Assigned(iana::Algorithm::PS256)) => Ok(Algorithm::Ps256),
        _ => Err(Refusal::UnsupportedAlgorithm),
    }
}

fn in_force(claims: &Claims, key: &TrustedKey, now: DateTime<Utc>) -> Result<(), Refusal> {
    if claims.issued_at > now + CLOCK_SKEW {
        return Err(Refusal::NotYetValid);
    }
    // At the second of its end it is still good: a vector of Ireland says so.
    if now.timestamp() > claims.expires_at.timestamp() {
        return Err(Refusal::Expired);
    }
    if key.is_valid(now) { Ok(()) } else { Err(Refusal::KeyNotValid) }
}
