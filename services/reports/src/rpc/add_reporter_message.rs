//! AddReporterMessage: the reporter writes to those who work on his report.

use contract::reports::v1::{self as pb, Speaker};
use ids::CommandId;
use runtime::Caller;

use crate::{
    error::Error,
    request, sealed,
    service::Reports,
    store::{self, messages::MessageRow},
    word::Word,
};

pub async fn handle(
    service: &Reports,
    caller: &Caller,
    request: pb::AddReporterMessageRequest,
) -> Result<pb::AddReporterMessageResponse, Error> {
    let mut word = Word::open(service, caller, &request, request.ticket.as_ref(), "reports.AddReporterMessage").await?;
    let id = request::id(CommandId::parse(&request.message_id), "message_id")?;
    if word.was_said(id).await? {
        return Ok(pb::AddReporterMessageResponse { report: Some(word.repeat().await?) });
    }
    let (report, wrote) = word.record.report.clone().hear()?;
    let text = word.mask(&request.text).await?;
    let sealed = word.key.seal(sealed::message(id), text.as_bytes())?;
    let row = MessageRow { id, speaker: Speaker::Reporter, sent_at: word.now, sealed };
    store::messages::insert(&mut word.transaction, report.id, &row).await.map_err(|error| error.or_reused("messages_pkey"))?;
    let report = word.finish(report, wrote, Some(id), "").await?;
    Ok(pb::AddReporterMessageResponse { report: Some(report) })
}
