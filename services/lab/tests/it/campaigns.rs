//! Campaigns, their sites, the shifts there, and the laboratories.

use contract::lab::v1 as pb;
use tonic::Code;

use crate::world::{AN_KHE, PLANNER, PROVINCE, SAMPLER, area, fields, reason, world};

#[tokio::test]
async fn a_campaign_is_planned_once_and_seen_by_the_communes_in_it() {
    let mut world = world().await;
    let request = world.campaign();
    let campaign = world.planner().create_campaign(request.clone()).await.unwrap().into_inner().campaign.unwrap();
    assert_eq!(campaign.sites[0].area.as_ref().unwrap().name, "Xã Trà Đa, Thành phố Pleiku");
    world.planner().create_campaign(request.clone()).await.unwrap();
    let other = pb::CreateCampaignRequest { name: "Khác".to_owned(), ..request.clone() };
    assert_eq!(reason(&world.planner().create_campaign(other).await.unwrap_err()), "ID_REUSED");
    let mut tra_da = world.call(world.account("2021.64.622.23596", SAMPLER));
    let listed = tra_da.list_campaigns(pb::ListCampaignsRequest::default()).await.unwrap().into_inner().campaigns;
    assert_eq!(listed.iter().map(|campaign| campaign.name.as_str()).collect::<Vec<_>>(), ["Sàng lọc cộng đồng Pleiku"]);
    assert_eq!(listed[0].sites.len(), 1);
    let mut an_khe = world.call(world.account(AN_KHE, SAMPLER));
    assert!(an_khe.list_campaigns(pb::ListCampaignsRequest::default()).await.unwrap().into_inner().campaigns.is_empty());
    let mut outside = world.call(world.account(AN_KHE, PLANNER));
    let elsewhere = pb::CreateCampaignRequest { campaign_id: world.campaign().campaign_id, ..request };
    assert_eq!(outside.create_campaign(elsewhere).await.unwrap_err().code(), Code::NotFound);
    world.events().await;
}

#[tokio::test]
async fn everything_wrong_with_a_campaign_is_said_together() {
    let mut world = world().await;
    let mut request = world.campaign();
    request.from_day = "2021-10-24".to_owned();
    request.to_day = "2021-10-18".to_owned();
    request.sites.push(pb::Site { site_id: "PK-01".to_owned(), name: "An Khê".to_owned(), area: area("23617"), capacity_per_hour: 0 });
    let refused = world.planner().create_campaign(request).await.unwrap_err();
    assert_eq!(fields(&refused), ["to_day", "sites[1].area", "sites[1].site_id"]);
    world.events().await;
}

#[tokio::test]
async fn a_shift_opens_on_a_day_of_its_campaign_and_closes_when_no_tube_is_open() {
    let mut world = world().await;
    let campaign = world.planner().create_campaign(world.campaign()).await.unwrap().into_inner().campaign.unwrap();
    let request = world.shift(&campaign.campaign_id);
    let session = world.sampler().open_sampling_session(request.clone()).await.unwrap().into_inner().session.unwrap();
    world.sampler().open_sampling_session(request).await.unwrap();
    assert_eq!((session.day.as_str(), session.reason()), ("2021-10-18", pb::SamplingReason::CommunityScreening));
    let listed = world.sampler().list_sampling_sessions(pb::ListSamplingSessionsRequest::default()).await.unwrap().into_inner().sessions;
    assert_eq!(listed.len(), 1);
    let mut an_khe = world.call(world.account(AN_KHE, SAMPLER));
    let get = pb::GetSamplingSessionRequest { session_id: session.session_id.clone() };
    assert_eq!(an_khe.get_sampling_session(get.clone()).await.unwrap_err().code(), Code::NotFound);
    let tube = world.opened(&session.session_id, "8934567890123", pb::TubeKind::FieldPool).await;
    assert_eq!(tube.pool_limit, 5);
    let got = world.sampler().get_sampling_session(get).await.unwrap().into_inner().session.unwrap();
    assert_eq!((got.open_tubes.len(), got.advised_pool_size, got.prevalence_per_10000), (1, 5, -1));
    let close = pb::CloseSamplingSessionRequest { session_id: session.session_id.clone(), command_id: world.command() };
    assert_eq!(reason(&world.sampler().close_sampling_session(close.clone()).await.unwrap_err()), "TUBES_OPEN");
    let void = pb::VoidTubeRequest { tube_id: tube.tube_id, command_id: world.command(), reason: "rơi xuống đất".to_owned() };
    world.sampler().void_tube(void).await.unwrap();
    assert!(world.sampler().close_sampling_session(close.clone()).await.unwrap().into_inner().session.unwrap().closed);
    assert!(world.sampler().close_sampling_session(close).await.unwrap().into_inner().session.unwrap().closed);
    let late = world.tube(&session.session_id, "8934567890124", pb::TubeKind::Single);
    assert_eq!(reason(&world.sampler().open_tube(late).await.unwrap_err()), "SESSION_CLOSED");
    world.advance(7 * 24);
    let shift = world.shift(&campaign.campaign_id);
    assert_eq!(fields(&world.sampler().open_sampling_session(shift).await.unwrap_err()), ["campaign_id"]);
    world.events().await;
}

#[tokio::test]
async fn the_laboratories_of_the_province_are_listed() {
    let mut world = world().await;
    let mut planner = world.call(world.account(PROVINCE, PLANNER));
    let listed = planner.list_laboratories(pb::ListLaboratoriesRequest {}).await.unwrap().into_inner().laboratories;
    assert_eq!(listed.iter().map(|laboratory| laboratory.laboratory_id.as_str()).collect::<Vec<_>>(), ["BV-GL", "CDC-GL", "TTYT-AK"]);
    world.events().await;
}
