//! The live feed of one process: one reader of each stream, every open page behind it. Bounded: who is too slow is told to reload.
use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::{broadcast, watch};

/// Events that a page may have missed and still gets.
const KEPT: usize = 512;
/// Events that wait for a slow page.
const WAITING: usize = 256;

/// What pages are told of an event: no content, so that nothing can leak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveEvent {
    /// Number in its stream.
    pub sequence: u64,
    /// Such as `TripDecided`.
    pub name: String,
    /// The id of the trip or the report.
    pub aggregate: String,
    /// Area tokens of the subject: `64.622.23563`.
    pub area: String,
}

/// Whether the feed can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedState {
    Up,
    /// NATS does not answer: silence says nothing.
    Down,
    /// The process ends.
    Closed,
}

/// Where pages listen.
pub struct Hub {
    sender: broadcast::Sender<LiveEvent>,
    recent: Mutex<VecDeque<LiveEvent>>,
    last: AtomicU64,
    state: watch::Sender<FeedState>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(WAITING),
            recent: Mutex::default(),
            last: AtomicU64::new(0),
            state: watch::Sender::new(FeedState::Down),
        }
    }
}

impl Hub {
    /// Tells every page; events come in order.
    pub fn publish(&self, event: LiveEvent) {
        self.last.store(event.sequence, Ordering::Release);
        let mut recent = self.recent();
        if recent.len() == KEPT {
            recent.pop_front();
        }
        recent.push_back(event.clone());
        // Nobody listening is no error.
        let _nobody = self.sender.send(event);
    }

    pub fn set_state(&self, state: FeedState) {
        self.state.send_if_modified(|current| {
            let changed = *current != state && *current != FeedState::Closed;
            if changed {
                *current = state;
            }
            changed
        });
    }

    /// Number of the last event.
    pub fn sequence(&self) -> u64 {
        self.last.load(Ordering::Acquire)
    }

    pub fn is_up(&self) -> bool {
        *self.state.borrow() == FeedState::Up
    }

    /// Listens from now on, with what happened after `seen`.
    pub fn subscribe(&self, seen: Option<u64>) -> Subscription {
        let recent = self.recent();
        let receiver = self.sender.subscribe();
        let missed = match (seen, recent.front()) {
            (None, _) => Missed::Events(VecDeque::new()),
            (Some(seen), _) if seen >= self.sequence() => Missed::Events(VecDeque::new()),
            (Some(seen), Some(oldest)) if seen + 1 >= oldest.sequence => {
                Missed::Events(recent.iter().filter(|event| event.sequence > seen).cloned().collect())
            }
            _ => Missed::TooMany,
        };
        Subscription { missed, receiver, state: self.state.subscribe() }
    }

    fn recent(&self) -> MutexGuard<'_, VecDeque<LiveEvent>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Missed {
    Events(VecDeque<LiveEvent>),
    TooMany,
}

/// One page's ear.
pub struct Subscription {
    missed: Missed,
    receiver: broadcast::Receiver<LiveEvent>,
    state: watch::Receiver<FeedState>,
}

/// What a page hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    Event(LiveEvent),
    /// Too much was missed: load the page again.
    Reset,
    State(FeedState),
}

impl Subscription {
    pub fn state(&self) -> FeedState {
        *self.state.borrow()
    }

    /// The next thing; `None` when the process ends.
    pub async fn next(&mut self) -> Option<Heard> {
        match &mut self.missed {
            Missed::TooMany => {
                self.missed = Missed::Events(VecDeque::new());
                return Some(Heard::Reset);
            }
            Missed::Events(events) => {
                if let Some(event) = events.pop_front() {
                    return Some(Heard::Event(event));
                }
            }
        }
        tokio::select! {
            changed = self.state.changed() => {
                changed.ok()?;
                let state = *self.state.borrow_and_update();
                (state != FeedState::Closed).then_some(Heard::State(state))
            }
            received = self.receiver.recv() => match received {
                Ok(event) => Some(Heard::Event(event)),
                Err(broadcast::error::RecvError::Lagged(_)) => Some(Heard::Reset),
                Err(broadcast::error::RecvError::Closed) => None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(sequence: u64) -> LiveEvent {
        LiveEvent { sequence, name: "TripDecided".into(), aggregate: "t".into(), area: "64._._".into() }
    }

    #[tokio::test]
    async fn a_page_gets_what_it_missed_or_is_told_to_reload() {
        let hub = Hub::default();
        for sequence in 1..=600 {
            hub.publish(event(sequence));
        }
        let mut near = hub.subscribe(Some(598));
        assert_eq!(near.next().await, Some(Heard::Event(event(599))));
        assert_eq!(near.next().await, Some(Heard::Event(event(600))));
        assert_eq!(hub.subscribe(Some(3)).next().await, Some(Heard::Reset));
    }

    #[tokio::test]
    async fn a_slow_page_is_told_to_reload_and_the_end_ends_it() {
        let hub = Hub::default();
        let mut slow = hub.subscribe(None);
        for sequence in 1..=300 {
            hub.publish(event(sequence));
        }
        assert_eq!(slow.next().await, Some(Heard::Reset));
        let mut open = hub.subscribe(None);
        hub.set_state(FeedState::Up);
        assert_eq!(open.next().await, Some(Heard::State(FeedState::Up)));
        hub.set_state(FeedState::Closed);
        assert_eq!(open.next().await, None);
    }
}
