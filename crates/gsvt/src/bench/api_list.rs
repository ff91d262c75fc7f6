//! An officer's list of fifty trips through the HTTP API, beside a bare server with the same statement and nothing else.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use axum::{Router, extract::State, routing::get};
use ids::TripId;
use reqwest::Client;
use sqlx::{AssertSqlSafe, Executor as _, PgPool, Row as _, postgres::PgPoolOptions};
use tokio::{net::TcpListener, task::JoinSet};

use super::{Plan, report::Line, system::System};
use crate::simulate;

const NAME: &str = "api_list";
/// Trips that ended, of which a page shows the last fifty.
const TRIPS: u32 = 100_000;
const READERS: usize = 16;
const CONNECTIONS: u32 = 8;
const PATH: &str = "/v1/trips?states=TRIP_STATE_CLOSED&pageSize=50";
/// What the list shows of a trip, as the database alone would say it.
const BARE: &str = "select coalesce(json_agg(page), '[]')::text from (
    select trip_id, short_code, state, plate_text, plate_country, plate_color, plate_recognised, vehicle_type, purpose, entry_post, exit_post,
        destination_areas, declared_at, decided_at, due_at, ended_at, people, version, open_violations
    from trips where ended_at is not null and areas && array['2021.64'] and state = any(array['CLOSED'])
    order by ended_at desc, trip_id desc limit 50) page";

pub async fn measure(plan: &Plan, system: &System) -> Result<Line> {
    fill(system).await?;
    let time = Duration::from_secs(plan.seconds);
    let ours = answers_per_second(&format!("{}{PATH}", system.gateway), Some(&token(system).await?), time).await?;
    let bare = Bare::start(&system.env.text("VEHICLES_DATABASE_URL")?).await?;
    let baseline = answers_per_second(&format!("http://{}/", bare.address), None, time).await?;
    Ok(Line::at_least(NAME, "1/s", ours, baseline))
}

/// Copies of a trip of the day, each ended at a time of its own.
async fn fill(system: &System) -> Result<()> {
    let mut database = system.superuser("VEHICLES_DATABASE_URL").await?;
    let row = database.fetch_one("select trip_id from trips limit 1").await.context("no trip is there")?;
    let trip = TripId::from_uuid(row.try_get(0)?);
    let copies = format!(
        "insert into trips select (jsonb_populate_record(original, jsonb_build_object(
             'trip_id', '00000001-0000-7000-8000-' || lpad(to_hex(n), 12, '0'), 'short_code', 'ended' || n, 'pass_hash', '\\x' || md5('ended' || n),
             'state', 'CLOSED', 'public_state', null, 'overdue_after', null,
             'areas', array['2021.64'], 'ended_at', original.declared_at - n * interval '1 second'))).*
         from trips original, generate_series(1, {TRIPS}) n where original.trip_id = '{trip}'; analyze trips"
    );
    database.execute(sqlx::raw_sql(AssertSqlSafe(copies))).await?;
    Ok(())
}

/// The provincial administrator's, who sees them all.
async fn token(system: &System) -> Result<String> {
    let logins = simulate::logins(&system.env)?;
    let password = logins.get("admin").context("there is no provincial administrator")?;
    simulate::person::token(&system.gateway, "admin", password).await
}

async fn answers_per_second(url: &str, token: Option<&str>, time: Duration) -> Result<f64> {
    let client = Client::builder().no_proxy().build()?;
    let answered = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let mut reading = JoinSet::new();
    for _ in 0..READERS {
        let (client, answered, url, token) = (client.clone(), answered.clone(), url.to_owned(), token.map(str::to_owned));
        reading.spawn(async move {
            while begun.elapsed() < time {
                let request = client.get(&url);
                let request = if let Some(token) = &token { request.bearer_auth(token) } else { request };
                request.send().await?.error_for_status()?.bytes().await?;
                answered.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = reading.join_next().await {
        ended??;
    }
    Ok(answered.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64())
}

/// One statement behind one route.
struct Bare {
    address: SocketAddr,
    _serving: JoinSet<std::io::Result<()>>,
}

impl Bare {
    async fn start(database_url: &str) -> Result<Self> {
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).test_before_acquire(false).connect(database_url).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let routes = Router::new().route("/", get(list)).with_state(pool);
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { address, _serving: serving })
    }
}

async fn list(State(pool): State<PgPool>) -> Result<String, String> {
    let row = pool.fetch_one(BARE).await.map_err(|error| error.to_string())?;
    row.try_get(0).map_err(|error| error.to_string())
}
