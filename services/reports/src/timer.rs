//! The timer: a passed deadline is told once, also to the police above; a week after its end a report is closed, and what was written about it is
//! erased when its time is over. Several processes may run it; each report has one at a time.

use std::time::Duration;

use chrono::{DateTime, Utc};
use runtime::{BoxError, Shutdown, Transaction};

use crate::{
    album, budget,
    error::Error,
    escalation::Escalation,
    photo,
    publish::{self, Cause},
    report::{REOPEN_WITHIN, ReportEvent},
    retention::Retention,
    service::Reports,
    store::{
        self, budgets,
        reports::Record,
        retention::{self, Due},
        rules::{self, Kind},
    },
};

const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Does everything that time does until `now`, and says to how many reports.
pub async fn run_once(service: &Reports, now: DateTime<Utc>) -> Result<u32, Error> {
    let mut changed = 0;
    while let Some(one) = change_one(service, now).await? {
        changed += u32::from(one);
    }
    while erase_one(service, now).await? {
        changed += 1;
    }
    let mut transaction = service.begin().await?;
    budgets::forget_old(&mut transaction, now, now - budget::WINDOW).await?;
    store::photos::forget_sent(&mut transaction, now - photo::WINDOW).await?;
    transaction.commit().await?;
    album::pass_time(service, now).await?;
    Ok(changed)
}

/// None: no report is left. False: another timer was at this one after we had looked for it and before we locked it.
async fn change_one(service: &Reports, now: DateTime<Utc>) -> Result<Option<bool>, Error> {
    let mut transaction = service.begin().await?;
    let Some(mut record) = store::reports::lock_timed(&mut transaction, now, now - REOPEN_WITHIN).await? else { return Ok(None) };
    let before = record.report.clone();
    let happened = pass_time(service, &mut transaction, &mut record, now).await?;
    if happened.is_empty() && record.report == before {
        return Ok(Some(false));
    }
    store::reports::update(&mut transaction, &mut record).await?;
    let key = seal::open_key(&mut transaction, &service.keyring, record.report.id.as_uuid()).await?;
    publish::append(&mut transaction, &key, &record, &happened, Cause::default(), now).await?;
    transaction.commit().await?;
    Ok(Some(true))
}

/// What time does to one report: its deadline is over, the police above hear of that, it is closed.
async fn pass_time(service: &Reports, conn: &mut Transaction, record: &mut Record, now: DateTime<Utc>) -> Result<Vec<ReportEvent>, Error> {
    let mut happened = Vec::new();
    let rules: Option<Escalation> = rules::handling(conn, Kind::Escalation, now).await?;
    if let Some((report, event)) = record.report.clone().pass_time(now) {
        record.report = report;
        if event == ReportEvent::Overdue {
            record.report.escalate_at = rules.as_ref().and_then(|rules| rules.at(&record.report.recipient, now));
        }
        happened.push(event);
    }
    let Some(rules) = rules else { return Ok(happened) };
    if let Some((report, event)) = record.report.clone().escalate(&rules, &service.profile, now) {
        record.report = report;
        record.facts.escalated_at = Some(now);
        happened.push(event);
    } else if record.report.escalate_at.is_some_and(|at| at <= now) {
        // Who has it now has nobody above.
        record.report.escalate_at = None;
    }
    Ok(happened)
}

/// Erases what is due of one report. False: no report is left.
async fn erase_one(service: &Reports, now: DateTime<Utc>) -> Result<bool, Error> {
    let mut transaction = service.begin().await?;
    let Some(rule) = rules::handling::<Retention>(&mut transaction, Kind::Retention, now).await? else { return Ok(false) };
    let found = retention::lock_one(&mut transaction, rule.contact_before(now), rule.text_before(now)).await?;
    let Some((id, due)) = found else { return Ok(false) };
    let mut record = store::reports::any(&mut transaction, id).await?.ok_or(Error::not_found())?;
    let key = seal::open_key(&mut transaction, &service.keyring, id.as_uuid()).await?;
    let event = match due {
        Due::Contact => {
            retention::erase_contact(&mut transaction, id, now).await?;
            ReportEvent::ContactErased
        }
        Due::Text => {
            record.facts.plate_key = None;
            retention::erase_text(&mut transaction, id, now).await?;
            ReportEvent::Erased
        }
    };
    publish::append(&mut transaction, &key, &record, &[event], Cause::default(), now).await?;
    transaction.commit().await?;
    Ok(true)
}

/// Looks every few seconds until the process stops. The database being away is waited out.
pub async fn run(service: Reports, shutdown: Shutdown) -> Result<(), BoxError> {
    loop {
        if let Err(error) = run_once(&service, service.now()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "the timer waits");
        }
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            () = service.clock.sleep(LOOK_EVERY) => {}
        }
    }
}
