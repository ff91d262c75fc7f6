//! Top-level fields of an encoded message, read without knowing its type.
use prost::encoding::{WireType, decode_key, decode_varint};

/// The last value of a field that is a string, bytes or a message.
pub fn find_bytes(message: &[u8], tag: u32) -> Option<&[u8]> {
    Fields { rest: message }.filter(|field| field.tag == tag).filter_map(|field| field.bytes).last()
}

/// The last value of a field that is a string of valid UTF-8.
pub fn find_text(message: &[u8], tag: u32) -> Option<&str> {
    find_bytes(message, tag).and_then(|bytes| std::str::from_utf8(bytes).ok())
}

/// The last value of a field that is an integer, an enum or a bool.
pub fn find_number(message: &[u8], tag: u32) -> Option<u64> {
    Fields { rest: message }.filter(|field| field.tag == tag).filter_map(|field| field.number).last()
}

/// Adds a value to a message's integer field; the last one counts.
pub fn append_number(message: &mut Vec<u8>, tag: u32, value: i64) {
    prost::encoding::int64::encode(tag, &value, message);
}

struct Field<'a> {
    tag: u32,
    bytes: Option<&'a [u8]>,
    number: Option<u64>,
}

/// Ends at the first byte that is not protobuf.
struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (tag, wire_type) = decode_key(&mut self.rest).ok()?;
        let (mut bytes, mut number) = (None, None);
        match wire_type {
            WireType::Varint => number = Some(decode_varint(&mut self.rest).ok()?),
            WireType::LengthDelimited => {
                let length = usize::try_from(decode_varint(&mut self.rest).ok()?).ok()?;
                bytes = Some(self.take(length)?);
            }
            WireType::ThirtyTwoBit => drop(self.take(4)?),
            WireType::SixtyFourBit => drop(self.take(8)?),
            WireType::StartGroup | WireType::EndGroup => return None,
        }
        Some(Field { tag, bytes, number })
    }
}

impl<'a> Fields<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }
}
