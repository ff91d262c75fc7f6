//! Who is told that a report is overdue: the police above its recipient, once for each deadline. Dated data.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use vietnam::{AreaKey, Level, province::Profile};

use crate::{
    recipient::Recipient,
    report::{Report, ReportEvent},
};

/// One version of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    pub version: i32,
    pub valid_from: DateTime<Utc>,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    from: Vec<Below>,
    to: Above,
    /// After the deadline was told to be over.
    after_minutes: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Below {
    Post,
    Commune,
    District,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Above {
    DistrictPolice,
    ProvincePolice,
}

impl Escalation {
    fn step(&self, recipient: &Recipient) -> Option<&Step> {
        let below = match (&recipient.post, recipient.area.level()) {
            (Some(_), _) => Below::Post,
            (None, Level::Commune) => Below::Commune,
            (None, Level::District) => Below::District,
            (None, Level::Province) => return None,
        };
        self.steps.iter().find(|step| step.from.contains(&below))
    }

    /// The police above a recipient; none above the province's.
    pub fn above(&self, recipient: &Recipient, profile: &Profile) -> Option<AreaKey> {
        Some(match self.step(recipient)?.to {
            Above::DistrictPolice => Recipient::district_police(recipient.area, profile).area,
            Above::ProvincePolice => profile.area,
        })
    }

    /// When they are told of what is overdue at `now`.
    pub fn at(&self, recipient: &Recipient, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.step(recipient).map(|step| now + Duration::minutes(step.after_minutes))
    }
}

impl Report {
    /// The police above hear that it is overdue, where its time for that has come.
    pub fn escalate(mut self, rules: &Escalation, profile: &Profile, now: DateTime<Utc>) -> Option<(Report, ReportEvent)> {
        self.escalate_at.filter(|at| *at <= now && self.overdue && self.is_open())?;
        let to = rules.above(&self.recipient, profile)?;
        self.escalate_at = None;
        self.escalated_to = Some(to);
        Some((self, ReportEvent::Escalated { to }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed;

    #[test]
    fn it_goes_to_the_police_above_in_both_states_of_the_map() {
        for (name, recipient, above) in [
            ("gia-lai-2021", "2021.64.622.23596", Some("2021.64.622")),
            ("gia-lai-2021", "2021.64.622", Some("2021.64")),
            ("gia-lai-2021", "2021.64", None),
            ("gia-lai-2021", "CP3", Some("2021.64.639")),
            ("gia-lai-2025", "2025.52.23986", Some("2025.52")),
            ("gia-lai-2025", "CP3", Some("2025.52")),
        ] {
            let profile = Profile::load(name).unwrap();
            let rules = seed::read(name).unwrap().unwrap().escalation.pop().unwrap();
            let post = profile.post(recipient).map(Recipient::at);
            let recipient = post.unwrap_or_else(|| Recipient::police(AreaKey::parse(recipient).unwrap()));
            assert_eq!(rules.above(&recipient, &profile).map(|area| area.to_string()).as_deref(), above, "{recipient:?}");
        }
    }
}
