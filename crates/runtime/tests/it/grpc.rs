//! The gRPC stacks on real sockets: deadlines, traces, callers, panics.

use std::{
    sync::{
        Once,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use metrics_exporter_prometheus::PrometheusBuilder;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use runtime::{
    Caller, CallerSigner, Clock, Env, ManualClock, Process,
    grpc::{self, Client, FieldViolation, Problem, Scope, accept},
    telemetry,
};
use tokio::net::TcpListener;
use tokio_stream::StreamExt;
use tonic::{Code, Request, Response, Status, client::Grpc, service::Routes};
use tonic_prost::ProstCodec;
use tracing::Instrument;
use tracing_subscriber::layer::SubscriberExt;

use crate::caller::{citizen, now, officer};

const METHOD: &str = "/gsvt.vehicles.v1.VehicleService/DecideTrip";

/// What a reader of the public list asks.
const READ: &str = "/gsvt.vehicles.v1.VehicleService/ListPublicTrips";

const STREAM: &str = "/gsvt.vehicles.v1.VehicleService/WatchTrips";

/// How often a service was asked that answers the third time.
static STARTING: AtomicU32 = AtomicU32::new(0);

/// A method that does what the message says.
async fn answer(request: Request<String>) -> Result<Response<String>, Status> {
    let (caller, wish) = accept(request)?;
    match wish.as_str() {
        "who" => Ok(Response::new(caller.request_id.to_string())),
        "trace" => Ok(Response::new(telemetry::current_traceparent().unwrap_or_default())),
        "time" => Ok(Response::new(grpc::remaining().map_or(0, |left| left.as_millis()).to_string())),
        "panic" => panic!("plate 81B-123.45"),
        "sleep" => std::future::pending().await,
        "start" if STARTING.fetch_add(1, Ordering::SeqCst) < 2 => Err(Problem::unavailable("DATABASE_UNAVAILABLE").into()),
        "start" => Ok(Response::new("started".to_owned())),
        "break" => Err(Problem::internal(&std::io::Error::other("password=hunter2")).into()),
        "refuse" => {
            let plate = FieldViolation::new("plate", "PLATE_TOO_LONG", "Biển số quá dài.", "The plate is too long.");
            Err(Problem { retry_after: Some(Duration::from_secs(7)), ..Problem::invalid(vec![plate]) }.into())
        }
        _ => Err(Status::unimplemented("?")),
    }
}

struct Served {
    process: Process,
    time: ManualClock,
    client: Client,
    signer: CallerSigner,
    url: String,
}

/// Traces the whole process before anything of it begins a span. A subscriber of one thread would not do: a span is asked once whether anybody
/// listens, and whichever thread comes first answers for all.
fn trace() {
    static TRACING: Once = Once::new();
    TRACING.call_once(|| {
        let layer = tracing_opentelemetry::layer().with_tracer(SdkTracerProvider::builder().build().tracer("test"));
        tracing::subscriber::set_global_default(tracing_subscriber::Registry::default().with(layer)).expect("the only one");
    });
}

async fn served() -> Served {
    trace();
    let (clock, time) = Clock::manual(now());
    let process = Process::new(Env::from_pairs::<&str, &str>([("GRPC_REFLECTION", "true")]), clock.clone());
    let signer = CallerSigner::generate().expect("a key");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let method = axum::routing::post(async |request: http::Request<axum::body::Body>| {
        let mut server = tonic::server::Grpc::new(ProstCodec::<String, String>::default());
        server.unary(tower::service_fn(answer), request).await
    });
    let stream = axum::routing::post(async |request: http::Request<axum::body::Body>| {
        let mut server = tonic::server::Grpc::new(ProstCodec::<String, String>::default());
        let endless =
            async |_: Request<String>| Ok(Response::new(tokio_stream::once(Ok("first".to_owned())).chain(tokio_stream::pending())));
        server.server_streaming(tower::service_fn(endless), request).await
    });
    let routes = Routes::from(axum::Router::new().route(METHOD, method.clone()).route(READ, method).route(STREAM, stream));
    grpc::serve(&process, listener, "vehicles.grpc", signer.verifier("vehicles"), routes).expect("serving");
    let client = Client::connect(&url, "vehicles", signer.clone(), clock).expect("an address");
    Served { process, time, client, signer, url }
}

async fn call(client: &Client, wish: &str) -> Result<String, Status> {
    call_method(client, METHOD, wish).await
}

async fn call_method(client: &Client, method: &str, wish: &str) -> Result<String, Status> {
    let mut grpc = Grpc::new(client.clone());
    grpc.ready().await.expect("ready");
    let answer = grpc.unary(Request::new(wish.to_owned()), method.parse().expect("a path"), ProstCodec::<String, String>::default()).await;
    answer.map(Response::into_inner)
}

fn as_caller(served: &Served, caller: Caller) -> Client {
    served.client.on_behalf_of(caller)
}

#[tokio::test]
async fn the_caller_arrives_checked() {
    let served = served().await;
    let officer = officer();
    assert_eq!(call(&as_caller(&served, officer.clone()), "who").await.expect("answered"), officer.request_id.to_string());
    let nobody = call(&served.client, "who").await.expect_err("nobody calls");
    assert_eq!((nobody.code(), Problem::from_status(&nobody).reason.as_ref()), (Code::Unauthenticated, "NOT_SIGNED_IN"));
    let (slow, _) = Clock::manual(now() - chrono::TimeDelta::seconds(31));
    let late = Client::connect(&served.url, "vehicles", served.signer.clone(), slow).expect("an address").on_behalf_of(citizen());
    let elsewhere = Client::connect(&served.url, "accounts", served.signer.clone(), served.process.clock.clone()).expect("an address");
    let stranger = CallerSigner::generate().expect("a key");
    let forged = Client::connect(&served.url, "vehicles", stranger, served.process.clock.clone()).expect("an address");
    for client in [late, elsewhere.on_behalf_of(officer.clone()), forged.on_behalf_of(officer)] {
        let refused = call(&client, "who").await.expect_err("not believed");
        assert_eq!((refused.code(), Problem::from_status(&refused).reason.as_ref()), (Code::Unauthenticated, "CALLER_INVALID"));
    }
    served.time.advance(Duration::from_secs(3600));
    call(&as_caller(&served, citizen()), "who").await.expect("each call has a token of its own");
}

#[tokio::test]
async fn a_trace_goes_from_the_caller_into_the_method() {
    let served = served().await;
    let span = tracing::info_span!("request");
    let here = span.in_scope(telemetry::current_trace_id).expect("a trace");
    let there = call(&as_caller(&served, citizen()), "trace").instrument(span.clone()).await.expect("answered");
    assert_eq!(there.split('-').nth(1), Some(here.as_str()), "{there}");
    assert_ne!(span.in_scope(telemetry::current_traceparent), Some(there));
}

#[tokio::test]
async fn text_that_is_no_trace_begins_one() {
    trace();
    for (text, follows) in [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
        ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false),
        ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
        ("", false),
        ("anything", false),
    ] {
        let span = tracing::info_span!("request");
        telemetry::set_parent(&span, text);
        let trace = span.in_scope(telemetry::current_trace_id).expect("a trace");
        assert_eq!(trace == "4bf92f3577b34da6a3ce929d0e0e4736", follows, "{text}");
    }
}

#[tokio::test]
async fn the_deadline_is_passed_on_and_kept() {
    let served = served().await;
    let client = as_caller(&served, citizen());
    let usual: u64 = call(&client, "time").await.expect("answered").parse().expect("a number");
    assert!((4000..=5000).contains(&usual), "{usual}");
    let within =
        |milliseconds| Scope { deadline: Some(tokio::time::Instant::now() + Duration::from_millis(milliseconds)), ..Scope::default() };
    let left: u64 = within(2000).run(call(&client, "time")).await.expect("answered").parse().expect("a number");
    assert!((1000..=1950).contains(&left), "{left}");
    for (milliseconds, wish, at_most) in [(400, "sleep", 400), (90, "time", 60), (40, "time", 20)] {
        let begun = Instant::now();
        let late = within(milliseconds).run(call(&client, wish)).await.expect_err("too late");
        assert_eq!((late.code(), Problem::from_status(&late).reason.as_ref()), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"));
        assert!(begun.elapsed() < Duration::from_millis(at_most + 1000), "{:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn a_service_that_is_just_starting_is_asked_again() {
    let served = served().await;
    assert_eq!(call(&as_caller(&served, citizen()), "start").await.expect("the third time"), "started");
    assert_eq!(STARTING.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_service_that_is_not_there_is_asked_three_times() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let (clock, _) = Clock::manual(now());
    let client =
        Client::connect(&url, "vehicles", CallerSigner::generate().expect("a key"), clock).expect("an address").on_behalf_of(citizen());
    let hangs_up = async {
        for _ in 0..3 {
            drop(listener.accept().await.expect("a connection"));
        }
        // Whoever comes once more waits, and the test with him.
        std::future::pending().await
    };
    let refused = tokio::select! { answer = call(&client, "who") => answer.expect_err("nobody is there"), () = hangs_up => unreachable!() };
    assert_eq!((refused.code(), Problem::from_status(&refused).reason.as_ref()), (Code::Unavailable, "SERVICE_UNAVAILABLE"));
}

#[tokio::test]
async fn readers_are_sent_away_before_an_officer_waits() {
    let served = served().await;
    let reader = as_caller(&served, citizen());
    let within = Scope { deadline: Some(tokio::time::Instant::now() + Duration::from_secs(2)), ..Scope::default() };
    let crowd = futures::future::join_all((0..50).map(|_| call_method(&reader, READ, "sleep")));
    let (readers, officers) = tokio::join!(
        within.run(crowd),
        futures::future::join_all((0..50).map(|_| {
            let officer = as_caller(&served, officer());
            async move { call(&officer, "who").await }
        }))
    );
    assert!(officers.iter().all(Result::is_ok), "{officers:?}");
    let problems: Vec<Problem> = readers.iter().filter_map(|answer| answer.as_ref().err()).map(Problem::from_status).collect();
    let sent_away = problems.iter().filter(|problem| problem.reason == "OVERLOADED").count();
    assert_eq!((problems.len(), sent_away), (50, 46), "{problems:?}");
    assert!(problems.iter().all(|problem| problem.retry_after.is_some()), "{problems:?}");
    call_method(&reader, READ, "who").await.expect("a place is free again");
}

#[tokio::test]
async fn what_breaks_inside_stays_inside() {
    let served = served().await;
    for wish in ["panic", "break"] {
        let caller = officer();
        let number = caller.request_id.to_string();
        let broken = call(&as_caller(&served, caller), wish).await.expect_err("broken");
        let problem = Problem::from_status(&broken);
        assert_eq!((broken.code(), broken.message(), problem.reason.as_ref()), (Code::Internal, "internal error", "INTERNAL"));
        assert_eq!(problem.request_id, Some(number));
        assert!(!format!("{broken:?}").contains("hunter2") && !format!("{broken:?}").contains("81B"), "{broken:?}");
    }
    call(&as_caller(&served, citizen()), "who").await.expect("the next request is served");
}

#[tokio::test]
async fn a_problem_is_read_as_it_was_said() {
    let served = served().await;
    let caller = citizen();
    let number = caller.request_id.to_string();
    let refused = call(&as_caller(&served, caller), "refuse").await.expect_err("refused");
    let plate = FieldViolation::new("plate", "PLATE_TOO_LONG", "Biển số quá dài.", "The plate is too long.");
    let expected = Problem { retry_after: Some(Duration::from_secs(7)), request_id: Some(number), ..Problem::invalid(vec![plate]) };
    assert_eq!(Problem::from_status(&refused), expected);
    let foreign = Problem::from_status(&Status::not_found("no such thing"));
    assert_eq!((foreign.code, foreign.reason.as_ref(), foreign.message_en.as_ref()), (Code::NotFound, "NOT_FOUND", "no such thing"));
}

#[tokio::test]
async fn a_service_that_is_away_is_unavailable() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("bound").local_addr().expect("bound");
    let client = Client::connect(&format!("http://{nobody}"), "vehicles", CallerSigner::generate().expect("a key"), Clock::system())
        .expect("an address");
    let away = call(&client.on_behalf_of(citizen()), "who").await.expect_err("nobody there");
    let problem = Problem::from_status(&away);
    assert_eq!((away.code(), problem.reason.as_ref(), problem.is_outcome_unknown()), (Code::Unavailable, "SERVICE_UNAVAILABLE", false));
    assert!(Client::connect("not an address", "vehicles", CallerSigner::generate().expect("a key"), Clock::system()).is_err());
}

#[tokio::test]
async fn health_follows_the_process_and_requests_are_counted() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let served = served().await;
    let database = served.process.health.component("vehicles.database");
    let channel = tonic::transport::Endpoint::from_shared(served.url.clone()).expect("an address").connect_lazy();
    let mut health = tonic_health::pb::health_client::HealthClient::new(channel);
    let mut states = health.watch(tonic_health::pb::HealthCheckRequest::default()).await.expect("watching").into_inner();
    let mut next = async || states.message().await.expect("told").expect("a state").status();
    use tonic_health::pb::health_check_response::ServingStatus::{NotServing, Serving};
    assert_eq!(next().await, NotServing);
    database.ready();
    assert_eq!(next().await, Serving);
    call(&as_caller(&served, citizen()), "who").await.expect("answered");
    call(&as_caller(&served, citizen()), "refuse").await.expect_err("refused");
    let text = handle.render();
    for line in [
        r#"grpc_requests_total{method="vehicles.DecideTrip",code="OK"} 1"#,
        r#"grpc_requests_total{method="vehicles.DecideTrip",code="INVALID_ARGUMENT"} 1"#,
        r#"grpc_request_seconds_count{method="vehicles.DecideTrip"} 2"#,
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    served.process.lifecycle.shutdown();
    assert_eq!(next().await, NotServing);
    assert_eq!(served.process.lifecycle.drained(Duration::from_secs(5)).await.exit_code(), 0);
}

#[tokio::test]
async fn reflection_lists_the_contract() {
    use tonic_reflection::pb::v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient, server_reflection_request::MessageRequest,
        server_reflection_response::MessageResponse,
    };
    let served = served().await;
    let channel = tonic::transport::Endpoint::from_shared(served.url.clone()).expect("an address").connect_lazy();
    let ask = ServerReflectionRequest { host: String::new(), message_request: Some(MessageRequest::ListServices(String::new())) };
    let mut answers =
        ServerReflectionClient::new(channel).server_reflection_info(tokio_stream::once(ask)).await.expect("asked").into_inner();
    let answer = answers.message().await.expect("told").expect("an answer").message_response.expect("a list");
    let MessageResponse::ListServicesResponse(list) = answer else { panic!("{answer:?}") };
    let names: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
    assert!(names.contains(&"gsvt.vehicles.v1.VehicleService".to_owned()), "{names:?}");
}

#[tokio::test]
async fn an_endless_stream_ends_when_the_process_stops() {
    let served = served().await;
    let mut grpc = Grpc::new(as_caller(&served, citizen()));
    grpc.ready().await.expect("ready");
    let codec = ProstCodec::<String, String>::default();
    let answer = grpc.server_streaming(Request::new(String::new()), STREAM.parse().expect("a path"), codec).await;
    let mut stream = answer.expect("a stream").into_inner();
    assert_eq!(stream.message().await.expect("told").as_deref(), Some("first"));
    served.process.lifecycle.shutdown();
    let end = stream.message().await.expect_err("stopping");
    assert_eq!((end.code(), Problem::from_status(&end).reason.as_ref()), (Code::Unavailable, "SERVICE_STOPPING"));
    assert_eq!(served.process.lifecycle.drained(Duration::from_secs(5)).await.exit_code(), 0);
}
