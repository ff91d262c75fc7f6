//! Whether the process can do its work: one latch per component, ready when every one is. Who answers with it: the admin port and gRPC health.

use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::watch;

/// The components of a process. Clones are the same.
#[derive(Debug, Clone)]
pub struct Health(Arc<watch::Sender<BTreeMap<&'static str, State>>>);

/// One component's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Ready,
    /// In words for an operator; no personal data.
    Unready(String),
}

/// The latch of one component. It begins unready.
#[derive(Debug, Clone)]
pub struct Component {
    name: &'static str,
    health: Health,
}

impl Default for Health {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(BTreeMap::new())))
    }
}

impl Health {
    /// Adds a component, such as `vehicles.database`.
    pub fn component(&self, name: &'static str) -> Component {
        let component = Component { name, health: self.clone() };
        component.unready("starting");
        component
    }

    /// Ready when every component is; a process without any is not.
    pub fn is_ready(&self) -> bool {
        all_ready(&self.0.borrow())
    }

    pub fn components(&self) -> BTreeMap<&'static str, State> {
        self.0.borrow().clone()
    }

    /// Returns when every component is ready.
    pub async fn ready(&self) {
        // The sender lives in self, so the channel cannot close meanwhile.
        let _ = self.0.subscribe().wait_for(all_ready).await;
    }

    /// Returns when readiness differs from `was`.
    pub async fn changed_from(&self, was: bool) {
        let _ = self.0.subscribe().wait_for(|components| all_ready(components) != was).await;
    }
}

fn all_ready(components: &BTreeMap<&'static str, State>) -> bool {
    !components.is_empty() && components.values().all(|state| *state == State::Ready)
}

impl Component {
    pub fn ready(&self) {
        self.set(State::Ready);
    }

    pub fn unready(&self, why: impl Into<String>) {
        self.set(State::Unready(why.into()));
    }

    fn set(&self, state: State) {
        self.health.0.send_if_modified(|components| {
            let changed = components.get(self.name) != Some(&state);
            components.insert(self.name, state);
            changed
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_is_ready_when_every_component_is() {
        let health = Health::default();
        assert!(!health.is_ready());
        let (database, stream) = (health.component("database"), health.component("stream"));
        database.ready();
        assert!(!health.is_ready());
        stream.ready();
        health.ready().await;
        database.unready("no answer");
        health.changed_from(true).await;
        assert_eq!(health.components()["database"], State::Unready("no answer".into()));
    }
}
