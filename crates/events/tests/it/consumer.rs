//! A consumer applies each event once and in order, whatever is delivered twice, late or not at all.

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::{AckKind, Message};
use events::ConsumerError;
use futures::TryStreamExt;

use crate::world::{World, beside, source, until};

#[tokio::test]
async fn every_event_is_applied_once_and_in_order() {
    let world = World::new().await;
    let (relay, consumer) = (world.relay(), world.consumer("reports"));
    assert_eq!(consumer.drain_once().await.expect("there is no stream yet"), 0);
    world.append(250).await;
    relay.drain_once().await.expect("drained");
    assert_eq!(consumer.drain_once().await.expect("drained"), 250);
    world.append(1).await;
    relay.drain_once().await.expect("drained");
    assert_eq!(consumer.drain_once().await.expect("drained"), 251);
    assert_eq!(world.effects().await, (1..=251).collect::<Vec<_>>());
}

#[tokio::test]
async fn two_consumers_of_one_name_share_the_work_and_two_names_do_not() {
    let world = World::new().await;
    world.append(300).await;
    world.relay().drain_once().await.expect("drained");
    let (one, other) = (world.consumer("reports"), world.consumer("reports"));
    let (first, second) = tokio::join!(one.drain_once(), other.drain_once());
    assert_eq!((first.expect("drained"), second.expect("drained")), (300, 300));
    assert_eq!(world.effects().await, (1..=300).collect::<Vec<_>>());
    world.consumer("another").drain_once().await.expect("drained");
    assert_eq!(world.effects().await.len(), 600);
}

#[tokio::test]
async fn what_is_delivered_again_is_not_applied_again() {
    let world = World::new().await;
    let consumer = prepared(&world, 20).await;
    let delivered = steal(&world, 20).await;
    assert_eq!(consumer.drain_once().await.expect("read from the stream"), 20);
    for message in &delivered {
        message.ack_with(AckKind::Nak(None)).await.expect("refused");
    }
    world.append(1).await;
    world.relay().drain_once().await.expect("drained");
    assert_eq!(consumer.drain_once().await.expect("drained"), 21);
    assert_eq!(world.effects().await, (1..=21).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_gap_in_the_delivery_is_read_from_the_stream() {
    let world = World::new().await;
    let consumer = prepared(&world, 20).await;
    for message in steal(&world, 12).await {
        message.double_ack().await.expect("acknowledged");
    }
    beside(consumer.run(std::future::pending()), until("all are applied", async || world.effects().await.len() == 20)).await;
    assert_eq!(world.effects().await, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_event_the_stream_lost_stops_the_consumer() {
    let world = World::new().await;
    let consumer = prepared(&world, 3).await;
    world.jetstream.delete_stream(source().stream()).await.expect("deleted");
    let config = async_nats::jetstream::stream::Config {
        name: source().stream(),
        subjects: vec![source().subjects()],
        first_sequence: Some(3),
        ..Default::default()
    };
    world.jetstream.create_stream(config).await.expect("made");
    world.jetstream.publish("gsvt.vehicles.v1.TripDecided.64._._", "".into()).await.expect("sent").await.expect("stored");
    assert!(matches!(consumer.drain_once().await, Err(ConsumerError::Gap { number: 1 })));
    assert_eq!(world.effects().await, [0_i64; 0]);
}

#[tokio::test]
async fn a_running_consumer_survives_the_death_of_nats() {
    let mut nats = testing::private_nats().await;
    let world = World::at(nats.url()).await;
    let (relay, consumer) = (world.relay(), world.consumer("reports"));
    let services = async {
        tokio::join!(relay.run(std::future::pending()), consumer.run(std::future::pending()));
    };
    beside(services, async {
        for round in 1..=3 {
            world.append(50).await;
            until("all are applied", async || world.effects().await.len() == 50 * round).await;
            nats.kill();
            nats.restart().await;
        }
    })
    .await;
    assert_eq!(world.effects().await, (1..=150).collect::<Vec<_>>());
}

/// A consumer that knows its stream, of which it has applied nothing.
async fn prepared(world: &World, count: usize) -> events::Consumer {
    let relay = world.relay();
    relay.drain_once().await.expect("made the stream");
    let consumer = world.consumer("reports");
    consumer.drain_once().await.expect("made the durable");
    world.append(count).await;
    relay.drain_once().await.expect("drained");
    consumer
}

/// Takes messages of the durable away from the consumer, as one would that died before its acknowledgement.
async fn steal(world: &World, count: usize) -> Vec<Message> {
    let stream = world.jetstream.get_stream(source().stream()).await.expect("the stream");
    let durable: PullConsumer = stream.get_consumer("reports").await.expect("the durable");
    let messages = durable.fetch().max_messages(count).messages().await.expect("asked");
    messages.try_collect().await.expect("delivered")
}
