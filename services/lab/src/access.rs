//! Who sees what. What lies outside a caller's areas does not exist for him.

use contract::Permission;
use requests::fault::Faults;
use runtime::Caller;
use vietnam::{AreaKey, areas, province::Profile};

use crate::error::Error;

/// What the caller is compared by: the areas in which he has the permission.
pub fn eyes(caller: &Caller, permission: Permission) -> Vec<String> {
    caller.areas(permission)
}

/// Whether the caller may do something in this area.
pub fn require_area(caller: &Caller, permission: Permission, area: AreaKey) -> Result<(), Error> {
    let held = caller.areas(permission).iter().any(|root| AreaKey::parse(root).is_ok_and(|root| root.covers(area)));
    if held { Ok(()) } else { Err(Error::not_found()) }
}

/// The area of a request, in the province.
pub fn area(
    profile: &Profile,
    said: Option<&contract::common::v1::Area>,
    field: impl Into<String>,
    faults: &mut Faults,
) -> Option<AreaKey> {
    let said = said.cloned().unwrap_or_default();
    let found = areas::resolve(&said.code, &said.valid_from, profile.era).ok().filter(|area| profile.area.covers(area.key)).ok_or(());
    faults.take(found, field, "Chọn nơi trong danh mục của tỉnh", "Choose a place of the province's list").map(|area| area.key)
}

/// An area with all above it: who sees what is in it.
pub fn seen_by(area: AreaKey) -> Vec<String> {
    area.ancestors().iter().map(ToString::to_string).collect()
}
