//! Domain values as the contract writes them.

use chrono::{DateTime, Utc};
use contract::{accounts::v1 as wire, common::v1::Area};
use vietnam::{AreaKey, areas};

use crate::{
    account::{Account, State},
    authority::Grant,
    store::{accounts::Preferences, grants::Role},
    unit::{Unit, UnitKind},
};

pub fn account(account: &Account) -> wire::Account {
    wire::Account {
        account_id: account.id.to_string(),
        login: account.login.clone(),
        full_name: account.full_name.clone(),
        unit: Some(unit(&account.unit)),
        state: state(account.state()).into(),
        grants: account.grants.iter().map(grant).collect(),
        created_at: Some(account.created_at.into()),
        last_signed_in_at: account.last_signed_in_at.map(Into::into),
        version: account.version,
    }
}

pub const fn state(state: State) -> wire::AccountState {
    match state {
        State::Invited => wire::AccountState::Invited,
        State::Active => wire::AccountState::Active,
        State::Locked => wire::AccountState::Locked,
    }
}

pub fn unit(unit: &Unit) -> wire::Unit {
    wire::Unit {
        unit_id: unit.id.to_string(),
        parent_unit_id: unit.parent.map(|id| id.to_string()).unwrap_or_default(),
        name: unit.name.clone(),
        kind: unit_kind(unit.kind).into(),
        area: Some(area(unit.area)),
        post_code: unit.post_code.clone().unwrap_or_default(),
    }
}

const fn unit_kind(kind: UnitKind) -> wire::UnitKind {
    match kind {
        UnitKind::ProvincePolice => wire::UnitKind::ProvincePolice,
        UnitKind::DistrictPolice => wire::UnitKind::DistrictPolice,
        UnitKind::CommunePolice => wire::UnitKind::CommunePolice,
        UnitKind::Post => wire::UnitKind::Post,
        UnitKind::Department => wire::UnitKind::Department,
    }
}

fn grant(grant: &Grant) -> wire::Grant {
    wire::Grant {
        grant_id: grant.id.to_string(),
        role_id: grant.role.clone(),
        area: Some(area(grant.area)),
        valid_from: Some(grant.valid_from.into()),
        valid_until: grant.valid_until.map(Into::into),
    }
}

fn area(key: AreaKey) -> Area {
    Area {
        code: key.code(),
        valid_from: key.era().valid_from_text().to_owned(),
        name: areas::get(key).map(|area| area.display_name()).unwrap_or_default(),
    }
}

pub fn role(role: Role) -> wire::Role {
    wire::Role { role_id: role.id, name_vi: role.name_vi, name_en: role.name_en, permissions: role.permissions }
}

pub fn preferences(chosen: Preferences) -> wire::Preferences {
    wire::Preferences { language: chosen.language, theme: chosen.theme, gloves: chosen.gloves }
}

/// A person and what he may do at `now`; the session is left to the caller to fill in.
pub fn principal(
    account: &Account,
    preferred: Preferences,
    session_id: String,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> wire::Principal {
    wire::Principal {
        account_id: account.id.to_string(),
        session_id,
        login: account.login.clone(),
        full_name: account.full_name.clone(),
        unit: Some(unit(&account.unit)),
        permissions: permissions(&account.grants, now),
        preferences: Some(preferences(preferred)),
        expires_at: Some(expires_at.into()),
        locked: false,
    }
}

/// Each permission once, with the areas of all grants in force that have it.
fn permissions(grants: &[Grant], now: DateTime<Utc>) -> Vec<wire::PermissionGrant> {
    let held = |permission: &contract::Permission| {
        let mut areas: Vec<String> = grants
            .iter()
            .filter(|grant| grant.in_force(now) && grant.permissions.contains(permission))
            .map(|grant| grant.area.to_string())
            .collect();
        areas.sort_unstable();
        areas.dedup();
        wire::PermissionGrant { permission: permission.as_str().to_owned(), areas }
    };
    contract::Permission::ALL.iter().map(held).filter(|permission| !permission.areas.is_empty()).collect()
}
