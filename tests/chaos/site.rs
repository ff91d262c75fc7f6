//! The system as it stands in a province: two servers and a process per target, with a wire that can be cut between any two of them.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use servers::{Access, Cluster, Nats, NatsSettings, Postgres, Supervised};
use sqlx::{Connection as _, PgConnection, Row as _};
use system::{
    api::Caller,
    proxy::{Proxy, Trouble},
    world::{Stopped, World, executable},
};
use tokio::task::block_in_place;

use crate::disk::SmallDisk;

/// The wires: a target, the setting that says whom it talks to, and the wire's name.
pub const WIRES: [(&str, &str, &str); 13] = [
    ("gateway", "ACCOUNTS_URL", "gateway-accounts"),
    ("gateway", "VEHICLES_URL", "gateway-vehicles"),
    ("gateway", "REPORTS_URL", "gateway-reports"),
    ("gateway", "LAB_URL", "gateway-lab"),
    ("gateway", "NATS_URL", "gateway-nats"),
    ("accounts", "ACCOUNTS_DATABASE_URL", "accounts-postgres"),
    ("accounts", "NATS_URL", "accounts-nats"),
    ("vehicles", "VEHICLES_DATABASE_URL", "vehicles-postgres"),
    ("vehicles", "NATS_URL", "vehicles-nats"),
    ("reports", "REPORTS_DATABASE_URL", "reports-postgres"),
    ("reports", "NATS_URL", "reports-nats"),
    ("lab", "LAB_DATABASE_URL", "lab-postgres"),
    ("lab", "NATS_URL", "lab-nats"),
];
pub const TARGETS: [&str; 5] = ["accounts", "vehicles", "reports", "lab", "gateway"];

/// After healing, everything has to be at rest within this time.
const REST: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Events that the stream does not have yet.
const WAITING: &str = "select count(*) from events.outbox, events.relay where number is null or number > published_number";

/// Where Debian puts the library that gives a process a clock of its own.
const CLOCKS: [&str; 2] =
    ["/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"];

/// An event of vehicles that nobody can read.
const POISON: &str = "insert into events.outbox (event_id, schema, aggregate, subject, occurred_at, payload)
    values (gen_random_uuid(), 'gsvt.vehicles.v1.TripDecided', gen_random_uuid(), 'gsvt.vehicles.v1.TripDecided.64._._', now(), '\\xffffffff')";

/// How far reports has followed vehicles.
const APPLIED: &str = "select coalesce(max(number), 0) from events.applied where source = 'vehicles'";

pub struct Site {
    wires: BTreeMap<&'static str, Proxy>,
    targets: BTreeMap<&'static str, Supervised>,
    postgres: Option<Postgres>,
    nats: Option<Nats>,
    postgres_url: String,
    reports_url: String,
    lab_url: String,
    nats_url: String,
    /// Of PostgreSQL and of NATS, where the machine gives them; dropped after the servers.
    disks: Option<(SmallDisk, SmallDisk)>,
    /// Events that nobody can read, so far.
    pub poisoned: i64,
    /// Its folder goes last, when nothing is mounted in it any more.
    state: Stopped,
}

impl Site {
    /// `small_disks`: PostgreSQL and NATS get disks of their own, where the machine gives them.
    pub async fn start(small_disks: bool) -> Self {
        let state = World::stopped().await;
        let home = state.home.path().to_owned();
        let password = std::fs::read_to_string(home.join("keys/postgres.password")).unwrap().trim().to_owned();
        let log = home.join("logs/postgres.log");
        let disk = |of: &str| small_disks.then(|| SmallDisk::holding(&home.join(of))).flatten();
        let disks = block_in_place(|| disk("postgres").zip(disk("nats")));
        let (data, store) = match &disks {
            Some((postgres, nats)) => (postgres.folder().to_owned(), nats.folder().to_owned()),
            None => (home.join("postgres"), home.join("nats")),
        };
        let cluster = Cluster { folder: data, log, password, durable: true, port: None, scratch: None };
        let access = Access::Password(servers::random_password().unwrap());
        let nats = NatsSettings { folder: store, port: None, access, scratch: None };
        let (postgres, nats) = block_in_place(|| (cluster.start().unwrap(), nats.start().unwrap()));
        let mut site = Self {
            postgres_url: postgres.url("vehicles"),
            reports_url: postgres.url("reports"),
            lab_url: postgres.url("lab"),
            nats_url: nats.url(),
            postgres: Some(postgres),
            nats: Some(nats),
            wires: BTreeMap::new(),
            targets: BTreeMap::new(),
            disks,
            poisoned: 0,
            state,
        };
        for (_, setting, wire) in WIRES {
            let server = address_in(&site.unbroken(setting));
            site.wires.insert(wire, Proxy::before(server).await);
        }
        for target in TARGETS {
            site.start_target(target);
        }
        site.answers().await;
        site
    }

