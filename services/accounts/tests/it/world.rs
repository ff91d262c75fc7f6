//! The service in this process, with the demonstration's accounts, and the gateway's part of the conversation.

use std::{collections::BTreeMap, net::IpAddr, sync::OnceLock, time::Duration};

use chrono::{DateTime, Utc};
use contract::{
    Permission,
    accounts::v1::{account_service_client::AccountServiceClient, *},
    common::v1::Area,
};
use ed25519_dalek::{
    SigningKey,
    pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, spki::der::pem::LineEnding},
};
use ids::{AccountId, RequestId, SessionId, UnitId};
use runtime::{
    AccountCaller, AreaKey, Caller, CallerKind, CallerSigner, ClientId, Clock, Database, DatabaseConfig, Env, Language, Process,
    grpc::{Client, Problem},
};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};
use testing::{TestDatabase, TestNats};
use tonic::{Code, Status};
use vietnam::province::Profile;

/// Keys and demo passwords, the same for every test of this binary, as the template of their databases needs.
static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();

pub struct World {
    pub env: Env,
    pub database: TestDatabase,
    process: Process,
    client: Client,
    _nats: TestNats,
}

impl World {
    pub async fn start() -> Self {
        let folder = FOLDER.get_or_init(make_keys).path();
        let text = |path: std::path::PathBuf| path.display().to_string();
        let env = Env::from_pairs([("ACCOUNTS_KEYS", text(folder.join("keys"))), ("CALLER_PUBLIC_KEY", text(folder.join("caller.pub")))]);
        let seeding = env.clone();
        let database = testing::database_from(&format!("template_accounts_{}", std::process::id()), async move |url| {
            let env = seeding.with("ACCOUNTS_DATABASE_URL", url);
            accounts::migrate(&env).await?;
            accounts::seed_demo(&env, &Profile::load("gia-lai-2021")?).await?;
            Ok(())
        })
        .await;
        let nats = testing::nats().await;
        let env = env.with("ACCOUNTS_DATABASE_URL", &database.url).with("NATS_URL", &nats.url);
        // A service clock that is a year off: nothing of accounts may depend on it. Only the caller context does, so it is signed by the same clock.
        let (clock, _) = Clock::manual(now() + chrono::Duration::days(365));
        let process = Process::new(env.clone(), clock.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        accounts::serve(&process, listener).await.unwrap();
        let signer = CallerSigner::from_pem(&std::fs::read_to_string(folder.join("caller.key")).unwrap()).unwrap();
        let client = Client::connect(&url, accounts::NAME, signer, clock).unwrap();
        Self { env, database, process, client, _nats: nats }
    }

    pub fn call(&self, caller: &Caller) -> AccountServiceClient<Client> {
        AccountServiceClient::new(self.client.on_behalf_of(caller.clone()))
    }

    pub fn password(&self, login: &str) -> String {
        let path = FOLDER.get().unwrap().path().join("keys/demo-logins");
        let text = std::fs::read_to_string(path).unwrap();
        let logins: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once(' ')).collect();
        logins[login].to_owned()
    }

    pub async fn try_sign_in(&self, address: &str, login: &str, password: &str) -> Result<CreateSessionResponse, Status> {
        let request = CreateSessionRequest { login: login.into(), password: password.into() };
        Ok(self.call(&anonymous(address)).create_session(request).await?.into_inner())
    }

    pub async fn resolve(&self, token: &str) -> Result<Principal, Status> {
        let gateway = Caller { kind: CallerKind::Gateway, ..anonymous("127.0.0.1") };
        let answer = self.call(&gateway).resolve_session(ResolveSessionRequest { token: token.into() }).await?;
        Ok(answer.into_inner().principal.unwrap())
    }

    /// Signs in as one of the demonstration and comes back as the gateway would send him.
    ///
    /// On a crowded machine the database may be busy; he then tries again, as he is told to.
    pub async fn sign_in(&self, login: &str) -> Caller {
        let mut tries = 0;
        let session = loop {
            match self.try_sign_in("10.0.0.1", login, &self.password(login)).await {
                Err(busy) if busy.code() == Code::Unavailable && tries < 5 => tries += 1,
                answer => break answer.unwrap(),
            }
        };
        caller_of(&self.resolve(&session.token).await.unwrap())
    }

    pub async fn units(&self, caller: &Caller) -> Vec<Unit> {
        self.call(caller).list_units(ListUnitsRequest { page_size: 500, page_token: String::new() }).await.unwrap().into_inner().units
    }

    pub async fn unit(&self, caller: &Caller, name: &str) -> Unit {
        self.units(caller).await.into_iter().find(|unit| unit.name == name).unwrap_or_else(|| panic!("no unit {name}"))
    }

