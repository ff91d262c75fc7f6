//! ListMergeCandidates, MergeReport, UnmergeReport: one matter is handled once, and every reporter reads the answer with his own code.

use contract::reports::v1::{self as pb, ReportQueue, ReportState, report_service_client::ReportServiceClient};
use runtime::grpc::Client;
use tonic::{Code, Status};

use crate::world::{CHU_PUH, PLEIKU, Sent, TRA_DA, World, answer, fields, in_area, reason, world};

async fn merge(world: &World, by: &mut ReportServiceClient<Client>, id: &str, into: &str) -> Result<pb::Report, Status> {
    let version = world.get(by, id).await?.version;
    let request =
        pb::MergeReportRequest { report_id: id.to_owned(), command_id: world.command(), version, into_report_id: into.to_owned() };
    Ok(by.merge_report(request).await?.into_inner().report.unwrap())
}

async fn unmerge(world: &World, by: &mut ReportServiceClient<Client>, id: &str) -> Result<pb::Report, Status> {
    let version = world.get(by, id).await?.version;
    let reason = "Là hai xe khác nhau".to_owned();
    let request = pb::UnmergeReportRequest { report_id: id.to_owned(), command_id: world.command(), version, reason };
    Ok(by.unmerge_report(request).await?.into_inner().report.unwrap())
}

async fn two(world: &World) -> (Sent, Sent) {
    (world.sent(world.report()).await, world.sent(world.report()).await)
}

fn kinds(report: &pb::Report) -> Vec<&str> {
    report.history.iter().map(|line| line.kind.as_str()).collect()
}

#[tokio::test]
async fn candidates_are_near_in_plate_or_in_place_category_and_time() {
    let mut world = world().await;
    let plated =
        |plate: &str, code: &str| pb::CreateReportRequest { plate: plate.to_owned(), place: Some(in_area(code)), ..world.report() };
    let (asked, same_plate) = (world.sent(plated("81C-123.45", "23596")).await, world.sent(plated("81c12345", "23599")).await);
    let same_place = world.sent(world.report()).await;
    let no_mask = pb::CreateReportRequest { category_id: "NO_MASK".to_owned(), answers: vec![answer("crowd", "no")], ..world.report() };
    world.sent(no_mask).await;
    let long_ago = Some((world.now() - chrono::Duration::hours(20)).into());
    world.sent(pb::CreateReportRequest { seen_at: long_ago, ..world.report() }).await;
    let mut district = world.chief(PLEIKU);
    let request = || pb::ListMergeCandidatesRequest { report_id: asked.id.clone() };
    let found = district.list_merge_candidates(request()).await.unwrap().into_inner().candidates;
    let ids: Vec<&str> = found.iter().map(|candidate| candidate.report.as_ref().unwrap().report_id.as_str()).collect();
    assert_eq!(ids, [same_plate.id.as_str(), same_place.id.as_str()]);
    assert_eq!((found[0].same_plate, found[0].same_place, found[1].same_plate, found[1].same_place), (true, false, false, true));
    assert!(found[1].same_category && found[1].minutes_apart == 0);
    let own = world.chief(TRA_DA).list_merge_candidates(request()).await;
    assert_eq!(
        own.map(|found| found.into_inner().candidates.len()).map_err(|status| status.code()),
        Err(Code::NotFound),
        "it is the district's"
    );
    assert_eq!(world.chief(CHU_PUH).list_merge_candidates(request()).await.unwrap_err().code(), Code::NotFound);
    world.events().await;
}