    /// A setting as it is without the wires.
    fn unbroken(&self, setting: &str) -> String {
        let value = self.state.settings.get(setting).cloned().unwrap_or_default();
        match setting {
            "NATS_URL" => self.nats_url.clone(),
            _ if setting.ends_with("_DATABASE_URL") => {
                value.replace(&address_in(&value).to_string(), &address_in(&self.postgres_url).to_string())
            }
            _ => value,
        }
    }

    pub fn start_target(&mut self, target: &'static str) {
        let process = self.process(target, &[]);
        self.targets.insert(target, process);
    }

    /// A process of `target`, with `changed` settings.
    pub fn process(&self, target: &'static str, changed: &[(&str, &str)]) -> Supervised {
        let mut command = Command::new(executable());
        command.arg("serve").arg(format!("--target={target}")).envs(&self.state.settings);
        for (_, setting, wire) in WIRES.iter().filter(|(of, ..)| *of == target) {
            let direct = self.unbroken(setting);
            command.env(setting, direct.replace(&address_in(&direct).to_string(), &self.wires[wire].address.to_string()));
        }
        command.envs(changed.iter().copied());
        // What the targets complain of is what the drill does to them.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Supervised::start(command, None).unwrap()
    }

    pub fn kill_target(&mut self, target: &'static str) {
        let process = self.targets.remove(target).expect("it runs");
        block_in_place(|| process.kill());
    }

    pub fn target(&self, target: &'static str) -> &Supervised {
        &self.targets[target]
    }

    pub fn postgres(&self) -> &Postgres {
        self.postgres.as_ref().expect("it runs")
    }

    pub fn nats(&self) -> &Nats {
        self.nats.as_ref().expect("it runs")
    }

    /// `kill -9`, and after `time` the same server again.
    pub async fn kill_postgres(&mut self, time: Duration) {
        let cluster = block_in_place(|| self.postgres.take().expect("it runs").kill());
        self.calm(time).await;
        self.postgres = Some(block_in_place(|| cluster.start().unwrap()));
    }

    /// Another PostgreSQL, which only writes.
    pub fn never_flush(&mut self) {
        let cluster = block_in_place(|| self.postgres.take().expect("it runs").kill());
        self.postgres = Some(block_in_place(|| Cluster { durable: false, ..cluster }.start().unwrap()));
    }

    pub async fn kill_nats(&mut self, time: Duration) {
        let settings = self.take_nats();
        self.calm(time).await;
        self.put_nats(&settings);
    }

    /// The machine of PostgreSQL loses power for `time`, on a disk of its own.
    pub async fn cut_power_of_postgres(&mut self, time: Duration) {
        self.postgres().pause();
        let flushed = block_in_place(|| self.disks().map(|(disk, _)| disk.flushed())).expect("asked before");
        let cluster = block_in_place(|| self.postgres.take().expect("it runs").kill());
        self.calm(time).await;
        self.disks().expect("asked before").0.come_back(flushed).await;
        self.postgres = Some(block_in_place(|| cluster.start().unwrap()));
    }

    /// The same of NATS.
    pub async fn cut_power_of_nats(&mut self, time: Duration) {
        self.nats().pause();
        let flushed = block_in_place(|| self.disks().map(|(_, disk)| disk.flushed())).expect("asked before");
        let settings = self.take_nats();
        self.calm(time).await;
        self.disks().expect("asked before").1.come_back(flushed).await;
        self.put_nats(&settings);
    }

    /// `kill -9` of NATS, until it is put back.
    pub fn take_nats(&mut self) -> NatsSettings {
        block_in_place(|| self.nats.take().expect("it runs").kill())
    }

    pub fn put_nats(&mut self, settings: &NatsSettings) {
        self.nats = Some(block_in_place(|| settings.start().unwrap()));
    }

    /// The disks of PostgreSQL and of NATS; `None` where the machine gives none.
    pub const fn disks(&self) -> Option<&(SmallDisk, SmallDisk)> {
        self.disks.as_ref()
    }

