//! Queues: rows without anything sealed, each with its place in the queue's order.

use chrono::{DateTime, Utc};
use contract::reports::v1::{self as pb, ReportQueue, ReportState, Urgency};
use ids::AccountId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    error::Error,
    paging::Cursor,
    recipient::Recipient,
    store::coded::{Coded, area},
    view,
};

/// A report as a queue shows it.
#[derive(Debug)]
pub struct SummaryRow {
    report_id: Uuid,
    code: String,
    state: String,
    version: i64,
    category_id: String,
    urgency: String,
    recipient_area: String,
    recipient_post: Option<String>,
    area: Option<String>,
    plate_text: String,
    received_at: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
    overdue: bool,
    unread: bool,
    handler_id: Option<Uuid>,
    escalated_to: Option<String>,
    merged: i32,
    /// Its place: rank, then time, then id.
    rank: i16,
    at: DateTime<Utc>,
}

impl SummaryRow {
    pub fn id(&self) -> Uuid {
        self.report_id
    }

    pub fn cursor(&self) -> Cursor {
        Cursor { rank: self.rank, at: self.at, id: self.report_id }
    }

    pub fn message(&self) -> Result<pb::ReportSummary, Error> {
        let recipient = Recipient { area: area(&self.recipient_area)?, post: self.recipient_post.clone() };
        Ok(pb::ReportSummary {
            report_id: self.report_id.to_string(),
            code: self.code.clone(),
            state: ReportState::read(&self.state)?.into(),
            version: self.version,
            category_id: self.category_id.clone(),
            urgency: Urgency::read(&self.urgency)?.into(),
            recipient: Some(view::recipient(&recipient)),
            area: self.area.as_deref().map(area).transpose()?.and_then(view::area),
            plate: self.plate_text.clone(),
            received_at: Some(self.received_at.into()),
            due_at: self.due_at.map(Into::into),
            overdue: self.overdue,
            unread: self.unread,
            handler_id: self.handler_id.map(|id| id.to_string()).unwrap_or_default(),
            escalated_to: self.escalated_to.as_deref().map(area).transpose()?.map(|area| view::recipient(&Recipient::police(area))),
            merged: self.merged,
        })
    }
}

/// What is asked of the open reports.
#[derive(Debug, Clone)]
pub struct Filter {
    /// What the caller's areas and post are compared by.
    pub eyes: Vec<String>,
    /// Empty: every state.
    states: &'static [&'static str],
    overdue: bool,
    handler: Option<Uuid>,
    /// Those that the caller's own units were told of.
    escalated: bool,
}

const TRIAGE: &[&str] = &["RECEIVED", "RETURNED"];
const TO_HANDLE: &[&str] = &["ASSIGNED", "IN_PROGRESS", "NEED_INFO"];
const TO_APPROVE: &[&str] = &["ANSWER_DRAFT"];
const TRANSFERRED: &[&str] = &["TRANSFERRED"];

impl Filter {
    /// Of one of the queues of what is open.
    pub fn of(queue: ReportQueue, eyes: Vec<String>, caller: AccountId) -> Self {
        let states = match queue {
            ReportQueue::Triage => TRIAGE,
            ReportQueue::ToHandle => TO_HANDLE,
            ReportQueue::ToApprove => TO_APPROVE,
            ReportQueue::Transferred => TRANSFERRED,
            ReportQueue::Unspecified | ReportQueue::Mine | ReportQueue::Overdue | ReportQueue::Escalated | ReportQueue::Done => &[],
        };
        let handler = (queue == ReportQueue::Mine).then_some(caller.as_uuid());
        Self { eyes, states, overdue: queue == ReportQueue::Overdue, handler, escalated: queue == ReportQueue::Escalated }
    }
}

