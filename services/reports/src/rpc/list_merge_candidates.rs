//! ListMergeCandidates: open reports of the caller's own that may be about the same matter.

use contract::{
    Permission,
    reports::v1::{self as pb},
};
use ids::ReportId;
use runtime::Caller;

use crate::{
    access, bypass,
    error::Error,
    reading, request,
    service::Reports,
    store::{
        self,
        lists::{self, SummaryRow},
        merges::{self, Alike},
    },
};

const PERMISSION: Permission = Permission::ReportsReportsHandle;
const MOST: i64 = 10;

pub async fn handle(
    service: &Reports,
    caller: &Caller,
    request: pb::ListMergeCandidatesRequest,
) -> Result<pb::ListMergeCandidatesResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let id = request::id(ReportId::parse(&request.report_id), "report_id")?;
    let eyes = access::eyes(caller, PERMISSION)?;
    let mut transaction = service.begin().await?;
    let record = store::reports::get(&mut transaction, id, &eyes).await?.ok_or(Error::not_found())?;
    let Some(key) = reading::key(service, &mut transaction, &record).await?.filter(|_| record.report.is_open()) else {
        return Ok(pb::ListMergeCandidatesResponse::default());
    };
    let category = record.report.category.clone();
    if bypass::past(service, &mut transaction, &key, &record, &category, service.now()).await?.is_some() {
        return Ok(pb::ListMergeCandidatesResponse::default());
    }
    let alike = merges::alike(&mut transaction, &record, &eyes, MOST).await?;
    let ids: Vec<_> = alike.iter().map(|other| other.report_id).collect();
    let rows = lists::some(&mut transaction, &ids, &eyes).await?;
    let candidate = |alike: &Alike| {
        let row = rows.iter().find(|row| row.id() == alike.report_id)?;
        Some(candidate(alike, row, (alike.seen_at - record.facts.seen_at).num_minutes().abs()))
    };
    Ok(pb::ListMergeCandidatesResponse { candidates: alike.iter().filter_map(candidate).collect::<Result<_, _>>()? })
}

fn candidate(alike: &Alike, row: &SummaryRow, minutes: i64) -> Result<pb::MergeCandidate, Error> {
    Ok(pb::MergeCandidate {
        report: Some(row.message()?),
        seen_at: Some(alike.seen_at.into()),
        same_plate: alike.same_plate,
        same_place: alike.same_place,
        same_category: alike.same_category,
        minutes_apart: i32::try_from(minutes).unwrap_or(i32::MAX),
    })
}
