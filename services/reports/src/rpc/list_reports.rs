//! ListReports: the queues of the caller's area or post.

use contract::{
    Permission,
    reports::v1::{ListReportsRequest, ListReportsResponse, ReportQueue},
};
use runtime::Caller;

use crate::{
    access,
    error::Error,
    paging::{self, Cursor},
    request,
    service::Reports,
    store::lists::{self, Filter, SummaryRow},
};

const PERMISSION: Permission = Permission::ReportsReportsRead;
const USUAL: usize = 25;
const MOST: usize = 50;

pub async fn handle(service: &Reports, caller: &Caller, request: ListReportsRequest) -> Result<ListReportsResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let size = paging::size(request.page_size, USUAL, MOST)?;
    let filters = ListReportsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    let after = Cursor::read(&request.page_token, &filters)?;
    let (account, eyes) = (caller.account()?.account_id, access::eyes(caller, PERMISSION)?);
    // The contract's limits have refused a number that is no queue.
    let queue = ReportQueue::try_from(request.queue).unwrap_or_default();
    let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut conn = service.database.acquire().await?;
    let mut rows = match queue {
        ReportQueue::Done => lists::done(&mut conn, &eyes, after, limit).await?,
        open => lists::open(&mut conn, &Filter::of(open, eyes.clone(), account), after, limit).await?,
    };
    let counts = lists::counts(&mut conn, &eyes, account).await?;
    let next_page_token = paging::cut(&mut rows, size, &filters, SummaryRow::cursor);
    Ok(ListReportsResponse { reports: rows.iter().map(SummaryRow::message).collect::<Result<_, _>>()?, next_page_token, counts })
}
