//! FollowReport and what else the reporter does with his ticket: message, reopen, rate.

use contract::reports::v1::{self as pb, ReportState, Speaker};
use tonic::Code;

use crate::world::{PLEIKU, TRA_DA, reason, world};

#[tokio::test]
async fn a_wrong_pin_and_an_unknown_code_are_told_the_same() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    assert_eq!(world.follow(&sent.ticket).await.state(), ReportState::Assigned);
    let spaced = pb::Ticket { code: sent.ticket.code.to_lowercase(), pin: format!("{} {}", &sent.ticket.pin[..4], &sent.ticket.pin[4..]) };
    assert_eq!(world.follow(&spaced).await.code, sent.ticket.code);
    let pin = sent.ticket.pin.clone();
    let wrong = pb::Ticket { pin: if pin.starts_with('0') { "11111111" } else { "00000000" }.to_owned(), ..sent.ticket.clone() };
    let unknown = pb::Ticket { code: "PA-20211018-9999".to_owned(), pin };
    let mut answers = Vec::new();
    for ticket in [wrong, unknown] {
        let request = pb::FollowReportRequest { ticket: Some(ticket) };
        let refused = world.citizen_at("10.0.0.1").follow_report(request).await.unwrap_err();
        answers.push((refused.code(), reason(&refused), refused.message().to_owned()));
    }
    assert_eq!((answers[0].0, &answers[0]), (Code::NotFound, &answers[1]));
    world.events().await;
}

#[tokio::test]
async fn ten_wrong_pins_close_one_address_for_an_hour_and_no_other() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let guess = |number: usize| pb::FollowReportRequest { ticket: Some(pb::Ticket { pin: format!("{number:08}"), ..sent.ticket.clone() }) };
    let tries = (0..30).map(|number| {
        let (mut stranger, request) = (world.citizen_at("10.0.0.1"), guess(number));
        async move {
            loop {
                match stranger.follow_report(request.clone()).await.unwrap_err().code() {
                    Code::Unavailable => {}
                    code => return code,
                }
            }
        }
    });
    let codes = futures::future::join_all(tries).await;
    let count = |wanted: Code| codes.iter().filter(|code| **code == wanted).count();
    assert_eq!((count(Code::NotFound), count(Code::ResourceExhausted)), (10, 20), "however many come at once");
    let right = pb::FollowReportRequest { ticket: Some(sent.ticket.clone()) };
    let refused = world.citizen_at("10.0.0.1").follow_report(right.clone()).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::ResourceExhausted, "TOO_MANY_PINS"));
    assert_eq!(world.follow(&sent.ticket).await.code, sent.ticket.code, "the reporter is elsewhere");
    world.advance(1);
    assert!(world.citizen_at("10.0.0.1").follow_report(right).await.is_ok());
    world.events().await;
}

#[tokio::test]
async fn the_reporter_and_a_handler_talk_without_knowing_each_other() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let mut police = world.police(TRA_DA);
    let report = world.started(&mut police, &sent.id).await;
    let ask = pb::AskReporterRequest {
        report_id: sent.id.clone(),
        command_id: world.command(),
        version: report.version,
        text: "Xe quay đầu về hướng nào?".to_owned(),
    };
    let report = police.ask_reporter(ask).await.unwrap().into_inner().report.unwrap();
    assert_eq!(report.state(), ReportState::NeedInfo);
    let followed = world.follow(&sent.ticket).await;
    assert_eq!((followed.state(), followed.messages[0].text.as_str()), (ReportState::NeedInfo, "Xe quay đầu về hướng nào?"));
    let message = pb::AddReporterMessageRequest {
        ticket: Some(sent.ticket.clone()),
        message_id: world.command(),
        text: "Về hướng Chư Sê. Gọi tôi 0905 123 456".to_owned(),
    };
    let followed = world.citizen().add_reporter_message(message.clone()).await.unwrap().into_inner().report.unwrap();
    assert_eq!(followed.state(), ReportState::InProgress);
    let again = world.citizen().add_reporter_message(message.clone()).await.unwrap().into_inner().report.unwrap();
    assert_eq!(again.messages.len(), 2, "sent again it is one message");
    let other = pb::AddReporterMessageRequest { text: "Một nội dung khác".to_owned(), ..message };
    assert_eq!(world.citizen().add_reporter_message(other).await.unwrap_err().code(), Code::AlreadyExists);
    let report = world.get(&mut police, &sent.id).await.unwrap();
    assert_eq!((report.messages[1].speaker(), report.messages[1].text.as_str()), (Speaker::Reporter, "Về hướng Chư Sê. Gọi tôi ***"));
    assert!(report.contact_hidden);
    let queue = police.list_reports(pb::ListReportsRequest::default()).await.unwrap().into_inner();
    assert!(queue.reports[0].unread);
    world.events().await;
}

#[tokio::test]
async fn an_answer_is_read_rated_once_and_reopened_once() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let rate =
        |rating: i32| pb::RateReportRequest { ticket: Some(sent.ticket.clone()), rating, comment: "Chậm, gọi 0905123456".to_owned() };
    assert_eq!(world.citizen().rate_report(rate(2)).await.unwrap_err().code(), Code::FailedPrecondition);
    world.answered(&sent.id, pb::Outcome::Unfounded).await;
    let followed = world.follow(&sent.ticket).await;
    assert_eq!((followed.state(), followed.outcome()), (ReportState::Answered, pb::Outcome::Unfounded));
    assert!(followed.public_answer.starts_with("Công an xã") && followed.may_rate && followed.reopen_until.is_some());
    let rated = world.citizen().rate_report(rate(2)).await.unwrap().into_inner().report.unwrap();
    assert_eq!((rated.rating, rated.may_rate), (2, false));
    assert!(world.citizen().rate_report(rate(2)).await.is_ok(), "the same again");
    assert_eq!(reason(&world.citizen().rate_report(rate(5)).await.unwrap_err()), "RATED_BEFORE");
    let reopen = || pb::ReopenReportRequest {
        ticket: Some(sent.ticket.clone()),
        command_id: world.command(),
        reason: "Xe vẫn dỡ hàng mỗi tối".to_owned(),
    };
    let first = reopen();
    let reopened = world.citizen().reopen_report(first.clone()).await.unwrap().into_inner().report.unwrap();
    assert_eq!((reopened.state(), reopened.reopen_until), (ReportState::Assigned, None));
    assert!(world.citizen().reopen_report(first).await.is_ok(), "the same again");
    assert_eq!(reason(&world.citizen().reopen_report(reopen()).await.unwrap_err()), "REOPENED_BEFORE");
    let report = world.get(&mut world.chief(PLEIKU), &sent.id).await.unwrap();
    assert_eq!((report.reopened, report.rating, report.rating_comment.as_str()), (1, 2, "Chậm, gọi ***"));
    assert_eq!(report.history.last().unwrap().detail, "Xe vẫn dỡ hàng mỗi tối");
    world.events().await;
}

#[tokio::test]
async fn after_a_week_an_answer_stands() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    world.answered(&sent.id, pb::Outcome::NotFound).await;
    world.advance(7 * 24);
    let reopen = pb::ReopenReportRequest {
        ticket: Some(sent.ticket.clone()),
        command_id: world.command(),
        reason: "Tôi không đồng ý với trả lời".to_owned(),
    };
    assert_eq!(reason(&world.citizen().reopen_report(reopen).await.unwrap_err()), "TOO_LATE_TO_REOPEN");
    world.events().await;
}
