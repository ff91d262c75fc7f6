//! How late the streams are, looked at all the time.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::{sync::watch, task::JoinSet};

use crate::site::Site;

const LOOK_EVERY: Duration = Duration::from_millis(200);

/// For how long the oldest event has been waiting for the stream.
const LATE: &str = "select coalesce(extract(epoch from clock_timestamp() - min(recorded_at)), 0)::float8
    from events.outbox, events.relay where number is null or number > published_number";

pub struct Lag {
    over: watch::Sender<bool>,
    watchers: JoinSet<Duration>,
}

impl Lag {
    /// Looks at each service that tells others what happened.
    pub fn watch(site: &Site) -> Self {
        let (over, still) = watch::channel(false);
        let mut watchers = JoinSet::new();
        for url in site.telling() {
            watchers.spawn(longest(url, still.clone()));
        }
        Self { over, watchers }
    }

    /// The longest time, over all of them.
    pub async fn max(self) -> Duration {
        let _ = self.over.send(true);
        self.watchers.join_all().await.into_iter().max().unwrap_or_default()
    }
}

/// A database that is away is asked when it is back: what waited meanwhile is older by then.
async fn longest(url: String, mut over: watch::Receiver<bool>) -> Duration {
    let mut longest = Duration::ZERO;
    let mut database: Option<PgConnection> = None;
    while !*over.borrow() {
        if let Some(connection) = &mut database {
            match late(connection).await {
                Ok(late) => longest = longest.max(late),
                Err(_) => database = None,
            }
        } else {
            database = PgConnection::connect(&url).await.ok();
        }
        let _ = tokio::time::timeout(LOOK_EVERY, over.changed()).await;
    }
    longest
}

#[expect(clippy::disallowed_methods, reason = "looks into the product's database from outside")]
async fn late(database: &mut PgConnection) -> sqlx::Result<Duration> {
    Ok(Duration::from_secs_f64(sqlx::query(LATE).fetch_one(database).await?.try_get::<f64, _>(0)?.max(0.0)))
}
