//! What is printed on a tube: 8 to 20 capitals, digits and hyphens. Labels of our own end in a code whose last symbol checks it.

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
    let allowed = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '-';
    if !(8..=20).contains(&barcode.len()) || !barcode.chars().all(allowed) {
        return Err(InvalidBarcode::Malformed);
    }
    match own_code(&barcode) {
        Some(code) if ShortCode::parse(code).is_err() => Err(InvalidBarcode::Check),
        _ => Ok(barcode),
    }
}

/// Whether a scanned text can be a tube, so that the one field of the desk tells it from a person's code: of eight symbols only with our own beginning.
pub fn reads_as_tube(text: &str) -> bool {
    let Ok(barcode) = parse(text) else { return false };
    own_code(&barcode).is_some() || ShortCode::parse(&barcode).is_err()
}

/// The code of a label printed here: `GL21-` and eight symbols.
fn own_code(barcode: &str) -> Option<&str> {
    let (year, code) = barcode.strip_prefix("GL")?.split_once('-')?;
    (year.len() == 2 && year.bytes().all(|digit| digit.is_ascii_digit())).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_our_own_are_checked_and_others_taken_as_they_are() {
        let own = format!("GL21-{}", ShortCode::from_number(31_415_926_535).unwrap().compact());
        assert_eq!(own, "GL21-X88HZR7G");
        assert_eq!(parse(" gl21-x88hzr7g\r"), Ok(own));
        assert_eq!(parse("GL21-X88HZR77"), Err(InvalidBarcode::Check));
        assert_eq!(parse("8934567890123").as_deref(), Ok("8934567890123"));
        for wrong in ["", "1234567", "123456789012345678901", "ỐNG12345", "AB 123456"] {
            assert_eq!(parse(wrong), Err(InvalidBarcode::Malformed), "{wrong}");
        }
    }

    #[test]
    fn a_personal_code_is_not_taken_for_a_tube() {
        assert!(!reads_as_tube("X88HZR7G"));
        assert!(!reads_as_tube("X88H-ZR7G"));
        assert!(reads_as_tube("GL21-X88HZR7G"));
        assert!(reads_as_tube("8934567890123"));
    }
}
