//! `gsvt bench`: how fast the system is, each line beside a baseline that is measured in the same run on the same machine. A system of its own is
//! started for it, with the servers, limits, sessions, audit and relay of production.

mod api_list;
mod baseline;
mod citizens;
mod decisions;
mod freshness;
mod laboratory;
mod list;
mod outbox;
mod rebuild;
mod report;
mod rows;
mod statements;
mod system;

use anyhow::{Result, bail};
use runtime::{Clock, Env};

use self::{
    report::{Line, Report},
    system::System,
};
use crate::{
    cli::{Bench, ReportForm},
    say,
};

/// What can be measured, each with the ratio that is aimed at.
const LINES: [(&str, f64); 16] = [
    ("start_to_ready", 1.0),
    ("memory_one_process", 1.0),
    ("memory_five_processes", 1.0),
    ("decide_c1", 1.0),
    ("decide_c16", 1.0),
    ("decide_c64", 1.0),
    ("decide_c16_p99", 0.33),
    ("commit_to_page_p99", 1.0),
    ("report_c16", 0.5),
    ("roster_import", 0.5),
    ("import_results", 0.5),
    ("list_c64", 1.0),
    ("api_list", 0.6),
    ("relay", 1.0),
    ("replay", 0.5),
    ("rebuild", 1.0),
];

/// What a run was asked to do.
pub struct Plan {
    only: Vec<String>,
    /// How long a baseline and a read load run.
    seconds: u64,
    /// Decisions of each concurrency above one, and reports.
    decisions: usize,
    /// In the file of an instrument.
    samples: usize,
    /// On the list of a campaign.
    people: usize,
}

impl Plan {
    fn new(asked: &Bench) -> Result<Self> {
        let known = |wanted: &&String| LINES.iter().any(|(line, _)| line.starts_with(wanted.as_str()));
        if let Some(unknown) = asked.only.iter().find(|wanted| !known(wanted)) {
            bail!("no line begins with {unknown}; there are {}", LINES.map(|(line, _)| line).join(", "));
        }
        Ok(Self {
            only: asked.only.clone(),
            seconds: asked.seconds.max(1),
            decisions: asked.decisions.max(64),
            samples: asked.samples.max(1),
            people: asked.people.clamp(1, 5_000),
        })
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|wanted| name.starts_with(wanted.as_str()))
    }

    fn wants_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.wants(name))
    }
}

/// The command.
pub async fn bench(env: &Env, asked: Bench) -> Result<()> {
    let plan = Plan::new(&asked)?;
    let clock = Clock::system();
    let mut report = Report::default();
    let system = System::start(env, &[]).await?;
    idle(&plan, &system, &mut report)?;
    if plan.wants_any(&["decide_c1", "decide_c16", "decide_c64", "decide_c16_p99", "commit_to_page_p99"]) {
        decisions::measure(&plan, &system, &clock, &mut report).await?;
    }
    if plan.wants(citizens::NAME) {
        report.add(citizens::measure(&plan, &system, &clock).await?);
    }
    if plan.wants_any(&[laboratory::IMPORT, laboratory::ROSTER]) {
        laboratory::measure(&plan, &system, &clock, &mut report).await?;
    }
    if plan.wants("list_c64") {
        report.add(list::measure(&plan, &system).await?);
    }
    if plan.wants_any(&["relay", "replay", "rebuild", "api_list"]) {
        decisions::one_vehicle(&system, &clock).await?;
    }
    if plan.wants_any(&["relay", "replay", "rebuild"]) {
        outbox::measure(&plan, &system, &clock, &mut report).await?;
    }
    if plan.wants("rebuild") {
        report.add(rebuild::measure(&system, &clock).await?);
    }
    if plan.wants("api_list") {
        report.add(api_list::measure(&plan, &system).await?);
    }
    system.stop().await?;
    if plan.wants("memory_five_processes") {
        let system = System::start(env, &["--processes"]).await?;
        report.add(Line::at_most("memory_five_processes", "MiB", system.memory()?, 120.0));
        system.stop().await?;
    }
    match asked.report {
        ReportForm::Json => say::line(serde_json::to_string_pretty(&report)?),
        ReportForm::Text => say::line(&report),
    }
    Ok(())
}

/// What the system costs before anybody asks anything.
fn idle(plan: &Plan, system: &System, report: &mut Report) -> Result<()> {
    if plan.wants("start_to_ready") {
        report.add(Line::at_most("start_to_ready", "s", system.ready_after.as_secs_f64(), 0.5));
    }
    if plan.wants("memory_one_process") {
        report.add(Line::at_most("memory_one_process", "MiB", system.memory()?, 60.0));
    }
    Ok(())
}

/// The goal of a line.
fn goal(name: &str) -> f64 {
    LINES.iter().find(|(line, _)| *line == name).map_or(1.0, |(_, goal)| *goal)
}
