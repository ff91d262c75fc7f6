//! The desk: a campaign with its list of people, shifts, and swabs that go into tubes of the size that the shift is advised.

use anyhow::{Context as _, Result, ensure};
use contract::{
    common::v1::Area,
    lab::v1::{
        AddTubeMemberRequest, AddTubeMemberResponse, CloseSamplingSessionRequest, CloseSamplingSessionResponse, CreateCampaignRequest,
        CreateCampaignResponse, FindSubjectRequest, FindSubjectResponse, GetSamplingSessionResponse, ImportRosterRequest,
        ImportRosterResponse, OpenSamplingSessionRequest, OpenSamplingSessionResponse, OpenTubeRequest, OpenTubeResponse,
        RegisterSubjectRequest, RegisterSubjectResponse, SamplingReason, SamplingSession, SealTubeRequest, SealTubeResponse, Site,
        Specimen, Subject, TubeKind,
    },
};
use ids::{CampaignId, RosterId, SamplingSessionId, TubeId};
use serde::{Deserialize, Serialize};
use vietnam::time;

use super::staff::{CDC, SAMPLER, Staff};
use crate::simulate::person;

/// Places at which one team after the other sets up.
const SITES: usize = 5;

pub struct Campaign {
    id: String,
    sites: usize,
}

/// A tube with the swabs in it, its people by their places in the day.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tube {
    pub id: TubeId,
    pub barcode: String,
    pub pool: bool,
    pub people: Vec<usize>,
}

/// Somebody who stands at the desk and is registered.
#[derive(Debug, Clone)]
pub struct Arrived {
    pub place: usize,
    pub subject_id: String,
    /// Swabbed into a tube of his own.
    pub alone: bool,
}

/// A campaign of today in the district of the sampling team.
pub async fn plan(staff: &Staff, gateway: &str) -> Result<Campaign> {
    let (district, communes) = person::sampled_places(gateway).await?;
    let campaign = CampaignId::mint(staff.now()).to_string();
    let day = time::day_of(staff.now()).to_string();
    let site = |(number, area): (usize, &Area)| Site {
        site_id: format!("DL-{}", number + 1),
        name: format!("Điểm lấy mẫu {}", number + 1),
        area: Some(area.clone()),
        ..Site::default()
    };
    let sites: Vec<Site> = communes.iter().take(SITES).enumerate().map(site).collect();
    ensure!(!sites.is_empty(), "nobody may be sampled in {}", district.name);
    let count = sites.len();
    let request = CreateCampaignRequest {
        campaign_id: campaign.clone(),
        name: "Sàng lọc cộng đồng".to_owned(),
        reason: SamplingReason::CommunityScreening.into(),
        area: Some(district),
        from_day: day.clone(),
        to_day: day,
        sites,
    };
    let _: CreateCampaignResponse = staff.say(CDC, "campaign", "/v1/campaigns", &request).await?;
    Ok(Campaign { id: campaign, sites: count })
}

impl Campaign {
    /// Takes a list of people as a file.
    pub async fn list(&self, staff: &Staff, content: Vec<u8>) -> Result<ImportRosterResponse> {
        let request = ImportRosterRequest { import_id: RosterId::mint(staff.now()).to_string(), content, ..ImportRosterRequest::default() };
        staff.say(CDC, "roster", &format!("/v1/campaigns/{}/rosters", self.id), &request).await
    }

    /// A team begins its shift.
    pub async fn open(&self, staff: &Staff, team: usize) -> Result<Shift> {
        let session = SamplingSessionId::mint(staff.now()).to_string();
        let request = OpenSamplingSessionRequest {
            session_id: session.clone(),
            campaign_id: self.id.clone(),
            site_id: format!("DL-{}", team % self.sites + 1),
            team: format!("Đội {}", team + 1),
            ..OpenSamplingSessionRequest::default()
        };
        let _: OpenSamplingSessionResponse = staff.say(SAMPLER, "shift", "/v1/sampling-sessions", &request).await?;
        let mut shift = Shift { id: session, advised: 0 };
        shift.advised = shift.read(staff).await?.advised_pool_size;
        Ok(shift)
    }
}

