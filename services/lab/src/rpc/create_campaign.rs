//! CreateCampaign: plans a campaign with its sites.

use contract::{
    Permission,
    common::v1::Area,
    lab::v1::{self as pb, CreateCampaignRequest, CreateCampaignResponse},
};
use runtime::Caller;

use crate::{
    access,
    campaign::{self, Campaign},
    error::Error,
    request,
    service::Lab,
    store::sessions,
    trail::{self, Act},
    view,
};

const PERMISSION: Permission = Permission::LabCampaignsManage;

pub async fn handle(service: &Lab, caller: &Caller, request: CreateCampaignRequest) -> Result<CreateCampaignResponse, Error> {
    caller.require(PERMISSION)?;
    let now = service.now();
    let campaign = request::check_with(&request, campaign::parse(&request, &service.profile))?;
    access::require_area(caller, PERMISSION, campaign.area)?;
    let hash = request::hash(&service.keyring, &request)?;
    let mut transaction = service.begin().await?;
    if sessions::insert_campaign(&mut transaction, &campaign, &hash, now).await? {
        let act = Act::write("lab.CreateCampaign", campaign.id.as_uuid(), campaign.area);
        trail::record(&mut transaction, caller, PERMISSION, act, now).await?;
    } else {
        let stored = sessions::campaign_hash(&mut transaction, campaign.id).await?;
        request::same(&stored.unwrap_or_default(), &hash)?;
    }
    transaction.commit().await?;
    Ok(CreateCampaignResponse { campaign: Some(message(&campaign, now)) })
}

fn message(campaign: &Campaign, now: chrono::DateTime<chrono::Utc>) -> pb::Campaign {
    let site = |site: &campaign::Site| pb::Site {
        site_id: site.id.clone(),
        name: site.name.clone(),
        area: view::area(site.area),
        capacity_per_hour: site.capacity_per_hour,
    };
    let area: Option<Area> = view::area(campaign.area);
    pb::Campaign {
        campaign_id: campaign.id.to_string(),
        name: campaign.name.clone(),
        reason: campaign.reason.into(),
        area,
        from_day: campaign.from_day.to_string(),
        to_day: campaign.to_day.to_string(),
        sites: campaign.sites.iter().map(site).collect(),
        created_at: Some(now.into()),
    }
}
