//! The HTTP gateway: public pages, officers' pages, and the transcoded API.
pub mod answers;
pub mod api;
pub mod assets;
pub mod client_address;
pub mod clients;
pub mod config;
pub mod decision;
pub mod declaration;
pub mod desk;
pub mod download;
pub mod error;
pub mod face;
mod feed;
pub mod forms;
pub mod handling;
pub mod interop;
pub mod lab;
pub mod limits;
pub mod list_cache;
pub mod live;
pub mod pages;
pub mod principal;
pub mod reporting;
pub mod router;
pub mod security;
pub mod session;
pub mod site;
pub mod statistics;
pub mod text;
pub mod uploads;
pub mod view;
pub mod visitor;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::serve::ListenerExt as _;
use runtime::{CallerSigner, ConfigError, Env, Process, Shutdown};
use tokio::{net::TcpListener, sync::Semaphore};

use crate::{api::ApiState, clients::Clients, config::Config, list_cache::ListCache, live::Hub, site::Site, text::Texts};

/// The name of the target.
pub const NAME: &str = "gateway";

/// Public pages that may listen at once; more of them poll.
const PUBLIC_FEEDS: usize = 2_000;
/// Officers' pages that may listen at once.
const STAFF_FEEDS: usize = 1_000;

/// Why the gateway cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Text(#[from] text::TextError),
    #[error(transparent)]
    Nats(#[from] events::ConnectError),
    #[error("the system gives no random numbers")]
    Random,
}

/// Starts the gateway's tasks on the process's lifecycle and returns.
pub async fn serve(process: &Process, listener: TcpListener) -> Result<(), ServeError> {
    let config = Config::from_env(&process.env)?;
    let jetstream = events::connect(&config.nats, NAME).await?;
    let site = Arc::new(site(process, config)?);
    let following = Arc::clone(&site);
    process.lifecycle.spawn("gateway.live", |shutdown| feed::follow(jetstream, following, shutdown));
    let counting = Arc::clone(&site);
    process.lifecycle.spawn("gateway.limits", |shutdown| forget_quiet(counting, shutdown));
    let routes = router::all(Arc::clone(&site), api(process, &site));
    process.lifecycle.spawn("gateway.http", |shutdown| answer(listener, routes, shutdown));
    process.health.component("gateway.http").ready();
    Ok(())
}

/// What the settings must say for the gateway to start.
pub fn check_config(env: &Env) -> Result<(), ConfigError> {
    Config::from_env(env).map(|_| ())
}

/// Everything that pages reach.
pub fn site(process: &Process, config: Config) -> Result<Site, ServeError> {
    let signer = CallerSigner::from_env(&process.env)?;
    let mut client_key = [0; 32];
    getrandom::fill(&mut client_key).map_err(|_| ServeError::Random)?;
    let clients = Clients::from_env(&process.env, &signer, &process.clock)?;
    Ok(Site {
        principals: clients.principals(),
        clients,
        texts: Texts::load()?,
        province: config.province,
        hosts: config.hosts,
        clock: process.clock.clone(),
        lock_minutes: config.lock_minutes,
        live: Hub::default(),
        reports_live: Hub::default(),
        limits: Arc::default(),
        proxies: config.proxies,
        client_key,
        list_cache: ListCache::default(),
        public_feeds: Arc::new(Semaphore::new(PUBLIC_FEEDS)),
        staff_feeds: Arc::new(Semaphore::new(STAFF_FEEDS)),
        uploads: Arc::new(Semaphore::new(uploads::PLACES)),
        staff_uploads: Arc::new(Semaphore::new(uploads::STAFF_PLACES)),
    })
}

/// Everything that the API reaches, shared with the pages.
fn api(process: &Process, site: &Site) -> ApiState {
    ApiState {
        services: site.clients.by_service(),
        principals: site.principals.clone(),
        clock: process.clock.clone(),
        shutdown: process.lifecycle.shutdown_signal(),
        client_key: site.client_key,
        limits: Arc::clone(&site.limits),
        proxies: site.proxies.clone(),
        stylesheet: assets::APP_CSS,
    }
}

async fn answer(listener: TcpListener, router: axum::Router, shutdown: Shutdown) -> Result<(), runtime::BoxError> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let stop = async move { shutdown.requested().await };
    // A stream's events are small writes that nobody may hold back. Where the socket refuses, it is only slower.
    let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
    Ok(axum::serve(listener, service).with_graceful_shutdown(stop).await?)
}

/// Keeps the counters of addresses from growing for ever.
async fn forget_quiet(site: Arc<Site>, shutdown: Shutdown) -> Result<(), runtime::BoxError> {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    loop {
        tokio::select! {
            _ = minute.tick() => site.limits.forget_quiet(),
            () = shutdown.requested() => return Ok(()),
        }
    }
}
