//! What others hear of a report, word for word: subscribers rely on it, and no person is in it.

use contract::reports::v1 as pb;
use prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::{Value, json};

use crate::world::{PLEIKU, TRA_DA, World, world};

/// Every event in its order; ids and blind keys, which differ from run to run, are numbered by their first appearance.
async fn told(world: &World) -> String {
    let pool = DescriptorPool::decode(contract::DESCRIPTORS).unwrap();
    let rows = sqlx::query!("select schema, subject, payload from events.outbox order by number").fetch_all(&world.pool).await.unwrap();
    let mut lines = Vec::new();
    let mut known = Vec::new();
    for row in rows {
        let data = DynamicMessage::decode(pool.get_message_by_name(&row.schema).unwrap(), row.payload.as_slice()).unwrap();
        let mut data = serde_json::to_value(data).unwrap();
        name(&mut data, &mut known);
        lines.push(serde_json::to_string_pretty(&json!({ "subject": row.subject, "data": data })).unwrap());
    }
    lines.join("\n")
}

fn name(value: &mut Value, known: &mut Vec<String>) {
    match value {
        Value::String(text) if uuid::Uuid::parse_str(text).is_ok() || is_key(text) => {
            let number = known.iter().position(|earlier| earlier == text).unwrap_or_else(|| {
                known.push(text.clone());
                known.len() - 1
            });
            *text = format!("{} {}", if is_key(text) { "key" } else { "id" }, number + 1);
        }
        Value::Array(values) => values.iter_mut().for_each(|value| name(value, known)),
        Value::Object(fields) => fields.values_mut().for_each(|value| name(value, known)),
        _ => {}
    }
}

/// 256 bits in base64.
fn is_key(text: &str) -> bool {
    text.len() == 44 && text.ends_with('=')
}

#[tokio::test]
async fn a_violation_is_verified_and_the_report_closed() {
    let mut world = world().await;
    world.admitted("81C-123.45", world.now() - chrono::Duration::hours(3)).await;
    let request = pb::CreateReportRequest { plate: "81C-123.45".to_owned(), ..world.report() };
    let sent = world.sent(request).await;
    world.advance(34);
    reports::pass_time(&world.service, world.now()).await.unwrap();
    world.answered(&sent.id, pb::Outcome::VerifiedViolation).await;
    let rate = pb::RateReportRequest { ticket: Some(sent.ticket.clone()), rating: 5, comment: String::new() };
    world.citizen().rate_report(rate).await.unwrap();
    world.advance(7 * 24);
    reports::pass_time(&world.service, world.now()).await.unwrap();
    world.events().await;
    insta::assert_snapshot!(told(&world).await);
}

#[tokio::test]
async fn a_report_comes_back_is_rejected_and_reopened() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let mut police = world.police(TRA_DA);
    let report = world.started(&mut police, &sent.id).await;
    let ask = pb::AskReporterRequest {
        report_id: sent.id.clone(),
        command_id: world.command(),
        version: report.version,
        text: "Xe màu gì?".to_owned(),
    };
    let report = police.ask_reporter(ask).await.unwrap().into_inner().report.unwrap();
    let message =
        pb::AddReporterMessageRequest { ticket: Some(sent.ticket.clone()), message_id: world.command(), text: "Màu đỏ".to_owned() };
    world.citizen().add_reporter_message(message).await.unwrap();
    let back = pb::ReturnReportRequest {
        report_id: sent.id.clone(),
        command_id: world.command(),
        version: report.version + 1,
        reason: "Không thuộc địa bàn".to_owned(),
    };
    let report = police.return_report(back).await.unwrap().into_inner().report.unwrap();
    let reject = pb::RejectReportRequest {
        report_id: sent.id.clone(),
        command_id: world.command(),
        version: report.version,
        reason: pb::RejectionReason::OutOfScope.into(),
        public_text: "Việc này không thuộc phòng, chống dịch".to_owned(),
    };
    world.chief(PLEIKU).reject_report(reject).await.unwrap();
    let reopen = pb::ReopenReportRequest {
        ticket: Some(sent.ticket.clone()),
        command_id: world.command(),
        reason: "Xe đó từ vùng dịch về".to_owned(),
    };
    world.citizen().reopen_report(reopen).await.unwrap();
    world.events().await;
    insta::assert_snapshot!(told(&world).await);
}
