//! ListReports: the queues, their order and their counts.

use contract::reports::v1::{self as pb, ReportQueue};
use tonic::Code;

use crate::world::{PLEIKU, TRA_DA, World, answer, in_area, world};

fn queue(queue: ReportQueue) -> pb::ListReportsRequest {
    pb::ListReportsRequest { queue: queue.into(), ..pb::ListReportsRequest::default() }
}

async fn filled(world: &World) -> Vec<String> {
    let mut ids = Vec::new();
    let hidden = pb::CreateReportRequest {
        category_id: "HIDDEN_PEOPLE".to_owned(),
        answers: vec![answer("people", "6"), answer("hidden_in", "load")],
        ..world.report()
    };
    let no_mask = pb::CreateReportRequest { category_id: "NO_MASK".to_owned(), answers: vec![answer("crowd", "no")], ..world.report() };
    for request in [no_mask, world.report(), hidden] {
        ids.push(world.sent(request).await.id);
    }
    ids
}

#[tokio::test]
async fn overdue_ones_come_first_then_the_next_due() {
    let mut world = world().await;
    let ids = filled(&world).await;
    let mut police = world.police(TRA_DA);
    let rows = police.list_reports(queue(ReportQueue::Unspecified)).await.unwrap().into_inner().reports;
    let order: Vec<&String> = rows.iter().map(|row| &row.report_id).collect();
    assert_eq!(order, [&ids[2], &ids[1], &ids[0]], "immediate, urgent, normal");
    world.advance(3);
    assert_eq!(reports::pass_time(&world.service, world.now()).await.unwrap(), 1);
    let listed = police.list_reports(queue(ReportQueue::Overdue)).await.unwrap().into_inner();
    assert_eq!((listed.reports.len(), listed.reports[0].report_id.as_str(), listed.reports[0].overdue), (1, ids[2].as_str(), true));
    let counts: Vec<i32> = listed.counts.iter().map(|count| count.reports).collect();
    assert_eq!(counts, [3, 0, 3, 0, 0, 1, 0, 0], "all, triage, to handle, mine, to approve, overdue, escalated, transferred");
    world.events().await;
}

#[tokio::test]
async fn each_step_moves_a_report_from_queue_to_queue() {
    let mut world = world().await;
    let ids = filled(&world).await;
    let caller = world.account(None, TRA_DA, crate::world::HANDLER);
    let mut police = world.call(caller);
    let report = world.started(&mut police, &ids[1]).await;
    assert_eq!(police.list_reports(queue(ReportQueue::Mine)).await.unwrap().into_inner().reports.len(), 1);
    assert_eq!(world.police(TRA_DA).list_reports(queue(ReportQueue::Mine)).await.unwrap().into_inner().reports.len(), 0);
    let report = police.draft_answer(world.draft(&report, pb::Outcome::NotFound)).await.unwrap().into_inner().report.unwrap();
    let mut chief = world.chief(PLEIKU);
    assert_eq!(chief.list_reports(queue(ReportQueue::ToApprove)).await.unwrap().into_inner().reports[0].report_id, ids[1]);
    chief.approve_answer(world.approve(&report)).await.unwrap();
    assert_eq!(chief.list_reports(queue(ReportQueue::ToApprove)).await.unwrap().into_inner().reports.len(), 0);
    let done = chief.list_reports(queue(ReportQueue::Done)).await.unwrap().into_inner().reports;
    assert_eq!((done.len(), done[0].report_id.as_str()), (1, ids[1].as_str()));
    world.events().await;
}

#[tokio::test]
async fn pages_follow_one_another_for_their_own_queue() {
    let mut world = world().await;
    for _ in 0..5 {
        world.sent(pb::CreateReportRequest { place: Some(in_area("23596")), ..world.report() }).await;
    }
    let mut police = world.police(TRA_DA);
    let (mut token, mut seen) = (String::new(), Vec::new());
    loop {
        let page = pb::ListReportsRequest { page_size: 2, page_token: token, ..queue(ReportQueue::ToHandle) };
        let answer = police.list_reports(page).await.unwrap().into_inner();
        seen.extend(answer.reports.into_iter().map(|row| row.report_id));
        token = answer.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (5, 5));
    let first = pb::ListReportsRequest { page_size: 2, ..queue(ReportQueue::ToHandle) };
    let page_token = police.list_reports(first).await.unwrap().into_inner().next_page_token;
    let other = pb::ListReportsRequest { page_token, ..queue(ReportQueue::Overdue) };
    assert_eq!(police.list_reports(other).await.unwrap_err().code(), Code::InvalidArgument);
    world.events().await;
}
