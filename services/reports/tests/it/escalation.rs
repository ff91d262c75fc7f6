//! An overdue report is told to the police above, once for each deadline, and stands in their queue.

use contract::reports::v1::{self as pb, ReportQueue};

use crate::world::{CHU_PUH, IA_LE, PLEIKU, PROVINCE, TRA_DA, World, in_area, world};

async fn escalated(world: &World, area: &str) -> Vec<String> {
    let queue = pb::ListReportsRequest { queue: ReportQueue::Escalated.into(), ..pb::ListReportsRequest::default() };
    let found = world.chief(area).list_reports(queue).await.unwrap().into_inner();
    let count = found.counts.iter().find(|count| count.queue() == ReportQueue::Escalated).unwrap().reports;
    assert_eq!(usize::try_from(count).unwrap(), found.reports.len());
    found.reports.into_iter().map(|row| row.report_id).collect()
}

#[tokio::test]
async fn the_unit_above_has_it_in_its_queue_once() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let district = pb::CreateReportRequest { place: Some(in_area("622")), ..world.report() };
    let district = world.sent(district).await;
    world.advance(34);
    assert_eq!(reports::pass_time(&world.service, world.now()).await.unwrap(), 2);
    assert_eq!(escalated(&world, PLEIKU).await, [sent.id.as_str()]);
    assert_eq!(escalated(&world, PROVINCE).await, [district.id.as_str()]);
    assert!(escalated(&world, TRA_DA).await.is_empty() && escalated(&world, CHU_PUH).await.is_empty());
    let report = world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap();
    assert_eq!(report.escalated_to.unwrap().area.unwrap().code, "622");
    assert_eq!(report.history.last().unwrap().kind, "ReportEscalated");
    assert!(report.escalated_at.is_some());
    world.advance(48);
    assert_eq!(reports::pass_time(&world.service, world.now()).await.unwrap(), 0, "once");
    let told = world.events().await;
    assert_eq!(told.iter().filter(|event| event.starts_with("ReportEscalated")).count(), 2);
}

#[tokio::test]
async fn what_a_post_has_goes_to_its_district_and_what_the_province_has_to_nobody() {
    let mut world = world().await;
    let post = pb::CreateReportRequest {
        category_id: "NO_DECLARATION".to_owned(),
        answers: vec![crate::world::answer("how", "by_road")],
        place: Some(in_area("23986")),
        ..world.report()
    };
    let created = world.citizen().create_report(post).await;
    let sent = match created {
        Ok(created) => world.stored(created.into_inner()).await,
        Err(status) => panic!("{:?}", crate::world::fields(&status)),
    };
    assert!(world.get(&mut world.officer("CP3", IA_LE), &sent.id).await.is_ok());
    world.advance(3);
    reports::pass_time(&world.service, world.now()).await.unwrap();
    assert_eq!(escalated(&world, CHU_PUH).await, [sent.id.as_str()]);
    assert!(escalated(&world, PROVINCE).await.is_empty());
    world.events().await;
}

#[tokio::test]
async fn a_rule_of_later_waits_its_minutes() {
    let mut world = world().await;
    let rules = serde_json::json!({
        "version": 2,
        "valid_from": "2021-10-18T00:00:00+07:00",
        "steps": [{ "from": ["COMMUNE"], "to": "PROVINCE_POLICE", "after_minutes": 120 }],
    });
    sqlx::query!(
        "insert into handling_rules (kind, version, valid_from, rules) values ('ESCALATION', 2, '2021-10-18T00:00:00+07:00', $1)",
        rules
    )
    .execute(&world.pool)
    .await
    .unwrap();
    let sent = world.sent(world.report()).await;
    world.advance(34);
    assert_eq!(reports::pass_time(&world.service, world.now()).await.unwrap(), 1);
    assert!(escalated(&world, PROVINCE).await.is_empty());
    world.advance(2);
    assert_eq!(reports::pass_time(&world.service, world.now()).await.unwrap(), 1);
    assert_eq!(escalated(&world, PROVINCE).await, [sent.id.as_str()]);
    world.events().await;
}
