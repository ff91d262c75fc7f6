//! Time: a passed deadline is told once however many timers run, and a week after its end a report is closed.

use contract::reports::v1::{self as pb, ReportState};

use crate::world::{TRA_DA, world};

#[tokio::test]
async fn a_passed_deadline_is_told_once_for_each_deadline() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let other = world.sent(world.report()).await;
    world.advance(33);
    assert_eq!(reports::pass_time(&world.service, world.now()).await.unwrap(), 0, "17:00 of Tuesday is not over");
    world.advance(1);
    let runs = futures::future::join_all((0..6).map(|_| reports::pass_time(&world.service, world.now()))).await;
    assert_eq!(runs.into_iter().map(Result::unwrap).sum::<u32>(), 2);
    let report = world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap();
    let kinds: Vec<&str> = report.history.iter().rev().take(2).map(|line| line.kind.as_str()).collect();
    assert!(report.overdue && kinds == ["ReportEscalated", "ReportOverdue"], "{kinds:?}");
    assert!(world.follow(&other.ticket).await.overdue);
    world.advance(1);
    assert_eq!(reports::pass_time(&world.service, world.now()).await.unwrap(), 0, "once");
    world.answered(&sent.id, pb::Outcome::Unfounded).await;
    let reopen = pb::ReopenReportRequest {
        ticket: Some(sent.ticket.clone()),
        command_id: world.command(),
        reason: "Xe vẫn ở đó mỗi tối".to_owned(),
    };
    let reopened = world.citizen().reopen_report(reopen).await.unwrap().into_inner().report.unwrap();
    assert!(!reopened.overdue);
    world.advance(48);
    assert_eq!(reports::pass_time(&world.service, world.now()).await.unwrap(), 1, "a new deadline");
    let told = world.events().await;
    assert_eq!(told.iter().filter(|event| *event == "ReportOverdue.64.622.23596").count(), 3);
}

#[tokio::test]
async fn what_was_answered_is_closed_after_a_week() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    world.answered(&sent.id, pb::Outcome::Unfounded).await;
    world.advance(7 * 24 - 1);
    assert_eq!(reports::pass_time(&world.service, world.now()).await.unwrap(), 0);
    world.advance(1);
    assert_eq!(reports::pass_time(&world.service, world.now()).await.unwrap(), 1);
    let followed = world.follow(&sent.ticket).await;
    assert_eq!((followed.state(), followed.may_rate, followed.reopen_until), (ReportState::Closed, true, None));
    assert_eq!(world.events().await.last().unwrap(), "ReportClosed.64.622.23596");
}
