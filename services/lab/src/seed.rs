//! The dated data that is shipped with each province profile, as the files of data/ have it.

use serde::Deserialize;

use crate::policy::Policy;

#[derive(Debug)]
pub struct Seed {
    pub policies: Vec<Policy>,
    pub laboratories: Vec<Laboratory>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Laboratory {
    pub laboratory_id: String,
    pub name: String,
    pub area: String,
}

macro_rules! profile {
    ($name:literal) => {
        ($name, include_str!(concat!("../data/", $name, "/policies.json")), include_str!(concat!("../data/", $name, "/laboratories.json")))
    };
}

/// A province is added with its folder and a line here.
const PROFILES: [(&str, &str, &str); 2] = [profile!("gia-lai-2021"), profile!("gia-lai-2025")];

/// None: no data is shipped for the profile.
pub fn read(profile: &str) -> Option<serde_json::Result<Seed>> {
    let (_, policies, laboratories) = PROFILES.iter().find(|(name, ..)| *name == profile)?;
    Some(parse(policies, laboratories))
}

fn parse(policies: &str, laboratories: &str) -> serde_json::Result<Seed> {
    Ok(Seed { policies: serde_json::from_str(policies)?, laboratories: serde_json::from_str(laboratories)? })
}

#[cfg(test)]
mod tests {
    use vietnam::{AreaKey, areas, province::Profile};

    #[test]
    fn every_shipped_profile_reads_and_its_laboratories_stand_in_the_province() {
        for (name, ..) in super::PROFILES {
            let seed = super::read(name).unwrap().unwrap();
            let profile = Profile::load(name).unwrap();
            assert!(seed.policies.len() >= 2, "{name}");
            for laboratory in &seed.laboratories {
                let area = AreaKey::parse(&laboratory.area).unwrap();
                assert!(profile.area.covers(area) && areas::get(area).is_some(), "{}", laboratory.laboratory_id);
            }
        }
        assert!(super::read("nowhere").is_none());
    }
}
