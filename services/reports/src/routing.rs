//! To whom a new report goes. Rules are dated data, tried in their order; the first that fits decides and is named in the report's history.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use contract::reports::v1::{self as pb, QuestionAnswer};
use serde::{Deserialize, Serialize};
use vietnam::{AreaKey, Level, province::Profile};

use crate::recipient::Recipient;

/// One version of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub version: i32,
    pub valid_from: DateTime<Utc>,
    pub rules: Vec<Rule>,
}

/// Every condition that is given has to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub rule_id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    categories: Vec<String>,
    /// Answers by question.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    answers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    place: Vec<PlaceKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trip: Option<TripKind>,
    to: Whom,
    /// Where there is no post near the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    otherwise: Option<Whom>,
    /// Somebody has to look at it first.
    #[serde(default)]
    triage: bool,
    /// Nobody below this recipient may ever have it: it is about him.
    #[serde(default)]
    bypass: bool,
    why_vi: String,
    why_en: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum PlaceKind {
    Commune,
    District,
    /// Not known, or no more than the province.
    Nowhere,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum TripKind {
    /// The plate was on an open trip when it was seen.
    Open,
    /// It was on none.
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Whom {
    CommunePolice,
    DistrictPolice,
    ProvincePolice,
    /// The post in the place's commune, or else in its district.
    NearestPost,
}

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub category: &'a str,
    pub answers: &'a [QuestionAnswer],
    /// In the province's state of the map.
    pub area: Option<AreaKey>,
    /// Whether the plate was on an open trip; none where no plate was read.
    pub on_a_trip: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub rule_id: String,
    pub recipient: Recipient,
    pub triage: bool,
    pub bypass: bool,
}

impl Rules {
    /// Where it goes; to the province when no rule fits.
    pub fn route(&self, facts: Facts<'_>, profile: &Profile) -> Route {
        let Some(rule) = self.rules.iter().find(|rule| rule.fits(facts)) else {
            return Route { rule_id: NO_RULE.to_owned(), recipient: Recipient::police(profile.area), triage: true, bypass: false };
        };
        let recipient = rule.to.recipient(facts.area, profile).or_else(|| rule.otherwise?.recipient(facts.area, profile));
        let triage = rule.triage || recipient.is_none();
        let recipient = recipient.unwrap_or(Recipient::police(profile.area));
        Route { rule_id: rule.rule_id.clone(), recipient, triage, bypass: rule.bypass }
    }

    /// Why a rule decides as it does, in both languages; none for one that these rules do not have.
    pub fn why(&self, rule_id: &str) -> Option<(&str, &str)> {
        let rule = self.rules.iter().find(|rule| rule.rule_id == rule_id)?;
        Some((&rule.why_vi, &rule.why_en))
    }

    pub fn message(&self) -> pb::RoutingRules {
        pb::RoutingRules {
            version: self.version,
            valid_from: Some(self.valid_from.into()),
            rules: self.rules.iter().map(Rule::message).collect(),
        }
    }
}

/// What stands for the rule where none fits.
const NO_RULE: &str = "no-rule";

impl Rule {
    fn message(&self) -> pb::RoutingRule {
        let answer = |(question, value): (&String, &String)| pb::AnswerCondition { question_id: question.clone(), value: value.clone() };
        pb::RoutingRule {
            rule_id: self.rule_id.clone(),
            category_ids: self.categories.clone(),
            answers: self.answers.iter().map(answer).collect(),
            places: self.place.iter().map(|place| place.message().into()).collect(),
            trip: self.trip.map_or(pb::TripKind::Unspecified, TripKind::message).into(),
            target: self.to.message().into(),
            otherwise: self.otherwise.map_or(pb::RouteTarget::Unspecified, Whom::message).into(),
            triage: self.triage,
            bypass: self.bypass,
            why_vi: self.why_vi.clone(),
            why_en: self.why_en.clone(),
        }
    }

    fn fits(&self, facts: Facts<'_>) -> bool {
        let place = match facts.area.map(AreaKey::level) {
            Some(Level::Commune) => PlaceKind::Commune,
            Some(Level::District) => PlaceKind::District,
            Some(Level::Province) | None => PlaceKind::Nowhere,
        };
        let trip = match facts.on_a_trip {
            Some(true) => TripKind::Open,
            Some(false) => TripKind::None,
            None => return self.trip.is_none() && self.fits_place(facts, place),
        };
        self.trip.is_none_or(|wanted| wanted == trip) && self.fits_place(facts, place)
    }

    fn fits_place(&self, facts: Facts<'_>, place: PlaceKind) -> bool {
        let answered = |(question, value): (&String, &String)| {
            facts.answers.iter().any(|answer| answer.question_id == *question && answer.value == *value)
        };
        (self.categories.is_empty() || self.categories.iter().any(|category| category == facts.category))
            && (self.place.is_empty() || self.place.contains(&place))
            && self.answers.iter().all(answered)
    }
}

impl PlaceKind {
    fn message(self) -> pb::PlaceKind {
        match self {
            Self::Commune => pb::PlaceKind::Commune,
            Self::District => pb::PlaceKind::District,
            Self::Nowhere => pb::PlaceKind::Nowhere,
        }
    }
}

impl TripKind {
    fn message(self) -> pb::TripKind {
        match self {
            Self::Open => pb::TripKind::Open,
            Self::None => pb::TripKind::None,
        }
    }
}

impl Whom {
    fn message(self) -> pb::RouteTarget {
        match self {
            Self::CommunePolice => pb::RouteTarget::CommunePolice,
            Self::DistrictPolice => pb::RouteTarget::DistrictPolice,
            Self::ProvincePolice => pb::RouteTarget::ProvincePolice,
            Self::NearestPost => pb::RouteTarget::NearestPost,
        }
    }

    fn recipient(self, area: Option<AreaKey>, profile: &Profile) -> Option<Recipient> {
        match self {
            Self::ProvincePolice => Some(Recipient::police(profile.area)),
            Self::DistrictPolice => Some(Recipient::district_police(area?, profile)),
            Self::CommunePolice => area.map(Recipient::police),
            Self::NearestPost => {
                let area = area?;
                let here = profile.posts.iter().find(|post| post.area == area);
                let near = || profile.posts.iter().find(|post| area.district().is_some_and(|district| district.covers(post.area)));
                here.or_else(near).map(Recipient::at)
            }
        }
    }
}

#[cfg(test)]
mod tests;
