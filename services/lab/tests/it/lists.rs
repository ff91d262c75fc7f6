//! Lists and numbers: within the caller's areas, people counted once.

use contract::lab::v1::{self as pb, TestOutcome};

use crate::{
    laboratory::{EPIDEMIOLOGIST, TECHNICIAN},
    world::{AN_KHE, PLEIKU, PROVINCE, world},
};

const TUBES: [&str; 4] = ["893456789001", "893456789002", "893456789003", "893456789004"];

#[tokio::test]
async fn a_bulletin_counts_people_and_not_tubes() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let people = world.pooled(&session, 1..4, TUBES[0]).await;
    world.swabbed(&session, 5, TUBES[1]).await;
    world.swabbed_again(&session, &people[0], TUBES[2]).await;
    let rejected = pb::RejectTubeRequest {
        barcode: TUBES[2].to_owned(),
        command_id: world.command(),
        reason: pb::RejectReason::Leak.into(),
        note: String::new(),
    };
    world.receiver().reject_tube(rejected).await.unwrap();
    world.swabbed(&session, 6, TUBES[3]).await;
    world.tested(&[(&TUBES[..1], TestOutcome::Positive), (&TUBES[1..2], TestOutcome::Positive)]).await;
    let numbers = async |area: &str, day: &str, hour| {
        let request = pb::GetLabStatisticsRequest { day: day.to_owned(), cut_off_hour: hour };
        let mut reader = world.laboratory(world.account(area, EPIDEMIOLOGIST));
        reader.get_lab_statistics(request).await.unwrap().into_inner()
    };
    let province = numbers(PROVINCE, "", None).await;
    let total = province.total.clone().unwrap();
    assert_eq!((total.people_sampled, total.tubes, total.tubes_resulted, total.rejected_tubes), (5, 4, 2, 1));
    assert_eq!((total.positive_people, total.positive_again), (1, 0));
    assert_eq!((total.suspect_tubes, total.suspect_people, total.waiting_people), (1, 3, 1), "one suspect sample of three people");
    assert_eq!(province.by_area.len(), 1);
    assert_eq!(province.by_area[0].area.as_ref().unwrap().code, "622");
    assert_eq!(province.until.unwrap().seconds - province.from.unwrap().seconds, 24 * 3600);
    let district = numbers(PLEIKU, "2021-10-18", Some(17)).await;
    assert_eq!(district.by_area[0].area.as_ref().unwrap().code, "23596");
    assert_eq!(district.total.unwrap().people_sampled, 5);
    assert_eq!(numbers(AN_KHE, "2021-10-18", Some(17)).await.total.unwrap().people_sampled, 0);
    // Swabbed at eight, so the bulletin of eight o'clock does not have them.
    assert_eq!(numbers(PROVINCE, "2021-10-18", Some(8)).await.total.unwrap().people_sampled, 0);
    assert_eq!(numbers(PROVINCE, "2021-10-19", Some(8)).await.total.unwrap().people_sampled, 5);
    world.events().await;
}

#[tokio::test]
async fn runs_are_listed_for_their_laboratory_those_that_wait_first() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    for (number, barcode) in (1..).zip(TUBES) {
        world.swabbed(&session, number, barcode).await;
    }
    let waiting = world.read(&[(&TUBES[..1], TestOutcome::Negative)]).await.run_id;
    let done = world.tested(&[(&TUBES[1..2], TestOutcome::Negative)]).await.run_id;
    let running = world.started(&[&TUBES[2..3]]).await.run_id;
    let mut seen = Vec::new();
    let mut page = pb::ListRunsRequest { page_size: 1, ..pb::ListRunsRequest::default() };
    loop {
        let answer = world.technician().list_runs(page.clone()).await.unwrap().into_inner();
        seen.extend(answer.runs);
        if answer.next_page_token.is_empty() {
            break;
        }
        page.page_token = answer.next_page_token;
    }
    assert_eq!(seen.iter().map(|run| run.run_id.as_str()).collect::<Vec<_>>(), [&waiting, &running, &done]);
    assert_eq!((seen[0].waiting, seen[0].single_review, seen[0].samples), (1, 0, 1));
    let mut elsewhere = world.laboratory(world.account(AN_KHE, TECHNICIAN));
    assert!(elsewhere.list_runs(pb::ListRunsRequest::default()).await.unwrap().into_inner().runs.is_empty());
    world.events().await;
}
