//! GetPass: the slip, for whoever has its token.

use contract::vehicles::v1 as pb;
use runtime::{Caller, Language};

use crate::{error::Error, request, service::Vehicles, slips, store};

pub async fn handle(service: &Vehicles, caller: &Caller, request: pb::GetPassRequest) -> Result<pb::GetPassResponse, Error> {
    request::check(&request)?;
    let mut conn = service.database.acquire().await?;
    let record = store::trips::get_by_pass(&mut conn, &slips::token_hash(&request.pass_token)).await?.ok_or(Error::not_found())?;
    let english = request.language == "en" || (request.language.is_empty() && caller.language == Language::En);
    let decision = match record.facts.decision_id.filter(|_| record.trip.admitted.is_some()) {
        Some(id) => store::decisions::get(&mut conn, id).await?,
        None => None,
    };
    let signed = decision.and_then(|decision| decision.commitment);
    let clauses = signed.map(|signed| if english { signed.clauses_en } else { signed.clauses_vi }).unwrap_or_default();
    Ok(pb::GetPassResponse { pass: Some(slips::pass(service, &record, clauses)?) })
}
