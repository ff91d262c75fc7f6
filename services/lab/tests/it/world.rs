//! A running service of its own for a test, and the people who call it.

use std::{net::IpAddr, time::Duration};

use chrono::{DateTime, Utc};
use contract::{
    Permission,
    common::v1::Area,
    lab::v1::{self as pb, laboratory_service_client::LaboratoryServiceClient, sampling_service_client::SamplingServiceClient},
};
use ids::{AccountId, CampaignId, CommandId, RequestId, SamplingSessionId, SessionId, ShipmentId, SubjectId, TubeId, UnitId};
use lab::Lab;
use runtime::{
    AccountCaller, AreaKey, Caller, CallerKind, CallerSigner, ClientId, Clock, Env, Language, ManualClock, Process,
    grpc::{Client, Problem},
};
use seal::Keyring;
use sqlx::PgPool;
use testing::{TestDatabase, TestNats};
use tokio::net::TcpListener;

pub const PROVINCE: &str = "2021.64";
pub const PLEIKU: &str = "2021.64.622";
pub const AN_KHE: &str = "2021.64.623";
pub const TRA_DA: &str = "23596";
pub const CDC: &str = "CDC-GL";

pub struct World {
    pub process: Process,
    pub clock: ManualClock,
    pub service: Lab,
    pub pool: PgPool,
    client: Client,
    _database: TestDatabase,
    _nats: TestNats,
    _keys: tempfile::TempDir,
    drained: bool,
}

/// 18 October 2021, 08:00 in Gia Lai.
pub fn monday() -> DateTime<Utc> {
    "2021-10-18T01:00:00Z".parse().expect("a time")
}