pub struct Shift {
    id: String,
    /// Swabs in a tube, as it was opened.
    pub advised: i32,
}

impl Shift {
    /// As its team sees it now.
    pub async fn read(&self, staff: &Staff) -> Result<SamplingSession> {
        let answer: GetSamplingSessionResponse = staff.ask(SAMPLER, "shift", &format!("/v1/sampling-sessions/{}", self.id)).await?;
        answer.session.context("the shift is not there")
    }

    /// Swabs everybody; the sealed tubes.
    pub async fn swab(&self, staff: &Staff, people: &[Arrived]) -> Result<Vec<Tube>> {
        let (alone, pooled): (Vec<&Arrived>, Vec<&Arrived>) = people.iter().partition(|one| one.alone || self.advised < 2);
        let mut tubes = Vec::new();
        for one in alone {
            tubes.push(self.fill(staff, false, &[one]).await?.0);
        }
        let mut left = pooled.as_slice();
        while !left.is_empty() {
            // Who is left over is swabbed alone.
            let (tube, taken) = self.fill(staff, left.len() > 1, left).await?;
            tubes.push(tube);
            left = left.get(taken..).unwrap_or_default();
        }
        Ok(tubes)
    }

    /// One tube with as many of them as it holds, and how many those are.
    async fn fill(&self, staff: &Staff, pool: bool, people: &[&Arrived]) -> Result<(Tube, usize)> {
        let id = TubeId::mint(staff.now());
        let (kind, pool_limit) = if pool { (TubeKind::FieldPool, 0) } else { (TubeKind::Single, 1) };
        // The random half of the id: no label says the same twice in a year.
        let barcode = format!("X{:016X}", id.as_uuid().as_u64_pair().1);
        let request = OpenTubeRequest {
            tube_id: id.to_string(),
            session_id: self.id.clone(),
            barcode: barcode.clone(),
            kind: kind.into(),
            pool_limit,
            specimen: Specimen::NpSwab.into(),
            ..OpenTubeRequest::default()
        };
        let opened: OpenTubeResponse = staff.say(SAMPLER, "tube", "/v1/tubes", &request).await?;
        let holds = usize::try_from(opened.tube.context("no tube was opened")?.pool_limit)?;
        let mut tube = Tube { id, barcode, pool, people: Vec::new() };
        for one in people.iter().take(holds) {
            let request =
                AddTubeMemberRequest { command_id: staff.command(), subject_id: one.subject_id.clone(), ..AddTubeMemberRequest::default() };
            let _: AddTubeMemberResponse = staff.say(SAMPLER, "swab", &format!("/v1/tubes/{id}/members"), &request).await?;
            tube.people.push(one.place);
        }
        let request = SealTubeRequest { command_id: staff.command(), ..SealTubeRequest::default() };
        let _: SealTubeResponse = staff.say(SAMPLER, "seal", &format!("/v1/tubes/{id}/seal"), &request).await?;
        let taken = tube.people.len();
        Ok((tube, taken))
    }

    pub async fn close(&self, staff: &Staff) -> Result<()> {
        let request = CloseSamplingSessionRequest { command_id: staff.command(), ..CloseSamplingSessionRequest::default() };
        let path = format!("/v1/sampling-sessions/{}/close", self.id);
        let _: CloseSamplingSessionResponse = staff.say(SAMPLER, "shift", &path, &request).await?;
        Ok(())
    }
}

/// Whom a scanned card or code names.
pub async fn find(staff: &Staff, scan: String) -> Result<Subject> {
    let found: FindSubjectResponse = staff.say(SAMPLER, "find", "/v1/subjects/find", &FindSubjectRequest { scan }).await?;
    found.subject.context("a scan names nobody who is registered")
}

/// Somebody whom nobody registered before.
pub async fn register(staff: &Staff, subject: Subject) -> Result<Subject> {
    let request = RegisterSubjectRequest { subject: Some(subject) };
    let registered: RegisterSubjectResponse = staff.say(SAMPLER, "register", "/v1/subjects", &request).await?;
    registered.subject.context("nobody was registered")
}
