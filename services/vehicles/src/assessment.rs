//! What the rule set in force says of a trip and of what the post found: the requirements, and which decisions are open. A pure function of
//! its arguments: replaying a stored decision's policy, level and findings gives the same answer.

use chrono::{DateTime, Duration, Utc};
use contract::vehicles::v1::{Decision, Direction, Fitness, TestOutcome, TripState};
use ids::PersonId;

use crate::{
    commitment::Template,
    findings::{Evidence, Findings},
    policy::{Anchor, Policy, TestRule},
    trip::Trip,
};

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    pub vi: String,
    pub en: String,
}

pub fn text(vi: impl Into<String>, en: impl Into<String>) -> Text {
    Text { vi: vi.into(), en: en.into() }
}

/// One thing that the rule set asks for before a vehicle is let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// Stable, such as `TEMPERATURE`.
    pub code: &'static str,
    pub met: bool,
    pub person: Option<PersonId>,
    pub text: Text,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub decision: Decision,
    /// None: the decision is open.
    pub closed: Option<Text>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    pub requirements: Vec<Requirement>,
    pub choices: Vec<Choice>,
}

/// What holds on the day for this trip.
#[derive(Debug, Clone)]
pub struct Rulebook {
    pub policy: Policy,
    /// Risk level of the origin, 1 to 4; 0 when nobody assessed it.
    pub origin_level: i16,
    /// What the driver has to sign, where a text is in force for the purpose.
    pub template: Option<Template>,
    /// Kinds of vehicle shown on the public list although they usually are not (publication.rs).
    pub also_public: Vec<String>,
}

impl Assessment {
    pub fn missing(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.iter().filter(|requirement| !requirement.met)
    }

    /// Why a decision is closed; None when it is open.
    pub fn closed(&self, decision: Decision) -> Option<&Text> {
        self.choices.iter().find(|choice| choice.decision == decision).and_then(|choice| choice.closed.as_ref())
    }
}

/// Judges `trip`, with the exit post that the officer would set, by the rules of the day.
pub fn assess(trip: &Trip, exit_post: Option<&str>, rulebook: &Rulebook, findings: &Findings, now: DateTime<Utc>) -> Assessment {
    let mut requirements = vec![people_counted(trip, findings)];
    if !rulebook.policy.rules.is_fast_lane(trip.purpose) {
        for person in trip.people.iter().copied().chain(findings.added.iter().map(|person| person.id)) {
            requirements.extend(of_person(trip, person, rulebook, findings, now));
        }
        requirements.extend(commitment_signed(trip, rulebook, findings));
    }
    requirements.extend(other_trip_closed(trip));
    let choices = choices(trip, exit_post, &requirements);
    Assessment { requirements, choices }
}

fn people_counted(trip: &Trip, findings: &Findings) -> Requirement {
    let recorded = trip.people.len() + findings.added.len();
    let text = match findings.counted {
        None => text("Đếm số người trên xe", "Count the people on board"),
        Some(counted) => text(
            format!("Số người đếm được ({counted}) phải bằng số người đã ghi ({recorded})"),
            format!("People counted ({counted}) must equal people recorded ({recorded})"),
        ),
    };
    let met = findings.counted.is_some_and(|counted| usize::try_from(counted) == Ok(recorded));
    Requirement { code: "PEOPLE_COUNTED", met, person: None, text }
}

