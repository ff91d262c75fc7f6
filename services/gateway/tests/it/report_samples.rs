//! What the service of reports answers in these tests: two categories, a report in each of its states, and who handles it.
use contract::{
    accounts::v1::{PermissionGrant, Principal, ResolveSessionResponse, Unit, UnitKind},
    reports::v1::{
        Agency, Answer, Category, Choice, CreateReportResponse, FollowReportResponse, FollowedReport, GetReportResponse, LinkedTrip,
        ListAgenciesResponse, ListMergeCandidatesResponse, ListReportCategoriesResponse, ListReportPhotosResponse,
        ListReporterPhotosResponse, ListReportsResponse, ListSubmissionPhotosResponse, MergeCandidate, Message, Outcome, Place, Question,
        QuestionAnswer, QuestionKind, Recipient, Report, ReportEntry, ReportQueue, ReportQueueCount, ReportState, ReportSummary, Speaker,
        Urgency,
    },
};

use crate::{
    service::Service,
    world::{self, TRIP, area, time},
};

pub const REPORT: &str = "0199f000-0000-7000-8000-000000000061";
pub const CODE: &str = "PA-20211019-0007";
pub const PIN: &str = "12345678";
const HANDLER: &str = "0199f000-0000-7000-8000-000000000007";

pub fn answers(service: &Service) {
    service.answers("ListReportCategories", vec![ListReportCategoriesResponse { categories: categories() }]);
    let report = Some(followed(ReportState::Assigned));
    service.answers("ListMergeCandidates", vec![ListMergeCandidatesResponse { candidates: vec![candidate()] }]);
    service.answers("ListAgencies", vec![ListAgenciesResponse { agencies: vec![agency()] }]);
    service.answers("CreateReport", vec![CreateReportResponse { code: CODE.into(), pin: PIN.into(), report: report.clone() }]);
    service.answers("FollowReport", vec![FollowReportResponse { report }]);
    service.answers("GetReport", vec![GetReportResponse { report: Some(report_in(ReportState::InProgress)) }]);
    service.answers("ListReportPhotos", vec![ListReportPhotosResponse::default()]);
    service.answers("ListReporterPhotos", vec![ListReporterPhotosResponse::default()]);
    service.answers("ListSubmissionPhotos", vec![ListSubmissionPhotosResponse::default()]);
    let counts = [(ReportQueue::Unspecified, 3), (ReportQueue::Overdue, 1), (ReportQueue::ToHandle, 2), (ReportQueue::Mine, 1)];
    let counts = counts.map(|(queue, reports)| ReportQueueCount { queue: queue.into(), reports }).into();
    service.answers("ListReports", vec![ListReportsResponse { reports: summaries(), next_page_token: "more".into(), counts }]);
}

pub fn categories() -> Vec<Category> {
    let question = |id: &str, kind: QuestionKind, text: &str, required: bool| Question {
        question_id: id.into(),
        kind: kind.into(),
        text_vi: text.into(),
        text_en: format!("{id}?"),
        required,
        choices: Vec::new(),
    };
    let choice = |id: &str, name: &str| Choice { choice_id: id.into(), name_vi: name.into(), name_en: id.into() };
    let goods = Question {
        choices: vec![choice("food", "Thực phẩm"), choice("other", "Hàng khác")],
        ..question("goods", QuestionKind::Choice, "Bốc dỡ hàng gì?", true)
    };
    let category = |id: &str, name: &str, hint: &str, urgency: Urgency, about_vehicle: bool, questions: Vec<Question>| Category {
        category_id: id.into(),
        version: 2,
        name_vi: name.into(),
        name_en: id.to_lowercase(),
        hint_vi: hint.into(),
        hint_en: "hint".into(),
        questions,
        urgency: urgency.into(),
        about_vehicle,
    };
    let load = vec![
        goods,
        question("people", QuestionKind::Number, "Bao nhiêu người bốc dỡ?", false),
        question("still_there", QuestionKind::YesNo, "Bây giờ xe còn ở đó không?", false),
    ];
    vec![
        category("LOAD_UNLOAD", "Bốc dỡ hàng", "Xe bốc hoặc dỡ hàng ở nơi không khai báo.", Urgency::Urgent, true, load),
        category("HIDDEN_PEOPLE", "Chở giấu người", "Người trốn trong thùng xe.", Urgency::Immediate, true, Vec::new()),
        category("NO_MASK", "Không giữ khoảng cách", "Tụ tập, không khẩu trang.", Urgency::Normal, false, Vec::new()),
    ]
}

pub fn agency() -> Agency {
    Agency {
        agency_id: "SO_GTVT".into(),
        name_vi: "Sở Giao thông vận tải".into(),
        name_en: "Department of Transport".into(),
        working_days: 5,
    }
}

/// Another report about the same truck.
pub fn candidate() -> MergeCandidate {
    let report = summaries().into_iter().nth(1);
    MergeCandidate { report, same_plate: true, same_place: true, minutes_apart: 20, ..MergeCandidate::default() }
}

