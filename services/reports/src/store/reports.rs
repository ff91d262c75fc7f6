//! Rows of `reports`.

use chrono::{DateTime, NaiveDate, Utc};
use contract::reports::v1::Outcome;
use ids::{AccountId, CommandId, ReportId, TripId};
use sqlx::PgConnection;
use uuid::Uuid;
use vietnam::AreaKey;

use crate::{
    error::Error,
    recipient::Recipient,
    report::Report,
    store::{
        coded::{Coded, area, texts},
        merges,
    },
    transfer::Outside,
};

/// A report with what only its readers need.
#[derive(Debug, Clone)]
pub struct Record {
    pub report: Report,
    pub facts: Facts,
}

#[derive(Debug, Clone)]
pub struct Facts {
    pub code: String,
    pub pin_hash: Vec<u8>,
    pub request_hash: Vec<u8>,
    pub category_version: i32,
    pub slow: bool,
    pub said_area: Option<AreaKey>,
    /// In the province's state of the map.
    pub area: Option<AreaKey>,
    pub plate_text: String,
    pub plate_key: Option<Vec<u8>>,
    pub chosen_trip: Option<TripId>,
    pub seen_at: DateTime<Utc>,
    pub contact_hidden: bool,
    pub answer: Option<CommandId>,
    pub published: Option<CommandId>,
    pub rejection_text: Option<String>,
    /// The form that was filled in.
    pub answered_category: String,
    pub answered_version: i32,
    /// How many are handled with it.
    pub merged: i32,
    /// The last transfer.
    pub transfer: Option<CommandId>,
    pub escalated_at: Option<DateTime<Utc>>,
    /// What was written is gone.
    pub erased_at: Option<DateTime<Utc>>,
    /// Contract message `Report` with text, place and answers.
    pub sealed: Vec<u8>,
    pub sealed_rating: Option<Vec<u8>>,
}

struct Row {
    report_id: Uuid,
    code: String,
    pin_hash: Vec<u8>,
    request_hash: Vec<u8>,
    version: i64,
    state: String,
    category_id: String,
    category_version: i32,
    urgency: String,
    lane: String,
    recipient_area: String,
    recipient_post: Option<String>,
    said_area: Option<String>,
    area: Option<String>,
    plate_text: String,
    plate_key: Option<Vec<u8>>,
    chosen_trip: Option<Uuid>,
    seen_at: DateTime<Utc>,
    received_at: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
    overdue: bool,
    handler_id: Option<Uuid>,
    unread: bool,
    contact_hidden: bool,
    answer_id: Option<Uuid>,
    published_id: Option<Uuid>,
    rejection: Option<String>,
    rejection_text: Option<String>,
    ended_at: Option<DateTime<Utc>>,
    reopened: i16,
    rating: i16,
    sealed: Vec<u8>,
    sealed_rating: Option<Vec<u8>>,
    due_from: Option<DateTime<Utc>>,
    merged_into: Option<Uuid>,
    merged: i32,
    answered_category: String,
    answered_version: i32,
    transfer_id: Option<Uuid>,
    transfer_since: Option<DateTime<Utc>>,
    transfer_days: Option<i32>,
    transfer_due_at: Option<DateTime<Utc>>,
    escalate_at: Option<DateTime<Utc>>,
    escalated_to: Option<String>,
    escalated_at: Option<DateTime<Utc>>,
    erased_at: Option<DateTime<Utc>>,
    drafted_by: Option<Uuid>,
    outcome: Option<String>,
}

/// `$condition` comes after the `from`.
macro_rules! select {
    ($condition:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Row,
            r#"select report_id, code, pin_hash, request_hash, version, state, category_id, category_version, urgency, lane, recipient_area,
                recipient_post, said_area, area, plate_text, plate_key, chosen_trip, seen_at, received_at, due_at, overdue, handler_id, unread,
                contact_hidden, answer_id, published_id, rejection, rejection_text, ended_at, reopened, rating, sealed, sealed_rating,
                due_from, merged_into, merged, answered_category, answered_version, transfer_id, transfer_since, transfer_days,
                transfer_due_at, escalate_at, escalated_to, escalated_at, erased_at,
                (select a.drafted_by from answers a where a.answer_id = reports.answer_id) as drafted_by,
                (select a.outcome from answers a where a.answer_id = reports.answer_id) as outcome
            from reports "# + $condition,
            $($argument),+
        )
    };
}

/// `eyes` are what the caller's areas and post are compared by; what he does not see is not there.
pub async fn get(conn: &mut PgConnection, report: ReportId, eyes: &[String]) -> Result<Option<Record>, Error> {
    let row = select!("where report_id = $1 and seen_by && $2", report.as_uuid(), eyes).fetch_optional(conn).await?;
    row.map(Record::try_from).transpose()
}

