//! The one reader of each stream: puts every event of vehicles and of reports before the open pages, and says when NATS is away.
use std::{convert::Infallible, sync::Arc};

use events::{Event, Feed, Live, Source, Start};
use runtime::Shutdown;

use crate::{
    live::{FeedState, Hub, LiveEvent},
    site::Site,
};

/// Reads until the process ends.
pub async fn follow(jetstream: async_nats::jetstream::Context, site: Arc<Site>, shutdown: Shutdown) -> Result<(), runtime::BoxError> {
    let feed = |source| Feed::new(jetstream.clone(), Source::new(source), Start::Now, Vec::new());
    let (mut vehicles, mut reports) = (feed("vehicles"), feed("reports"));
    tokio::select! {
        never = read(&mut vehicles, &site.live) => match never {},
        never = read(&mut reports, &site.reports_live) => match never {},
        () = shutdown.requested() => {}
    }
    site.live.set_state(FeedState::Closed);
    site.reports_live.set_state(FeedState::Closed);
    Ok(())
}

async fn read(feed: &mut Feed, hub: &Hub) -> Infallible {
    loop {
        match feed.next().await {
            Live::Event(event) => hub.publish(told(&event)),
            Live::Connected => hub.set_state(FeedState::Up),
            Live::Away => hub.set_state(FeedState::Down),
        }
    }
}

fn told(event: &Event) -> LiveEvent {
    LiveEvent {
        sequence: event.sequence,
        name: event.name().to_owned(),
        aggregate: event.aggregate.to_string(),
        area: event.area.to_string(),
    }
}
