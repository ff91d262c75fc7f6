//! CreateReport: anybody reports something, without an account.

use chrono::{DateTime, Utc};
use contract::reports::v1::{self as pb, ReportState};
use ids::{CommandId, ReportId, SubmissionId};
use runtime::{Caller, Transaction};
use seal::DataKey;
use vietnam::time;

use crate::{
    album, budget,
    error::Error,
    fault::Faults,
    form::Form,
    proof::Proof,
    publish::{self, Cause},
    reading,
    report::{Assignment, Report, ReportEvent},
    request,
    routing::Facts as RoutingFacts,
    sealed,
    service::Reports,
    store::{
        self, budgets,
        reports::{Facts, Record},
        withheld,
    },
    submission::{self, Submission},
    ticket,
    trail::{self, Act},
};

const ACTION: &str = "reports.CreateReport";

pub async fn handle(service: &Reports, caller: &Caller, request: pb::CreateReportRequest) -> Result<pb::CreateReportResponse, Error> {
    match create(service, caller, &request).await {
        // The same submission came twice at once: the second finds what the first stored.
        Err(error) if error.is_on(&["reports_submission_index_key"]) => create(service, caller, &request).await,
        other => other,
    }
}

async fn create(service: &Reports, caller: &Caller, request: &pb::CreateReportRequest) -> Result<pb::CreateReportResponse, Error> {
    let now = service.now();
    let submission_id = request::id(SubmissionId::parse(&request.submission_id), "submission_id")?;
    // A proof says nothing of what was seen: sent again with another one it is the same report.
    let said = pb::CreateReportRequest { proof: String::new(), ..request.clone() };
    let proof = Proof::read(&service.keyring, &request.proof, submission_id, now)?;
    let sent = Sent {
        index: submission::index(&service.keyring, submission_id)?,
        hash: request::hash(&service.keyring, &said)?,
        pin: ticket::pin(&service.keyring, submission_id)?,
        proved: proof == Proof::Good,
    };
    let mut transaction = service.begin().await?;
    if let Some(record) = store::reports::by_submission(&mut transaction, &sent.index).await? {
        request::same(&record.facts.request_hash, &sent.hash)?;
        return repeat(service, transaction, &record, sent.pin, now).await;
    }
    let form = store::rules::form(&mut transaction, &request.category_id, request.category_version, now).await?;
    let parsed = submission::parse(request, form.as_ref(), &service.profile, now);
    let gone = album::check(&mut transaction, &sent.index, &request.photo_ids, now).await?;
    let mut wrong = Faults(gone);
    if proof == Proof::Forged {
        wrong.add(
            "proof",
            "Phép thử chống gửi tự động không đúng: bấm gửi lần nữa",
            "Not this report's proof of work: solve it again, or leave it out",
        );
    }
    let parsed = if wrong.0.is_empty() { parsed } else { Err([parsed.err().unwrap_or_default(), wrong.0].concat()) };
    let submission = request::check_with(request, parsed)?;
    let form = form.ok_or(Error::corrupt("a submission without its form"))?;
    // A transaction of its own, so that nobody waits for the rest of this one to count.
    let day = time::day_of(now);
    let number = store::reports::next_number(&mut transaction, day).await?;
    transaction.commit().await?;
    let code = format!("PA-{}-{number:04}", day.format("%Y%m%d"));
    let mut transaction = service.begin().await?;
    let (record, key) = store_new(service, caller, &mut transaction, New { code, form, submission, sent: &sent, now }).await?;
    album::attach_all(&mut transaction, service, &request.photo_ids, record.report.id, &key).await?;
    trail::record_reporter(&mut transaction, &record.report, Act::write(ACTION), now).await?;
    let report = reading::followed(&mut transaction, &record, Some(&key)).await?;
    transaction.commit().await?;
    Ok(pb::CreateReportResponse { code: record.facts.code, pin: sent.pin, report: Some(report) })
}

/// What comes of the submission's id, which is kept nowhere.
struct Sent {
    index: [u8; 32],
    hash: Vec<u8>,
    pin: String,
    proved: bool,
}

struct New<'a> {
    code: String,
    form: Form,
    submission: Submission,
    sent: &'a Sent,
    now: DateTime<Utc>,
}

