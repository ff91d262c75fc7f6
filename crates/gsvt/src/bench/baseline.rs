//! The database alone: pgbench with the statements of one real command as separate round trips; for a decision over many copies of its trip.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use ids::TripId;
use sqlx::{Acquire as _, AssertSqlSafe, Executor as _, PgConnection, Row as _};
use tokio::process::Command;

use super::statements::Statement;

/// The text of the id of copy `n`.
pub const TRIP: &str = "('00000000-0000-7000-8000-' || lpad(to_hex(:n::bigint), 12, '0'))";
/// More than are decided about in a second.
const COPIES_PER_SECOND: u64 = 8_000;
const CLIENTS: &str = "8";

pub struct Run {
    pub per_second: f64,
    pub p99: Duration,
}

/// The newest one that Debian's packages brought.
pub fn pgbench() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|entry| entry.path().join("bin/pgbench")).collect();
    found.retain(|path| path.exists());
    found.sort();
    found.pop()
}

/// Copies of a trip that waits at its post: its row, its people, its key.
pub async fn copy_trip(database: &mut PgConnection, trip: TripId, seconds: u64) -> Result<()> {
    let copies = COPIES_PER_SECOND * seconds;
    let id = TRIP.replace(":n::bigint", "n");
    let copy = |table: &str, key: &str, changes: &str| {
        format!(
            "insert into {table} select (jsonb_populate_record(original, jsonb_build_object({changes}))).*
             from {table} original, generate_series(1, {copies}) n where original.{key} = '{trip}'"
        )
    };
    for sql in [
        copy("trips", "trip_id", &format!("'trip_id', {id}, 'short_code', 'copy' || n, 'pass_hash', '\\x' || md5('pass' || n)")),
        copy("trip_people", "trip_id", &format!("'trip_id', {id}, 'person_id', md5('person' || n || position)")),
        copy("seal.data_keys", "record_id", &format!("'record_id', {id}")),
        "vacuum analyze".to_owned(),
    ] {
        database.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    }
    Ok(())
}

/// The key of a trip's plate, in hexadecimal.
pub async fn plate_of(database: &mut PgConnection, trip: TripId) -> Result<String> {
    let row = database.fetch_one(AssertSqlSafe(format!("select encode(plate_key, 'hex') from trips where trip_id = '{trip}'"))).await?;
    Ok(row.try_get(0)?)
}

/// Runs the statements for so many seconds in the database at `url`, into which `database` is a way too. The relay waits meanwhile, and the events of
/// the copies are gone before it goes on.
pub async fn measure(database: &mut PgConnection, url: &str, pgbench: &Path, statements: &[Statement], seconds: u64) -> Result<Run> {
    let folder = tempfile::TempDir::with_prefix("gsvt-pgbench-")?;
    let script = folder.path().join("one.sql");
    let mut file = std::fs::File::create(&script)?;
    // Each copy once: a vehicle is decided about once, and a report is sent once.
    writeln!(file, "\\set n :done * {CLIENTS} + :client_id + 1\n\\set done :done + 1\n\\set u random(1, 9000000000000000)")?;
    for Statement(sql) in statements {
        writeln!(file, "{};", sql.trim().trim_end_matches(';'))?;
    }
    drop(file);
    let mut held = database.begin().await?;
    held.execute(sqlx::raw_sql("select from events.relay for update")).await?;
    let output = Command::new(pgbench)
        .args(["--no-vacuum", "--client", CLIENTS, "--jobs", "2", "--protocol", "prepared", "--define", "done=0", "--log"])
        .args(["--time", &seconds.to_string()])
        .arg("--log-prefix")
        .arg(folder.path().join("times"))
        .arg("--file")
        .arg(&script)
        .arg(url)
        .output()
        .await
        .context("pgbench does not start")?;
    // The history of a real outbox is kept by a trigger; this is a copy's.
    held.execute(sqlx::raw_sql("set local session_replication_role = replica; delete from events.outbox where number is null")).await?;
    held.commit().await?;
    let (said, complaints) = (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned());
    ensure!(output.status.success() && said.contains("failed transactions: 0"), "pgbench failed: {complaints}{said}");
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    Ok(Run { per_second: rate.context("pgbench gives no rate")?, p99: p99(folder.path())? })
}

/// Of the transactions that pgbench logged: client, number, microseconds.
fn p99(folder: &Path) -> Result<Duration> {
    let mut times: Vec<u64> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "sql") {
            let log = std::fs::read_to_string(path)?;
            times.extend(log.lines().filter_map(|line| line.split(' ').nth(2)?.parse::<u64>().ok()));
        }
    }
    times.sort_unstable();
    Ok(Duration::from_micros(times.get(times.len() * 99 / 100).copied().unwrap_or_default()))
}
