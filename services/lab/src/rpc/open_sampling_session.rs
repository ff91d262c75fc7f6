//! OpenSamplingSession: a team's shift at a site of a campaign.

use contract::{
    Permission,
    lab::v1::{OpenSamplingSessionRequest, OpenSamplingSessionResponse},
};
use ids::{CampaignId, SamplingSessionId};
use requests::{Invalid, fault::Faults};
use runtime::Caller;
use vietnam::time;

use crate::{
    access,
    error::Error,
    request,
    service::Lab,
    store::sessions::{self, New},
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::LabSamplingTake;

pub async fn handle(service: &Lab, caller: &Caller, request: OpenSamplingSessionRequest) -> Result<OpenSamplingSessionResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let id = request::id(SamplingSessionId::parse(&request.session_id), "session_id")?;
    let campaign = request::id(CampaignId::parse(&request.campaign_id), "campaign_id")?;
    let (now, hash) = (service.now(), request::hash(&service.keyring, &request)?);
    let day = time::day_of(now);
    let mut transaction = service.begin().await?;
    let found = sessions::site(&mut transaction, campaign, request.site_id.trim()).await?;
    let (site, reason, from_day, to_day) = found.ok_or(Error::not_found())?;
    access::require_area(caller, PERMISSION, site.area)?;
    if !(from_day..=to_day).contains(&day) {
        let mut faults = Faults::default();
        faults.add("campaign_id", "Hôm nay không thuộc đợt lấy mẫu này", "Today is not a day of this campaign");
        return Err(Invalid(faults.0).into());
    }
    let new = New { id, campaign, site: &site, reason, team: request.team.trim(), shift: request.shift.trim(), day };
    if sessions::insert(&mut transaction, &new, &hash, now).await? {
        trail::record(&mut transaction, caller, PERMISSION, Act::write("lab.OpenSamplingSession", id.as_uuid(), site.area), now).await?;
    } else {
        let stored = sessions::session_hash(&mut transaction, id).await?;
        request::same(&stored.unwrap_or_default(), &hash)?;
    }
    let session = sessions::get(&mut transaction, id, &access::eyes(caller, PERMISSION)).await?;
    transaction.commit().await?;
    Ok(OpenSamplingSessionResponse { session: Some(session.message) })
}
