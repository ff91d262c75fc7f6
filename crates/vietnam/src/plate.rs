//! Number plates of every kind that stops at a post. Parsing never refuses a plate that someone can read aloud: what fits no kind is kept and flagged.

mod near;
mod pattern;
mod provinces;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

pub use near::{fold, is_near, slips};
pub use provinces::{PLATE_PROVINCES, province_of};

/// A plate as read, with the kind that its form, its separators and its colour say.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Plate {
    kind: PlateKind,
    country: String,
    color: PlateColor,
    compact: String,
    display: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlateKind {
    /// Cars and lorries, white or yellow: `81C-123.45`
    CivilCar,
    /// Series I, J, O, Q of before 2010: `29J-1234`
    OldCivil,
    /// Blue plates of state bodies: `80A-012.34`
    State,
    /// LD, DA, KT, RM, CD…: `29LD-311.13`
    Special,
    /// 50 to 175 cc: `81-B1 123.45`
    MotorbikeSmall,
    /// Above 175 cc, series A1 to A9: `81-A1 123.45`
    MotorbikeLarge,
    /// Two letters and five digits, since 15 August 2023; mopeds of before look the same: `81-AB 123.45`
    MotorbikeTwoLetter,
    /// Below 50 cc (two letters and four digits) and electric (MĐ1): `81-AB 1234`
    Moped,
    /// `TM-12-34`
    Army,
    /// `80-291-NG-01`
    Diplomatic,
    /// `T81-123.45`
    Temporary,
    /// Of another country; the text as it is.
    Foreign,
    /// Fits no kind; the text as it is.
    Unrecognised,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum PlateColor {
    #[default]
    Unspecified,
    White,
    Yellow,
    Blue,
    Red,
    Other,
}

/// Why a text is no plate at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPlate {
    #[error("a number plate such as 81C-123.45")]
    Empty,
    #[error("a number plate of at most 20 characters")]
    TooLong,
    #[error("a country code of two or three letters such as VN or LAO")]
    Country,
}

/// Characters a plate may have at most, separators included.
pub const LONGEST: usize = 20;

impl Plate {
    /// Reads a plate in any writing; `country` is an ISO 3166 code, empty = VN.
    pub fn parse(text: &str, country: &str, color: PlateColor) -> Result<Self, InvalidPlate> {
        let written = normalise(text);
        if written.is_empty() {
            return Err(InvalidPlate::Empty);
        }
        if text.trim().chars().count() > LONGEST {
            return Err(InvalidPlate::TooLong);
        }
        let country = country_code(country).ok_or(InvalidPlate::Country)?;
        let found = if country == "VN" { pattern::recognise(&written, color) } else { None };
        Ok(match found {
            Some(found) => Self { kind: found.kind, country, color, compact: found.compact, display: found.display },
            None => {
                let kind = if country == "VN" { PlateKind::Unrecognised } else { PlateKind::Foreign };
                let compact = Some(compact(&written)).filter(|compact| !compact.is_empty()).unwrap_or_else(|| written.clone());
                Self { kind, country, color, compact, display: written }
            }
        })
    }

    pub fn kind(&self) -> PlateKind {
        self.kind
    }

    /// ISO 3166, two letters where the country is a neighbour, else as given.
    pub fn country(&self) -> &str {
        &self.country
    }

    pub fn color(&self) -> PlateColor {
        self.color
    }

    /// Whether the form is one of ours and its province code is in use. Others are kept and flagged, never refused.
    pub fn recognised(&self) -> bool {
        match self.kind {
            PlateKind::Foreign | PlateKind::Unrecognised => false,
            PlateKind::Army => true,
            _ => self.province().is_some(),
        }
    }

    /// Letters and digits alone: `81C12345`.
    pub fn compact(&self) -> &str {
        &self.compact
    }

    /// As people write it: `81C-123.45`, `81-B1 123.45`; unrecognised and foreign ones as they came.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The province that issued it, by the plates' own codes (64 is Vĩnh Long, while area 64 is Gia Lai).
    pub fn province(&self) -> Option<&'static str> {
        let digits = match self.kind {
            PlateKind::Foreign | PlateKind::Unrecognised | PlateKind::Army => return None,
            PlateKind::Temporary => self.compact.get(1..3),
            _ => self.compact.get(..2),
        };
        province_of(digits?.parse().ok()?)
    }

    /// The text by which plates are equal: country, class and compact form, with Đ as D. The class keeps the car `81B-123.45` and the
    /// motorbike `81-B1 2345` apart; colour and age of a series do not enter, because people leave them out.
    pub fn key(&self) -> String {
        format!("{}:{}:{}", self.country, self.class(), self.compact.replace('Đ', "D"))
    }

    /// The compact form with look-alikes made equal, for an index that finds near matches.
    pub fn fold(&self) -> String {
        fold(&self.compact)
    }

    /// Whether the two can be one plate read or typed badly; kinds may differ, countries may not.
    pub fn is_near(&self, other: &Self) -> bool {
        self.country == other.country && is_near(&self.compact, &other.compact)
    }

    fn class(&self) -> &'static str {
        match self.kind {
            PlateKind::CivilCar | PlateKind::OldCivil | PlateKind::State | PlateKind::Special => "CAR",
            PlateKind::MotorbikeSmall | PlateKind::MotorbikeLarge | PlateKind::MotorbikeTwoLetter | PlateKind::Moped => "BIKE",
            PlateKind::Army => "ARMY",
            PlateKind::Diplomatic => "DIPLOMATIC",
            PlateKind::Temporary => "TEMPORARY",
            PlateKind::Foreign => "FOREIGN",
            PlateKind::Unrecognised => "UNRECOGNISED",
        }
    }
}

impl std::fmt::Display for Plate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.display)
    }
}

/// An ISO 3166 code in capitals, empty = VN; the three-letter codes of Viet Nam and its neighbours become their two letters.
pub(crate) fn country_code(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    let short = match code.as_str() {
        "" | "VNM" => "VN",
        "LAO" => "LA",
        "KHM" => "KH",
        "THA" => "TH",
        "CHN" => "CN",
        other => other,
    };
    (matches!(short.len(), 2 | 3) && short.bytes().all(|byte| byte.is_ascii_uppercase())).then(|| short.to_owned())
}

/// Capitals, full-width signs of phone keyboards as usual ones, composed letters, single spaces.
fn normalise(text: &str) -> String {
    let narrow: String = text.chars().map(narrow).collect();
    let upper = narrow.to_uppercase().replace('Ð', "Đ");
    upper.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn narrow(letter: char) -> char {
    match letter {
        '！'..='～' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        other => other,
    }
}

/// Lao and Khmer letters stand with their marks: they are part of the plate.
fn is_plate_letter(letter: char) -> bool {
    letter.is_alphanumeric() || is_combining_mark(letter)
}

fn compact(written: &str) -> String {
    written.chars().filter(|letter| is_plate_letter(*letter)).collect()
}
