//! What officers establish at a post: the head count, temperatures, test evidence, people found on board, the signature.

use chrono::{DateTime, Utc};
use contract::vehicles::v1::{TestMethod, TestOutcome, TestProof};
use ids::PersonId;

use crate::{commitment::Signed, person::Person};

#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// People seen in the vehicle; absent while nobody counted.
    pub counted: Option<i32>,
    pub checks: Vec<Check>,
    /// On board and not declared.
    pub added: Vec<Person>,
    pub commitment: Option<Signed>,
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
}

impl Evidence {
    /// A negative quick test that the post itself made: what a medic clears a fever with.
    pub fn clears_fever(&self) -> bool {
        self.proof == TestProof::QuickAtPost && self.outcome == TestOutcome::Negative
    }
}