pub async fn world() -> World {
    let keys = tempfile::tempdir().expect("a folder");
    Keyring::create_missing_links(keys.path()).expect("linking keys");
    Keyring::create_missing(keys.path()).expect("keys");
    let signer = CallerSigner::generate().expect("a caller key");
    let public = keys.path().join("caller.pub");
    std::fs::write(&public, signer.public_pem().expect("a key")).expect("a file");
    let nats = testing::nats().await;
    let env = Env::from_pairs([
        ("LAB_KEYS", keys.path().display().to_string()),
        ("CALLER_PUBLIC_KEY", public.display().to_string()),
        ("NATS_URL", nats.url.clone()),
    ]);
    let database = testing::database_from("template_lab", async |url| Ok(lab::migrate(&env.with("LAB_DATABASE_URL", url)).await?)).await;
    let env = env.with("LAB_DATABASE_URL", database.url.clone());
    let (time, clock) = Clock::manual(monday());
    let process = Process::new(env, time.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let service = lab::open(&process).await.expect("a service");
    lab::serve_rpcs(&process, &service, listener).expect("served");
    let client = Client::connect(&url, lab::NAME, signer, time).expect("a client");
    let pool = PgPool::connect(&database.url).await.expect("a pool");
    World { process, clock, service, pool, client, _database: database, _nats: nats, _keys: keys, drained: false }
}

impl World {
    pub fn now(&self) -> DateTime<Utc> {
        self.process.clock.now()
    }

    pub fn advance(&self, hours: u64) {
        self.clock.advance(Duration::from_secs(hours * 3600));
    }

    pub fn call(&self, caller: Caller) -> SamplingServiceClient<Client> {
        SamplingServiceClient::new(self.client.on_behalf_of(caller))
    }

    pub fn laboratory(&self, caller: Caller) -> LaboratoryServiceClient<Client> {
        LaboratoryServiceClient::new(self.client.on_behalf_of(caller))
    }

    pub fn citizen(&self) -> SamplingServiceClient<Client> {
        self.call(self.anonymous("127.0.0.9"))
    }

    pub fn anonymous(&self, address: &str) -> Caller {
        Caller::anonymous(client_at(address), RequestId::mint(self.now()), Language::Vi)
    }

    pub fn planner(&self) -> SamplingServiceClient<Client> {
        self.call(self.account(PROVINCE, PLANNER))
    }

    /// Takes samples in Pleiku.
    pub fn sampler(&self) -> SamplingServiceClient<Client> {
        self.call(self.account(PLEIKU, SAMPLER))
    }

    pub fn courier(&self) -> SamplingServiceClient<Client> {
        self.call(self.account(PLEIKU, COURIER))
    }

    /// Receives in the laboratory of the CDC.
    pub fn receiver(&self) -> SamplingServiceClient<Client> {
        self.call(self.account(PROVINCE, RECEIVER))
    }

    pub fn account(&self, area: &str, permissions: &[Permission]) -> Caller {
        let now = self.now();
        let account = AccountCaller {
            account_id: AccountId::mint(now),
            session_id: SessionId::mint(now),
            unit_id: UnitId::mint(now),
            unit_area: AreaKey(area.to_owned()),
            post: None,
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

    pub fn campaign(&self) -> pb::CreateCampaignRequest {
        pb::CreateCampaignRequest {
            campaign_id: CampaignId::mint(self.now()).to_string(),
            name: "Sàng lọc cộng đồng Pleiku".to_owned(),
            reason: pb::SamplingReason::CommunityScreening.into(),
            area: area("622"),
            from_day: "2021-10-18".to_owned(),
            to_day: "2021-10-24".to_owned(),
            sites: vec![pb::Site {
                site_id: "PK-01".to_owned(),
                name: "Trường THCS Trà Đa".to_owned(),
                area: area(TRA_DA),
                capacity_per_hour: 200,
            }],
        }
    }

    /// A shift that is open in Trà Đa.
    pub async fn session(&self) -> pb::SamplingSession {
        let campaign = self.campaign();
        self.session_on(&campaign.from_day, &campaign.to_day).await
    }

    /// A shift of a campaign of other days.
    pub async fn session_on(&self, from_day: &str, to_day: &str) -> pb::SamplingSession {
        let campaign = pb::CreateCampaignRequest { from_day: from_day.to_owned(), to_day: to_day.to_owned(), ..self.campaign() };
        let campaign = self.planner().create_campaign(campaign).await.expect("planned").into_inner().campaign.expect("one");
        let request = self.shift(&campaign.campaign_id);
        self.sampler().open_sampling_session(request).await.expect("opened").into_inner().session.expect("a shift")
    }

    pub fn shift(&self, campaign: &str) -> pb::OpenSamplingSessionRequest {
        pb::OpenSamplingSessionRequest {
            session_id: SamplingSessionId::mint(self.now()).to_string(),
            campaign_id: campaign.to_owned(),
            site_id: "PK-01".to_owned(),
            team: "Đội 1".to_owned(),
            shift: "sáng".to_owned(),
        }
    }

    pub fn person(&self, name: &str, number: &str) -> pb::Subject {
        pb::Subject {
            subject_id: SubjectId::mint(self.now()).to_string(),
            full_name: name.to_owned(),
            birth: "1986-01-18".to_owned(),
            sex: pb::SubjectSex::Female.into(),
            id_number: number.to_owned(),
            phone: "0905123456".to_owned(),
            area: area(TRA_DA),
            address: "12 Lê Lợi".to_owned(),
            ..pb::Subject::default()
        }
    }

    pub async fn registered(&self, subject: pb::Subject) -> pb::RegisterSubjectResponse {
        self.sampler().register_subject(pb::RegisterSubjectRequest { subject: Some(subject) }).await.expect("registered").into_inner()
    }

    /// Somebody of whom nothing else matters.
    pub async fn somebody(&self, number: u32) -> pb::Subject {
        let mut subject = self.person("Nguyễn Văn An", &format!("064086{number:06}"));
        subject.phone = String::new();
        self.registered(subject).await.subject.expect("a person")
    }

    pub fn tube(&self, session: &str, barcode: &str, kind: pb::TubeKind) -> pb::OpenTubeRequest {
        pb::OpenTubeRequest {
            tube_id: TubeId::mint(self.now()).to_string(),
            session_id: session.to_owned(),
            barcode: barcode.to_owned(),
            kind: kind.into(),
            specimen: pb::Specimen::NpSwab.into(),
            ..pb::OpenTubeRequest::default()
        }
    }

    pub async fn opened(&self, session: &str, barcode: &str, kind: pb::TubeKind) -> pb::Tube {
        let request = self.tube(session, barcode, kind);
        self.sampler().open_tube(request).await.expect("opened").into_inner().tube.expect("a tube")
    }

    pub fn add(&self, tube: &pb::Tube, subject: &pb::Subject) -> pb::AddTubeMemberRequest {
        pb::AddTubeMemberRequest {
            tube_id: tube.tube_id.clone(),
            command_id: self.command(),
            subject_id: subject.subject_id.clone(),
            device_at: None,
        }
    }

    pub async fn added(&self, tube: &pb::Tube, subject: &pb::Subject) -> pb::Tube {
        self.sampler().add_tube_member(self.add(tube, subject)).await.expect("added").into_inner().tube.expect("a tube")
    }

    pub async fn sealed(&self, tube: &pb::Tube) -> pb::Tube {
        let request = pb::SealTubeRequest { tube_id: tube.tube_id.clone(), command_id: self.command() };
        self.sampler().seal_tube(request).await.expect("sealed").into_inner().tube.expect("a tube")
    }

    /// A sealed tube with these people in it.
    pub async fn tube_of(&self, session: &str, barcode: &str, people: &[&pb::Subject]) -> pb::Tube {
        let kind = if people.len() == 1 { pb::TubeKind::Single } else { pb::TubeKind::FieldPool };
        let tube = self.opened(session, barcode, kind).await;
        for person in people {
            self.added(&tube, person).await;
        }
        self.sealed(&tube).await
    }

    pub fn boxed(&self, barcodes: &[&str]) -> pb::PackShipmentRequest {
        pb::PackShipmentRequest {
            shipment_id: ShipmentId::mint(self.now()).to_string(),
            laboratory_id: CDC.to_owned(),
            barcodes: barcodes.iter().map(|barcode| (*barcode).to_owned()).collect(),
        }
    }

    pub async fn packed(&self, barcodes: &[&str]) -> pb::Shipment {
        self.courier().pack_shipment(self.boxed(barcodes)).await.expect("packed").into_inner().shipment.expect("a box")
    }

    /// In the laboratory of the CDC, scanned as a rack.
    pub async fn received(&self, barcodes: &[&str]) -> Vec<pb::Accession> {
        let request = pb::ReceiveTubesRequest {
            laboratory_id: CDC.to_owned(),
            command_id: self.command(),
            barcodes: barcodes.iter().map(|barcode| (*barcode).to_owned()).collect(),
        };
        self.receiver().receive_tubes(request).await.expect("received").into_inner().accessions
    }

    pub async fn life(&self, barcode: &str) -> pb::GetTubeResponse {
        let request = pb::GetTubeRequest { barcode: barcode.to_owned(), year: 0 };
        self.sampler().get_tube(request).await.expect("found").into_inner()
    }

    /// Publishes the outbox and returns the names of all events with their subjects, in order.
    pub async fn events(&mut self) -> Vec<String> {
        let relay = lab::relay(&self.service);
        // The connection to NATS is made in the background; a short test is here before it.
        while let Err(error) = relay.drain_once().await {
            assert!(matches!(error, events::RelayError::Away), "{error}");
            tokio::task::yield_now().await;
        }
        self.drained = true;
        let subjects = sqlx::query_scalar("select subject from events.outbox order by number").fetch_all(&self.pool);
        let subjects: Vec<String> = subjects.await.expect("the outbox");
        subjects.into_iter().map(|subject| subject.trim_start_matches("gsvt.lab.v1.").to_owned()).collect()
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

pub const PLANNER: &[Permission] = &[Permission::LabCampaignsManage, Permission::LabLabelsPrint, Permission::LabSamplingRead];
pub const SAMPLER: &[Permission] =
    &[Permission::LabSamplingRead, Permission::LabSamplingTake, Permission::LabSamplesRead, Permission::LabLabelsPrint];
pub const COURIER: &[Permission] = &[Permission::LabShipmentsCarry, Permission::LabSamplesRead];
pub const RECEIVER: &[Permission] = &[Permission::LabTubesReceive, Permission::LabSamplesRead, Permission::LabRunsPerform];

fn client_at(address: &str) -> ClientId {
    ClientId::of(address.parse::<IpAddr>().expect("an address"), &[0; 32])
}

pub fn area(code: &str) -> Option<Area> {
    Some(Area { code: code.to_owned(), ..Area::default() })
}

/// The stable reason of an error.
pub fn reason(status: &tonic::Status) -> String {
    Problem::from_status(status).reason.into_owned()
}

/// The fields that an error names.
pub fn fields(status: &tonic::Status) -> Vec<String> {
    Problem::from_status(status).fields.into_iter().map(|field| field.field).collect()
}
