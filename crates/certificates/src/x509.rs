//! Document signer certificates (X.509) as the national gateways hand them out, read into [`TrustedKey`]s.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::der::asn1::{ObjectIdentifier, PrintableStringRef, Uint, Utf8StringRef};
use x509_cert::ext::pkix::ExtendedKeyUsage;

use crate::trust::{InvalidKey, KeyMaterial, TrustedKey};
use crate::{KeyUse, Kid};

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
/// The gateway's usages, each under the arc of 2021 and the one that replaced it.
const USES: [(KeyUse, [ObjectIdentifier; 2]); 3] = [
    (
        KeyUse::Test,
        [ObjectIdentifier::new_unwrap("1.3.6.1.4.1.0.1847.2021.1.1"), ObjectIdentifier::new_unwrap("1.3.6.1.4.1.1847.2021.1.1")],
    ),
    (
        KeyUse::Vaccination,
        [ObjectIdentifier::new_unwrap("1.3.6.1.4.1.0.1847.2021.1.2"), ObjectIdentifier::new_unwrap("1.3.6.1.4.1.1847.2021.1.2")],
    ),
    (
        KeyUse::Recovery,
        [ObjectIdentifier::new_unwrap("1.3.6.1.4.1.0.1847.2021.1.3"), ObjectIdentifier::new_unwrap("1.3.6.1.4.1.1847.2021.1.3")],
    ),
];

impl TrustedKey {
    /// Reads a certificate in DER. Its key id is the first 8 bytes of its SHA-256; that a national authority signed it is for the caller to know.
    pub fn from_certificate(der: &[u8]) -> Result<Self, InvalidKey> {
        let certificate = Certificate::from_der(der).map_err(|_| InvalidKey::Certificate)?;
        let content = certificate.tbs_certificate();
        let validity = content.validity();
        let uses = content.get_extension::<ExtendedKeyUsage>().map_err(|_| InvalidKey::Certificate)?;
        let time = |time: &x509_cert::time::Time| {
            let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok();
            seconds.and_then(|seconds| DateTime::<Utc>::from_timestamp(seconds, 0)).ok_or(InvalidKey::Certificate)
        };
        Ok(Self {
            kid: Kid::of_digest(Sha256::digest(der).into()),
            issuer: country(&certificate),
            material: material(&certificate)?,
            valid_from: time(&validity.not_before)?,
            valid_until: time(&validity.not_after)?,
            uses: uses.map_or_else(Vec::new, |(_, uses)| named_uses(&uses)),
        })
    }
}

/// A certificate that names none of the gateway's usages is good for all.
fn named_uses(usage: &ExtendedKeyUsage) -> Vec<KeyUse> {
    USES.iter().filter(|(_, oids)| oids.iter().any(|oid| usage.0.contains(oid))).map(|(named, _)| *named).collect()
}

fn country(certificate: &Certificate) -> Option<String> {
    let parts = certificate.tbs_certificate().subject().iter();
    let value = parts.filter(|part| part.oid == COUNTRY).map(|part| &part.value).next()?;
    let printable = value.decode_as::<PrintableStringRef<'_>>().map(|text| text.as_str().to_owned());
    let text = printable.or_else(|_| value.decode_as::<Utf8StringRef<'_>>().map(|text| text.as_str().to_owned())).ok()?;
    (text.len() == 2).then(|| text.to_ascii_uppercase())
}

fn material(certificate: &Certificate) -> Result<KeyMaterial, InvalidKey> {
    let key = certificate.tbs_certificate().subject_public_key_info();
    let bits = key.subject_public_key.as_bytes().ok_or(InvalidKey::Certificate)?;
    if key.algorithm.oid == RSA {
        // RFC 8017, A.1.1: modulus and exponent.
        let numbers = Vec::<Uint>::from_der(bits).map_err(|_| InvalidKey::Certificate)?;
        let [n, e] = numbers.as_slice() else { return Err(InvalidKey::Certificate) };
        return KeyMaterial::rsa(n.as_bytes(), e.as_bytes());
    }
    let curve = key.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok());
    if key.algorithm.oid != EC || curve != Some(P256) {
        return Err(InvalidKey::Unsupported);
    }
    match bits {
        [4, point @ ..] if point.len() == 64 => KeyMaterial::p256(&point[..32], &point[32..]),
        _ => Err(InvalidKey::Unsupported),
    }
}
