//! GetSamplingSession: the shift with its open tubes, the people in them, and how many swabs a tube should hold today.

use chrono::Duration;
use contract::{
    Permission,
    lab::v1::{self as pb, GetSamplingSessionRequest, GetSamplingSessionResponse},
};
use ids::SamplingSessionId;
use runtime::Caller;
use sqlx::PgConnection;

use crate::{
    access,
    error::Error,
    people, pool, request,
    service::Lab,
    store::{
        rules,
        sessions::{self, Session},
        tubes,
    },
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::LabSamplingTake;

pub async fn handle(service: &Lab, caller: &Caller, request: GetSamplingSessionRequest) -> Result<GetSamplingSessionResponse, Error> {
    caller.require(PERMISSION)?;
    let id = request::id(SamplingSessionId::parse(&request.session_id), "session_id")?;
    let mut transaction = service.begin().await?;
    let session = sessions::get(&mut transaction, id, &access::eyes(caller, PERMISSION)).await?;
    let answer = advised(service, &mut transaction, &session).await?;
    let open = tubes::of_session(&mut transaction, id).await?;
    let open_tubes = people::tubes(service, &mut transaction, &open).await?;
    trail::record(&mut transaction, caller, PERMISSION, Act::read("lab.GetSamplingSession", id.as_uuid(), session.area), service.now())
        .await?;
    transaction.commit().await?;
    Ok(GetSamplingSessionResponse { session: Some(pb::SamplingSession { open_tubes, ..answer }) })
}

/// With the pool size that saves most at the prevalence of the last days in the district. Too few people sampled to say: the smallest billing class, five.
pub async fn advised(service: &Lab, conn: &mut PgConnection, session: &Session) -> Result<pb::SamplingSession, Error> {
    const UNKNOWN: i16 = 5;
    let now = service.now();
    let policy = rules::policy(conn, now).await?;
    let within = session.area.district().unwrap_or(session.area.province());
    let (positive, sampled) = sessions::prevalence(conn, within, now - Duration::days(policy.prevalence_days)).await?;
    let (size, per_10000) = if sampled < policy.prevalence_needs_people {
        (UNKNOWN.min(policy.field_pool_limit), -1)
    } else {
        (pool::advised(positive, sampled, policy.field_pool_limit), i32::try_from(positive * 10_000 / sampled).unwrap_or(i32::MAX))
    };
    Ok(pb::SamplingSession { advised_pool_size: size.into(), prevalence_per_10000: per_10000, ..session.message.clone() })
}
