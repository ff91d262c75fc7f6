//! Reports as officers handle them: the queues, one report, its forms, and what is never on a page.
use axum::body::Body;
use contract::reports::v1::{
    AddReportNoteRequest, AddReportNoteResponse, ApproveAnswerRequest, ApproveAnswerResponse, AssignReportRequest, AssignReportResponse,
    DraftAnswerRequest, GetReportResponse, ListReportsRequest, Outcome, Report, ReportQueue, ReportState, StartReportRequest,
    StartReportResponse, Urgency,
};
use http::{Request, Response, StatusCode};
use runtime::grpc::{FieldViolation, Problem};
use tonic::{Code, Status};

use crate::{
    report_samples::{CODE, DECIDES, HANDLES, REPORT, drafted, report_in, sign_in},
    world::{self, TRIP, World},
};

async fn world(permissions: &[&str], report: Report) -> World {
    let world = World::start().await;
    sign_in(&world.services, permissions);
    world.services.answers("GetReport", vec![GetReportResponse { report: Some(report) }]);
    world
}

async fn get(world: &World, path: &str) -> Response<String> {
    world.send(Request::get(path).header("cookie", "__Host-sid=session").body(Body::empty()).unwrap()).await
}

/// One of the page's forms with the id that a page would have made.
async fn post(world: &World, verb: &str, pairs: &[(&str, &str)]) -> Response<String> {
    let csrf = gateway::session::csrf("session");
    let form = [("csrf", csrf.as_str()), ("command_id", TRIP), ("version", "4")];
    let pairs: Vec<(&str, &str)> = form.into_iter().chain(pairs.iter().copied()).collect();
    let request = Request::post(format!("/reports/{REPORT}/{verb}"))
        .header("cookie", "__Host-sid=session")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    world.send(request.body(Body::from(serde_urlencoded::to_string(pairs).unwrap())).unwrap()).await
}