/// [`get`], locked until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, report: ReportId, eyes: &[String]) -> Result<Option<Record>, Error> {
    let row = select!("where report_id = $1 and seen_by && $2 for update", report.as_uuid(), eyes).fetch_optional(conn).await?;
    row.map(Record::try_from).transpose()
}

/// Whoever may see it: for what the reporter does and what time does.
pub async fn lock_any(conn: &mut PgConnection, report: ReportId) -> Result<Option<Record>, Error> {
    select!("where report_id = $1 for update", report.as_uuid()).fetch_optional(conn).await?.map(Record::try_from).transpose()
}

/// As it is now, whoever may see it: for what another report shows of it.
pub async fn any(conn: &mut PgConnection, report: ReportId) -> Result<Option<Record>, Error> {
    select!("where report_id = $1", report.as_uuid()).fetch_optional(conn).await?.map(Record::try_from).transpose()
}

/// Every open report, locked: for what concerns them all.
pub async fn lock_open(conn: &mut PgConnection) -> Result<Vec<Record>, Error> {
    let rows = sqlx::query_scalar!(
        "select report_id from reports where state not in ('ANSWERED', 'REJECTED', 'CLOSED', 'MERGED') order by report_id for update"
    );
    let mut records = Vec::new();
    for report in rows.fetch_all(&mut *conn).await? {
        records.extend(any(conn, ReportId::from_uuid(report)).await?);
    }
    Ok(records)
}

pub async fn by_code(conn: &mut PgConnection, code: &str) -> Result<Option<Record>, Error> {
    select!("where code = $1", code).fetch_optional(conn).await?.map(Record::try_from).transpose()
}

pub async fn by_submission(conn: &mut PgConnection, index: &[u8]) -> Result<Option<Record>, Error> {
    select!("where submission_index = $1", index).fetch_optional(conn).await?.map(Record::try_from).transpose()
}

/// One report for which time has come, locked; those that others hold are skipped. `ended_before`: answered or rejected so early is over.
pub async fn lock_timed(conn: &mut PgConnection, now: DateTime<Utc>, ended_before: DateTime<Utc>) -> Result<Option<Record>, Error> {
    select!(
        "where report_id in (
            select report_id from reports
            where least(due_at, transfer_due_at) < $1 and not overdue and state not in ('ANSWERED', 'REJECTED', 'CLOSED', 'MERGED')
            union all select report_id from reports where ended_at <= $2 and state in ('ANSWERED', 'REJECTED', 'MERGED')
            union all select report_id from reports
            where escalate_at <= $1 and overdue and state not in ('ANSWERED', 'REJECTED', 'CLOSED', 'MERGED')
        ) limit 1 for update skip locked",
        now,
        ended_before
    )
    .fetch_optional(conn)
    .await?
    .map(Record::try_from)
    .transpose()
}

impl TryFrom<Row> for Record {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let outside = row.transfer_since.zip(row.transfer_days).zip(row.transfer_due_at);
        let report = Report {
            id: ReportId::from_uuid(row.report_id),
            version: row.version,
            state: Coded::read(&row.state)?,
            category: row.category_id,
            urgency: Coded::read(&row.urgency)?,
            recipient: Recipient { area: area(&row.recipient_area)?, post: row.recipient_post },
            received_at: row.received_at,
            due_at: row.due_at,
            overdue: row.overdue,
            handler: row.handler_id.map(AccountId::from_uuid),
            unread: row.unread,
            drafted_by: row.drafted_by.map(AccountId::from_uuid),
            outcome: row.outcome.as_deref().map(Outcome::read).transpose()?,
            rejection: row.rejection.as_deref().map(Coded::read).transpose()?,
            ended_at: row.ended_at,
            reopened: row.reopened,
            rating: row.rating,
            due_from: row.due_from,
            escalate_at: row.escalate_at,
            escalated_to: row.escalated_to.as_deref().map(area).transpose()?,
            merged_into: row.merged_into.map(ReportId::from_uuid),
            transfer: outside.map(|((since, days), due_at)| Outside { since, working_days: u32::try_from(days).unwrap_or(1), due_at }),
        };
        let facts = Facts {
            code: row.code,
            pin_hash: row.pin_hash,
            request_hash: row.request_hash,
            category_version: row.category_version,
            slow: row.lane == SLOW,
            said_area: row.said_area.as_deref().map(area).transpose()?,
            area: row.area.as_deref().map(area).transpose()?,
            plate_text: row.plate_text,
            plate_key: row.plate_key,
            chosen_trip: row.chosen_trip.map(TripId::from_uuid),
            seen_at: row.seen_at,
            contact_hidden: row.contact_hidden,
            answer: row.answer_id.map(CommandId::from_uuid),
            published: row.published_id.map(CommandId::from_uuid),
            rejection_text: row.rejection_text,
            answered_category: row.answered_category,
            answered_version: row.answered_version,
            merged: row.merged,
            transfer: row.transfer_id.map(CommandId::from_uuid),
            escalated_at: row.escalated_at,
            erased_at: row.erased_at,
            sealed: row.sealed,
            sealed_rating: row.sealed_rating,
        };
        Ok(Self { report, facts })
    }
}

