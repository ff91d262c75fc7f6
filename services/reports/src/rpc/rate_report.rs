//! RateReport: how content the reporter is with the answer. The same again changes nothing; another rating is refused.

use contract::reports::v1 as pb;
use runtime::Caller;

use crate::{error::Error, report::ReportError, sealed, service::Reports, word::Word};

pub async fn handle(service: &Reports, caller: &Caller, request: pb::RateReportRequest) -> Result<pb::RateReportResponse, Error> {
    let mut word = Word::open(service, caller, &request, request.ticket.as_ref(), "reports.RateReport").await?;
    // The contract's limits have refused what does not fit.
    let rating = i16::try_from(request.rating).unwrap_or_default();
    let place = sealed::rating(word.record.report.id);
    if word.record.report.rating != 0 {
        let stored = sealed::open_text(&word.key, place, word.record.facts.sealed_rating.as_deref())?;
        let same = word.record.report.rating == rating && stored == crate::contact::mask(request.comment.trim()).text;
        return if same { Ok(pb::RateReportResponse { report: Some(word.repeat().await?) }) } else { Err(ReportError::RatedBefore.into()) };
    }
    let (report, rated) = word.record.report.clone().rate(rating)?;
    let comment = word.mask(&request.comment).await?;
    word.record.facts.sealed_rating = sealed::seal_text(&word.key, place, &comment)?;
    let report = word.finish(report, rated, None, "").await?;
    Ok(pb::RateReportResponse { report: Some(report) })
}
