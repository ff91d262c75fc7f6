//! Vietnamese civil time: UTC+7 without summer time. Days, report windows, what a screen shows, and instants that come in with their offset.

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};

/// Why a text is no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTime {
    #[error("a time needs its offset, for example 2021-10-19T21:48:00+07:00")]
    NoOffset,
    #[error("not a time in the form 2021-10-19T21:48:00+07:00")]
    Malformed,
}

const SEVEN_HOURS: i32 = 7 * 3600;

/// A half-open span: `from` belongs to it, `to` does not, so that neighbouring spans share nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

impl Window {
    /// The calendar day `date`, 00:00 to 24:00.
    pub fn day(date: NaiveDate) -> Self {
        Self { from: day_start(date), to: day_start(next(date)) }
    }

    /// The days from `first` to `last`, both included; empty when `last` is earlier.
    pub fn days(first: NaiveDate, last: NaiveDate) -> Self {
        let from = day_start(first);
        Self { from, to: day_start(next(last)).max(from) }
    }

    /// The 24 hours that a bulletin of `date` with this cut-off hour counts: they end at that hour of `date`.
    /// Hour 0 means the calendar day itself; hours above 23 count as 23.
    pub fn report_day(date: NaiveDate, cut_off_hour: u32) -> Self {
        match cut_off_hour.min(23) {
            0 => Self::day(date),
            hour => {
                let to = day_start(date) + TimeDelta::hours(i64::from(hour));
                Self { from: to - TimeDelta::days(1), to }
            }
        }
    }

    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && at < self.to
    }
}

/// The bulletin's day that counts `at`; the inverse of [`Window::report_day`].
pub fn report_day_of(at: DateTime<Utc>, cut_off_hour: u32) -> NaiveDate {
    match cut_off_hour.min(23) {
        0 => day_of(at),
        hour => next(day_of(at - TimeDelta::hours(i64::from(hour)))),
    }
}

/// The civil day of an instant.
pub fn day_of(at: DateTime<Utc>) -> NaiveDate {
    local(at).date_naive()
}

/// Midnight at which a civil day begins.
pub fn day_start(date: NaiveDate) -> DateTime<Utc> {
    Utc.from_utc_datetime(&date.and_time(NaiveTime::MIN)) - TimeDelta::seconds(i64::from(SEVEN_HOURS))
}

/// The same instant with the offset +07:00.
pub fn local(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    // The constant is inside the range of offsets; UTC itself is the value that cannot fail.
    let offset = FixedOffset::east_opt(SEVEN_HOURS).unwrap_or_else(|| chrono::Offset::fix(&Utc));
    at.with_timezone(&offset)
}

/// `19/10/2021 21:48`
pub fn format_full(at: DateTime<Utc>) -> String {
    local(at).format("%d/%m/%Y %H:%M").to_string()
}

/// `19/10/2021`
pub fn format_date(date: NaiveDate) -> String {
    date.format("%d/%m/%Y").to_string()
}

/// `21:48`
pub fn format_clock(at: DateTime<Utc>) -> String {
    local(at).format("%H:%M").to_string()
}

/// As short as it stays clear beside `now`: `21:48` today, `18/10 21:48` this year, `18/10/2020 21:48` else.
pub fn format_short(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let (day, today) = (day_of(at), day_of(now));
    if day == today {
        format_clock(at)
    } else if day.year() == today.year() {
        local(at).format("%d/%m %H:%M").to_string()
    } else {
        format_full(at)
    }
}

/// Reads RFC 3339. A time without an offset is refused by its own error, because a guess would be seven hours wrong.
pub fn parse_rfc3339(text: &str) -> Result<DateTime<Utc>, InvalidTime> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.with_timezone(&Utc));
    }
    if DateTime::parse_from_rfc3339(&format!("{text}Z")).is_ok() { Err(InvalidTime::NoOffset) } else { Err(InvalidTime::Malformed) }
}

/// Reads the value of a `datetime-local` input, which is civil time here: `2021-10-19T21:48`.
pub fn parse_local(text: &str) -> Result<DateTime<Utc>, InvalidTime> {
    let seconds = if text.len() == 16 { ":00" } else { "" };
    let at = DateTime::parse_from_rfc3339(&format!("{text}{seconds}+07:00")).map_err(|_| InvalidTime::Malformed)?;
    Ok(at.with_timezone(&Utc))
}

fn next(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(1)).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        parse_rfc3339(text).unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_day_changes_at_seventeen_utc() {
        assert_eq!(day_of(at("2021-10-18T16:59:59Z")), date("2021-10-18"));
        assert_eq!(day_of(at("2021-10-18T17:00:00Z")), date("2021-10-19"));
        assert_eq!(day_start(date("2021-10-19")), at("2021-10-18T17:00:00Z"));
    }

    #[test]
    fn report_days_end_at_their_cut_off() {
        let window = Window::report_day(date("2021-11-16"), 8);
        assert_eq!(window, Window { from: at("2021-11-15T08:00:00+07:00"), to: at("2021-11-16T08:00:00+07:00") });
        assert_eq!(Window::report_day(date("2021-11-16"), 0), Window::day(date("2021-11-16")));
        assert!(window.contains(window.from) && !window.contains(window.to));
        assert_eq!(Window::days(date("2021-10-20"), date("2021-10-18")).from, Window::days(date("2021-10-20"), date("2021-10-18")).to);
    }

    #[test]
    fn shown_as_the_pages_want_it() {
        let now = at("2021-10-19T23:00:00+07:00");
        for (text, short) in [
            ("2021-10-19T21:48:00+07:00", "21:48"),
            ("2021-10-18T21:48:00+07:00", "18/10 21:48"),
            ("2020-10-18T21:48:00+07:00", "18/10/2020 21:48"),
        ] {
            assert_eq!(format_short(at(text), now), short);
        }
        assert_eq!(format_full(now), "19/10/2021 23:00");
        assert_eq!(format_date(date("2021-10-09")), "09/10/2021");
    }

    #[test]
    fn an_instant_needs_its_offset() {
        assert_eq!(parse_rfc3339("2021-10-19T21:48:00"), Err(InvalidTime::NoOffset));
        assert_eq!(parse_rfc3339("2021-10-19T21:48:00.5"), Err(InvalidTime::NoOffset));
        assert_eq!(parse_rfc3339("19/10/2021"), Err(InvalidTime::Malformed));
        assert_eq!(parse_rfc3339("2021-02-30T00:00:00Z"), Err(InvalidTime::Malformed));
        assert_eq!(parse_local("2021-10-19T21:48"), Ok(at("2021-10-19T14:48:00Z")));
    }

    proptest! {
        #[test]
        fn every_instant_is_in_the_window_of_its_day(seconds in 0i64..4_000_000_000, hour in 0u32..24) {
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            prop_assert!(Window::day(day_of(at)).contains(at));
            prop_assert!(Window::report_day(report_day_of(at, hour), hour).contains(at));
        }
    }
}