    /// What an administrator of the province asks for to get an ordinary post officer.
    pub async fn officer(&self, admin: &Caller, login: &str) -> CreateAccountRequest {
        let unit = self.units(admin).await.into_iter().find(|unit| unit.post_code == "CP1").unwrap();
        CreateAccountRequest {
            account_id: AccountId::mint(now()).to_string(),
            login: login.into(),
            full_name: "Siu H’Bia Ƀiăt".into(),
            unit_id: unit.unit_id,
            grants: vec![grant("POST_OFFICER", "23632")],
        }
    }

    /// Makes an account, sets its password and returns it.
    pub async fn active(&self, admin: &Caller, request: CreateAccountRequest) -> Account {
        let made = self.call(admin).create_account(request.clone()).await.unwrap().into_inner();
        let set = SetPasswordRequest { link_token: made.link_token, password: PHRASE.into() };
        self.call(&anonymous("10.9.9.9")).set_password(set).await.unwrap();
        self.call(admin).get_account(GetAccountRequest { account_id: request.account_id }).await.unwrap().into_inner().account.unwrap()
    }

    pub async fn execute(&self, sql: &str) {
        let mut conn = PgConnection::connect(&self.database.url).await.unwrap();
        conn.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
    }

    pub async fn count(&self, sql: &str) -> i64 {
        let mut conn = PgConnection::connect(&self.database.url).await.unwrap();
        conn.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap().get(0)
    }

    /// Audit rows of one action, so far.
    pub async fn audited(&self, action: &str) -> i64 {
        self.count(&format!("select count(*) from audit.entries where action = 'accounts.{action}'")).await
    }

    /// Events in the outbox of this kind, so far.
    pub async fn told(&self, event: &str) -> i64 {
        self.count(&format!("select count(*) from events.outbox where schema = 'gsvt.accounts.v1.{event}'")).await
    }

    /// Stops the service; every event must have reached the stream.
    pub async fn end(self) {
        let jetstream = events::connect(&self.env.text("NATS_URL").unwrap(), "test").await.unwrap();
        // The connection is made in the background; an answer says that it is there.
        jetstream.query_account().await.unwrap();
        self.process.lifecycle.shutdown();
        self.process.lifecycle.drained(Duration::from_secs(10)).await;
        let database = Database::connect(&DatabaseConfig::from_env(&self.env, accounts::NAME).unwrap()).await.unwrap();
        let relay = events::Relay::new(database.clone(), jetstream, events::Source::new(accounts::NAME));
        relay.drain_once().await.expect("the outbox is drained");
        database.close().await;
        assert_eq!(self.count("select count(*) from events.outbox where number is null").await, 0);
    }
}

/// A password that is good enough for everybody.
pub const PHRASE: &str = "chín con trâu đen qua suối";

pub fn anonymous(address: &str) -> Caller {
    let client = ClientId::of(address.parse::<IpAddr>().unwrap(), &[7; 32]);
    Caller::anonymous(client, RequestId::mint(now()), Language::Vi)
}

/// As the gateway makes a caller of a principal.
pub fn caller_of(principal: &Principal) -> Caller {
    let unit = principal.unit.as_ref().unwrap();
    let area = unit.area.as_ref().unwrap();
    let area = vietnam::areas::resolve(&area.code, &area.valid_from, vietnam::Era::Y2021).unwrap();
    let account = AccountCaller {
        account_id: AccountId::parse(&principal.account_id).unwrap(),
        session_id: SessionId::parse(&principal.session_id).unwrap(),
        unit_id: UnitId::parse(&unit.unit_id).unwrap(),
        unit_area: AreaKey(area.key.to_string()),
        post: Some(unit.post_code.clone()).filter(|code| !code.is_empty()),
        name: principal.full_name.clone(),
    };
    let permissions = principal.permissions.iter().map(|held| (Permission::parse(&held.permission).unwrap(), held.areas.clone())).collect();
    Caller { kind: CallerKind::Account(account), permissions, ..anonymous("10.0.0.1") }
}

pub fn grant(role: &str, area: &str) -> Grant {
    Grant { role_id: role.into(), area: Some(Area { code: area.into(), ..Area::default() }), ..Grant::default() }
}

pub fn reason(status: &Status) -> String {
    Problem::from_status(status).reason.into_owned()
}

/// The fields that an INVALID_ARGUMENT names.
pub fn fields(status: &Status) -> Vec<String> {
    Problem::from_status(status).fields.into_iter().map(|violation| violation.field).collect()
}

fn make_keys() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    seal::Keyring::create_missing(folder.path().join("keys")).unwrap();
    let key = SigningKey::from_bytes(&[3; 32]);
    std::fs::write(folder.path().join("caller.key"), key.to_pkcs8_pem(LineEnding::LF).unwrap().as_bytes()).unwrap();
    std::fs::write(folder.path().join("caller.pub"), key.verifying_key().to_public_key_pem(LineEnding::LF).unwrap()).unwrap();
    folder
}

/// Real time, for ids and periods of requests.
pub fn now() -> DateTime<Utc> {
    Clock::system().now()
}