fn verbs(page: &Response<String>) -> Vec<String> {
    let start = format!("action=\"/reports/{REPORT}/");
    page.body().split(&start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_queue_says_what_is_late_and_by_how_much() {
    let world = world(&HANDLES, report_in(ReportState::InProgress)).await;
    let page = get(&world, "/reports?queue=to-handle").await;
    assert_eq!(page.status(), StatusCode::OK);
    let html = page.body().replace('\u{a0}', " ");
    for said in [
        "<title>(1 quá hạn) Phản ánh của người dân",
        "PA-20211019-0061",
        "Quá 2 giờ 14 phút",
        "Còn 1 ngày 14 giờ",
        "Xử lý ngay",
        "Người phản ánh vừa nhắn, chưa đọc",
        "51D-62?.35",
        "href=\"/reports?queue=to-handle&#38;page=more\"",
        "Tôi đang xử lý",
    ] {
        assert!(html.contains(said), "{said} is missing: {html}");
    }
    assert!(!html.contains("Chờ duyệt"), "a queue that is not the caller's work");
    assert!(html.contains("href=\"/reports\" aria-current=\"page\">Phản ánh <span class=\"num\">3</span>"), "{html}");
    assert_eq!(world.services.asked::<ListReportsRequest>("ListReports").unwrap().queue(), ReportQueue::ToHandle);
    assert_eq!(get(&world, "/reports?queue=other").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_may_not_finds_no_report() {
    let world = world(&["vehicles.arrivals.read"], report_in(ReportState::InProgress)).await;
    for path in ["/reports".to_owned(), format!("/reports/{REPORT}")] {
        assert_eq!(get(&world, &path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(post(&world, "start", &[]).await.status(), StatusCode::NOT_FOUND);
    assert!(!get(&world, "/account").await.body().contains("href=\"/reports\""));
    let stranger = world.get("/reports").await;
    assert_eq!(stranger.headers()["location"], "/sign-in?return=%2Freports");
}

#[tokio::test]
async fn a_case_shows_everything_but_who_reported() {
    let world = world(&HANDLES, report_in(ReportState::InProgress)).await;
    let page = get(&world, &format!("/reports/{REPORT}")).await;
    assert_eq!(page.status(), StatusCode::OK);
    for said in [
        CODE,
        "Hai người bốc hàng.",
        "trước quán phở Hồng",
        "13.98312, 108.00042",
        "Bốc dỡ hàng gì?",
        "Thực phẩm",
        "Chỉ đến nơi đã khai, đúng lộ trình.",
        "Chuyến xe đang mở lúc đó",
        "href=\"/list/0199f000-0000-7000-8000-000000000002\"",
        "Màu trắng ạ",
        "Theo quy tắc PLATE_OPEN_TRIP",
        "Giao: Công an xã Trà Đa",
        "được che trước khi có người đọc",
    ] {
        assert!(page.body().contains(said), "{said} is missing: {}", page.body());
    }
    // The contract has no field for it; the form's words for it are not on an officer's page either.
    for word in ["report-contact", "Cách liên hệ", "name=\"phone\"", "tel:"] {
        assert!(!page.body().contains(word), "{word}");
    }
    assert_eq!(verbs(&page), ["photos", "answer", "ask", "note", "merge", "transfer", "return"]);
    let command = self::world(&DECIDES, report_in(ReportState::InProgress)).await;
    let page = get(&command, &format!("/reports/{REPORT}")).await;
    assert!(page.body().contains("href=\"/posts/CP3/trips/0199f000-0000-7000-8000-000000000002\""), "who may see trips is led there");
}

#[tokio::test]
async fn the_forms_fit_the_state_and_the_permissions() {
    for (state, handler, decider) in [
        (ReportState::Received, vec!["note", "merge"], vec!["assign", "reject"]),
        (ReportState::Assigned, vec!["start", "note", "merge", "transfer", "return"], vec!["assign"]),
        (ReportState::NeedInfo, vec!["answer", "note", "merge", "transfer", "return"], vec![]),
        (ReportState::Merged, vec!["ask", "note", "unmerge"], vec![]),
        (ReportState::Transferred, vec!["end-transfer", "note"], vec![]),
        (ReportState::Answered, vec!["note"], vec![]),
    ] {
        for (permissions, fitting) in [(HANDLES.as_slice(), [vec!["photos"], handler].concat()), (&DECIDES, decider)] {
            let world = world(permissions, report_in(state)).await;
            assert_eq!(verbs(&get(&world, &format!("/reports/{REPORT}")).await), fitting, "{state:?}");
        }
    }
    let world = world(&DECIDES, drafted()).await;
    assert_eq!(verbs(&get(&world, &format!("/reports/{REPORT}")).await), ["approve"]);
    let mut own = drafted();
    own.answer.as_mut().unwrap().drafted_by = world::principal().account_id;
    world.services.answers("GetReport", vec![GetReportResponse { report: Some(own) }]);
    assert!(verbs(&get(&world, &format!("/reports/{REPORT}")).await).is_empty(), "nobody approves his own answer");
}

#[tokio::test]
async fn a_report_is_taken_on_noted_and_assigned() {
    let world = world(&[HANDLES.as_slice(), &DECIDES].concat(), report_in(ReportState::Assigned)).await;
    world.services.answers("StartReport", vec![StartReportResponse::default()]);
    let done = post(&world, "start", &[]).await;
    assert_eq!(done.headers()["location"], format!("/reports/{REPORT}?done=start"));
    let asked: StartReportRequest = world.services.asked("StartReport").unwrap();
    assert_eq!((asked.report_id.as_str(), asked.command_id.as_str(), asked.version), (REPORT, TRIP, 4));
    assert!(get(&world, &format!("/reports/{REPORT}?done=start")).await.body().contains("Đã nhận xử lý."));
    world.services.answers("AddReportNote", vec![AddReportNoteResponse::default()]);
    post(&world, "note", &[("note-text", "Đã gọi chốt")]).await;
    assert_eq!(world.services.asked::<AddReportNoteRequest>("AddReportNote").unwrap().text, "Đã gọi chốt");
    world.services.answers("AssignReport", vec![AssignReportResponse::default()]);
    let form = [("assign-category", "LOAD_UNLOAD"), ("assign-urgency", "URGENCY_IMMEDIATE"), ("assign-area", "Thành phố Pleiku")];
    let given = post(&world, "assign", &form).await;
    assert_eq!(given.headers()["location"], "/reports?done=assign", "it may no longer be the caller's");
    let asked: AssignReportRequest = world.services.asked("AssignReport").unwrap();
    assert_eq!((asked.urgency(), asked.recipient.unwrap().area.unwrap().code.as_str()), (Urgency::Immediate, "622"));
    let several =
        post(&world, "assign", &[("assign-category", "LOAD_UNLOAD"), ("assign-urgency", "URGENCY_URGENT"), ("assign-area", "Ia Băng")]);
    let several = several.await;
    assert_eq!(several.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(several.body().contains("<select id=\"assign-area-code\"") && several.body().contains("value=\"Ia Băng\""));
    assert_eq!(post(&world, "delete", &[]).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_answer_may_not_name_a_person_and_is_approved_by_another() {
    let world = world(&HANDLES, report_in(ReportState::InProgress)).await;
    let text = "Đã xử phạt ông Nguyễn Văn A, 0905123456";
    let form = [("answer-outcome", "OUTCOME_VERIFIED_VIOLATION"), ("answer-public", text), ("answer-internal", "Biên bản 12")];
    let mut problem = Problem::new(Code::FailedPrecondition, "PERSON_NAMED", "x", "x");
    problem.fields = vec![
        FieldViolation::new("public_text", "NAME", "Họ tên người: N…", "A name"),
        FieldViolation::new("public_text", "PHONE", "Số điện thoại: …456", "A phone"),
    ];
    world.services.refuses("DraftAnswer", problem.into());
    let refused = post(&world, "answer", &form).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body().contains("Bỏ khỏi nội dung mọi người đọc: Họ tên người: N…; Số điện thoại: …456"), "{}", refused.body());
    assert!(refused.body().contains(&format!(">{text}</textarea>")) && refused.body().contains("id=\"answer-public-error\""));
    let asked: DraftAnswerRequest = world.services.asked("DraftAnswer").unwrap();
    assert_eq!((asked.outcome(), asked.internal_text.as_str()), (Outcome::VerifiedViolation, "Biên bản 12"));

    sign_in(&world.services, &DECIDES);
    world.services.answers("GetReport", vec![GetReportResponse { report: Some(drafted()) }]);
    let silent = post(&world, "approve", &[("do", "send-back")]).await;
    assert!(silent.status() == StatusCode::UNPROCESSABLE_ENTITY && silent.body().contains("<a href=\"#approve-reason\">"));
    world.services.answers("ApproveAnswer", vec![ApproveAnswerResponse::default()]);
    for (button, approved) in [("send-back", false), ("approve", true)] {
        post(&world, "approve", &[("do", button), ("approve-reason", "Kèm biên bản")]).await;
        assert_eq!(world.services.asked::<ApproveAnswerRequest>("ApproveAnswer").unwrap().approved, approved);
    }
}

#[tokio::test]
async fn who_was_slower_keeps_what_he_typed() {
    let world = world(&HANDLES, Report { version: 5, ..report_in(ReportState::InProgress) }).await;
    world.services.refuses("AddReportNote", Problem::new(Code::Aborted, "CHANGED", "Đã thay đổi.", "Changed.").into());
    let late = post(&world, "note", &[("note-text", "Đã gọi chốt")]).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    assert!(late.body().contains("Người khác vừa thay đổi phản ánh này") && late.body().contains(">Đã gọi chốt</textarea>"));
    assert!(late.body().contains("name=\"version\" value=\"5\""), "the newer state is what is sent about next");
    world.services.answers("GetReport", vec![GetReportResponse { report: Some(drafted()) }]);
    world.services.refuses("AskReporter", Problem::new(Code::Aborted, "CHANGED", "Đã thay đổi.", "Changed.").into());
    let closed = post(&world, "ask", &[("ask-text", "Xe màu gì vậy?")]).await;
    assert!(closed.body().contains("Điều vừa ghi, chưa được lưu") && closed.body().contains("Xe màu gì vậy?"), "its form is gone");
    world.services.refuses("AskReporter", Status::unavailable("down"));
    let away = post(&world, "ask", &[("ask-text", "Xe màu gì vậy?")]).await;
    assert_eq!(away.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(away.body().contains("name=\"ask-text\" value=\"Xe màu gì vậy?\"") && away.body().contains(TRIP), "the same command again");
}
