//! How long an answer may take: the immediate ones round the clock, the others by the working-time calendar.

use chrono::{DateTime, Duration, Utc};
use contract::reports::v1::Urgency;
use vietnam::working_time::Calendar;

const IMMEDIATE: Duration = Duration::hours(2);

/// When a report that is assigned at `now` has to be answered.
pub fn due(urgency: Urgency, now: DateTime<Utc>, calendar: &Calendar) -> DateTime<Utc> {
    match urgency {
        Urgency::Immediate => now + IMMEDIATE,
        Urgency::Urgent => calendar.after_working_days(now, 1),
        Urgency::Normal | Urgency::Unspecified => calendar.after_working_days(now, 3),
        Urgency::Complex => calendar.after_working_days(now, 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_urgency_has_its_deadline() {
        let friday: DateTime<Utc> = "2021-10-22T09:30:00Z".parse().unwrap();
        for (urgency, due_at) in [
            (Urgency::Immediate, "2021-10-22T11:30:00Z"),
            (Urgency::Urgent, "2021-10-25T10:00:00Z"),
            (Urgency::Normal, "2021-10-27T10:00:00Z"),
            (Urgency::Complex, "2021-11-05T10:00:00Z"),
        ] {
            assert_eq!(due(urgency, friday, &Calendar::default()), due_at.parse::<DateTime<Utc>>().unwrap(), "{urgency:?}");
        }
    }
}
