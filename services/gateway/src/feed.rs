//! The one reader of the stream: puts every event of vehicles before the open pages, and says when NATS is away.
use std::{convert::Infallible, sync::Arc};

use events::{Event, Feed, Live, Source, Start};
use runtime::Shutdown;

use crate::{
    live::{FeedState, LiveEvent},
    site::Site,
};

/// Reads until the process ends.
pub async fn follow(jetstream: async_nats::jetstream::Context, site: Arc<Site>, shutdown: Shutdown) -> Result<(), runtime::BoxError> {
    let mut feed = Feed::new(jetstream, Source::new("vehicles"), Start::Now, Vec::new());
    tokio::select! {
        never = read(&mut feed, &site) => match never {},
        () = shutdown.requested() => site.live.set_state(FeedState::Closed),
    }
    Ok(())
}

async fn read(feed: &mut Feed, site: &Site) -> Infallible {
    loop {
        match feed.next().await {
            Live::Event(event) => site.live.publish(told(&event)),
            Live::Connected => site.live.set_state(FeedState::Up),
            Live::Away => site.live.set_state(FeedState::Down),
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
