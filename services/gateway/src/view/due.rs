//! A deadline: what is late says by how much, what is not says how long there is.
use chrono::{DateTime, Utc};
use contract::Timestamp;

use super::Moment;
use crate::text::Words;

/// A deadline on a page.
#[derive(Debug, Clone)]
pub struct Due {
    pub at: Moment,
    pub late: bool,
    /// "Quá 1 giờ 14 phút", "Còn 36 phút"
    pub says: String,
}

impl Due {
    pub fn of(words: &Words, at: Option<&Timestamp>, now: DateTime<Utc>) -> Option<Self> {
        let at = Moment::of(at, now)?;
        // Whole minutes of the clock on the wall: at 02:14 it is 36 minutes to 02:50.
        let minute = |at: DateTime<Utc>| at.timestamp().div_euclid(60);
        let minutes = minute(now) - minute(at.at());
        let late = minutes > 0;
        let span = span(words, minutes.abs());
        Some(Self { at, late, says: words.a(if late { "due-late" } else { "due-left" }, span) })
    }
}

/// "36 phút", "1 giờ 14 phút", "2 ngày 3 giờ"
pub fn span(words: &Words, minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => words.n("span-minutes", minutes),
        (hours, minutes) if hours < 24 => words.ab("span-hours", hours, minutes),
        (hours, _) => words.ab("span-days", hours / 24, hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, Texts};

    #[test]
    fn late_says_by_how_much() {
        let words = Texts::load().unwrap().words(Lang::Vi);
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        let now = at("2021-10-19T02:14:07+07:00");
        for (due, says) in [
            ("2021-10-19T01:00:00+07:00", "Quá 1 giờ 14 phút"),
            ("2021-10-19T01:45:00+07:00", "Quá 29 phút"),
            ("2021-10-19T02:50:00+07:00", "Còn 36 phút"),
            ("2021-10-16T23:00:00+07:00", "Quá 2 ngày 3 giờ"),
        ] {
            assert_eq!(Due::of(&words, Some(&at(due).into()), now).unwrap().says.replace('\u{a0}', " "), says);
        }
    }
}
