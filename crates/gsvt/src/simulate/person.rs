//! A person with a device: an address of his own, perhaps a session, and patience with a bad link. The officers' desks are such persons.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    sync::Mutex,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use contract::{
    accounts::v1::{CreateSessionRequest, CreateSessionResponse},
    common::v1::Area,
    vehicles::v1::{ListAreasResponse, ListPostsResponse, Post},
};
use reqwest::{Client, Method, Response, StatusCode};
use serde::{Serialize, de::DeserializeOwned};

use super::{PATIENCE, address_of, day::Places};

/// A person sends again for so long before he gives up.
const GIVES_UP: Duration = Duration::from_secs(60);
/// Between two tries when nobody says how long to wait; twice as long each time, up to the second number.
const PAUSE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(3));

pub struct Person {
    gateway: String,
    client: Client,
    token: Option<String>,
}

/// A refusal that sending again would not change.
#[derive(Debug, thiserror::Error)]
#[error("{operation} was refused: {status} {code}")]
pub struct Refused {
    pub operation: &'static str,
    pub status: StatusCode,
    pub code: String,
}

impl Person {
    /// Somebody at his own loopback address.
    pub fn at(gateway: &str, address: IpAddr) -> Result<Self> {
        let client = Client::builder().local_address(address).timeout(PATIENCE).no_proxy().build()?;
        Ok(Self { gateway: gateway.to_owned(), client, token: None })
    }

    async fn sign_in(mut self, login: &str, password: &str, watch: &Stopwatch) -> Result<Self> {
        let request = CreateSessionRequest { login: login.to_owned(), password: password.to_owned() };
        let session: CreateSessionResponse = self.post("sign-in", "/v1/sessions", &request, watch).await?;
        self.token = Some(session.token);
        Ok(self)
    }

    pub async fn get<A: DeserializeOwned>(&self, operation: &'static str, path: &str, watch: &Stopwatch) -> Result<A> {
        self.send(operation, Method::GET, path, None::<&()>, watch).await
    }

    pub async fn post<A: DeserializeOwned>(
        &self,
        operation: &'static str,
        path: &str,
        body: &impl Serialize,
        watch: &Stopwatch,
    ) -> Result<A> {
        self.send(operation, Method::POST, path, Some(body), watch).await
    }

    /// A stream of events, as an open page hears it.
    pub async fn listen(&self, path: &str) -> Result<Response> {
        // Without the patience of a request: a page stays open.
        let request = self.client.get(format!("{}{path}", self.gateway)).timeout(Duration::from_secs(600));
        let request = if let Some(token) = &self.token { request.bearer_auth(token) } else { request };
        Ok(request.send().await?.error_for_status()?)
    }

    /// Sends until there is an answer that says yes or no: a lost connection or a busy server is no answer.
    async fn send<A: DeserializeOwned>(
        &self,
        operation: &'static str,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + ?Sized)>,
        watch: &Stopwatch,
    ) -> Result<A> {
        let begun = Instant::now();
        let mut pause = PAUSE.0;
        loop {
            let mut request = self.client.request(method.clone(), format!("{}{path}", self.gateway));
            if let Some(token) = &self.token {
                request = request.bearer_auth(token);
            }
            if let Some(body) = body {
                request = request.json(body);
            }
            let sent = Instant::now();
            let answer = request.send().await;
            watch.record(operation, sent.elapsed());
            let wait = match answer {
                Ok(answer) if answer.status().is_success() => return Ok(answer.json().await?),
                Ok(answer) if answer.status().is_server_error() || answer.status() == StatusCode::TOO_MANY_REQUESTS => retry_after(&answer),
                Ok(answer) => {
                    let status = answer.status();
                    let problem: serde_json::Value = answer.json().await.unwrap_or_default();
                    let code = problem["code"].as_str().unwrap_or("?").to_owned();
                    return Err(Refused { operation, status, code }.into());
                }
                Err(error) if begun.elapsed() >= GIVES_UP => return Err(error).context(operation),
                Err(_) => None,
            };
            if begun.elapsed() >= GIVES_UP {
                bail!("{operation} was not answered within {} s", GIVES_UP.as_secs());
            }
            tokio::time::sleep(wait.unwrap_or(pause)).await;
            pause = (pause * 2).min(PAUSE.1);
        }
    }
}

/// What the server asks for, in seconds.
fn retry_after(answer: &Response) -> Option<Duration> {
    let said = answer.headers().get(reqwest::header::RETRY_AFTER)?.to_str().ok()?;
    said.parse().ok().map(Duration::from_secs)
}

