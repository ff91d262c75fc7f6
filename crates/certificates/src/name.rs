//! Names as machines read them: the transliteration of ICAO Doc 9303 part 3, section 6, with the letters of the province's languages.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The name of a certificate's holder: as it is written, and as `fnt` and `gnt` carry it.
#[derive(Clone, PartialEq, Eq)]
pub struct HolderName {
    pub family: String,
    pub given: String,
    pub family_transliterated: String,
    pub given_transliterated: String,
}

/// Why a name cannot be put on a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    #[error("a family name or a given name")]
    Empty,
    #[error("a name of at most 80 characters")]
    TooLong,
    #[error("a name in Latin letters: ICAO 9303 has no rule for one of them")]
    NoRule,
}

/// What the schema allows in one part of a name.
pub(crate) const LONGEST: usize = 80;

impl HolderName {
    /// A name of one part, as `Nay`, goes into either; the other is empty.
    pub fn parse(family: &str, given: &str) -> Result<Self, InvalidName> {
        let tidy = |text: &str| text.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
        let (family, given) = (tidy(family), tidy(given));
        if family.chars().count() > LONGEST || given.chars().count() > LONGEST {
            return Err(InvalidName::TooLong);
        }
        let (family_transliterated, given_transliterated) = (transliterate(&family)?, transliterate(&given)?);
        if family_transliterated.is_empty() && given_transliterated.is_empty() {
            return Err(InvalidName::Empty);
        }
        Ok(Self { family, given, family_transliterated, given_transliterated })
    }
}

/// A name is of a person and must reach no log by accident.
impl std::fmt::Debug for HolderName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("HolderName(…)")
    }
}

/// `Rơ Mah H’Bưm` → `RO<MAH<HBUM`: A to Z and `<`, at most 80 characters. Tones and other marks go, Đ is D, apostrophes vanish, blanks and
/// hyphens become one `<`.
pub fn transliterate(text: &str) -> Result<String, InvalidName> {
    let mut machine = String::new();
    for letter in text.nfc() {
        match rule(letter) {
            Some(Rule::Letters(letters)) => machine.push_str(letters),
            Some(Rule::Filler) if machine.ends_with('<') || machine.is_empty() => {}
            Some(Rule::Filler) => machine.push('<'),
            Some(Rule::Nothing) => {}
            None => machine.push(base(letter)?),
        }
    }
    machine.truncate(LONGEST);
    Ok(machine.trim_end_matches('<').to_owned())
}

enum Rule {
    Letters(&'static str),
    Filler,
    Nothing,
}

/// Table A of Doc 9303-3: letters that become others than their base, of which German and Nordic names have most.
fn rule(letter: char) -> Option<Rule> {
    Some(match letter {
        'Đ' | 'đ' | 'Ð' | 'ð' | 'Ɖ' => Rule::Letters("D"),
        'Ƀ' | 'ƀ' | 'Ɓ' | 'ɓ' => Rule::Letters("B"),
        'Ä' | 'ä' | 'Æ' | 'æ' => Rule::Letters("AE"),
        'Å' | 'å' => Rule::Letters("AA"),
        'Ö' | 'ö' | 'Ø' | 'ø' | 'Œ' | 'œ' => Rule::Letters("OE"),
        'Ü' | 'ü' => Rule::Letters("UE"),
        'ß' | 'ẞ' => Rule::Letters("SS"),
        'Þ' | 'þ' => Rule::Letters("TH"),
        'Ĳ' | 'ĳ' => Rule::Letters("IJ"),
        'Ł' | 'ł' => Rule::Letters("L"),
        'Ħ' | 'ħ' => Rule::Letters("H"),
        'Ŧ' | 'ŧ' => Rule::Letters("T"),
        'Ŋ' | 'ŋ' => Rule::Letters("N"),
        'ı' => Rule::Letters("I"),
        'ĸ' => Rule::Letters("Q"),
        '\'' | '’' | '‘' | 'ʼ' | 'ʹ' | '`' | '´' | '′' | '.' | ',' => Rule::Nothing,
        '-' | '‐' | '‑' | '–' | '<' | '·' => Rule::Filler,
        blank if blank.is_whitespace() => Rule::Filler,
        mark if is_combining_mark(mark) => Rule::Nothing,
        _ => return None,
    })
}

/// The base letter below the marks: Ưu → U, ễ → E.
fn base(letter: char) -> Result<char, InvalidName> {
    let bare = letter.nfd().find(|part| !is_combining_mark(*part)).ok_or(InvalidName::NoRule)?;
    if bare.is_ascii_alphabetic() { Ok(bare.to_ascii_uppercase()) } else { Err(InvalidName::NoRule) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_the_province_and_of_the_vectors() {
        for (text, machine) in [
            ("Rơ Mah H'Bưm", "RO<MAH<HBUM"),
            ("Rơ\u{306} Mah H’Bưm", "RO<MAH<HBUM"),
            ("Nguyễn Thị Thanh Lịch", "NGUYEN<THI<THANH<LICH"),
            ("Đinh Ưng", "DINH<UNG"),
            ("Ksor Ƀiăt", "KSOR<BIAT"),
            ("Siu Hŏ", "SIU<HO"),
            ("Musterfrau-Gößinger", "MUSTERFRAU<GOESSINGER"),
            ("Lövström", "LOEVSTROEM"),
            ("KLASIĆ", "KLASIC"),
            ("Peter Paul  Maria", "PETER<PAUL<MARIA"),
            (" - ", ""),
            ("Nguyễn -  Lê", "NGUYEN<LE"),
        ] {
            assert_eq!(transliterate(text).as_deref(), Ok(machine), "{text}");
        }
    }

    #[test]
    fn decomposed_text_is_the_same_name() {
        let decomposed: String = "Nguyễn Thị Ễ Lövström".nfd().collect();
        assert_eq!(transliterate(&decomposed), transliterate("Nguyễn Thị Ễ Lövström"));
    }

    #[test]
    fn what_has_no_rule_says_so() {
        assert_eq!(transliterate("ສົມສັກ"), Err(InvalidName::NoRule));
        assert_eq!(HolderName::parse("", " ").err(), Some(InvalidName::Empty));
        assert_eq!(HolderName::parse(&"a".repeat(81), "b").err(), Some(InvalidName::TooLong));
        assert_eq!(HolderName::parse("Nay", "").unwrap().family_transliterated, "NAY");
    }

    proptest! {
        #[test]
        fn only_what_the_schema_allows_comes_out(text in "[\\p{Latin}\\p{M} '-]{0,90}") {
            if let Ok(machine) = transliterate(&text) {
                prop_assert!(machine.len() <= LONGEST && machine.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'<'));
            }
        }
    }
}
