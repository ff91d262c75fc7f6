//! What others hear of a trip, word for word: subscribers rely on it, and no person is in it.

use contract::vehicles::v1 as pb;
use ids::{ConfirmationId, SightingId};
use prost_reflect::{DescriptorPool, DynamicMessage};
use serde_json::{Value, json};

use crate::world::{TRA_DA, World, area, to_tra_da, transit, world};

const KBANG: &str = "2021.64.625";

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
async fn a_truck_arrives_not_as_declared() {
    let mut world = world().await;
    let trip = world.admitted(to_tra_da("81C-123.45", world.now())).await;
    let answer = pb::ConfirmArrivalRequest {
        arrival_id: trip.arrivals[0].arrival_id.clone(),
        confirmation_id: ConfirmationId::mint(world.now()).to_string(),
        result: pb::ArrivalResult::WrongPersons.into(),
        headcount: 3,
        note: "Có thêm bà Hai".to_owned(),
    };
    world.police(TRA_DA).confirm_arrival(answer).await.unwrap();
    world.events().await;
    insta::assert_snapshot!(told(&world).await);
}

#[tokio::test]
async fn a_transit_is_overdue_and_seen_elsewhere() {
    let mut world = world().await;
    let trip = world.admitted(transit("81C-123.45", world.now())).await;
    world.advance(8);
    assert_eq!(vehicles::mark_overdue(&world.service, world.now()).await.unwrap(), 1);
    let sighting = pb::RecordSightingRequest {
        trip_id: trip.trip_id,
        sighting_id: SightingId::mint(world.now()).to_string(),
        area: area("625"),
        ..pb::RecordSightingRequest::default()
    };
    world.police(KBANG).record_sighting(sighting).await.unwrap();
    world.events().await;
    insta::assert_snapshot!(told(&world).await);
}
