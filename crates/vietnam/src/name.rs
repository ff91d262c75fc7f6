//! People's names as they are written here: Vietnamese, Jarai, Bahnar and foreign ones, any case, one word or many.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::fold::{APOSTROPHES, fold};

/// A name in NFC with single spaces and ’ for every apostrophe; 1 to 100 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

crate::redacted_debug!(PersonName, "PersonName");

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    #[error("a name")]
    Empty,
    #[error("a name of at most 100 characters")]
    TooLong,
    #[error("a name without digits")]
    Digit,
    #[error("a name of letters, spaces, hyphens and apostrophes")]
    Character,
}

pub const LONGEST: usize = 100;

impl PersonName {
    /// Normalises what a keyboard, a card or a phone sends; decomposed text is as good as composed.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let composed: String = text.nfc().map(|letter| if APOSTROPHES.contains(&letter) { '’' } else { letter }).collect();
        let name = composed.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.chars().any(char::is_numeric) {
            return Err(InvalidName::Digit);
        }
        if !name.chars().all(allowed) || name.starts_with(is_combining_mark) {
            return Err(if name.is_empty() { InvalidName::Empty } else { InvalidName::Character });
        }
        if !name.chars().any(char::is_alphabetic) {
            return Err(InvalidName::Empty);
        }
        if name.chars().count() > LONGEST { Err(InvalidName::TooLong) } else { Ok(Self(name)) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that a search compares: `ro mah hbum`.
    pub fn folded(&self) -> String {
        fold(&self.0)
    }

    /// As the press writes people: `V.T.H.N`; Đ stays Đ, marks that belong to vowels go.
    pub fn initials(&self) -> String {
        let words = self.0.split([' ', '-', '.']);
        let firsts = words.filter_map(|word| word.chars().find(|letter| letter.is_alphabetic()));
        firsts.map(initial).collect::<Vec<_>>().join(".")
    }
}

impl std::fmt::Display for PersonName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn allowed(letter: char) -> bool {
    letter.is_alphabetic() || is_combining_mark(letter) || matches!(letter, ' ' | '-' | '’' | '.' | '·')
}

fn initial(letter: char) -> String {
    let bare: String = letter.nfd().filter(|part| !is_combining_mark(*part)).collect();
    bare.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_the_province_pass() {
        for (text, folded, initials) in [
            ("Rơ\u{306} Mah H’Bưm", "ro mah hbum", "R.M.H"),
            ("Ksor Ƀiăt", "ksor biat", "K.Ƀ"),
            ("Siu Hŏ", "siu ho", "S.H"),
            ("Nguyễn Thị Ễ", "nguyen thi e", "N.T.E"),
            ("Đinh Ưng", "dinh ung", "Đ.U"),
            ("Y Thiên", "y thien", "Y.T"),
            ("Nay", "nay", "N"),
            ("NGUYEN LE KHA HAN", "nguyen le kha han", "N.L.K.H"),
            ("ສົມສັກ", "ສມສກ", "ສ"),
        ] {
            let name = PersonName::parse(text).unwrap();
            assert_eq!((name.folded().as_str(), name.initials().as_str()), (folded, initials), "{text}");
        }
    }

    #[test]
    fn decomposed_text_and_any_apostrophe_are_the_same_name() {
        let name = PersonName::parse("Rơ\u{306} Mah H’Bưm").unwrap();
        let decomposed: String = "Rơ\u{306} Mah H’Bưm".nfd().collect();
        assert_eq!(PersonName::parse(&decomposed).unwrap().as_str(), name.as_str());
        for apostrophe in APOSTROPHES {
            assert_eq!(PersonName::parse(&format!("  Rơ\u{306}  Mah H{apostrophe}Bưm ")).unwrap().as_str(), name.as_str());
        }
    }

    #[test]
    fn what_is_no_name_says_why() {
        for (text, error) in [
            ("", InvalidName::Empty),
            ("  ", InvalidName::Empty),
            ("-’", InvalidName::Empty),
            ("Nam 2", InvalidName::Digit),
            ("Nam ²", InvalidName::Digit),
            ("<b>", InvalidName::Character),
            ("Nam\u{202e}", InvalidName::Character),
            ("\u{306}a", InvalidName::Character),
        ] {
            assert_eq!(PersonName::parse(text).err(), Some(error), "{text}");
        }
        assert!(PersonName::parse(&"ễ".repeat(100)).is_ok());
        assert_eq!(PersonName::parse(&"ễ".repeat(101)).err(), Some(InvalidName::TooLong));
    }

    #[test]
    fn a_name_does_not_show_in_debug() {
        assert_eq!(format!("{:?}", PersonName::parse("Siu Hŏ").unwrap()), "PersonName(…)");
    }

    proptest! {
        #[test]
        fn parsing_twice_changes_nothing(text in "[\\p{L}\\p{M} '’ʼ.-]{0,40}") {
            if let Ok(name) = PersonName::parse(&text) {
                let again = PersonName::parse(name.as_str()).unwrap();
                prop_assert_eq!(again.as_str(), name.as_str());
            }
        }
    }
}
