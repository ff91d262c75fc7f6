//! GetTube: the life of a sample. Its people are shown to who takes samples; a laboratory reads none.

use contract::{
    Permission,
    lab::v1::{self as pb, GetTubeRequest, GetTubeResponse},
};
use runtime::Caller;
use sqlx::PgConnection;

use crate::{
    access,
    error::Error,
    people, request, sealed,
    service::Lab,
    store::{
        steps::{self, StepRow},
        tubes,
    },
    trail::{self, Act},
    view,
};

const PERMISSION: Permission = Permission::LabSamplesRead;

pub async fn handle(service: &Lab, caller: &Caller, request: GetTubeRequest) -> Result<GetTubeResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let year = i16::try_from(request.year).ok().filter(|year| *year > 0);
    let barcode = request.barcode.trim().to_uppercase();
    let mut transaction = service.begin().await?;
    let found = tubes::by_barcode(&mut transaction, &barcode, year, &access::eyes(caller, PERMISSION)).await?;
    let tube = found.ok_or(Error::not_found())?;
    let shows_people = access::require_area(caller, Permission::LabSamplingTake, tube.area).is_ok();
    let message = if shows_people { people::tube(service, &mut transaction, &tube).await? } else { view::tube(&tube) };
    let mut lived = Vec::new();
    for step in steps::of_tube(&mut transaction, tube.id).await? {
        lived.push(step_message(service, &mut transaction, step).await?);
    }
    let act = Act::read("lab.GetTube", tube.id.as_uuid(), tube.area).with(serde_json::json!({ "people": shows_people }));
    trail::record(&mut transaction, caller, PERMISSION, act, service.now()).await?;
    transaction.commit().await?;
    Ok(GetTubeResponse { tube: Some(message), steps: lived })
}

async fn step_message(service: &Lab, conn: &mut PgConnection, step: StepRow) -> Result<pb::TubeStep, Error> {
    Ok(pb::TubeStep {
        at: Some(step.at.into()),
        note: sealed::open_note(conn, &service.keyring, step.id, step.sealed_note.as_deref()).await?,
        kind: step.kind,
        account_id: step.account.map(|account| account.to_string()).unwrap_or_default(),
        reference: step.reference,
    })
}
