//! A running service of its own for a test, the people who call it, and vehicles as far as reports hear of it.

use std::{net::IpAddr, time::Duration};

use chrono::{DateTime, Utc};
use contract::{
    Permission,
    common::v1::Area,
    reports::v1::{self as pb, photo_service_client::PhotoServiceClient, report_service_client::ReportServiceClient},
    vehicles::v1 as vehicles,
};
use events::{NewEvent, Relay, Source, SubjectArea};
use ids::{AccountId, CommandId, EventId, RequestId, SessionId, SubmissionId, TripId, UnitId};
use prost::Message;
use reports::Reports;
use runtime::{
    AccountCaller, AreaKey, Caller, CallerKind, CallerSigner, ClientId, Clock, Database, DatabaseConfig, Env, Language, ManualClock,
    Process,
    grpc::{Client, Problem},
};
use seal::Keyring;
use sqlx::PgPool;
use testing::{TestDatabase, TestNats};
use tokio::net::TcpListener;

use crate::log;

pub const PROVINCE: &str = "2021.64";
pub const PLEIKU: &str = "2021.64.622";
pub const TRA_DA: &str = "2021.64.622.23596";
pub const IA_LE: &str = "2021.64.639.23986";
pub const CHU_PUH: &str = "2021.64.639";

pub struct World {
    pub process: Process,
    pub clock: ManualClock,
    pub service: Reports,
    pub pool: PgPool,
    client: Client,
    vehicles: Vehicles,
    _database: TestDatabase,
    _nats: TestNats,
    /// Keys, and the files of photos.
    folder: tempfile::TempDir,
    drained: bool,
}

/// The outbox of vehicles, and the linking key that it shares.
struct Vehicles {
    database: Database,
    relay: Relay,
    keyring: Keyring,
    _database: TestDatabase,
}

/// 18 October 2021, 08:00 in Gia Lai.
pub fn monday() -> DateTime<Utc> {
    "2021-10-18T01:00:00Z".parse().expect("a time")
}

pub async fn world() -> World {
    world_of("gia-lai-2021").await
}

