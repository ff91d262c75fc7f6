//! The claims of a CBOR Web Token (RFC 8392) that a health certificate has: issuer, expiry, issue, `hcert`.

use chrono::{DateTime, Utc};
use ciborium::Value;

use crate::{Refusal, wire};

const ISSUER: i64 = 1;
const EXPIRES: i64 = 4;
const ISSUED: i64 = 6;
/// `hcert`, a map in which 1 is `eu_dgc_v1`.
const HCERT: i64 = -260;
const EU_DGC_V1: i64 = 1;

pub(crate) struct Claims {
    /// ISO 3166-1, where the issuer names it.
    pub issuer: Option<String>,
    pub issued_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub certificate: Value,
}

impl Claims {
    pub(crate) fn read(payload: &[u8]) -> Result<Self, Refusal> {
        let mut map = wire::fields(wire::cbor(payload)?)?;
        let issuer = match take(&mut map, ISSUER) {
            None | Some(Value::Null) => None,
            Some(Value::Text(text)) if text.len() <= 80 => Some(text),
            Some(_) => return Err(Refusal::Schema("iss")),
        };
        let time = |claim: Option<Value>, name| claim.as_ref().and_then(seconds).ok_or(Refusal::Schema(name));
        let mut hcert = take(&mut map, HCERT).and_then(|hcert| wire::fields(hcert).ok()).ok_or(Refusal::Schema("hcert"))?;
        Ok(Self {
            issuer,
            issued_at: time(take(&mut map, ISSUED), "iat")?,
            expires_at: time(take(&mut map, EXPIRES), "exp")?,
            certificate: take(&mut hcert, EU_DGC_V1).ok_or(Refusal::Schema("hcert"))?,
        })
    }

    pub(crate) fn write(self) -> Option<Vec<u8>> {
        let number = |key: i64| Value::from(key);
        let mut map: Vec<(Value, Value)> = self.issuer.into_iter().map(|issuer| (number(ISSUER), Value::from(issuer))).collect();
        map.extend([
            (number(EXPIRES), number(self.expires_at.timestamp())),
            (number(ISSUED), number(self.issued_at.timestamp())),
            (number(HCERT), Value::Map(vec![(number(EU_DGC_V1), self.certificate)])),
        ]);
        let mut bytes = Vec::new();
        ciborium::into_writer(&Value::Map(map), &mut bytes).ok()?;
        Some(bytes)
    }
}

fn take(map: &mut Vec<(Value, Value)>, key: i64) -> Option<Value> {
    let place = map.iter().position(|(name, _)| name.as_integer() == Some(key.into()))?;
    Some(map.swap_remove(place).1)
}

/// A NumericDate, which may be a fraction and may carry tag 1.
fn seconds(claim: &Value) -> Option<DateTime<Utc>> {
    match claim {
        Value::Tag(1, inner) => seconds(inner),
        Value::Integer(whole) => DateTime::from_timestamp(i64::try_from(*whole).ok()?, 0),
        #[expect(clippy::cast_possible_truncation, reason = "the cast saturates and chrono refuses what is out of its range")]
        Value::Float(fraction) if fraction.is_finite() => DateTime::from_timestamp(fraction.floor() as i64, 0),
        _ => None,
    }
}
