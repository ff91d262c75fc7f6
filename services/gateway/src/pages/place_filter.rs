//! A place of the province as people type it: one, several of that name, or none. It never chooses between several.
use vietnam::{
    Area, AreaKey,
    areas::{self, Match},
    province::Profile,
};

use crate::{text::Words, view::Mistake};

/// What a typed place turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Nothing was typed.
    Any,
    One(Area),
    Several(Vec<Area>),
    Unknown,
}

/// Communes and districts of the province, by code or name.
pub fn find(province: &Profile, text: &str) -> Place {
    find_within(province, Some(province.area), text)
}

/// Any place of the country, by code or name.
pub fn find_anywhere(province: &Profile, text: &str) -> Place {
    find_within(province, None, text)
}

fn find_within(province: &Profile, within: Option<AreaKey>, text: &str) -> Place {
    let text = text.trim();
    if text.is_empty() {
        return Place::Any;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let inside = |area: &Area| within.is_none_or(|within| within.covers(area.key));
        return areas::find(province.era, text).filter(inside).map_or(Place::Unknown, Place::One);
    }
    let hits = areas::search(province.era, within, text);
    let whole: Vec<Area> = hits.iter().filter(|hit| spelled(hit.matched, text)).map(|hit| hit.area).collect();
    match whole.as_slice() {
        [one] => Place::One(*one),
        [] if hits.is_empty() => Place::Unknown,
        [] => Place::Several(hits.into_iter().map(|hit| hit.area).collect()),
        _ => whole.iter().find(|area| area.display_name() == text).map_or_else(|| Place::Several(whole.clone()), |area| Place::One(*area)),
    }
}

/// Whether the whole name was typed. Who typed marks meant them; without marks every name that reads so is meant.
fn spelled(matched: Match, text: &str) -> bool {
    match matched {
        Match::Exact => true,
        Match::Folded | Match::Variant => text.is_ascii(),
        Match::Prefix | Match::Word => false,
    }
}

impl Place {
    pub fn choices(&self) -> Vec<Area> {
        if let Place::Several(areas) = self { areas.clone() } else { Vec::new() }
    }

    /// What is wrong with the filter's box `area`.
    pub fn mistake(&self, words: &Words) -> Option<Mistake> {
        match self {
            Place::Any | Place::One(_) => None,
            Place::Several(_) => Some(Mistake::new("area", words.t("list-area-choose"))),
            Place::Unknown => Some(Mistake::new("area", words.t("list-area-unknown"))),
        }
    }
}

/// Communes of the province as `Xã Trà Đa, Thành phố Pleiku`.
pub fn communes(province: &Profile) -> Vec<String> {
    areas::communes(province.area).iter().map(Area::display_name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_place_or_a_question() {
        let province = Profile::load("gia-lai-2021").unwrap();
        assert!(matches!(find(&province, "Xã Trà Đa, Thành phố Pleiku"), Place::One(area) if area.name == "Trà Đa"));
        assert!(matches!(find(&province, "Ia Băng"), Place::Several(areas) if areas.len() > 1), "two communes of that spelling");
        assert!(
            matches!(find(&province, "Xã Ia Băng, Huyện Đăk Đoa"), Place::One(area) if area.code() == "23905" || area.name == "Ia Băng")
        );
        assert!(matches!(find(&province, "Ia Bang"), Place::Several(areas) if areas.len() > 2), "without marks all of them");
        assert!(matches!(find(&province, "Trà Đ"), Place::Several(_)), "the start of a name is a question");
        assert_eq!(find(&province, "Sài Gòn Mới Lắm"), Place::Unknown);
        assert_eq!(find(&province, "  "), Place::Any);
        assert!(matches!(find_anywhere(&province, "Đắk Lắk"), Place::One(_) | Place::Several(_)));
    }

    #[test]
    fn every_suggested_name_is_one_place() {
        for profile in vietnam::province::names() {
            let province = Profile::load(profile).unwrap();
            for name in communes(&province) {
                assert!(matches!(find(&province, &name), Place::One(_)), "{name}");
            }
        }
    }
}
