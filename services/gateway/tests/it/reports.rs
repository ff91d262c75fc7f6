//! A citizen's report through the pages, step by step without script, and what became of it.
use contract::{
    reports::v1::{
        AddReporterMessageRequest, AddReporterMessageResponse, CreateReportRequest, FollowReportRequest, FollowReportResponse,
        FollowedReport, ListPublishedReportsRequest, ListPublishedReportsResponse, Outcome, PublishedReport, RateReportRequest,
        RateReportResponse, ReopenReportRequest, ReopenReportResponse, ReportState, Speaker,
    },
    vehicles::v1::{GetPublicTripRequest, ListPublicTripsRequest},
};
use http::{Response, StatusCode};
use runtime::grpc::{FieldViolation, Problem};
use tonic::{Code, Status};

use crate::{
    report_samples::{CODE, PIN, REPORT, followed, message},
    world::{TRIP, World, area, time},
};

pub type Pairs = Vec<(String, String)>;

/// The form of the page as a browser without script would send it: hidden boxes, filled boxes, chosen choices.
pub fn form(answer: &Response<String>) -> Pairs {
    let html = answer.body().split("data-draft=").nth(1).unwrap().split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
        Some(rest.split('"').next()?.replace("&#34;", "\"").replace("&#38;", "&").replace("&#60;", "<"))
    };
    let mut pairs = Pairs::new();
    for tag in html.split("<input ").skip(1).map(|rest| format!(" {}", rest.split('>').next().unwrap())) {
        let kind = attribute(&tag, "type");
        if kind.as_deref() == Some("file") || (kind.as_deref() == Some("radio") && !tag.contains(" checked")) {
            continue;
        }
        pairs.push((attribute(&tag, "name").unwrap(), attribute(&tag, "value").unwrap_or_default()));
    }
    for rest in html.split("<textarea ").skip(1) {
        let name = attribute(&format!(" {rest}"), "name").unwrap();
        pairs.push((name, rest.split('>').nth(1).unwrap().split("</textarea").next().unwrap().to_owned()));
    }
    pairs
}

/// Sends the page's form with these boxes filled and a button pressed.
pub async fn press(world: &World, page: &Response<String>, filled: &[(&str, &str)], button: &str) -> Response<String> {
    let mut pairs = form(page);
    pairs.retain(|(name, _)| !filled.iter().any(|(it, _)| it == name));
    let pressed = [("do", button)];
    let filled = filled.iter().chain(&pressed).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let pairs: Pairs = pairs.into_iter().chain(filled).collect();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    world.post("/report", &pairs).await
}

pub fn heading(answer: &Response<String>) -> &str {
    answer.body().split("<h1>").nth(1).unwrap().split("</h1>").next().unwrap()
}

/// Up to the last step, as a citizen who saw a truck unload.
async fn filled_in(world: &World) -> Response<String> {
    let page = world.get("/report").await;
    let page = press(world, &page, &[("category", "LOAD_UNLOAD")], "next").await;
    assert_eq!(heading(&page), "Đó là xe nào?", "{}", page.body());
    let page = press(world, &page, &[("plate", "51D-62?.35")], "next").await;
    assert_eq!(heading(&page), "Đó là xe nào?");
    assert!(page.body().contains("51D-628.35") && !page.body().contains("77C-118.26"), "only the vehicle whose plate fits");
    let trip = TRIP.replace("001", "002");
    let page = press(world, &page, &[("trip", &trip)], "next").await;
    assert_eq!(heading(&page), "Bạn thấy ở đâu?");
    let page = press(world, &page, &[("landmark", "trước quán \"phở\" & cầu")], "next").await;
    assert_eq!(heading(&page), "Bạn thấy lúc nào?");
    assert!(page.body().contains("value=\"2021-10-19T02:14\""), "now, until something else is typed");
    let page = press(world, &page, &[("seen-at", "2021-10-19T01:30")], "next").await;
    assert_eq!(heading(&page), "Chuyện xảy ra thế nào?");
    let page = press(world, &page, &[("q-goods", "food"), ("text", "Xe dừng lại và dỡ hàng xuống")], "next").await;
    assert_eq!(heading(&page), "Có ảnh không?");
    let page = press(world, &page, &[], "next").await;
    assert_eq!(heading(&page), "Có để lại cách liên hệ không?");
    press(world, &page, &[("phone", "0905 123 456")], "next").await
}

