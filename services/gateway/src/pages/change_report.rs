//! `/reports/{report}/{verb}`: one step of handling a report. A refusal shows the report as it is now and keeps what was typed.
use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::Permission;
use http::StatusCode;
use ids::{CommandId, ReportId};
use tonic::Status;

use super::show_report::{self, Refusal};
use crate::{
    desk::{self, is_away},
    error::{self, PageError},
    forms::Typed,
    handling::{
        Verb,
        parse::{Command, Reader, box_of},
    },
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::Mistake,
};

/// `POST /reports/{report}/{verb}`
pub async fn post(
    State(site): State<Arc<Site>>,
    Path((report, verb)): Path<(String, String)>,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    user.require(Permission::ReportsReportsRead)?;
    let report = ReportId::parse(&report).map_err(|_| PageError::NotFound)?.to_string();
    let verb = Verb::parse(&verb).ok_or(PageError::NotFound)?;
    let address = format!("/reports/{report}/{}", verb.name());
    match change(&site, &user, &report, verb, &typed).await {
        Err(error) if is_away(&error) => desk::resend(&site, &user, &address, &typed),
        answer => answer,
    }
}

async fn change(site: &Site, user: &CurrentUser, report: &str, verb: Verb, typed: &Typed) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let reader = Reader { words: &words, province: &site.province, typed, verb, mistakes: Vec::new() };
    let refusal = |mistakes, typed: Typed| Refusal { verb: Some(verb), typed, mistakes };
    let command = match reader.command(report)? {
        Ok(command) => command,
        Err(mistakes) => {
            let refusal = refusal(mistakes, typed.clone());
            return show_report::show(site, user, report, None, refusal, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let Err(status) = send(site, user, command).await else {
        return Ok(Redirect::to(&next(report, verb)).into_response());
    };
    let text = error::message(&status, user.lang);
    let reason = error::reason(&status);
    let (mistakes, code) = match PageError::from(status) {
        PageError::Invalid(faults) => (mistakes(user, verb, &faults), StatusCode::UNPROCESSABLE_ENTITY),
        PageError::Refused { faults, .. } if !faults.is_empty() => {
            (vec![named(user, verb, &words, &faults)], StatusCode::UNPROCESSABLE_ENTITY)
        }
        PageError::Refused { .. } => (vec![Mistake::new("", text)], StatusCode::CONFLICT),
        PageError::Conflict if reason == "ID_REUSED" => (vec![Mistake::new("", words.t("desk-id-reused"))], StatusCode::CONFLICT),
        PageError::Conflict => (vec![Mistake::new("", words.t("case-changed"))], StatusCode::CONFLICT),
        PageError::Forbidden => (vec![Mistake::new("", text)], StatusCode::FORBIDDEN),
        error => return Err(error),
    };
    // Nothing was done under this id; what is sent next is another command.
    let mut typed = typed.clone();
    typed.set("command_id", CommandId::mint(site.now()).to_string());
    show_report::show(site, user, report, None, refusal(mistakes, typed), code).await
}

/// Who gave a report away may not see it any more.
fn next(report: &str, verb: Verb) -> String {
    match verb {
        Verb::Assign | Verb::Return => format!("/reports?done={}", verb.name()),
        _ => format!("/reports/{report}?done={}", verb.name()),
    }
}

fn mistakes(user: &CurrentUser, verb: Verb, faults: &[error::Fault]) -> Vec<Mistake> {
    faults.iter().map(|fault| Mistake::new(box_of(verb, &fault.path), fault.text(user.lang))).collect()
}

/// Everything in a text for everybody that looks like a person, at its box.
fn named(user: &CurrentUser, verb: Verb, words: &Words, faults: &[error::Fault]) -> Mistake {
    let found: Vec<&str> = faults.iter().map(|fault| fault.text(user.lang)).collect();
    Mistake::new(box_of(verb, &faults[0].path), words.a("case-person-named", found.join("; ")))
}

async fn send(site: &Site, user: &CurrentUser, command: Command) -> Result<(), Status> {
    let mut reports = site.clients.reports(user.caller.clone());
    match command {
        Command::Start(request) => drop(reports.start_report(request).await?),
        Command::Assign(request) => drop(reports.assign_report(request).await?),
        Command::Ask(request) => drop(reports.ask_reporter(request).await?),
        Command::Answer(request) => drop(reports.draft_answer(request).await?),
        Command::Approve(request) => drop(reports.approve_answer(request).await?),
        Command::Note(request) => drop(reports.add_report_note(request).await?),
        Command::Merge(request) => drop(reports.merge_report(request).await?),
        Command::Unmerge(request) => drop(reports.unmerge_report(request).await?),
        Command::Transfer(request) => drop(reports.transfer_report(request).await?),
        Command::EndTransfer(request) => drop(reports.end_transfer(request).await?),
        Command::Return(request) => drop(reports.return_report(request).await?),
        Command::Reject(request) => drop(reports.reject_report(request).await?),
    }
    Ok(())
}
