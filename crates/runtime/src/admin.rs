//! The port for operators: is it alive, is it ready, what does it count. Never reachable from outside, never any personal data.

use std::collections::BTreeMap;

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use tokio::net::TcpListener;

use crate::{Health, Process, health, lifecycle::BoxError};

#[derive(Clone)]
struct Admin {
    health: Health,
    metrics: PrometheusHandle,
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    /// `ready`, or why not.
    components: BTreeMap<&'static str, String>,
}

/// Serves `/live`, `/ready` (200 or 503, with the components) and `/metrics` (Prometheus text) as the task `name`.
pub fn serve(process: &Process, listener: TcpListener, name: &'static str, metrics: PrometheusHandle) {
    let admin = Admin { health: process.health.clone(), metrics };
    let router = Router::new()
        .route("/live", get(async || "alive\n"))
        .route("/ready", get(ready))
        .route("/metrics", get(async |State(admin): State<Admin>| admin.metrics.render()))
        .with_state(admin);
    process.lifecycle.spawn(name, |shutdown| async move {
        axum::serve(listener, router).with_graceful_shutdown(async move { shutdown.requested().await }).await.map_err(BoxError::from)
    });
}

async fn ready(State(admin): State<Admin>) -> (StatusCode, Json<Readiness>) {
    let ready = admin.health.is_ready();
    let components = admin.health.components().into_iter().map(|(name, state)| (name, in_words(state))).collect();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready, components }))
}

fn in_words(state: health::State) -> String {
    match state {
        health::State::Ready => "ready".to_owned(),
        health::State::Unready(why) => why,
    }
}
