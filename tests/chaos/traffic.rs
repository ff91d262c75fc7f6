//! Drivers who declare, an officer who receives and decides, police who see the vehicles, citizens who report them, a desk that takes the drivers' swabs
//! and a planner who brings lists of people: each command is sent until it is answered.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use ids::{CampaignId, CommandId, SamplingSessionId, SubjectId, SubmissionId, TubeId};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use system::{
    api::Caller,
    truck::{TRA_DA, Truck, now},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    history::{History, Kind, Operation, Outcome},
    lists::Planner,
    site::Site,
};

/// Vehicles under way at once.
const AT_ONCE: u8 = 12;
/// How often each is seen on its way before it leaves.
const SIGHTINGS: usize = 12;
/// A client does not wait longer for one answer, and sends again.
const PATIENCE: Duration = Duration::from_secs(6);
/// The same with a list, which is more work than a command.
const PATIENCE_WITH_A_LIST: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(100);
/// Busy; and a service whose clock is wrong believes no caller.
const NEITHER: [StatusCode; 2] = [StatusCode::TOO_MANY_REQUESTS, StatusCode::UNAUTHORIZED];
/// No command is sent for longer; faults last seconds.
const GIVE_UP: Duration = Duration::from_secs(60);

pub struct Traffic {
    over: Arc<AtomicBool>,
    people: JoinSet<()>,
}

impl Traffic {
    pub async fn start(site: &Site, history: Arc<History>) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let plates = Arc::new(AtomicU32::new(0));
        let (post, police) =
            tokio::join!(site.officer("cp3", Ipv4Addr::new(127, 0, 21, 1)), site.officer("admin", Ipv4Addr::new(127, 0, 21, 2)));
        let (post, police) = (Arc::new(post), Arc::new(police));
        let (desk, planner) = open_desk(site).await;
        let desk = Arc::new(desk);
        let mut people = JoinSet::new();
        people.spawn(planner.bring_lists(Arc::clone(&history), Arc::clone(&over)));
        for number in 0..AT_ONCE {
            let driver = site.caller(Ipv4Addr::new(127, 0, 22, number + 1));
            let (over, plates, history, post, police) = (over.clone(), plates.clone(), history.clone(), post.clone(), police.clone());
            let desk = Arc::clone(&desk);
            people.spawn(async move {
                while !over.load(Ordering::Relaxed) {
                    let plate = plates.fetch_add(1, Ordering::Relaxed);
                    let truck = Truck::crossing(format!("{}C-{:03}.{:02}", 50 + plate / 100_000, plate / 100 % 1000, plate % 100));
                    let way = Way { truck, history: &history };
                    let _ = way.go(&driver, &post, &police).await;
                    let _ = way.swab(&driver, &desk, plate).await;
                }
            });
        }
        Self { over, people }
    }

    /// No new vehicle sets out and no new list is brought; what is on its way is finished.
    pub async fn stop(mut self) {
        self.over.store(true, Ordering::Relaxed);
        while let Some(ended) = self.people.join_next().await {
            ended.unwrap();
        }
    }
}

/// Declares trips until `until`, and remembers them.
pub async fn declare_until(driver: &Caller, history: &History, first_plate: u32, until: Instant) {
    let mut plate = first_plate;
    while Instant::now() < until {
        let truck = Truck::crossing(format!("97C-{:03}.{:02}", plate / 100 % 1000, plate % 100));
        plate += 1;
        let _ = Way { truck, history }.declare(driver).await;
    }
}

/// A shift that takes samples, and who takes them.
struct Desk {
    sampler: Caller,
    session: String,
}

/// A campaign with a site, and a shift at it.
async fn open_desk(site: &Site) -> (Desk, Planner) {
    let (cdc, sampler) =
        tokio::join!(site.officer("cdc", Ipv4Addr::new(127, 0, 21, 3)), site.officer("laymau", Ipv4Addr::new(127, 0, 21, 4)));
    let (campaign, session) = (CampaignId::mint(now()).to_string(), SamplingSessionId::mint(now()).to_string());
    // Vietnam is seven hours ahead.
    let today = (now() + chrono::Duration::hours(7)).date_naive();
    let body = json!({
        "campaignId": campaign, "name": "Lái xe qua Pleiku", "reason": "SAMPLING_REASON_DRIVER", "area": {"code": "622"},
        "fromDay": today.to_string(), "toDay": (today + chrono::Days::new(2)).to_string(),
        "sites": [{"siteId": "PK-01", "name": "Trạm Trà Đa", "area": {"code": TRA_DA}}],
    });
    for (caller, path, body) in [
        (&cdc, "/v1/campaigns", body),
        (&sampler, "/v1/sampling-sessions", json!({"sessionId": session, "campaignId": campaign, "siteId": "PK-01", "team": "Đội 1"})),
    ] {
        let (outcome, answer) = insist(caller, path, &body, PATIENCE).await;
        assert_eq!(outcome, Outcome::Acknowledged, "{path}: {answer}");
    }
    (Desk { sampler, session }, Planner { caller: cdc, campaign })
}

struct Way<'a> {
    truck: Truck,
    history: &'a History,
}

/// A command was refused or never answered, which the history knows; a vehicle's way ends early.
pub struct Ended;

