//! FindSubject: who a scanned or typed text is.

use contract::{
    Permission,
    lab::v1::{self as pb, FindSubjectRequest, FindSubjectResponse},
};
use runtime::Caller;
use sqlx::PgConnection;
use vietnam::{
    PersonName,
    scan::{self, Payload},
};

use crate::{
    access, barcode,
    error::Error,
    people, request,
    service::Lab,
    store::subjects::{self, SubjectRow},
    subject,
    trail::{self, Act},
};

const PERMISSION: Permission = Permission::LabSamplingTake;

pub async fn handle(service: &Lab, caller: &Caller, request: FindSubjectRequest) -> Result<FindSubjectResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let scanned = scan::read(&request.scan);
    let mangled_by = scanned.mangled_by.map(scan::Mangling::code).unwrap_or_default().to_owned();
    let mut transaction = service.begin().await?;
    let Found { row, said, kind } = find(service, &mut transaction, &scanned.payload, &request.scan).await?;
    let candidates = match kind {
        "UNKNOWN" => named(service, &mut transaction, &request.scan, &access::eyes(caller, PERMISSION)).await?,
        _ => Vec::new(),
    };
    let subject = match &row {
        Some(row) => Some(people::subject(service, &mut transaction, row).await?),
        None => None,
    };
    let act = Act::read("lab.FindSubject", row.as_ref().map(|row| row.id.as_uuid()), None);
    trail::record(
        &mut transaction,
        caller,
        PERMISSION,
        act.with(serde_json::json!({ "scan": kind, "candidates": candidates.iter().map(|it| &*it.subject_id).collect::<Vec<_>>() })),
        service.now(),
    )
    .await?;
    transaction.commit().await?;
    let scanned = if subject.is_some() { None } else { said };
    Ok(FindSubjectResponse { subject, scanned, kind: kind.to_owned(), mangled_by, candidates })
}

/// A typed name: people of the caller's lists and tubes.
async fn named(service: &Lab, conn: &mut PgConnection, text: &str, eyes: &[String]) -> Result<Vec<pb::SubjectMatch>, Error> {
    let Ok(name) = PersonName::parse(text) else { return Ok(Vec::new()) };
    let rows = subjects::by_name(conn, &subject::name_index(&service.keyring, &name)?, eyes).await?;
    people::matches(service, conn, rows.into_iter().map(|row| (row, "NAME".to_owned())).collect()).await
}

struct Found {
    row: Option<SubjectRow>,
    /// What the scan says of a person.
    said: Option<pb::Subject>,
    kind: &'static str,
}

async fn find(service: &Lab, conn: &mut PgConnection, payload: &Payload, text: &str) -> Result<Found, Error> {
    let keyring = &service.keyring;
    match payload {
        Payload::PersonalQr(qr) => {
            let id = qr.id.as_ref().map(|number| subject::id_index(keyring, number)).transpose()?.flatten();
            let qid = subject::qid_index(keyring, &qr.qid)?;
            let row = subjects::by_scan(conn, qid.as_deref(), id.as_deref()).await?;
            Ok(Found { row, said: Some(subject::of_personal_qr(qr)), kind: payload.kind() })
        }
        Payload::CitizenCard(card) => {
            let mut row = subjects::by_scan(conn, None, subject::id_index(keyring, &card.id)?.as_deref()).await?;
            if let (None, Some(former)) = (&row, &card.former_id) {
                row = subjects::by_scan(conn, None, subject::id_index(keyring, former)?.as_deref()).await?;
            }
            Ok(Found { row, said: Some(subject::of_card(card)), kind: payload.kind() })
        }
        Payload::HealthCard(card) => Ok(Found { row: None, said: Some(subject::of_health_card(card)), kind: payload.kind() }),
        Payload::ShortCode(code) | Payload::CodeOrPlate(code, _) => {
            Ok(Found { row: subjects::by_code(conn, &code.compact()).await?, said: None, kind: "SHORT_CODE" })
        }
        _ if barcode::reads_as_tube(text) => Ok(Found { row: None, said: None, kind: "BARCODE" }),
        _ => Ok(Found { row: None, said: None, kind: "UNKNOWN" }),
    }
}
