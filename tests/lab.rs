//! A day of sampling to test with: a campaign of today with a site and an open shift, made through the API.

use chrono::Duration;
use ids::{CampaignId, SamplingSessionId};
use serde_json::json;

use crate::{
    api::Caller,
    truck::{TRA_DA, now},
    world::World,
};

pub struct Lab {
    pub session: String,
}

impl Lab {
    /// A caller's number keeps tests apart, as that of [`Caller::anybody`] does.
    pub async fn of_today(world: &World, number: u8) -> Self {
        let now = now();
        let (campaign, session) = (CampaignId::mint(now).to_string(), SamplingSessionId::mint(now).to_string());
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
        Caller::signed_in(world, "laymau").await.post("/v1/sampling-sessions", &request).await.ok();
        Self { session }
    }
}

/// A day of Vietnam, so many days from today.
pub fn day(ahead: i64) -> String {
    (now() + Duration::hours(7) + Duration::days(ahead)).date_naive().to_string()
}
