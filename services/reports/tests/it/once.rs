//! A hundred people act on one report at once: one of them is first, and the others are told.

use contract::reports::v1 as pb;
use tonic::Code;

use crate::world::{TRA_DA, world};

#[tokio::test]
async fn of_a_hundred_who_act_at_once_one_wins() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let version = world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap().version;
    let act = |number: usize| {
        let (mut police, report_id, command_id) = (world.police(TRA_DA), sent.id.clone(), world.command());
        async move {
            loop {
                let (report_id, command_id) = (report_id.clone(), command_id.clone());
                let done = if number.is_multiple_of(2) {
                    police.start_report(pb::StartReportRequest { report_id, command_id, version }).await.map(|_| "ReportStarted")
                } else {
                    let reason = "Không thuộc địa bàn".to_owned();
                    police.return_report(pb::ReturnReportRequest { report_id, command_id, version, reason }).await.map(|_| "ReportReturned")
                };
                match done {
                    // Nothing was done: too many at once for the database's connections. The same again, as any client does.
                    Err(status) if status.code() == Code::Unavailable => {}
                    other => return other,
                }
            }
        }
    };
    let outcomes = futures::future::join_all((0..100).map(act)).await;
    let winners: Vec<&str> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok().copied()).collect();
    assert_eq!(winners.len(), 1);
    for refused in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        let problem = runtime::grpc::Problem::from_status(refused);
        assert_eq!((refused.code(), problem.reason.as_ref()), (Code::Aborted, "CHANGED"));
        assert!(problem.metadata.contains_key("by") && problem.metadata.contains_key("at"));
    }
    let report = world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap();
    assert_eq!((report.version, report.history.last().unwrap().kind.as_str()), (version + 1, winners[0]));
    let told = world.events().await;
    assert_eq!(told.len(), 3, "{told:?}");
}

#[tokio::test]
async fn one_command_sent_many_times_at_once_is_done_once() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let caller = world.account(None, TRA_DA, crate::world::HANDLER);
    let version = world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap().version;
    let request = pb::StartReportRequest { report_id: sent.id.clone(), command_id: world.command(), version };
    let send = |_| {
        let (mut police, request) = (world.call(caller.clone()), request.clone());
        async move { police.start_report(request).await.unwrap().into_inner().report.unwrap() }
    };
    let answers = futures::future::join_all((0..6).map(send)).await;
    assert!(answers.iter().all(|report| report.version == version + 1));
    assert_eq!(world.events().await.len(), 3);
}
