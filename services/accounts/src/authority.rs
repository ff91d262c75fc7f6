//! What one may do and therefore give: an administrator hands on only what he holds, no wider, no longer, and never to somebody above or beside his
//! unit. That no sequence of steps gets anybody more than the province gave out is a property test below.

use chrono::{DateTime, Utc};
use contract::Permission;
use ids::GrantId;
use vietnam::AreaKey;

use crate::unit::Unit;

/// A role within an area for a time, with the permissions that the role has during it.
#[derive(Debug, Clone)]
pub struct Grant {
    pub id: GrantId,
    pub role: String,
    pub area: AreaKey,
    pub valid_from: DateTime<Utc>,
    /// Exclusive. `None`: until revoked.
    pub valid_until: Option<DateTime<Utc>>,
    /// Of the role's version in force now: what its holder may do, and give.
    pub permissions: Vec<Permission>,
    /// Of every version of the role in force from now to the grant's end: what one must hold to give it.
    pub ever: Vec<Permission>,
}

impl Grant {
    pub fn in_force(&self, now: DateTime<Utc>) -> bool {
        self.valid_from <= now && !self.over(now)
    }

    pub fn over(&self, now: DateTime<Utc>) -> bool {
        self.valid_until.is_some_and(|until| until <= now)
    }

    fn lasts_as_long_as(&self, other: &Self) -> bool {
        match (self.valid_until, other.valid_until) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(mine), Some(theirs)) => theirs <= mine,
        }
    }

    fn covers(&self, permission: Permission, wanted: &Self, now: DateTime<Utc>) -> bool {
        self.in_force(now) && self.permissions.contains(&permission) && self.area.covers(wanted.area) && self.lasts_as_long_as(wanted)
    }
}

/// An administrator as far as authority goes: his unit and his grants.
#[derive(Debug, Clone)]
pub struct Administrator {
    pub unit: Unit,
    pub grants: Vec<Grant>,
}

/// A step that would widen somebody's authority, or reach outside the administrator's unit or area.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Beyond {
    #[error("the unit is not below the administrator's own, or not in his area")]
    Unit,
    /// The permission that he does not hold in the grant's area for the grant's time.
    #[error("he does not hold {permission} in {area} for as long")]
    Grant { permission: Permission, area: AreaKey },
}

impl Administrator {
    /// Whether accounts of this unit are his to administer: below his own unit and in an area where he may manage accounts now.
    pub fn reaches(&self, unit: &Unit, now: DateTime<Utc>) -> Result<(), Beyond> {
        let manages = |grant: &Grant| {
            grant.in_force(now) && grant.permissions.contains(&Permission::AccountsAccountsManage) && grant.area.covers(unit.area)
        };
        if self.unit.contains(unit) && self.grants.iter().any(manages) { Ok(()) } else { Err(Beyond::Unit) }
    }

    /// Whether he may give this grant: he holds each of its permissions, and the right to manage, over its whole area and at least as long.
    pub fn may_give(&self, wanted: &Grant, now: DateTime<Utc>) -> Result<(), Beyond> {
        let needed = wanted.ever.iter().copied().chain([Permission::AccountsAccountsManage]);
        for permission in needed {
            if !self.grants.iter().any(|own| own.covers(permission, wanted, now)) {
                return Err(Beyond::Grant { permission, area: wanted.area });
            }
        }
        Ok(())
    }

    /// Whether he may take the account into his hands (a new password link, unlocking): only if he could have given all that it still has.
    pub fn may_hand_out(&self, unit: &Unit, grants: &[Grant], now: DateTime<Utc>) -> Result<(), Beyond> {
        self.reaches(unit, now)?;
        grants.iter().filter(|grant| !grant.over(now)).try_for_each(|grant| self.may_give(grant, now))
    }
}

#[cfg(test)]
mod tests {
    use ids::UnitId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::unit::UnitKind;