/// The token of somebody's session.
pub async fn token(gateway: &str, login: &str, password: &str) -> Result<String> {
    let somebody = Person::at(gateway, address_of(0))?.sign_in(login, password, &Stopwatch::default()).await?;
    somebody.token.context("signing in gave no token")
}

/// The officers who work this day, one at each desk.
pub struct Desks {
    officers: BTreeMap<String, Person>,
}

impl Desks {
    /// Signs in every login of the system.
    pub async fn open(gateway: &str, logins: &BTreeMap<String, String>, watch: &Stopwatch) -> Result<Self> {
        let mut officers = BTreeMap::new();
        for (number, (login, password)) in logins.iter().enumerate() {
            let address = IpAddr::V4(Ipv4Addr::new(127, 32, 0, u8::try_from(number + 1)?));
            let officer = Person::at(gateway, address)?.sign_in(login, password, watch).await.with_context(|| format!("login {login}"))?;
            officers.insert(login.clone(), officer);
        }
        Ok(Self { officers })
    }

    /// The officer on duty at a post: `cp3` at CP3.
    pub fn at_post(&self, post: &Post) -> Result<&Person> {
        let login = post.post_id.to_lowercase();
        self.officers.get(&login).with_context(|| format!("nobody is on duty at {}", post.post_id))
    }

    /// Who signs in so.
    pub fn officer(&self, login: &str) -> Result<&Person> {
        self.officers.get(login).with_context(|| format!("nobody is {login}"))
    }

    /// Who confirms arrivals where no commune police has an account of its own: the provincial police.
    pub fn province(&self) -> Result<&Person> {
        self.officer("admin")
    }
}

/// The posts of the system's province.
pub async fn posts(gateway: &str) -> Result<Vec<Post>> {
    let somebody = Person::at(gateway, address_of(0))?;
    let answer: ListPostsResponse = somebody.get("posts", "/v1/posts", &Stopwatch::default()).await?;
    Ok(answer.posts.into_iter().filter(|post| post.post_id.starts_with("CP")).collect())
}

/// Communes of the province for destinations, and districts or communes elsewhere for origins.
pub async fn places(gateway: &str) -> Result<Places> {
    let somebody = Person::at(gateway, address_of(0))?;
    let post = posts(gateway).await?.into_iter().next().context("the province has no post")?;
    let area = post.area.context("the post has no area")?;
    let found: ListAreasResponse = list(&somebody, "").await?;
    let home = if has_districts(&area) { "64" } else { "52" };
    let mut places = Places::default();
    for below in list(&somebody, home).await?.areas {
        if below.code.len() == 5 { places.communes.push(below) } else { places.communes.extend(list(&somebody, &below.code).await?.areas) }
    }
    places.elsewhere = found.areas.into_iter().filter(|province| province.code != home).collect();
    Ok(places)
}

/// The district in which the demo's team samples, with its communes; where there are no districts, its ward.
pub async fn sampled_places(gateway: &str) -> Result<(Area, Vec<Area>)> {
    let somebody = Person::at(gateway, address_of(0))?;
    let post = posts(gateway).await?.into_iter().next().context("the province has no post")?;
    let districts = has_districts(&post.area.context("the post has no area")?);
    let (above, code) = if districts { ("64", "622") } else { ("52", "23575") };
    let found = list(&somebody, above).await?.areas.into_iter().find(|area| area.code == code);
    let district = found.with_context(|| format!("the province has no area {code}"))?;
    let communes = if districts { list(&somebody, code).await?.areas } else { vec![district.clone()] };
    Ok((district, communes))
}

/// Whether an area of ours is of the time when provinces had districts.
fn has_districts(area: &Area) -> bool {
    area.valid_from != "2025-07-01"
}

async fn list(somebody: &Person, parent: &str) -> Result<ListAreasResponse> {
    let mut all = ListAreasResponse::default();
    loop {
        let path = format!("/v1/areas?parentCode={parent}&pageSize=500&pageToken={}", all.next_page_token);
        let page: ListAreasResponse = somebody.get("areas", &path, &Stopwatch::default()).await?;
        let last = page.next_page_token.is_empty();
        all.areas.extend::<Vec<Area>>(page.areas);
        all.next_page_token = page.next_page_token;
        if last {
            return Ok(all);
        }
    }
}

/// How long each kind of request took.
#[derive(Debug, Default)]
pub struct Stopwatch(Mutex<BTreeMap<&'static str, Vec<Duration>>>);

impl Stopwatch {
    fn record(&self, operation: &'static str, took: Duration) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).entry(operation).or_default().push(took);
    }

    /// Sorted times by operation.
    pub fn times(&self) -> BTreeMap<&'static str, Vec<Duration>> {
        let mut times = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        times.values_mut().for_each(|times| times.sort());
        times
    }
}
