//! The list of public keys as JSON: a JWK set (RFC 7517) whose keys also say from when until when, for whom, and for what they are good.

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::trust::{InvalidKey, KeyMaterial, TrustList, TrustedKey};
use crate::{KeyUse, Kid};

#[derive(Serialize, Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Jwk {
    #[serde(flatten)]
    numbers: Numbers,
    /// As the gateways write it: base64 of 8 bytes.
    kid: String,
    #[serde(rename = "use")]
    usage: Usage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    valid_from: DateTime<Utc>,
    valid_until: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<KeyUse>,
}

#[derive(Serialize, Deserialize)]
enum Usage {
    #[serde(rename = "sig")]
    Signatures,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kty")]
enum Numbers {
    #[serde(rename = "EC")]
    Ec { crv: Curve, x: String, y: String, alg: EcAlgorithm },
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String, alg: RsaAlgorithm },
}

#[derive(Serialize, Deserialize)]
enum Curve {
    #[serde(rename = "P-256")]
    P256,
}

#[derive(Serialize, Deserialize)]
enum EcAlgorithm {
    #[serde(rename = "ES256")]
    Es256,
}

#[derive(Serialize, Deserialize)]
enum RsaAlgorithm {
    #[serde(rename = "PS256")]
    Ps256,
}

impl TrustList {
    /// `{"keys":[{"kty":"EC","crv":"P-256","x":…,"y":…,"alg":"ES256","kid":…,"use":"sig","issuer":"VN","validFrom":…,"validUntil":…}]}`
    pub fn to_json(&self) -> String {
        let keys = self.keys().iter().map(Jwk::of).collect();
        // Text, numbers and times always have a form in JSON.
        serde_json::to_string_pretty(&Jwks { keys }).unwrap_or_default()
    }

    pub fn from_json(text: &str) -> Result<Self, InvalidKey> {
        let set: Jwks = serde_json::from_str(text).map_err(|_| InvalidKey::List)?;
        set.keys.iter().map(Jwk::key).collect::<Result<_, _>>().map(Self::new)
    }
}

impl Jwk {
    fn of(key: &TrustedKey) -> Self {
        let base64 = Base64UrlUnpadded::encode_string;
        Self {
            numbers: match &key.material {
                KeyMaterial::P256 { x, y } => Numbers::Ec { crv: Curve::P256, x: base64(x), y: base64(y), alg: EcAlgorithm::Es256 },
                KeyMaterial::Rsa { n, e } => Numbers::Rsa { n: base64(n), e: base64(e), alg: RsaAlgorithm::Ps256 },
            },
            kid: Base64::encode_string(key.kid.as_bytes()),
            usage: Usage::Signatures,
            issuer: key.issuer.clone(),
            valid_from: key.valid_from,
            valid_until: key.valid_until,
            certificates: key.uses.clone(),
        }
    }

    fn key(&self) -> Result<TrustedKey, InvalidKey> {
        let number = |text: &str| Base64UrlUnpadded::decode_vec(text).map_err(|_| InvalidKey::List);
        let kid = Base64::decode_vec(&self.kid).ok().and_then(|kid| Kid::from_bytes(&kid)).ok_or(InvalidKey::List)?;
        if self.valid_until <= self.valid_from {
            return Err(InvalidKey::Validity);
        }
        Ok(TrustedKey {
            kid,
            issuer: self.issuer.clone(),
            material: match &self.numbers {
                Numbers::Ec { x, y, .. } => KeyMaterial::p256(&number(x)?, &number(y)?)?,
                Numbers::Rsa { n, e, .. } => KeyMaterial::rsa(&number(n)?, &number(e)?)?,
            },
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            uses: self.certificates.clone(),
        })
    }
}
