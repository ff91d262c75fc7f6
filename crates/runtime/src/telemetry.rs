//! Logs, traces and metrics of a process. None of them carries personal data: fields are ids, codes, areas and times.

use std::{io::IsTerminal, time::Duration};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use opentelemetry::{
    propagation::{Extractor, Injector, TextMapPropagator},
    trace::{TraceContextExt, TracerProvider},
};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tokio::task::JoinHandle;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{
    Layer, Registry,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
};

use crate::{ConfigError, Env};

/// Log lines that are worth reading, unless `GSVT_LOG` says otherwise.
const USUAL_LOG: &str = "info,sqlx=warn,h2=warn,hyper=warn,opentelemetry=warn";
/// Bounds of the histograms in seconds.
const SECONDS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const FLUSH: Duration = Duration::from_secs(3);
const UPKEEP: Duration = Duration::from_secs(5);

/// Keeps telemetry going; [`Telemetry::finish`] sends what is left.
#[derive(Debug)]
pub struct Telemetry {
    traces: SdkTracerProvider,
    metrics: PrometheusHandle,
    upkeep: JoinHandle<()>,
}

#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("telemetry was started twice")]
    Started,
}

/// Starts logs on standard error, traces and metrics for the whole process. Reads `GSVT_LOG`, `OTEL_EXPORTER_OTLP_ENDPOINT` and `OTEL_SERVICE_NAME`
/// (`gsvt`). Needs a tokio runtime.
pub fn init(env: &Env) -> Result<Telemetry, TelemetryError> {
    let traces = traces(env)?;
    let logs = logs(env)?;
    let traced = Targets::new().with_default(LevelFilter::INFO).with_target("h2", LevelFilter::OFF).with_target("hyper", LevelFilter::OFF);
    // A request is entered and left once per statement of its transaction: what each time costs is left out where nobody reads it.
    let tracer = tracing_opentelemetry::layer()
        .with_tracer(traces.tracer("gsvt"))
        .with_context_activation(false)
        .with_tracked_inactivity(false)
        .with_threads(false)
        .with_filter(traced);
    let subscriber = Registry::default().with(logs).with(tracer);
    tracing::subscriber::set_global_default(subscriber).map_err(|_| TelemetryError::Started)?;
    let recorder = PrometheusBuilder::new().set_buckets(&SECONDS).unwrap_or_default().build_recorder();
    let metrics = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|_| TelemetryError::Started)?;
    let upkeep = keep_small(metrics.clone());
    Ok(Telemetry { traces, metrics, upkeep })
}

/// Sums the histograms up where nobody asks for `/metrics`; else they keep every value there was.
fn keep_small(metrics: PrometheusHandle) -> JoinHandle<()> {
    #[expect(clippy::disallowed_methods, reason = "it runs from before the first task until after the last one")]
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            metrics.run_upkeep();
        }
    })
}

impl Telemetry {
    /// What `/metrics` prints.
    pub fn metrics(&self) -> PrometheusHandle {
        self.metrics.clone()
    }

    /// Sends what was not sent yet; a collector that is away is waited for a short time only.
    pub async fn finish(self) {
        self.upkeep.abort();
        let traces = self.traces;
        // The exporter blocks its thread and needs the runtime's others.
        let flushing = tokio::task::spawn_blocking(move || traces.shutdown_with_timeout(FLUSH));
        if let Ok(Err(error)) = flushing.await {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

fn logs<S>(env: &Env) -> Result<Box<dyn Layer<S> + Send + Sync>, ConfigError>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    const NAME: &str = "GSVT_LOG";
    let directives = env.text_or(NAME, USUAL_LOG);
    let filter = directives.parse::<Targets>().map_err(|error| ConfigError::Invalid {
        name: NAME.to_owned(),
        value: directives,
        fault: error.to_string(),
    })?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    Ok(if std::io::stderr().is_terminal() {
        lines.with_filter(filter).boxed()
    } else {
        lines.json().flatten_event(true).with_span_list(false).with_filter(filter).boxed()
    })
}

fn traces(env: &Env) -> Result<SdkTracerProvider, ConfigError> {
    const NAME: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
    let resource = Resource::builder_empty().with_service_name(env.text_or("OTEL_SERVICE_NAME", "gsvt")).build();
    let provider = SdkTracerProvider::builder().with_resource(resource);
    let Some(endpoint) = env.optional(NAME) else { return Ok(provider.build()) };
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_tonic().with_endpoint(&endpoint).with_timeout(FLUSH).build();
    let exporter = exporter.map_err(|error| ConfigError::Invalid { name: NAME.to_owned(), value: endpoint, fault: error.to_string() })?;
    Ok(provider.with_batch_exporter(exporter).build())
}

/// The W3C `traceparent` of the current span; none where no trace is recorded.
pub fn current_traceparent() -> Option<String> {
    let mut carrier = Carrier(None);
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carrier);
    carrier.0
}

/// The trace that the current span belongs to, in hexadecimal.
pub fn current_trace_id() -> Option<String> {
    let context = Span::current().context();
    let span = context.span();
    let span = span.span_context();
    span.is_valid().then(|| span.trace_id().to_string())
}

/// Makes `span`, which was not entered yet, part of the trace that `traceparent` names. Text that names none changes nothing.
pub fn set_parent(span: &Span, traceparent: &str) {
    let context = TraceContextPropagator::new().extract(&Carrier(Some(traceparent.to_owned())));
    if context.span().span_context().is_valid()
        && let Err(error) = span.set_parent(context)
    {
        tracing::debug!(%error, "a trace is not continued");
    }
}

/// One header of W3C trace context.
struct Carrier(Option<String>);

const HEADER: &str = "traceparent";

impl Injector for Carrier {
    fn set(&mut self, key: &str, value: String) {
        if key == HEADER {
            self.0 = Some(value);
        }
    }
}

impl Extractor for Carrier {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.as_deref().filter(|_| key == HEADER)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.iter().map(|_| HEADER).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn settings_that_do_not_fit_are_told_in_one_sentence() {
        for (name, value, begins) in [
            ("GSVT_LOG", "runtime=loudly", "GSVT_LOG is \"runtime=loudly\", which does not fit ("),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "no address", "OTEL_EXPORTER_OTLP_ENDPOINT is \"no address\", which does not fit ("),
        ] {
            let error = init(&Env::from_pairs([(name, value)])).expect_err("refused").to_string();
            assert!(error.starts_with(begins), "{error}");
        }
    }

    #[tokio::test]
    async fn a_process_has_one_telemetry() {
        let env = Env::from_pairs([("GSVT_LOG", "off"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")]);
        let telemetry = init(&env).expect("started");
        metrics::counter!("trips_declared_total").increment(1);
        let traced = tracing::info_span!("request").in_scope(current_traceparent);
        assert!(traced.is_some_and(|traceparent| traceparent.len() == 55));
        assert!(telemetry.metrics().render().contains("trips_declared_total 1"));
        assert!(matches!(init(&env), Err(TelemetryError::Started)));
        let begun = tokio::time::Instant::now();
        telemetry.finish().await;
        assert!(begun.elapsed() < 2 * FLUSH, "a collector that is away holds the end for {:?}", begun.elapsed());
    }
}
