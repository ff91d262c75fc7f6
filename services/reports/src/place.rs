//! Where something was seen: an area of either state of the map, words, or a point on the earth; each is enough alone.

use contract::{common::v1::Area, reports::v1 as pb};
use vietnam::{
    AreaKey, Era, Level,
    areas::{self, Extent, Succession},
    province::Profile,
};

use crate::fault::{Fault, Faults};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// As it was said.
    pub said: Option<AreaKey>,
    /// In the state of the map that the province has; none where nobody can say it.
    pub area: Option<AreaKey>,
}

/// Reads it, or says what is wrong. `at` is its path in the request.
pub fn parse(message: &pb::Place, profile: &Profile, at: &str) -> Result<Place, Vec<Fault>> {
    let mut faults = Faults::default();
    let said = message.area.as_ref().and_then(|area| parse_area(area, profile, &format!("{at}.area"), &mut faults));
    match (message.latitude, message.longitude) {
        (Some(_), None) => faults.add(format!("{at}.longitude"), "Ghi cả kinh độ", "The longitude too"),
        (None, Some(_)) => faults.add(format!("{at}.latitude"), "Ghi cả vĩ độ", "The latitude too"),
        _ => {}
    }
    let nowhere = message.area.is_none() && message.landmark.trim().is_empty() && message.latitude.is_none() && message.longitude.is_none();
    if nowhere {
        faults.add(at, "Chọn xã, tả chỗ đó hoặc gửi vị trí", "Choose the commune, describe the spot or send its position");
    }
    let area = said.and_then(|said| in_state_of(profile, said)).filter(|area| area.level() != Level::Province);
    faults.or(Some(Place { said, area }))
}

/// An area of the province, in either state of the map.
fn parse_area(area: &Area, profile: &Profile, at: &str, faults: &mut Faults) -> Option<AreaKey> {
    let found = areas::resolve(&area.code, &area.valid_from, profile.era);
    let found = faults.take(found, at, "Chọn xã, phường trong danh mục", "Choose an area of the list")?.key;
    let ours = if found.era() == profile.era { profile.area.covers(found) } else { is_of_the_province(profile, found) };
    if !ours {
        faults.add(at, "Chọn nơi trong tỉnh", "Choose a place in the province");
    }
    ours.then_some(found)
}

/// An area of the other state belongs to the province when what it became, or came of, does.
fn is_of_the_province(profile: &Profile, other: AreaKey) -> bool {
    let related = |area: AreaKey| -> Vec<AreaKey> {
        match profile.era {
            Era::Y2025 => match areas::successors(&area.code()) {
                Succession::Into(parts) => parts.into_iter().map(|(area, _)| area.key).collect(),
                Succession::Unknown => Vec::new(),
            },
            Era::Y2021 => areas::predecessors(&area.code()).into_iter().map(|(area, _)| area.key).collect(),
        }
    };
    areas::communes(other).iter().any(|commune| related(commune.key).iter().any(|area| profile.area.covers(*area)))
}

/// The same place in the province's state of the map: the commune that took it over whole or its largest part; of several that it was made of, what
/// they have in common. None where the source does not say.
fn in_state_of(profile: &Profile, said: AreaKey) -> Option<AreaKey> {
    if said.era() == profile.era {
        return Some(said);
    }
    if said.level() != Level::Commune {
        return None;
    }
    match profile.era {
        Era::Y2025 => match areas::successors(&said.code()) {
            Succession::Into(parts) => {
                let best = parts.iter().find(|(_, extent)| matches!(extent, Extent::Whole | Extent::LargestPart));
                best.map(|(area, _)| area.key).filter(|area| profile.area.covers(*area))
            }
            Succession::Unknown => None,
        },
        Era::Y2021 => {
            let parts: Vec<AreaKey> = areas::predecessors(&said.code()).into_iter().map(|(area, _)| area.key).collect();
            let first = *parts.first()?;
            let all = |area: &AreaKey| parts.iter().all(|part| area.covers(*part));
            first.ancestors().into_iter().rev().find(all).filter(|area| profile.area.covers(*area))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(code: &str, valid_from: &str) -> pb::Place {
        let area = Area { code: code.to_owned(), valid_from: valid_from.to_owned(), ..Area::default() };
        pb::Place { area: Some(area), ..pb::Place::default() }
    }

    fn areas_of(profile: &str, code: &str, valid_from: &str) -> Result<(Option<String>, Option<String>), Vec<String>> {
        let profile = Profile::load(profile).unwrap();
        let text = |area: Option<AreaKey>| area.map(|area| area.to_string());
        parse(&place(code, valid_from), &profile, "place")
            .map(|place| (text(place.said), text(place.area)))
            .map_err(|faults| faults.into_iter().map(|fault| fault.field_path).collect())
    }

    #[test]
    fn an_area_is_turned_into_that_of_the_provinces_state() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(areas_of("gia-lai-2021", "23596", ""), Ok((some("2021.64.622.23596"), some("2021.64.622.23596"))));
        assert_eq!(areas_of("gia-lai-2021", "622", "2021-01-01"), Ok((some("2021.64.622"), some("2021.64.622"))));
        assert_eq!(areas_of("gia-lai-2021", "64", ""), Ok((some("2021.64"), None)));
        let (said, now) = areas_of("gia-lai-2025", "23986", "2021-01-01").unwrap();
        assert_eq!((said.as_deref(), now.as_deref()), (Some("2021.64.639.23986"), Some("2025.52.23986")));
        let (_, then) = areas_of("gia-lai-2021", "23986", "2025-07-01").unwrap();
        assert!(then.unwrap().starts_with("2021.64.639"));
        assert_eq!(areas_of("gia-lai-2025", "622", "2021-01-01").unwrap().1, None, "a district has no one successor");
    }

    #[test]
    fn other_provinces_and_no_place_at_all_are_refused() {
        assert_eq!(areas_of("gia-lai-2021", "00001", ""), Err(vec!["place.area".to_owned()]));
        assert_eq!(areas_of("gia-lai-2021", "99999", ""), Err(vec!["place.area".to_owned()]));
        assert_eq!(areas_of("gia-lai-2025", "00001", "2021-01-01"), Err(vec!["place.area".to_owned()]));
        let profile = Profile::load("gia-lai-2021").unwrap();
        let fields = |message: pb::Place| -> Vec<String> {
            parse(&message, &profile, "place").err().unwrap_or_default().into_iter().map(|fault| fault.field_path).collect()
        };
        assert_eq!(fields(pb::Place::default()), ["place"]);
        assert_eq!(fields(pb::Place { latitude: Some(13.9), ..pb::Place::default() }), ["place.longitude"]);
        assert!(fields(pb::Place { latitude: Some(13.9), longitude: Some(108.0), ..pb::Place::default() }).is_empty());
        assert!(fields(pb::Place { landmark: "gần cầu số 3".to_owned(), ..pb::Place::default() }).is_empty());
    }
}
