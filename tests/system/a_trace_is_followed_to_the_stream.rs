//! One trace id, from the HTTP request through the transaction to the message that consumers read.

use futures::StreamExt as _;
use reqwest::Method;
use serde_json::json;
use sqlx::{Connection as _, PgConnection, Row as _};

use system::{
    api::Caller,
    truck::{TRA_DA, Truck},
    world::World,
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[tokio::test]
async fn from_the_request_to_the_message() {
    let world = World::shared().await;
    let truck = Truck::to("81C-531.01", TRA_DA);
    let body = json!({"tripId": truck.trip, "declaration": truck.declaration()});
    let request = Caller::anybody(world, 31).request(Method::POST, "/v1/trips").json(&body);
    let answer = request.header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01")).send().await.unwrap();
    assert!(answer.status().is_success());

    let aggregate: uuid::Uuid = truck.trip.parse().unwrap();
    assert_eq!(trace_of(&in_the_outbox(world, aggregate).await), TRACE);
    assert_eq!(trace_of(&in_the_stream(world, &truck.trip).await), TRACE);
}

fn trace_of(traceparent: &str) -> &str {
    traceparent.split('-').nth(1).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "looks into the product's database from outside")]
async fn in_the_outbox(world: &World, aggregate: uuid::Uuid) -> String {
    let mut database = PgConnection::connect(&world.setting("VEHICLES_DATABASE_URL")).await.unwrap();
    let row = sqlx::query("select traceparent from events.outbox where aggregate = $1").bind(aggregate).fetch_one(&mut database).await;
    row.unwrap().get(0)
}

/// The header of the trip's message; waits for it, as a consumer does.
async fn in_the_stream(world: &World, trip: &str) -> String {
    let jetstream = events::connect(&world.setting("NATS_URL"), "a trace").await.unwrap();
    let stream = jetstream.get_stream("VEHICLES").await.unwrap();
    let consumer = stream.create_consumer(async_nats::jetstream::consumer::pull::OrderedConfig::default()).await.unwrap();
    let mut messages = consumer.messages().await.unwrap();
    loop {
        let message = messages.next().await.unwrap().unwrap();
        let about = String::from_utf8_lossy(&message.payload).contains(trip);
        if about {
            return message.headers.as_ref().and_then(|headers| headers.get("traceparent")).unwrap().to_string();
        }
    }
}
