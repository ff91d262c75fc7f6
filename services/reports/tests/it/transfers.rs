//! ListAgencies, TransferReport, EndTransfer: another agency has a report for a time, and the reporter reads which.

use contract::reports::v1::{self as pb, ReportQueue, ReportState, report_service_client::ReportServiceClient};
use runtime::grpc::Client;

use crate::world::{TRA_DA, World, fields, reason, world};

fn transfer(world: &World, report: &pb::Report) -> pb::TransferReportRequest {
    pb::TransferReportRequest {
        report_id: report.report_id.clone(),
        command_id: world.command(),
        version: report.version,
        agency_id: "SO_GTVT".to_owned(),
        reason: "Đề nghị kiểm tra phù hiệu của xe".to_owned(),
        working_days: 0,
    }
}

async fn transferred(world: &World, by: &mut ReportServiceClient<Client>, id: &str) -> pb::Report {
    let report = world.started(by, id).await;
    by.transfer_report(transfer(world, &report)).await.unwrap().into_inner().report.unwrap()
}

#[tokio::test]
async fn an_agency_of_the_list_has_it_and_gives_it_back() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let mut police = world.police(TRA_DA);
    let agencies = police.list_agencies(pb::ListAgenciesRequest {}).await.unwrap().into_inner().agencies;
    assert_eq!((agencies[0].agency_id.as_str(), agencies[0].working_days), ("SO_GTVT", 5));
    let report = transferred(&world, &mut police, &sent.id).await;
    let outside = report.transfer.clone().unwrap();
    assert_eq!((report.state(), outside.agency.unwrap().name_vi.as_str()), (ReportState::Transferred, "Sở Giao thông vận tải"));
    assert_eq!(outside.due_at.unwrap().seconds, "2021-10-25T10:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp());
    assert_eq!(outside.reason, "Đề nghị kiểm tra phù hiệu của xe");
    let followed = world.follow(&sent.ticket).await;
    assert_eq!(
        (followed.state(), followed.transferred_to.unwrap().name_en.as_str()),
        (ReportState::Transferred, "Department of Transport")
    );
    let queue = pb::ListReportsRequest { queue: ReportQueue::Transferred.into(), ..pb::ListReportsRequest::default() };
    assert_eq!(police.list_reports(queue).await.unwrap().into_inner().reports.len(), 1);
    let end = pb::EndTransferRequest {
        report_id: sent.id.clone(),
        command_id: world.command(),
        version: report.version,
        refused: false,
        answer: "Phù hiệu đã hết hạn".to_owned(),
    };
    let back = police.end_transfer(end.clone()).await.unwrap().into_inner().report.unwrap();
    let again = police.end_transfer(end).await.unwrap().into_inner().report.unwrap();
    assert_eq!((back.state(), back.version, back.handler_id.is_empty()), (ReportState::InProgress, again.version, false));
    assert_eq!(
        (back.history.last().unwrap().kind.as_str(), back.transfer.unwrap().answer.as_str()),
        ("TransferAnswered", "Phù hiệu đã hết hạn")
    );
    assert!(world.follow(&sent.ticket).await.transferred_to.is_none());
    let told = world.events().await;
    assert!(told.iter().any(|event| event.starts_with("ReportTransferred")) && told.iter().any(|event| event.starts_with("TransferEnded")));
}

#[tokio::test]
async fn nobody_is_named_to_another_agency() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let mut police = world.police(TRA_DA);
    let report = world.started(&mut police, &sent.id).await;
    let named = pb::TransferReportRequest { reason: "Liên hệ ông Hùng, 0905 123 456".to_owned(), ..transfer(&world, &report) };
    assert_eq!(reason(&police.transfer_report(named).await.unwrap_err()), "PERSON_NAMED");
    let unknown = pb::TransferReportRequest { agency_id: "FBI".to_owned(), ..transfer(&world, &report) };
    assert_eq!(fields(&police.transfer_report(unknown).await.unwrap_err()), ["agency_id"]);
    world.events().await;
}

#[tokio::test]
async fn the_deadline_of_the_agency_counts_too() {
    let mut world = world().await;
    let complex = pb::CreateReportRequest { category_id: "OTHER".to_owned(), answers: Vec::new(), ..world.report() };
    let sent = world.sent(complex).await;
    let mut police = world.police(TRA_DA);
    let report = world.started(&mut police, &sent.id).await;
    let request = pb::TransferReportRequest { working_days: 1, ..transfer(&world, &report) };
    let report = police.transfer_report(request).await.unwrap().into_inner().report.unwrap();
    assert!(report.due_at.unwrap().seconds > report.transfer.unwrap().due_at.unwrap().seconds);
    world.advance(34);
    assert_eq!(reports::pass_time(&world.service, world.now()).await.unwrap(), 1);
    let report = world.get(&mut police, &sent.id).await.unwrap();
    assert!(report.overdue && report.state() == ReportState::Transferred);
    let refuse = pb::EndTransferRequest {
        report_id: sent.id.clone(),
        command_id: world.command(),
        version: report.version,
        refused: true,
        answer: "Không thuộc thẩm quyền".to_owned(),
    };
    let back = police.end_transfer(refuse).await.unwrap().into_inner().report.unwrap();
    assert_eq!((back.history.last().unwrap().kind.as_str(), back.transfer.unwrap().refused), ("TransferRefused", true));
    world.events().await;
}
