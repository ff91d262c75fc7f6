//! The dated data that is shipped with each province profile, as the files of data/ have it.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::policy::Rules;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRow {
    pub policy_id: String,
    pub version: i32,
    pub valid_from: DateTime<Utc>,
    pub rules: Rules,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelRow {
    pub area: String,
    pub valid_from: DateTime<Utc>,
    pub level: i16,
    pub source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateRow {
    pub template_id: String,
    pub version: i32,
    pub purpose: String,
    pub valid_from: DateTime<Utc>,
    pub clauses_vi: Vec<String>,
    pub clauses_en: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingRow {
    pub name: String,
    pub valid_from: DateTime<Utc>,
    pub value: serde_json::Value,
}

#[derive(Debug)]
pub struct Seed {
    pub policies: Vec<PolicyRow>,
    pub levels: Vec<LevelRow>,
    pub templates: Vec<TemplateRow>,
    pub settings: Vec<SettingRow>,
}

macro_rules! profile {
    ($name:literal) => {
        (
            $name,
            [
                include_str!(concat!("../data/", $name, "/policies.json")),
                include_str!(concat!("../data/", $name, "/area_levels.json")),
                include_str!(concat!("../data/", $name, "/commitment_templates.json")),
                include_str!(concat!("../data/", $name, "/settings.json")),
            ],
        )
    };
}

/// A province is added with its folder and a line here.
const PROFILES: [(&str, [&str; 4]); 2] = [profile!("gia-lai-2021"), profile!("gia-lai-2025")];

/// None: no data is shipped for the profile.
pub fn read(profile: &str) -> Option<serde_json::Result<Seed>> {
    let (_, files) = PROFILES.iter().find(|(name, _)| *name == profile)?;
    Some(parse(files))
}

fn parse([policies, levels, templates, settings]: &[&str; 4]) -> serde_json::Result<Seed> {
    Ok(Seed {
        policies: serde_json::from_str(policies)?,
        levels: serde_json::from_str(levels)?,
        templates: serde_json::from_str(templates)?,
        settings: serde_json::from_str(settings)?,
    })
}

#[cfg(test)]
mod tests {
    use vietnam::areas::AreaKey;

    #[test]
    fn every_shipped_profile_reads_and_names_real_areas() {
        for (name, _) in super::PROFILES {
            let seed = super::read(name).unwrap().unwrap();
            assert!(!seed.templates.is_empty());
            let roads = seed.policies.iter().flat_map(|policy| &policy.rules.corridors).flat_map(|corridor| &corridor.areas);
            for area in roads.chain(seed.levels.iter().map(|level| &level.area)) {
                assert!(vietnam::areas::get(AreaKey::parse(area).unwrap()).is_some(), "{name}: {area}");
            }
        }
        assert!(super::read("nowhere").is_none());
    }
}
