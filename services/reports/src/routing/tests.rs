//! The shipped rules, case by case, in both states of the map.

use super::*;
use crate::seed;

fn routed(profile: &str, category: &str, unit: &str, area: Option<&str>, on_a_trip: Option<bool>) -> (String, String, bool) {
    let profile = Profile::load(profile).unwrap();
    let rules = seed::read(&profile.id).unwrap().unwrap().rules.pop().unwrap();
    let answers = [QuestionAnswer { question_id: "unit".to_owned(), value: unit.to_owned() }];
    let area = area.map(|text| AreaKey::parse(text).unwrap());
    let route = rules.route(Facts { category, answers: &answers, area, on_a_trip }, &profile);
    let recipient = route.recipient.post.unwrap_or_else(|| route.recipient.area.to_string());
    (route.rule_id, recipient, route.triage)
}

const TRA_DA: Option<&str> = Some("2021.64.622.23596");
const PLEIKU: Option<&str> = Some("2021.64.622");
const IA_LE: Option<&str> = Some("2021.64.639.23986");

#[test]
fn each_kind_goes_where_the_rules_say() {
    for (category, area, on_a_trip, rule, recipient, triage) in [
        ("LOAD_UNLOAD", TRA_DA, Some(true), "place-in-a-commune", "2021.64.622.23596", false),
        ("LOAD_UNLOAD", PLEIKU, Some(true), "place-in-a-district", "2021.64.622", false),
        ("LOAD_UNLOAD", TRA_DA, Some(false), "plate-on-no-open-trip", "2021.64.622", false),
        ("LOAD_UNLOAD", TRA_DA, None, "place-in-a-commune", "2021.64.622.23596", false),
        ("LOAD_UNLOAD", None, Some(true), "no-place", "2021.64", true),
        ("NO_DECLARATION", IA_LE, None, "post-jumper-near-a-post", "CP3", false),
        ("NO_DECLARATION", Some("2021.64.639"), Some(false), "post-jumper-near-a-post", "CP3", false),
        ("NO_DECLARATION", TRA_DA, Some(false), "post-jumper-near-a-post", "2021.64.622", false),
        ("NO_DECLARATION", None, None, "no-place", "2021.64", true),
        ("OTHER", TRA_DA, Some(false), "place-in-a-commune", "2021.64.622.23596", false),
    ] {
        let expected = (rule.to_owned(), recipient.to_owned(), triage);
        assert_eq!(routed("gia-lai-2021", category, "", area, on_a_trip), expected, "{category} {area:?} {on_a_trip:?}");
    }
}

#[test]
fn conduct_goes_above_the_unit_it_is_about() {
    for (unit, area, recipient) in [
        ("commune_police", TRA_DA, "2021.64.622"),
        ("commune_police", PLEIKU, "2021.64.622"),
        ("commune_police", None, "2021.64"),
        ("district_police", TRA_DA, "2021.64"),
        ("post", IA_LE, "2021.64"),
        ("unknown", TRA_DA, "2021.64"),
    ] {
        assert_eq!(routed("gia-lai-2021", "OFFICER_CONDUCT", unit, area, None).1, recipient, "{unit} {area:?}");
        assert_eq!(routed("gia-lai-2025", "OFFICER_CONDUCT", unit, Some("2025.52.23986"), None).1, "2025.52");
    }
}

#[test]
fn without_districts_the_commune_takes_their_part() {
    for (category, area, on_a_trip, recipient) in [
        ("LOAD_UNLOAD", Some("2025.52.23575"), Some(true), "2025.52.23575"),
        ("LOAD_UNLOAD", Some("2025.52.23575"), Some(false), "2025.52.23575"),
        ("NO_DECLARATION", Some("2025.52.23986"), None, "CP3"),
        ("NO_DECLARATION", Some("2025.52.23575"), None, "2025.52.23575"),
        ("NO_MASK", None, None, "2025.52"),
    ] {
        assert_eq!(routed("gia-lai-2025", category, "", area, on_a_trip).1, recipient, "{category} {area:?}");
    }
}

#[test]
fn every_rule_says_why_and_has_a_name_of_its_own() {
    for profile in vietnam::province::names() {
        for version in seed::read(profile).unwrap().unwrap().rules {
            let mut names: Vec<&str> = version.rules.iter().map(|rule| rule.rule_id.as_str()).collect();
            assert!(version.rules.iter().all(|rule| !rule.why_vi.is_empty() && !rule.why_en.is_empty()));
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), version.rules.len());
        }
    }
}
