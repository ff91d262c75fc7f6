//! The boxes of a grant: which role, where, from when until when. A new account has them, and so has one more grant.
use chrono::{DateTime, Utc};
use contract::{
    Timestamp,
    accounts::v1::{Grant, Unit},
    common::v1::Area,
};
use vietnam::{areas, province::Profile};

use super::place_filter::{self, Place};
use crate::{
    forms::Typed,
    site::Site,
    text::Words,
    view::{Choice, Field, Kind, Mistake, moment, words},
};

/// Makes boxes of what was typed and what was wrong with it.
pub struct Boxes<'a> {
    pub words: &'a Words,
    pub typed: &'a Typed,
    pub mistakes: &'a [Mistake],
}

impl Boxes<'_> {
    pub fn field(&self, name: &str, label: &str, hint: &str) -> Field {
        Field {
            name: name.to_owned(),
            label: self.words.t(label),
            hint: if hint.is_empty() { String::new() } else { self.words.t(hint) },
            error: Mistake::of(self.mistakes, name).to_owned(),
            value: self.typed.get(name).to_owned(),
            ..Field::default()
        }
    }

    pub fn select(&self, name: &str, label: &str, lines: impl Iterator<Item = Choice>) -> Field {
        Field { kind: Kind::Select(std::iter::once(words::none(self.words)).chain(lines).collect()), ..self.field(name, label, "") }
    }

    pub fn grant(&self, site: &Site, roles: &[(String, String)]) -> Vec<Field> {
        let time = |name: &str, label: &str, hint: &str| Field {
            kind: Kind::Input("datetime-local"),
            class: "w-m",
            ..self.field(name, label, hint)
        };
        let mut fields = vec![
            self.select("role", "accounts-role", roles.iter().map(|(id, name)| Choice::new(id, name))),
            Field { maxlength: 100, list: place_names(&site.province), ..self.field("area", "accounts-area", "accounts-area-hint") },
        ];
        let places = place_filter::find(&site.province, self.typed.get("area")).choices();
        if !places.is_empty() {
            let lines = places.iter().map(|area| Choice::new(area.code(), area.display_name()));
            fields.push(self.select("area-code", "list-area-choose", lines));
        }
        fields.extend([time("from", "accounts-from", "accounts-from-hint"), time("until", "accounts-until", "accounts-until-hint")]);
        fields
    }
}

/// The grant of a form, in the area of `unit` when none is typed; what has to be mended is added to `mistakes`.
pub fn read(site: &Site, words: &Words, typed: &Typed, unit: Option<&Unit>, mistakes: &mut Vec<Mistake>) -> Grant {
    if typed.get("role").is_empty() {
        mistakes.push(Mistake::new("role", words.t("accounts-missing-role")));
    }
    let area = area(site, words, typed, unit).unwrap_or_else(|mistake| {
        mistakes.push(mistake);
        None
    });
    let mut time = |name: &str| {
        let text = typed.get(name);
        let at: Option<DateTime<Utc>> = moment::parse_local(text);
        if at.is_none() && !text.is_empty() {
            mistakes.push(Mistake::new(name, words.t("accounts-wrong-time")));
        }
        at.map(Timestamp::from)
    };
    let (valid_from, valid_until) = (time("from"), time("until"));
    Grant { grant_id: String::new(), role_id: typed.get("role").to_owned(), area, valid_from, valid_until }
}

/// The box that mends a fault at this place of a grant; empty for none.
pub fn box_of(path: &str) -> &'static str {
    match path {
        "role_id" => "role",
        "area" | "area.code" => "area",
        "valid_from" => "from",
        "valid_until" => "until",
        _ => "",
    }
}

/// The area that was typed or chosen; nothing typed means the unit's own.
fn area(site: &Site, words: &Words, typed: &Typed, unit: Option<&Unit>) -> Result<Option<Area>, Mistake> {
    let wrong = |key: &str| Err(Mistake::new("area", words.t(key)));
    let found = match place_filter::find(&site.province, typed.get("area")) {
        Place::Any => return Ok(unit.and_then(|unit| unit.area.clone())),
        Place::One(area) => area,
        Place::Several(areas) => match areas.into_iter().find(|area| area.code() == typed.get("area-code")) {
            Some(area) => area,
            None => return wrong("list-area-choose"),
        },
        Place::Unknown => return wrong("list-area-unknown"),
    };
    Ok(Some(Area { code: found.code(), valid_from: found.era().valid_from_text().to_owned(), name: String::new() }))
}

/// The province, its districts and communes, as the box of an area takes them.
fn place_names(province: &Profile) -> Vec<String> {
    let own = areas::get(province.area).map(|area| area.full_name());
    let districts = areas::children(province.area).into_iter().filter(|_| province.has_districts).map(|area| area.display_name());
    own.into_iter().chain(districts).chain(place_filter::communes(province)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suggested_area_is_one_place() {
        for profile in vietnam::province::names() {
            let province = Profile::load(profile).unwrap();
            for name in place_names(&province) {
                assert!(matches!(place_filter::find(&province, &name), Place::One(_)), "{name}");
            }
        }
    }
}
