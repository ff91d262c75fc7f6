//! What is erased when its time is over: the contact first, then everything that was written; the published answer and the counts stay.

use contract::reports::v1::{self as pb, ReportState};
use tonic::Code;

use crate::world::{PLEIKU, Sent, TRA_DA, World, reason, world};

async fn reachable(world: &World) -> Sent {
    world.admitted("81C-123.45", world.now() - chrono::Duration::hours(3)).await;
    let contact = pb::Contact { name: "Phan Thị Giấu".to_owned(), phone: "0905 777 888".to_owned(), email: String::new() };
    let request = pb::CreateReportRequest {
        contact: Some(contact),
        plate: "81C-123.45".to_owned(),
        text: "Xe dỡ hàng mỗi tối, gọi 0912 333 444".to_owned(),
        ..world.report()
    };
    let sent = world.sent(request).await;
    let message =
        pb::AddReporterMessageRequest { ticket: Some(sent.ticket.clone()), message_id: world.command(), text: "Xe màu đỏ".to_owned() };
    world.citizen().add_reporter_message(message).await.unwrap();
    sent
}

async fn days_later(world: &World, days: u64) {
    world.advance(24 * days);
    reports::pass_time(&world.service, world.now()).await.unwrap();
}

#[tokio::test]
async fn contact_and_text_go_and_the_answer_stays() {
    let mut world = world().await;
    let (sent, open) = (reachable(&world).await, reachable(&world).await);
    world.answered(&sent.id, pb::Outcome::VerifiedViolation).await;
    let withheld = |id: &str| format!("withheld where report_id = '{id}'");
    let key = |id: &str| format!("seal.data_keys where record_id = '{id}' and wrapped is not null");
    assert_eq!(world.count(&withheld(&sent.id)).await, 2);
    days_later(&world, 29).await;
    assert_eq!(world.count(&withheld(&sent.id)).await, 2, "not before its time");
    days_later(&world, 1).await;
    assert_eq!((world.count(&withheld(&sent.id)).await, world.count(&withheld(&open.id)).await), (0, 2));
    let report = world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap();
    assert!(report.text.starts_with("Xe dỡ hàng") && report.history.last().unwrap().kind == "ContactErased");

    days_later(&world, 335).await;
    assert_eq!((world.count(&key(&sent.id)).await, world.count(&key(&open.id)).await), (0, 1));
    for table in ["messages", "withheld"] {
        assert_eq!(world.count(&format!("{table} where report_id = '{}'", sent.id)).await, 0, "{table}");
    }
    let left = format!("reports where report_id = '{}' and plate_text = '' and plate_key is null and sealed = ''", sent.id);
    assert_eq!(world.count(&left).await, 1);
    let report = world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap();
    assert_eq!((report.erased, report.text.as_str(), report.plate.as_str(), report.messages.len()), (true, "", "", 0));
    let answer = report.answer.unwrap();
    assert!(answer.public_text.starts_with("Công an xã") && answer.internal_text.is_empty());
    assert!(report.history.iter().all(|line| line.detail.is_empty()) && report.history.last().unwrap().kind == "ReportErased");
    let published = world.citizen().list_published_reports(pb::ListPublishedReportsRequest::default()).await.unwrap().into_inner().reports;
    assert_eq!((published.len(), published[0].outcome()), (1, pb::Outcome::VerifiedViolation));
    let followed = world.follow(&sent.ticket).await;
    assert_eq!((followed.state(), followed.may_rate, followed.messages.len()), (ReportState::Closed, false, 0));
    assert!(followed.public_answer.starts_with("Công an xã"), "his code still reads the answer");
    let rate = pb::RateReportRequest { ticket: Some(sent.ticket.clone()), rating: 5, comment: String::new() };
    assert_eq!(reason(&world.citizen().rate_report(rate).await.unwrap_err()), "ERASED");

    let untouched = world.get(&mut world.police(TRA_DA), &open.id).await.unwrap();
    assert!(untouched.text.starts_with("Xe dỡ hàng") && untouched.messages.len() == 1 && !untouched.erased);
    let done = pb::ListReportsRequest { queue: pb::ReportQueue::Done.into(), ..pb::ListReportsRequest::default() };
    assert_eq!(world.chief(PLEIKU).list_reports(done).await.unwrap().into_inner().reports.len(), 1, "it is counted on");
    days_later(&world, 1).await;
    let told = world.events().await;
    assert_eq!(told.iter().filter(|event| event.starts_with("ReportErased")).count(), 1);
}

#[tokio::test]
async fn nobody_works_on_what_is_erased() {
    let mut world = world().await;
    let sent = reachable(&world).await;
    world.answered(&sent.id, pb::Outcome::NotFound).await;
    days_later(&world, 8).await;
    days_later(&world, 400).await;
    let mut police = world.police(TRA_DA);
    let version = world.get(&mut police, &sent.id).await.unwrap().version;
    let note = pb::AddReportNoteRequest { report_id: sent.id.clone(), command_id: world.command(), version, text: "Ghi thêm".to_owned() };
    let refused = police.add_report_note(note).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::NotFound, "ERASED"));
    world.events().await;
}
