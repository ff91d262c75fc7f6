//! Merging, other agencies, rules and working days as officers see them, and what reporters read of it.
use axum::body::Body;
use contract::{
    Timestamp,
    accounts::v1::{Principal, ResolveSessionResponse, Unit},
    reports::v1::{
        AnswerCondition, CalendarChange, CalendarDay, Category, DayKind, DeclareWorkingDayRequest, DeclareWorkingDayResponse,
        EndTransferRequest, EndTransferResponse, FollowReportResponse, FollowedReport, GetReportResponse, GetRoutingRulesResponse,
        ListMergeCandidatesResponse, ListPublishedReportsRequest, ListPublishedReportsResponse, ListWorkingDaysRequest,
        ListWorkingDaysResponse, MergeReportRequest, MergeReportResponse, MergedReport, PlaceKind, Recipient, Report, ReportEntry,
        ReportState, RouteTarget, RoutingRule, RoutingRules, Transfer, TransferReportRequest, TripKind, TryRoutingRequest,
        TryRoutingResponse, Urgency, WithdrawWorkingDayRequest, WithdrawWorkingDayResponse,
    },
};
use gateway::live::{FeedState, LiveEvent};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use runtime::grpc::Problem;
use tonic::Code;
use tower::ServiceExt as _;

use crate::{
    report_samples::{CODE, HANDLES, PIN, REPORT, agency, candidate, categories, followed, police, report_in, sign_in, tra_da},
    world::{TRIP, World, area, time},
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

async fn post(world: &World, path: &str, pairs: &[(&str, &str)]) -> Response<String> {
    let csrf = gateway::session::csrf("session");
    let form = [("csrf", csrf.as_str()), ("command_id", TRIP), ("version", "4")];
    let pairs: Vec<(&str, &str)> = form.into_iter().chain(pairs.iter().copied()).collect();
    let request = Request::post(path)
        .header("cookie", "__Host-sid=session")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    world.send(request.body(Body::from(serde_urlencoded::to_string(pairs).unwrap())).unwrap()).await
}

#[tokio::test]
async fn a_report_is_merged_with_one_that_is_suggested_and_why() {
    let world = world(&HANDLES, report_in(ReportState::InProgress)).await;
    let page = get(&world, &format!("/reports/{REPORT}")).await;
    let other = candidate().report.unwrap();
    for said in [other.code.as_str(), "Cùng biển số · Cùng nơi · Cách nhau 20", "Gộp với phản ánh khác về cùng việc"]
    {
        assert!(page.body().replace('\u{a0}', " ").contains(said), "{said}: {}", page.body());
    }
    let path = format!("/reports/{REPORT}/merge");
    let unchosen = post(&world, &path, &[]).await;
    assert!(unchosen.status() == StatusCode::UNPROCESSABLE_ENTITY && unchosen.body().contains("<a href=\"#merge-into\">"));
    world.services.answers("MergeReport", vec![MergeReportResponse::default()]);
    let done = post(&world, &path, &[("merge-into", &other.report_id)]).await;
    assert_eq!(done.headers()["location"], format!("/reports/{REPORT}?done=merge"));
    assert_eq!(world.services.asked::<MergeReportRequest>("MergeReport").unwrap().into_report_id, other.report_id);
    world.services.answers("ListMergeCandidates", vec![ListMergeCandidatesResponse::default()]);
    assert!(!get(&world, &format!("/reports/{REPORT}")).await.body().contains("/merge\""), "nothing to merge it with");
}

#[tokio::test]
async fn a_merged_report_leads_to_the_other_and_back() {
    let other =
        |state: ReportState, unread| MergedReport { report_id: TRIP.into(), code: "PA-20211019-0009".into(), state: state.into(), unread };
    let merged = Report { merged_into: Some(other(ReportState::InProgress, false)), ..report_in(ReportState::Merged) };
    let world = world(&HANDLES, merged).await;
    let page = get(&world, &format!("/reports/{REPORT}")).await;
    assert!(page.body().contains(&format!("href=\"/reports/{TRIP}\">PA-20211019-0009")) && page.body().contains("/unmerge\""));
    let answered = Report { merged_into: Some(other(ReportState::Answered, false)), ..report_in(ReportState::Merged) };
    world.services.answers("GetReport", vec![GetReportResponse { report: Some(answered) }]);
    assert!(!get(&world, &format!("/reports/{REPORT}")).await.body().contains("/unmerge\""), "too late");
    let parent = Report { merged: vec![other(ReportState::Merged, true)], ..report_in(ReportState::InProgress) };
    world.services.answers("GetReport", vec![GetReportResponse { report: Some(parent) }]);
    let page = get(&world, &format!("/reports/{REPORT}")).await;
    assert!(page.body().contains("Phản ánh được gộp vào đây") && page.body().contains("Người phản ánh vừa nhắn, chưa đọc"));
}

#[tokio::test]
async fn another_agency_gets_what_names_nobody_and_gives_it_back() {
    let world = world(&HANDLES, report_in(ReportState::InProgress)).await;
    let path = format!("/reports/{REPORT}/transfer");
    let page = get(&world, &format!("/reports/{REPORT}")).await;
    assert!(page.body().contains("Sở Giao thông vận tải (5 ngày làm việc)"), "{}", page.body());
    let mut problem = Problem::new(Code::FailedPrecondition, "PERSON_NAMED", "x", "x");
    problem.fields = vec![runtime::grpc::FieldViolation::new("public_text", "NAME", "Họ tên người: H…", "A name")];
    world.services.refuses("TransferReport", problem.into());
    let form = [("transfer-agency", "SO_GTVT"), ("transfer-reason", "Gặp ông Hùng để kiểm tra"), ("transfer-days", "7")];
    let refused = post(&world, &path, &form).await;
    assert!(refused.status() == StatusCode::UNPROCESSABLE_ENTITY && refused.body().contains("id=\"transfer-reason-error\""));
    let asked: TransferReportRequest = world.services.asked("TransferReport").unwrap();
    assert_eq!((asked.agency_id.as_str(), asked.working_days), ("SO_GTVT", 7));
    let transfer = Transfer {
        agency: Some(agency()),
        reason: "Kiểm tra phù hiệu".into(),
        transferred_at: time("19T02:00"),
        due_at: time("20T17:00"),
        ..Transfer::default()
    };
    let outside = Report { transfer: Some(transfer), ..report_in(ReportState::Transferred) };
    world.services.answers("GetReport", vec![GetReportResponse { report: Some(outside) }]);
    let page = get(&world, &format!("/reports/{REPORT}")).await;
    assert!(page.body().contains("Đã chuyển: Sở Giao thông vận tải") && page.body().contains("Kiểm tra phù hiệu"));
    world.services.answers("EndTransfer", vec![EndTransferResponse::default()]);
    let form = [("end-transfer-how", "refused"), ("end-transfer-answer", "Không thuộc thẩm quyền")];
    post(&world, &format!("/reports/{REPORT}/end-transfer"), &form).await;
    assert!(world.services.asked::<EndTransferRequest>("EndTransfer").unwrap().refused);
    let report = FollowedReport { transferred_to: Some(agency()), merged: true, ..followed(ReportState::Transferred) };
    world.services.answers("FollowReport", vec![FollowReportResponse { report: Some(report) }]);
    let body = serde_urlencoded::to_string([("code", CODE), ("pin", PIN)]).unwrap();
    let request =
        Request::post("/follow").header("content-type", "application/x-www-form-urlencoded").header("sec-fetch-site", "same-origin");
    let page = world.send(request.body(Body::from(body)).unwrap()).await;
    for said in ["Chuyển cơ quan khác", "Sở Giao thông vận tải", "bạn đọc trả lời ở đây, bằng mã của bạn"] {
        assert!(page.body().contains(said), "{said}: {}", page.body());
    }
}

#[tokio::test]
async fn the_history_says_why_and_what_moved_and_old_answers_keep_their_questions() {
    let mut report = report_in(ReportState::InProgress);
    report.history[1].rule_vi = "Công an xã nơi xảy ra".into();
    report.history.push(ReportEntry {
        at: time("19T02:00"),
        kind: "ReportDueMoved".into(),
        detail: "20/10/2021: Nghỉ bù".into(),
        due_before: time("20T17:00"),
        due_after: time("21T17:00"),
        ..ReportEntry::default()
    });
    report.category_id = "NO_MASK".into();
    report.answered_form = categories().into_iter().find(|form: &Category| form.category_id == "LOAD_UNLOAD");
    report.escalated_to = Some(Recipient { area: Some(area("622", "Thành phố Pleiku")), post_id: String::new() });
    let world = world(&HANDLES, report).await;
    let page = get(&world, &format!("/reports/{REPORT}")).await;
    let html = page.body().replace('\u{a0}', " ");
    for said in [
        "Theo quy tắc Công an xã nơi xảy ra",
        "Từ 20/10/2021 17:00 đến 21/10/2021 17:00. 20/10/2021: Nghỉ bù",
        "Trả lời theo mẫu “Bốc dỡ hàng”",
        "Bốc dỡ hàng gì?",
        "Thực phẩm",
        "Đã báo Công an thành phố Pleiku vì quá hạn",
    ] {
        assert!(html.contains(said), "{said} is missing: {html}");
    }
    let erased = Report { erased: true, text: String::new(), answers: Vec::new(), ..report_in(ReportState::Closed) };
    world.services.answers("GetReport", vec![GetReportResponse { report: Some(erased) }]);
    let page = get(&world, &format!("/reports/{REPORT}")).await;
    assert!(page.body().contains("Nội dung đã được xóa") && !page.body().contains("/note\""), "{}", page.body());
}

fn rules() -> RoutingRules {
    let rule = RoutingRule {
        rule_id: "jumper".into(),
        category_ids: vec!["LOAD_UNLOAD".into()],
        answers: vec![AnswerCondition { question_id: "goods".into(), value: "food".into() }],
        places: vec![PlaceKind::Commune.into()],
        trip: TripKind::None.into(),
        target: RouteTarget::NearestPost.into(),
        otherwise: RouteTarget::DistrictPolice.into(),
        bypass: true,
        why_vi: "Xe có thể đã tránh Chốt".into(),
        ..RoutingRule::default()
    };
    let last = RoutingRule {
        rule_id: "rest".into(),
        target: RouteTarget::ProvincePolice.into(),
        triage: true,
        why_vi: "Không quy tắc nào khác phù hợp".into(),
        ..RoutingRule::default()
    };
    RoutingRules { version: 3, valid_from: time("18T00:00"), rules: vec![rule, last] }
}

#[tokio::test]
async fn rules_are_read_in_words_and_tried_without_storing() {
    let world = world(&HANDLES, report_in(ReportState::InProgress)).await;
    world.services.answers("GetRoutingRules", vec![GetRoutingRulesResponse { rules: Some(rules()) }]);
    let page = get(&world, "/reports/rules").await;
    for said in [
        "Bản 3, áp dụng từ",
        "Bốc dỡ hàng gì? Thực phẩm",
        "Biết xã",
        "Biển số không có chuyến mở",
        "Chốt gần nhất; không có chốt gần đó thì Công an huyện nơi đó",
        "Không giao cho đơn vị bị phản ánh",
        "Mọi trường hợp còn lại",
        "name=\"answer-goods\"",
    ] {
        assert!(page.body().contains(said), "{said} is missing: {}", page.body());
    }
    assert!(world.services.asked::<TryRoutingRequest>("TryRouting").is_none());
    let tried = TryRoutingResponse {
        recipient: tra_da(),
        rule: rules().rules.into_iter().next(),
        urgency: Urgency::Urgent.into(),
        due_at: time("20T17:00"),
        ..TryRoutingResponse::default()
    };
    world.services.answers("TryRouting", vec![tried]);
    let query = "category=LOAD_UNLOAD&area=23596&trip=TRIP_KIND_NONE&answer-goods=food&at=2021-10-19T08:00";
    let page = get(&world, &format!("/reports/rules?{query}")).await;
    let asked: TryRoutingRequest = world.services.asked("TryRouting").unwrap();
    assert_eq!((asked.area.unwrap().code.as_str(), asked.trip, asked.answers.len()), ("23596", TripKind::None.into(), 1));
    assert_eq!(asked.at, Some(Timestamp { seconds: 1_634_605_200, nanos: 0 }));
    assert!(page.body().contains("Giao cho Công an xã Trà Đa") && page.body().contains("Quy tắc 1:"), "{}", page.body());
    let wrong = get(&world, "/reports/rules?category=LOAD_UNLOAD&area=Nowhere&at=mai").await;
    assert!(wrong.body().contains("<a href=\"#area\">") && wrong.body().contains("<a href=\"#at\">"));
    let stranger = self::world(&["vehicles.arrivals.read"], report_in(ReportState::InProgress)).await;
    for path in ["/reports/rules", "/reports/calendar"] {
        assert_eq!(get(&stranger, path).await.status(), StatusCode::NOT_FOUND);
    }
}

fn month() -> ListWorkingDaysResponse {
    let change = CalendarChange {
        change_id: TRIP.into(),
        day: "2021-10-20".into(),
        kind: DayKind::Off.into(),
        reason: "Phun khử khuẩn".into(),
        declared_at: time("18T08:00"),
        ..CalendarChange::default()
    };
    let day = |day: &str, kind: DayKind, reason: &str, change: Option<CalendarChange>| CalendarDay {
        day: day.into(),
        kind: kind.into(),
        reason: reason.into(),
        change,
    };
    let days = vec![
        day("2021-10-19", DayKind::Worked, "", None),
        day("2021-10-20", DayKind::Off, "Phun khử khuẩn", Some(change.clone())),
        day("2021-10-23", DayKind::MadeUp, "Làm bù", None),
        day("2021-10-24", DayKind::Weekend, "", None),
    ];
    ListWorkingDaysResponse { days, changes: vec![change] }
}

#[tokio::test]
async fn the_calendar_says_each_day_in_words_and_who_may_changes_it() {
    let world = world(&HANDLES, report_in(ReportState::InProgress)).await;
    world.services.answers("ListWorkingDays", vec![month()]);
    let page = get(&world, "/reports/calendar?month=2021-10").await;
    for said in ["Lịch làm việc tháng 10/2021", "Thứ tư", "Nghỉ cuối tuần", "Làm bù", "Tỉnh công bố", "hôm nay", "month=2021-09"]
    {
        assert!(page.body().contains(said), "{said} is missing: {}", page.body());
    }
    assert!(!page.body().contains("<form class=\"panel stack\" method=\"post\""), "only the province declares");
    assert_eq!(world.services.asked::<ListWorkingDaysRequest>("ListWorkingDays").unwrap().month, "2021-10");
    let form = [("change_id", TRIP), ("day", "2021-11-02"), ("kind", "DAY_KIND_OFF"), ("reason", "Văn bản số 12")];
    assert_eq!(post(&world, "/reports/calendar", &form).await.status(), StatusCode::NOT_FOUND);

    let world = self::world(&["reports.reports.read", "reports.calendar.manage"], report_in(ReportState::InProgress)).await;
    world.services.answers("ListWorkingDays", vec![month()]);
    let empty = post(&world, "/reports/calendar", &[("change_id", TRIP)]).await;
    assert_eq!(empty.status(), StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["day", "kind", "reason"] {
        assert!(empty.body().contains(&format!("<a href=\"#{field}\">")), "{field}: {}", empty.body());
    }
    world.services.answers("DeclareWorkingDay", vec![DeclareWorkingDayResponse { moved: 3, ..DeclareWorkingDayResponse::default() }]);
    let done = post(&world, "/reports/calendar", &form).await;
    assert_eq!(done.headers()["location"], "/reports/calendar?month=2021-11&done=declare&moved=3");
    let asked: DeclareWorkingDayRequest = world.services.asked("DeclareWorkingDay").unwrap();
    assert_eq!((asked.kind(), asked.day.as_str(), asked.change_id.as_str()), (DayKind::Off, "2021-11-02", TRIP));
    assert!(get(&world, "/reports/calendar?month=2021-11&done=declare&moved=3").await.body().contains("3 phản ánh đổi hạn"));
    world.services.answers("WithdrawWorkingDay", vec![WithdrawWorkingDayResponse::default()]);
    let name = format!("reason-{TRIP}");
    let path = format!("/reports/calendar/{TRIP}/withdraw");
    let silent = post(&world, &path, &[("day", "2021-10-20")]).await;
    assert!(silent.status() == StatusCode::UNPROCESSABLE_ENTITY && silent.body().contains(&format!("<a href=\"#{name}\">")));
    post(&world, &path, &[("day", "2021-10-20"), (&name, "Hoãn phun")]).await;
    assert_eq!(world.services.asked::<WithdrawWorkingDayRequest>("WithdrawWorkingDay").unwrap().reason, "Hoãn phun");
}

#[tokio::test]
async fn published_answers_are_found_by_day_and_code() {
    let world = World::start().await;
    world.services.answers("ListPublishedReports", vec![ListPublishedReportsResponse::default()]);
    let page = world.get("/published?from=2021-10-01&to=2021-10-18&code=pa-20211018-0007").await;
    assert_eq!(page.status(), StatusCode::OK);
    let asked: ListPublishedReportsRequest = world.services.asked("ListPublishedReports").unwrap();
    assert_eq!((asked.received_from.as_str(), asked.received_to.as_str()), ("2021-10-01", "2021-10-18"));
    assert_eq!(asked.codes, ["PA-20211018-0007"]);
    assert!(page.body().contains("Không có câu trả lời nào khớp"));
    let wrong = world.get("/published?from=2021-10-19&to=2021-10-18").await;
    assert!(wrong.body().contains("<a href=\"#to\">"), "{}", wrong.body());
}

/// What a page of reports is told of three events, two of them in the caller's area.
async fn hear(world: &World) -> String {
    world.site.reports_live.set_state(FeedState::Up);
    for (sequence, area) in [(5, "64.622.23596"), (6, "64.639.23986"), (7, "64.622.23596")] {
        let event = LiveEvent { sequence, name: "ReportAssigned".into(), aggregate: REPORT.into(), area: area.into() };
        world.site.reports_live.publish(event);
    }
    let request = Request::get("/staff/live/reports").header("cookie", "__Host-sid=session").header("last-event-id", "5");
    let response = world.pages.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let mut body = response.into_body();
    let mut heard = String::new();
    for _ in 0..2 {
        heard += &String::from_utf8_lossy(body.frame().await.unwrap().unwrap().data_ref().unwrap());
    }
    heard
}

#[tokio::test]
async fn the_queue_hears_of_reports_of_its_area_and_a_post_of_no_report() {
    let world = self::world(&HANDLES, report_in(ReportState::InProgress)).await;
    let page = get(&world, "/reports").await;
    assert!(page.body().contains("data-live=\"/staff/live/reports\"") && page.body().contains("data-list=\"auto\""));
    let heard = hear(&world).await;
    assert!(heard.contains("id: 7") && heard.contains("ReportAssigned") && heard.contains(REPORT) && !heard.contains("id: 6"), "{heard}");

    let post = World::start().await;
    let officer = police(&["reports.reports.read"]);
    let unit = officer.unit.clone().map(|unit| Unit { post_code: "CP3".into(), ..unit });
    post.services.answers("ResolveSession", vec![ResolveSessionResponse { principal: Some(Principal { unit, ..officer }) }]);
    let heard = hear(&post).await;
    assert!(heard.contains("id: 7") && !heard.contains(REPORT) && !heard.contains("ReportAssigned"), "{heard}");

    let stranger = self::world(&["vehicles.arrivals.read"], report_in(ReportState::InProgress)).await;
    assert_eq!(get(&stranger, "/staff/live/reports").await.status(), StatusCode::NOT_FOUND);
}