pub fn tra_da() -> Option<Recipient> {
    Some(Recipient { area: Some(area("23596", "Xã Trà Đa, Thành phố Pleiku")), post_id: String::new() })
}

pub fn followed(state: ReportState) -> FollowedReport {
    FollowedReport {
        code: CODE.into(),
        state: state.into(),
        category_id: "LOAD_UNLOAD".into(),
        received_at: time("19T01:50"),
        due_at: time("20T17:00"),
        recipient: tra_da(),
        ..FollowedReport::default()
    }
}

pub fn message(speaker: Speaker, text: &str) -> Message {
    Message { message_id: REPORT.into(), speaker: speaker.into(), text: text.into(), sent_at: time("19T02:00") }
}

pub fn report_in(state: ReportState) -> Report {
    let entry = |at: &str, kind: &str, account: &str, detail: &str| ReportEntry {
        at: time(at),
        kind: kind.into(),
        account_id: account.into(),
        recipient: tra_da(),
        detail: detail.into(),
        ..ReportEntry::default()
    };
    let answer = |id: &str, value: &str| QuestionAnswer { question_id: id.into(), value: value.into() };
    Report {
        report_id: REPORT.into(),
        code: CODE.into(),
        state: state.into(),
        version: 4,
        category_id: "LOAD_UNLOAD".into(),
        category_version: 2,
        urgency: Urgency::Urgent.into(),
        recipient: tra_da(),
        place: Some(Place {
            area: Some(area("23596", "Xã Trà Đa, Thành phố Pleiku")),
            landmark: "trước quán phở Hồng".into(),
            latitude: Some(13.983_12),
            longitude: Some(108.000_42),
        }),
        plate: "51D-62?.35".into(),
        trips: vec![LinkedTrip { trip_id: TRIP.into(), open: true }],
        seen_at: time("19T01:30"),
        received_at: time("19T01:50"),
        due_at: time("19T01:55"),
        overdue: true,
        text: "Xe dừng và dỡ hàng xuống.\nHai người bốc hàng.".into(),
        answers: vec![answer("goods", "food"), answer("people", "2"), answer("still_there", "no")],
        messages: vec![message(Speaker::Handler, "Xe màu gì?"), message(Speaker::Reporter, "Màu trắng ạ")],
        history: vec![
            entry("19T01:50", "ReportReceived", "", ""),
            entry("19T01:50", "ReportAssigned", "", "PLATE_OPEN_TRIP"),
            entry("19T01:58", "ReportStarted", HANDLER, ""),
        ],
        handler_id: HANDLER.into(),
        contact_hidden: true,
        ..Report::default()
    }
}

/// With an answer that somebody else wrote.
pub fn drafted() -> Report {
    let answer = Answer {
        outcome: Outcome::VerifiedViolation.into(),
        public_text: "Đã lập biên bản lái xe vì dỡ hàng sai nơi.".into(),
        internal_text: "Biên bản số 12".into(),
        drafted_by: REPORT.into(),
        drafted_at: time("19T02:05"),
        published_at: None,
    };
    Report { answer: Some(answer), ..report_in(ReportState::AnswerDraft) }
}

fn summaries() -> Vec<ReportSummary> {
    let summary = |number: u8, state: ReportState, plate: &str, due: &str, unread: bool| ReportSummary {
        report_id: REPORT.replace("61", &number.to_string()),
        code: format!("PA-20211019-00{number}"),
        state: state.into(),
        version: 1,
        category_id: "LOAD_UNLOAD".into(),
        urgency: if number == 61 { Urgency::Immediate } else { Urgency::Urgent }.into(),
        recipient: tra_da(),
        area: Some(area("23596", "Xã Trà Đa, Thành phố Pleiku")),
        plate: plate.into(),
        received_at: time("18T22:00"),
        due_at: time(due),
        overdue: number == 61,
        unread,
        ..ReportSummary::default()
    };
    vec![summary(61, ReportState::InProgress, "51D-62?.35", "19T00:00", true), summary(62, ReportState::Assigned, "", "20T17:00", false)]
}

/// Police of a commune who handle reports, or of a district who sort them and approve answers.
pub fn police(permissions: &[&str]) -> Principal {
    let unit = Unit {
        name: "Công an xã Trà Đa".into(),
        kind: UnitKind::CommunePolice.into(),
        area: Some(area("23596", "Xã Trà Đa, Thành phố Pleiku")),
        post_code: String::new(),
        ..world::principal().unit.unwrap()
    };
    let grant = |permission: &&str| PermissionGrant { permission: (*permission).into(), areas: vec!["2021.64.622.23596".into()] };
    Principal { unit: Some(unit), permissions: permissions.iter().map(grant).collect(), ..world::principal() }
}

pub const HANDLES: [&str; 3] = ["vehicles.arrivals.read", "reports.reports.read", "reports.reports.handle"];
pub const DECIDES: [&str; 4] = ["vehicles.trips.read", "reports.reports.read", "reports.reports.triage", "reports.answers.approve"];

pub fn sign_in(service: &Service, permissions: &[&str]) {
    service.answers("ResolveSession", vec![ResolveSessionResponse { principal: Some(police(permissions)) }]);
}
