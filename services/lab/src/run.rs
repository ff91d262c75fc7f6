//! A run of a laboratory's machine: started with its plate, read by one person, approved by another, or void.

use chrono::{DateTime, Utc};
use contract::lab::v1::{RunState, TestMethod};
use ids::{AccountId, ResultId, RunId};

use crate::{error::Error, reading::Reading, store::rules::Laboratory};

#[derive(Debug, Clone)]
pub struct Run {
    pub id: RunId,
    pub number: String,
    pub laboratory: Laboratory,
    pub method: TestMethod,
    pub kit: String,
    pub machine: String,
    pub state: RunState,
    pub started_at: DateTime<Utc>,
    pub started_by: AccountId,
    pub read_at: Option<DateTime<Utc>>,
    pub read_by: Option<AccountId>,
    pub void_reason: String,
    pub version: i64,
}

/// Why a run is void, where nobody had to say it.
pub const CONTROL_FAILED: &str = "CONTROL_FAILED";

impl Run {
    /// Its wells were read: they wait for their approval, or nothing of it counts since a control failed.
    pub fn read(mut self, controls_passed: bool, account: AccountId, now: DateTime<Utc>) -> Result<Self, Error> {
        self.require(&[RunState::Started])?;
        self.read_at = Some(now);
        self.read_by = Some(account);
        if controls_passed {
            return Ok(self.to(RunState::Read));
        }
        CONTROL_FAILED.clone_into(&mut self.void_reason);
        Ok(self.to(RunState::Void))
    }

    /// Stopped. What was approved stays approved.
    pub fn void(mut self, reason: &str, readings: &[Reading]) -> Result<Self, Error> {
        self.require(&[RunState::Started, RunState::Read])?;
        if readings.iter().any(|reading| reading.approved_at.is_some()) {
            return Err(Error::RunState);
        }
        reason.clone_into(&mut self.void_reason);
        Ok(self.to(RunState::Void))
    }

    /// Something in it was decided or corrected.
    pub fn settle(self, waiting: bool) -> Result<Self, Error> {
        self.require(&[RunState::Read, RunState::Approved])?;
        Ok(self.to(if waiting { RunState::Read } else { RunState::Approved }))
    }

    pub fn require(&self, states: &[RunState]) -> Result<(), Error> {
        if states.contains(&self.state) { Ok(()) } else { Err(Error::RunState) }
    }

    fn to(mut self, state: RunState) -> Self {
        self.state = state;
        self.version += 1;
        self
    }
}

/// What an approver approves: those he named, or all that need no single review. Nobody approves what he read himself.
pub fn to_approve(readings: &[Reading], named: &[ResultId], approver: AccountId) -> Result<Vec<Reading>, Error> {
    let chosen: Vec<Reading> = if named.is_empty() {
        readings.iter().filter(|reading| reading.waits() && reading.single_review().is_none()).cloned().collect()
    } else {
        let find = |id: &ResultId| readings.iter().find(|reading| reading.id == *id).ok_or(Error::not_found());
        let mut chosen = named.iter().map(|id| find(id).cloned()).collect::<Result<Vec<_>, Error>>()?;
        chosen.sort_by_key(|reading| reading.id);
        chosen.dedup_by_key(|reading| reading.id);
        chosen
    };
    if chosen.is_empty() || chosen.iter().any(|reading| !reading.waits()) {
        return Err(Error::ResultState);
    }
    if chosen.iter().any(|reading| reading.read_by == approver) {
        return Err(Error::OwnResult);
    }
    Ok(chosen)
}
