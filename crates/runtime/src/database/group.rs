//! Group commit: commands that come while others are at work wait for them, and are then done together, in one transaction.

use std::{
    collections::HashSet,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Semaphore, oneshot};

use super::{DatabaseError, transaction::start};

/// The commands of one kind that wait for their turn.
#[derive(Debug)]
pub struct Group<Key, Command, Answer> {
    line: Mutex<Line<Key, Command, Answer>>,
    at_work: Arc<Semaphore>,
    largest: usize,
}

#[derive(Debug)]
struct Line<Key, Command, Answer> {
    numbers: u64,
    waiting: Vec<Waiting<Key, Command, Answer>>,
}

#[derive(Debug)]
struct Waiting<Key, Command, Answer> {
    number: u64,
    key: Key,
    command: Command,
    answer: oneshot::Sender<Answer>,
}

/// How many groups are at work at a time: while one waits for its commit, the next one computes.
const AT_WORK: usize = 2;

impl<Key, Command, Answer> Group<Key, Command, Answer>
where
    Key: Clone + Eq + Hash,
    Command: Send + 'static,
    Answer: Send + 'static,
{
    /// Of at most `largest` commands.
    pub fn of(largest: usize) -> Self {
        Self { line: Mutex::new(Line { numbers: 0, waiting: Vec::new() }), at_work: Arc::new(Semaphore::new(AT_WORK)), largest }
    }

    /// Does `command` together with those that wait, and gives its answer. `work` answers each command that it is given, in their order; it runs to its end
    /// whatever becomes of the callers. Commands about the same `key` are never in one group. A caller who is gone before his turn has done nothing.
    pub async fn run<Work>(&self, key: Key, command: Command, work: impl Fn(Vec<Command>) -> Work) -> Result<Answer, DatabaseError>
    where
        Work: Future<Output = Vec<Answer>> + Send + 'static,
    {
        let (answer, mut answered) = oneshot::channel();
        let number = self.wait_in_line(key, command, answer);
        loop {
            let turn = tokio::select! {
                biased;
                answer = &mut answered => return answer.map_err(|_| lost()),
                turn = Arc::clone(&self.at_work).acquire_owned() => turn.map_err(|_| lost())?,
            };
            let (commands, answers) = self.next();
            if !commands.is_empty() {
                let working = work(commands);
                start(async move {
                    for (answer, to) in working.await.into_iter().zip(answers) {
                        // Who is gone sends the command again and finds it done.
                        let _ = to.send(answer);
                    }
                    drop(turn);
                });
            }
            if !self.line().waiting.iter().any(|one| one.number == number) {
                return answered.await.map_err(|_| lost());
            }
        }
    }

    fn wait_in_line(&self, key: Key, command: Command, answer: oneshot::Sender<Answer>) -> u64 {
        let mut line = self.line();
        line.numbers += 1;
        let number = line.numbers;
        line.waiting.push(Waiting { number, key, command, answer });
        number
    }

    /// Takes the next group out of those that wait.
    fn next(&self) -> (Vec<Command>, Vec<oneshot::Sender<Answer>>) {
        let mut line = self.line();
        let (mut commands, mut answers, mut keys, mut later) = (Vec::new(), Vec::new(), HashSet::new(), Vec::new());
        for one in line.waiting.drain(..).filter(|one| !one.answer.is_closed()) {
            if commands.len() < self.largest && keys.insert(one.key.clone()) {
                commands.push(one.command);
                answers.push(one.answer);
            } else {
                later.push(one);
            }
        }
        line.waiting = later;
        (commands, answers)
    }

    fn line(&self) -> MutexGuard<'_, Line<Key, Command, Answer>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The group did not end: what it did is there or not.
fn lost() -> DatabaseError {
    DatabaseError::Unknown(sqlx::Error::WorkerCrashed)
}
