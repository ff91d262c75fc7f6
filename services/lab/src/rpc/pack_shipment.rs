//! PackShipment: writes the manifest of a box. Every tube that cannot go is named.

use contract::{
    Permission,
    lab::v1::{ManifestState, PackShipmentRequest, PackShipmentResponse, ShipmentState},
};
use ids::ShipmentId;
use requests::Coded;
use runtime::{Caller, grpc::FieldViolation};
use sqlx::PgConnection;
use vietnam::time;

use crate::{
    access, box_case,
    error::Error,
    request,
    service::Lab,
    shipment::{Line, Shipment},
    store::{
        commands, rules,
        rules::Laboratory,
        shipments,
        steps::{self, Step},
        tubes,
    },
    trail::{self, Act},
    tube::{Tube, TubeError},
};

const PERMISSION: Permission = Permission::LabShipmentsCarry;

pub async fn handle(service: &Lab, caller: &Caller, request: PackShipmentRequest) -> Result<PackShipmentResponse, Error> {
    caller.require(PERMISSION)?;
    match pack(service, caller, &request).await {
        Err(error) if error.is_on(&["shipments_pkey"]) => pack(service, caller, &request).await,
        other => other,
    }
}

async fn pack(service: &Lab, caller: &Caller, request: &PackShipmentRequest) -> Result<PackShipmentResponse, Error> {
    request::check(request)?;
    let id = request::id(ShipmentId::parse(&request.shipment_id), "shipment_id")?;
    let (now, account, hash) = (service.now(), caller.account()?.account_id, request::hash(&service.keyring, request)?);
    let eyes = access::eyes(caller, PERMISSION);
    let mut transaction = service.begin().await?;
    if let Some(stored) = shipments::request_hash(&mut transaction, id).await? {
        request::same(&stored, &hash)?;
        let shipment = shipments::get(&mut transaction, id, &eyes).await?;
        let shipment = box_case::message(service, &mut transaction, &shipment).await?;
        return Ok(PackShipmentResponse { shipment: Some(shipment) });
    }
    let laboratory = rules::laboratory(&mut transaction, &request.laboratory_id).await?.ok_or(Error::not_found())?;
    let packed = tubes_of(&mut transaction, request, id, &laboratory, &eyes).await?;
    let first = packed.first().ok_or(Error::not_found())?;
    let mut seen_by: Vec<String> = packed.iter().flat_map(|tube| tube.seen_by.clone()).collect();
    seen_by.sort_unstable();
    seen_by.dedup();
    let number = commands::next_number(&mut transaction, "VC", time::day_of(now)).await?;
    let shipment = Shipment {
        id,
        number,
        state: ShipmentState::Packed,
        area: first.area,
        seen_by,
        laboratory: laboratory.id,
        packed_at: now,
        packed_by: account,
        handed_at: None,
        handed_celsius: None,
        left_at: None,
        left_where: String::new(),
        received_at: None,
        received_celsius: None,
        version: 1,
        lines: packed.iter().map(line).collect(),
    };
    shipments::insert(&mut transaction, &shipment, &hash).await?;
    tubes::save(&mut transaction, &packed).await?;
    let ids: Vec<_> = packed.iter().map(|tube| tube.id).collect();
    let step = Step { kind: "TubePacked", account: Some(account), reference: &shipment.number, at: now };
    steps::append(&mut transaction, &ids, step).await?;
    trail::record(&mut transaction, caller, PERMISSION, Act::write("lab.PackShipment", id.as_uuid(), shipment.area), now).await?;
    let message = box_case::message(service, &mut transaction, &shipment).await?;
    transaction.commit().await?;
    Ok(PackShipmentResponse { shipment: Some(message) })
}

fn line(tube: &Tube) -> Line {
    Line { barcode: tube.barcode.clone(), tube: Some(tube.id), state: ManifestState::Expected }
}

/// The tubes of the request, packed, in the order of their barcodes there; or every one that cannot be.
async fn tubes_of(
    conn: &mut PgConnection,
    request: &PackShipmentRequest,
    id: ShipmentId,
    laboratory: &Laboratory,
    eyes: &[String],
) -> Result<Vec<Tube>, Error> {
    let barcodes: Vec<String> = request.barcodes.iter().map(|barcode| barcode.trim().to_uppercase()).collect();
    let found = tubes::lock_barcodes(conn, &barcodes).await?;
    let (mut packed, mut wrong): (Vec<Tube>, Vec<FieldViolation>) = (Vec::new(), Vec::new());
    for (at, barcode) in barcodes.iter().enumerate() {
        let field = format!("barcodes[{at}]");
        let own = found.iter().find(|tube| tube.barcode == *barcode && tube.seen_by.iter().any(|seer| eyes.contains(seer)));
        if packed.iter().any(|tube| tube.barcode == *barcode) {
            wrong.push(FieldViolation::new(field, "TWICE", format!("{barcode}: quét hai lần"), format!("{barcode}: scanned twice")));
            continue;
        }
        match own.map(|tube| tube.clone().pack(id, &laboratory.id, &laboratory.seen_by)) {
            Some(Ok(tube)) => packed.push(tube),
            Some(Err(TubeError::State(state))) => {
                let (vi, en) = (format!("{barcode}: ống chưa niêm phong hoặc đã đi"), format!("{barcode}: not sealed, or gone already"));
                wrong.push(FieldViolation::new(field, state.code(), vi, en));
            }
            Some(Err(error)) => return Err(error.into()),
            None => wrong.push(FieldViolation::new(
                field,
                "UNKNOWN",
                format!("{barcode}: không có ống này"),
                format!("{barcode}: no such tube"),
            )),
        }
    }
    if wrong.is_empty() { Ok(packed) } else { Err(Error::Samples(wrong)) }
}
