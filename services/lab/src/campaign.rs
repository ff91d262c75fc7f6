//! A campaign with its sites, parsed: when, where and why people are sampled.

use chrono::NaiveDate;
use contract::lab::v1::{self as pb, SamplingReason};
use ids::CampaignId;
use requests::fault::{Fault, Faults};
use vietnam::{AreaKey, province::Profile};

use crate::access;

#[derive(Debug, Clone)]
pub struct Campaign {
    pub id: CampaignId,
    pub name: String,
    pub reason: SamplingReason,
    pub area: AreaKey,
    pub from_day: NaiveDate,
    pub to_day: NaiveDate,
    pub sites: Vec<Site>,
}

#[derive(Debug, Clone)]
pub struct Site {
    pub id: String,
    pub name: String,
    pub area: AreaKey,
    pub capacity_per_hour: i32,
}

pub fn parse(request: &pb::CreateCampaignRequest, profile: &Profile) -> Result<Campaign, Vec<Fault>> {
    let mut faults = Faults::default();
    let id = CampaignId::parse(&request.campaign_id);
    let id = faults.take(id, "campaign_id", "Cần một UUID phiên bản 7", "A UUID of version 7");
    let reason = SamplingReason::try_from(request.reason).ok().filter(|reason| *reason != SamplingReason::Unspecified).ok_or(());
    let reason = faults.take(reason, "reason", "Chọn lý do lấy mẫu", "Choose why people are sampled");
    let area = access::area(profile, request.area.as_ref(), "area", &mut faults);
    let from_day = day(&request.from_day, "from_day", &mut faults);
    let to_day = day(&request.to_day, "to_day", &mut faults);
    if let (Some(from), Some(to)) = (from_day, to_day)
        && to < from
    {
        faults.add("to_day", "Ngày cuối không trước ngày đầu", "The last day is not before the first");
    }
    let sites: Vec<Option<Site>> =
        request.sites.iter().enumerate().map(|(at, site)| parse_site(site, at, area, profile, &mut faults)).collect();
    for (at, site) in request.sites.iter().enumerate() {
        if request.sites.iter().take(at).any(|other| other.site_id.trim() == site.site_id.trim()) {
            faults.add(format!("sites[{at}].site_id"), "Mỗi điểm một mã khác nhau", "Each site has a code of its own");
        }
    }
    let campaign = (|| {
        Some(Campaign {
            id: id?,
            name: request.name.trim().to_owned(),
            reason: reason?,
            area: area?,
            from_day: from_day?,
            to_day: to_day?,
            sites: sites.into_iter().collect::<Option<Vec<_>>>()?,
        })
    })();
    faults.or(campaign)
}

fn parse_site(site: &pb::Site, at: usize, within: Option<AreaKey>, profile: &Profile, faults: &mut Faults) -> Option<Site> {
    let field = format!("sites[{at}].area");
    let area = access::area(profile, site.area.as_ref(), field.clone(), faults)?;
    if area.level() != vietnam::Level::Commune {
        faults.add(field, "Chọn xã, phường của điểm lấy mẫu", "Choose the commune of the site");
        return None;
    }
    if within.is_some_and(|within| !within.covers(area)) {
        faults.add(field, "Điểm lấy mẫu phải nằm trong địa bàn của đợt", "The site lies within the campaign's area");
        return None;
    }
    Some(Site {
        id: site.site_id.trim().to_uppercase(),
        name: site.name.trim().to_owned(),
        area,
        capacity_per_hour: site.capacity_per_hour,
    })
}

/// A day such as `2021-10-18`.
pub fn day(text: &str, field: &str, faults: &mut Faults) -> Option<NaiveDate> {
    faults.take(NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d"), field, "Ghi ngày, ví dụ 2021-10-18", "A day such as 2021-10-18")
}