    /// `target` with a clock that is off by so many days, for `time`.
    pub async fn wrong_clock(&mut self, target: &'static str, days: i8, time: Duration) {
        let library = wrong_clock_library().expect("asked before");
        let library = library.to_str().expect("a path");
        self.kill_target(target);
        let offset = format!("{days:+}d");
        let wrong = self.process(target, &[("LD_PRELOAD", library), ("FAKETIME", &offset), ("FAKETIME_DONT_FAKE_MONOTONIC", "1")]);
        self.calm(time).await;
        block_in_place(|| wrong.kill());
        self.start_target(target);
    }

    /// Vehicles says something that nobody can read.
    #[expect(clippy::disallowed_methods, reason = "what no sound system says is said behind its back")]
    pub async fn poison(&mut self) {
        sqlx::query(POISON).execute(&mut self.database().await).await.unwrap();
        self.poisoned += 1;
    }

    pub fn trouble(&self, wire: &str, trouble: Trouble) {
        self.wires[wire].set(trouble);
    }

    /// Lets the system be for `time`.
    pub async fn calm(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    pub fn gateway(&self) -> SocketAddr {
        self.state.settings["GATEWAY_HTTP"].parse().unwrap()
    }

    pub fn caller(&self, address: Ipv4Addr) -> Caller {
        Caller::at(&format!("http://{}", self.gateway()), address)
    }

    pub async fn officer(&self, login: &str, address: Ipv4Addr) -> Caller {
        self.caller(address).sign_in(login, &self.state.logins[login]).await
    }

    /// The superuser's connection to the database of vehicles.
    pub async fn database(&self) -> PgConnection {
        PgConnection::connect(&self.postgres_url).await.unwrap()
    }

    /// The superuser's connection to the database of reports.
    pub async fn reports(&self) -> PgConnection {
        PgConnection::connect(&self.reports_url).await.unwrap()
    }

    /// The superuser's connection to the database of the laboratory.
    pub async fn lab(&self) -> PgConnection {
        PgConnection::connect(&self.lab_url).await.unwrap()
    }

    /// The superuser's ways to the databases of all who tell others what happened.
    pub fn telling(&self) -> [String; 4] {
        ["accounts", "vehicles", "reports", "lab"].map(|database| self.postgres().url(database))
    }

    pub fn nats_url(&self) -> &str {
        &self.nats_url
    }

    /// Waits until the streams have every event, and reports has applied all of vehicles'.
    #[expect(clippy::disallowed_methods, reason = "looks into the product's database from outside")]
    pub async fn quiet(&self) {
        let begun = Instant::now();
        loop {
            let waiting = waiting(&mut self.database().await).await + waiting(&mut self.lab().await).await;
            let published: i64 =
                sqlx::query("select published_number from events.relay").fetch_one(&mut self.database().await).await.unwrap().get(0);
            let applied = sqlx::query(APPLIED).fetch_one(&mut self.reports().await).await.unwrap().get::<i64, _>(0);
            if waiting == 0 && applied == published {
                return;
            }
            assert!(begun.elapsed() < REST, "{waiting} events are still in the outbox, and reports has applied {applied} of {published}");
            self.calm(LOOK_AGAIN).await;
        }
    }

    /// Waits until a public question is answered, which needs every part but accounts.
    pub async fn answers(&self) {
        let begun = Instant::now();
        let reader = self.caller(Ipv4Addr::new(127, 0, 20, 1));
        loop {
            let answer = reader.request(reqwest::Method::GET, "/v1/public/trips").send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            assert!(begun.elapsed() < REST, "the system does not answer");
            self.calm(LOOK_AGAIN).await;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "looks into the product's database from outside")]
async fn waiting(database: &mut PgConnection) -> i64 {
    sqlx::query(WAITING).fetch_one(database).await.unwrap().get(0)
}

/// The library that gives a process a clock of its own, where it is installed.
pub fn wrong_clock_library() -> Option<PathBuf> {
    CLOCKS.into_iter().map(PathBuf::from).find(|library| library.exists())
}

/// `127.0.0.1:5432` in `postgresql://role:password@127.0.0.1:5432/database`.
fn address_in(url: &str) -> SocketAddr {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    rest.split('/').next().unwrap().parse().unwrap_or_else(|_| panic!("no address in {rest}"))
}
