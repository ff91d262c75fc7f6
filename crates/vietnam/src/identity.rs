//! Numbers of people's papers: CCCD and personal number, CMND, passports; also as a QR code masks them.

use crate::date::PartialDate;

/// Which paper a number is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdKind {
    /// căn cước công dân, số định danh cá nhân: 12 digits
    Cccd,
    /// chứng minh nhân dân: 9 digits, 12 since 2012
    Cmnd,
    Passport,
    Other,
}

/// Sex as the personal QR code counts it: 0, 1, 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Sex {
    #[default]
    Unknown,
    Male,
    Female,
}

/// A number in its canonical form: upper case, without blanks and separators.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNumber {
    kind: IdKind,
    country: String,
    text: String,
}

crate::redacted_debug!(IdNumber, "IdNumber");

/// Why a text is no number of that paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIdNumber {
    #[error("12 digits of the citizen card")]
    Cccd,
    #[error("9 or 12 digits of the identity card")]
    Cmnd,
    #[error("a passport number such as B1234567")]
    Passport,
    #[error("a number of 1 to 32 letters and digits")]
    Other,
    #[error("a country code of two or three letters")]
    Country,
}

/// What in a citizen number speaks against what else is known of the person. It warns and never blocks: numbers carry errors and people change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdWarning {
    ProvinceUnknown,
    BirthDiffers,
    SexDiffers,
}

impl IdWarning {
    pub const fn code(self) -> &'static str {
        match self {
            Self::ProvinceUnknown => "ID_PROVINCE_UNKNOWN",
            Self::BirthDiffers => "ID_BIRTH_DIFFERS",
            Self::SexDiffers => "ID_SEX_DIFFERS",
        }
    }
}

impl IdNumber {
    /// Reads a number of the named paper; `country` (ISO 3166, empty = VN) counts for passports and other papers.
    /// Masked numbers keep their `*`.
    pub fn parse(kind: IdKind, text: &str, country: &str) -> Result<Self, InvalidIdNumber> {
        let compact: String = text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '.' | '-')).collect();
        let text = compact.to_ascii_uppercase();
        let of_country = crate::plate::country_code(country).ok_or(InvalidIdNumber::Country)?;
        let fits = |ok: bool, error: InvalidIdNumber| if ok { Ok(()) } else { Err(error) };
        match kind {
            IdKind::Cccd => fits(text.len() == 12 && digits_or_masked(&text), InvalidIdNumber::Cccd)?,
            IdKind::Cmnd => fits(matches!(text.len(), 9 | 12) && digits_or_masked(&text), InvalidIdNumber::Cmnd)?,
            IdKind::Passport => fits(is_passport(&text, &of_country), InvalidIdNumber::Passport)?,
            IdKind::Other => fits((1..=32).contains(&text.chars().count()) && text.chars().all(is_number_letter), InvalidIdNumber::Other)?,
        }
        let country = if matches!(kind, IdKind::Cccd | IdKind::Cmnd) { "VN".to_owned() } else { of_country };
        Ok(Self { kind, country, text })
    }

    /// Guesses the paper from the form: 12 digits a citizen number, 9 an identity card, a letter and digits a passport of `country`.
    pub fn detect(text: &str, country: &str) -> Result<Self, InvalidIdNumber> {
        [IdKind::Cccd, IdKind::Cmnd, IdKind::Passport]
            .into_iter()
            .find_map(|kind| Self::parse(kind, text, country).ok())
            .map_or_else(|| Self::parse(IdKind::Other, text, country), Ok)
    }

    pub fn kind(&self) -> IdKind {
        self.kind
    }

    pub fn country(&self) -> &str {
        &self.country
    }

    /// The canonical number, the form to store.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn is_masked(&self) -> bool {
        self.text.contains('*')
    }

    /// The text to compare and index: paper, country and number; `None` for a masked number, which many people share.
    /// A 12-digit CMND became the citizen number of the same digits, so both have one key.
    pub fn key(&self) -> Option<String> {
        let family = match self.kind {
            IdKind::Cccd => "CCCD",
            IdKind::Cmnd if self.text.len() == 12 => "CCCD",
            IdKind::Cmnd => "CMND",
            IdKind::Passport => "PASSPORT",
            IdKind::Other => "OTHER",
        };
        (!self.is_masked()).then(|| format!("{family}:{}:{}", self.country, self.text))
    }

    /// Whether a masked number can be this one: every digit that shows is the same.
    pub fn may_equal(&self, other: &Self) -> bool {
        self.text.len() == other.text.len()
            && self.text.bytes().zip(other.text.bytes()).all(|(one, two)| one == two || one == b'*' || two == b'*')
    }

    /// Sex in a citizen number: its fourth digit is even for men.
    pub fn sex(&self) -> Option<Sex> {
        self.century_digit().map(|digit| if digit % 2 == 0 { Sex::Male } else { Sex::Female })
    }

    /// Year of birth in a citizen number.
    pub fn birth_year(&self) -> Option<i32> {
        let century = 1900 + i32::from(self.century_digit()? / 2) * 100;
        self.text.get(4..6)?.parse::<i32>().ok().map(|year| century + year)
    }

    /// Province of birth registration in a citizen number, as its code of 2021: `64`. Codes from 100 on are countries.
    pub fn province_code(&self) -> Option<&str> {
        self.century_digit()?;
        self.text.strip_prefix('0')?.get(..2)
    }

    /// Holds a citizen number against birth and sex.
    pub fn warnings(&self, birth: Option<PartialDate>, sex: Sex) -> Vec<IdWarning> {
        let mut warnings = Vec::new();
        if self.province_code().is_some_and(|code| crate::areas::find(crate::Era::Y2021, code).is_none()) {
            warnings.push(IdWarning::ProvinceUnknown);
        }
        if let (Some(year), Some(birth)) = (self.birth_year(), birth)
            && year != birth.year()
        {
            warnings.push(IdWarning::BirthDiffers);
        }
        if self.sex().is_some_and(|own| sex != Sex::Unknown && own != sex) {
            warnings.push(IdWarning::SexDiffers);
        }
        warnings
    }

    fn century_digit(&self) -> Option<u8> {
        let citizen = matches!(self.kind, IdKind::Cccd | IdKind::Cmnd) && self.text.len() == 12 && !self.is_masked();
        citizen.then(|| self.text.as_bytes()[3] - b'0')
    }
}

impl Sex {
    /// `0`, `1`, `2` of the personal QR code; `Nam`, `Nữ` of the card.
    pub fn read(text: &str) -> Self {
        match crate::fold::fold(text).as_str() {
            "1" | "nam" => Self::Male,
            "2" | "nu" => Self::Female,
            _ => Self::Unknown,
        }
    }
}

fn digits_or_masked(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'*') && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Vietnamese: a letter and 7 or 8 digits; elsewhere 5 to 15 letters and digits, of which at least one shows.
fn is_passport(text: &str, country: &str) -> bool {
    let bytes = text.as_bytes();
    if country != "VN" {
        return (5..=15).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'*')
            && bytes.iter().any(|byte| *byte != b'*');
    }
    matches!(bytes.len(), 8 | 9) && (bytes[0].is_ascii_uppercase() || bytes[0] == b'*') && digits_or_masked(&text[1..])
}

fn is_number_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '*' | '/')
}
