//! Working time of public offices: which days are worked, and when a deadline of so many working days ends. The days are data; what has a
//! deadline, and how long, belongs to who gives it.

use std::{collections::BTreeMap, sync::OnceLock};

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};

use crate::time;

/// When offices close, in civil time.
const CLOSES_AT: TimeDelta = TimeDelta::hours(17);

/// A day that is not what its place in the week says, as the yearly notices have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// A weekend day worked for another one; else a day off.
    pub worked: bool,
    pub reason: &'static str,
}

/// What the shipped notices say of a day; none where it is as its place in the week says.
pub fn notice(date: NaiveDate) -> Option<Notice> {
    notices().get(&date).copied()
}

/// Which days are worked: by the week, by the shipped notices, and by what a province declared since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    declared: BTreeMap<NaiveDate, bool>,
}

impl Calendar {
    /// With the days that were declared to be worked, or not to be.
    pub fn with(declared: impl IntoIterator<Item = (NaiveDate, bool)>) -> Self {
        Self { declared: declared.into_iter().collect() }
    }

    /// Whether offices work on this day.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        let usual = || notice(date).map_or_else(|| !is_weekend(date), |notice| notice.worked);
        self.declared.get(&date).copied().unwrap_or_else(usual)
    }

    /// The end of the `days`-th working day after the day of `start`, 17:00: "1 working day" ends when the next working day does. No days mean one.
    pub fn after_working_days(&self, start: DateTime<Utc>, days: u32) -> DateTime<Utc> {
        let mut date = time::day_of(start);
        for _ in 0..days.max(1) {
            date = self.next_working_day(date);
        }
        time::day_start(date) + CLOSES_AT
    }

    fn next_working_day(&self, date: NaiveDate) -> NaiveDate {
        let mut next = date;
        loop {
            match next.checked_add_days(Days::new(1)) {
                Some(following) => next = following,
                // The end of all calendars.
                None => return next,
            }
            if self.is_working_day(next) {
                return next;
            }
        }
    }
}

pub fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

fn notices() -> &'static BTreeMap<NaiveDate, Notice> {
    static DAYS: OnceLock<BTreeMap<NaiveDate, Notice>> = OnceLock::new();
    DAYS.get_or_init(|| include_str!("../data/calendar/days.csv").lines().skip(1).filter_map(read).collect())
}

fn read(line: &'static str) -> Option<(NaiveDate, Notice)> {
    let mut fields = line.splitn(3, ',');
    let date = fields.next()?.parse().ok()?;
    let worked = match fields.next()? {
        "off" => false,
        "made_up" => true,
        _ => return None,
    };
    Some((date, Notice { worked, reason: fields.next()?.trim() }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        time::parse_local(text).unwrap()
    }

    fn after_working_days(start: DateTime<Utc>, days: u32) -> DateTime<Utc> {
        Calendar::default().after_working_days(start, days)
    }

    fn is_working_day(date: NaiveDate) -> bool {
        Calendar::default().is_working_day(date)
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_row_of_the_data_reads_and_changes_its_day() {
        let rows = include_str!("../data/calendar/days.csv").lines().skip(1).count();
        assert_eq!(notices().len(), rows);
        for (date, notice) in notices() {
            assert!(is_weekend(*date) || !notice.worked, "{date} is worked anyway");
            assert!(!notice.reason.is_empty(), "{date}");
        }
        for year in 2021..=2026 {
            let off = notices().iter().filter(|(date, notice)| date.year() == year && !notice.worked).count();
            assert!((11..=14).contains(&off), "{year}: {off} days off");
        }
    }

    #[test]
    fn the_saturday_of_2024_was_worked_for_the_monday() {
        for (day, worked) in [
            ("2024-04-26", true),
            ("2024-04-27", false),
            ("2024-04-29", false),
            ("2024-04-30", false),
            ("2024-05-01", false),
            ("2024-05-02", true),
            ("2024-05-04", true),
            ("2024-05-05", false),
        ] {
            assert_eq!(is_working_day(date(day)), worked, "{day}");
        }
        let friday = at("2024-04-26T10:00");
        assert_eq!(after_working_days(friday, 1), at("2024-05-02T17:00"));
        assert_eq!(after_working_days(friday, 3), at("2024-05-04T17:00"));
        assert_eq!(after_working_days(friday, 4), at("2024-05-06T17:00"));
    }

    #[test]
    fn what_a_province_declared_counts_before_every_notice() {
        let calendar = Calendar::with([(date("2024-05-02"), false), (date("2024-05-01"), true), (date("2024-05-05"), true)]);
        for (day, worked) in [("2024-05-01", true), ("2024-05-02", false), ("2024-05-03", true), ("2024-05-04", true), ("2024-05-05", true)]
        {
            assert_eq!(calendar.is_working_day(date(day)), worked, "{day}");
        }
        assert_eq!(calendar.after_working_days(at("2024-04-26T10:00"), 2), at("2024-05-03T17:00"));
    }

    #[test]
    fn a_working_day_ends_at_the_end_of_the_next_one() {
        for (start, days, end) in [
            ("2021-10-18T08:00", 1, "2021-10-19T17:00"),
            ("2021-10-18T23:59", 1, "2021-10-19T17:00"),
            ("2021-10-22T16:00", 1, "2021-10-25T17:00"),
            ("2021-10-23T09:00", 1, "2021-10-25T17:00"),
            ("2021-10-18T08:00", 3, "2021-10-21T17:00"),
            ("2021-10-18T08:00", 10, "2021-11-01T17:00"),
            ("2021-02-09T08:00", 1, "2021-02-17T17:00"),
            ("2025-04-25T08:00", 1, "2025-04-26T17:00"),
            ("2026-08-28T08:00", 1, "2026-09-03T17:00"),
            ("2021-10-18T08:00", 0, "2021-10-19T17:00"),
        ] {
            assert_eq!(after_working_days(at(start), days), at(end), "{start} {days}");
        }
    }

    proptest! {
        #[test]
        fn a_deadline_is_later_monotone_and_on_a_working_day(seconds in 1_600_000_000i64..1_830_000_000, more in 0i64..4_000_000, days in 1u32..30) {
            let start = DateTime::from_timestamp(seconds, 0).unwrap();
            let later = start + TimeDelta::seconds(more);
            let due = after_working_days(start, days);
            prop_assert!(due > start);
            prop_assert!(is_working_day(time::day_of(due)));
            prop_assert_eq!(due, time::day_start(time::day_of(due)) + CLOSES_AT);
            prop_assert!(after_working_days(later, days) >= due);
            prop_assert!(after_working_days(start, days + 1) > due);
            let between = time::day_of(start).iter_days().skip(1).take_while(|day| *day <= time::day_of(due)).filter(|day| is_working_day(*day));
            prop_assert_eq!(between.count(), days as usize);
        }
    }
}
