//! OpenTube: a tube of a shift. A barcode that was used in this year is a hard stop.

use contract::{
    Permission,
    lab::v1::{OpenTubeRequest, OpenTubeResponse, Specimen, TubeKind, TubeState},
};
use ids::{SamplingSessionId, TubeId};
use requests::{
    Invalid,
    fault::{Fault, Faults},
};
use runtime::{Caller, Transaction};
use vietnam::time;

use crate::{
    access, barcode,
    desk::DeskError,
    error::Error,
    people,
    policy::Policy,
    request,
    rpc::get_sampling_session::advised,
    service::Lab,
    store::{
        rules,
        sessions::{self, Session},
        steps::{self, Step},
        tubes,
    },
    trail::{self, Act},
    tube::{self, Tube},
};

const PERMISSION: Permission = Permission::LabSamplingTake;

pub async fn handle(service: &Lab, caller: &Caller, request: OpenTubeRequest) -> Result<OpenTubeResponse, Error> {
    caller.require(PERMISSION)?;
    match open(service, caller, &request).await {
        // Two scans of one barcode at once, or the same request twice: the second finds what the first stored.
        Err(error) if error.is_on(&["tubes_barcode_key", "tubes_pkey"]) => open(service, caller, &request).await,
        other => other,
    }
}

async fn open(service: &Lab, caller: &Caller, request: &OpenTubeRequest) -> Result<OpenTubeResponse, Error> {
    let asked = request::check_with(request, parse(request))?;
    let (now, hash) = (service.now(), request::hash(&service.keyring, request)?);
    let eyes = access::eyes(caller, PERMISSION);
    let mut transaction = service.begin().await?;
    if let Some(stored) = tubes::request_hash(&mut transaction, asked.id).await? {
        request::same(&stored, &hash)?;
        let tube = tubes::lock(&mut transaction, asked.id, &eyes).await?;
        return answer(service, caller, transaction, &tube, Act::read(ACTION, tube.id.as_uuid(), tube.area)).await;
    }
    let session = sessions::get(&mut transaction, asked.session, &eyes).await?;
    if !sessions::hold_open(&mut transaction, session.id).await? {
        return Err(DeskError::SessionClosed.into());
    }
    if let Some(at) = tubes::used(&mut transaction, &asked.barcode, tube::year_of(now)).await? {
        return Err(DeskError::BarcodeUsed(time::day_of(at)).into());
    }
    let policy = rules::policy(&mut transaction, now).await?;
    let limit = limit(service, &mut transaction, &session, &policy, &asked).await?;
    let tube = Tube {
        id: asked.id,
        barcode: asked.barcode,
        kind: asked.kind,
        limit,
        specimen: asked.specimen,
        state: TubeState::Open,
        session: session.id,
        reason: session.reason,
        area: session.area,
        seen_by: access::seen_by(session.area),
        opened_at: now,
        sealed_at: None,
        version: 1,
        people: 0,
        reject_reason: None,
        laboratory: None,
        shipment: None,
        received_at: None,
    };
    tubes::insert(&mut transaction, &tube, &hash, asked.device_at).await?;
    let step = Step { kind: "TubeOpened", account: Some(caller.account()?.account_id), reference: "", at: now };
    steps::append(&mut transaction, &[tube.id], step).await?;
    answer(service, caller, transaction, &tube, Act::write(ACTION, tube.id.as_uuid(), tube.area)).await
}

const ACTION: &str = "lab.OpenTube";

async fn answer(service: &Lab, caller: &Caller, mut transaction: Transaction, tube: &Tube, act: Act) -> Result<OpenTubeResponse, Error> {
    let message = people::tube(service, &mut transaction, tube).await?;
    trail::record(&mut transaction, caller, PERMISSION, act, service.now()).await?;
    transaction.commit().await?;
    Ok(OpenTubeResponse { tube: Some(message) })
}

struct Asked {
    id: TubeId,
    session: SamplingSessionId,
    barcode: String,
    kind: TubeKind,
    specimen: Specimen,
    /// 0: what the shift advises.
    limit: i16,
    device_at: Option<chrono::DateTime<chrono::Utc>>,
}

fn parse(request: &OpenTubeRequest) -> Result<Asked, Vec<Fault>> {
    let mut faults = Faults::default();
    let id = faults.take(TubeId::parse(&request.tube_id), "tube_id", "Cần một UUID phiên bản 7", "A UUID of version 7");
    let session = SamplingSessionId::parse(&request.session_id);
    let session = faults.take(session, "session_id", "Cần một UUID phiên bản 7", "A UUID of version 7");
    let barcode = barcode::parse(&request.barcode).map_err(|error| {
        let (vi, en) = error.advice();
        faults.add("barcode", vi, en);
    });
    let kind = TubeKind::try_from(request.kind).ok().filter(|kind| *kind != TubeKind::Unspecified).ok_or(());
    let kind = faults.take(kind, "kind", "Chọn mẫu đơn hay mẫu gộp", "Choose single or pool");
    let specimen = Specimen::try_from(request.specimen).ok().filter(|specimen| *specimen != Specimen::Unspecified).ok_or(());
    let specimen = faults.take(specimen, "specimen", "Chọn loại bệnh phẩm", "Choose the kind of specimen");
    let device_at = faults.time(request.device_at, "device_at");
    let asked = (|| {
        let limit = i16::try_from(request.pool_limit).ok()?;
        Some(Asked { id: id?, session: session?, barcode: barcode.ok()?, kind: kind?, specimen: specimen?, limit, device_at })
    })();
    faults.or(asked)
}

async fn limit(service: &Lab, conn: &mut Transaction, session: &Session, policy: &Policy, asked: &Asked) -> Result<i16, Error> {
    match (asked.kind, asked.limit) {
        (TubeKind::FieldPool, 0) => {
            let advised = advised(service, conn, session).await?.advised_pool_size;
            Ok(i16::try_from(advised).unwrap_or(1).clamp(2, policy.field_pool_limit))
        }
        (TubeKind::FieldPool, limit) if (2..=policy.field_pool_limit).contains(&limit) => Ok(limit),
        (TubeKind::FieldPool, _) => {
            let mut faults = Faults::default();
            let most = policy.field_pool_limit;
            faults.add("pool_limit", format!("Mẫu gộp có từ 2 đến {most} que"), format!("A pool holds 2 to {most} swabs"));
            Err(Invalid(faults.0).into())
        }
        (TubeKind::Single | TubeKind::Unspecified, _) => Ok(1),
    }
}
