//! AssessTrip: what the rule set in force says of these findings. Stores nothing but the audit row.

use contract::{Permission, vehicles::v1 as pb};
use ids::TripId;
use runtime::Caller;

use crate::{
    access,
    assessment::{Assessment, assess},
    commitment::Template,
    error::Error,
    judging::{self, Case},
    request,
    service::Vehicles,
    store,
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::VehiclesTripsDecide;

pub async fn handle(service: &Vehicles, caller: &Caller, request: pb::AssessTripRequest) -> Result<pb::AssessTripResponse, Error> {
    caller.require(PERMISSION)?;
    let now = service.now();
    let id = request::id(TripId::parse(&request.trip_id), "trip_id")?;
    let post = access::desk(&service.profile, caller, PERMISSION, &request.post_id)?;
    let mut transaction = service.begin_keyed().await?;
    let record = store::trips::get(&mut transaction, id).await?.ok_or(Error::not_found())?;
    let record = access::see(caller, PERMISSION, record)?;
    record.trip.is_before(&post.id)?;
    let case = judging::load(&mut transaction, record, &request, request.findings.as_ref(), now).await?;
    let exit_post = case.record.trip.exit_post.clone();
    let possible = store::possible::any(&mut transaction, id).await?;
    let assessment = assess(&case.record.trip, exit_post.as_deref(), &case.rulebook, &case.findings, now);
    trail::record(&mut transaction, service, caller, &case.record.trip, Act::read("vehicles.AssessTrip", Some(PERMISSION)), now).await?;
    transaction.commit().await?;
    Ok(pb::AssessTripResponse { assessment: Some(message(&case, assessment, possible)) })
}

fn message(case: &Case, assessment: Assessment, possible: bool) -> pb::Assessment {
    let requirements = assessment.requirements.into_iter().map(|requirement| pb::Requirement {
        code: requirement.code.to_owned(),
        met: requirement.met,
        person_id: requirement.person.map(|person| person.to_string()).unwrap_or_default(),
        text_vi: requirement.text.vi,
        text_en: requirement.text.en,
    });
    let choices = assessment.choices.into_iter().map(|choice| pb::DecisionChoice {
        decision: choice.decision.into(),
        open: choice.closed.is_none(),
        why_closed_vi: choice.closed.as_ref().map(|why| why.vi.clone()).unwrap_or_default(),
        why_closed_en: choice.closed.map(|why| why.en).unwrap_or_default(),
    });
    pb::Assessment {
        policy_id: case.rulebook.policy.id.clone(),
        policy_version: case.rulebook.policy.version,
        policy_valid_from: Some(case.rulebook.policy.valid_from.into()),
        origin_level: case.rulebook.origin_level.into(),
        requirements: requirements.collect(),
        choices: choices.collect(),
        warnings: judging::warnings(case, &case.findings, possible),
        commitment: case.rulebook.template.as_ref().map(template),
    }
}

fn template(template: &Template) -> pb::CommitmentTemplate {
    pb::CommitmentTemplate {
        template_id: template.id.clone(),
        version: template.version,
        purpose: template.purpose.into(),
        valid_from: Some(template.valid_from.into()),
        clauses_vi: template.clauses_vi.clone(),
        clauses_en: template.clauses_en.clone(),
    }
}