async fn store_new(service: &Reports, caller: &Caller, transaction: &mut Transaction, new: New<'_>) -> Result<(Record, DataKey), Error> {
    let New { code, form, submission, sent, now } = new;
    let id = ReportId::mint(now);
    let plate_key = match (&submission.plate.key, submission.chosen_trip) {
        (Some(key), _) => Some(service.keyring.plate_key(key)?.to_vec()),
        (None, Some(trip)) if submission.plate.text.is_empty() => store::trips::plate_key(transaction, trip).await?,
        _ => None,
    };
    let slow = is_slow(service, caller, transaction, plate_key.as_deref(), sent.proved, now).await?;
    let trips = store::trips::linked(transaction, plate_key.as_deref(), submission.chosen_trip, submission.seen_at).await?;
    let route = store::rules::routing(transaction, now).await?.route(
        RoutingFacts {
            category: &submission.category,
            answers: &submission.told.answers,
            area: submission.place.area,
            on_a_trip: plate_key.as_ref().map(|_| trips.iter().any(|trip| trip.open)),
        },
        &service.profile,
    );
    let key = seal::create_key(transaction, &service.keyring, id.as_uuid()).await?;
    let received = received(id, &form, route.recipient.clone(), now)?;
    // Who sends very many waits until somebody has looked at them.
    let (report, happened) = if route.triage || slow {
        (received, vec![ReportEvent::Received])
    } else {
        let to = Assignment {
            category: received.category.clone(),
            urgency: received.urgency,
            recipient: route.recipient,
            rule: Some(route.rule_id),
        };
        let calendar = store::calendar::in_force(transaction).await?;
        let (report, assigned) = received.assign(to, now, &calendar)?;
        (report, vec![ReportEvent::Received, assigned])
    };
    let facts = Facts {
        pin_hash: ticket::pin_hash(&service.keyring, &code, &sent.pin)?.to_vec(),
        code,
        request_hash: sent.hash.clone(),
        category_version: form.version,
        slow,
        said_area: submission.place.said,
        area: submission.place.area,
        plate_text: submission.plate.text.clone(),
        plate_key,
        chosen_trip: submission.chosen_trip,
        seen_at: submission.seen_at,
        contact_hidden: submission.original.is_some(),
        answer: None,
        published: None,
        rejection_text: None,
        answered_category: form.category_id.clone(),
        answered_version: form.version,
        merged: 0,
        transfer: None,
        escalated_at: None,
        erased_at: None,
        sealed: sealed::seal(&key, sealed::report(id), &submission.told)?,
        sealed_rating: None,
    };
    let record = Record { report, facts };
    store::reports::insert(transaction, &record, &sent.index).await?;
    withhold(transaction, &key, id, &submission, now).await?;
    publish::append(transaction, &key, &record, &happened, Cause::default(), now).await?;
    Ok((record, key))
}

fn received(id: ReportId, form: &Form, recipient: crate::recipient::Recipient, now: DateTime<Utc>) -> Result<Report, Error> {
    Ok(Report {
        id,
        version: 1,
        state: ReportState::Received,
        category: form.category_id.clone(),
        urgency: form.urgency()?,
        recipient,
        received_at: now,
        due_at: None,
        overdue: false,
        handler: None,
        unread: false,
        drafted_by: None,
        outcome: None,
        rejection: None,
        ended_at: None,
        reopened: 0,
        rating: 0,
        due_from: None,
        escalate_at: None,
        escalated_to: None,
        merged_into: None,
        transfer: None,
    })
}

async fn is_slow(
    service: &Reports,
    caller: &Caller,
    transaction: &mut Transaction,
    plate_key: Option<&[u8]>,
    proved: bool,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let since = now - budget::WINDOW;
    let client = ticket::client_key(&service.keyring, caller)?;
    let from_the_client = budgets::count_report(transaction, &client, since, now).await?;
    let about_the_plate = match plate_key {
        Some(key) => store::reports::open_about(transaction, key, since).await? + 1,
        None => 0,
    };
    Ok(budget::is_slow(about_the_plate, from_the_client, proved))
}

/// How the reporter can be reached, and his words as he wrote them where something in them is hidden: sealed, and read by no RPC.
async fn withhold(
    transaction: &mut Transaction,
    key: &DataKey,
    report: ReportId,
    submission: &Submission,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if let Some(contact) = &submission.contact {
        let id = CommandId::mint(now);
        let sealed = sealed::seal(key, sealed::withheld(id), contact)?;
        withheld::insert(transaction, report, id, withheld::Kind::Contact, &sealed).await?;
    }
    if let Some(original) = &submission.original {
        let id = CommandId::mint(now);
        let sealed = sealed::seal(key, sealed::withheld(id), original)?;
        withheld::insert(transaction, report, id, withheld::Kind::Original, &sealed).await?;
    }
    Ok(())
}

/// The answer to a submission that was stored before.
async fn repeat(
    service: &Reports,
    mut transaction: Transaction,
    record: &Record,
    pin: String,
    now: DateTime<Utc>,
) -> Result<pb::CreateReportResponse, Error> {
    let key = reading::key(service, &mut transaction, record).await?;
    let report = reading::followed(&mut transaction, record, key.as_ref()).await?;
    trail::record_reporter(&mut transaction, &record.report, Act::read(ACTION), now).await?;
    transaction.commit().await?;
    Ok(pb::CreateReportResponse { code: record.facts.code.clone(), pin, report: Some(report) })
}
