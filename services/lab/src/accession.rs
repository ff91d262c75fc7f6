//! Tubes come into a laboratory: by a box, by a rack, or on their own. Whatever way, the box that should hold them hears of it.

use chrono::{DateTime, Utc};
use contract::lab::v1::TubeState;
use ids::{AccountId, ShipmentId, TubeId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    deriving,
    error::Error,
    publish::{self, LabEvent},
    service::Lab,
    store::{
        rules::Laboratory,
        shipments,
        steps::{self, Step},
        tubes,
    },
    tube::Tube,
};

/// What became of a scanned barcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Received,
    /// It was in no box for this laboratory.
    OutsideManifest,
    ReceivedBefore,
    Unknown,
    /// Open or void: nobody closed it at the desk.
    NotSealed,
    /// In another laboratory.
    Elsewhere,
}

impl Answer {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "RECEIVED",
            Self::OutsideManifest => "RECEIVED_OUTSIDE_MANIFEST",
            Self::ReceivedBefore => "RECEIVED_BEFORE",
            Self::Unknown => "UNKNOWN",
            Self::NotSealed => "NOT_SEALED",
            Self::Elsewhere => "ELSEWHERE",
        }
    }
}

/// Who receives, where and when.
#[derive(Debug, Clone, Copy)]
pub struct Receipt<'a> {
    pub laboratory: &'a Laboratory,
    pub account: AccountId,
    /// The box that they came in.
    pub shipment: Option<(ShipmentId, &'a str)>,
    pub now: DateTime<Utc>,
}

/// Receives the tubes of these barcodes that can be; what became of each, in their order.
pub async fn receive(
    conn: &mut PgConnection,
    service: &Lab,
    barcodes: &[String],
    receipt: Receipt<'_>,
) -> Result<Vec<(String, Option<Tube>, Answer)>, Error> {
    let found = tubes::lock_barcodes(conn, barcodes).await?;
    let mut answers = Vec::with_capacity(barcodes.len());
    let mut received: Vec<Tube> = Vec::new();
    for barcode in barcodes {
        let known = received.iter().chain(&found).find(|tube| tube.barcode == *barcode).cloned();
        let (tube, answer) = match known {
            None => (None, Answer::Unknown),
            Some(tube) => {
                let (tube, answer) = one(tube, receipt);
                if matches!(answer, Answer::Received | Answer::OutsideManifest) {
                    received.push(tube.clone());
                }
                (Some(tube), answer)
            }
        };
        answers.push((barcode.clone(), tube, answer));
    }
    store(conn, &received, receipt).await?;
    let found_again: Vec<TubeId> = found.iter().filter(|tube| tube.state == TubeState::Lost).map(|tube| tube.id).collect();
    if !found_again.is_empty() {
        deriving::derive_for_tubes(conn, service, &found_again, receipt.now).await?;
    }
    Ok(answers)
}

fn one(tube: Tube, receipt: Receipt<'_>) -> (Tube, Answer) {
    let here = tube.laboratory.as_deref() == Some(receipt.laboratory.id.as_str());
    match tube.state {
        TubeState::Open | TubeState::Void | TubeState::Unspecified => (tube, Answer::NotSealed),
        TubeState::Received | TubeState::InRun | TubeState::Resulted | TubeState::Rejected => {
            (tube, if here { Answer::ReceivedBefore } else { Answer::Elsewhere })
        }
        TubeState::Sealed | TubeState::Shipped | TubeState::Lost => {
            let answer = if here && tube.shipment.is_some() { Answer::Received } else { Answer::OutsideManifest };
            match tube.clone().receive(&receipt.laboratory.id, &receipt.laboratory.seen_by, receipt.now) {
                Ok(tube) => (tube, answer),
                Err(_) => (tube, Answer::Elsewhere),
            }
        }
    }
}

async fn store(conn: &mut PgConnection, received: &[Tube], receipt: Receipt<'_>) -> Result<(), Error> {
    tubes::save(conn, received).await?;
    let ids: Vec<TubeId> = received.iter().map(|tube| tube.id).collect();
    let (this_box, number) = receipt.shipment.map_or((None, ""), |(id, number)| (Some(id), number));
    let step = Step { kind: "TubeReceived", account: Some(receipt.account), reference: number, at: receipt.now };
    steps::append(conn, &ids, step).await?;
    let boxes = received.iter().filter_map(|tube| tube.shipment).filter(|shipment| Some(*shipment) != this_box);
    let mut boxes: Vec<Uuid> = boxes.map(ShipmentId::as_uuid).collect();
    boxes.sort_unstable();
    boxes.dedup();
    for shipment in shipments::lock_any(conn, &boxes).await? {
        let told = ids.iter().fold(shipment, |shipment, tube| shipment.tube_came(*tube));
        shipments::save(conn, &told).await?;
    }
    let happened: Vec<LabEvent<'_>> = received.iter().map(LabEvent::Received).collect();
    publish::append(conn, &happened, receipt.now).await
}
