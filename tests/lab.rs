//! A day of sampling to test with: a campaign of today with a site and an open shift, people and sealed tubes, made through the API.

use chrono::Duration;
use ids::{CampaignId, CommandId, RunId, SamplingSessionId, SubjectId, TubeId};
use serde_json::{Value, json};

use crate::{
    api::Caller,
    truck::{TRA_DA, now},
    world::World,
};

pub struct Lab {
    pub session: String,
    sampler: Caller,
    citizen: Caller,
}

impl Lab {
    /// A caller's number keeps tests apart, as that of [`Caller::anybody`] does.
    pub async fn of_today(world: &World, number: u8) -> Self {
        let (campaign, session) = (CampaignId::mint(now()).to_string(), SamplingSessionId::mint(now()).to_string());
        let day = day(0);
        let request = json!({
            "campaignId": campaign,
            "name": format!("Đợt {number}"),
            "reason": "SAMPLING_REASON_COMMUNITY_SCREENING",
            "area": {"code": "622"},
            "fromDay": day,
            "toDay": day,
            "sites": [{"siteId": format!("S-{number}"), "name": format!("Điểm {number}"), "area": {"code": TRA_DA}}],
        });
        Caller::signed_in(world, "cdc").await.post("/v1/campaigns", &request).await.ok();
        let request =
            json!({"sessionId": session, "campaignId": campaign, "siteId": format!("S-{number}"), "team": format!("Đội {number}")});
        let sampler = Caller::signed_in(world, "laymau").await;
        sampler.post("/v1/sampling-sessions", &request).await.ok();
        Self { session, sampler, citizen: Caller::anybody(world, number) }
    }

    /// Somebody who registered himself; his personal code.
    pub async fn person(&self) -> String {
        let subject = json!({"subjectId": SubjectId::mint(now()).to_string(), "fullName": "Nay H’Bưm", "birth": "1986"});
        let answer = self.citizen.post("/v1/self-registrations", &json!({"subject": subject})).await.ok();
        answer["code"].as_str().unwrap().to_owned()
    }

    /// A single tube with somebody's swab, ready for a box.
    pub async fn sealed(&self, barcode: &str) {
        self.sealed_of(&self.person().await, barcode).await;
    }

    /// The same with the swab of the person who has this code.
    async fn sealed_of(&self, code: &str, barcode: &str) {
        let found = self.sampler.post("/v1/subjects/find", &json!({"scan": code})).await.ok();
        let tube = TubeId::mint(now()).to_string();
        let request = json!({
            "tubeId": tube,
            "sessionId": self.session,
            "barcode": barcode,
            "kind": "TUBE_KIND_SINGLE",
            "poolLimit": 1,
            "specimen": "SPECIMEN_NP_SWAB",
        });
        self.sampler.post("/v1/tubes", &request).await.ok();
        let member = json!({"commandId": command(), "subjectId": found["subject"]["subjectId"]});
        self.sampler.post(&format!("/v1/tubes/{tube}/members"), &member).await.ok();
        self.sampler.post(&format!("/v1/tubes/{tube}/seal"), &json!({"commandId": command()})).await.ok();
    }
}

/// A laboratory in which samples become results: one person reads them, another approves.
pub struct Bench {
    technician: Caller,
    approver: Caller,
}

impl Bench {
    pub async fn open(world: &World) -> Self {
        Self { technician: Caller::signed_in(world, "xetnghiem").await, approver: Caller::signed_in(world, "duyet").await }
    }

    /// The swab of the person who has this code, read as negative and approved; the run.
    pub async fn negative(&self, lab: &Lab, code: &str, barcode: &str) -> Value {
        lab.sealed_of(code, barcode).await;
        let receive = json!({"commandId": command(), "barcodes": [barcode]});
        self.technician.post("/v1/laboratories/CDC-GL/receive", &receive).await.ok();
        let (control, sample) = (|position: &str, kind: &str| json!({"position": position, "kind": kind}), "A3");
        let run = RunId::mint(now()).to_string();
        let start = json!({
            "runId": run,
            "laboratoryId": "CDC-GL",
            "method": "TEST_METHOD_RT_PCR",
            "kit": "LightPower iVA",
            "wells": [
                control("A1", "WELL_KIND_POSITIVE_CONTROL"),
                control("A2", "WELL_KIND_NEGATIVE_CONTROL"),
                {"position": sample, "kind": "WELL_KIND_TUBE", "barcodes": [barcode]},
            ],
        });
        self.technician.post("/v1/runs", &start).await.ok();
        let seen =
            |position: &str| json!({"position": position, "outcome": "TEST_OUTCOME_POSITIVE", "ct": [{"gene": "GENE_E", "ct": 23.4}]});
        let nothing = |position: &str| json!({"position": position, "outcome": "TEST_OUTCOME_NEGATIVE"});
        let readings = json!({"commandId": command(), "readings": [seen("A1"), nothing("A2"), nothing(sample)]});
        let read = self.technician.post(&format!("/v1/runs/{run}/results"), &readings).await.ok();
        self.approve(&read["run"]).await
    }

    /// The negative sample of such a run was misread: it was positive.
    pub async fn corrected(&self, run: &Value) {
        let result = result(run);
        let correct = json!({
            "commandId": command(),
            "outcome": "TEST_OUTCOME_POSITIVE",
            "ct": [{"gene": "GENE_E", "ct": 21.0}],
            "reason": "Đọc nhầm giếng",
        });
        let read = self.technician.post(&format!("/v1/results/{result}/correct"), &correct).await.ok();
        self.approve(&read["run"]).await;
    }

    async fn approve(&self, run: &Value) -> Value {
        let approve = json!({"commandId": command(), "resultIds": [result(run)]});
        let path = format!("/v1/runs/{}/approve", run["runId"].as_str().unwrap());
        self.approver.post(&path, &approve).await.ok()["run"].clone()
    }
}

/// The id of the one sample's result.
fn result(run: &Value) -> String {
    let wells = run["wells"].as_array().unwrap();
    let sample = wells.iter().find(|well| well["kind"] == "WELL_KIND_TUBE").unwrap();
    sample["result"]["resultId"].as_str().unwrap().to_owned()
}

fn command() -> String {
    CommandId::mint(now()).to_string()
}

/// A day of Vietnam, so many days from today.
pub fn day(ahead: i64) -> String {
    (now() + Duration::hours(7) + Duration::days(ahead)).date_naive().to_string()
}
