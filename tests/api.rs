//! Calls to the public HTTP API as a program makes them.

use std::net::{IpAddr, Ipv4Addr};

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::world::World;

/// A caller with an address of his own, and a session if he signed in.
pub struct Caller {
    url: String,
    client: Client,
    token: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub media_type: String,
    pub body: Value,
}

impl Caller {
    /// Somebody without an account, at `127.0.10.<number>`.
    pub fn anybody(world: &World, number: u8) -> Self {
        Self::at(&world.url, Ipv4Addr::new(127, 0, 10, number))
    }

    /// Somebody at `address`, who calls the gateway at `url`.
    pub fn at(url: &str, address: Ipv4Addr) -> Self {
        let client = Client::builder().local_address(IpAddr::V4(address)).no_proxy().build().unwrap();
        Self { url: url.replace("localhost", "127.0.0.1"), client, token: None }
    }

    pub async fn signed_in(world: &World, login: &str) -> Self {
        let number = world.logins.keys().position(|known| known == login).unwrap_or_else(|| panic!("no login {login}"));
        Self::anybody(world, 200 + u8::try_from(number).unwrap()).sign_in(login, &world.logins[login]).await
    }

    pub async fn sign_in(self, login: &str, password: &str) -> Self {
        let session = self.post("/v1/sessions", &json!({"login": login, "password": password})).await.ok();
        Self { token: Some(session["token"].as_str().unwrap().to_owned()), ..self }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    /// Sends `body` as it is, as JSON.
    pub async fn post_text(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        Answer::of(self.request(Method::POST, path).header("content-type", "application/json").body(body)).await
    }
}

impl Answer {
    async fn of(request: RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        let media_type = answer.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        Self { status: answer.status(), media_type, body: answer.json().await.unwrap_or(Value::Null) }
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{self:#?}");
        self.body
    }

    /// The stable code of a refusal, which is a problem document.
    #[track_caller]
    pub fn refusal(&self) -> (u16, &str) {
        assert_eq!(self.media_type, "application/problem+json", "{self:#?}");
        (self.status.as_u16(), self.body["code"].as_str().unwrap_or_default())
    }

    /// Pointers of the fields that were refused.
    pub fn pointers(&self) -> Vec<&str> {
        self.body["errors"].as_array().into_iter().flatten().filter_map(|error| error["pointer"].as_str()).collect()
    }
}
