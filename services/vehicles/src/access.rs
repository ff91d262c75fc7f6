//! Who may act where, and who sees which trip. A trip outside a caller's areas does not exist for him.

use contract::Permission;
use runtime::Caller;
use vietnam::province::{Post, Profile};

use crate::{error::Error, fault::Faults, store::trips::Record};

/// The post at which the caller acts: his own, or for an administrator one in his areas.
pub fn desk<'a>(profile: &'a Profile, caller: &Caller, permission: Permission, post: &str) -> Result<&'a Post, Error> {
    let Some(found) = profile.post(post) else {
        let mut faults = Faults::default();
        faults.add("post_id", "Chọn chốt trong danh sách", "Choose a post of the list");
        return Err(Error::invalid(faults.0));
    };
    let own = caller.account()?.post.as_deref().is_none_or(|own| own == post);
    let roots = caller.areas(permission);
    if own && found.area.ancestors().iter().any(|area| roots.contains(&area.to_string())) { Ok(found) } else { Err(Error::not_found()) }
}

/// Any post opens any open trip; everyone else sees the trips of his areas.
pub fn see(caller: &Caller, permission: Permission, record: Record) -> Result<Record, Error> {
    let at_a_post = caller.account()?.post.is_some();
    if (at_a_post && record.trip.is_open()) || record.is_within(&caller.areas(permission)) { Ok(record) } else { Err(Error::not_found()) }
}
