//! A service with a database and NATS, as small as it gets, and what the tests ask of it.

use std::time::{Duration, Instant};

use async_nats::jetstream::Context;
use chrono::{DateTime, Utc};
use events::{Consumer, Handled, HandlerError, NewEvent, Relay, Source, SubjectArea, append, connect};
use ids::EventId;
use runtime::{Database, DatabaseConfig};
use sqlx::{Connection, PgConnection, PgPool};
use testing::{TestDatabase, TestNats};
use uuid::Uuid;

pub struct World {
    pub pool: PgPool,
    database: Database,
    pub jetstream: Context,
    pub url: String,
    _database: TestDatabase,
    _nats: Option<TestNats>,
}

/// An event of the stream or the outbox: number, id.
pub type Told = Vec<(u64, String)>;

const PATIENCE: Duration = Duration::from_secs(30);

impl World {
    /// On the run's nats-server.
    pub async fn new() -> Self {
        let nats = testing::nats().await;
        let url = nats.url.clone();
        Self { _nats: Some(nats), ..Self::at(&url).await }
    }

    /// On the nats-server at `url`.
    pub async fn at(url: &str) -> Self {
        let database = testing::database(&[&events::MIGRATOR]).await;
        let ours = Database::connect(&DatabaseConfig::new(database.url.clone(), "vehicles")).await.expect("an address");
        let pool = ours.pool().clone();
        sqlx::raw_sql("create table effects (place bigserial primary key, number bigint not null, aggregate uuid not null)")
            .execute(&pool)
            .await
            .expect("a table for effects");
        Self { pool, database: ours, jetstream: connected(url).await, url: url.to_owned(), _database: database, _nats: None }
    }

    pub fn relay(&self) -> Relay {
        self.relay_through(self.jetstream.clone())
    }

    pub fn relay_through(&self, jetstream: Context) -> Relay {
        Relay::new(self.database.clone(), jetstream, source())
    }

    /// Writes down every event it gets.
    pub fn consumer(&self, name: &'static str) -> Consumer {
        Consumer::new(self.database.clone(), self.jetstream.clone(), name, source(), |connection, event| {
            Box::pin(note(connection, event.sequence, event.aggregate))
        })
    }

    pub fn consumer_with<F>(&self, name: &'static str, handler: F) -> Consumer
    where
        F: for<'a> Fn(&'a mut PgConnection, &'a events::Event) -> Handled<'a> + Send + Sync + 'static,
    {
        Consumer::new(self.database.clone(), self.jetstream.clone(), name, source(), handler)
    }

    /// Appends `count` events of as many aggregates, each in its own transaction.
    pub async fn append(&self, count: usize) {
        let mut connection = PgConnection::connect_with(&self.pool.connect_options()).await.expect("a connection");
        for index in 0..count {
            append(&mut connection, event(Uuid::from_u128(index as u128 + 1))).await.expect("appended");
        }
        connection.close().await.expect("closed");
    }

    /// Appends one event the way a service does.
    pub async fn commit(&self) {
        let mut transaction = self.database.begin().await.expect("begun");
        append(&mut transaction, event(Uuid::from_u128(1))).await.expect("appended");
        transaction.commit().await.expect("committed");
    }

    /// Appends one event of `aggregate`.
    pub async fn append_of(&self, aggregate: Uuid) {
        let mut connection = self.pool.acquire().await.expect("a connection");
        append(&mut connection, event(aggregate)).await.expect("appended");
    }

    pub async fn outbox(&self) -> Told {
        let rows: Vec<(i64, Uuid)> = sqlx::query_as("select number, event_id from events.outbox where number is not null order by number")
            .fetch_all(&self.pool)
            .await
            .expect("the outbox");
        rows.into_iter().map(|(number, id)| (number as u64, id.to_string())).collect()
    }

    /// What the stream holds, message by message.
    pub async fn stream(&self) -> Told {
        let Ok(stream) = self.jetstream.get_stream(source().stream()).await else {
            return Told::new();
        };
        let state = stream.cached_info().state.clone();
        let mut told = Told::new();
        for sequence in state.first_sequence.max(1)..=state.last_sequence {
            let message = stream.get_raw_message(sequence).await.expect("no hole in the stream");
            told.push((sequence, message.headers.get("ce-id").expect("an id").to_string()));
        }
        told
    }

    pub async fn number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&self.pool).await.expect(sql)
    }

    pub async fn run(&self, sql: &str) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&self.pool).await.expect(sql);
    }

    /// The numbers of the events that were applied, in the order of their effects.
    pub async fn effects(&self) -> Vec<i64> {
        sqlx::query_scalar("select number from effects order by place").fetch_all(&self.pool).await.expect("effects")
    }

    /// Nothing missing, nothing twice, in order: the stream is the outbox.
    pub async fn assert_exactly_once(&self, count: usize) {
        let (outbox, stream) = (self.outbox().await, self.stream().await);
        assert_eq!(outbox.len(), count);
        assert_eq!(outbox, stream);
        assert_eq!(outbox.iter().map(|(number, _)| *number).collect::<Vec<_>>(), (1..=count as u64).collect::<Vec<_>>());
    }
}

/// The effect of an event.
pub async fn note(connection: &mut PgConnection, sequence: u64, aggregate: Uuid) -> Result<(), HandlerError> {
    sqlx::query("insert into effects (number, aggregate) values ($1, $2)")
        .bind(sequence as i64)
        .bind(aggregate)
        .execute(connection)
        .await?;
    Ok(())
}

pub fn source() -> Source {
    Source::new("vehicles")
}

pub async fn connected(url: &str) -> Context {
    let jetstream = connect(url, "test").await.expect("an address");
    until("NATS is connected", async || jetstream.client().connection_state() == async_nats::connection::State::Connected).await;
    jetstream
}

pub fn event(aggregate: Uuid) -> NewEvent {
    let now = DateTime::<Utc>::from_timestamp_micros(1_634_540_400_123_456).expect("a time");
    NewEvent {
        id: EventId::mint(now),
        schema: "gsvt.vehicles.v1.TripDecided",
        aggregate,
        area: SubjectArea::parse("64.622.23563").expect("an area"),
        occurred_at: now,
        payload: b"payload".to_vec(),
    }
}

/// Asks until it is so; the asking itself is what takes time.
pub async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !so().await {
        assert!(begun.elapsed() < PATIENCE, "never: {what}");
        tokio::task::yield_now().await;
    }
}

/// Lets `background` work while `body` runs.
pub async fn beside<T>(background: impl Future<Output = ()>, body: impl Future<Output = T>) -> T {
    tokio::select! {
        () = background => panic!("the background task ended"),
        done = body => done,
    }
}
