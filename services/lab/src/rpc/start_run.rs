//! StartRun: the plate with its controls. Every well whose tubes may not be in it is named.

use contract::{
    Permission,
    lab::v1::{RunState, StartRunRequest, StartRunResponse, TestMethod, TubeKind, TubeState, WellKind},
};
use ids::{RunId, TubeId};
use requests::{Coded, fault::Faults};
use runtime::{Caller, grpc::FieldViolation};
use sqlx::PgConnection;
use vietnam::time;

use crate::{
    access,
    error::Error,
    plate::Plate,
    request,
    run::Run,
    run_view,
    service::Lab,
    store::{
        commands, readings, rules, runs,
        steps::{self, Step},
        tubes,
    },
    trail::{self, Act},
    tube::Tube,
};

const PERMISSION: Permission = Permission::LabRunsPerform;

pub async fn handle(service: &Lab, caller: &Caller, request: StartRunRequest) -> Result<StartRunResponse, Error> {
    caller.require(PERMISSION)?;
    match start(service, caller, &request).await {
        Err(error) if error.is_on(&["runs_pkey"]) => start(service, caller, &request).await,
        other => other,
    }
}

async fn start(service: &Lab, caller: &Caller, request: &StartRunRequest) -> Result<StartRunResponse, Error> {
    let (now, account, hash) = (service.now(), caller.account()?.account_id, request::hash(&service.keyring, request)?);
    let eyes = access::eyes(caller, PERMISSION);
    let mut transaction = service.begin().await?;
    let policy = rules::policy(&mut transaction, now).await?;
    let (method, plate) = request::check_with(request, parse(request, policy.lab_pool_limit))?;
    let id = request::id(RunId::parse(&request.run_id), "run_id")?;
    if let Some(stored) = runs::request_hash(&mut transaction, id).await? {
        request::same(&stored, &hash)?;
        let run = runs::get(&mut transaction, id, &eyes).await?;
        let (wells, readings) = (runs::wells(&mut transaction, id).await?, readings::of_run(&mut transaction, id).await?);
        return Ok(StartRunResponse { run: Some(run_view::whole(service, &mut transaction, &run, &wells, &readings).await?) });
    }
    let laboratory = rules::own_laboratory(&mut transaction, &request.laboratory_id, &eyes).await?;
    let samples = samples(&mut transaction, request, &plate, &laboratory.id).await?;
    let run = Run {
        id,
        number: commands::next_number(&mut transaction, "LC", time::day_of(now)).await?,
        laboratory,
        method,
        kit: request.kit.trim().to_owned(),
        machine: request.machine.trim().to_owned(),
        state: RunState::Started,
        started_at: now,
        started_by: account,
        read_at: None,
        read_by: None,
        void_reason: String::new(),
        version: 1,
    };
    runs::insert(&mut transaction, &run, &hash, &plate, &samples).await?;
    let ids: Vec<TubeId> = samples.iter().map(|(_, tube)| *tube).collect();
    let uuids: Vec<_> = ids.iter().map(|tube| tube.as_uuid()).collect();
    tubes::move_on(&mut transaction, &uuids, &[TubeState::Received], TubeState::InRun).await?;
    let step = Step { kind: "TubeInRun", account: Some(account), reference: &run.number, at: now };
    steps::append(&mut transaction, &ids, step).await?;
    trail::record(&mut transaction, caller, PERMISSION, Act::write("lab.StartRun", id.as_uuid(), run.laboratory.area), now).await?;
    let wells = runs::wells(&mut transaction, id).await?;
    let message = run_view::whole(service, &mut transaction, &run, &wells, &[]).await?;
    transaction.commit().await?;
    Ok(StartRunResponse { run: Some(message) })
}

fn parse(request: &StartRunRequest, pool_limit: i16) -> Result<(TestMethod, Plate), Vec<requests::fault::Fault>> {
    let mut faults = Faults::default();
    let method = TestMethod::try_from(request.method).ok().filter(|method| *method != TestMethod::Unspecified).ok_or(());
    let method = faults.take(method, "method", "Chọn phương pháp xét nghiệm", "Choose the method");
    let plate = match Plate::parse(&request.wells, method.unwrap_or_default(), pool_limit) {
        Ok(plate) => Some(plate),
        Err(found) => {
            faults.0.extend(found);
            None
        }
    };
    faults.or(method.zip(plate))
}

/// The tubes of the plate, locked, by barcode; or every one that may not be in its well.
async fn samples(
    conn: &mut PgConnection,
    request: &StartRunRequest,
    plate: &Plate,
    laboratory: &str,
) -> Result<Vec<(String, TubeId)>, Error> {
    let found = tubes::lock_barcodes(conn, &plate.barcodes()).await?;
    let pooled = plate.wells.iter().filter(|well| well.kind == WellKind::LabPool).flat_map(|well| &well.barcodes);
    let pooled: Vec<_> = pooled.filter_map(|barcode| Some(find(&found, barcode)?.id.as_uuid())).collect();
    let alone = runs::run_alone(conn, &pooled).await?;
    let (mut samples, mut wrong): (Vec<(String, TubeId)>, Vec<FieldViolation>) = (Vec::new(), Vec::new());
    for (at, well) in request.wells.iter().enumerate() {
        let in_pool = well.kind() == WellKind::LabPool;
        for (number, text) in well.barcodes.iter().enumerate() {
            let barcode = text.trim().to_uppercase();
            let refused = match find(&found, &barcode) {
                Some(tube) if tube.laboratory.as_deref() == Some(laboratory) => refusal(tube, in_pool, &alone),
                _ => Some(("NOT_HERE", "không có ở phòng xét nghiệm này", "is not in this laboratory")),
            };
            match (refused, find(&found, &barcode)) {
                (None, Some(tube)) => samples.push((barcode, tube.id)),
                (Some((reason, vi, en)), _) => {
                    let field = format!("wells[{at}].barcodes[{number}]");
                    wrong.push(FieldViolation::new(field, reason, format!("{barcode}: {vi}"), format!("{barcode}: {en}")));
                }
                (None, None) => {}
            }
        }
    }
    if wrong.is_empty() { Ok(samples) } else { Err(Error::Samples(wrong)) }
}

fn find<'a>(tubes: &'a [Tube], barcode: &str) -> Option<&'a Tube> {
    tubes.iter().find(|tube| tube.barcode == barcode)
}

/// Why a tube of this laboratory may not be in the well.
fn refusal(tube: &Tube, in_pool: bool, alone: &[TubeId]) -> Option<(&'static str, &'static str, &'static str)> {
    if tube.state != TubeState::Received {
        return Some((tube.state.code(), "không chờ chạy máy", "does not wait for a run"));
    }
    if in_pool && tube.kind != TubeKind::Single {
        return Some(("FIELD_POOL", "là mẫu gộp tại điểm lấy mẫu, không gộp nữa", "was pooled at the desk and is not pooled again"));
    }
    if in_pool && alone.contains(&tube.id) {
        return Some(("RUN_ALONE", "của người đang nghi nhiễm: chạy riêng", "is of somebody under suspicion: run it alone"));
    }
    None
}
