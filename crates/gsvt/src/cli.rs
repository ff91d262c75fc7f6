//! The commands and their arguments.

use std::path::PathBuf;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand};

use crate::simulate::day::Preset;
use crate::targets::{self, Target};

/// Epidemic control on a province's roads.
#[derive(Debug, Parser)]
#[command(name = "gsvt", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the whole system with a PostgreSQL and a nats-server of its own, until Ctrl-C. State lives in GSVT_HOME (.gsvt), GSVT_HTTP (127.0.0.1:8080) answers.
    Up {
        /// Run every target as a process of its own, as production does.
        #[arg(long)]
        processes: bool,
    },
    /// Serve one target, or all of them in one process.
    Serve {
        #[arg(long, default_value = "all")]
        target: Choice,
    },
    /// Bring the databases up to date.
    Migrate {
        #[arg(long, default_value = "all")]
        target: Choice,
    },
    /// Print the settings in force, without secrets; exits with 64 when one is wrong.
    CheckConfig {
        #[arg(long, default_value = "all")]
        target: Choice,
    },
    /// Make the account of the province's first administrator and print the one-time link for his password; refused once he has set it.
    FirstAdministrator(FirstAdministrator),
    /// Drive a running system as the province's people would on such a day, then count what became of it; exits with 1 when anything differs.
    Simulate(Simulate),
    /// Measure a system of its own, each line beside a baseline of the same run; the ratio is what counts.
    Bench(Bench),
    /// Look at the event streams.
    Events {
        #[command(subcommand)]
        command: EventsCommand,
    },
}

/// Reads ACCOUNTS_DATABASE_URL, ACCOUNTS_KEYS and GSVT_PROVINCE as the target accounts does.
#[derive(Debug, Args)]
pub struct FirstAdministrator {
    /// What he signs in with, such as duong.le.
    #[arg(long)]
    pub login: String,
    /// His full name, such as 'Lê Thùy Dương'.
    #[arg(long)]
    pub name: String,
    /// Of the health service: he gives out the accounts of sampling and laboratories, which no administrator of the police can.
    #[arg(long)]
    pub health: bool,
    /// Where officers find the pages, such as https://chot.example.vn; the link begins with it.
    #[arg(long, default_value = "http://localhost:8080")]
    pub url: String,
}

/// Finds the system that `gsvt up` runs in GSVT_HOME, unless told otherwise.
#[derive(Debug, Args)]
pub struct Simulate {
    #[arg(long, default_value = "normal-day")]
    pub preset: Preset,
    /// The same seed gives the same vehicles, people and fates.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Times real time along the day's curve of vehicles (24: a day in an hour); without it, as fast as the system answers.
    #[arg(long)]
    pub speed: Option<f64>,
    /// Vehicles of the day, when not the preset's.
    #[arg(long)]
    pub vehicles: Option<usize>,
    /// People who are sampled, when not the preset's.
    #[arg(long)]
    pub people: Option<usize>,
    /// In a storm: so many times its readers.
    #[arg(long, default_value_t = 1)]
    pub times: u32,
    #[arg(long, default_value = "text")]
    pub report: ReportForm,
    /// The gateway.
    #[arg(long)]
    pub url: Option<String>,
    /// Keep what the people were told in this file.
    #[arg(long)]
    pub journal: Option<PathBuf>,
    /// Drive nothing: count again what this journal remembers.
    #[arg(long, conflicts_with = "journal")]
    pub reconcile: Option<PathBuf>,
}

/// Starts and ends its own system in a temporary folder. Build with --release.
#[derive(Debug, Args)]
pub struct Bench {
    /// Only lines whose names begin so, such as decide or list.
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<String>,
    /// How long a baseline and a load of readers run.
    #[arg(long, default_value_t = 5)]
    pub seconds: u64,
    /// Decisions over 16 and over 64 connections, and reports over 16.
    #[arg(long, default_value_t = 2_000)]
    pub decisions: usize,
    /// Samples in the file of an instrument.
    #[arg(long, default_value_t = 3_000)]
    pub samples: usize,
    /// People on the list of a campaign, at most 5,000.
    #[arg(long, default_value_t = 5_000)]
    pub people: usize,
    #[arg(long, default_value = "text")]
    pub report: ReportForm,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum ReportForm {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub enum EventsCommand {
    /// Print events as they come, each a CloudEvent in JSON on one line. Reads NATS_URL, else the system that `gsvt up` runs in GSVT_HOME.
    Tail(Tail),
}

#[derive(Debug, Args)]
pub struct Tail {
    /// Only these subjects, such as 'gsvt.vehicles.v1.TripDecided.64.>'.
    #[arg(long)]
    pub subject: Option<String>,
    /// Begin with this time (2021-10-18T07:00:00+07:00) or sequence in each stream (1); without it, with what comes next.
    #[arg(long)]
    pub from: Option<From>,
}

/// Where to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    Time(DateTime<Utc>),
    Sequence(u64),
}

impl FromStr for From {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = || DateTime::parse_from_rfc3339(text).map(|time| Self::Time(time.to_utc()));
        text.parse()
            .map(Self::Sequence)
            .or_else(|_| time())
            .map_err(|_| "write a sequence such as 1, or a time with its offset such as 2021-10-18T07:00:00+07:00")
    }
}

/// One target or all: a part of the table.
#[derive(Debug, Clone, Copy)]
pub struct Choice(&'static [Target]);

impl Choice {
    pub fn targets(self) -> &'static [Target] {
        self.0
    }
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if name == "all" {
            return Ok(Self(targets::TARGETS));
        }
        let chosen = targets::TARGETS.iter().find(|target| name == target.name).map(|target| Self(std::slice::from_ref(target)));
        let known = || targets::TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().join(", ");
        chosen.ok_or_else(|| format!("there are {} and all", known()))
    }
}
