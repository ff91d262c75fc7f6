//! One command on one box: what its RPCs have in common. The shipment is locked and the command is done once.

use chrono::{DateTime, Utc};
use contract::{Permission, lab::v1 as pb, rules::Limited};
use ids::{AccountId, CommandId, ShipmentId, TubeId};
use prost::Message;
use requests::Coded;
use runtime::{Caller, Transaction};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    access,
    error::Error,
    request, sealed,
    service::Lab,
    shipment::{Line, Shipment, WrongStep},
    store::{self, rules::Laboratory, shipments},
    trail::{self, Act},
    view,
};

impl From<WrongStep> for Error {
    fn from(_: WrongStep) -> Self {
        Self::ShipmentState
    }
}

/// What a request names.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    pub shipment_id: &'a str,
    pub command_id: &'a str,
    /// `lab.HandOverShipment`
    pub action: &'static str,
    pub permission: Permission,
}

pub struct BoxCase {
    pub transaction: Transaction,
    pub shipment: Shipment,
    pub command: CommandId,
    pub account: AccountId,
    pub now: DateTime<Utc>,
    named: (&'static str, Permission),
}

pub enum Opened {
    New(Box<BoxCase>),
    /// The command was done before: the shipment as it is now.
    Done(Box<pb::Shipment>),
}

pub async fn open<M: Message + Limited>(service: &Lab, caller: &Caller, request: &M, named: Named<'_>) -> Result<Opened, Error> {
    request::check(request)?;
    let shipment = request::id(ShipmentId::parse(named.shipment_id), "shipment_id")?;
    let command = request::id(CommandId::parse(named.command_id), "command_id")?;
    let (now, account) = (service.now(), caller.account()?.account_id);
    let mut transaction = service.begin().await?;
    let shipment = shipments::lock(&mut transaction, shipment, &access::eyes(caller, named.permission)).await?;
    let hash = request::hash(&service.keyring, request)?;
    if store::commands::begin(&mut transaction, command, &hash, Some(account), now).await? {
        let named = (named.action, named.permission);
        return Ok(Opened::New(Box::new(BoxCase { transaction, shipment, command, account, now, named })));
    }
    let answer = message(service, &mut transaction, &shipment).await?;
    transaction.commit().await?;
    Ok(Opened::Done(Box::new(answer)))
}

impl BoxCase {
    pub async fn finish(mut self, service: &Lab, caller: &Caller, shipment: &Shipment) -> Result<pb::Shipment, Error> {
        let conn = &mut self.transaction;
        shipments::save(conn, shipment).await?;
        let (action, permission) = self.named;
        trail::record(conn, caller, permission, Act::write(action, shipment.id.as_uuid(), shipment.area), self.now).await?;
        let answer = message(service, conn, shipment).await?;
        self.transaction.commit().await?;
        Ok(answer)
    }
}

/// The shipment with its whole manifest.
pub async fn message(service: &Lab, conn: &mut PgConnection, shipment: &Shipment) -> Result<pb::Shipment, Error> {
    let mut answer = summary(shipment, &store::rules::laboratories(conn).await?);
    let tubes: Vec<Uuid> = shipment.lines.iter().filter_map(|line| line.tube.map(TubeId::as_uuid)).collect();
    let facts = shipments::tube_facts(conn, &tubes).await?;
    for line in &shipment.lines {
        let facts = facts.iter().find(|(tube, ..)| line.tube == Some(*tube));
        answer.lines.push(line_message(line, facts)?);
    }
    for (barcode, step, words) in shipments::notes(conn, shipment.id).await? {
        let note = sealed::open_note(conn, &service.keyring, step, Some(&words)).await?;
        if let Some(line) = answer.lines.iter_mut().find(|line| line.barcode == barcode) {
            line.note = note;
        }
    }
    Ok(answer)
}

fn line_message(line: &Line, facts: Option<&(TubeId, i16, String, Option<DateTime<Utc>>)>) -> Result<pb::ManifestLine, Error> {
    let mut message = pb::ManifestLine {
        barcode: line.barcode.clone(),
        tube_id: line.tube.map(|tube| tube.to_string()).unwrap_or_default(),
        state: line.state.into(),
        ..pb::ManifestLine::default()
    };
    if let Some((_, people, kind, sealed_at)) = facts {
        message.people = (*people).into();
        message.kind = pb::TubeKind::read(kind)?.into();
        message.sealed_at = sealed_at.map(Into::into);
    }
    Ok(message)
}

/// The shipment without its lines.
pub fn summary(shipment: &Shipment, laboratories: &[Laboratory]) -> pb::Shipment {
    let laboratory = laboratories.iter().find(|laboratory| laboratory.id == shipment.laboratory);
    pb::Shipment {
        shipment_id: shipment.id.to_string(),
        number: shipment.number.clone(),
        state: shipment.state.into(),
        area: view::area(shipment.area),
        laboratory: laboratory.map(view::laboratory),
        lines: Vec::new(),
        tubes: i32::try_from(shipment.lines.len()).unwrap_or(i32::MAX),
        packed_at: Some(shipment.packed_at.into()),
        handed_at: shipment.handed_at.map(Into::into),
        left_at: shipment.left_at.map(Into::into),
        received_at: shipment.received_at.map(Into::into),
        handed_celsius: shipment.handed_celsius,
        received_celsius: shipment.received_celsius,
        left_where: shipment.left_where.clone(),
        version: shipment.version,
    }
}
