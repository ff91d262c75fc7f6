//! The text of a QR code to a COSE_Sign1 message and back: prefix, base45, zlib, CBOR, each bounded before anything is allocated for it.

use std::io::{Read as _, Write as _};

use ciborium::Value;
use coset::{AsCborValue as _, CoseSign1};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};

use crate::Refusal;

/// The context identifier of the first version of health certificates.
pub const PREFIX: &str = "HC1:";

/// A QR code holds at most 4 296 alphanumeric characters.
const LONGEST_TEXT: usize = 4_296;
const MOST_INFLATED: u64 = 16 * 1024;
/// Message, tag, payload, `hcert`, group, entry and a spare: real ones need seven.
const DEEPEST: usize = 16;
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
    let message = cbor(&inflate(bytes)?)?;
    CoseSign1::from_cbor_value(untagged(message)).map_err(|_| Refusal::Malformed)
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

/// The specification lets an issuer leave the compression out.
fn inflate(bytes: Vec<u8>) -> Result<Vec<u8>, Refusal> {
    if !matches!(bytes.as_slice(), [method, flags, ..] if method & 15 == DEFLATE && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0)
    {
        return Ok(bytes);
    }
    let mut inflated = Vec::new();
    ZlibDecoder::new(bytes.as_slice()).take(MOST_INFLATED + 1).read_to_end(&mut inflated).map_err(|_| Refusal::Malformed)?;
    if inflated.len() as u64 > MOST_INFLATED { Err(Refusal::TooLarge) } else { Ok(inflated) }
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
