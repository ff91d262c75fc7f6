//! How fast events leave the outbox for the stream, and how fast an analyst reads the stream again.

use std::time::Instant;

use anyhow::{Context as _, Result};
use async_nats::jetstream::{self, consumer::DeliverPolicy};
use events::{Feed, Live, Source, Start};
use futures::StreamExt as _;
use prost_reflect::DescriptorPool;
use runtime::Clock;
use sqlx::{Acquire as _, Executor as _};

use super::{
    Plan,
    report::{Line, Report},
    system::System,
};
use crate::{simulate::reconcile, tail};

/// Events that the relay is given at once.
const EVENTS: usize = 20_000;
/// Events per second that the design asks of one relay, with every message on disk before it counts.
const RELAYED: f64 = 5_000.0;

pub async fn measure(plan: &Plan, system: &System, clock: &Clock, report: &mut Report) -> Result<()> {
    let mut database = system.superuser("VEHICLES_DATABASE_URL").await?;
    // Copies of events as they are; the relay waits until all of them are there.
    let mut held = database.begin().await?;
    held.execute(sqlx::raw_sql("select from events.relay for update")).await?;
    held.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "insert into events.outbox (event_id, schema, aggregate, subject, occurred_at, traceparent, payload)
         select ('01932f0e-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, schema, aggregate, subject, occurred_at, traceparent, payload
         from (select * from events.outbox order by number limit 1) one, generate_series(1, {EVENTS}) n"
    ))))
    .await
    .context("the outbox cannot be filled")?;
    held.commit().await?;
    let begun = Instant::now();
    reconcile::quiet(&mut database, clock).await?;
    if plan.wants("relay") {
        report.add(Line::at_least("relay", "1/s", EVENTS as f64 / begun.elapsed().as_secs_f64(), RELAYED));
    }
    if plan.wants("replay") {
        let nats = system.env.text("NATS_URL")?;
        let baseline = raw(&nats).await?;
        let ours = as_json(&nats).await?;
        report.add(Line::at_least("replay", "1/s", ours, baseline));
    }
    Ok(())
}

/// Messages per second of an ordered consumer that does nothing with them.
async fn raw(nats: &str) -> Result<f64> {
    let jetstream = events::connect(nats, "gsvt bench").await?;
    let stream = jetstream.get_stream(Source::new("vehicles").stream()).await.context("the stream of vehicles cannot be read")?;
    let config = jetstream::consumer::pull::OrderedConfig { deliver_policy: DeliverPolicy::All, ..Default::default() };
    let consumer = stream.create_consumer(config).await?;
    let count = consumer.cached_info().num_pending;
    let mut messages = consumer.messages().await?;
    let begun = Instant::now();
    for _ in 0..count {
        messages.next().await.context("the stream ended early")??;
    }
    Ok(count as f64 / begun.elapsed().as_secs_f64())
}

/// Events per second as `gsvt events tail` makes lines of them.
async fn as_json(nats: &str) -> Result<f64> {
    let jetstream = events::connect(nats, "gsvt bench").await?;
    let mut stream = jetstream.get_stream(Source::new("vehicles").stream()).await.context("the stream of vehicles cannot be read")?;
    let last = stream.info().await?.state.last_sequence;
    let pool = DescriptorPool::decode(contract::DESCRIPTORS)?;
    let mut feed = Feed::new(jetstream, Source::new("vehicles"), Start::Sequence(1), Vec::new());
    let (begun, mut count) = (Instant::now(), 0_u64);
    loop {
        let Live::Event(event) = feed.next().await else { continue };
        std::hint::black_box(tail::cloud_event(&pool, &event)?.to_string());
        count += 1;
        if event.sequence >= last {
            return Ok(count as f64 / begun.elapsed().as_secs_f64());
        }
    }
}