pub async fn world_of(profile: &str) -> World {
    log::listen();
    let keys = tempfile::tempdir().expect("a folder");
    Keyring::create_missing_links(keys.path()).expect("linking keys");
    Keyring::create_missing(keys.path()).expect("keys");
    let signer = CallerSigner::generate().expect("a caller key");
    let public = keys.path().join("caller.pub");
    std::fs::write(&public, signer.public_pem().expect("a key")).expect("a file");
    let nats = testing::nats().await;
    let env = Env::from_pairs([
        ("REPORTS_KEYS", keys.path().display().to_string()),
        ("REPORTS_FILES", keys.path().join("files").display().to_string()),
        ("CALLER_PUBLIC_KEY", public.display().to_string()),
        ("NATS_URL", nats.url.clone()),
        ("GSVT_PROVINCE", profile.to_owned()),
    ]);
    let template = format!("template_reports_{}", profile.replace('-', "_"));
    let database = testing::database_from(&template, async |url| Ok(reports::migrate(&env.with("REPORTS_DATABASE_URL", url)).await?)).await;
    let env = env.with("REPORTS_DATABASE_URL", database.url.clone());
    let (time, clock) = Clock::manual(monday());
    let process = Process::new(env, time.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let service = reports::open(&process).await.expect("a service");
    reports::serve_rpcs(&process, &service, listener).expect("served");
    let client = Client::connect(&url, reports::NAME, signer, time).expect("a client");
    let pool = PgPool::connect(&database.url).await.expect("a pool");
    let vehicles = vehicles(&nats, keys.path()).await;
    World { process, clock, service, pool, client, vehicles, _database: database, _nats: nats, folder: keys, drained: false }
}

async fn vehicles(nats: &TestNats, keys: &std::path::Path) -> Vehicles {
    let database = testing::database(&[&events::MIGRATOR]).await;
    let ours = Database::connect(&DatabaseConfig::new(database.url.clone(), "vehicles")).await.expect("an address");
    let jetstream = events::connect(&nats.url, "vehicles").await.expect("an address");
    let relay = Relay::new(ours.clone(), jetstream, Source::new("vehicles"));
    Vehicles { database: ours, relay, keyring: Keyring::open(keys).expect("keys"), _database: database }
}

impl World {
    pub fn now(&self) -> DateTime<Utc> {
        self.process.clock.now()
    }

    pub fn advance(&self, hours: u64) {
        self.clock.advance(Duration::from_secs(hours * 3600));
    }

    pub fn call(&self, caller: Caller) -> ReportServiceClient<Client> {
        ReportServiceClient::new(self.client.on_behalf_of(caller))
    }

    pub fn citizen(&self) -> ReportServiceClient<Client> {
        self.citizen_at("127.0.0.9")
    }

    /// A citizen with photos.
    pub fn photos(&self) -> PhotoServiceClient<Client> {
        self.photos_of(Caller::anonymous(client_at("127.0.0.9"), RequestId::mint(self.now()), Language::Vi))
    }

    /// Somebody with an account who looks at photos.
    pub fn photos_as(&self, area: &str, permissions: &[Permission]) -> PhotoServiceClient<Client> {
        self.photos_of(self.account(None, area, permissions))
    }

    fn photos_of(&self, caller: Caller) -> PhotoServiceClient<Client> {
        PhotoServiceClient::new(self.client.on_behalf_of(caller)).max_decoding_message_size(files::MOST_BYTES * 2)
    }

    /// Every file that the service has stored.
    pub fn files(&self) -> Vec<std::path::PathBuf> {
        fn below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
            let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
            entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
        }
        below(&self.folder.path().join("files"))
    }

    pub fn citizen_at(&self, address: &str) -> ReportServiceClient<Client> {
        self.call(Caller::anonymous(client_at(address), RequestId::mint(self.now()), Language::Vi))
    }

    /// An officer of a post.
    pub fn officer(&self, post: &str, area: &str) -> ReportServiceClient<Client> {
        self.call(self.account(Some(post), area, HANDLER))
    }

    /// Commune police.
    pub fn police(&self, area: &str) -> ReportServiceClient<Client> {
        self.call(self.account(None, area, HANDLER))
    }

    /// District or province police: they also look through what came, and approve.
    pub fn chief(&self, area: &str) -> ReportServiceClient<Client> {
        self.call(self.account(None, area, CHIEF))
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
            client: client_at("127.0.0.8"),
            request_id: RequestId::mint(now),
            language: Language::Vi,
        }
    }

    pub fn command(&self) -> String {
        CommandId::mint(self.now()).to_string()
    }

    /// A truck that unloads in Trà Đa, with nothing else said.
    pub fn report(&self) -> pb::CreateReportRequest {
        pb::CreateReportRequest {
            submission_id: SubmissionId::mint(self.now()).to_string(),
            category_id: "LOAD_UNLOAD".to_owned(),
            answers: vec![answer("loaded", "yes")],
            place: Some(in_area("23596")),
            seen_at: Some((self.now() - chrono::Duration::hours(1)).into()),
            text: "Xe tải dỡ hàng trước nhà dân".to_owned(),
            ..pb::CreateReportRequest::default()
        }
    }

    pub async fn sent(&self, request: pb::CreateReportRequest) -> Sent {
        let created = self.citizen().create_report(request).await.expect("sent").into_inner();
        self.stored(created).await
    }

    /// What nobody but the reporter gets, and the id that he does not get.
    pub async fn stored(&self, created: pb::CreateReportResponse) -> Sent {
        let id: uuid::Uuid = sqlx::query_scalar("select report_id from reports where code = $1")
            .bind(&created.code)
            .fetch_one(&self.pool)
            .await
            .expect("a report");
        Sent { id: id.to_string(), ticket: pb::Ticket { code: created.code, pin: created.pin } }
    }

    pub async fn get(&self, by: &mut ReportServiceClient<Client>, id: &str) -> Result<pb::Report, tonic::Status> {
        Ok(by.get_report(pb::GetReportRequest { report_id: id.to_owned() }).await?.into_inner().report.expect("a report"))
    }

    pub async fn follow(&self, ticket: &pb::Ticket) -> pb::FollowedReport {
        let request = pb::FollowReportRequest { ticket: Some(ticket.clone()) };
        self.citizen().follow_report(request).await.expect("followed").into_inner().report.expect("a report")
    }

    /// Begun by somebody of the commune's police.
    pub async fn started(&self, by: &mut ReportServiceClient<Client>, id: &str) -> pb::Report {
        let version = self.get(by, id).await.expect("seen").version;
        let request = pb::StartReportRequest { report_id: id.to_owned(), command_id: self.command(), version };
        by.start_report(request).await.expect("started").into_inner().report.expect("a report")
    }

    pub fn draft(&self, report: &pb::Report, outcome: pb::Outcome) -> pb::DraftAnswerRequest {
        pb::DraftAnswerRequest {
            report_id: report.report_id.clone(),
            command_id: self.command(),
            version: report.version,
            outcome: outcome.into(),
            public_text: "Công an xã đã lập biên bản, phạt 2.000.000 đồng.".to_owned(),
            internal_text: "Lái xe Trần Văn Kín thừa nhận".to_owned(),
        }
    }

    pub fn approve(&self, report: &pb::Report) -> pb::ApproveAnswerRequest {
        pb::ApproveAnswerRequest {
            report_id: report.report_id.clone(),
            command_id: self.command(),
            version: report.version,
            approved: true,
            reason: String::new(),
        }
    }

    /// Worked on in Trà Đa, approved in Pleiku.
    pub async fn answered(&self, id: &str, outcome: pb::Outcome) -> pb::Report {
        let mut police = self.police(TRA_DA);
        let report = self.started(&mut police, id).await;
        let draft = self.draft(&report, outcome);
        let report = police.draft_answer(draft).await.expect("drafted").into_inner().report.expect("a report");
        let approve = self.approve(&report);
        self.chief(PLEIKU).approve_answer(approve).await.expect("approved").into_inner().report.expect("a report")
    }

    /// Vehicles say that something happened to a trip.
    pub async fn vehicles_tell<M: Message>(&self, schema: &'static str, trip: TripId, at: DateTime<Utc>, message: &M) {
        let event = NewEvent {
            id: EventId::mint(self.now()),
            schema,
            aggregate: trip.as_uuid(),
            area: SubjectArea::parse("64.639.23986").expect("an area"),
            occurred_at: at,
            payload: message.encode_to_vec(),
        };
        let mut transaction = self.vehicles.database.begin().await.expect("begun");
        events::append(&mut transaction, event).await.expect("appended");
        transaction.commit().await.expect("committed");
        while let Err(error) = self.vehicles.relay.drain_once().await {
            assert!(matches!(error, events::RelayError::Away), "{error}");
            tokio::task::yield_now().await;
        }
        let consumer = reports::consumer(&self.service);
        while let Err(error) = consumer.drain_once().await {
            assert!(matches!(error, events::ConsumerError::Away), "{error}");
            tokio::task::yield_now().await;
        }
    }

    /// A truck with this plate was let in.
    pub async fn admitted(&self, plate: &str, at: DateTime<Utc>) -> TripId {
        let trip = TripId::mint(at);
        let decided = vehicles::TripDecided {
            trip_id: trip.to_string(),
            plate_key: self.plate_key(plate),
            decision: vehicles::Decision::Transit.into(),
            decided_at: Some(at.into()),
            ..vehicles::TripDecided::default()
        };
        self.vehicles_tell("gsvt.vehicles.v1.TripDecided", trip, at, &decided).await;
        trip
    }

    pub fn plate_key(&self, plate: &str) -> Vec<u8> {
        let plate = vietnam::Plate::parse(plate, "", vietnam::PlateColor::Unspecified).expect("a plate");
        self.vehicles.keyring.plate_key(&plate.key()).expect("a key").to_vec()
    }

    /// Publishes the outbox and returns the names of all events with their subjects, in order.
    pub async fn events(&mut self) -> Vec<String> {
        let relay = reports::relay(&self.service);
        // The connection to NATS is made in the background; a short test is here before it.
        while let Err(error) = relay.drain_once().await {
            assert!(matches!(error, events::RelayError::Away), "{error}");
            tokio::task::yield_now().await;
        }
        self.drained = true;
        let subjects = sqlx::query_scalar("select subject from events.outbox order by number").fetch_all(&self.pool);
        let subjects: Vec<String> = subjects.await.expect("the outbox");
        subjects.into_iter().map(|subject| subject.trim_start_matches("gsvt.reports.v1.").to_owned()).collect()
    }

    pub async fn execute(&self, statement: &'static str) {
        sqlx::raw_sql(statement).execute(&self.pool).await.expect("done");
    }

    pub async fn count(&self, what: &str) -> i64 {
        let count = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {what}"))).fetch_one(&self.pool).await;
        count.expect("a count")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.process.lifecycle.abort();
        assert!(std::thread::panicking() || self.drained, "the test did not look at its events: world.events()");
    }
}

