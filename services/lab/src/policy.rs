//! The rules of testing in force at a time: how swabs are pooled, what a result is worth, and how long.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    pub version: i32,
    pub valid_from: DateTime<Utc>,
    /// The decision that says so.
    pub source: String,
    /// Swabs in a tube, at the desk.
    pub field_pool_limit: i16,
    /// Single tubes in a well, in the laboratory.
    pub lab_pool_limit: i16,
    /// How long a negative result counts for travel.
    pub validity_hours: i64,
    /// Counted from the result; else from the swab.
    pub valid_from_result: bool,
    /// Whether a positive antigen test makes a case.
    pub antigen_confirms: bool,
    /// Within which somebody is swabbed again.
    pub resample_hours: i64,
    /// How long after a positive swab somebody is not fit to travel.
    pub positive_days: i64,
    /// A positive result that the CDC has not spoken of by then is shown all the same.
    pub release_positive_after_hours: i64,
    /// What the advice on pool sizes looks back at, and how many people it needs.
    pub prevalence_days: i64,
    pub prevalence_needs_people: i64,
}

impl Policy {
    pub fn resample_due(&self, from: DateTime<Utc>) -> DateTime<Utc> {
        from + Duration::hours(self.resample_hours)
    }

    /// Until when a negative result counts.
    pub fn counts_until(&self, sampled_at: DateTime<Utc>, tested_at: DateTime<Utc>) -> DateTime<Utc> {
        let anchor = if self.valid_from_result { tested_at } else { sampled_at };
        anchor + Duration::hours(self.validity_hours)
    }
}
