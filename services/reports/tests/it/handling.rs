//! StartReport, ReturnReport, AddReportNote, AskReporter, RejectReport: what is done with a report before there is an answer.

use contract::reports::v1::{self as pb, ReportState};
use tonic::Code;

use crate::world::{PLEIKU, TRA_DA, reason, world};

#[tokio::test]
async fn a_report_is_begun_noted_and_given_back() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let mut police = world.police(TRA_DA);
    let report = world.started(&mut police, &sent.id).await;
    assert_eq!((report.state(), report.handler_id.is_empty()), (ReportState::InProgress, false));
    let note = pb::AddReportNoteRequest {
        report_id: sent.id.clone(),
        command_id: world.command(),
        version: report.version,
        text: "Chủ nhà là bà Hai, hẹn 15 giờ".to_owned(),
    };
    let noted = police.add_report_note(note.clone()).await.unwrap().into_inner().report.unwrap();
    let again = police.add_report_note(note.clone()).await.unwrap().into_inner().report.unwrap();
    assert_eq!((noted.version, again.version), (report.version + 1, report.version + 1), "the same command is done once");
    assert_eq!(again.history.iter().filter(|line| line.kind == "ReportNoted").count(), 1);
    assert_eq!(again.history.last().unwrap().detail, "Chủ nhà là bà Hai, hẹn 15 giờ");
    let reused = pb::AddReportNoteRequest { text: "khác".to_owned(), ..note };
    assert_eq!(police.add_report_note(reused).await.unwrap_err().code(), Code::AlreadyExists);
    let back = pb::ReturnReportRequest {
        report_id: sent.id.clone(),
        command_id: world.command(),
        version: again.version,
        reason: "Thuộc phường bên cạnh".to_owned(),
    };
    let returned = police.return_report(back).await.unwrap().into_inner().report.unwrap();
    assert_eq!((returned.state(), returned.handler_id.as_str()), (ReportState::Returned, ""));
    assert_eq!(world.follow(&sent.ticket).await.messages.len(), 0, "a note is not the reporter's");
    world.events().await;
}

#[tokio::test]
async fn one_asks_only_while_working_on_it() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let mut police = world.police(TRA_DA);
    let report = world.get(&mut police, &sent.id).await.unwrap();
    let ask = |version: i64| pb::AskReporterRequest {
        report_id: sent.id.clone(),
        command_id: world.command(),
        version,
        text: "Xe màu gì?".to_owned(),
    };
    let refused = police.ask_reporter(ask(report.version)).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "WRONG_STATE"));
    let report = world.started(&mut police, &sent.id).await;
    assert!(police.ask_reporter(ask(report.version)).await.is_ok());
    world.events().await;
}

#[tokio::test]
async fn a_rejected_report_tells_its_reporter_why() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let mut district = world.chief(PLEIKU);
    let reject = |version: i64, text: &str| pb::RejectReportRequest {
        report_id: sent.id.clone(),
        command_id: world.command(),
        version,
        reason: pb::RejectionReason::NoGround.into(),
        public_text: text.to_owned(),
    };
    let version = world.get(&mut district, &sent.id).await.unwrap().version;
    let refused = district.reject_report(reject(version, "Xe được phép dỡ hàng tại đây")).await.unwrap_err();
    assert_eq!(reason(&refused), "WRONG_STATE", "somebody has it");
    let back = pb::ReturnReportRequest {
        report_id: sent.id.clone(),
        command_id: world.command(),
        version,
        reason: "Không phải vi phạm".to_owned(),
    };
    let version = world.police(TRA_DA).return_report(back).await.unwrap().into_inner().report.unwrap().version;
    let named = district.reject_report(reject(version, "Ông Hùng được phép dỡ hàng")).await.unwrap_err();
    assert_eq!(reason(&named), "PERSON_NAMED");
    let report = district.reject_report(reject(version, "Xe được phép dỡ hàng tại đây")).await.unwrap().into_inner().report.unwrap();
    assert_eq!(report.state(), ReportState::Rejected);
    let followed = world.follow(&sent.ticket).await;
    assert_eq!((followed.rejection(), followed.public_answer.as_str()), (pb::RejectionReason::NoGround, "Xe được phép dỡ hàng tại đây"));
    assert!(!followed.may_rate && followed.reopen_until.is_some());
    world.events().await;
}
