//! A running service of its own for a test, and the people who call it.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, Utc};
use contract::{
    Permission,
    common::v1::Area,
    vehicles::v1::{self as pb, vehicle_service_client::VehicleServiceClient},
};
use events::{NewEvent, Relay, Source, SubjectArea};
use ids::{AccountId, DecisionId, EventId, RequestId, SessionId, TripId, UnitId};
use runtime::{
    AccountCaller, AreaKey, Caller, CallerKind, CallerSigner, ClientId, Clock, Database, DatabaseConfig, Env, Language, ManualClock,
    Process,
    grpc::{Client, Problem},
};
use sqlx::PgPool;
use testing::{TestDatabase, TestNats};
use tokio::{net::TcpListener, sync::Mutex};
use vehicles::Vehicles;

pub const SONG_AN: &str = "2021.64.623.23632";
pub const IA_LE: &str = "2021.64.639.23986";
pub const TRA_DA: &str = "2021.64.622.23596";

pub struct World {
    pub process: Process,
    pub clock: ManualClock,
    pub service: Vehicles,
    pub pool: PgPool,
    client: Client,
    others: Mutex<HashMap<&'static str, Other>>,
    _database: TestDatabase,
    _nats: TestNats,
    _keys: tempfile::TempDir,
    drained: bool,
}

/// The outbox of another service that says something.
struct Other {
    database: Database,
    relay: Relay,
    _database: TestDatabase,
}

/// 18 October 2021, 08:00 at the posts.
pub fn monday() -> DateTime<Utc> {
    "2021-10-18T01:00:00Z".parse().expect("a time")
}

pub async fn world() -> World {
    world_at(monday()).await
}

