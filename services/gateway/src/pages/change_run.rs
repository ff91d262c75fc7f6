//! `POST /lab/runs/{run}`: results are entered, approved, sent back or corrected, or the run is stopped: what the pressed button says.
use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::lab::v1::{
    ApproveResultsRequest, CorrectResultRequest, RecordRunResultsRequest, RefuseResultRequest, Run, TestOutcome, VoidRunRequest, WellKind,
    WellReading,
};
use ids::{CommandId, ResultId};
use tonic::Status;

use super::show_run::{self, read};
use crate::{
    desk::{self, is_away},
    error::{Fault, PageError},
    forms::Typed,
    lab::{failure, readings},
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::Mistake,
};

/// `POST /lab/runs/{run}`
pub async fn post(
    State(site): State<Arc<Site>>,
    Path(run): Path<String>,
    OfficerForm { user, mut typed }: OfficerForm,
) -> Result<Response, PageError> {
    let run_id = show_run::id(&run)?;
    match change(&site, &user, &run_id, &mut typed).await {
        Err(error) if is_away(&error) => desk::resend(&site, &user, &format!("/lab/runs/{run_id}"), &typed),
        answer => answer,
    }
}

async fn change(site: &Site, user: &CurrentUser, run_id: &str, typed: &mut Typed) -> Result<Response, PageError> {
    let run = read(site, user, run_id).await?;
    match typed.get("do") {
        "negatives" => {
            fill_negatives(&run, typed);
            return show_run::show(site, user, run_id, typed, Vec::new()).await;
        }
        "look" => return show_run::show(site, user, run_id, typed, Vec::new()).await,
        _ => {}
    }
    let words = site.words(user.lang);
    let command = Reader { words: &words, typed, run: &run, mistakes: Vec::new() }.command()?;
    let mistakes = match command {
        Err(mistakes) => mistakes,
        Ok(command) => match send(site, user, command).await {
            Ok(()) => return Ok(Redirect::to(&format!("/lab/runs/{run_id}")).into_response()),
            Err(status) => failure::mistakes(status, user.lang, |fault: &Fault| place(&run, typed, fault, fault.text(user.lang)))?,
        },
    };
    show_run::show(site, user, run_id, typed, mistakes).await
}

/// `readings[3].ct` is a line of the form; the other forms stand at their wells.
fn place(run: &Run, typed: &Typed, fault: &Fault, says: &str) -> Mistake {
    let at = failure::index(&fault.path).and_then(|number| run.wells.get(number)).filter(|_| fault.path.starts_with("readings"));
    match (at, typed.get("do")) {
        (Some(well), _) => Mistake::new(format!("outcome-{}", well.position), format!("{}: {says}", well.position)),
        (None, "void") => Mistake::new("void-reason", says),
        (None, _) => Mistake::new("", says),
    }
}

/// Everything that nothing was said of is negative; of controls each is said for itself.
fn fill_negatives(run: &Run, typed: &mut Typed) {
    for well in run.wells.iter().filter(|well| matches!(well.kind(), WellKind::Tube | WellKind::LabPool)) {
        let name = format!("outcome-{}", well.position);
        if typed.get(&name).is_empty() {
            typed.set(&name, TestOutcome::Negative.as_str_name());
        }
    }
}

enum Command {
    Results(RecordRunResultsRequest),
    Approve(ApproveResultsRequest),
    Refuse(RefuseResultRequest),
    Correct(CorrectResultRequest),
    Void(VoidRunRequest),
}

async fn send(site: &Site, user: &CurrentUser, command: Command) -> Result<(), Status> {
    let mut laboratory = site.clients.laboratory(user.caller.clone());
    match command {
        Command::Results(request) => drop(laboratory.record_run_results(request).await?),
        Command::Approve(request) => drop(laboratory.approve_results(request).await?),
        Command::Refuse(request) => drop(laboratory.refuse_result(request).await?),
        Command::Correct(request) => drop(laboratory.correct_result(request).await?),
        Command::Void(request) => drop(laboratory.void_run(request).await?),
    }
    Ok(())
}

