//! A birth as people can give it: the year alone or the full day.

use chrono::{Datelike, NaiveDate};

/// A year, or a day. Masked personal QR codes and many highland identity papers know no more than the year.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartialDate {
    Year(i32),
    Day(NaiveDate),
}

crate::redacted_debug!(PartialDate, "PartialDate");

/// Why a text is no date of birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDate {
    #[error("a date such as 18/01/1987 or a year such as 1987")]
    Malformed,
    #[error("a date that is not in the future")]
    Future,
    #[error("a year from 1900 on")]
    TooOld,
}

const FIRST_YEAR: i32 = 1900;

impl PartialDate {
    /// Reads `1987`, `1987-01-18`, `18/01/1987` (also `-` and `.`), `18011987`, and masked `1987-**-**` as its year; not after `today`.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, InvalidDate> {
        let date = Self::read(text)?;
        if date.year() < FIRST_YEAR {
            return Err(InvalidDate::TooOld);
        }
        let future = match date {
            Self::Year(year) => year > today.year(),
            Self::Day(day) => day > today,
        };
        if future { Err(InvalidDate::Future) } else { Ok(date) }
    }

    /// The form alone, without limits: for what a scanner read or a store gives back.
    pub fn read(text: &str) -> Result<Self, InvalidDate> {
        let text = text.trim();
        let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
        let date = match parts.as_slice() {
            [year] if year.len() == 4 => number(year).map(Self::Year),
            [day] if day.len() == 8 && day.is_ascii() => full(&day[4..], &day[2..4], &day[..2]),
            [year, month, day] if year.len() == 4 && masked(month) && masked(day) => number(year).map(Self::Year),
            [day, month, year] if year.len() == 4 && masked(month) && masked(day) => number(year).map(Self::Year),
            [year, month, day] if year.len() == 4 => full(year, month, day),
            [day, month, year] if year.len() == 4 => full(year, month, day),
            _ => None,
        };
        date.ok_or(InvalidDate::Malformed)
    }

    pub fn year(self) -> i32 {
        match self {
            Self::Year(year) => year,
            Self::Day(day) => day.year(),
        }
    }

    /// The form to store: `1987` or `1987-01-18`.
    pub fn canonical(self) -> String {
        match self {
            Self::Year(year) => format!("{year:04}"),
            Self::Day(day) => day.format("%Y-%m-%d").to_string(),
        }
    }

    /// The form to show: `1987` or `18/01/1987`.
    pub fn display(self) -> String {
        match self {
            Self::Year(year) => format!("{year:04}"),
            Self::Day(day) => crate::time::format_date(day),
        }
    }

    /// Whether both can be the same birth: a year agrees with every day in it.
    pub fn agrees_with(self, other: Self) -> bool {
        match (self, other) {
            (Self::Day(one), Self::Day(two)) => one == two,
            _ => self.year() == other.year(),
        }
    }
}

fn masked(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|letter| letter == '*')
}

fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

fn full(year: &str, month: &str, day: &str) -> Option<PartialDate> {
    if month.len() > 2 || day.len() > 2 {
        return None;
    }
    NaiveDate::from_ymd_opt(number(year)?, number(month)?, number(day)?).map(PartialDate::Day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn today() -> NaiveDate {
        "2021-10-18".parse().unwrap()
    }

    #[test]
    fn people_write_dates_in_many_ways() {
        for (text, canonical) in [
            ("1987", "1987"),
            ("1987-01-18", "1987-01-18"),
            ("18/01/1987", "1987-01-18"),
            ("8/1/1987", "1987-01-08"),
            ("18.01.1987", "1987-01-18"),
            ("18011987", "1987-01-18"),
            ("1987-**-**", "1987"),
            ("**/**/1987", "1987"),
            ("2021-10-18", "2021-10-18"),
        ] {
            assert_eq!(PartialDate::parse(text, today()).map(PartialDate::canonical), Ok(canonical.to_owned()), "{text}");
        }
    }

    #[test]
    fn impossible_dates_say_why() {
        for (text, error) in [
            ("", InvalidDate::Malformed),
            ("87", InvalidDate::Malformed),
            ("31/02/1987", InvalidDate::Malformed),
            ("+987", InvalidDate::Malformed),
            ("năm1", InvalidDate::Malformed),
            ("2021-10-19", InvalidDate::Future),
            ("2022", InvalidDate::Future),
            ("1899", InvalidDate::TooOld),
        ] {
            assert_eq!(PartialDate::parse(text, today()).err(), Some(error), "{text}");
        }
    }

    #[test]
    fn a_year_agrees_with_its_days() {
        let read = |text| PartialDate::read(text).unwrap();
        assert!(read("1987").agrees_with(read("18/01/1987")));
        assert!(!read("1988").agrees_with(read("18/01/1987")));
        assert!(!read("17/01/1987").agrees_with(read("18/01/1987")));
    }

    proptest! {
        #[test]
        fn shown_and_stored_forms_read_back(days in 0u64..44_000) {
            let day: NaiveDate = "1900-01-01".parse().unwrap();
            let date = PartialDate::Day(day + chrono::Days::new(days));
            prop_assert_eq!(PartialDate::read(&date.display()).ok(), Some(date));
            prop_assert_eq!(PartialDate::read(&date.canonical()).ok(), Some(date));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,12}") {
            let _ = PartialDate::parse(&text, today());
        }
    }
}
