//! ListPositivePeople: for the CDC, those not yet told first.

use contract::{
    Permission,
    lab::v1::{ListPositivePeopleRequest, ListPositivePeopleResponse},
};
use runtime::Caller;
use uuid::Uuid;

use crate::{
    access,
    error::Error,
    paging::{self, Cursor},
    positive, request,
    service::Lab,
    store::positives::{self, PositiveRow},
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::LabResultsRead;

pub async fn handle(service: &Lab, caller: &Caller, request: ListPositivePeopleRequest) -> Result<ListPositivePeopleResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let size = paging::size(request.page_size, 50, 200)?;
    let filters = ListPositivePeopleRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    let after = Cursor::read(&request.page_token, &filters)?;
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut transaction = service.begin().await?;
    let mut rows = positives::list(&mut transaction, request.only_waiting, &access::eyes(caller, PERMISSION), after, limit).await?;
    let next_page_token = paging::cut(&mut rows, size, &filters, cursor);
    let ids: Vec<Uuid> = rows.iter().map(|row| row.subject.as_uuid()).collect();
    let keys = seal::open_keys(&mut transaction, &service.keyring, &ids).await?;
    let people = rows.iter().map(|row| positive::message(row, keys.get(&row.subject.as_uuid()))).collect::<Result<_, _>>()?;
    let act = Act::read("lab.ListPositivePeople", None, None).with(serde_json::json!({ "people": ids }));
    trail::record(&mut transaction, caller, PERMISSION, act, service.now()).await?;
    transaction.commit().await?;
    Ok(ListPositivePeopleResponse { people, next_page_token })
}

fn cursor(row: &PositiveRow) -> Cursor {
    Cursor { rank: i16::from(row.released_at.is_some()), at: row.decided_at, id: row.subject.as_uuid() }
}
