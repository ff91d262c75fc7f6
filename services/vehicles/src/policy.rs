//! Entry policies: dated data that says what a post asks for and which deadlines it sets. Which decision follows is assessment.rs's business.

use chrono::{DateTime, Duration, Utc};
use contract::vehicles::v1::{Purpose, TestMethod};
use serde::{Deserialize, Serialize};
use vietnam::areas::AreaKey;

/// One version of the rule set, in force from `valid_from` until a later one.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    pub id: String,
    pub version: i32,
    pub valid_from: DateTime<Utc>,
    pub rules: Rules,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Where the rule was published, as printed there.
    pub source: String,
    pub temperature_required: bool,
    /// Degrees Celsius; from here on the person is for the medic.
    pub fever_from: f64,
    pub commitment_required: bool,
    pub test: Option<TestRule>,
    /// Purposes that are waved through: nothing is asked but the head count.
    pub fast_lane: Vec<String>,
    pub transit_grace_minutes: i64,
    pub arrival_grace_minutes: i64,
    /// For an arrival whose announced time has already passed when the post decides.
    pub arrival_default_minutes: i64,
    /// How long a vehicle may stay after the last deadline of its destinations; its slip counts so long.
    pub destination_stay_hours: i64,
    /// For two posts without a corridor of their own.
    pub transit_default_minutes: i64,
    pub corridors: Vec<Corridor>,
}

/// Who needs a test, and how long it counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestRule {
    /// People from areas of this risk level or above, 1 to 4.
    pub from_level: i16,
    /// The level that an origin without an assessment counts as.
    pub unknown_level: i16,
    pub valid_hours: i64,
    pub anchor: Anchor,
    pub methods: Vec<String>,
}

/// The moment from which a test's validity is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Anchor {
    Sampled,
    Resulted,
}

/// The road between two posts, in either direction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corridor {
    pub posts: [String; 2],
    pub minutes: i64,
    /// Areas that the road crosses.
    pub areas: Vec<String>,
}

impl Corridor {
    fn joins(&self, one: &str, other: &str) -> bool {
        self.posts == [one, other] || self.posts == [other, one]
    }

    fn crosses(&self, area: &AreaKey) -> bool {
        self.areas.iter().any(|own| AreaKey::parse(own).is_ok_and(|own| own.covers(*area)))
    }
}

impl Rules {
    pub fn is_fast_lane(&self, purpose: Purpose) -> bool {
        self.fast_lane.iter().any(|name| Purpose::from_str_name(&format!("PURPOSE_{name}")) == Some(purpose))
    }

    /// The test rule, where it binds a person from an area of this level (0: not assessed).
    pub fn test_for(&self, purpose: Purpose, origin_level: i16) -> Option<&TestRule> {
        let rule = self.test.as_ref().filter(|_| !self.is_fast_lane(purpose))?;
        let level = if origin_level == 0 { rule.unknown_level } else { origin_level };
        (level >= rule.from_level).then_some(rule)
    }

    /// When a transit admitted now must have left.
    pub fn transit_due(&self, entry: &str, exit: &str, now: DateTime<Utc>) -> DateTime<Utc> {
        let own = self.corridors.iter().find(|corridor| corridor.joins(entry, exit)).map(|corridor| corridor.minutes);
        now + Duration::minutes(own.unwrap_or(self.transit_default_minutes))
    }

    /// When a vehicle admitted now must be at a destination it announced for `expected`.
    pub fn arrival_due(&self, expected: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        if expected > now { expected } else { now + Duration::minutes(self.arrival_default_minutes) }
    }

    pub fn transit_overdue(&self, due: DateTime<Utc>) -> DateTime<Utc> {
        due + Duration::minutes(self.transit_grace_minutes)
    }

    pub fn arrival_overdue(&self, due: DateTime<Utc>) -> DateTime<Utc> {
        due + Duration::minutes(self.arrival_grace_minutes)
    }

    /// Until when the slip of a vehicle counts that must be at its last destination by `last_due`.
    pub fn stay_until(&self, last_due: DateTime<Utc>) -> DateTime<Utc> {
        self.arrival_overdue(last_due) + Duration::hours(self.destination_stay_hours)
    }

    /// Whether the road of a transit crosses this area; between posts without a corridor nothing is known, so nothing is held against it.
    pub fn on_transit_road(&self, entry: &str, exit: &str, area: &AreaKey) -> bool {
        self.corridors.iter().find(|corridor| corridor.joins(entry, exit)).is_none_or(|corridor| corridor.crosses(area))
    }

    /// Whether any road from the entry post crosses this area.
    pub fn on_a_road_from(&self, entry: &str, area: &AreaKey) -> bool {
        let mut roads = self.corridors.iter().filter(|corridor| corridor.posts.iter().any(|post| post == entry)).peekable();
        roads.peek().is_none() || roads.any(|corridor| corridor.crosses(area))
    }
}

impl TestRule {
    pub fn accepts(&self, method: TestMethod) -> bool {
        self.methods.iter().any(|name| TestMethod::from_str_name(&format!("TEST_METHOD_{name}")) == Some(method))
    }
}