impl Way<'_> {
    async fn go(&self, driver: &Caller, post: &Caller, police: &Caller) -> Result<(), Ended> {
        self.declare(driver).await?;
        let (trip, id) = (&self.truck.trip, uuid(&self.truck.trip));
        let received = self.command(Kind::Receive, id, post, &format!("/v1/posts/CP3/trips/{trip}/receive"), &json!({})).await?;
        let assessment = self.truck.assessment(&received["trip"]);
        let (_, assessed) = insist(post, &format!("/v1/trips/{trip}/assess"), &assessment, PATIENCE).await;
        let decision = self.truck.decision(&assessment, &assessed);
        self.command(Kind::Decide, text_id(&decision["decisionId"]), post, &format!("/v1/trips/{trip}/decide"), &decision).await?;
        self.report(driver).await?;
        for _ in 0..SIGHTINGS {
            let seen = self.truck.sighting("CP3");
            self.sight(police, &seen).await?;
        }
        self.sight(police, &self.truck.sighting("CP2")).await
    }

    async fn declare(&self, driver: &Caller) -> Result<(), Ended> {
        let (trip, declaration) = (&self.truck.trip, self.truck.declaration());
        self.command(Kind::Declare, uuid(trip), driver, "/v1/trips", &json!({"tripId": trip, "declaration": declaration})).await.map(drop)
    }

    async fn sight(&self, police: &Caller, sighting: &Value) -> Result<(), Ended> {
        let path = format!("/v1/trips/{}/sightings", self.truck.trip);
        self.command(Kind::Sight, text_id(&sighting["sightingId"]), police, &path, sighting).await.map(drop)
    }

    /// Somebody beside the road saw it.
    async fn report(&self, citizen: &Caller) -> Result<(), Ended> {
        let submission = SubmissionId::mint(now());
        let body = json!({
            "submissionId": submission.to_string(), "categoryId": "OTHER", "plate": self.truck.plate, "tripId": self.truck.trip,
            "place": {"area": {"code": TRA_DA}}, "seenAt": now().to_rfc3339(), "text": "Xe dừng lại giữa đường, người lên xuống.",
        });
        self.command(Kind::Report, submission.as_uuid(), citizen, "/v1/reports", &body).await.map(drop)
    }

    /// The driver registers, and his swab is sealed in a tube of its own.
    async fn swab(&self, driver: &Caller, desk: &Desk, number: u32) -> Result<(), Ended> {
        let (subject, tube) = (SubjectId::mint(now()), TubeId::mint(now()));
        let person = json!({"subjectId": subject.to_string(), "fullName": "Nguyễn Văn An", "birth": "1986"});
        self.command(Kind::Register, subject.as_uuid(), driver, "/v1/self-registrations", &json!({"subject": person})).await?;
        let opened = json!({
            "tubeId": tube.to_string(), "sessionId": desk.session, "barcode": format!("CH-{number:08}"), "kind": "TUBE_KIND_SINGLE",
            "specimen": "SPECIMEN_NP_SWAB",
        });
        let member = json!({"commandId": CommandId::mint(now()).to_string(), "subjectId": subject.to_string()});
        for (path, body) in [("/v1/tubes".to_owned(), opened), (format!("/v1/tubes/{tube}/members"), member)] {
            let (outcome, answer) = insist(&desk.sampler, &path, &body, PATIENCE).await;
            if outcome != Outcome::Acknowledged {
                crate::say(&format!("{path} was not done: {outcome:?} {answer}"));
                return Err(Ended);
            }
        }
        let seal = json!({"commandId": CommandId::mint(now()).to_string()});
        self.command(Kind::Seal, tube.as_uuid(), &desk.sampler, &format!("/v1/tubes/{tube}/seal"), &seal).await.map(drop)
    }

    async fn command(&self, kind: Kind, id: Uuid, caller: &Caller, path: &str, body: &Value) -> Result<Value, Ended> {
        command(self.history, kind, id, caller, path, body).await
    }
}

/// Sends a command until it is answered, and remembers what became of it.
pub async fn command(history: &History, kind: Kind, id: Uuid, caller: &Caller, path: &str, body: &Value) -> Result<Value, Ended> {
    let begun = Instant::now();
    let patience = if kind == Kind::List { PATIENCE_WITH_A_LIST } else { PATIENCE };
    let (outcome, answer) = insist(caller, path, body, patience).await;
    history.record(Operation { kind, id, begun, ended: Instant::now(), outcome });
    if outcome == Outcome::Acknowledged {
        return Ok(answer);
    }
    crate::say(&format!("{kind:?} {id} was not done: {outcome:?} {answer}"));
    Err(Ended)
}

/// Sends until the answer says yes or no: a busy system, a broken connection and silence say neither.
async fn insist(caller: &Caller, path: &str, body: &Value, patience: Duration) -> (Outcome, Value) {
    let begun = Instant::now();
    while begun.elapsed() < GIVE_UP {
        match caller.request(Method::POST, path).json(body).timeout(patience).send().await {
            Ok(answer) if answer.status().is_success() => {
                if let Ok(answer) = answer.json().await {
                    return (Outcome::Acknowledged, answer);
                }
            }
            Ok(answer) if answer.status().is_client_error() && !NEITHER.contains(&answer.status()) => {
                return (Outcome::Refused, answer.json().await.unwrap_or_default());
            }
            _ => {}
        }
        tokio::time::sleep(PAUSE).await;
    }
    (Outcome::Unknown, Value::Null)
}

fn uuid(id: &str) -> Uuid {
    id.parse().unwrap()
}

fn text_id(id: &Value) -> Uuid {
    uuid(id.as_str().unwrap())
}
