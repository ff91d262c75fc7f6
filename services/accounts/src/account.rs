//! An account and what happens to it. Its grants are `authority.rs`; its password never comes here.

use chrono::{DateTime, Utc};
use ids::{AccountId, GrantId, SessionId};

use crate::{authority::Grant, unit::Unit};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for its owner to set a password.
    Invited,
    Active,
    Locked,
}

#[derive(Clone)]
pub struct Account {
    pub id: AccountId,
    pub login: String,
    pub full_name: String,
    pub unit: Unit,
    pub locked: bool,
    pub has_password: bool,
    /// Not revoked, by beginning.
    pub grants: Vec<Grant>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub last_signed_in_at: Option<DateTime<Utc>>,
}

/// What happened, for who must know. `publish.rs` makes public events of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    Changed,
    SessionEnded(SessionId),
    AllSessionsEnded,
}

/// Why a change of an account is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the account was changed meanwhile")]
    Stale,
    #[error("nobody does this to his own account")]
    Own,
    #[error("the account is locked")]
    Locked,
    #[error("the account has no such grant")]
    NoGrant,
}

impl Account {
    pub const fn state(&self) -> State {
        match (self.locked, self.has_password) {
            (true, _) => State::Locked,
            (false, true) => State::Active,
            (false, false) => State::Invited,
        }
    }

    /// Locking twice is one lock: `None`.
    pub fn lock(&mut self, by: AccountId, version: i64) -> Result<Option<[Happened; 2]>, Refused> {
        self.not_by_itself(by)?;
        if self.locked {
            return Ok(None);
        }
        self.next_version(version)?;
        self.locked = true;
        Ok(Some([Happened::Changed, Happened::AllSessionsEnded]))
    }

    /// Unlocking twice is one: `None`.
    pub fn unlock(&mut self, by: AccountId, version: i64) -> Result<Option<[Happened; 1]>, Refused> {
        self.not_by_itself(by)?;
        if !self.locked {
            return Ok(None);
        }
        self.next_version(version)?;
        self.locked = false;
        Ok(Some([Happened::Changed]))
    }

    /// What he may do grows, and his sessions go on; but a password that the new role finds too short is good no more.
    pub fn add_grant(&mut self, by: AccountId, grant: Grant, version: i64, longer_password: bool) -> Result<Vec<Happened>, Refused> {
        self.not_by_itself(by)?;
        self.next_version(version)?;
        self.grants.push(grant);
        if !longer_password {
            return Ok(vec![Happened::Changed]);
        }
        self.has_password = false;
        Ok(vec![Happened::Changed, Happened::AllSessionsEnded])
    }

    pub fn revoke_grant(&mut self, by: AccountId, grant: GrantId, version: i64) -> Result<[Happened; 2], Refused> {
        self.not_by_itself(by)?;
        let at = self.grants.iter().position(|own| own.id == grant).ok_or(Refused::NoGrant)?;
        self.next_version(version)?;
        self.grants.remove(at);
        Ok([Happened::Changed, Happened::AllSessionsEnded])
    }

    /// The old password is good no more: a reset that leaves a stolen one in force is none.
    pub fn renew_password(&mut self, by: AccountId) -> Result<[Happened; 2], Refused> {
        self.not_by_itself(by)?;
        if self.locked {
            return Err(Refused::Locked);
        }
        self.has_password = false;
        self.version += 1;
        Ok([Happened::Changed, Happened::AllSessionsEnded])
    }

    pub fn set_password(&mut self) -> Result<[Happened; 2], Refused> {
        if self.locked {
            return Err(Refused::Locked);
        }
        self.has_password = true;
        self.version += 1;
        Ok([Happened::Changed, Happened::AllSessionsEnded])
    }

    fn not_by_itself(&self, by: AccountId) -> Result<(), Refused> {
        if self.id == by { Err(Refused::Own) } else { Ok(()) }
    }

    fn next_version(&mut self, named: i64) -> Result<(), Refused> {
        if named != self.version {
            return Err(Refused::Stale);
        }
        self.version += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ids::UnitId;
    use uuid::Uuid;

    use super::*;
    use crate::unit::UnitKind;

    const ADMIN: AccountId = AccountId::from_uuid(Uuid::from_u128(9));

    fn account() -> Account {
        let unit = UnitId::from_uuid(Uuid::nil());
        let area = vietnam::AreaKey::parse("2021.64").unwrap();
        Account {
            id: AccountId::from_uuid(Uuid::from_u128(1)),
            login: "duong.le".into(),
            full_name: String::new(),
            unit: Unit { id: unit, parent: None, name: String::new(), kind: UnitKind::Post, area, post_code: None, path: vec![unit] },
            locked: false,
            has_password: true,
            grants: Vec::new(),
            version: 3,
            created_at: DateTime::UNIX_EPOCH,
            last_signed_in_at: None,
        }
    }

    #[test]
    fn a_lock_names_the_version_it_saw_and_happens_once() {
        let mut account = account();
        assert_eq!(account.lock(ADMIN, 2), Err(Refused::Stale));
        assert_eq!(account.lock(account.id, 3), Err(Refused::Own));
        assert_eq!(account.lock(ADMIN, 3), Ok(Some([Happened::Changed, Happened::AllSessionsEnded])));
        assert_eq!((account.state(), account.version), (State::Locked, 4));
        assert_eq!(account.lock(ADMIN, 3), Ok(None), "sent again");
        assert_eq!(account.unlock(ADMIN, 3), Err(Refused::Stale));
        assert_eq!(account.unlock(ADMIN, 4), Ok(Some([Happened::Changed])));
        assert_eq!((account.state(), account.version), (State::Active, 5));
    }

    #[test]
    fn a_renewed_password_waits_for_the_owner() {
        let mut account = account();
        account.renew_password(ADMIN).unwrap();
        assert_eq!(account.state(), State::Invited);
        account.set_password().unwrap();
        assert_eq!((account.state(), account.version), (State::Active, 5));
        account.lock(ADMIN, 5).unwrap();
        assert_eq!(account.set_password(), Err(Refused::Locked));
        assert_eq!(account.renew_password(ADMIN), Err(Refused::Locked));
    }
}
