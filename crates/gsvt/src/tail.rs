//! `gsvt events tail`: the streams as lines of CloudEvents 1.0 in JSON, the data in the proto3 mapping.

use std::io::Write;

use anyhow::Context;
use chrono::SecondsFormat;
use events::{Event, Feed, Live, Source, Start};
use futures::StreamExt;
use prost_reflect::{DescriptorPool, DynamicMessage};
use runtime::Env;
use serde_json::{Value, json};

use crate::cli::{From, Tail};
use crate::targets::TARGETS;
use crate::up::home;

/// Prints events until Ctrl-C or until nobody reads.
pub async fn tail(env: &Env, tail: Tail) -> anyhow::Result<()> {
    let env = home::with_running_system(env)?;
    let jetstream = events::connect(&env.text("NATS_URL")?, "gsvt events tail").await?;
    let pool = DescriptorPool::decode(contract::DESCRIPTORS)?;
    let start = match tail.from {
        None => Start::Now,
        Some(From::Time(time)) => Start::Time(time),
        Some(From::Sequence(sequence)) => Start::Sequence(sequence),
    };
    let subjects: Vec<_> = tail.subject.iter().cloned().collect();
    let feeds = sources(tail.subject.as_deref()).into_iter().map(|source| {
        let feed = Feed::new(jetstream.clone(), source, start, subjects.clone());
        Box::pin(futures::stream::unfold(feed, async |mut feed| Some((feed.next().await, feed))))
    });
    let mut feeds = futures::stream::select_all(feeds);
    loop {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return Ok(()),
            next = feeds.next() => match next {
                Some(Live::Event(event)) if print(&pool, &event)?.is_gone() => return Ok(()),
                Some(_) => {}
                None => return Ok(()),
            },
        }
    }
}

/// The services with streams that `subject` can match.
fn sources(subject: Option<&str>) -> Vec<Source> {
    let service = subject.and_then(|subject| subject.split('.').nth(1)).filter(|part| !["*", ">"].contains(part));
    let publishing = TARGETS.iter().filter(|target| target.store.is_some() && service.is_none_or(|service| service == target.name));
    publishing.map(|target| Source::new(target.name)).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    There,
    Gone,
}

impl Reader {
    fn is_gone(self) -> bool {
        self == Self::Gone
    }
}

fn print(pool: &DescriptorPool, event: &Event) -> anyhow::Result<Reader> {
    let line = cloud_event(pool, event)?;
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Reader::Gone),
        written => Ok(written.map(|()| Reader::There)?),
    }
}

/// The event in the JSON format of CloudEvents; `sequence`, `epoch` and `area` are extension attributes.
pub fn cloud_event(pool: &DescriptorPool, event: &Event) -> anyhow::Result<Value> {
    let descriptor = pool.get_message_by_name(&event.schema).with_context(|| format!("the contract has no {}", event.schema))?;
    let data =
        DynamicMessage::decode(descriptor, event.payload.clone()).with_context(|| format!("event {} is no {}", event.id, event.schema))?;
    let mut line = json!({
        "specversion": "1.0",
        "id": event.id.to_string(),
        "source": event.source,
        "type": event.schema,
        "subject": event.aggregate.to_string(),
        "time": event.time.to_rfc3339_opts(SecondsFormat::Micros, true),
        "datacontenttype": "application/json",
        "dataschema": format!("urn:{}", event.schema.replace('.', ":")),
        "sequence": event.sequence.to_string(),
        "epoch": event.epoch.to_string(),
        "area": event.area.to_string(),
        "data": serde_json::to_value(data)?,
    });
    if let (Some(traceparent), Some(attributes)) = (&event.traceparent, line.as_object_mut()) {
        attributes.insert("traceparent".to_owned(), json!(traceparent));
    }
    Ok(line)
}
