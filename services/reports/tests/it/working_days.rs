//! ListWorkingDays, DeclareWorkingDay, WithdrawWorkingDay: the province changes its working days, and the deadlines of open reports move with them.

use contract::{
    Permission,
    reports::v1::{self as pb, DayKind, ReportState, report_service_client::ReportServiceClient},
};
use runtime::grpc::Client;
use tonic::Code;

use crate::world::{PLEIKU, PROVINCE, TRA_DA, World, fields, world};

const ADMINISTRATOR: &[Permission] = &[Permission::ReportsReportsRead, Permission::ReportsCalendarManage];

fn administrator(world: &World) -> ReportServiceClient<Client> {
    world.call(world.account(None, PROVINCE, ADMINISTRATOR))
}

fn declare(world: &World, day: &str, kind: DayKind) -> pb::DeclareWorkingDayRequest {
    pb::DeclareWorkingDayRequest {
        change_id: world.command(),
        day: day.to_owned(),
        kind: kind.into(),
        reason: "Thành phố nghỉ để phun khử khuẩn".to_owned(),
    }
}

fn at(text: &str) -> Option<contract::Timestamp> {
    Some(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into())
}

#[tokio::test]
async fn open_reports_move_and_say_so_and_answered_ones_keep_theirs() {
    let mut world = world().await;
    let (open, answered) = (world.sent(world.report()).await, world.sent(world.report()).await);
    let immediate = pb::CreateReportRequest {
        category_id: "HIDDEN_PEOPLE".to_owned(),
        answers: vec![crate::world::answer("people", "6"), crate::world::answer("hidden_in", "load")],
        ..world.report()
    };
    let immediate = world.sent(immediate).await;
    world.answered(&answered.id, pb::Outcome::NotFound).await;
    let mut by = administrator(&world);
    let request = declare(&world, "2021-10-19", DayKind::Off);
    let declared = by.declare_working_day(request.clone()).await.unwrap().into_inner();
    assert_eq!((declared.moved, declared.change.unwrap().day.as_str()), (1, "2021-10-19"));
    let again = by.declare_working_day(request.clone()).await.unwrap().into_inner();
    assert_eq!(again.moved, 0, "the same again is done once");
    let report = world.get(&mut world.police(TRA_DA), &open.id).await.unwrap();
    assert_eq!(report.due_at, at("2021-10-20T10:00:00Z"));
    let line = report.history.last().unwrap();
    assert_eq!((line.kind.as_str(), line.due_before, line.due_after), ("ReportDueMoved", at("2021-10-19T10:00:00Z"), report.due_at));
    assert_eq!(line.detail, "19/10/2021: Thành phố nghỉ để phun khử khuẩn");
    assert_eq!(world.follow(&answered.ticket).await.due_at, at("2021-10-19T10:00:00Z"));
    assert_eq!(world.follow(&immediate.ticket).await.due_at, at("2021-10-18T03:00:00Z"));
    let later = world.sent(world.report()).await;
    assert_eq!(world.follow(&later.ticket).await.due_at, at("2021-10-20T10:00:00Z"), "new ones count by it too");
    let withdraw = pb::WithdrawWorkingDayRequest { change_id: request.change_id, reason: "Hoãn phun".to_owned() };
    let withdrawn = by.withdraw_working_day(withdraw.clone()).await.unwrap().into_inner();
    assert_eq!((withdrawn.moved, withdrawn.change.unwrap().withdrawn_at.is_some()), (2, true));
    assert_eq!(by.withdraw_working_day(withdraw).await.unwrap().into_inner().moved, 0);
    assert_eq!(world.follow(&open.ticket).await.due_at, at("2021-10-19T10:00:00Z"));
    let told = world.events().await;
    assert_eq!(told.iter().filter(|event| event.starts_with("ReportDueMoved")).count(), 3);
}

#[tokio::test]
async fn what_is_overdue_is_not_so_any_more_when_the_day_was_none() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    world.advance(34);
    reports::pass_time(&world.service, world.now()).await.unwrap();
    assert!(world.follow(&sent.ticket).await.overdue);
    let today = declare(&world, "2021-10-19", DayKind::Off);
    administrator(&world).declare_working_day(today).await.unwrap();
    let report = world.get(&mut world.chief(PLEIKU), &sent.id).await.unwrap();
    assert_eq!((report.overdue, report.state(), report.escalated_to), (false, ReportState::Assigned, None));
    world.events().await;
}