pub async fn world_at(now: DateTime<Utc>) -> World {
    let keys = tempfile::tempdir().expect("a folder");
    seal::Keyring::create_missing_links(keys.path()).expect("linking keys");
    seal::Keyring::create_missing(keys.path()).expect("keys");
    seal::pass::create_missing(keys.path()).expect("pass keys");
    let signer = CallerSigner::generate().expect("a caller key");
    let public = keys.path().join("caller.pub");
    std::fs::write(&public, signer.public_pem().expect("a key")).expect("a file");
    let nats = testing::nats().await;
    let env = Env::from_pairs([
        ("VEHICLES_KEYS", keys.path().display().to_string()),
        ("CALLER_PUBLIC_KEY", public.display().to_string()),
        ("NATS_URL", nats.url.clone()),
    ]);
    let database =
        testing::database_from("template_vehicles", async |url| Ok(vehicles::migrate(&env.with("VEHICLES_DATABASE_URL", url)).await?))
            .await;
    let env = env.with("VEHICLES_DATABASE_URL", database.url.clone());
    let (time, clock) = Clock::manual(now);
    let process = Process::new(env, time.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let service = vehicles::open(&process).await.expect("a service");
    vehicles::serve_rpcs(&process, &service, listener).expect("served");
    let client = Client::connect(&url, vehicles::NAME, signer, time).expect("a client");
    let pool = PgPool::connect(&database.url).await.expect("a pool");
    World { process, clock, service, pool, client, others: Mutex::default(), _database: database, _nats: nats, _keys: keys, drained: false }
}

impl World {
    pub fn now(&self) -> DateTime<Utc> {
        self.process.clock.now()
    }

    pub fn advance(&self, hours: u64) {
        self.clock.advance(Duration::from_secs(hours * 3600));
    }

    pub fn call(&self, caller: Caller) -> VehicleServiceClient<Client> {
        VehicleServiceClient::new(self.client.on_behalf_of(caller))
    }

    pub fn citizen(&self) -> VehicleServiceClient<Client> {
        let client = ClientId::of("127.0.0.9".parse().expect("an address"), &[0; 32]);
        self.call(Caller::anonymous(client, RequestId::mint(self.now()), Language::Vi))
    }

    /// An officer of a post.
    pub fn officer(&self, post: &str, area: &str) -> VehicleServiceClient<Client> {
        self.call(self.account(Some(post), area, POST))
    }

    /// Commune or district police.
    pub fn police(&self, area: &str) -> VehicleServiceClient<Client> {
        self.call(self.account(None, area, POLICE))
    }

    pub fn account(&self, post: Option<&str>, area: &str, permissions: &[Permission]) -> Caller {
        let now = self.now();
        let account = AccountCaller {
            account_id: AccountId::mint(now),
            session_id: SessionId::mint(now),
            unit_id: UnitId::mint(now),
            unit_area: AreaKey(area.to_owned()),
            post: post.map(str::to_owned),
            name: "Nguyễn Thị Bí Mật".to_owned(),
        };
        Caller {
            kind: CallerKind::Account(account),
            permissions: permissions.iter().map(|permission| (*permission, vec![area.to_owned()])).collect(),
            client: ClientId::of("127.0.0.9".parse().expect("an address"), &[0; 32]),
            request_id: RequestId::mint(now),
            language: Language::Vi,
        }
    }

    /// Publishes the outbox and returns the names of all events with their subjects, in order.
    pub async fn events(&mut self) -> Vec<String> {
        let relay = vehicles::relay(&self.service);
        // The connection to NATS is made in the background; a short test is here before it.
        while let Err(error) = relay.drain_once().await {
            assert!(matches!(error, events::RelayError::Away), "{error}");
            tokio::task::yield_now().await;
        }
        self.drained = true;
        let subjects = sqlx::query_scalar("select subject from events.outbox order by number").fetch_all(&self.pool);
        let subjects: Vec<String> = subjects.await.expect("the outbox");
        subjects.into_iter().map(|subject| subject.trim_start_matches("gsvt.vehicles.v1.").to_owned()).collect()
    }

    pub async fn count(&self, what: &str) -> i64 {
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {what}"))).fetch_one(&self.pool).await;
        count.expect("a count")
    }

    /// Declared by its driver, and received at the entry post.
    pub async fn at_post(&self, declaration: pb::Declaration, post: &str, area: &str) -> pb::Trip {
        let trip_id = TripId::mint(self.now()).to_string();
        let request = pb::DeclareTripRequest { trip_id: trip_id.clone(), declaration: Some(declaration) };
        self.citizen().declare_trip(request).await.expect("declared");
        let request = pb::ReceiveTripRequest { post_id: post.to_owned(), trip_id };
        let received = self.officer(post, area).receive_trip(request).await.expect("received");
        received.into_inner().trip.expect("a trip")
    }

    /// A truck admitted to one commune.
    pub async fn admitted(&self, declaration: pb::Declaration) -> pb::Trip {
        let decision = if declaration.destinations.is_empty() { pb::Decision::Transit } else { pb::Decision::Destination };
        let trip = self.at_post(declaration, "CP3", IA_LE).await;
        let request = self.decision(&trip, "CP3", decision);
        self.officer("CP3", IA_LE).decide_trip(request).await.expect("decided").into_inner().trip.expect("a trip")
    }

    /// A decision with everything that the rule set of the day asks for.
    pub fn decision(&self, trip: &pb::Trip, post: &str, decision: pb::Decision) -> pb::DecideTripRequest {
        pb::DecideTripRequest {
            trip_id: trip.trip_id.clone(),
            decision_id: DecisionId::mint(self.now()).to_string(),
            post_id: post.to_owned(),
            version: trip.version,
            decision: decision.into(),
            reasons: vec!["Đủ giấy tờ".to_owned()],
            findings: Some(findings(trip, self.now())),
            exit_post_id: String::new(),
        }
    }
}

impl World {
    /// Another service says something: its outbox is published, and nobody has listened yet.
    pub async fn hear(&self, source: &'static str, schema: &'static str, told: &[(uuid::Uuid, Vec<u8>)]) {
        let mut others = self.others.lock().await;
        if !others.contains_key(source) {
            others.insert(source, self.other(source).await);
        }
        let Other { database, relay, .. } = &others[source];
        let mut transaction = database.begin().await.expect("begun");
        for (aggregate, payload) in told {
            let event = NewEvent {
                id: EventId::mint(self.now()),
                schema,
                aggregate: *aggregate,
                area: SubjectArea::parse("64.622.23596").expect("an area"),
                occurred_at: self.now(),
                payload: payload.clone(),
            };
            events::append(&mut transaction, event).await.expect("appended");
        }
        transaction.commit().await.expect("committed");
        while let Err(error) = relay.drain_once().await {
            assert!(matches!(error, events::RelayError::Away), "{error}");
            tokio::task::yield_now().await;
        }
    }

    async fn other(&self, source: &'static str) -> Other {
        let own = testing::database(&[&events::MIGRATOR]).await;
        let database = Database::connect(&DatabaseConfig::new(own.url.clone(), source)).await.expect("an address");
        let relay = Relay::new(database.clone(), self.service.jetstream.clone(), Source::new(source));
        Other { database, relay, _database: own }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.process.lifecycle.abort();
        assert!(std::thread::panicking() || self.drained, "the test did not look at its events: world.events()");
    }
}

const POST: &[Permission] = &[
    Permission::VehiclesTripsFind,
    Permission::VehiclesTripsEnter,
    Permission::VehiclesTripsRead,
    Permission::VehiclesTripsDecide,
    Permission::VehiclesSightingsRecord,
];
const POLICE: &[Permission] = &[
    Permission::VehiclesArrivalsRead,
    Permission::VehiclesArrivalsConfirm,
    Permission::VehiclesTripsRead,
    Permission::VehiclesSightingsRecord,
];

pub fn area(code: &str) -> Option<Area> {
    Some(Area { code: code.to_owned(), ..Area::default() })
}

/// A truck with driver and co-driver, from Ho Chi Minh City to Trà Đa, Pleiku.
pub fn to_tra_da(plate: &str, now: DateTime<Utc>) -> pb::Declaration {
    pb::Declaration {
        purpose: pb::Purpose::Destination.into(),
        plate: Some(pb::Plate { text: plate.to_owned(), ..pb::Plate::default() }),
        vehicle_type: pb::VehicleType::Truck.into(),
        seats: 3,
        origin: Some(pb::Origin { area: area("79"), ..pb::Origin::default() }),
        destinations: vec![pb::Destination {
            area: area("23596"),
            address: "12 Lê Duẩn".to_owned(),
            receiver_name: "Kho Trà Đa".to_owned(),
            receiver_phone: "0905 111 222".to_owned(),
            expected_at: Some((now + chrono::Duration::hours(3)).into()),
        }],
        entry_post_id: "CP3".to_owned(),
        people: vec![driver(), co_driver()],
        ..pb::Declaration::default()
    }
}

/// The same people through the province, in at Bridge 110 and out at Sao Mai.
pub fn transit(plate: &str, now: DateTime<Utc>) -> pb::Declaration {
    pb::Declaration {
        purpose: pb::Purpose::Transit.into(),
        exit_post_id: "CP2".to_owned(),
        destinations: Vec::new(),
        ..to_tra_da(plate, now)
    }
}

pub fn driver() -> pb::Person {
    pb::Person {
        role: pb::PersonRole::Driver.into(),
        full_name: "Rơ Châm H’Lan".to_owned(),
        birth: "1986-01-18".to_owned(),
        id_type: pb::IdType::Cccd.into(),
        id_number: "064086012345".to_owned(),
        other_id_number: "230112233".to_owned(),
        phone: "0905 123 456".to_owned(),
        ..pb::Person::default()
    }
}

pub fn co_driver() -> pb::Person {
    pb::Person {
        role: pb::PersonRole::CoDriver.into(),
        full_name: "Trần Văn Kín".to_owned(),
        birth: "1990".to_owned(),
        id_type: pb::IdType::Cccd.into(),
        id_number: "064090054321".to_owned(),
        ..pb::Person::default()
    }
}

/// Everybody healthy and tested yesterday, the commitment signed.
pub fn findings(trip: &pb::Trip, now: DateTime<Utc>) -> pb::Findings {
    let evidence = pb::TestEvidence {
        method: pb::TestMethod::RtPcr.into(),
        outcome: pb::TestOutcome::Negative.into(),
        resulted_at: Some((now - chrono::Duration::hours(24)).into()),
        proof: pb::TestProof::Paper.into(),
        issuer: "Bệnh viện Chợ Rẫy".to_owned(),
        sampled_at: None,
    };
    let check = |person: &pb::Person| pb::PersonCheck {
        person_id: person.person_id.clone(),
        temperature: Some(36.6),
        evidence: Some(evidence.clone()),
    };
    let template = if trip.destinations.is_empty() { "transit" } else { "destination" };
    pb::Findings {
        people_counted: i32::try_from(trip.people.len()).ok(),
        checks: trip.people.iter().map(check).collect(),
        added_people: Vec::new(),
        commitment: Some(pb::Commitment {
            template_id: template.to_owned(),
            template_version: 1,
            method: pb::SigningMethod::Paper.into(),
            paper_no: "CK-17".to_owned(),
            ..pb::Commitment::default()
        }),
    }
}

/// The stable reason of an error.
pub fn reason(status: &tonic::Status) -> String {
    Problem::from_status(status).reason.into_owned()
}

/// The fields that an error names.
pub fn fields(status: &tonic::Status) -> Vec<String> {
    Problem::from_status(status).fields.into_iter().map(|field| field.field).collect()
}