#[tokio::test]
async fn a_report_is_sent_step_by_step_without_script() {
    let world = World::start().await;
    let check = filled_in(&world).await;
    assert_eq!(heading(&check), "Xem lại rồi gửi");
    for said in ["Bốc dỡ hàng", "51D-62?.35", "có trong danh sách xe", "19/10/2021 01:30", "Thực phẩm", "0905 123 456", "phở"]
    {
        assert!(check.body().contains(said), "{said} is missing");
    }
    assert!(world.services.asked::<CreateReportRequest>("CreateReport").is_none(), "nothing is sent before the last button");
    let sent = press(&world, &check, &[], "send").await;
    assert_eq!(sent.status(), StatusCode::OK, "{}", sent.body());
    assert_eq!(sent.headers()["cache-control"], "no-store");
    for said in [CODE, "1234\u{a0}5678", "Công an xã Trà Đa", "20/10/2021 17:00", "data-clear-draft=\"report-new\""] {
        assert!(sent.body().contains(said), "{said} is missing");
    }
    let asked: CreateReportRequest = world.services.asked("CreateReport").unwrap();
    assert_eq!((asked.category_id.as_str(), asked.category_version, asked.plate.as_str()), ("LOAD_UNLOAD", 2, "51D-62?.35"));
    assert_eq!((asked.trip_id, asked.seen_at), (TRIP.replace("001", "002"), time("19T01:30")));
    assert_eq!(asked.place.unwrap().landmark, "trước quán \"phở\" & cầu");
    assert_eq!((asked.answers[0].question_id.as_str(), asked.contact.unwrap().phone.as_str()), ("goods", "0905 123 456"));
    let first = asked.submission_id;
    press(&world, &check, &[], "send").await;
    assert_eq!(world.services.asked::<CreateReportRequest>("CreateReport").unwrap().submission_id, first, "twice is one report");
}

#[tokio::test]
async fn the_list_is_asked_for_the_readable_beginning() {
    let world = World::start().await;
    filled_in(&world).await;
    let asked: ListPublicTripsRequest = world.services.asked("ListPublicTrips").unwrap();
    assert_eq!((asked.plate.as_str(), asked.page_size), ("51D62", 50));
    world.services.refuses("ListPublicTrips", Status::unavailable("down"));
    let page = press(&world, &world.get("/report").await, &[("category", "LOAD_UNLOAD")], "next").await;
    let page = press(&world, &page, &[("plate", "51D-62?.35")], "next").await;
    assert_eq!(heading(&page), "Bạn thấy ở đâu?", "a list that does not answer stops nobody");
}

#[tokio::test]
async fn a_report_begins_at_a_vehicle_of_the_list() {
    let world = World::start().await;
    let list = world.get(&format!("/list/{TRIP}")).await;
    assert!(list.body().contains("/report?trip=0199f000-0000-7000-8000-000000000002"), "{}", list.body());
    let page = world.get(&format!("/report?trip={TRIP}")).await;
    assert_eq!(world.services.asked::<GetPublicTripRequest>("GetPublicTrip").unwrap().trip_id, TRIP);
    assert!(page.body().contains("Phản ánh về xe <strong class=\"nb\">51D-628.35</strong>"));
    assert!(page.body().contains(&format!("data-draft=\"report-{TRIP}\"")));
    let page = press(&world, &page, &[("category", "LOAD_UNLOAD")], "next").await;
    assert_eq!(heading(&page), "Bạn thấy ở đâu?", "the vehicle is known");
    let page = press(&world, &page, &[], "to-vehicle").await;
    assert!(heading(&page) == "Đó là xe nào?" && page.body().contains("value=\"51D-628.35\""), "and can be mended");
    world.services.refuses("GetPublicTrip", Status::not_found("x"));
    let gone = world.get(&format!("/report?trip={TRIP}")).await;
    assert!(gone.status() == StatusCode::OK && gone.body().contains("data-draft=\"report-new\""));
}

