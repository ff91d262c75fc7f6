//! One trace, from the request through the outbox and the stream to the handler of another service.

use std::sync::{Arc, Mutex};

use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Instrument;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::layer::SubscriberExt;
use uuid::Uuid;

use crate::world::{World, source};

#[tokio::test]
async fn the_trace_of_a_request_reaches_the_handler() {
    let tracer = SdkTracerProvider::builder().build().tracer("test");
    // For the whole process: with one subscriber of one thread, tracing forgets spans that another thread met first.
    let subscriber = tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(tracer));
    tracing::subscriber::set_global_default(subscriber).expect("the only one");
    let world = World::new().await;
    let heard = Arc::new(Mutex::new(String::new()));
    let ear = heard.clone();
    let consumer = world.consumer_with("reports", move |_, _| {
        *ear.lock().expect("one thread") = trace_id();
        Box::pin(async { Ok(()) })
    });

    let request = tracing::info_span!("vehicles.DecideTrip");
    let sent = request.in_scope(trace_id);
    world.append_of(Uuid::max()).instrument(request).await;
    world.relay().drain_once().await.expect("drained");
    let stream = world.jetstream.get_stream(source().stream()).await.expect("the stream");
    let message = stream.get_raw_message(1).await.expect("the message");
    assert_eq!(message.headers.get("traceparent").expect("a trace").as_str().split('-').nth(1), Some(sent.as_str()));

    consumer.drain_once().await.expect("drained");
    assert_eq!(*heard.lock().expect("one thread"), sent);
}

fn trace_id() -> String {
    tracing::Span::current().context().span().span_context().trace_id().to_string()
}
