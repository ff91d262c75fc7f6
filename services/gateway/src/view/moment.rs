//! A time as people in the province read it: Asia/Ho_Chi_Minh, 24 hours.
use chrono::{DateTime, NaiveDateTime, Utc};
use contract::Timestamp;
use vietnam::time;

/// A time on a page, and the time at which the page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    at: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Moment {
    pub fn new(at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self { at, now }
    }

    /// Of a message's field; absent or unreadable times are absent.
    pub fn of(at: Option<&Timestamp>, now: DateTime<Utc>) -> Option<Self> {
        DateTime::try_from(*at?).ok().map(|at| Self::new(at, now))
    }

    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// `19/10/2021 05:00`
    pub fn full(&self) -> String {
        time::format_full(self.at)
    }

    /// `05:00` today, `18/10 21:48` this year, else in full.
    pub fn short(&self) -> String {
        time::format_short(self.at, self.now)
    }

    /// `02:14:07`
    pub fn clock(&self) -> String {
        time::local(self.at).format("%H:%M:%S").to_string()
    }

    /// `19/10/2021`
    pub fn day(&self) -> String {
        time::format_date(time::day_of(self.at))
    }

    /// Minutes since then; negative while it lies ahead.
    pub fn minutes_ago(&self) -> i64 {
        (self.now - self.at).num_minutes()
    }

    /// For `datetime=`.
    pub fn machine(&self) -> String {
        time::local(self.at).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
    }
}

/// What `<input type="datetime-local">` gives, or a person types: `2021-10-19T05:00`, `19/10/2021 05:00`, `05:00 19/10/2021`.
pub fn parse_local(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y", "%Y-%m-%d %H:%M"];
    let local = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    time::parse_local(&local.format("%Y-%m-%dT%H:%M").to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn today_is_said_without_its_date() {
        let now = at("2021-10-19T02:14:07+07:00");
        for (time, short) in [
            ("2021-10-19T05:00:00+07:00", "05:00"),
            ("2021-10-18T21:48:00+07:00", "18/10 21:48"),
            ("2020-12-31T23:59:00+07:00", "31/12/2020 23:59"),
        ] {
            assert_eq!(Moment::new(at(time), now).short(), short);
        }
        assert_eq!(Moment::new(at("2021-10-18T22:00:00Z"), now).full(), "19/10/2021 05:00");
    }

    #[test]
    fn typed_times_are_of_the_province() {
        for text in ["2021-10-19T05:00", "19/10/2021 05:00", " 05:00 19/10/2021 "] {
            assert_eq!(parse_local(text), Some(at("2021-10-18T22:00:00Z")), "{text}");
        }
        assert_eq!(parse_local("mai"), None);
    }
}