#[tokio::test]
async fn who_is_in_danger_reads_where_to_call() {
    let world = World::start().await;
    let first = world.get("/report").await;
    assert!(first.body().contains("Nguy hiểm ngay lúc này?") && first.body().contains("href=\"tel:113\""));
    for (category, shown) in [("HIDDEN_PEOPLE", true), ("NO_MASK", false)] {
        let page = press(&world, &first, &[("category", category)], "next").await;
        assert_eq!(page.body().contains("tel:113"), shown, "{category}");
    }
    let page = press(&world, &first, &[("category", "NO_MASK")], "next").await;
    assert_eq!(heading(&page), "Bạn thấy ở đâu?", "no vehicle is asked for");
    assert!(page.body().contains("bước 2 trên 7"));
}

#[tokio::test]
async fn each_step_says_what_is_missing_and_keeps_what_was_typed() {
    let world = World::start().await;
    let page = world.get("/report").await;
    let wrong = press(&world, &page, &[], "next").await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body().contains("<a href=\"#category\">Chọn điều bạn thấy</a>") && wrong.body().contains("<title>Có lỗi: "));
    let page = press(&world, &page, &[("category", "NO_MASK")], "next").await;
    let wrong = press(&world, &page, &[("area", "Không Đâu Cả")], "next").await;
    assert!(wrong.body().contains("<a href=\"#area\">Không có nơi nào") && wrong.body().contains("value=\"Không Đâu Cả\""));
    let which = press(&world, &wrong, &[("area", "Ia Băng")], "next").await;
    assert!(which.body().contains("<select id=\"area-code\""), "several places of one name");
    let page = press(&world, &which, &[("area-code", "23905")], "next").await;
    let wrong = press(&world, &page, &[("seen-at", "2021-10-19T03:00")], "next").await;
    assert!(wrong.body().contains("<a href=\"#seen-at\">Chọn lúc đã qua"));
    let page = press(&world, &wrong, &[("seen-at", "2021-10-19T02:00")], "next").await;
    let wrong = press(&world, &page, &[("text", "ngắn")], "next").await;
    assert!(wrong.body().contains("<a href=\"#text\">Kể rõ hơn") && wrong.body().contains(">ngắn</textarea>"));
    let back = press(&world, &wrong, &[], "back").await;
    assert!(heading(&back) == "Bạn thấy lúc nào?" && back.body().contains("value=\"2021-10-19T02:00\""));
    assert!(form(&back).contains(&("text".into(), "ngắn".into())), "an unfinished answer travels too");
}

#[tokio::test]
async fn a_refused_report_leads_to_the_step_with_the_mistake() {
    let world = World::start().await;
    let check = filled_in(&world).await;
    let faults = vec![
        FieldViolation::new("contact.phone", "FORMAT", "Số này không gọi được", "No such number"),
        FieldViolation::new("answers.people", "REQUIRED", "Trả lời câu hỏi: Bao nhiêu người?", "How many?"),
    ];
    world.services.refuses("CreateReport", Problem::invalid(faults).into());
    let wrong = press(&world, &check, &[], "send").await;
    assert_eq!((wrong.status(), heading(&wrong)), (StatusCode::UNPROCESSABLE_ENTITY, "Chuyện xảy ra thế nào?"));
    assert!(wrong.body().contains("<a href=\"#q-people\">Trả lời câu hỏi: Bao nhiêu người?</a>"), "{}", wrong.body());
    let again = press(&world, &wrong, &[("q-people", "2")], "next").await;
    assert_eq!(heading(&again), "Xem lại rồi gửi", "back to where it was sent from");
    world.services.refuses("CreateReport", Status::already_exists("x"));
    let other = press(&world, &again, &[], "send").await;
    assert!(other.status() == StatusCode::UNPROCESSABLE_ENTITY && other.body().contains("đã được gửi với nội dung khác"));
    let id = |page: &Response<String>| form(page).into_iter().find(|(name, _)| name == "id").unwrap().1;
    assert_ne!(id(&other), id(&again));
}

