//! How long what was written is kept once a report is closed: how its reporter is reached first, then everything but the published answer. Dated data.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// One version of the rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    pub version: i32,
    pub valid_from: DateTime<Utc>,
    /// After the report's end.
    contact_days: i64,
    text_days: i64,
}

impl Retention {
    /// Of reports that ended so early no contact is kept.
    pub fn contact_before(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - Duration::days(self.contact_days)
    }

    /// Of reports that ended so early no text is kept.
    pub fn text_before(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now - Duration::days(self.text_days)
    }
}

#[cfg(test)]
mod tests {
    use crate::seed;

    #[test]
    fn the_contact_goes_before_the_text() {
        for name in ["gia-lai-2021", "gia-lai-2025"] {
            let rule = seed::read(name).unwrap().unwrap().retention.pop().unwrap();
            assert!(rule.contact_days > 7 && rule.text_days >= rule.contact_days, "{name}");
        }
    }
}
