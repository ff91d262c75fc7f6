//! The admin port: alive, ready, counted.

use std::time::Duration;

use metrics_exporter_prometheus::PrometheusBuilder;
use runtime::{Clock, Env, Process};
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[tokio::test]
async fn the_admin_port_tells_life_readiness_and_numbers() {
    let process = Process::new(Env::from_pairs::<&str, &str>([]), Clock::system());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let base = format!("http://{}", listener.local_addr().expect("bound"));
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    metrics::with_local_recorder(&recorder, || metrics::counter!("trips_declared_total").increment(3));
    runtime::admin::serve(&process, listener, "vehicles.admin", handle);

    let get = async |path: &str| {
        let response = reqwest::get(format!("{base}{path}")).await.expect("answered");
        (response.status().as_u16(), response.text().await.expect("read"))
    };
    assert_eq!(get("/live").await, (200, "alive\n".into()));
    let database = process.health.component("vehicles.database");
    database.unready("the database is not available");
    let (status, body) = get("/ready").await;
    let told: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((status, told), (503, json!({"ready": false, "components": {"vehicles.database": "the database is not available"}})));
    database.ready();
    let (status, body) = get("/ready").await;
    let told: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((status, told), (200, json!({"ready": true, "components": {"vehicles.database": "ready"}})));
    let (status, text) = get("/metrics").await;
    assert!(status == 200 && text.contains("trips_declared_total 3"), "{text}");
    assert_eq!(get("/nothing").await.0, 404);

    process.lifecycle.shutdown();
    assert_eq!(process.lifecycle.drained(Duration::from_secs(5)).await.exit_code(), 0);
}
