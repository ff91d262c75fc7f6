//! Telephone numbers: Vietnamese mobiles and landlines, and foreign ones with their `+`, because lorries come from Laos and Cambodia.

/// A number in E.164.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

crate::redacted_debug!(Phone, "Phone");

/// A text that is no telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a telephone number such as 0905 123 456, or with its country code such as +856 20 5512 3456")]
pub struct InvalidPhone;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneKind {
    Mobile,
    Landline,
    Foreign,
}

/// Area codes whose subscribers have eight digits; all others have seven.
const LONG_AREAS: [&str; 2] = ["24", "28"];

impl Phone {
    /// Reads `0905 123 456`, `+84905123456`, `84905…`, `0084905…`, `0269 382 4123`; blanks, dots, hyphens and brackets are free.
    pub fn parse(text: &str) -> Result<Self, InvalidPhone> {
        let compact: String =
            text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '.' | '-' | '(' | ')' | '/')).collect();
        let digits = compact.strip_prefix('+').unwrap_or(&compact);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidPhone);
        }
        if compact.starts_with('+') {
            return international(digits);
        }
        match digits.strip_prefix("00") {
            Some(number) => international(number),
            // People write the trunk zero after the country code too: 84 0905…
            None => digits
                .strip_prefix('0')
                .or_else(|| digits.strip_prefix("84").filter(|rest| rest.len() >= 9))
                .ok_or(InvalidPhone)
                .and_then(national),
        }
    }

    pub fn e164(&self) -> &str {
        &self.0
    }

    pub fn kind(&self) -> PhoneKind {
        match self.national() {
            Some(number) if is_mobile(number) => PhoneKind::Mobile,
            Some(_) => PhoneKind::Landline,
            None => PhoneKind::Foreign,
        }
    }

    /// `0905 123 456`, `0269 382 4123`, `024 3825 1234`; foreign numbers as E.164.
    pub fn display(&self) -> String {
        let Some(number) = self.national() else { return self.0.clone() };
        let area = if LONG_AREAS.iter().any(|area| number.starts_with(area)) { 2 } else { 3 };
        format!("0{} {} {}", &number[..area], &number[area..6], &number[6..])
    }

    fn national(&self) -> Option<&str> {
        self.0.strip_prefix("+84")
    }
}

fn international(digits: &str) -> Result<Phone, InvalidPhone> {
    if let Some(rest) = digits.strip_prefix("84") {
        return national(rest);
    }
    let plausible = (8..=15).contains(&digits.len()) && !digits.starts_with('0');
    if plausible { Ok(Phone(format!("+{digits}"))) } else { Err(InvalidPhone) }
}

fn national(digits: &str) -> Result<Phone, InvalidPhone> {
    let digits = digits.strip_prefix('0').unwrap_or(digits);
    if is_mobile(digits) || is_landline(digits) { Ok(Phone(format!("+84{digits}"))) } else { Err(InvalidPhone) }
}

/// `3[2-9] 5[25689] 7[06-9] 8[1-9] 9[0-46-9]` and seven more digits.
fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    digits.len() == 9
        && match (bytes[0], bytes[1]) {
            (b'3', second) => second >= b'2',
            (b'5', second) => matches!(second, b'2' | b'5' | b'6' | b'8' | b'9'),
            (b'7', second) => second == b'0' || second >= b'6',
            (b'8', second) => second >= b'1',
            (b'9', second) => second != b'5',
            _ => false,
        }
}

/// Area code `2xx` (Gia Lai 269) and seven digits, or `24`, `28` and eight.
fn is_landline(digits: &str) -> bool {
    digits.len() == 10 && digits.starts_with('2')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_writing_of_one_number_is_one_number() {
        for text in ["0905123456", "0905 123 456", "0905.123.456", "+84905123456", "84905123456", "+84 (0)905-123-456", "0084 905 123 456"]
        {
            let phone = Phone::parse(text).unwrap();
            assert_eq!(phone.e164(), "+84905123456", "{text}");
            assert_eq!(phone.display(), "0905 123 456");
            assert_eq!(phone.kind(), PhoneKind::Mobile);
        }
    }

    #[test]
    fn landlines_and_foreign_numbers() {
        for (text, e164, display, kind) in [
            ("02693824123", "+842693824123", "0269 382 4123", PhoneKind::Landline),
            ("024 3825 1234", "+842438251234", "024 3825 1234", PhoneKind::Landline),
            ("+856 20 5512 3456", "+8562055123456", "+8562055123456", PhoneKind::Foreign),
            ("00855 12 345 678", "+85512345678", "+85512345678", PhoneKind::Foreign),
        ] {
            let phone = Phone::parse(text).unwrap();
            assert_eq!((phone.e164(), phone.display().as_str(), phone.kind()), (e164, display, kind), "{text}");
        }
    }

    #[test]
    fn numbers_that_no_one_has() {
        for text in [
            "",
            "0",
            "+",
            "0955123456",
            "0312345678",
            "0505123456",
            "09051234567",
            "090512345",
            "1234567890",
            "0905abc456",
            "+84 123",
            "٠٩٠٥١٢٣٤٥٦",
        ] {
            assert!(Phone::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(number in "0(3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-46-9])[0-9]{7}|0269[0-9]{7}|028[0-9]{8}") {
            let phone = Phone::parse(&number).unwrap();
            prop_assert_eq!(Phone::parse(&phone.display()).unwrap(), phone.clone());
            prop_assert_eq!(Phone::parse(phone.e164()).unwrap(), phone);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}|[0-9+ ]{0,16}") {
            let _ = Phone::parse(&text).map(|phone| phone.display());
        }
    }
}
