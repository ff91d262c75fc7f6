//! Who may not: without the permission, outside the area, at another post; for every method of who has an account.

use contract::{
    Permission,
    reports::v1::{self as pb, report_service_client::ReportServiceClient},
};
use ids::ReportId;
use runtime::grpc::Client;
use tonic::{Code, Status};

use crate::world::{CHIEF, CHU_PUH, IA_LE, PLEIKU, TRA_DA, World, answer, area, in_area, world};

/// One call of every such method about a report; the permission that it needs.
const METHODS: [(&str, Permission); 15] = [
    ("list", Permission::ReportsReportsRead),
    ("get", Permission::ReportsReportsRead),
    ("assign", Permission::ReportsReportsTriage),
    ("reject", Permission::ReportsReportsTriage),
    ("start", Permission::ReportsReportsHandle),
    ("return", Permission::ReportsReportsHandle),
    ("note", Permission::ReportsReportsHandle),
    ("ask", Permission::ReportsReportsHandle),
    ("draft", Permission::ReportsReportsHandle),
    ("approve", Permission::ReportsAnswersApprove),
    ("candidates", Permission::ReportsReportsHandle),
    ("merge", Permission::ReportsReportsHandle),
    ("unmerge", Permission::ReportsReportsHandle),
    ("transfer", Permission::ReportsReportsHandle),
    ("end-transfer", Permission::ReportsReportsHandle),
];

async fn call(world: &World, by: &mut ReportServiceClient<Client>, method: &str, report_id: &str) -> Result<(), Status> {
    let (report_id, command_id, version) = (report_id.to_owned(), world.command(), 1);
    let text = "Một nội dung đủ dài".to_owned();
    match method {
        "list" => by.list_reports(pb::ListReportsRequest::default()).await.map(drop),
        "get" => by.get_report(pb::GetReportRequest { report_id }).await.map(drop),
        "assign" => {
            let recipient = Some(pb::Recipient { area: area("23596"), post_id: String::new() });
            let (category_id, urgency) = ("OTHER".to_owned(), pb::Urgency::Normal.into());
            by.assign_report(pb::AssignReportRequest { report_id, command_id, version, category_id, urgency, recipient }).await.map(drop)
        }
        "reject" => {
            let reason = pb::RejectionReason::Spam.into();
            by.reject_report(pb::RejectReportRequest { report_id, command_id, version, reason, public_text: text }).await.map(drop)
        }
        "start" => by.start_report(pb::StartReportRequest { report_id, command_id, version }).await.map(drop),
        "return" => by.return_report(pb::ReturnReportRequest { report_id, command_id, version, reason: text }).await.map(drop),
        "note" => by.add_report_note(pb::AddReportNoteRequest { report_id, command_id, version, text }).await.map(drop),
        "ask" => by.ask_reporter(pb::AskReporterRequest { report_id, command_id, version, text }).await.map(drop),
        "draft" => {
            let outcome = pb::Outcome::Unfounded.into();
            let draft = pb::DraftAnswerRequest { report_id, command_id, version, outcome, public_text: text, internal_text: String::new() };
            by.draft_answer(draft).await.map(drop)
        }
        "approve" => {
            let approve = pb::ApproveAnswerRequest { report_id, command_id, version, approved: true, reason: String::new() };
            by.approve_answer(approve).await.map(drop)
        }
        "candidates" => by.list_merge_candidates(pb::ListMergeCandidatesRequest { report_id }).await.map(drop),
        "merge" => {
            let into_report_id = ReportId::mint(world.now()).to_string();
            by.merge_report(pb::MergeReportRequest { report_id, command_id, version, into_report_id }).await.map(drop)
        }
        "unmerge" => by.unmerge_report(pb::UnmergeReportRequest { report_id, command_id, version, reason: text }).await.map(drop),
        "transfer" => {
            let (agency_id, working_days) = ("SO_GTVT".to_owned(), 0);
            let transfer = pb::TransferReportRequest { report_id, command_id, version, agency_id, reason: text, working_days };
            by.transfer_report(transfer).await.map(drop)
        }
        "end-transfer" => {
            by.end_transfer(pb::EndTransferRequest { report_id, command_id, version, refused: true, answer: text }).await.map(drop)
        }
        other => panic!("{other} is no method"),
    }
}

#[tokio::test]
async fn nobody_acts_without_the_permission() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    for (method, permission) in METHODS {
        let refused = call(&world, &mut world.citizen(), method, &sent.id).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unauthenticated, "{method}");
        let others: Vec<Permission> = Permission::ALL.iter().copied().filter(|held| *held != permission).collect();
        let mut without = world.call(world.account(None, TRA_DA, &others));
        let refused = call(&world, &mut without, method, &sent.id).await.unwrap_err();
        assert_eq!(refused.code(), Code::PermissionDenied, "{method}");
    }
    assert_eq!(world.events().await.len(), 2);
}

#[tokio::test]
async fn another_area_is_answered_as_if_there_were_nothing() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let unknown = ReportId::mint(world.now()).to_string();
    for (method, _) in &METHODS[1..] {
        for place in [IA_LE, CHU_PUH, "2021.64.622.23599", "2025.52"] {
            let hidden = call(&world, &mut world.chief(place), method, &sent.id).await.unwrap_err();
            let nothing = call(&world, &mut world.chief(place), method, &unknown).await.unwrap_err();
            assert_eq!((hidden.code(), hidden.message()), (Code::NotFound, nothing.message()), "{method} in {place}");
        }
    }
    let rows = world.chief(IA_LE).list_reports(pb::ListReportsRequest::default()).await.unwrap().into_inner();
    assert!(rows.reports.is_empty() && rows.counts.iter().all(|count| count.reports == 0));
    assert_eq!(world.events().await.len(), 2);
}

#[tokio::test]
async fn a_post_and_the_police_around_it_have_their_own() {
    let mut world = world().await;
    let jumper = pb::CreateReportRequest {
        category_id: "NO_DECLARATION".to_owned(),
        answers: vec![answer("how", "by_road")],
        place: Some(in_area("23986")),
        ..world.report()
    };
    let of_post = world.sent(jumper).await;
    let of_police = world.sent(pb::CreateReportRequest { place: Some(in_area("23986")), ..world.report() }).await;
    let at_post = || world.call(world.account(Some("CP3"), IA_LE, CHIEF));
    let at_another = || world.call(world.account(Some("CP2"), IA_LE, CHIEF));
    for (method, _) in &METHODS[1..] {
        for (mut stranger, report) in
            [(at_post(), &of_police), (world.chief(IA_LE), &of_post), (at_another(), &of_post), (at_another(), &of_police)]
        {
            assert_eq!(call(&world, &mut stranger, method, &report.id).await.unwrap_err().code(), Code::NotFound, "{method}");
        }
    }
    let rows = at_post().list_reports(pb::ListReportsRequest::default()).await.unwrap().into_inner().reports;
    assert_eq!(rows.iter().map(|row| row.report_id.as_str()).collect::<Vec<_>>(), [of_post.id.as_str()]);
    assert!(world.get(&mut world.chief(CHU_PUH), &of_post.id).await.is_ok(), "the district directs the post");
    assert_eq!(world.get(&mut world.chief(PLEIKU), &of_post.id).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(world.events().await.len(), 4);
}
