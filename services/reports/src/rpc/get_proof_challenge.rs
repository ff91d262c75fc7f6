//! GetProofChallenge: what a browser solves before it sends a report, so that more of them are taken at their turn.

use contract::reports::v1::{GetProofChallengeRequest, GetProofChallengeResponse};
use ids::SubmissionId;
use runtime::Caller;

use crate::{error::Error, proof, request, service::Reports};

pub async fn handle(service: &Reports, _caller: &Caller, request: GetProofChallengeRequest) -> Result<GetProofChallengeResponse, Error> {
    request::check(&request)?;
    let submission = request::id(SubmissionId::parse(&request.submission_id), "submission_id")?;
    Ok(GetProofChallengeResponse { challenge: proof::challenge(&service.keyring, submission, service.now())? })
}
