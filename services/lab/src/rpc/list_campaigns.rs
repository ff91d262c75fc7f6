//! ListCampaigns: campaigns that touch the caller's areas, newest first.

use contract::{
    Permission,
    lab::v1::{ListCampaignsRequest, ListCampaignsResponse},
};
use runtime::Caller;
use vietnam::AreaKey;

use crate::{
    access,
    error::Error,
    paging::{self, Cursor},
    request,
    service::Lab,
    store::sessions,
};

const PERMISSION: Permission = Permission::LabSamplingRead;

pub async fn handle(service: &Lab, caller: &Caller, request: ListCampaignsRequest) -> Result<ListCampaignsResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let size = paging::size(request.page_size, 25, 100)?;
    let filters = ListCampaignsRequest { page_size: 0, page_token: String::new() };
    let after = Cursor::read(&request.page_token, &filters)?.map(|cursor| (cursor.at, cursor.id));
    let eyes = access::eyes(caller, PERMISSION);
    // A campaign of the whole province is also that of each of its communes.
    let around: Vec<String> = eyes.iter().filter_map(|root| AreaKey::parse(root).ok()).flat_map(access::seen_by).collect();
    let mut conn = service.database.acquire().await?;
    let mut rows = sessions::campaigns(&mut conn, &eyes, &around, after, i64::try_from(size + 1).unwrap_or(i64::MAX)).await?;
    let next_page_token = paging::cut(&mut rows, size, &filters, |(_, at, id)| Cursor { rank: 0, at: *at, id: *id });
    Ok(ListCampaignsResponse { campaigns: rows.into_iter().map(|(campaign, ..)| campaign).collect(), next_page_token })
}
