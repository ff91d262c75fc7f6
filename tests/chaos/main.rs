//! The drill: posts and drivers work while parts of the system are killed, frozen and cut off on a seeded schedule, and afterwards everything that
//! was acknowledged is looked for in the database, in the stream and in the audit. Each check is then shown a loss that it has to find.
//!
//! `CHAOS_SEED` changes the order. `CHAOS_FAULTS` and `CHAOS_ACKNOWLEDGED` make it longer: so many faults, and then on until so many commands and people of
//! lists are acknowledged or `CHAOS_MINUTES` are over. `CHAOS_DISKS=true` gives the servers small disks, which are filled too.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a fixture that fails ends the test")]

mod check;
mod controls;
mod disk;
mod faults;
mod history;
mod lag;
mod lists;
mod site;
mod traffic;

use std::{
    io::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use check::Found;
use faults::{Fault, Schedule};
use history::History;
use lag::Lag;
use runtime::Env;
use site::Site;
use traffic::Traffic;

/// No fault of the schedule takes longer than 8 seconds, and even on a slow machine commands are acknowledged and events in the streams again by then.
const RECOVERED: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost() {
    let env = Env::from_process();
    let seed: u64 = env.parsed_or("CHAOS_SEED", 1).unwrap();
    let (faults, acknowledged) = (env.parsed_or("CHAOS_FAULTS", 25).unwrap(), env.parsed_or("CHAOS_ACKNOWLEDGED", 50_000).unwrap());

    let most = Duration::from_secs(60 * env.parsed_or("CHAOS_MINUTES", 5).unwrap());
    let begun = Instant::now();

    let mut site = Site::start(env.parsed_or("CHAOS_DISKS", false).unwrap()).await;
    let history = Arc::new(History::default());
    let traffic = Traffic::start(&site, Arc::clone(&history)).await;
    let mut schedule = Schedule::new(seed, &site);
    let lag = Lag::watch(&site);
    let mut clock_was_wrong = false;
    for number in 1..=faults {
        let fault = schedule.next();
        let before = history.acknowledged();
        schedule.strike(&mut site, fault).await;
        clock_was_wrong |= matches!(fault, Fault::WrongClock(_));
        say(&format!("fault {number}: {fault:?}, {} acknowledged meanwhile", history.acknowledged() - before));
    }
    while history.acknowledged() < acknowledged && begun.elapsed() < most {
        site.calm(Duration::from_secs(1)).await;
    }
    traffic.stop().await;
    site.quiet().await;
    let (max_lag, max_write_gap, refused) = (lag.max().await, history.max_write_gap(), history.refused());

    let found = Found::look(&site, &history).await;
    let caught = controls::run(&mut site, &history).await;
    say(&format!(
        "seed {seed}, acked {} by {} commands, refused {refused}, faults {faults}, lost {}, dup {}, gaps {}, max write gap {:.1} s, max lag {:.1} s, \
         negative controls caught {} of {}",
        history.acknowledged(),
        history.commands(),
        found.lost.len(),
        found.doubled,
        found.gaps,
        max_write_gap.as_secs_f64(),
        max_lag.as_secs_f64(),
        caught.iter().filter(|(_, caught)| *caught).count(),
        caught.len(),
    ));
    for reason in not_run(&site) {
        say(&format!("not run: {reason}"));
    }
    assert_eq!(found, Found::default(), "after seed {seed}");
    assert!(caught.iter().all(|(_, caught)| *caught), "a check did not see what was planted: {caught:?}");
    assert!(history.unknown() == 0, "{} commands were never answered", history.unknown());
    // A service that believes it is another day refuses what it is told, and what follows from it.
    assert!(refused == 0 || clock_was_wrong, "{refused} sound commands were refused");
    assert!(max_write_gap < RECOVERED && max_lag < RECOVERED, "the system was away for longer than its faults");
}

/// What cannot be done here.
fn not_run(site: &Site) -> Vec<&'static str> {
    let clock = site::wrong_clock_library().is_none().then_some("clock a day off (libfaketime is not installed)");
    let disk =
        site.disks().is_none().then_some("disk full and power cut (CHAOS_DISKS=true asks for them, where one may mount a file system)");
    clock.into_iter().chain(disk).collect()
}

/// A drill is watched while it runs, and what it came to is read also when it passed: not through what `cargo test` holds back.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "chaos: {text}");
}
