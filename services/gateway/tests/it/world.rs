//! The gateway's pages before services that answer what the test says.
use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use axum::{Router, body::Body};
use contract::{
    Timestamp,
    accounts::v1::{CreateSessionResponse, PermissionGrant, Preferences, Principal, ResolveSessionResponse, Unit, UnitKind},
    common::v1::Area,
    vehicles::v1::{
        DeclareTripResponse, GetPassResponse, GetPublicTripResponse, ListPublicTripsResponse, Pass, PassStanding, Plate, PlateColor,
        PublicState, PublicStateCount, PublicTrip, Purpose, TripEntry, TripState, VehicleType,
    },
};
use ed25519_dalek::{SigningKey, pkcs8::EncodePrivateKey};
use gateway::{config::Config, router, site::Site};
use http::{Request, Response};
use http_body_util::BodyExt as _;
use runtime::{Clock, Env, Process};
use tower::ServiceExt as _;

use crate::{report_samples, service::Service};

pub const TRIP: &str = "0199f000-0000-7000-8000-000000000001";

pub struct World {
    pub services: Service,
    pub site: Arc<Site>,
    pub pages: Router,
}

impl World {
    pub async fn start() -> World {
        World::with(&[]).await
    }

    /// With further settings.
    pub async fn with(settings: &[(&str, &str)]) -> World {
        let services = Service::default();
        let address = services.start().await;
        samples(&services);
        report_samples::answers(&services);
        let (clock, manual) = Clock::manual(at("2021-10-19T02:14:07+07:00"));
        std::mem::forget(manual);
        let process = Process::new(env(address, settings), clock);
        let site = Arc::new(gateway::site(&process, Config::from_env(&process.env).unwrap()).unwrap());
        World { services, pages: router::pages(Arc::clone(&site)), site }
    }

