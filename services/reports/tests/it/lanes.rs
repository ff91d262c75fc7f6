//! A flood goes into the slow lane: taken, but after the others, and looked through first.

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use base64ct::{Base64, Encoding as _};
use contract::reports::v1::{self as pb, ReportQueue, ReportState};

use crate::world::{PLEIKU, PROVINCE, World, fields, world};

#[tokio::test]
async fn a_plate_that_many_report_waits_behind_the_others_and_is_never_refused() {
    let mut world = world().await;
    world.admitted("81C-123.45", world.now() - chrono::Duration::hours(3)).await;
    let mut states = Vec::new();
    for number in 0..7 {
        let request = pb::CreateReportRequest { plate: "81C-123.45".to_owned(), ..world.report() };
        let report = world.citizen_at(&format!("10.0.1.{number}")).create_report(request).await.unwrap().into_inner().report.unwrap();
        states.push(report.state());
    }
    assert_eq!(states[..5], [ReportState::Assigned; 5]);
    assert_eq!(states[5..], [ReportState::Received; 2]);
    world.advance(1);
    let request = pb::CreateReportRequest { plate: "81C-123.45".to_owned(), ..world.report() };
    let late = world.citizen_at("10.0.1.9").create_report(request).await.unwrap().into_inner().report.unwrap();
    assert_eq!(late.state(), ReportState::Assigned, "an hour later it is a new count");
    let queue = pb::ListReportsRequest { queue: ReportQueue::Unspecified.into(), ..pb::ListReportsRequest::default() };
    let rows = world.chief(PLEIKU).list_reports(queue).await.unwrap().into_inner().reports;
    let states: Vec<ReportState> = rows.iter().map(pb::ReportSummary::state).collect();
    assert_eq!(states[6..], [ReportState::Received; 2], "the slow ones are last");
    world.events().await;
}

#[tokio::test]
async fn one_address_that_sends_many_waits_and_its_neighbours_do_not() {
    let mut world = world().await;
    let mut states = Vec::new();
    for _ in 0..7 {
        let report = world.citizen_at("10.0.2.1").create_report(world.report()).await.unwrap().into_inner().report.unwrap();
        states.push(report.state());
    }
    assert_eq!((&states[..5], &states[5..]), (&[ReportState::Assigned; 5][..], &[ReportState::Received; 2][..]));
    let other = world.citizen_at("10.0.2.2").create_report(world.report()).await.unwrap().into_inner().report.unwrap();
    assert_eq!(other.state(), ReportState::Assigned);
    world.advance(2);
    assert_eq!(reports::pass_time(&world.service, world.now()).await.unwrap(), 0);
    assert_eq!(world.count("sent_reports").await, 0, "who sent how many is forgotten");
    let triage = pb::ListReportsRequest { queue: ReportQueue::Triage.into(), ..pb::ListReportsRequest::default() };
    assert_eq!(world.chief(PROVINCE).list_reports(triage).await.unwrap().into_inner().reports.len(), 2);
    world.events().await;
}

#[tokio::test]
async fn who_proves_his_work_has_the_larger_budget() {
    let mut world = world().await;
    let mut states = Vec::new();
    for number in 0..21 {
        let mut request = world.report();
        // The sixth, and the one over the budget of those who prove: the others need no proof to be counted.
        if [5, 20].contains(&number) {
            request.proof = proof(&world, &request).await;
        }
        states.push(world.citizen_at("10.0.2.3").create_report(request).await.unwrap().into_inner().report.unwrap().state());
    }
    assert_eq!(states[5], ReportState::Assigned, "five came before it");
    assert_eq!((states[6], states[20]), (ReportState::Received, ReportState::Received));
    world.events().await;
}

#[tokio::test]
async fn a_proof_is_of_its_own_report_and_not_part_of_it() {
    let mut world = world().await;
    let (first, second) = (world.report(), world.report());
    let proof = proof(&world, &first).await;
    let with = |report: &pb::CreateReportRequest| pb::CreateReportRequest { proof: proof.clone(), ..report.clone() };
    let refused = world.citizen().create_report(with(&second)).await.unwrap_err();
    assert_eq!(fields(&refused), ["proof"]);
    let sent = world.citizen().create_report(first.clone()).await.unwrap().into_inner();
    let again = world.citizen().create_report(with(&first)).await.unwrap().into_inner();
    assert_eq!((sent.code, sent.pin), (again.code, again.pin), "with a proof it is the same report");
    world.events().await;
}

async fn proof(world: &World, request: &pb::CreateReportRequest) -> String {
    let asked = pb::GetProofChallengeRequest { submission_id: request.submission_id.clone() };
    let challenge = world.citizen().get_proof_challenge(asked).await.unwrap().into_inner().challenge;
    let challenge: Challenge = serde_json::from_str(&challenge).unwrap();
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).unwrap().unwrap();
    Base64::encode_string(&serde_json::to_vec(&Payload { challenge, solution }).unwrap())
}
