//! The unique certificate identifier (UVCI) of "Guidelines on verifiable vaccination certificates", annex 2, option 3: country and opaque text.

/// An identifier as this province makes it: `URN:UVCI:01:VN:<opaque>#<check>`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Uvci(String);

/// Why a text is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUvci {
    #[error("a certificate number such as URN:UVCI:01:VN:7K3M2Q9G#C")]
    Malformed,
    #[error("a certificate number whose last character fits")]
    Check,
}

/// The characters that the check is computed over, in the order of the guideline.
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:";
const SCHEME: &str = "URN:UVCI:01:";
/// The guideline's 72 characters without the scheme.
const LONGEST: usize = 72;

impl Uvci {
    /// The identifier of an opaque text of upper case letters, digits and `/`, which must not tell who the person is.
    pub fn from_opaque(country: &str, opaque: &str) -> Result<Self, InvalidUvci> {
        let country_fits = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        let opaque_fits = !opaque.is_empty() && opaque.bytes().all(|byte| byte != b':' && ALPHABET.contains(&byte));
        if !country_fits || !opaque_fits || country.len() + opaque.len() + 3 > LONGEST {
            return Err(InvalidUvci::Malformed);
        }
        let body = format!("{SCHEME}{country}:{opaque}");
        let check = check(&body).ok_or(InvalidUvci::Malformed)?;
        Ok(Self(format!("{body}#{}", char::from(check))))
    }

    /// Reads an identifier of this form and holds its last character against the others.
    pub fn parse(text: &str) -> Result<Self, InvalidUvci> {
        let (body, last) = text.rsplit_once('#').ok_or(InvalidUvci::Malformed)?;
        let rest = body.strip_prefix(SCHEME).filter(|rest| rest.len() <= LONGEST).ok_or(InvalidUvci::Malformed)?;
        let (country, opaque) = rest.split_once(':').ok_or(InvalidUvci::Malformed)?;
        let made = Self::from_opaque(country, opaque)?;
        if made.0.strip_prefix(body).and_then(|end| end.strip_prefix('#')) == Some(last) { Ok(made) } else { Err(InvalidUvci::Check) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The number of a person's certificate must reach no log by accident.
impl std::fmt::Debug for Uvci {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Uvci(…)")
    }
}

/// Luhn mod N over [`ALPHABET`], from the right, every other character doubled.
fn check(body: &str) -> Option<u8> {
    let n = ALPHABET.len();
    let mut sum = 0;
    for (place, byte) in body.bytes().rev().enumerate() {
        let value = ALPHABET.iter().position(|letter| *letter == byte)? * if place % 2 == 0 { 2 } else { 1 };
        sum += value / n + value % n;
    }
    ALPHABET.get((n - sum % n) % n).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn identifiers_of_austria_and_slovenia_pass() {
        for text in [
            "URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B",
            "URN:UVCI:01:AT:B5921A35D6A0D696421B3E2462178297#I",
            "URN:UVCI:01:AT:71EE2559DE38C6BF7304FB65A1A451EC#3",
            "URN:UVCI:01:SI:C5A831C188A043AEE053#8",
            "URN:UVCI:01:SI:C5E8734F3DF9B66CE053#D",
        ] {
            assert_eq!(Uvci::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_is_no_identifier_says_why() {
        for (text, error) in [
            ("", InvalidUvci::Malformed),
            ("URN:UVCI:01:SI:C5A831C188A043AEE053#9", InvalidUvci::Check),
            ("URN:UVCI:01:SI:C5A831C188A043AEE053#88", InvalidUvci::Check),
            ("URN:UVCI:01:SI:C5A831C188A043AEE053", InvalidUvci::Malformed),
            ("URN:UVCI:01:SI:c5a831c188a043aee053#8", InvalidUvci::Malformed),
            ("URN:UVCI:01:SVN:C5A831C188A043AEE053#8", InvalidUvci::Malformed),
        ] {
            assert_eq!(Uvci::parse(text).err(), Some(error), "{text}");
        }
        assert_eq!(Uvci::from_opaque("VN", &"A".repeat(68)).err(), Some(InvalidUvci::Malformed));
    }

    proptest! {
        #[test]
        fn every_single_wrong_character_is_found(opaque in "[A-Z0-9]{8,20}", place in 0usize..8, other in "[A-Z0-9]") {
            let made = Uvci::from_opaque("VN", &opaque).unwrap();
            prop_assert_eq!(Uvci::parse(made.as_str()), Ok(made.clone()));
            let mut wrong = opaque.clone();
            wrong.replace_range(place..=place, &other);
            if wrong != opaque {
                let text = made.as_str().replace(&opaque, &wrong);
                prop_assert_eq!(Uvci::parse(&text).err(), Some(InvalidUvci::Check));
            }
        }
    }
}
