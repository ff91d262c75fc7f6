//! The holder's birth as the schema writes it: a day, a month, a year, or nothing.

use chrono::{Datelike as _, NaiveDate};

/// `dob` of the schema. Many highland identity papers know no more than the year.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Birth {
    Day(NaiveDate),
    Month { year: i32, month: u32 },
    Year(i32),
    Unknown,
}

impl Birth {
    /// Reads `1987-01-18`, `1987-01`, `1987` and the empty text; a time behind the day, as version 1.0 of the schema allowed it, is dropped.
    pub fn read(text: &str) -> Option<Self> {
        let day = text.split_once('T').map_or(text, |(day, _)| day);
        let parts: Vec<&str> = if day.is_empty() { Vec::new() } else { day.split('-').collect() };
        let year = |text: &str| digits(text, 4).and_then(|year| i32::try_from(year).ok()).filter(|year| (1900..2100).contains(year));
        match parts.as_slice() {
            [] => Some(Self::Unknown),
            [only] => year(only).map(Self::Year),
            [first, second] => {
                let month = digits(second, 2).filter(|month| (1..=12).contains(month))?;
                Some(Self::Month { year: year(first)?, month })
            }
            [first, second, third] => NaiveDate::from_ymd_opt(year(first)?, digits(second, 2)?, digits(third, 2)?).map(Self::Day),
            _ => None,
        }
    }

    /// The text of `dob`.
    pub fn text(self) -> String {
        match self {
            Self::Day(day) => format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day()),
            Self::Month { year, month } => format!("{year:04}-{month:02}"),
            Self::Year(year) => format!("{year:04}"),
            Self::Unknown => String::new(),
        }
    }
}

/// A birth is of a person and must reach no log by accident.
impl std::fmt::Debug for Birth {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Birth(…)")
    }
}

fn digits(text: &str, length: usize) -> Option<u32> {
    (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_the_schema_reads_and_writes_itself() {
        for text in ["1987-01-18", "1987-01", "1987", ""] {
            assert_eq!(Birth::read(text).map(Birth::text).as_deref(), Some(text));
        }
        assert_eq!(Birth::read("1978-01-26T00:00:00").map(Birth::text).as_deref(), Some("1978-01-26"));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in ["1899", "2100-01-01", "1987-13", "1987-02-30", "87", "+987", "1987-1-18", "1987-01-18-1", "năm"] {
            assert!(Birth::read(text).is_none(), "{text}");
        }
    }
}
