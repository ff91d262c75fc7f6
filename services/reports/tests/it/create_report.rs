//! CreateReport: what is taken and what is named as wrong, one report for one submission, and to whom it goes.

use contract::reports::v1::{self as pb, ReportState};
use tonic::Code;

use crate::world::{CHU_PUH, IA_LE, PLEIKU, PROVINCE, TRA_DA, World, answer, fields, in_area, reason, world, world_of};

#[tokio::test]
async fn a_report_is_taken_numbered_and_given_to_the_police_of_its_place() {
    let mut world = world().await;
    let first = world.citizen().create_report(world.report()).await.unwrap().into_inner();
    let second = world.citizen().create_report(world.report()).await.unwrap().into_inner();
    assert_eq!((first.code.as_str(), second.code.as_str()), ("PA-20211018-0001", "PA-20211018-0002"));
    assert!(first.pin.len() == 8 && first.pin.bytes().all(|byte| byte.is_ascii_digit()) && first.pin != second.pin);
    let followed = first.report.clone().unwrap();
    assert_eq!((followed.state(), followed.recipient.unwrap().area.unwrap().code.as_str()), (ReportState::Assigned, "23596"));
    // The end of Tuesday, because unloading is urgent.
    assert_eq!(chrono::DateTime::try_from(followed.due_at.unwrap()).unwrap().to_rfc3339(), "2021-10-19T10:00:00+00:00");
    let sent = world.stored(first).await;
    let report = world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap();
    let lines: Vec<(&str, &str)> = report.history.iter().map(|line| (line.kind.as_str(), line.detail.as_str())).collect();
    assert_eq!(lines, [("ReportReceived", ""), ("ReportAssigned", "place-in-a-commune")]);
    assert_eq!(
        world.events().await,
        ["ReportReceived.64.622.23596", "ReportAssigned.64.622.23596", "ReportReceived.64.622.23596", "ReportAssigned.64.622.23596"]
    );
}

#[tokio::test]
async fn the_day_of_a_code_is_that_of_the_province() {
    let mut world = world().await;
    world.advance(15);
    world.advance(1);
    assert_eq!(world.sent(world.report()).await.ticket.code, "PA-20211019-0001", "midnight is at 17:00 UTC");
    world.events().await;
}

#[tokio::test]
async fn the_same_submission_is_one_report_however_often_it_comes() {
    let mut world = world().await;
    let request = pb::CreateReportRequest { plate: "81C12345".to_owned(), ..world.report() };
    let first = world.citizen().create_report(request.clone()).await.unwrap().into_inner();
    world.advance(48);
    let again = world.citizen_at("10.1.2.3").create_report(request.clone()).await.unwrap().into_inner();
    assert_eq!((again.code, again.pin), (first.code, first.pin));
    let other = pb::CreateReportRequest { text: "Một việc hoàn toàn khác".to_owned(), ..request };
    let refused = world.citizen().create_report(other).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::AlreadyExists, "ID_REUSED"));
    assert_eq!(world.count("reports").await, 1);
    world.events().await;
}

