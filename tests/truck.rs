//! A truck to test with, and its way through the API up to a given point.

use chrono::{DateTime, Duration, Utc};
use ids::{ConfirmationId, DecisionId, SightingId, TripId};
use serde_json::{Value, json};

use crate::api::Caller;

/// Trà Đa, a commune of Pleiku with a commune police of its own.
pub const TRA_DA: &str = "23596";

#[derive(Clone)]
pub struct Truck {
    pub trip: String,
    pub plate: String,
    /// None: crosses the province to CP2.
    pub destination: Option<&'static str>,
    /// When it says it arrives: said once, so that a declaration sent twice is the same one.
    expected: DateTime<Utc>,
}

impl Truck {
    pub fn to(plate: impl Into<String>, commune: &'static str) -> Self {
        Self {
            trip: TripId::mint(now()).to_string(),
            plate: plate.into(),
            destination: Some(commune),
            expected: now() + Duration::hours(4),
        }
    }

    pub fn crossing(plate: impl Into<String>) -> Self {
        Self { trip: TripId::mint(now()).to_string(), plate: plate.into(), destination: None, expected: now() + Duration::hours(4) }
    }

    pub fn declaration(&self) -> Value {
        let destinations: Vec<Value> = self
            .destination
            .iter()
            .map(|code| json!({"area": {"code": code}, "address": "Kho nông sản, lô B7", "expectedAt": rfc(self.expected)}))
            .collect();
        json!({
            "purpose": if self.destination.is_some() { "PURPOSE_DESTINATION" } else { "PURPOSE_TRANSIT" },
            "plate": {"text": self.plate, "color": "PLATE_COLOR_YELLOW"},
            "vehicleType": "VEHICLE_TYPE_TRUCK",
            "origin": {"area": {"code": "79"}},
            "destinations": destinations,
            "entryPostId": "CP3",
            "exitPostId": if self.destination.is_some() { "" } else { "CP2" },
            "people": [{
                "role": "PERSON_ROLE_DRIVER", "fullName": "Nguyễn Hữu Thường", "birth": "1986", "idType": "ID_TYPE_CCCD",
                "idNumber": "052086004417", "phone": "0905123456"
            }],
        })
    }

    pub async fn declare(&self, driver: &Caller) -> Value {
        driver.post("/v1/trips", &json!({"tripId": self.trip, "declaration": self.declaration()})).await.ok()
    }

    /// The desk of CP3 has it.
    pub async fn receive(&self, officer: &Caller) -> Value {
        officer.post(&format!("/v1/posts/CP3/trips/{}/receive", self.trip), &json!({})).await.ok()["trip"].clone()
    }

    /// What CP3 asks before it decides, with everything in order.
    pub fn assessment(&self, trip: &Value) -> Value {
        json!({"postId": "CP3", "findings": {
            "peopleCounted": 1,
            "checks": [{
                "personId": trip["people"][0]["personId"], "temperature": 36.6,
                "evidence": {"method": "TEST_METHOD_RT_PCR", "outcome": "TEST_OUTCOME_NEGATIVE", "proof": "TEST_PROOF_PAPER",
                    "resultedAt": rfc(now() - Duration::hours(10))}
            }],
        }})
    }

    /// The request with which CP3 decides as the declaration asks, after `assessment` was answered with `assessed`.
    pub fn decision(&self, assessment: &Value, assessed: &Value) -> Value {
        let mut findings = assessment["findings"].clone();
        let template = &assessed["assessment"]["commitment"];
        findings["commitment"] = json!({
            "templateId": template["templateId"], "templateVersion": template["version"], "method": "SIGNING_METHOD_PAPER", "paperNo": "004812"
        });
        json!({
            "decisionId": DecisionId::mint(now()).to_string(), "postId": "CP3", "findings": findings,
            "decision": if self.destination.is_some() { "DECISION_DESTINATION" } else { "DECISION_TRANSIT" },
        })
    }

    /// The same, asked of the running system.
    pub async fn ruling(&self, officer: &Caller, trip: &Value) -> Value {
        let assessment = self.assessment(trip);
        let assessed = officer.post(&format!("/v1/trips/{}/assess", self.trip), &assessment).await.ok();
        self.decision(&assessment, &assessed)
    }

    pub async fn admit(&self, officer: &Caller) -> Value {
        let trip = self.receive(officer).await;
        let ruling = self.ruling(officer, &trip).await;
        officer.post(&format!("/v1/trips/{}/decide", self.trip), &ruling).await.ok()["trip"].clone()
    }

    pub fn confirmation(&self) -> Value {
        json!({"confirmationId": ConfirmationId::mint(now()).to_string(), "result": "ARRIVAL_RESULT_AS_DECLARED", "headcount": 1})
    }

    pub fn sighting(&self, post: &str) -> Value {
        json!({"sightingId": SightingId::mint(now()).to_string(), "postId": post})
    }
}

#[expect(clippy::disallowed_methods, reason = "the system under test runs by the real clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

pub fn rfc(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}
