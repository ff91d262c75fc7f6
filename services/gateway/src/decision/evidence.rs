//! Temperatures and test evidence as officers type them: `36,6`, `366`, `19:30`, `18/10 21:00`.
use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, Utc};
use contract::vehicles::v1::{TestEvidence, TestMethod, TestOutcome, TestProof};
use vietnam::time;

use crate::{
    forms::Typed,
    text::Words,
    view::{Mistake, moment},
};

/// What a thermometer can show of a living person, in tenths of a degree.
const TENTHS: std::ops::RangeInclusive<u32> = 340..=430;

/// Degrees Celsius; three digits without a comma are tenths.
pub fn temperature(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    let tenths = match text.split_once('.') {
        None if text.len() == 3 => text.parse().ok()?,
        None => text.parse::<u32>().ok()?.checked_mul(10)?,
        Some((whole, tenth)) if tenth.len() == 1 => whole.parse::<u32>().ok()?.checked_mul(10)? + tenth.parse::<u32>().ok()?,
        Some(_) => return None,
    };
    TENTHS.contains(&tenths).then(|| f64::from(tenths) / 10.0)
}

/// A time that has passed: of today or, when that lies ahead, of yesterday; or with its day.
pub fn past(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Some(at) = moment::parse_local(text) {
        return Some(at);
    }
    let today = time::day_of(now);
    if let Some(clock) = clock(text) {
        let at = at(today, clock)?;
        return if at <= now { Some(at) } else { self::at(today.checked_sub_days(Days::new(1))?, clock) };
    }
    let (day, rest) = text.split_once(' ')?;
    let (day, month) = day.split_once('/')?;
    let day = NaiveDate::from_ymd_opt(today.year(), month.parse().ok()?, day.parse().ok()?)?;
    let day = if day > today { day.with_year(today.year() - 1)? } else { day };
    at(day, clock(rest.trim())?)
}

/// `19:30`, `1930`, `930`, `19h30`
fn clock(text: &str) -> Option<NaiveTime> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let rest: String = text.chars().filter(|letter| !letter.is_ascii_digit()).collect();
    if !matches!(rest.as_str(), "" | ":" | "h" | "g") || !(3..=4).contains(&digits.len()) {
        return None;
    }
    let (hour, minute) = digits.split_at(digits.len() - 2);
    NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0)
}

fn at(day: NaiveDate, clock: NaiveTime) -> Option<DateTime<Utc>> {
    Some(time::day_start(day) + clock.signed_duration_since(NaiveTime::MIN))
}

/// The evidence typed into the boxes of `who` (`p0`); none where nothing was typed.
pub fn read(words: &Words, typed: &Typed, who: &str, now: DateTime<Utc>, mistakes: &mut Vec<Mistake>) -> Option<TestEvidence> {
    let get = |part: &str| typed.get(&format!("{who}-{part}"));
    let parts = ["method", "outcome", "at", "proof"];
    if parts.iter().all(|part| get(part).is_empty()) {
        return None;
    }
    let method = TestMethod::from_str_name(get("method")).unwrap_or_default();
    let outcome = TestOutcome::from_str_name(get("outcome")).unwrap_or_default();
    let proof = TestProof::from_str_name(get("proof")).unwrap_or_default();
    // A test made before the officer's eyes has its result now.
    let resulted_at = if get("at").is_empty() && proof == TestProof::QuickAtPost { Some(now) } else { past(get("at"), now) };
    let wrong = [
        (method == TestMethod::Unspecified, "method", "desk-missing-method"),
        (outcome == TestOutcome::Unspecified, "outcome", "desk-missing-outcome"),
        (resulted_at.is_none_or(|at| at > now), "at", "desk-missing-resulted"),
        (proof == TestProof::Unspecified, "proof", "desk-missing-proof"),
    ];
    let before = mistakes.len();
    mistakes.extend(wrong.iter().filter(|(holds, ..)| *holds).map(|(_, part, key)| Mistake::new(format!("{who}-{part}"), words.t(key))));
    (mistakes.len() == before).then(|| TestEvidence {
        method: method.into(),
        outcome: outcome.into(),
        resulted_at: resulted_at.map(Into::into),
        proof: proof.into(),
        issuer: get("issuer").to_owned(),
        sampled_at: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_as_officers_type_them() {
        for (text, expected) in [
            ("36,6", Some(36.6)),
            ("36.6", Some(36.6)),
            ("366", Some(36.6)),
            ("37", Some(37.0)),
            ("33,9", None),
            ("43,1", None),
            ("36,65", None),
            ("ba bảy", None),
            ("", None),
        ] {
            assert_eq!(temperature(text), expected, "{text}");
        }
    }

    #[test]
    fn a_clock_time_is_the_last_one_that_passed() {
        let now = time::parse_rfc3339("2021-10-19T02:14:00+07:00").unwrap();
        for (text, expected) in [
            ("0130", Some("2021-10-19T01:30:00+07:00")),
            ("130", Some("2021-10-19T01:30:00+07:00")),
            ("19:30", Some("2021-10-18T19:30:00+07:00")),
            ("19h30", Some("2021-10-18T19:30:00+07:00")),
            ("17/10 08:00", Some("2021-10-17T08:00:00+07:00")),
            ("31/12 08:00", Some("2020-12-31T08:00:00+07:00")),
            ("17/10/2021 08:00", Some("2021-10-17T08:00:00+07:00")),
            ("hôm qua", None),
            ("2560", None),
        ] {
            assert_eq!(past(text, now), expected.map(|text| time::parse_rfc3339(text).unwrap()), "{text}");
        }
    }
}
