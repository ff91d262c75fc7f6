//! The plate as a reporter read it: whole, or with signs that he could not read.

use vietnam::{Plate, PlateColor};

use crate::contact;

/// What a reporter wrote for a plate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadPlate {
    /// As plates are written when it is whole, else as he wrote it.
    pub text: String,
    /// By which a whole plate is known to other services.
    pub key: Option<String>,
    /// Something else stood there that nobody has to read.
    pub hidden: bool,
}

impl ReadPlate {
    pub fn parse(text: &str) -> Self {
        let written = text.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
        if !written.contains('?')
            && let Ok(plate) = Plate::parse(&written, "", PlateColor::Unspecified)
            && plate.recognised()
        {
            return Self { text: plate.display().to_owned(), key: Some(plate.key()), hidden: false };
        }
        let masked = contact::mask(&written);
        Self { text: masked.text, key: None, hidden: masked.hidden }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_plate_is_known_and_a_part_stays_as_written() {
        for (text, shown, whole) in [
            ("81c12345", "81C-123.45", true),
            (" 81C-123.45 ", "81C-123.45", true),
            ("81C-12?.45", "81C-12?.45", false),
            ("81c-...45", "81C-...45", false),
            ("", "", false),
            ("xe tải đỏ", "XE TẢI ĐỎ", false),
        ] {
            let plate = ReadPlate::parse(text);
            assert_eq!((plate.text.as_str(), plate.key.is_some(), plate.hidden), (shown, whole, false), "{text}");
        }
        assert_eq!(ReadPlate::parse("0905 123 456"), ReadPlate { text: "***".to_owned(), key: None, hidden: true });
    }
}