/// A report that was sent, and how its reporter follows it.
#[derive(Debug, Clone)]
pub struct Sent {
    pub id: String,
    pub ticket: pb::Ticket,
}

pub const HANDLER: &[Permission] = &[Permission::ReportsReportsRead, Permission::ReportsReportsHandle];
pub const CHIEF: &[Permission] = &[
    Permission::ReportsReportsRead,
    Permission::ReportsReportsHandle,
    Permission::ReportsReportsTriage,
    Permission::ReportsAnswersApprove,
];

fn client_at(address: &str) -> ClientId {
    ClientId::of(address.parse::<IpAddr>().expect("an address"), &[0; 32])
}

pub fn area(code: &str) -> Option<Area> {
    Some(Area { code: code.to_owned(), ..Area::default() })
}

pub fn in_area(code: &str) -> pb::Place {
    pb::Place { area: area(code), ..pb::Place::default() }
}

pub fn answer(question: &str, value: &str) -> pb::QuestionAnswer {
    pb::QuestionAnswer { question_id: question.to_owned(), value: value.to_owned() }
}

/// The stable reason of an error.
pub fn reason(status: &tonic::Status) -> String {
    Problem::from_status(status).reason.into_owned()
}

/// The fields that an error names.
pub fn fields(status: &tonic::Status) -> Vec<String> {
    Problem::from_status(status).fields.into_iter().map(|field| field.field).collect()
}
