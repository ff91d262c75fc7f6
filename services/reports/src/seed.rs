//! The dated data that is shipped with each province profile, as the files of data/ have it.

use serde::Deserialize;

use crate::{escalation::Escalation, form::Form, retention::Retention, routing::Rules, transfer::Agencies};

#[derive(Debug)]
pub struct Seed {
    /// In the order in which they are offered.
    pub forms: Vec<Form>,
    pub rules: Vec<Rules>,
    pub agencies: Vec<Agencies>,
    pub escalation: Vec<Escalation>,
    pub retention: Vec<Retention>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Handling {
    agencies: Vec<Agencies>,
    escalation: Vec<Escalation>,
    retention: Vec<Retention>,
}

macro_rules! profile {
    ($name:literal) => {
        [
            $name,
            include_str!(concat!("../data/", $name, "/categories.json")),
            include_str!(concat!("../data/", $name, "/routing.json")),
            include_str!(concat!("../data/", $name, "/handling.json")),
        ]
    };
}

/// A province is added with its folder and a line here.
const PROFILES: [[&str; 4]; 2] = [profile!("gia-lai-2021"), profile!("gia-lai-2025")];

/// None: no data is shipped for the profile.
pub fn read(profile: &str) -> Option<serde_json::Result<Seed>> {
    let [_, forms, rules, handling] = PROFILES.iter().find(|[name, ..]| *name == profile)?;
    Some(parse(forms, rules, handling))
}

fn parse(forms: &str, rules: &str, handling: &str) -> serde_json::Result<Seed> {
    let Handling { agencies, escalation, retention } = serde_json::from_str(handling)?;
    Ok(Seed { forms: serde_json::from_str(forms)?, rules: serde_json::from_str(rules)?, agencies, escalation, retention })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_shipped_profile_reads_and_is_whole() {
        for [name, ..] in super::PROFILES {
            let seed = super::read(name).unwrap().unwrap();
            assert_eq!(seed.forms.len(), 10, "{name}");
            for form in &seed.forms {
                let message = form.message().unwrap();
                assert!(message.urgency != 0 && !message.name_vi.is_empty() && !message.name_en.is_empty(), "{}", form.category_id);
                assert!(message.questions.iter().all(|question| question.kind != 0 && !question.text_en.is_empty()));
            }
            assert!(!seed.rules.is_empty());
            let agencies = &seed.agencies[0].agencies;
            assert!(agencies.iter().all(|agency| agency.working_days > 0 && !agency.name_vi.is_empty() && !agency.name_en.is_empty()));
            assert!(!agencies.is_empty() && !seed.escalation.is_empty() && !seed.retention.is_empty());
        }
        assert!(super::read("nowhere").is_none());
    }
}
