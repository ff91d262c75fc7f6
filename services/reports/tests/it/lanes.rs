//! A flood goes into the slow lane: taken, but after the others, and looked through first.

use contract::reports::v1::{self as pb, ReportQueue, ReportState};

use crate::world::{PLEIKU, PROVINCE, world};

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
    let mut slow = 0;
    for _ in 0..22 {
        let report = world.citizen_at("10.0.2.1").create_report(world.report()).await.unwrap().into_inner().report.unwrap();
        slow += usize::from(report.state() == ReportState::Received);
    }
    assert_eq!(slow, 2);
    let other = world.citizen_at("10.0.2.2").create_report(world.report()).await.unwrap().into_inner().report.unwrap();
    assert_eq!(other.state(), ReportState::Assigned);
    world.advance(2);
    assert_eq!(reports::pass_time(&world.service, world.now()).await.unwrap(), 0);
    assert_eq!(world.count("sent_reports").await, 0, "who sent how many is forgotten");
    let triage = pb::ListReportsRequest { queue: ReportQueue::Triage.into(), ..pb::ListReportsRequest::default() };
    assert_eq!(world.chief(PROVINCE).list_reports(triage).await.unwrap().into_inner().reports.len(), 2);
    world.events().await;
}
