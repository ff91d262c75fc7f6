//! A day of sampling to test with: a campaign of today with a site and an open shift, people and sealed tubes, made through the API.

use chrono::Duration;
use ids::{CampaignId, CommandId, SamplingSessionId, SubjectId, TubeId};
use serde_json::json;

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
        let found = self.sampler.post("/v1/subjects/find", &json!({"scan": self.person().await})).await.ok();
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

fn command() -> String {
    CommandId::mint(now()).to_string()
}

/// A day of Vietnam, so many days from today.
pub fn day(ahead: i64) -> String {
    (now() + Duration::hours(7) + Duration::days(ahead)).date_naive().to_string()
}
