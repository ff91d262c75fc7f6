//! The trip's spoken code: seven symbols of Crockford's base 32 and one check symbol, short enough for the radio.

/// A code of 35 bits. Shown `7K3M-2Q9G`: seven symbols, then the check symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortCode(u64);

/// Why a text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCode {
    #[error("a code of 8 letters and digits such as 7K3M-2Q9G")]
    Malformed,
    #[error("a code whose last symbol fits: one symbol is wrong or two are swapped")]
    Check,
}

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS: usize = 8;

impl ShortCode {
    /// Numbers below this have a code.
    pub const LIMIT: u64 = 1 << 35;

    /// The code of a number, `None` from [`Self::LIMIT`] on.
    pub const fn from_number(number: u64) -> Option<Self> {
        if number < Self::LIMIT { Some(Self(number)) } else { None }
    }

    pub const fn number(self) -> u64 {
        self.0
    }

    /// Reads any case, with or without separators; O is 0, I and L are 1.
    pub fn parse(text: &str) -> Result<Self, InvalidCode> {
        let symbols: Vec<u8> =
            text.chars().filter(|letter| !is_separator(*letter)).map(value).collect::<Option<_>>().ok_or(InvalidCode::Malformed)?;
        if symbols.len() != SYMBOLS {
            return Err(InvalidCode::Malformed);
        }
        if symbols.iter().copied().fold(0, damm) != 0 {
            return Err(InvalidCode::Check);
        }
        Ok(Self(symbols[..SYMBOLS - 1].iter().fold(0, |number, symbol| number << 5 | u64::from(*symbol))))
    }

    /// Eight symbols without a separator, the form to store.
    pub fn compact(self) -> String {
        let symbols: Vec<u8> = (0..7).rev().map(|place| (self.0 >> (5 * place) & 31) as u8).collect();
        // In this quasigroup x ∘ x = 0, so the interim value is its own check symbol.
        let check = symbols.iter().copied().fold(0, damm);
        symbols.iter().chain([&check]).map(|symbol| char::from(ALPHABET[usize::from(*symbol)])).collect()
    }
}

impl std::fmt::Display for ShortCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let compact = self.compact();
        write!(formatter, "{}-{}", &compact[..4], &compact[4..])
    }
}

/// One step of Damm's algorithm over the quasigroup `x ∘ y = 2·(x + y)` in GF(2⁵) = GF(2)\[t\]/(t⁵ + t² + 1), where `+` is exclusive or and 2 is `t`.
/// It is totally anti-symmetric because 2 and 2 + 1 = 3 are both invertible (Damm 2004, lemma 5.2): `x ∘ y ≠ y' ∘ x'` for every single wrong
/// symbol and every swap of neighbours, the check symbol included.
fn damm(interim: u8, symbol: u8) -> u8 {
    let doubled = (interim ^ symbol) << 1;
    if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

fn is_separator(letter: char) -> bool {
    letter == '-' || letter.is_whitespace()
}

fn value(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|symbol| char::from(*symbol) == letter).and_then(|place| u8::try_from(place).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn total_anti_symmetry_holds_for_all_triples() {
        for c in 0..32 {
            for x in 0..32 {
                for y in (0..32).filter(|y| *y != x) {
                    assert_ne!(damm(damm(c, x), y), damm(damm(c, y), x));
                    assert_ne!(damm(c, x), damm(c, y));
                }
            }
        }
    }

    #[test]
    fn vectors_of_an_independent_implementation() {
        for (number, code) in VECTORS {
            let made = ShortCode::from_number(number).unwrap();
            assert_eq!(made.to_string(), code);
            assert_eq!(ShortCode::parse(code), Ok(made));
        }
    }

    /// Made with the PyPI package damm32 1.2.1 and Crockford's alphabet.
    const VECTORS: [(u64, &str); 8] = [
        (0, "0000-0000"),
        (1, "0000-0012"),
        (31, "0000-00ZV"),
        (32, "0000-0104"),
        (1_234_567_890, "14SC-0PJ6"),
        (8_192_000_123, "7M4G-03VS"),
        (31_415_926_535, "X88H-ZR7G"),
        (34_359_738_367, "ZZZZ-ZZZC"),
    ];

    #[test]
    fn forgiving_about_writing_and_strict_about_the_check() {
        let code = ShortCode::from_number(0x1_0000_0401).unwrap();
        let shown = code.to_string();
        for text in [
            shown.to_lowercase(),
            shown.replace('-', ""),
            shown.replace('-', " "),
            shown.replace('0', "O"),
            shown.replace('1', "l"),
            shown.replace('1', "i"),
        ] {
            assert_eq!(ShortCode::parse(&text), Ok(code), "{text}");
        }
        for text in ["", "7K3M", "7K3M-2Q9U", "7K3M-2Q9GX", "ĐK3M-2Q9X"] {
            assert_eq!(ShortCode::parse(text), Err(InvalidCode::Malformed), "{text}");
        }
        assert_eq!(ShortCode::from_number(ShortCode::LIMIT), None);
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(number in 0..ShortCode::LIMIT) {
            let code = ShortCode::from_number(number).unwrap();
            prop_assert_eq!(ShortCode::parse(&code.to_string()), Ok(code));
            prop_assert_eq!(code.number(), number);
        }

        #[test]
        fn every_single_error_and_every_swap_of_neighbours_is_found(number in 0..ShortCode::LIMIT) {
            let compact = ShortCode::from_number(number).unwrap().compact().into_bytes();
            for place in 0..SYMBOLS {
                for symbol in ALPHABET.iter().filter(|symbol| **symbol != compact[place]) {
                    let mut wrong = compact.clone();
                    wrong[place] = *symbol;
                    prop_assert_eq!(ShortCode::parse(&String::from_utf8(wrong).unwrap()), Err(InvalidCode::Check));
                }
                if place + 1 < SYMBOLS && compact[place] != compact[place + 1] {
                    let mut wrong = compact.clone();
                    wrong.swap(place, place + 1);
                    prop_assert_eq!(ShortCode::parse(&String::from_utf8(wrong).unwrap()), Err(InvalidCode::Check));
                }
            }
        }
    }
}
