//! Who sees which report, and to whom he may give it. What lies outside a caller's areas does not exist for him.

use contract::{Permission, reports::v1 as pb};
use runtime::Caller;
use vietnam::{AreaKey, areas, province::Profile};

use crate::{
    error::Error,
    fault::Faults,
    recipient::{Recipient, eyes_of_post},
};

/// What the caller is compared by: an officer of a post sees what his post has, everyone else what is in his areas.
pub fn eyes(caller: &Caller, permission: Permission) -> Result<Vec<String>, Error> {
    Ok(match &caller.account()?.post {
        Some(post) => vec![eyes_of_post(post)],
        None => caller.areas(permission),
    })
}

/// The recipient that a person chose: within his own areas, or above them, where those sit who decide what is not his.
pub fn recipient(profile: &Profile, caller: &Caller, permission: Permission, chosen: Option<&pb::Recipient>) -> Result<Recipient, Error> {
    let mut faults = Faults::default();
    let found = chosen.and_then(|chosen| parse(profile, chosen, &mut faults));
    let roots: Vec<AreaKey> = caller.areas(permission).iter().filter_map(|root| AreaKey::parse(root).ok()).collect();
    let reachable =
        |found: &Recipient| roots.iter().any(|root| root.covers(found.area) || (found.post.is_none() && found.area.covers(*root)));
    if found.as_ref().is_some_and(|found| !reachable(found)) {
        faults.add("recipient", "Chọn đơn vị trong khu vực của mình hoặc cấp trên", "Choose a unit in your area, or above it");
    }
    faults.or(found).map_err(Error::invalid)
}

fn parse(profile: &Profile, chosen: &pb::Recipient, faults: &mut Faults) -> Option<Recipient> {
    if !chosen.post_id.is_empty() {
        let post = profile.post(&chosen.post_id).ok_or(());
        return faults.take(post, "recipient.post_id", "Chọn chốt trong danh sách", "Choose a post of the list").map(Recipient::at);
    }
    let said = chosen.area.clone().unwrap_or_default();
    let area = areas::resolve(&said.code, &said.valid_from, profile.era).ok().filter(|area| profile.area.covers(area.key)).ok_or(());
    let area = faults.take(area, "recipient.area", "Chọn tỉnh, huyện hoặc xã trong danh mục", "Choose an area of the list")?;
    Some(Recipient::police(area.key))
}