#[tokio::test]
async fn saturday_the_fourth_of_may_2024_was_worked_and_the_province_may_add_to_it() {
    let mut world = world().await;
    let hours = (chrono::DateTime::parse_from_rfc3339("2024-04-26T08:00:00+07:00").unwrap().to_utc() - world.now()).num_hours();
    world.advance(hours.unsigned_abs());
    let normal =
        pb::CreateReportRequest { category_id: "NO_MASK".to_owned(), answers: vec![crate::world::answer("crowd", "no")], ..world.report() };
    let sent = world.sent(normal).await;
    assert_eq!(world.follow(&sent.ticket).await.due_at, at("2024-05-04T10:00:00Z"), "the third working day is the Saturday");
    let request = declare(&world, "2024-05-02", DayKind::Off);
    administrator(&world).declare_working_day(request).await.unwrap();
    assert_eq!(world.follow(&sent.ticket).await.due_at, at("2024-05-06T10:00:00Z"));
    let month = pb::ListWorkingDaysRequest { month: "2024-05".to_owned() };
    let listed = world.police(TRA_DA).list_working_days(month).await.unwrap().into_inner();
    let kind = |day: usize| listed.days[day - 1].kind();
    assert_eq!(
        (kind(1), kind(2), kind(3), kind(4), kind(5)),
        (DayKind::Off, DayKind::Off, DayKind::Worked, DayKind::MadeUp, DayKind::Weekend)
    );
    assert!(listed.days[1].change.is_some() && listed.days[0].change.is_none() && listed.changes.len() == 1);
    world.events().await;
}

#[tokio::test]
async fn the_province_alone_declares_and_only_what_changes_a_day() {
    let mut world = world().await;
    let district = world.account(None, PLEIKU, ADMINISTRATOR);
    let request = declare(&world, "2021-10-19", DayKind::Off);
    assert_eq!(world.call(district).declare_working_day(request.clone()).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(world.chief(PROVINCE).declare_working_day(request.clone()).await.unwrap_err().code(), Code::PermissionDenied);
    let unknown = pb::WithdrawWorkingDayRequest { change_id: request.change_id.clone(), reason: "Nhầm".to_owned() };
    assert_eq!(administrator(&world).withdraw_working_day(unknown.clone()).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(world.chief(PROVINCE).withdraw_working_day(unknown).await.unwrap_err().code(), Code::PermissionDenied);
    for (day, kind, wrong) in [
        ("2021-10-17", DayKind::MadeUp, vec!["day"]),
        ("2021-10-23", DayKind::Off, vec!["kind"]),
        ("2021-10-20", DayKind::Weekend, vec!["kind"]),
    ] {
        let refused = administrator(&world).declare_working_day(declare(&world, day, kind)).await.unwrap_err();
        assert_eq!(fields(&refused), wrong, "{day}");
    }
    world.events().await;
}

#[tokio::test]
async fn nobody_gets_a_deadline_of_the_day_before_while_it_changes() {
    let mut world = world().await;
    let sends = (0..12).map(|number| {
        let (mut citizen, request) = (world.citizen_at(&format!("10.0.0.{number}")), world.report());
        async move {
            loop {
                match citizen.create_report(request.clone()).await {
                    Err(status) if status.code() == Code::Unavailable => {}
                    other => return other.unwrap().into_inner().code,
                }
            }
        }
    });
    let request = declare(&world, "2021-10-19", DayKind::Off);
    let declares = async {
        let mut by = administrator(&world);
        // Nothing was done: too many at once for the database's connections. The same again, as any client does.
        while let Err(status) = by.declare_working_day(request.clone()).await {
            assert_eq!(status.code(), Code::Unavailable, "{status}");
        }
    };
    tokio::join!(futures::future::join_all(sends), declares);
    assert_eq!(world.count("reports where due_at <> '2021-10-20T10:00:00Z'").await, 0);
    world.events().await;
}
