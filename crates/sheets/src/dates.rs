//! Days as people write them and as spreadsheets count them.

use chrono::{Datelike as _, Days, NaiveDate};

/// What a text says about a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Day(NaiveDate),
    Year(i32),
    /// 18/01/87: nobody knows which century.
    TwoDigitYear,
}

const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

/// Reads `18/01/1987` (also with `-`, `.` and blanks), `1987-01-18`, `18011987`, `1987`; a time behind the day is dropped.
pub(crate) fn read(text: &str) -> Option<Written> {
    let text = text.trim();
    let day = text.split_once('T').map_or(text, |(day, _)| day);
    let parts: Vec<&str> = day.split(['/', '-', '.', ' ']).filter(|part| !part.is_empty()).collect();
    let written = match parts.as_slice() {
        [year] if year.len() == 4 => Written::Year(digits(year)?),
        [compact] if compact.len() == 8 && compact.is_ascii() => {
            let (day, month, year) = (&compact[..2], &compact[2..4], &compact[4..]);
            Written::Day(calendar(year, month, day).or_else(|| calendar(&compact[..4], &compact[4..6], &compact[6..]))?)
        }
        [year, month, day] if year.len() == 4 => Written::Day(calendar(year, month, day)?),
        [day, month, year, ..] if year.len() == 4 && parts.len() <= 4 => Written::Day(calendar(year, month, day)?),
        [day, month, year] if year.len() == 2 && digits::<u32>(day).is_some() && digits::<u32>(month).is_some() => {
            digits::<u32>(year)?;
            Written::TwoDigitYear
        }
        [year, month, day, _] if year.len() == 4 => Written::Day(calendar(year, month, day)?),
        _ => return None,
    };
    let year = match written {
        Written::Day(day) => day.year(),
        Written::Year(year) => year,
        Written::TwoDigitYear => return Some(written),
    };
    YEARS.contains(&year).then_some(written)
}

/// Excel's day 1 is 1 January 1900, and it believes in a 29 February of that year; a workbook of old Macs counts from 1904.
pub(crate) fn of_serial(serial: f64, since_1904: bool) -> Option<NaiveDate> {
    if !(1.0..=73_415.0).contains(&serial) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held between 1 and 73 415 above")]
    let days = serial.floor() as u64;
    let (epoch, days) = match (since_1904, days) {
        (true, days) => (NaiveDate::from_ymd_opt(1904, 1, 1)?, days),
        (false, 60) => return None,
        (false, days @ ..60) => (NaiveDate::from_ymd_opt(1899, 12, 31)?, days),
        (false, days) => (NaiveDate::from_ymd_opt(1899, 12, 30)?, days),
    };
    epoch.checked_add_days(Days::new(days))
}

pub(crate) fn shown(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

fn calendar(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    if month.len() > 2 || day.len() > 2 {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(digits(year)?, digits(month)?, digits(day)?)?;
    YEARS.contains(&date.year()).then_some(date)
}

fn digits<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn people_write_days_in_many_ways() {
        for text in [
            "18/01/1987",
            "18/1/1987",
            "18-01-1987",
            "18.01.1987",
            "18 / 01 / 1987",
            "1987-01-18",
            "18011987",
            "19870118",
            "18/01/1987 07:30",
            "1987-01-18T07:30:00",
            "1987-01-18 07:30",
        ] {
            assert_eq!(read(text), Some(Written::Day(day("1987-01-18"))), "{text}");
        }
        assert_eq!(read(" 1987 "), Some(Written::Year(1987)));
        assert_eq!(read("18/01/87"), Some(Written::TwoDigitYear));
        for text in ["", "31/02/1987", "01/18/1987", "18/01", "1899", "2101-01-01", "+987", "một/hai/1987", "18/01/1987 07:30 x y"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn days_of_both_calendars_of_excel() {
        assert_eq!(of_serial(44_487.0, false), Some(day("2021-10-18")));
        assert_eq!(of_serial(44_487.75, false), Some(day("2021-10-18")));
        assert_eq!(of_serial(43_025.0, true), Some(day("2021-10-18")));
        assert_eq!(of_serial(1.0, false), Some(day("1900-01-01")));
        assert_eq!(of_serial(59.0, false), Some(day("1900-02-28")));
        assert_eq!(of_serial(60.0, false), None);
        assert_eq!(of_serial(61.0, false), Some(day("1900-03-01")));
        for serial in [0.0, -1.0, f64::NAN, 1e9] {
            assert_eq!(of_serial(serial, false), None);
        }
    }
}