const SLOW: &str = "SLOW";
const USUAL: &str = "USUAL";

pub async fn insert(conn: &mut PgConnection, record: &Record, submission_index: &[u8]) -> Result<(), Error> {
    let (report, facts) = (&record.report, &record.facts);
    let areas = facts.area.map(AreaKey::ancestors).unwrap_or_default();
    sqlx::query!(
        "insert into reports (report_id, code, submission_index, pin_hash, request_hash, state, category_id, category_version, urgency, lane,
             recipient_area, recipient_post, seen_by, said_area, area, areas, plate_text, plate_key, chosen_trip, seen_at, received_at, due_at,
             contact_hidden, sealed, due_from, answered_category, answered_version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27)",
        report.id.as_uuid(),
        facts.code,
        submission_index,
        facts.pin_hash,
        facts.request_hash,
        report.state.code(),
        report.category,
        facts.category_version,
        report.urgency.code(),
        if facts.slow { SLOW } else { USUAL },
        report.recipient.area.to_string(),
        report.recipient.post,
        &report.seen_by(),
        facts.said_area.map(|area| area.to_string()),
        facts.area.map(|area| area.to_string()),
        &texts(&areas),
        facts.plate_text,
        facts.plate_key,
        facts.chosen_trip.map(TripId::as_uuid),
        facts.seen_at,
        report.received_at,
        report.due_at,
        facts.contact_hidden,
        facts.sealed,
        report.due_from,
        facts.answered_category,
        facts.answered_version,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Stores what may change, and counts the version up. What is handled with it goes where it goes, and ends when it does.
pub async fn update(conn: &mut PgConnection, record: &mut Record) -> Result<(), Error> {
    record.report.version += 1;
    let (report, facts) = (&record.report, &record.facts);
    sqlx::query!(
        "update reports set version = $2, state = $3, category_id = $4, urgency = $5, recipient_area = $6, recipient_post = $7, seen_by = $8,
             due_at = $9, overdue = $10, handler_id = $11, unread = $12, contact_hidden = $13, answer_id = $14, published_id = $15,
             rejection = $16, rejection_text = $17, ended_at = $18, reopened = $19, rating = $20, sealed_rating = $21, category_version = $22,
             due_from = $23, merged_into = $24, merged = $25, transfer_id = $26, transfer_since = $27, transfer_days = $28,
             transfer_due_at = $29, escalate_at = $30, escalated_to = $31, escalated_at = $32
         where report_id = $1",
        report.id.as_uuid(),
        report.version,
        report.state.code(),
        report.category,
        report.urgency.code(),
        report.recipient.area.to_string(),
        report.recipient.post,
        &report.seen_by(),
        report.due_at,
        report.overdue,
        report.handler.map(AccountId::as_uuid),
        report.unread,
        facts.contact_hidden,
        facts.answer.map(CommandId::as_uuid),
        facts.published.map(CommandId::as_uuid),
        report.rejection.map(Coded::code),
        facts.rejection_text,
        report.ended_at,
        report.reopened,
        report.rating,
        facts.sealed_rating,
        facts.category_version,
        report.due_from,
        report.merged_into.map(ReportId::as_uuid),
        facts.merged,
        facts.transfer.map(CommandId::as_uuid),
        report.transfer.as_ref().map(|outside| outside.since),
        report.transfer.as_ref().map(|outside| i32::try_from(outside.working_days).unwrap_or(i32::MAX)),
        report.transfer.as_ref().map(|outside| outside.due_at),
        report.escalate_at,
        report.escalated_to.map(|area| area.to_string()),
        facts.escalated_at,
    )
    .execute(&mut *conn)
    .await?;
    if facts.merged > 0 { merges::follow(conn, report).await } else { Ok(()) }
}

/// The next number of a day. The row is held until the end of the transaction, so this one does nothing else.
pub async fn next_number(conn: &mut PgConnection, day: NaiveDate) -> Result<i32, Error> {
    let number = sqlx::query_scalar!(
        "insert into report_numbers (day, last) values ($1, 1)
         on conflict on constraint report_numbers_pkey do update set last = report_numbers.last + 1 returning last",
        day
    );
    Ok(number.fetch_one(conn).await?)
}

/// How many reports about a plate came since then and are open.
pub async fn open_about(conn: &mut PgConnection, plate_key: &[u8], since: DateTime<Utc>) -> Result<i64, Error> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from reports
           where plate_key = $1 and received_at > $2 and state not in ('ANSWERED', 'REJECTED', 'CLOSED')"#,
        plate_key,
        since
    );
    Ok(count.fetch_one(conn).await?)
}