#[tokio::test]
async fn both_reporters_read_the_one_answer_each_with_his_own_code() {
    let mut world = world().await;
    let (first, second) = two(&world).await;
    let mut police = world.police(TRA_DA);
    let merged = merge(&world, &mut police, &second.id, &first.id).await.unwrap();
    assert_eq!((merged.state(), merged.merged_into.unwrap().code), (ReportState::Merged, first.ticket.code.clone()));
    let parent = world.get(&mut police, &first.id).await.unwrap();
    assert_eq!((parent.merged[0].code.as_str(), kinds(&parent).last()), (second.ticket.code.as_str(), Some(&"ReportTookIn")));
    let queue = police.list_reports(pb::ListReportsRequest::default()).await.unwrap().into_inner();
    assert_eq!((queue.reports.len(), queue.counts[0].reports, queue.reports[0].merged), (1, 1, 1), "counted once");
    let followed = world.follow(&second.ticket).await;
    assert_eq!((followed.state(), followed.merged, followed.code.as_str()), (ReportState::Assigned, true, second.ticket.code.as_str()));
    // They talk each for himself.
    let message =
        pb::AddReporterMessageRequest {
            ticket: Some(second.ticket.clone()), message_id: world.command(), text: "Xe màu đỏ".to_owned()
        };
    world.citizen().add_reporter_message(message).await.unwrap();
    assert!(world.follow(&first.ticket).await.messages.is_empty());
    assert!(world.get(&mut police, &first.id).await.unwrap().merged[0].unread);
    assert!(police.list_reports(pb::ListReportsRequest::default()).await.unwrap().into_inner().reports[0].unread);
    world.answered(&first.id, pb::Outcome::VerifiedViolation).await;
    let (one, other) = (world.follow(&first.ticket).await, world.follow(&second.ticket).await);
    assert_eq!((one.public_answer.as_str(), one.state(), one.outcome()), (other.public_answer.as_str(), other.state(), other.outcome()));
    assert!(!other.public_answer.is_empty() && other.may_rate && other.reopen_until.is_some() && other.messages.len() == 1);
    assert_eq!(reason(&unmerge(&world, &mut police, &second.id).await.unwrap_err()), "WRONG_STATE", "answered");
    let done = pb::ListReportsRequest { queue: ReportQueue::Done.into(), ..pb::ListReportsRequest::default() };
    assert_eq!(police.list_reports(done).await.unwrap().into_inner().reports.len(), 1);
    let published = world.citizen().list_published_reports(pb::ListPublishedReportsRequest::default()).await.unwrap().into_inner();
    assert_eq!(published.reports.len(), 1);
    let rate = pb::RateReportRequest { ticket: Some(second.ticket.clone()), rating: 4, comment: String::new() };
    assert_eq!(world.citizen().rate_report(rate).await.unwrap().into_inner().report.unwrap().rating, 4);
    world.advance(7 * 24);
    reports::pass_time(&world.service, world.now()).await.unwrap();
    assert_eq!((world.follow(&second.ticket).await.state(), world.follow(&second.ticket).await.reopen_until), (ReportState::Closed, None));
    let told = world.events().await;
    let count = |name: &str| told.iter().filter(|event| event.starts_with(name)).count();
    assert_eq!((count("AnswerPublished"), count("ViolationVerified"), count("ReportMerged"), count("ReportClosed")), (1, 1, 1, 2));
}

#[tokio::test]
async fn it_stands_for_itself_again_while_there_is_no_answer() {
    let mut world = world().await;
    let (first, second) = two(&world).await;
    let mut police = world.police(TRA_DA);
    let due_at = world.follow(&second.ticket).await.due_at;
    merge(&world, &mut police, &second.id, &first.id).await.unwrap();
    let back = unmerge(&world, &mut police, &second.id).await.unwrap();
    assert_eq!((back.state(), back.due_at, back.merged_into), (ReportState::Assigned, due_at, None));
    assert_eq!(back.history.last().unwrap().detail, "Là hai xe khác nhau");
    let parent = world.get(&mut police, &first.id).await.unwrap();
    assert_eq!((parent.merged.len(), kinds(&parent).last()), (0, Some(&"ReportLetGo")));
    assert_eq!(reason(&unmerge(&world, &mut police, &second.id).await.unwrap_err()), "WRONG_STATE");
    world.events().await;
}

#[tokio::test]
async fn there_are_no_chains() {
    let mut world = world().await;
    let (first, second) = two(&world).await;
    let (third, fourth) = two(&world).await;
    let mut police = world.police(TRA_DA);
    merge(&world, &mut police, &second.id, &first.id).await.unwrap();
    // Into one that is merged: into what that one is handled with.
    let third_merged = merge(&world, &mut police, &third.id, &second.id).await.unwrap();
    assert_eq!(third_merged.merged_into.unwrap().code, first.ticket.code);
    // What others are handled with takes them along.
    merge(&world, &mut police, &first.id, &fourth.id).await.unwrap();
    let parent = world.get(&mut police, &fourth.id).await.unwrap();
    assert_eq!(parent.merged.len(), 3);
    assert_eq!(reason(&merge(&world, &mut police, &fourth.id, &first.id).await.unwrap_err()), "MERGED_WITH_ITSELF");
    // Where it goes, they go.
    let back = pb::ReturnReportRequest {
        report_id: fourth.id.clone(),
        command_id: world.command(),
        version: parent.version,
        reason: "Không thuộc địa bàn".to_owned(),
    };
    let version = police.return_report(back).await.unwrap().into_inner().report.unwrap().version;
    let up = pb::AssignReportRequest {
        report_id: fourth.id.clone(),
        command_id: world.command(),
        version,
        category_id: "LOAD_UNLOAD".to_owned(),
        urgency: pb::Urgency::Urgent.into(),
        recipient: Some(pb::Recipient { area: crate::world::area("622"), post_id: String::new() }),
    };
    world.chief(PLEIKU).assign_report(up).await.unwrap();
    assert_eq!(world.get(&mut police, &second.id).await.unwrap_err().code(), Code::NotFound);
    assert!(world.get(&mut world.chief(PLEIKU), &second.id).await.is_ok());
    world.events().await;
}

