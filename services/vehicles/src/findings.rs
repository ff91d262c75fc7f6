//! What officers establish at a post: the head count, temperatures, test evidence, people found on board, the signature.

use chrono::{DateTime, Duration, Utc};
use contract::vehicles::v1::{self as pb, Fitness, SigningMethod, TestMethod, TestOutcome, TestProof};
use ids::PersonId;

use crate::{
    commitment::Signed,
    declaration::Source,
    fault::{Fault, Faults},
    fitness::Told,
    person::Person,
};

/// How far a device's clock may be ahead.
const SKEW_MINUTES: i64 = 5;

#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// People seen in the vehicle; absent while nobody counted.
    pub counted: Option<i32>,
    pub checks: Vec<Check>,
    /// On board and not declared.
    pub added: Vec<Person>,
    pub commitment: Option<Signed>,
    /// What the laboratory says of people on board at the moment, whatever the officer wrote.
    pub told: Vec<(PersonId, Told)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    pub person: PersonId,
    /// Degrees Celsius.
    pub temperature: Option<f64>,
    pub evidence: Option<Evidence>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    pub method: TestMethod,
    pub outcome: TestOutcome,
    pub sampled_at: Option<DateTime<Utc>>,
    pub resulted_at: Option<DateTime<Utc>>,
    pub proof: TestProof,
    pub issuer: String,
}

impl Findings {
    /// The last word about one person.
    pub fn check_of(&self, person: PersonId) -> Option<&Check> {
        self.checks.iter().rev().find(|check| check.person == person)
    }

    /// Whether one person may travel, as the laboratory says.
    pub fn fitness_of(&self, person: PersonId) -> Fitness {
        self.told.iter().find(|(of, _)| *of == person).map(|(_, told)| told.fitness).unwrap_or_default()
    }
}

impl Evidence {
    /// A negative quick test that the post itself made: what a medic clears a fever with.
    pub fn clears_fever(&self) -> bool {
        self.proof == TestProof::QuickAtPost && self.outcome == TestOutcome::Negative
    }
}

/// Reads the findings about the people `on_board`. A check of anybody else is a fault.
pub fn parse(message: Option<&pb::Findings>, on_board: &[PersonId], now: DateTime<Utc>) -> Result<Findings, Vec<Fault>> {
    let Some(message) = message else { return Ok(Findings::default()) };
    let mut faults = Faults::default();
    let mut checks = Vec::new();
    let added = added(message, &mut checks, now, &mut faults);
    for (index, check) in message.checks.iter().enumerate() {
        let path = format!("findings.checks[{index}]");
        let known = |person: &PersonId| on_board.contains(person) || added.iter().any(|added| added.id == *person);
        let person = PersonId::parse(&check.person_id).ok().filter(known).ok_or(());
        let person = faults.take(person, format!("{path}.person_id"), "Người này không có trên xe", "This person is not on board");
        let evidence = check.evidence.as_ref().and_then(|said| evidence(said, &path, now, &mut faults));
        checks.extend(person.map(|person| Check { person, temperature: check.temperature, evidence }));
    }
    let commitment = message.commitment.as_ref().and_then(|said| signed(said, &mut faults));
    faults.or(Some(Findings { counted: message.people_counted, checks, added, commitment, told: Vec::new() }))
}

fn added(message: &pb::Findings, checks: &mut Vec<Check>, now: DateTime<Utc>, faults: &mut Faults) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for (index, said) in message.added_people.iter().enumerate() {
        let path = format!("findings.added_people[{index}]");
        let Some(person) = Person::parse(said, &path, Source::Post, now, faults) else { continue };
        if let Some(check) = &said.check {
            let evidence = check.evidence.as_ref().and_then(|said| evidence(said, &path, now, faults));
            checks.push(Check { person: person.id, temperature: check.temperature, evidence });
        }
        people.push(person);
    }
    people
}

fn evidence(said: &pb::TestEvidence, path: &str, now: DateTime<Utc>, faults: &mut Faults) -> Option<Evidence> {
    let at = |field: &str| format!("{path}.evidence.{field}");
    let method = TestMethod::try_from(said.method).ok().filter(|method| *method != TestMethod::Unspecified).ok_or(());
    let method = faults.take(method, at("method"), "Chọn PCR hay test nhanh", "Choose PCR or quick test");
    let outcome = TestOutcome::try_from(said.outcome).ok().filter(|outcome| *outcome != TestOutcome::Unspecified).ok_or(());
    let outcome = faults.take(outcome, at("outcome"), "Chọn âm tính hay dương tính", "Choose negative or positive");
    let proof = TestProof::try_from(said.proof).ok().filter(|proof| *proof != TestProof::Unspecified).ok_or(());
    let proof = faults.take(proof, at("proof"), "Chọn loại giấy chứng nhận", "Choose the kind of proof");
    let resulted_at = faults.time(said.resulted_at, at("resulted_at"));
    if resulted_at.is_some_and(|at| at > now + Duration::minutes(SKEW_MINUTES)) {
        faults.add(at("resulted_at"), "Ghi giờ có kết quả trong quá khứ", "A time of the result in the past");
    }
    let sampled_at = faults.time(said.sampled_at, at("sampled_at"));
    Some(Evidence { method: method?, outcome: outcome?, sampled_at, resulted_at, proof: proof?, issuer: said.issuer.clone() })
}

fn signed(said: &pb::Commitment, faults: &mut Faults) -> Option<Signed> {
    let method = SigningMethod::try_from(said.method).ok().filter(|method| *method != SigningMethod::Unspecified).ok_or(());
    let method = faults.take(method, "findings.commitment.method", "Chọn cách ký cam kết", "Choose how it was signed")?;
    Some(Signed { template_id: said.template_id.clone(), version: said.template_version, method, paper_no: said.paper_no.clone() })
}

/// The findings as they are sealed with a decision: every person named by the id under which he is stored.
pub fn canonical(message: Option<&pb::Findings>, findings: &Findings) -> pb::Findings {
    let checks = findings.checks.iter().map(|check| pb::PersonCheck {
        person_id: check.person.to_string(),
        temperature: check.temperature,
        evidence: check.evidence.as_ref().map(|evidence| pb::TestEvidence {
            method: evidence.method.into(),
            outcome: evidence.outcome.into(),
            resulted_at: evidence.resulted_at.map(Into::into),
            proof: evidence.proof.into(),
            issuer: evidence.issuer.clone(),
            sampled_at: evidence.sampled_at.map(Into::into),
        }),
    });
    pb::Findings {
        people_counted: findings.counted,
        checks: checks.collect(),
        added_people: findings.added.iter().map(|person| person.message.clone()).collect(),
        commitment: message.and_then(|message| message.commitment.clone()),
    }
}

/// What the laboratory said of people on board, as it is sealed with a decision.
pub fn told(findings: &Findings) -> Vec<pb::PersonFitness> {
    let message = |(person, told): &(PersonId, Told)| pb::PersonFitness {
        person_id: person.to_string(),
        fitness: told.fitness.into(),
        fit_until: told.until.map(Into::into),
    };
    findings.told.iter().map(message).collect()
}
