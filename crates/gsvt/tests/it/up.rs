//! `gsvt up` from its start to its end, however that comes.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::running::{Running, answers, processes_with, send};

#[test]
fn a_restart_keeps_the_state_and_ctrl_c_leaves_no_process() {
    let folder = testing::folder().unwrap();
    let first = Running::start(&folder.path().join("home"), &[]);
    assert!(answers(&first.link));
    assert_eq!(first.servers().len(), 2);
    let (logins, home) = (first.logins.clone(), first.home.clone());
    let accounts = std::fs::read_to_string(home.join("keys/accounts.password")).unwrap();
    assert_eq!(first.stop(), Some(0));
    assert_eq!(processes_with(home.to_str().unwrap()), Vec::<i32>::new());

    let second = Running::start(&home, &[]);
    assert_eq!(second.logins, logins);
    assert_eq!(std::fs::read_to_string(home.join("keys/accounts.password")).unwrap(), accounts);
    assert_eq!(second.stop(), Some(0));
}

#[test]
fn two_systems_run_side_by_side_also_as_processes() {
    let folder = testing::folder().unwrap();
    let one = Running::start(&folder.path().join("one"), &[]);
    let other = Running::start(&folder.path().join("other"), &["--processes"]);
    assert!(answers(&one.link) && answers(&other.link) && one.link != other.link);
    assert_ne!(one.logins, other.logins);
    assert_eq!((one.stop(), other.stop()), (Some(0), Some(0)));
}

#[test]
fn a_killed_system_leaves_no_server_and_starts_again() {
    let folder = testing::folder().unwrap();
    let home = folder.path().join("home");
    let killed = Running::start(&home, &[]);
    killed.signal(Signal::KILL);
    assert_eq!(killed.ended(), None);
    let again = Running::start(&home, &[]);
    assert_eq!(again.servers().len(), 2);
    assert_eq!(again.stop(), Some(0));
}

#[test]
fn a_server_that_dies_ends_the_system_with_a_sentence() {
    let folder = testing::folder().unwrap();
    let running = Running::start(&folder.path().join("home"), &[]);
    let nats = processes_with(running.home.join("nats").to_str().unwrap());
    assert_eq!(nats.len(), 1);
    send(nats[0], Signal::KILL);
    let asked = Instant::now();
    assert_eq!(running.ended(), Some(70));
    assert!(asked.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_server_of_the_system_lets_nobody_in_without_its_password() {
    let folder = testing::folder().unwrap();
    let running = Running::start(&folder.path().join("home"), &[]);
    for url in [running.setting("ACCOUNTS_DATABASE_URL"), running.setting("NATS_URL")] {
        assert!(url.contains(":") && url.contains("@127.0.0.1:"), "{url}");
    }
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(running.home.join("keys")).unwrap().permissions());
    assert_eq!(mode & 0o077, 0);
    assert_eq!(running.stop(), Some(0));
}