#[tokio::test]
async fn what_is_elsewhere_or_about_officers_is_not_merged() {
    let mut world = world().await;
    let (first, second) = two(&world).await;
    let elsewhere = world.sent(pb::CreateReportRequest { place: Some(in_area("23986")), ..world.report() }).await;
    let mut police = world.police(TRA_DA);
    assert_eq!(fields(&merge(&world, &mut police, &first.id, &elsewhere.id).await.unwrap_err()), ["into_report_id"]);
    let conduct = pb::CreateReportRequest {
        category_id: "OFFICER_CONDUCT".to_owned(),
        answers: vec![answer("unit", "commune_police"), answer("what", "other")],
        ..world.report()
    };
    if let Ok(created) = world.citizen().create_report(conduct).await {
        let conduct = world.stored(created.into_inner()).await;
        let mut district = world.chief(PLEIKU);
        assert_eq!(reason(&merge(&world, &mut district, &conduct.id, &first.id).await.unwrap_err()), "HANDLED_ALONE");
    } else {
        panic!("the form of the category asks for more");
    }
    world.answered(&second.id, pb::Outcome::NotFound).await;
    assert_eq!(reason(&merge(&world, &mut police, &first.id, &second.id).await.unwrap_err()), "WRONG_STATE");
    world.events().await;
}

#[tokio::test]
async fn one_who_is_not_content_is_heard_for_himself() {
    let mut world = world().await;
    let (first, second) = two(&world).await;
    merge(&world, &mut world.police(TRA_DA), &second.id, &first.id).await.unwrap();
    world.answered(&first.id, pb::Outcome::Unfounded).await;
    let reopen = pb::ReopenReportRequest {
        ticket: Some(second.ticket.clone()),
        command_id: world.command(),
        reason: "Tôi thấy một xe khác".to_owned(),
    };
    let reopened = world.citizen().reopen_report(reopen).await.unwrap().into_inner().report.unwrap();
    assert_eq!((reopened.state(), reopened.merged, reopened.public_answer.as_str()), (ReportState::Assigned, false, ""));
    let mut police = world.police(TRA_DA);
    assert_eq!(world.get(&mut police, &first.id).await.unwrap().merged.len(), 0);
    assert_eq!(world.follow(&first.ticket).await.state(), ReportState::Answered);
    world.events().await;
}

#[tokio::test]
async fn of_a_hundred_who_merge_and_begin_at_once_one_wins() {
    let mut world = world().await;
    let (first, second) = two(&world).await;
    let version = world.get(&mut world.police(TRA_DA), &second.id).await.unwrap().version;
    let act = |number: usize| {
        let (mut police, report_id, command_id, into_report_id) =
            (world.police(TRA_DA), second.id.clone(), world.command(), first.id.clone());
        async move {
            loop {
                let (report_id, command_id, into_report_id) = (report_id.clone(), command_id.clone(), into_report_id.clone());
                let done = if number.is_multiple_of(2) {
                    police.merge_report(pb::MergeReportRequest { report_id, command_id, version, into_report_id }).await.map(drop)
                } else {
                    police.start_report(pb::StartReportRequest { report_id, command_id, version }).await.map(drop)
                };
                match done {
                    Err(status) if status.code() == Code::Unavailable => {}
                    other => return other,
                }
            }
        }
    };
    let outcomes = futures::future::join_all((0..100).map(act)).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).all(|refused| refused.code() == Code::Aborted));
    let merged = world.count("reports where state = 'MERGED'").await;
    assert_eq!(world.count("reports where merged = 1").await, merged);
    world.events().await;
}
