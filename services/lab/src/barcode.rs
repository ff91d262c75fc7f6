//! What is printed on a tube: 8 to 20 capitals, digits and hyphens. Labels of our own have a last symbol that checks the others.

use labels::{InvalidTubeCode, TubeCode};
use vietnam::ShortCode;

/// Why a text is no barcode of a tube.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBarcode {
    #[error("8 to 20 capitals, digits and hyphens")]
    Malformed,
    #[error("the check symbol does not fit")]
    Check,
}

impl InvalidBarcode {
    /// What to do, in Vietnamese and English.
    pub const fn advice(self) -> (&'static str, &'static str) {
        match self {
            Self::Malformed => ("Quét mã ống: 8 đến 20 chữ hoa, số, gạch nối", "Scan the tube: 8 to 20 capitals, digits and hyphens"),
            Self::Check => (
                "Mã ống sai ký tự kiểm tra. Quét lại; nếu gõ tay, đọc lại từng ký tự",
                "The barcode's check symbol is wrong. Scan again; if it was typed, read it again sign by sign",
            ),
        }
    }
}

/// In its stored form.
pub fn parse(text: &str) -> Result<String, InvalidBarcode> {
    let barcode = text.trim().to_uppercase();
    if let Ok(own) = TubeCode::parse(&barcode) {
        return Ok(own.compact());
    }
    let allowed = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '-';
    if !(8..=20).contains(&barcode.len()) || !barcode.chars().all(allowed) {
        return Err(InvalidBarcode::Malformed);
    }
    match TubeCode::parse(&barcode) {
        Err(InvalidTubeCode::Check) => Err(InvalidBarcode::Check),
        Ok(_) | Err(InvalidTubeCode::Malformed) => Ok(barcode),
    }
}

/// Whether a scanned text can be a tube, so that the one field of the desk tells it from a person's code of eight symbols.
pub fn reads_as_tube(text: &str) -> bool {
    let Ok(barcode) = parse(text) else { return false };
    ShortCode::parse(&barcode).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_our_own_are_checked_and_others_taken_as_they_are() {
        let own = TubeCode::of(2021, 7).unwrap();
        assert_eq!(parse(&own.to_string().to_lowercase()), Ok(own.compact()));
        let mut wrong = own.compact();
        wrong.replace_range(8..9, if wrong.ends_with('0') { "1" } else { "0" });
        assert_eq!(parse(&wrong), Err(InvalidBarcode::Check));
        assert_eq!(parse("8934567890123").as_deref(), Ok("8934567890123"));
        for wrong in ["", "1234567", "123456789012345678901", "ỐNG12345", "AB 123456"] {
            assert_eq!(parse(wrong), Err(InvalidBarcode::Malformed), "{wrong}");
        }
    }

    #[test]
    fn a_personal_code_is_not_taken_for_a_tube() {
        assert!(!reads_as_tube("X88HZR7G"));
        assert!(!reads_as_tube("X88H-ZR7G"));
        assert!(reads_as_tube(&TubeCode::of(2021, 7).unwrap().compact()));
        assert!(reads_as_tube("8934567890123"));
    }
}