#[tokio::test]
async fn nothing_is_lost_while_the_service_is_away() {
    let world = World::start().await;
    let check = filled_in(&world).await;
    world.services.refuses("CreateReport", Status::unavailable("down"));
    let away = press(&world, &check, &[], "send").await;
    assert_eq!(away.status(), StatusCode::SERVICE_UNAVAILABLE);
    for kept in ["name=\"text\" value=\"Xe dừng lại và dỡ hàng xuống\"", "name=\"do\" value=\"send\"", "action=\"/report\""] {
        assert!(away.body().contains(kept), "{kept} is missing");
    }
}

async fn follow(world: &World, pairs: &[(&str, &str)]) -> Response<String> {
    let ticket = [("code", "pa-20211019-0007"), ("pin", "1234 5678"), ("command_id", REPORT)];
    let pairs: Vec<(&str, &str)> = ticket.iter().chain(pairs).copied().collect();
    world.post("/follow", &pairs).await
}

fn answers(world: &World, report: FollowedReport) {
    world.services.answers("FollowReport", vec![FollowReportResponse { report: Some(report) }]);
}

#[tokio::test]
async fn a_report_is_followed_with_code_and_pin() {
    let world = World::start().await;
    let messages = vec![message(Speaker::Handler, "Xe màu gì?"), message(Speaker::Reporter, "Màu <trắng>")];
    answers(&world, FollowedReport { messages, ..followed(ReportState::NeedInfo) });
    let page = follow(&world, &[]).await;
    assert_eq!(page.status(), StatusCode::OK);
    for said in [CODE, "Cán bộ hỏi bạn một điều", "Công an xã Trà Đa", "Xe màu gì?", "Màu &#60;trắng&#62;", "20/10/2021 17:00"]
    {
        assert!(page.body().contains(said), "{said} is missing: {}", page.body());
    }
    let asked: FollowReportRequest = world.services.asked("FollowReport").unwrap();
    let ticket = asked.ticket.unwrap();
    assert_eq!((ticket.code.as_str(), ticket.pin.as_str()), (CODE, PIN), "as people write them");
    assert!(!page.body().contains("action=\"/follow?") && !page.body().contains(&format!("href=\"{PIN}")));
    assert_eq!(page.headers()["cache-control"], "no-store");
    world.services.answers("AddReporterMessage", vec![AddReporterMessageResponse::default()]);
    let sent = follow(&world, &[("do", "message"), ("message", "Màu trắng ạ")]).await;
    assert!(sent.body().contains("Đã gửi tin nhắn") && !sent.body().contains(">Màu trắng ạ</textarea>"));
    let asked: AddReporterMessageRequest = world.services.asked("AddReporterMessage").unwrap();
    assert_eq!((asked.message_id.as_str(), asked.text.as_str()), (REPORT, "Màu trắng ạ"));
}

#[tokio::test]
async fn a_wrong_pin_is_one_clear_sentence() {
    let world = World::start().await;
    let empty = world.post("/follow", &[("code", "")]).await;
    assert!(empty.status() == StatusCode::UNPROCESSABLE_ENTITY && empty.body().contains("<a href=\"#pin\">Ghi mã PIN</a>"));
    world.services.refuses("FollowReport", Status::not_found("x"));
    let wrong = follow(&world, &[]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body().contains("Mã phản ánh và mã PIN không khớp") && !wrong.body().contains("1234 5678"), "{}", wrong.body());
    world.services.refuses("FollowReport", Problem::new(Code::ResourceExhausted, "TOO_MANY_PINS", "x", "x").into());
    let many = follow(&world, &[]).await;
    assert!(many.status() == StatusCode::TOO_MANY_REQUESTS && many.body().contains("Đợi một giờ"));
}

