//! The certificate of one person's final test result: payload, token, signature, text.

use chrono::{DateTime, Duration, FixedOffset, Utc};
use coset::{CoseSign1, CoseSign1Builder, HeaderBuilder, iana};

use crate::cwt::Claims;
use crate::revocation::{Fingerprints, fingerprints};
use crate::{Finding, Holder, InvalidName, KeyError, KeyRing, Method, TestEntry, Uvci, schema, wire};

/// What a laboratory says of one person's test.
#[derive(Debug, Clone)]
pub struct TestReport {
    pub holder: Holder,
    pub method: Method,
    pub finding: Finding,
    pub collected_at: DateTime<FixedOffset>,
    /// The testing centre; the schema asks for it with amplification tests.
    pub centre: Option<String>,
    pub uvci: Uvci,
}

/// A certificate and what is kept of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// The text of the QR code.
    pub text: String,
    /// What a revocation list names it by.
    pub fingerprints: Fingerprints,
    pub issued_at: DateTime<Utc>,
    /// The last moment at which it is valid.
    pub expires_at: DateTime<Utc>,
}

/// The text is of a person and must reach no log by accident.
impl std::fmt::Debug for Issued {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Issued").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Why no certificate was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    #[error("the holder's name")]
    Name(#[source] InvalidName),
    #[error("at most 80 characters in {0}")]
    TooLong(&'static str),
    #[error("a code of the EU's list of test types")]
    Method,
    #[error("the testing centre, which an amplification test needs")]
    Centre,
    #[error("a sample taken before the certificate")]
    Collected,
    #[error("a validity that ends before the signing key's")]
    Validity,
    #[error("the signing key")]
    Key(#[source] KeyError),
    #[error("the certificate could not be encoded")]
    Encoding,
}

/// Signs certificates in the name of one authority with the ring's present key.
#[derive(Debug, Clone, Copy)]
pub struct Issuer<'a> {
    pub keys: &'a KeyRing,
    /// `is`: the authority, at most 80 characters.
    pub authority: &'a str,
}

impl Issuer<'_> {
    /// A certificate valid from `now` for `validity`, in whole seconds.
    pub fn issue(&self, report: TestReport, validity: Duration, now: DateTime<Utc>) -> Result<Issued, IssueError> {
        check(&report, self.authority, now)?;
        let own = self.keys.signing(now).map_err(IssueError::Key)?;
        let issued_at = DateTime::from_timestamp(now.timestamp(), 0).ok_or(IssueError::Validity)?;
        let expires_at = issued_at + validity;
        if validity <= Duration::zero() || expires_at >= own.valid_until {
            return Err(IssueError::Validity);
        }
        let country = self.keys.country().to_owned();
        let uvci = report.uvci.as_str().to_owned();
        let entry = TestEntry {
            method: report.method,
            finding: report.finding,
            collected_at: report.collected_at,
            centre: report.centre,
            country: country.clone(),
            issuer: self.authority.to_owned(),
            uvci: uvci.clone(),
        };
        let certificate = schema::write(&report.holder, &entry);
        let claims = Claims { issuer: Some(country.clone()), issued_at, expires_at, certificate };
        let message = self.sign(claims, now)?;
        let fingerprints = fingerprints(&country, &uvci, &message);
        Ok(Issued { text: wire::write(message).ok_or(IssueError::Encoding)?, fingerprints, issued_at, expires_at })
    }

    fn sign(&self, claims: Claims, now: DateTime<Utc>) -> Result<CoseSign1, IssueError> {
        let own = self.keys.signing(now).map_err(IssueError::Key)?;
        let header = HeaderBuilder::new().algorithm(iana::Algorithm::ES256).key_id(own.key.kid().as_bytes().to_vec()).build();
        let payload = claims.write().ok_or(IssueError::Encoding)?;
        let unsigned = CoseSign1Builder::new().protected(header).payload(payload);
        let signed = unsigned.try_create_signature(&[], |data| own.key.sign(data)).map_err(IssueError::Key)?;
        Ok(signed.build())
    }
}

fn check(report: &TestReport, authority: &str, now: DateTime<Utc>) -> Result<(), IssueError> {
    let name = &report.holder.name;
    if name.family_transliterated.is_empty() && name.given_transliterated.is_empty() {
        return Err(IssueError::Name(InvalidName::Empty));
    }
    let detail = match &report.method {
        Method::Amplification { name } => name.as_deref(),
        Method::Antigen { device } => device.as_deref(),
        Method::Other { .. } => return Err(IssueError::Method),
    };
    let texts = [("is", Some(authority)), ("tc", report.centre.as_deref()), ("nm", detail)];
    if let Some((field, _)) = texts.iter().find(|(_, text)| text.is_some_and(|text| text.chars().count() > 80)) {
        return Err(IssueError::TooLong(field));
    }
    if matches!(report.method, Method::Amplification { .. }) && report.centre.is_none() {
        return Err(IssueError::Centre);
    }
    if report.collected_at > now { Err(IssueError::Collected) } else { Ok(()) }
}
