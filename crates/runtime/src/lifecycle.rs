//! The tasks of a process: each has a name, all stop together, and one that crashes takes the process down with a non-zero exit code.

use std::{
    any::Any,
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::FutureExt;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

const LAST_WAIT: Duration = Duration::from_secs(1);

/// Starts tasks and stops them. Clones are the same lifecycle.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    tasks: TaskTracker,
    soft: CancellationToken,
    hard: CancellationToken,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    started: u64,
    running: BTreeMap<u64, &'static str>,
    failure: Option<Failure>,
}

/// The first task that ended by an error or a panic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub task: &'static str,
    pub cause: String,
}

/// The request to stop, as a task sees it.
#[derive(Debug, Clone)]
pub struct Shutdown(CancellationToken);

impl Shutdown {
    /// Returns when the process is to stop. The task should finish what it has begun, take nothing new and return.
    pub async fn requested(&self) {
        self.0.cancelled().await;
    }

    pub fn is_requested(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// How the process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every task returned in time.
    Clean,
    /// A task had failed; the others were stopped.
    Failed(Failure),
    /// These tasks were still at work after the grace period and were cut off.
    CutOff(Vec<&'static str>),
}

impl Outcome {
    /// What the process exits with: 0 only when every task returned in time.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Outcome::Clean => 0,
            Outcome::Failed(_) => 70,
            Outcome::CutOff(_) => 75,
        }
    }
}

impl Lifecycle {
    /// Starts a task. When it ends by an error or a panic, the whole process is asked to stop.
    pub fn spawn<F>(&self, name: &'static str, task: impl FnOnce(Shutdown) -> F)
    where
        F: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        let work = task(Shutdown(self.soft.clone()));
        let id = self.started(name);
        let this = self.clone();
        self.tasks.spawn(async move {
            let ended = tokio::select! {
                biased;
                () = this.hard.cancelled() => return,
                ended = AssertUnwindSafe(work).catch_unwind() => ended,
            };
            match ended {
                Ok(Ok(())) => this.ended(id, None),
                Ok(Err(error)) => this.ended(id, Some(Failure { task: name, cause: with_sources(&*error) })),
                Err(panic) => this.ended(id, Some(Failure { task: name, cause: format!("panic: {}", panic_text(&*panic)) })),
            }
        });
    }

    /// The token that tells tasks to stop.
    pub fn shutdown_signal(&self) -> Shutdown {
        Shutdown(self.soft.clone())
    }

    /// Asks every task to stop.
    pub fn shutdown(&self) {
        self.soft.cancel();
    }

    /// Cuts every task off where it stands.
    pub fn abort(&self) {
        self.soft.cancel();
        self.hard.cancel();
    }

    /// Stops on SIGINT and SIGTERM; the second one cuts off.
    pub fn stop_on_signals(&self) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let this = self.clone();
        // Not one of the tasks that are waited for: it listens until the process is gone.
        #[expect(clippy::disallowed_methods, reason = "lifecycle is where tasks are started")]
        tokio::spawn(async move {
            for stop in [Lifecycle::shutdown, Lifecycle::abort] {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                stop(&this);
            }
        });
        Ok(())
    }

    /// Waits until the process is asked to stop, then at most `grace` for its tasks; those still at work are cut off.
    pub async fn drained(&self, grace: Duration) -> Outcome {
        self.soft.cancelled().await;
        self.tasks.close();
        let in_time = tokio::select! {
            done = tokio::time::timeout(grace, self.tasks.wait()) => done.is_ok(),
            () = self.hard.cancelled() => false,
        };
        let running: Vec<_> = self.state().running.values().copied().collect();
        if !in_time {
            self.hard.cancel();
            // A task that blocks its thread cannot be cut off; the end of the process does that.
            let _ = tokio::time::timeout(LAST_WAIT, self.tasks.wait()).await;
        }
        match self.state().failure.clone() {
            Some(failure) => Outcome::Failed(failure),
            None if running.is_empty() => Outcome::Clean,
            None => Outcome::CutOff(running),
        }
    }

    fn started(&self, name: &'static str) -> u64 {
        let mut state = self.state();
        state.started += 1;
        let id = state.started;
        state.running.insert(id, name);
        id
    }

    fn ended(&self, id: u64, failure: Option<Failure>) {
        let mut state = self.state();
        state.running.remove(&id);
        if let Some(failure) = failure {
            tracing::error!(task = failure.task, cause = failure.cause, "a task failed; the process stops");
            state.failure.get_or_insert(failure);
            self.soft.cancel();
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error and everything that caused it, on one line.
pub(crate) fn with_sources(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}