#[tokio::test]
async fn an_answer_is_read_rated_and_reopened() {
    let world = World::start().await;
    let answered = FollowedReport {
        outcome: Outcome::VerifiedViolation.into(),
        public_answer: "Đã lập biên bản.".into(),
        answered_at: time("19T02:10"),
        reopen_until: time("26T02:10"),
        may_rate: true,
        ..followed(ReportState::Answered)
    };
    answers(&world, answered);
    let page = follow(&world, &[]).await;
    for said in ["Đúng là vi phạm", "Đã lập biên bản.", "26/10/2021 02:10", "Rất hài lòng"] {
        assert!(page.body().contains(said), "{said} is missing");
    }
    assert!(!page.body().contains("name=\"message\""), "what is over takes no message");
    let unrated = follow(&world, &[("do", "rate"), ("comment", "Nhanh")]).await;
    assert!(unrated.status() == StatusCode::UNPROCESSABLE_ENTITY && unrated.body().contains(">Nhanh</textarea>"));
    assert!(world.services.asked::<RateReportRequest>("RateReport").is_none());
    world.services.answers("RateReport", vec![RateReportResponse::default()]);
    follow(&world, &[("do", "rate"), ("rating", "4"), ("comment", "Nhanh")]).await;
    let asked: RateReportRequest = world.services.asked("RateReport").unwrap();
    assert_eq!((asked.rating, asked.comment.as_str()), (4, "Nhanh"));
    let short = follow(&world, &[("do", "reopen"), ("reason", "chưa")]).await;
    assert!(short.body().contains("<a href=\"#reason\">Ghi rõ lý do") && short.body().contains("<details class=\"panel\" open>"));
    world.services.answers("ReopenReport", vec![ReopenReportResponse::default()]);
    let open = follow(&world, &[("do", "reopen"), ("reason", "Xe vẫn dỡ hàng ở đó")]).await;
    assert!(open.body().contains("Đã mở lại phản ánh"));
    assert_eq!(world.services.asked::<ReopenReportRequest>("ReopenReport").unwrap().command_id, REPORT);
}

#[tokio::test]
async fn published_answers_are_filtered_and_paged() {
    let world = World::start().await;
    let published = PublishedReport {
        code: CODE.into(),
        category_id: "LOAD_UNLOAD".into(),
        seen_on: "2021-10-18".into(),
        area: Some(area("23596", "Xã Trà Đa, Thành phố Pleiku")),
        outcome: Outcome::VerifiedViolation.into(),
        public_answer: "Đã lập biên bản.".into(),
        published_at: time("19T02:10"),
    };
    let found = ListPublishedReportsResponse { reports: vec![published], next_page_token: "older".into() };
    world.services.answers("ListPublishedReports", vec![found]);
    let page = world.get("/published?area=Xã Trà Đa&category=LOAD_UNLOAD".replace(' ', "+").as_str()).await;
    for said in ["Thấy ngày 18/10/2021, Xã Trà Đa", "Đúng là vi phạm", "Đã lập biên bản.", "category=LOAD_UNLOAD&#38;page=older"]
    {
        assert!(page.body().contains(said), "{said} is missing: {}", page.body());
    }
    let asked: ListPublishedReportsRequest = world.services.asked("ListPublishedReports").unwrap();
    assert_eq!((asked.area_code.as_str(), asked.category_id.as_str()), ("23596", "LOAD_UNLOAD"));
    let unknown = world.get("/published?area=Kh%C3%B4ng+%C4%90%C3%A2u").await;
    assert!(unknown.body().contains("<a href=\"#area\">Không có xã, phường, huyện nào"));
}
