//! The dated data that is shipped with each province profile, as the files of data/ have it.

use crate::{form::Form, routing::Rules};

#[derive(Debug)]
pub struct Seed {
    /// In the order in which they are offered.
    pub forms: Vec<Form>,
    pub rules: Vec<Rules>,
}

macro_rules! profile {
    ($name:literal) => {
        ($name, include_str!(concat!("../data/", $name, "/categories.json")), include_str!(concat!("../data/", $name, "/routing.json")))
    };
}

/// A province is added with its folder and a line here.
const PROFILES: [(&str, &str, &str); 2] = [profile!("gia-lai-2021"), profile!("gia-lai-2025")];

/// None: no data is shipped for the profile.
pub fn read(profile: &str) -> Option<serde_json::Result<Seed>> {
    let (_, forms, rules) = PROFILES.iter().find(|(name, ..)| *name == profile)?;
    Some(parse(forms, rules))
}

fn parse(forms: &str, rules: &str) -> serde_json::Result<Seed> {
    Ok(Seed { forms: serde_json::from_str(forms)?, rules: serde_json::from_str(rules)? })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_shipped_profile_reads_and_is_whole() {
        for (name, ..) in super::PROFILES {
            let seed = super::read(name).unwrap().unwrap();
            assert_eq!(seed.forms.len(), 10, "{name}");
            for form in &seed.forms {
                let message = form.message().unwrap();
                assert!(message.urgency != 0 && !message.name_vi.is_empty() && !message.name_en.is_empty(), "{}", form.category_id);
                assert!(message.questions.iter().all(|question| question.kind != 0 && !question.text_en.is_empty()));
            }
            assert!(!seed.rules.is_empty());
        }
        assert!(super::read("nowhere").is_none());
    }
}
