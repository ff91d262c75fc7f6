//! AssignReport: whose it is, by who looks through what came.

use contract::reports::v1::{self as pb, ReportState, Urgency};
use tonic::Code;

use crate::world::{PLEIKU, PROVINCE, TRA_DA, World, area, fields, reason, world};

fn assign(world: &World, report: &pb::Report, code: &str, urgency: Urgency) -> pb::AssignReportRequest {
    pb::AssignReportRequest {
        report_id: report.report_id.clone(),
        command_id: world.command(),
        version: report.version,
        category_id: report.category_id.clone(),
        urgency: urgency.into(),
        recipient: Some(pb::Recipient { area: area(code), post_id: String::new() }),
    }
}

#[tokio::test]
async fn a_report_without_a_place_waits_for_the_province_and_gets_its_deadline_once() {
    let mut world = world().await;
    let nowhere = pb::Place { landmark: "trước quán phở Hồng".to_owned(), ..pb::Place::default() };
    let sent = world.sent(pb::CreateReportRequest { place: Some(nowhere), ..world.report() }).await;
    let mut province = world.chief(PROVINCE);
    let report = world.get(&mut province, &sent.id).await.unwrap();
    assert_eq!((report.state(), report.due_at), (ReportState::Received, None));
    let first = assign(&world, &report, "23596", Urgency::Normal);
    let given = province.assign_report(first.clone()).await.unwrap().into_inner().report.unwrap();
    assert_eq!((given.state(), given.due_at.is_some()), (ReportState::Assigned, true));
    world.advance(24);
    let mut police = world.police(TRA_DA);
    let back = pb::ReturnReportRequest {
        report_id: sent.id.clone(),
        command_id: world.command(),
        version: given.version,
        reason: "Chỗ đó thuộc phường khác".to_owned(),
    };
    let returned = police.return_report(back).await.unwrap().into_inner().report.unwrap();
    let again = province.assign_report(assign(&world, &returned, "622", Urgency::Normal)).await.unwrap().into_inner().report.unwrap();
    assert_eq!(again.due_at, given.due_at, "the deadline is fixed at the first time");
    let faster = province.assign_report(assign(&world, &again, "622", Urgency::Immediate)).await.unwrap().into_inner().report.unwrap();
    assert_ne!(faster.due_at, given.due_at);
    assert_eq!(world.events().await.iter().filter(|event| event.starts_with("ReportAssigned")).count(), 3);
}

#[tokio::test]
async fn one_gives_within_his_area_or_above_and_then_reads_no_more() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let mut district = world.chief(PLEIKU);
    let report = world.get(&mut district, &sent.id).await.unwrap();
    for code in ["639", "23986", "00001"] {
        let refused = district.assign_report(assign(&world, &report, code, Urgency::Urgent)).await.unwrap_err();
        assert!(fields(&refused)[0].starts_with("recipient"), "{code}");
    }
    let up = assign(&world, &report, "64", Urgency::Urgent);
    let gone = district.assign_report(up.clone()).await.unwrap().into_inner().report.unwrap();
    assert_eq!((gone.state(), gone.text.as_str(), gone.history.len()), (ReportState::Assigned, "", 0));
    assert_eq!(world.get(&mut district, &sent.id).await.unwrap_err().code(), Code::NotFound);
    let again = district.assign_report(up.clone()).await.unwrap().into_inner().report.unwrap();
    assert_eq!((again.version, again.text.as_str()), (gone.version, ""), "sent again it is done once");
    let other = pb::AssignReportRequest { urgency: Urgency::Normal.into(), ..up };
    assert_eq!(district.assign_report(other).await.unwrap_err().code(), Code::NotFound);
    world.events().await;
}

#[tokio::test]
async fn what_changed_since_is_told_with_who_and_when() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let report = world.get(&mut world.chief(PLEIKU), &sent.id).await.unwrap();
    let started = world.started(&mut world.police(TRA_DA), &sent.id).await;
    let refused = world.chief(PLEIKU).assign_report(assign(&world, &report, "622", Urgency::Urgent)).await.unwrap_err();
    let problem = runtime::grpc::Problem::from_status(&refused);
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::Aborted, "CHANGED"));
    assert_eq!(problem.metadata["by"], started.handler_id);
    assert_eq!(problem.metadata["version"], started.version.to_string());
    // As it is now nobody may take it from who began.
    let refused = world.chief(PLEIKU).assign_report(assign(&world, &started, "622", Urgency::Urgent)).await.unwrap_err();
    assert_eq!(reason(&refused), "WRONG_STATE");
    let unknown = pb::AssignReportRequest { category_id: "PARKING".to_owned(), ..assign(&world, &started, "622", Urgency::Urgent) };
    assert_eq!(fields(&world.chief(PLEIKU).assign_report(unknown).await.unwrap_err()), ["category_id"]);
    world.events().await;
}

#[tokio::test]
async fn a_post_gets_a_report_by_its_name() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let mut province = world.chief(PROVINCE);
    let report = world.get(&mut province, &sent.id).await.unwrap();
    let recipient = Some(pb::Recipient { area: area("64"), post_id: "CP3".to_owned() });
    let to_post = pb::AssignReportRequest { recipient, ..assign(&world, &report, "64", Urgency::Urgent) };
    province.assign_report(to_post).await.unwrap();
    assert!(world.get(&mut world.officer("CP3", crate::world::IA_LE), &sent.id).await.is_ok());
    assert_eq!(world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap_err().code(), Code::NotFound);
    world.events().await;
}

#[tokio::test]
async fn answers_keep_the_form_that_was_filled_in() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let mut district = world.chief(PLEIKU);
    let report = world.get(&mut district, &sent.id).await.unwrap();
    let otherwise = pb::AssignReportRequest { category_id: "NO_MASK".to_owned(), ..assign(&world, &report, "23596", Urgency::Normal) };
    let sorted = district.assign_report(otherwise).await.unwrap().into_inner().report.unwrap();
    let form = sorted.answered_form.unwrap();
    assert_eq!((sorted.category_id.as_str(), form.category_id.as_str(), form.version), ("NO_MASK", "LOAD_UNLOAD", 1));
    assert_eq!((sorted.answers[0].question_id.as_str(), sorted.answers[0].value.as_str()), ("loaded", "yes"));
    assert!(form.questions.iter().any(|question| question.question_id == "loaded" && !question.text_vi.is_empty()));
    world.events().await;
}