/// Open reports: overdue first, then the next due (who waits for a recipient by when he came), the slow ones last.
pub async fn open(conn: &mut PgConnection, filter: &Filter, after: Option<Cursor>, limit: i64) -> Result<Vec<SummaryRow>, Error> {
    let after = after.unwrap_or(Cursor { rank: -1, at: DateTime::UNIX_EPOCH, id: Uuid::nil() });
    let states: Vec<String> = filter.states.iter().map(|state| (*state).to_owned()).collect();
    let rows = sqlx::query_as!(
        SummaryRow,
        r#"select report_id, code, state, version, category_id, urgency, recipient_area, recipient_post, area, plate_text, received_at, due_at,
            overdue, unread or merged > 0 and exists (select from reports other where other.merged_into = open.report_id and other.unread)
                as "unread!", handler_id, escalated_to, merged, rank as "rank!", at as "at!"
        from (
            select *, (case when lane = 'SLOW' then 2 when overdue then 0 else 1 end)::smallint as rank, coalesce(least(due_at, transfer_due_at), received_at) as at
            from reports
            where state not in ('ANSWERED', 'REJECTED', 'CLOSED', 'MERGED') and seen_by && $1 and (cardinality($2::text[]) = 0 or state = any($2))
              and (not $3 or overdue) and ($4::uuid is null or handler_id = $4) and (not $9 or escalated_to = any($1))
        ) open
        where (rank, at, report_id) > ($5, $6, $7)
        order by rank, at, report_id limit $8"#,
        &filter.eyes,
        &states,
        filter.overdue,
        filter.handler,
        after.rank,
        after.at,
        after.id,
        limit,
        filter.escalated,
    );
    Ok(rows.fetch_all(conn).await?)
}

/// These, in any order, as a queue shows them.
pub async fn some(conn: &mut PgConnection, reports: &[Uuid], eyes: &[String]) -> Result<Vec<SummaryRow>, Error> {
    let rows = sqlx::query_as!(
        SummaryRow,
        r#"select report_id, code, state, version, category_id, urgency, recipient_area, recipient_post, area, plate_text, received_at, due_at,
            overdue, unread, handler_id, escalated_to, merged, 0::smallint as "rank!", received_at as "at!"
        from reports where report_id = any($1) and seen_by && $2"#,
        reports,
        eyes,
    );
    Ok(rows.fetch_all(conn).await?)
}

/// Answered, rejected and closed ones, the last ones first.
pub async fn done(conn: &mut PgConnection, eyes: &[String], after: Option<Cursor>, limit: i64) -> Result<Vec<SummaryRow>, Error> {
    let after = after.unwrap_or(Cursor { rank: 0, at: DateTime::<Utc>::MAX_UTC, id: Uuid::max() });
    let rows = sqlx::query_as!(
        SummaryRow,
        r#"select report_id, code, state, version, category_id, urgency, recipient_area, recipient_post, area, plate_text, received_at, due_at,
            overdue, unread, handler_id, escalated_to, merged, 0::smallint as "rank!", coalesce(ended_at, received_at) as "at!"
        from reports
        where state in ('ANSWERED', 'REJECTED', 'CLOSED') and merged_into is null and seen_by && $1 and (coalesce(ended_at, received_at), report_id) < ($2, $3)
        order by coalesce(ended_at, received_at) desc, report_id desc limit $4"#,
        eyes,
        after.at,
        after.id,
        limit,
    );
    Ok(rows.fetch_all(conn).await?)
}

/// How many there are in each queue of what is open.
pub async fn counts(conn: &mut PgConnection, eyes: &[String], caller: AccountId) -> Result<Vec<pb::ReportQueueCount>, Error> {
    let row = sqlx::query!(
        r#"select count(*) as "all!", count(*) filter (where state in ('RECEIVED', 'RETURNED')) as "triage!",
            count(*) filter (where state in ('ASSIGNED', 'IN_PROGRESS', 'NEED_INFO')) as "to_handle!",
            count(*) filter (where handler_id = $2) as "mine!", count(*) filter (where state = 'ANSWER_DRAFT') as "to_approve!",
            count(*) filter (where overdue) as "overdue!", count(*) filter (where escalated_to = any($1)) as "escalated!",
            count(*) filter (where state = 'TRANSFERRED') as "transferred!"
        from reports where state not in ('ANSWERED', 'REJECTED', 'CLOSED', 'MERGED') and seen_by && $1"#,
        eyes,
        caller.as_uuid(),
    );
    let row = row.fetch_one(conn).await?;
    let count = |(queue, reports): (ReportQueue, i64)| pb::ReportQueueCount {
        queue: queue.into(),
        reports: i32::try_from(reports).unwrap_or(i32::MAX),
    };
    let counts = [
        (ReportQueue::Unspecified, row.all),
        (ReportQueue::Triage, row.triage),
        (ReportQueue::ToHandle, row.to_handle),
        (ReportQueue::Mine, row.mine),
        (ReportQueue::ToApprove, row.to_approve),
        (ReportQueue::Overdue, row.overdue),
        (ReportQueue::Escalated, row.escalated),
        (ReportQueue::Transferred, row.transferred),
    ];
    Ok(counts.into_iter().map(count).collect())
}
