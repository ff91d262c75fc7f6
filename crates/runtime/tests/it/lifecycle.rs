//! Tasks and their end: drained, cut off, failed, by signal.

use std::time::Duration;

use runtime::{BoxError, Failure, Lifecycle, Outcome};

const GRACE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn tasks_finish_what_they_began() {
    let lifecycle = Lifecycle::default();
    let (finished, seen) = tokio::sync::oneshot::channel();
    lifecycle.spawn("patient", |shutdown| async move {
        shutdown.requested().await;
        finished.send("finished").map_err(BoxError::from)
    });
    lifecycle.spawn("short", async |_| Ok(()));
    lifecycle.shutdown();
    assert_eq!(lifecycle.drained(GRACE).await, Outcome::Clean);
    assert_eq!(seen.await, Ok("finished"));
}

#[tokio::test]
async fn a_task_that_fails_stops_the_process_and_shows_in_the_exit_code() {
    let lifecycle = Lifecycle::default();
    lifecycle.spawn("other", |shutdown| async move {
        shutdown.requested().await;
        Ok(())
    });
    lifecycle.spawn("relay", async |_| Err(std::io::Error::other("no stream").into()));
    let outcome = lifecycle.drained(GRACE).await;
    assert_eq!(outcome, Outcome::Failed(Failure { task: "relay", cause: "no stream".into() }));
    assert_ne!(outcome.exit_code(), 0);
}

#[tokio::test]
async fn a_task_that_panics_does_too() {
    let lifecycle = Lifecycle::default();
    lifecycle.spawn("relay", async |_| panic!("index out of bounds"));
    let outcome = lifecycle.drained(GRACE).await;
    assert_eq!(outcome, Outcome::Failed(Failure { task: "relay", cause: "panic: index out of bounds".into() }));
    assert_ne!(outcome.exit_code(), 0);
}

#[tokio::test]
async fn who_does_not_stop_in_time_is_cut_off_and_named() {
    let lifecycle = Lifecycle::default();
    lifecycle.spawn("stubborn", async |_| std::future::pending().await);
    lifecycle.shutdown();
    let outcome = lifecycle.drained(Duration::from_millis(20)).await;
    assert_eq!(outcome, Outcome::CutOff(vec!["stubborn"]));
    assert_ne!(outcome.exit_code(), 0);
}

#[tokio::test]
async fn the_first_signal_asks_and_the_second_cuts_off() {
    let lifecycle = Lifecycle::default();
    lifecycle.stop_on_signals().expect("listening");
    let (asked, heard) = tokio::sync::oneshot::channel();
    lifecycle.spawn("stubborn", |shutdown| async move {
        shutdown.requested().await;
        let _ = asked.send(());
        std::future::pending().await
    });
    let terminate = || std::process::Command::new("kill").args(["-TERM", &std::process::id().to_string()]).status().expect("sent");
    terminate();
    heard.await.expect("asked");
    terminate();
    assert_eq!(lifecycle.drained(Duration::from_secs(60)).await, Outcome::CutOff(vec!["stubborn"]));
}
