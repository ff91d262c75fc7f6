//! The text of a QR code to a COSE_Sign1 message and back: prefix, base45, zlib, CBOR, each bounded before anything is allocated for it.

use std::io::Write as _;

use ciborium::Value;
use coset::{Algorithm, AsCborValue as _, CoseSign1, Header, ProtectedHeader};
use flate2::{Compression, Decompress, FlushDecompress, Status, write::ZlibEncoder};

use crate::Refusal;

/// The context identifier of the first version of health certificates.
pub const PREFIX: &str = "HC1:";

/// A QR code holds at most 4 296 alphanumeric characters.
pub const LONGEST_TEXT: usize = 4_296;
const MOST_INFLATED: usize = 16 * 1024;
/// Message, tag, payload, `hcert`, group, entry and a spare: real ones need seven.
const DEEPEST: usize = 16;
/// Quadratic to check, so small: the largest map of the schema has 11 fields.
const MOST_FIELDS: usize = 32;
/// The header parameters (RFC 9052) that a verifier acts on.
const ALGORITHM: i64 = 1;
const CRITICAL: i64 = 2;
const KEY_ID: i64 = 4;
const CWT: u64 = 61;
const COSE_SIGN1: u64 = 18;
/// RFC 1950: the low half of the first byte names the method, and both bytes together are a multiple of 31.
const DEFLATE: u8 = 8;

pub(crate) fn read(text: &str) -> Result<CoseSign1, Refusal> {
    let text = text.trim();
    if text.len() > LONGEST_TEXT {
        return Err(Refusal::TooLarge);
    }
    let body = text.strip_prefix(PREFIX).ok_or(Refusal::NotACertificate)?;
    let bytes = base45::decode(body).map_err(|_| Refusal::Malformed)?;
    // Two last characters can say more than a byte holds.
    if base45::encode(&bytes) != body {
        return Err(Refusal::Malformed);
    }
    message(untagged(cbor(&inflate(bytes)?)?))
}

/// What [`read`] reads: tagged 18, compressed.
pub(crate) fn write(message: CoseSign1) -> Option<String> {
    let mut bytes = Vec::new();
    let tagged = Value::Tag(COSE_SIGN1, Box::new(message.to_cbor_value().ok()?));
    ciborium::into_writer(&tagged, &mut bytes).ok()?;
    let mut compressed = ZlibEncoder::new(Vec::new(), Compression::best());
    compressed.write_all(&bytes).ok()?;
    Some(format!("{PREFIX}{}", base45::encode(compressed.finish().ok()?)))
}

/// One item of CBOR and nothing behind it.
pub(crate) fn cbor(bytes: &[u8]) -> Result<Value, Refusal> {
    let mut rest = bytes;
    let value = ciborium::de::from_reader_with_recursion_limit(&mut rest, DEEPEST).map_err(|_| Refusal::Malformed)?;
    if rest.is_empty() { Ok(value) } else { Err(Refusal::Malformed) }
}

/// The fields of a map whose keys are numbers and texts, none of them twice.
pub(crate) fn fields(map: Value) -> Result<Vec<(Value, Value)>, Refusal> {
    map.into_map().ok().filter(|fields| are_distinct(fields)).ok_or(Refusal::Malformed)
}

pub(crate) fn are_distinct(fields: &[(Value, Value)]) -> bool {
    let keys = || fields.iter().map(|(key, _)| key);
    fields.len() <= MOST_FIELDS
        && keys().all(|key| key.is_integer() || key.is_text())
        && !keys().enumerate().any(|(place, key)| keys().skip(place + 1).any(|other| other == key))
}

/// The specification lets an issuer leave the compression out.
fn inflate(bytes: Vec<u8>) -> Result<Vec<u8>, Refusal> {
    if !matches!(bytes.as_slice(), [method, flags, ..] if method & 15 == DEFLATE && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0)
    {
        return Ok(bytes);
    }
    let mut inflated = Vec::with_capacity(MOST_INFLATED + 1);
    let mut stream = Decompress::new(true);
    let status = stream.decompress_vec(&bytes, &mut inflated, FlushDecompress::Finish);
    if inflated.len() > MOST_INFLATED {
        return Err(Refusal::TooLarge);
    }
    // With its checksum, and nothing behind it.
    let whole = matches!(status, Ok(Status::StreamEnd)) && usize::try_from(stream.total_in()) == Ok(bytes.len());
    if whole { Ok(inflated) } else { Err(Refusal::Malformed) }
}

fn message(value: Value) -> Result<CoseSign1, Refusal> {
    let parts = value.into_array().ok().and_then(|parts| <[Value; 4]>::try_from(parts).ok());
    let Some([Value::Bytes(protected), unprotected, Value::Bytes(payload), Value::Bytes(signature)]) = parts else {
        return Err(Refusal::Malformed);
    };
    let signed = if protected.is_empty() { Header::default() } else { header(cbor(&protected)?)? };
    Ok(CoseSign1 {
        protected: ProtectedHeader { original_data: Some(protected), header: signed },
        unprotected: header(unprotected)?,
        payload: Some(payload),
        signature,
    })
}

fn header(value: Value) -> Result<Header, Refusal> {
    let mut header = Header::default();
    for (label, value) in fields(value)? {
        match label.as_integer().and_then(|label| i64::try_from(label).ok()) {
            Some(ALGORITHM) => header.alg = Some(Algorithm::from_cbor_value(value).unwrap_or_default()),
            // Nothing else is understood, so nothing else may be critical.
            Some(CRITICAL) => return Err(Refusal::UnsupportedAlgorithm),
            Some(KEY_ID) => header.key_id = value.into_bytes().ok().filter(|id| !id.is_empty()).ok_or(Refusal::Malformed)?,
            _ => {}
        }
    }
    Ok(header)
}

/// Issuers write the tags of CWT and COSE_Sign1, one of them or none.
fn untagged(message: Value) -> Value {
    match message {
        Value::Tag(CWT, inner) => match *inner {
            Value::Tag(COSE_SIGN1, message) => *message,
            message => message,
        },
        Value::Tag(COSE_SIGN1, message) => *message,
        message => message,
    }
}
