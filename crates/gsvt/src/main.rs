//! The executable: one program with a role per process. What a role does belongs to the services; what runs them is here.

mod bench;
mod check_config;
mod cli;
mod first_administrator;
mod load;
mod migrate;
mod say;
mod serve;
mod simulate;
mod tail;
mod targets;
mod up;

use std::process::ExitCode;

use clap::Parser;
use runtime::{ConfigError, Env, telemetry::TelemetryError};

use cli::{Cli, Command, EventsCommand};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// What a wrong setting exits with.
const EXIT_CONFIG: u8 = 64;

#[tokio::main]
async fn main() -> ExitCode {
    let env = Env::from_process();
    let ended = match Cli::parse().command {
        Command::Up { processes } => up::up(&env, processes).await,
        Command::Serve { target } => serve::serve(&env, target.targets()).await,
        Command::Migrate { target } => migrate::migrate(&env, target.targets()).await,
        Command::CheckConfig { target } => check_config::check_config(&env, target.targets()),
        Command::FirstAdministrator(asked) => first_administrator::first_administrator(&env, asked).await,
        Command::Bench(asked) => bench::bench(&env, asked).await,
        Command::Simulate(day) => simulate::simulate(&env, day).await,
        Command::Events { command: EventsCommand::Tail(tail) } => tail::tail(&env, tail).await,
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::complaint(&error);
            ExitCode::from(exit_code(&error))
        }
    }
}

fn exit_code(error: &anyhow::Error) -> u8 {
    let of_a_setting = |cause: &TelemetryError| matches!(cause, TelemetryError::Config(_));
    if error.chain().any(|cause| cause.is::<ConfigError>() || cause.downcast_ref().is_some_and(of_a_setting)) {
        return EXIT_CONFIG;
    }
    error.downcast_ref::<serve::Unclean>().map_or(1, serve::Unclean::exit_code)
}