    pub async fn get(&self, path: &str) -> Response<String> {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// A form from one of our own pages.
    pub async fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Response<String> {
        let request =
            Request::post(path).header("sec-fetch-site", "same-origin").header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(serde_urlencoded::to_string(pairs).unwrap())).unwrap()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Response<String> {
        let (parts, body) = self.pages.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Response::from_parts(parts, String::from_utf8_lossy(&bytes).into_owned())
    }
}

pub fn env(services: SocketAddr, more: &[(&str, &str)]) -> Env {
    let url = format!("http://{services}");
    let key = key_file();
    let pairs = [
        ("VEHICLES_URL", url.as_str()),
        ("ACCOUNTS_URL", &url),
        ("REPORTS_URL", &url),
        ("LAB_URL", &url),
        ("NATS_URL", "nats://127.0.0.1:1"),
        ("GATEWAY_CALLER_KEY", key.to_str().unwrap()),
    ];
    Env::from_pairs(pairs.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

/// Written once: a test must not read it while another writes it.
fn key_file() -> PathBuf {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    let write = || {
        let path = std::env::temp_dir().join(format!("gsvt-gateway-test-{}.pem", std::process::id()));
        let pem = SigningKey::from_bytes(&[7; 32]).to_pkcs8_pem(ed25519_dalek::pkcs8::spki::der::pem::LineEnding::LF).unwrap();
        std::fs::write(&path, pem.as_bytes()).unwrap();
        path
    };
    FILE.get_or_init(write).clone()
}

pub fn at(text: &str) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

pub fn time(text: &str) -> Option<Timestamp> {
    Some(at(&format!("2021-10-{text}:00+07:00")).into())
}

pub fn plate(text: &str, color: PlateColor) -> Option<Plate> {
    Some(Plate { text: text.into(), country: "VN".into(), color: color.into(), recognised: true })
}

pub fn area(code: &str, name: &str) -> Area {
    Area { code: code.into(), valid_from: "2021-01-01".into(), name: name.into() }
}

pub fn public_trips() -> Vec<PublicTrip> {
    let trip = |number: u32, plate_text: &str, kind: VehicleType, post: &str, entered: &str, due: &str, state: PublicState| PublicTrip {
        trip_id: TRIP.replace("001", &format!("{number:03}")),
        plate: plate(plate_text, if kind == VehicleType::Car { PlateColor::White } else { PlateColor::Yellow }),
        vehicle_type: kind.into(),
        purpose: Purpose::Destination.into(),
        entry_post_id: post.into(),
        entered_at: time(entered),
        destinations: vec![area("23596", "Xã Trà Đa, Thành phố Pleiku")],
        due_at: time(due),
        state: state.into(),
        state_since: time(entered),
        clauses: vec!["Chỉ đến nơi đã khai, đúng lộ trình.".into(), "Báo công an xã, phường ngay khi đến.".into()],
        ..PublicTrip::default()
    };
    let transit = |trip: PublicTrip, exit: &str| PublicTrip {
        purpose: Purpose::Transit.into(),
        exit_post_id: exit.into(),
        destinations: Vec::new(),
        ..trip
    };
    vec![
        transit(trip(1, "77C-118.26", VehicleType::Truck, "CP1", "19T02:09", "19T06:00", PublicState::OnTheWay), "CP2"),
        trip(2, "51D-628.35", VehicleType::Truck, "CP3", "19T02:01", "19T05:00", PublicState::OnTheWay),
        transit(trip(3, "70B-031.94", VehicleType::Coach, "CP3", "18T20:40", "18T23:40", PublicState::Overdue), "CP2"),
        trip(4, "81A-288.90", VehicleType::Car, "CP3", "18T22:40", "18T23:55", PublicState::Confirmed),
        PublicTrip {
            plate: Some(Plate { text: "UN 3467".into(), country: "LA".into(), ..Plate::default() }),
            ..trip(5, "x", VehicleType::Container, "LT", "19T00:31", "19T04:00", PublicState::OnTheWay)
        },
        transit(trip(6, "82C-045.11", VehicleType::Truck, "CP2", "18T22:05", "19T01:35", PublicState::Left), "CP3"),
    ]
}

pub fn pass(standing: PassStanding) -> Pass {
    Pass {
        trip_id: TRIP.into(),
        short_code: "7K3M-2Q9X".into(),
        standing: standing.into(),
        plate: plate("51D-628.35", PlateColor::Yellow),
        purpose: Purpose::Destination.into(),
        entry_post_id: "CP3".into(),
        destinations: vec![area("23596", "Xã Trà Đa, Thành phố Pleiku")],
        valid_until: time("19T06:00"),
        qr_text: format!("GL1:{}", "6BFOXN*TS0BI$ZD-PHQ7I9AD66V5B22CH9M9ESI9XBHXK-%69LQOGI.*V76GCV4*XUA2P".repeat(3)),
        issued_at: time("18T22:41"),
        vehicle_type: VehicleType::Truck.into(),
        trip_state: TripState::Declared.into(),
        ..Pass::default()
    }
}

pub fn principal() -> Principal {
    let id = |number: u8| format!("0199f000-0000-7000-8000-0000000000{number:02}");
    let unit = Unit {
        unit_id: id(9),
        name: "Chốt Cầu 110".into(),
        kind: UnitKind::Post.into(),
        area: Some(area("64", "Tỉnh Gia Lai")),
        post_code: "CP3".into(),
        ..Unit::default()
    };
    let grant = |permission: &str| PermissionGrant { permission: permission.into(), areas: vec!["2021.64".into()] };
    Principal {
        locked: false,
        account_id: id(7),
        session_id: id(8),
        login: "duong.le".into(),
        full_name: "Lê Văn Dưỡng".into(),
        unit: Some(unit),
        permissions: ["vehicles.trips.find", "vehicles.trips.read", "vehicles.statistics.read"].map(grant).into(),
        preferences: Some(Preferences { language: "vi".into(), ..Preferences::default() }),
        expires_at: time("19T14:00"),
    }
}

fn samples(services: &Service) {
    let counts = [(PublicState::OnTheWay, 187), (PublicState::Confirmed, 143), (PublicState::Overdue, 6), (PublicState::Left, 76)];
    let counts = counts.map(|(state, trips)| PublicStateCount { state: state.into(), trips }).into();
    services.answers("ListPublicTrips", vec![ListPublicTripsResponse { trips: public_trips(), next_page_token: "older".into(), counts }]);
    let history =
        [("TripDeclared", "18T22:41"), ("TripReceived", "19T01:58"), ("TripDecided", "19T02:01"), ("ArrivalRequested", "19T02:01")];
    let entry = |(kind, when): (&str, &str)| TripEntry {
        at: time(when),
        kind: kind.into(),
        post_id: "CP3".into(),
        area: Some(area("23596", "Xã Trà Đa, Thành phố Pleiku")),
        detail: String::new(),
    };
    services.answers(
        "GetPublicTrip",
        vec![GetPublicTripResponse { trip: public_trips().into_iter().nth(1), history: history.map(entry).into() }],
    );
    services.answers("GetPass", vec![GetPassResponse { pass: Some(pass(PassStanding::Declared)) }]);
    services.answers(
        "DeclareTrip",
        vec![DeclareTripResponse {
            trip_id: TRIP.into(),
            short_code: "7K3M-2Q9X".into(),
            pass_token: "secret".into(),
            pass: Some(pass(PassStanding::Declared)),
            state: TripState::Declared.into(),
        }],
    );
    services.answers("CreateSession", vec![CreateSessionResponse { token: "session".into(), ..CreateSessionResponse::default() }]);
    services.answers("ResolveSession", vec![ResolveSessionResponse { principal: Some(principal()) }]);
}
