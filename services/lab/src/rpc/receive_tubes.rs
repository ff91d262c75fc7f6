//! ReceiveTubes: accession of a rack in one scan. Each barcode is answered.

use contract::{
    Permission,
    lab::v1::{Accession, ReceiveTubesRequest, ReceiveTubesResponse},
};
use ids::CommandId;
use runtime::Caller;

use crate::{
    access,
    accession::{self, Receipt},
    error::Error,
    request,
    service::Lab,
    store::{commands, rules},
    trail::{self, Act},
    view,
};

const PERMISSION: Permission = Permission::LabTubesReceive;

pub async fn handle(service: &Lab, caller: &Caller, request: ReceiveTubesRequest) -> Result<ReceiveTubesResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let command = request::id(CommandId::parse(&request.command_id), "command_id")?;
    let (now, account, hash) = (service.now(), caller.account()?.account_id, request::hash(&service.keyring, &request)?);
    let barcodes: Vec<String> = request.barcodes.iter().map(|barcode| barcode.trim().to_uppercase()).collect();
    let mut transaction = service.begin().await?;
    let laboratory = rules::own_laboratory(&mut transaction, &request.laboratory_id, &access::eyes(caller, PERMISSION)).await?;
    // Sent again, every tube is there: it was received before.
    commands::begin(&mut transaction, command, &hash, Some(account), now).await?;
    let receipt = Receipt { laboratory: &laboratory, account, shipment: None, now };
    let came = accession::receive(&mut transaction, service, &barcodes, receipt).await?;
    trail::record(&mut transaction, caller, PERMISSION, Act::write("lab.ReceiveTubes", command.as_uuid(), laboratory.area), now).await?;
    transaction.commit().await?;
    let message = |(barcode, tube, answer): (String, Option<crate::tube::Tube>, accession::Answer)| Accession {
        barcode,
        tube: tube.filter(|tube| tube.laboratory.as_deref() == Some(laboratory.id.as_str())).as_ref().map(view::tube),
        answer: answer.code().to_owned(),
    };
    Ok(ReceiveTubesResponse { accessions: came.into_iter().map(message).collect() })
}