fn of_person(trip: &Trip, person: PersonId, rulebook: &Rulebook, findings: &Findings, now: DateTime<Utc>) -> Vec<Requirement> {
    let rules = &rulebook.policy.rules;
    let check = findings.check_of(person);
    let told = findings.fitness_of(person);
    let temperature = check.and_then(|check| check.temperature);
    let evidence = check.and_then(|check| check.evidence.as_ref());
    let positive = evidence.is_some_and(|evidence| evidence.outcome == TestOutcome::Positive);
    let mut found = Vec::new();
    let mut ask = |code, met, text| found.push(Requirement { code, met, person: Some(person), text });
    if rules.temperature_required {
        ask("TEMPERATURE", temperature.is_some(), text("Đo thân nhiệt", "Take the temperature"));
    }
    if temperature.is_some_and(|degrees| degrees >= rules.fever_from) {
        let said = text(
            format!("Sốt từ {} °C: chuyển y tế", rules.fever_from.to_string().replace('.', ",")),
            format!("Fever from {} °C: refer to the medic", rules.fever_from),
        );
        ask("FEVER", evidence.is_some_and(Evidence::clears_fever), said);
    }
    if let Some(rule) = rules.test_for(trip.purpose, rulebook.origin_level) {
        let said = text(
            format!("Kết quả xét nghiệm âm tính trong {} giờ", rule.valid_hours),
            format!("A negative test of the last {} hours", rule.valid_hours),
        );
        // Whom the laboratory of the province calls fit shows no paper; what is found at the post weighs more.
        let fit = told == Fitness::Fit && !positive;
        ask("TEST_EVIDENCE", fit || evidence.is_some_and(|evidence| is_valid(rule, evidence, now)), said);
    } else if positive {
        ask("TEST_EVIDENCE", false, text("Xét nghiệm dương tính: chuyển y tế", "Tested positive: refer to the medic"));
    }
    if told == Fitness::NotFit {
        ask(
            "LABORATORY",
            false,
            text("Y tế báo không đủ điều kiện đi lại: chuyển y tế", "Not fit to travel, says the health service: refer to the medic"),
        );
    }
    found
}

fn is_valid(rule: &TestRule, evidence: &Evidence, now: DateTime<Utc>) -> bool {
    let anchor = match rule.anchor {
        Anchor::Sampled => evidence.sampled_at,
        Anchor::Resulted => evidence.resulted_at,
    };
    let in_time = anchor.is_some_and(|at| at <= now && now - at <= Duration::hours(rule.valid_hours));
    in_time && evidence.outcome == TestOutcome::Negative && rule.accepts(evidence.method)
}

/// Who leaves the province promises nothing.
fn commitment_signed(trip: &Trip, rulebook: &Rulebook, findings: &Findings) -> Option<Requirement> {
    let asked = rulebook.policy.rules.commitment_required && trip.direction == Direction::In;
    let template = rulebook.template.as_ref().filter(|_| asked)?;
    let met = findings.commitment.as_ref().is_some_and(|signed| template.is_signed_by(signed));
    let said = text("Lái xe ký cam kết", "The driver signs the commitment");
    Some(Requirement { code: "COMMITMENT_SIGNED", met, person: None, text: said })
}

/// A vehicle that stands here cannot be on the road elsewhere: its exit was not recorded, and an officer says so first.
fn other_trip_closed(trip: &Trip) -> Option<Requirement> {
    let said = text("Đóng chuyến trước của xe này (chưa ghi xe ra)", "Close the earlier trip of this vehicle (exit not recorded)");
    trip.conflicted.then_some(Requirement { code: "OTHER_TRIP_CLOSED", met: false, person: None, text: said })
}

fn choices(trip: &Trip, exit_post: Option<&str>, requirements: &[Requirement]) -> Vec<Choice> {
    let missing: Vec<&Requirement> = requirements.iter().filter(|requirement| !requirement.met).collect();
    let missing = missing.first().map(|first| first.text.clone());
    let transit = transit_closed(trip, exit_post).or_else(|| missing.clone());
    let destination = destination_closed(trip).or(missing);
    let referred = (trip.state == TripState::Referred).then(|| text("Đã chuyển y tế", "Already referred to the medic"));
    let all = [
        (Decision::Transit, transit),
        (Decision::Destination, destination),
        (Decision::TurnBack, None),
        (Decision::Refuse, None),
        (Decision::Refer, referred),
    ];
    all.into_iter().map(|(decision, closed)| Choice { decision, closed }).collect()
}

fn transit_closed(trip: &Trip, exit_post: Option<&str>) -> Option<Text> {
    if trip.direction == Direction::Out {
        return None;
    }
    if !trip.destinations.is_empty() {
        return Some(text("Xe có nơi đến trong tỉnh", "The vehicle has a destination in the province"));
    }
    match exit_post {
        None => Some(text("Chọn chốt ra", "Choose the exit post")),
        Some(exit) if Some(exit) == trip.at_post.as_deref() => {
            Some(text("Chốt ra phải khác chốt vào", "The exit post must differ from the entry post"))
        }
        Some(_) => None,
    }
}

fn destination_closed(trip: &Trip) -> Option<Text> {
    if trip.direction == Direction::Out {
        return Some(text("Xe đi ra khỏi tỉnh", "The vehicle is leaving the province"));
    }
    trip.destinations.is_empty().then(|| text("Chưa khai nơi đến", "No destination was declared"))
}
