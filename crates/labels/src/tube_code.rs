//! The code of a tube whose label we print: a year, a serial number and a check symbol, in symbols that nobody confuses.

use vietnam::ShortCode;
use vietnam::code::InvalidCode;

/// `T7K3M2Q9G` in a bar code, `T 7K3M-2Q9G` for people: T, then seven symbols of Crockford's base 32 and Damm's check symbol, which finds every
/// wrong symbol and every swap of neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TubeCode(ShortCode);

/// Why a text is no tube's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTubeCode {
    #[error("a code of T and 8 letters and digits such as T 7K3M-2Q9G")]
    Malformed,
    #[error("a code whose last symbol fits: one symbol is wrong or two are swapped")]
    Check,
}

/// Tells a tube from a trip, whose code has the same symbols.
const MARK: char = 'T';
const SERIAL_BITS: u32 = 29;
/// Six bits of years: the codes of 2021 come again in 2085.
const FIRST_YEAR: i32 = 2021;
const YEARS: i32 = 64;

impl TubeCode {
    /// Serial numbers of one year are below this.
    pub const SERIALS: u32 = 1 << SERIAL_BITS;

    /// The code of a year's tube; `None` for years before 2021 and serial numbers from [`Self::SERIALS`] on.
    pub fn of(year: i32, serial: u32) -> Option<Self> {
        let since = u64::try_from(year - FIRST_YEAR).ok()? % u64::from(YEARS.unsigned_abs());
        if serial >= Self::SERIALS {
            return None;
        }
        ShortCode::from_number(since << SERIAL_BITS | u64::from(serial)).map(Self)
    }

    /// Reads what a scanner or a person gives, in any case, with or without blanks and hyphens.
    pub fn parse(text: &str) -> Result<Self, InvalidTubeCode> {
        let text = text.trim();
        let code = text.strip_prefix([MARK, MARK.to_ascii_lowercase()]).ok_or(InvalidTubeCode::Malformed)?;
        ShortCode::parse(code).map(Self).map_err(|error| match error {
            InvalidCode::Malformed => InvalidTubeCode::Malformed,
            InvalidCode::Check => InvalidTubeCode::Check,
        })
    }

    /// The form that is scanned and stored.
    pub fn compact(self) -> String {
        format!("{MARK}{}", self.0.compact())
    }

    /// The serial number within its year.
    pub fn serial(self) -> u32 {
        u32::try_from(self.0.number() & u64::from(Self::SERIALS - 1)).unwrap_or(0)
    }
}

impl std::fmt::Display for TubeCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{MARK} {}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_reads_in_every_form_that_people_type() {
        let code = TubeCode::of(2021, 172).unwrap();
        let shown = code.to_string();
        for text in [shown.clone(), code.compact(), shown.to_lowercase(), shown.replace('-', " "), format!(" {shown} ")] {
            assert_eq!(TubeCode::parse(&text), Ok(code), "{text}");
        }
        assert_eq!(TubeCode::parse("7K3M-2Q9G"), Err(InvalidTubeCode::Malformed), "a trip's");
        assert_eq!(TubeCode::parse("T 7K3M-2Q9"), Err(InvalidTubeCode::Malformed));
        assert_eq!(TubeCode::of(2020, 1), None);
        assert_eq!(TubeCode::of(2021, TubeCode::SERIALS), None);
    }

    proptest! {
        #[test]
        fn codes_of_all_years_differ_and_errors_are_found(
            year in 2021..2085, other in 2021..2085, serial in 0..TubeCode::SERIALS, place in 1usize..9, symbol in "[0-9A-HJKMNP-TV-Z]"
        ) {
            let code = TubeCode::of(year, serial).unwrap();
            prop_assert_eq!(TubeCode::parse(&code.to_string()), Ok(code));
            prop_assert_eq!(code.serial(), serial);
            prop_assert_eq!(TubeCode::of(other, serial) == Some(code), other == year);
            let mut wrong = code.compact();
            wrong.replace_range(place..=place, &symbol);
            if wrong != code.compact() {
                prop_assert_eq!(TubeCode::parse(&wrong), Err(InvalidTubeCode::Check));
            }
        }
    }
}
