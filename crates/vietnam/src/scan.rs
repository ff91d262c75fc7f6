//! What a scanner or a keyboard puts into the one field of the post desk: passes, QR texts of people, codes, plates. A scan proves possession and nothing else;
//! signatures are checked elsewhere.

mod people;
mod repair;

use crate::code::ShortCode;
use crate::plate::{Plate, PlateColor};

pub use people::{CitizenCard, HealthCard, PersonalQr};

/// A text and what was wrong with the keyboard that typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    pub payload: Payload,
    /// What mangled the text. With [`Payload::Unknown`] it says what to switch off; with any other the text was repaired, and if a pass so
    /// repaired fails its check, the keyboard is to blame before the driver.
    pub mangled_by: Option<Mangling>,
}

#[derive(Clone, PartialEq, Eq)]
pub enum Payload {
    /// Our pass, `GL1:` and base45.
    OwnPass(String),
    /// A certificate of the EU's form, `HC1:` and base45.
    EuDcc(String),
    PersonalQr(Box<PersonalQr>),
    CitizenCard(Box<CitizenCard>),
    HealthCard(Box<HealthCard>),
    ShortCode(ShortCode),
    Plate(Plate),
    /// A text that is a code by its check symbol and a plate by its form, as `81C12345` can be: look for both.
    CodeOrPlate(ShortCode, Plate),
    /// The text as it came: an unusual plate, a name, a mangled scan.
    Unknown(String),
}

/// What a keyboard did to a scanner's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mangling {
    Telex,
    Vni,
    CapsLock,
}

impl Mangling {
    /// A code that stays: `TELEX_ON`, `VNI_ON`, `CAPS_LOCK`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Telex => "TELEX_ON",
            Self::Vni => "VNI_ON",
            Self::CapsLock => "CAPS_LOCK",
        }
    }
}

impl Payload {
    /// A word for the kind, fit for logs and metrics.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::OwnPass(_) => "OWN_PASS",
            Self::EuDcc(_) => "EU_DCC",
            Self::PersonalQr(_) => "PERSONAL_QR",
            Self::CitizenCard(_) => "CITIZEN_CARD",
            Self::HealthCard(_) => "HEALTH_CARD",
            Self::ShortCode(_) => "SHORT_CODE",
            Self::Plate(_) => "PLATE",
            Self::CodeOrPlate(..) => "CODE_OR_PLATE",
            Self::Unknown(_) => "UNKNOWN",
        }
    }
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}(…)", self.kind())
    }
}

/// The longest text a QR code can carry; more is cut off by the caller's limits and unknown here.
pub const LONGEST: usize = 4296;

/// Tells what a text is. Never fails: what fits nothing is [`Payload::Unknown`].
pub fn read(text: &str) -> Scanned {
    // Base45 may end in a space, so only what a scanner adds is taken off the end.
    let text = text.trim_start().trim_end_matches(['\r', '\n', '\t']);
    if text.len() > LONGEST {
        return Scanned { payload: Payload::Unknown(text.trim().to_owned()), mangled_by: None };
    }
    if let Some((payload, mangled_by)) = repair::capitals(text).and_then(|text| Some((exact(&text)?, Mangling::CapsLock))) {
        return Scanned { payload, mangled_by: Some(mangled_by) };
    }
    match repair::vietnamese(text) {
        repair::Repair::Untouched => Scanned { payload: exact(text).unwrap_or_else(|| unknown(text)), mangled_by: None },
        repair::Repair::Unique(payload, mangling) => Scanned { payload, mangled_by: Some(mangling) },
        repair::Repair::Unclear(mangling) => Scanned { payload: exact(text).unwrap_or_else(|| unknown(text)), mangled_by: Some(mangling) },
    }
}

fn unknown(text: &str) -> Payload {
    Payload::Unknown(text.trim().to_owned())
}

/// The reading of a text that no keyboard mangled.
fn exact(text: &str) -> Option<Payload> {
    if let Some(body) = text.strip_prefix("GL1:") {
        return is_base45(body).then(|| Payload::OwnPass(text.to_owned()));
    }
    if let Some(body) = text.strip_prefix("HC1:") {
        return is_base45(body).then(|| Payload::EuDcc(text.to_owned()));
    }
    if text.contains('|') {
        return people::read(text.trim());
    }
    let text = text.trim();
    let code = written_as_code(text).then(|| ShortCode::parse(text).ok()).flatten();
    let plate = Plate::parse(text, "VN", PlateColor::Unspecified).ok().filter(Plate::recognised);
    match (code, plate) {
        (Some(code), Some(plate)) => Some(Payload::CodeOrPlate(code, plate)),
        (Some(code), None) => Some(Payload::ShortCode(code)),
        (None, Some(plate)) => Some(Payload::Plate(plate)),
        (None, None) => None,
    }
}

/// Eight signs, with nothing between them or one separator in the middle; `81C-123.45` is never meant as a code.
fn written_as_code(text: &str) -> bool {
    let places: Vec<usize> = text.chars().enumerate().filter(|(_, letter)| !letter.is_alphanumeric()).map(|(place, _)| place).collect();
    matches!((text.chars().count(), places.as_slice()), (8, []) | (9, [4]))
}

/// Whether a text is what a base45 encoder writes: its alphabet, whole groups, no group above its bytes.
fn is_base45(text: &str) -> bool {
    let digits: Option<Vec<u32>> = text.bytes().map(base45_digit).collect();
    let Some(digits) = digits.filter(|digits| !digits.is_empty() && digits.len() % 3 != 1) else { return false };
    digits.chunks(3).all(|group| {
        let value = group.iter().rev().fold(0, |value, digit| value * 45 + digit);
        value <= if group.len() == 3 { 0xffff } else { 0xff }
    })
}

fn base45_digit(byte: u8) -> Option<u32> {
    const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    ALPHABET.iter().position(|symbol| *symbol == byte).and_then(|place| u32::try_from(place).ok())
}
