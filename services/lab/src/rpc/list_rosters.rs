//! ListRosters: the lists that were taken in a campaign, newest first.

use contract::{
    Permission,
    lab::v1::{ListRostersRequest, ListRostersResponse},
};
use ids::CampaignId;
use runtime::Caller;

use crate::{
    access,
    error::Error,
    paging::{self, Cursor},
    request,
    service::Lab,
    store::rosters,
};

const PERMISSION: Permission = Permission::LabCampaignsManage;

pub async fn handle(service: &Lab, caller: &Caller, request: ListRostersRequest) -> Result<ListRostersResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let campaign = request::id(CampaignId::parse(&request.campaign_id), "campaign_id")?;
    let size = paging::size(request.page_size, 25, 100)?;
    let filters = ListRostersRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    let after = Cursor::read(&request.page_token, &filters)?.map(|cursor| (cursor.at, cursor.id));
    let eyes = access::eyes(caller, PERMISSION);
    let mut conn = service.database.acquire().await?;
    let campaign_name = rosters::campaign_name(&mut conn, campaign, &eyes).await?;
    let mut rows = rosters::list(&mut conn, campaign, &eyes, after, i64::try_from(size + 1).unwrap_or(i64::MAX)).await?;
    let next_page_token = paging::cut(&mut rows, size, &filters, |(_, at, id)| Cursor { rank: 0, at: *at, id: *id });
    Ok(ListRostersResponse { rosters: rows.into_iter().map(|(roster, ..)| roster).collect(), next_page_token, campaign_name })
}
