//! The units of the caller's area.

use contract::{
    Permission,
    accounts::v1::{ListUnitsRequest, ListUnitsResponse},
};
use ids::UnitId;
use runtime::Caller;

use crate::{decode::Reader, error::Error, proto, service::Accounts, store};

pub async fn handle(accounts: &Accounts, caller: Caller, request: ListUnitsRequest) -> Result<ListUnitsResponse, Error> {
    caller.require(Permission::AccountsAccountsRead)?;
    let (size, after) = decode(&request)?;
    let mut conn = accounts.database.acquire().await.map_err(Error::from)?;
    // One more than asked for says whether there is another page.
    let limit = i64::try_from(size).map_err(Error::internal)? + 1;
    let mut units = store::units::list(&mut conn, &caller.areas(Permission::AccountsAccountsRead), after, limit).await?;
    let more = units.len() > size;
    units.truncate(size);
    let next_page_token = units.last().filter(|_| more).map(|unit| unit.id.to_string()).unwrap_or_default();
    Ok(ListUnitsResponse { units: units.iter().map(proto::unit).collect(), next_page_token })
}

fn decode(request: &ListUnitsRequest) -> Result<(usize, Option<UnitId>), Error> {
    let mut reader = Reader::of(request);
    let size = reader.page_size(request.page_size, 100, 500);
    let after = match request.page_token.as_str() {
        "" => None,
        token => reader.id("page_token", token, UnitId::parse),
    };
    reader.finish(Some((size, after)))
}