#[tokio::test]
async fn the_same_submission_at_once_is_one_report() {
    let mut world = world().await;
    let request = world.report();
    let send = |_| {
        let (mut citizen, request) = (world.citizen(), request.clone());
        async move { citizen.create_report(request).await.unwrap().into_inner() }
    };
    let answers = futures::future::join_all((0..6).map(send)).await;
    assert!(answers.iter().all(|answer| answer.code == answers[0].code && answer.pin == answers[0].pin));
    assert_eq!(world.count("reports").await, 1);
    world.events().await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_named_together() {
    let mut world = world().await;
    let wrong = pb::CreateReportRequest {
        answers: vec![answer("loaded", "perhaps")],
        place: Some(pb::Place::default()),
        seen_at: Some((world.now() - chrono::Duration::days(15)).into()),
        text: "ngắn".to_owned(),
        contact: Some(pb::Contact { phone: "0905".to_owned(), email: "nobody".to_owned(), ..pb::Contact::default() }),
        ..world.report()
    };
    let refused = world.citizen().create_report(wrong).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let named = fields(&refused);
    for field in ["answers[0].value", "place", "seen_at", "text", "contact.email"] {
        assert!(named.iter().any(|name| name == field), "{field} is not in {named:?}");
    }
    let unknown = pb::CreateReportRequest { category_id: "PARKING".to_owned(), ..world.report() };
    assert_eq!(fields(&world.citizen().create_report(unknown).await.unwrap_err()), ["category_id"]);
    assert_eq!(world.count("reports").await, 0);
    world.events().await;
}

/// Each is sent by somebody else: who sends many waits.
async fn goes_to(world: &World, number: usize, request: pb::CreateReportRequest) -> (String, ReportState) {
    let report = world.citizen_at(&format!("10.0.3.{number}")).create_report(request).await.unwrap().into_inner().report.unwrap();
    let recipient = report.recipient.clone().unwrap();
    let whom = if recipient.post_id.is_empty() { recipient.area.unwrap().code } else { recipient.post_id };
    (whom, report.state())
}

#[tokio::test]
async fn rules_say_who_gets_it() {
    let mut world = world().await;
    world.admitted("81C-123.45", world.now() - chrono::Duration::hours(3)).await;
    let jumper =
        || pb::CreateReportRequest { category_id: "NO_DECLARATION".to_owned(), answers: vec![answer("how", "by_road")], ..world.report() };
    let conduct = |unit: &str| pb::CreateReportRequest {
        category_id: "OFFICER_CONDUCT".to_owned(),
        answers: vec![answer("unit", unit), answer("what", "money")],
        ..world.report()
    };
    let plate = |plate: &str| pb::CreateReportRequest { plate: plate.to_owned(), ..world.report() };
    let landmark = pb::Place { landmark: "gần cầu số 3".to_owned(), ..pb::Place::default() };
    let cases = [
        (plate("81C-123.45"), "23596", ReportState::Assigned),
        (plate("51D-999.99"), "622", ReportState::Assigned),
        (plate("81C-12?.45"), "23596", ReportState::Assigned),
        (pb::CreateReportRequest { place: Some(in_area("23986")), ..jumper() }, "CP3", ReportState::Assigned),
        (pb::CreateReportRequest { place: Some(in_area("639")), ..jumper() }, "CP3", ReportState::Assigned),
        (jumper(), "622", ReportState::Assigned),
        (conduct("commune_police"), "622", ReportState::Assigned),
        (conduct("district_police"), "64", ReportState::Assigned),
        (conduct("post"), "64", ReportState::Assigned),
        (pb::CreateReportRequest { place: Some(landmark), ..world.report() }, "64", ReportState::Received),
    ];
    for (number, (request, whom, state)) in cases.into_iter().enumerate() {
        assert_eq!(goes_to(&world, number, request.clone()).await, (whom.to_owned(), state), "{request:?}");
    }
    world.events().await;
}

#[tokio::test]
async fn nobody_reads_what_is_about_his_own_unit() {
    let mut world = world().await;
    let about = |unit: &str, code: &str| pb::CreateReportRequest {
        category_id: "OFFICER_CONDUCT".to_owned(),
        answers: vec![answer("unit", unit), answer("what", "looked_away")],
        place: Some(in_area(code)),
        ..world.report()
    };
    let (commune, post) = (world.sent(about("commune_police", "23596")).await, world.sent(about("post", "23986")).await);
    assert_eq!(world.get(&mut world.police(TRA_DA), &commune.id).await.unwrap_err().code(), Code::NotFound);
    assert!(world.get(&mut world.chief(PLEIKU), &commune.id).await.is_ok());
    for mut hidden in [world.officer("CP3", IA_LE), world.police(IA_LE), world.chief(CHU_PUH)] {
        assert_eq!(world.get(&mut hidden, &post.id).await.unwrap_err().code(), Code::NotFound);
    }
    assert!(world.get(&mut world.chief(PROVINCE), &post.id).await.is_ok());
    // Nor does a person give it to them by mistake.
    let report = world.get(&mut world.chief(PLEIKU), &commune.id).await.unwrap();
    let recipient = pb::Recipient { area: crate::world::area("23596"), post_id: String::new() };
    let assign = pb::AssignReportRequest {
        report_id: commune.id,
        command_id: world.command(),
        version: report.version,
        category_id: report.category_id,
        urgency: report.urgency,
        recipient: Some(recipient),
    };
    assert_eq!(fields(&world.chief(PLEIKU).assign_report(assign).await.unwrap_err()), ["recipient"]);
    world.events().await;
}

#[tokio::test]
async fn an_area_of_the_old_map_is_routed_on_the_new_one() {
    let mut world = world_of("gia-lai-2025").await;
    let old = |code: &str| {
        let area = contract::common::v1::Area { code: code.to_owned(), valid_from: "2021-01-01".to_owned(), ..Default::default() };
        pb::CreateReportRequest { place: Some(pb::Place { area: Some(area), ..pb::Place::default() }), ..world.report() }
    };
    assert_eq!(goes_to(&world, 1, old("23986")).await, ("23986".to_owned(), ReportState::Assigned));
    assert_eq!(goes_to(&world, 2, old("622")).await, ("52".to_owned(), ReportState::Received));
    let sent = world.sent(old("23986")).await;
    let report = world.get(&mut world.chief("2025.52"), &sent.id).await.unwrap();
    assert_eq!(report.place.unwrap().area.unwrap().valid_from, "2021-01-01", "shown as it was said");
    world.events().await;
}

#[tokio::test]
async fn the_questions_come_with_their_categories() {
    let mut world = world().await;
    let categories = world.citizen().list_report_categories(pb::ListReportCategoriesRequest {}).await.unwrap().into_inner().categories;
    let names: Vec<&str> = categories.iter().map(|category| category.category_id.as_str()).collect();
    assert_eq!(names[0], "STOPPED_ON_TRANSIT");
    assert_eq!((names.len(), names[9]), (10, "OTHER"));
    let hidden = categories.iter().find(|category| category.category_id == "HIDDEN_PEOPLE").unwrap();
    assert_eq!((hidden.urgency(), hidden.about_vehicle, hidden.questions.len()), (pb::Urgency::Immediate, true, 3));
    let former = pb::CreateReportRequest { category_version: 7, ..world.report() };
    assert_eq!(fields(&world.citizen().create_report(former).await.unwrap_err()), ["category_id"]);
    world.events().await;
}
