//! Runs a command with the servers of a test run: `cargo run -p testing -- cargo test`. Every test binary then uses the same two.

use std::process::{Command, ExitCode};

fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments.next().ok_or_else(|| anyhow::anyhow!("name the command to run, such as cargo test"))?;
    let shared = testing::Shared::start()?;
    let status =
        Command::new(program).args(arguments).env(testing::POSTGRES, &shared.postgres).env(testing::NATS, &shared.nats).status()?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
