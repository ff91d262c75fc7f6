//! DraftAnswer and ApproveAnswer: written by one, decided by another, with no person in what everybody reads.

use contract::{
    Permission,
    reports::v1::{self as pb, Outcome, ReportState},
};
use tonic::Code;

use crate::world::{PLEIKU, TRA_DA, reason, world};

#[tokio::test]
async fn a_person_in_the_public_text_refuses_it() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let mut police = world.police(TRA_DA);
    let report = world.started(&mut police, &sent.id).await;
    let text = "Lái xe Nguyễn Văn An (0905 123 456) đã bị phạt.";
    let draft = pb::DraftAnswerRequest { public_text: text.to_owned(), ..world.draft(&report, Outcome::VerifiedViolation) };
    let refused = police.draft_answer(draft).await.unwrap_err();
    let problem = runtime::grpc::Problem::from_status(&refused);
    assert_eq!((refused.code(), problem.reason.as_ref()), (Code::FailedPrecondition, "PERSON_NAMED"));
    let found: Vec<(&str, &str)> = problem.fields.iter().map(|field| (field.reason.as_ref(), field.message_en.as_ref())).collect();
    assert_eq!(found, [("NAME", "A person's name: N. V. A."), ("PHONE", "A phone number: …456")]);
    assert_eq!(problem.fields[0].message_vi, "Họ tên người: N. V. A.");
    let draft = world.draft(&report, Outcome::VerifiedViolation);
    let report = police.draft_answer(draft).await.unwrap().into_inner().report.unwrap();
    assert_eq!(report.state(), ReportState::AnswerDraft);
    assert_eq!(report.answer.unwrap().internal_text, "Lái xe Trần Văn Kín thừa nhận", "what stays inside may name people");
    assert_eq!(world.follow(&sent.ticket).await.state(), ReportState::InProgress, "a draft is not told");
    world.events().await;
}

#[tokio::test]
async fn whoever_wrote_an_answer_does_not_decide_on_it() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let both = world.account(None, PLEIKU, crate::world::CHIEF);
    let mut writer = world.call(both);
    let report = world.started(&mut writer, &sent.id).await;
    let report = writer.draft_answer(world.draft(&report, Outcome::NotFound)).await.unwrap().into_inner().report.unwrap();
    for approved in [true, false] {
        let decide = pb::ApproveAnswerRequest { approved, reason: "sửa lại".to_owned(), ..world.approve(&report) };
        let refused = writer.approve_answer(decide).await.unwrap_err();
        assert_eq!((refused.code(), reason(&refused).as_str()), (Code::PermissionDenied, "OWN_ANSWER"));
    }
    let mut chief = world.chief(PLEIKU);
    let back = pb::ApproveAnswerRequest { approved: false, ..world.approve(&report) };
    assert_eq!(crate::world::fields(&chief.approve_answer(back.clone()).await.unwrap_err()), ["reason"]);
    let back = pb::ApproveAnswerRequest { reason: "Đính kèm biên bản".to_owned(), ..back };
    let report = chief.approve_answer(back).await.unwrap().into_inner().report.unwrap();
    assert_eq!((report.state(), report.history.last().unwrap().detail.as_str()), (ReportState::InProgress, "Đính kèm biên bản"));
    let report = writer.draft_answer(world.draft(&report, Outcome::Unfounded)).await.unwrap().into_inner().report.unwrap();
    let approve = world.approve(&report);
    let report = chief.approve_answer(approve.clone()).await.unwrap().into_inner().report.unwrap();
    assert_eq!((report.state(), report.answer.as_ref().unwrap().outcome()), (ReportState::Answered, Outcome::Unfounded));
    let again = chief.approve_answer(approve).await.unwrap().into_inner().report.unwrap();
    assert_eq!(again.version, report.version);
    let names = world.events().await;
    assert_eq!(names.iter().filter(|name| name.starts_with("AnswerPublished")).count(), 1);
    assert!(!names.iter().any(|name| name.starts_with("ViolationVerified")));
}

#[tokio::test]
async fn only_who_may_approves() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let mut police = world.police(TRA_DA);
    let report = world.started(&mut police, &sent.id).await;
    let report = police.draft_answer(world.draft(&report, Outcome::NotFound)).await.unwrap().into_inner().report.unwrap();
    assert_eq!(world.police(TRA_DA).approve_answer(world.approve(&report)).await.unwrap_err().code(), Code::PermissionDenied);
    let elsewhere = world.account(None, "2021.64.639", &[Permission::ReportsAnswersApprove]);
    assert_eq!(world.call(elsewhere).approve_answer(world.approve(&report)).await.unwrap_err().code(), Code::NotFound);
    world.events().await;
}