    const AREAS: [&str; 6] = ["2021.64", "2021.64.622", "2021.64.622.23596", "2021.64.623", "2021.64.623.23632", "2025.52"];
    const SOME: [Permission; 3] = [Permission::AccountsAccountsManage, Permission::VehiclesTripsDecide, Permission::VehiclesTripsRead];

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_634_540_400, 0).unwrap()
    }

    fn area(index: usize) -> AreaKey {
        AreaKey::parse(AREAS[index]).unwrap()
    }

    /// Unit 1 is the root, 2 and 3 are below it, 4 is below 2.
    fn unit(number: u128) -> Unit {
        let path: &[u128] = match number {
            1 => &[1],
            2 => &[1, 2],
            3 => &[1, 3],
            _ => &[1, 2, 4],
        };
        let path: Vec<UnitId> = path.iter().map(|id| UnitId::from_uuid(Uuid::from_u128(*id))).collect();
        let own = UnitId::from_uuid(Uuid::from_u128(number));
        Unit { id: own, parent: None, name: String::new(), kind: UnitKind::Department, area: area(0), post_code: None, path }
    }

    fn grant(area_index: usize, permissions: &[Permission], hours: Option<i64>) -> Grant {
        Grant {
            id: GrantId::from_uuid(Uuid::nil()),
            role: String::new(),
            area: area(area_index),
            valid_from: now(),
            valid_until: hours.map(|hours| now() + chrono::Duration::hours(hours)),
            permissions: permissions.to_vec(),
            ever: permissions.to_vec(),
        }
    }

    #[test]
    fn he_gives_only_what_he_holds() {
        let admin = Administrator { unit: unit(2), grants: vec![grant(1, &SOME, Some(24))] };
        let read = &SOME[2..];
        for (wanted, expected) in [
            (grant(1, read, Some(24)), true),
            (grant(2, read, Some(1)), true),
            (grant(0, read, Some(1)), false),
            (grant(3, read, Some(1)), false),
            (grant(1, read, Some(25)), false),
            (grant(1, read, None), false),
            (grant(1, &[Permission::VehiclesTripsFind], Some(1)), false),
            (grant(5, &[], Some(1)), false),
            (grant(2, &[], Some(1)), true),
        ] {
            assert_eq!(admin.may_give(&wanted, now()).is_ok(), expected, "{wanted:?}");
        }
        let tomorrow = now() + chrono::Duration::hours(24);
        assert!(admin.may_give(&grant(2, read, Some(1)), tomorrow).is_err(), "his own grant is over");
    }

    #[test]
    fn he_reaches_only_below_his_unit_and_in_his_area() {
        let admin = Administrator { unit: unit(2), grants: vec![grant(0, &SOME, None)] };
        for (number, expected) in [(1, false), (2, true), (3, false), (4, true)] {
            assert_eq!(admin.reaches(&unit(number), now()).is_ok(), expected, "unit {number}");
        }
        let narrow = Administrator { unit: unit(1), grants: vec![grant(1, &SOME, None)] };
        assert_eq!(narrow.reaches(&unit(4), now()), Err(Beyond::Unit), "the unit's area is the province, his a district");
        let reader = Administrator { unit: unit(1), grants: vec![grant(0, &SOME[1..], None)] };
        assert_eq!(reader.reaches(&unit(1), now()), Err(Beyond::Unit));
    }

    #[test]
    fn an_account_above_him_is_not_handed_out() {
        let admin = Administrator { unit: unit(1), grants: vec![grant(0, &SOME, Some(24))] };
        assert!(admin.may_hand_out(&unit(2), &[grant(1, &SOME, Some(24))], now()).is_ok());
        assert!(admin.may_hand_out(&unit(2), &[grant(1, &SOME, None)], now()).is_err(), "it outlasts his own authority");
        assert!(admin.may_hand_out(&unit(2), &[grant(1, &SOME, Some(-1))], now()).is_ok(), "what is over counts no more");
    }

    #[derive(Debug, Clone)]
    enum Step {
        Create { by: usize, unit: u128, area: usize, permissions: Vec<Permission>, hours: Option<i64> },
        TakeOver { by: usize, account: usize },
    }

    fn some_grant() -> impl Strategy<Value = (usize, Vec<Permission>, Option<i64>)> {
        (0..AREAS.len(), proptest::sample::subsequence(SOME.to_vec(), 0..=3), proptest::option::of(1i64..50))
    }

    fn step() -> impl Strategy<Value = Step> {
        let create = (0usize..6, 1u128..5, some_grant()).prop_map(|(by, unit, (area, permissions, hours))| Step::Create {
            by,
            unit,
            area,
            permissions,
            hours,
        });
        prop_oneof![3 => create, 1 => (0usize..6, 0usize..6).prop_map(|(by, account)| Step::TakeOver { by, account })]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Somebody who owns account 0 creates and takes over accounts in any order: whatever he can then do anywhere at any time, account 0 could.
        #[test]
        fn no_sequence_of_steps_widens_authority(
            start in some_grant(), other in some_grant(), own_unit in 1u128..5, steps in proptest::collection::vec(step(), 0..12)
        ) {
            let root = grant(start.0, &start.1, start.2);
            let mut accounts = vec![
                (Administrator { unit: unit(own_unit), grants: vec![root.clone()] }, true),
                (Administrator { unit: unit(1), grants: vec![grant(other.0, &other.1, other.2)] }, false),
            ];
            for step in steps {
                match step {
                    Step::Create { by, unit: number, area, permissions, hours } => {
                        let Some((admin, true)) = accounts.get(by).cloned() else { continue };
                        let (place, wanted) = (unit(number), grant(area, &permissions, hours));
                        if admin.reaches(&place, now()).is_ok() && admin.may_give(&wanted, now()).is_ok() {
                            accounts.push((Administrator { unit: place, grants: vec![wanted] }, true));
                        }
                    }
                    Step::TakeOver { by, account } => {
                        let (Some((admin, true)), Some((target, _))) = (accounts.get(by).cloned(), accounts.get(account).cloned()) else { continue };
                        if admin.may_hand_out(&target.unit, &target.grants, now()).is_ok() {
                            accounts[account].1 = true;
                        }
                    }
                }
            }
            for (held, _) in accounts.iter().filter(|(_, owned)| *owned) {
                prop_assert!(unit(own_unit).contains(&held.unit));
                for grant in &held.grants {
                    prop_assert!(grant.permissions.iter().all(|permission| root.covers(*permission, grant, now())), "{:?} from {:?}", grant, root);
                }
            }
        }
    }
}