struct Reader<'a> {
    words: &'a Words,
    typed: &'a Typed,
    run: &'a Run,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn command(mut self) -> Result<Result<Command, Vec<Mistake>>, PageError> {
        let command_id = CommandId::parse(self.typed.get("command-id")).map_err(|_| PageError::Unreadable)?.to_string();
        let run_id = self.run.run_id.clone();
        let (verb, result) = match self.typed.get("do").split_once(':') {
            Some((verb, result)) => (verb, ResultId::parse(result).map_err(|_| PageError::Unreadable)?.to_string()),
            None => (self.typed.get("do"), String::new()),
        };
        let command = match verb {
            "results" => Command::Results(RecordRunResultsRequest { run_id, command_id, readings: self.readings() }),
            "approve" => {
                let result_ids = if result.is_empty() { Vec::new() } else { vec![result] };
                Command::Approve(ApproveResultsRequest { run_id, command_id, result_ids })
            }
            "refuse" => Command::Refuse(RefuseResultRequest { result_id: result, command_id, reason: self.reason("reason", "") }),
            "void" => Command::Void(VoidRunRequest { run_id, command_id, reason: self.reason("void-reason", "void-reason") }),
            "correct" => {
                let outcome = TestOutcome::from_str_name(self.typed.get("outcome")).unwrap_or_default();
                if outcome == TestOutcome::Unspecified {
                    self.mistakes.push(Mistake::new("", self.words.t("correct-missing-outcome")));
                }
                let ct = readings::parse(self.typed.get("ct")).unwrap_or_else(|| {
                    self.mistakes.push(Mistake::new("", self.words.t("ct-wrong")));
                    Vec::new()
                });
                let reason = self.reason("reason", "");
                Command::Correct(CorrectResultRequest { result_id: result, command_id, outcome: outcome.into(), ct, reason })
            }
            _ => return Err(PageError::Unreadable),
        };
        Ok(if self.mistakes.is_empty() { Ok(command) } else { Err(self.mistakes) })
    }

    /// Every well, in the order of the plate.
    fn readings(&mut self) -> Vec<WellReading> {
        let mut readings = Vec::new();
        for well in &self.run.wells {
            let (name, ct_name) = (format!("outcome-{}", well.position), format!("ct-{}", well.position));
            let outcome = TestOutcome::from_str_name(self.typed.get(&name)).unwrap_or_default();
            let mut wrong = |key: &str| self.mistakes.push(Mistake::new(&name, self.words.a(key, &well.position)));
            if outcome == TestOutcome::Unspecified {
                wrong("results-missing");
            }
            let Some(ct) = readings::parse(self.typed.get(&ct_name)) else {
                wrong("ct-wrong-at");
                continue;
            };
            readings.push(WellReading { position: well.position.clone(), outcome: outcome.into(), ct });
        }
        readings
    }

    fn reason(&mut self, name: &str, field: &str) -> String {
        let reason = self.typed.get(name).to_owned();
        if reason.chars().count() < 3 {
            self.mistakes.push(Mistake::new(field, self.words.t("reason-missing")));
        }
        reason
    }
}

#[cfg(test)]
mod tests {
    use contract::lab::v1::Well;

    use super::*;
    use crate::text::{Lang, Texts};

    fn run() -> Run {
        let well = |position: &str, kind: WellKind| Well { position: position.into(), kind: kind.into(), ..Well::default() };
        Run {
            wells: vec![well("A1", WellKind::Tube), well("B1", WellKind::Tube), well("H12", WellKind::NegativeControl)],
            ..Run::default()
        }
    }

    #[test]
    fn controls_are_never_filled_in() {
        let mut typed = Typed::new([("outcome-A1", "TEST_OUTCOME_POSITIVE")]);
        fill_negatives(&run(), &mut typed);
        assert_eq!(typed.get("outcome-A1"), "TEST_OUTCOME_POSITIVE");
        assert_eq!((typed.get("outcome-B1"), typed.get("outcome-H12")), ("TEST_OUTCOME_NEGATIVE", ""));
    }

    #[test]
    fn each_well_is_read_or_said_to_be_missing() {
        let (words, run) = (Texts::load().unwrap().words(Lang::Vi), run());
        let id = "0199f000-0000-7000-8000-000000000077";
        let typed = Typed::new([
            ("do", "results"),
            ("command-id", id),
            ("outcome-A1", "TEST_OUTCOME_POSITIVE"),
            ("ct-A1", "E 24,1"),
            ("outcome-B1", "TEST_OUTCOME_NEGATIVE"),
            ("ct-B1", "E bốn"),
        ]);
        let wrong = Reader { words: &words, typed: &typed, run: &run, mistakes: Vec::new() }.command().unwrap().err().unwrap();
        let fields: Vec<&str> = wrong.iter().map(|mistake| mistake.field.as_str()).collect();
        assert_eq!(fields, ["outcome-B1", "outcome-H12"]);
    }
}
