//! A locked screen: who may open it, and with which session he goes on.
use axum::body::Body;
use contract::accounts::v1::{
    CreateSessionRequest, CreateSessionResponse, DeleteSessionResponse, LockSessionRequest, LockSessionResponse, Principal,
    ResolveSessionResponse,
};
use http::{Request, Response, StatusCode};
use tonic::Status;

use crate::world::{World, principal};

const COOKIE: &str = "__Host-sid=session";

async fn desk(world: &World) -> Response<String> {
    world.send(Request::get("/account").header("cookie", COOKIE).body(Body::empty()).unwrap()).await
}

async fn unlock(world: &World, pairs: &[(&str, &str)]) -> Response<String> {
    let page = desk(world).await;
    let csrf = page.body().split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let pairs: Vec<(&str, &str)> = [("csrf", csrf.as_str())].into_iter().chain(pairs.iter().copied()).collect();
    send(world, &serde_urlencoded::to_string(pairs).unwrap()).await
}

async fn send(world: &World, body: &str) -> Response<String> {
    send_to(world, "/unlock", body).await
}

async fn send_to(world: &World, path: &str, body: &str) -> Response<String> {
    let request = Request::post(path)
        .header("cookie", COOKIE)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    world.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn world() -> World {
    let world = World::with(&[("GATEWAY_LOCK_MINUTES", "0.5")]).await;
    world.services.answers("CreateSession", vec![CreateSessionResponse { token: "fresh".into(), ..CreateSessionResponse::default() }]);
    world.services.answers("DeleteSession", vec![DeleteSessionResponse::default()]);
    world
}

#[tokio::test]
async fn the_page_says_when_it_locks() {
    let world = world().await;
    assert!(desk(&world).await.body().contains("data-idle-minutes=\"0.5\""));
    assert!(!world.get("/").await.body().contains("data-idle-minutes"), "a public page never locks");
}

#[tokio::test]
async fn the_right_password_begins_another_session_and_ends_the_old_one() {
    let world = world().await;
    let answer = unlock(&world, &[("password", "đúng rồi")]).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert!(answer.headers()["set-cookie"].to_str().unwrap().starts_with("__Host-sid=fresh; "));
    assert_eq!(answer.headers()["x-form-token"].to_str().unwrap(), gateway::session::csrf("fresh"));
    assert!(world.services.asked::<contract::accounts::v1::DeleteSessionRequest>("DeleteSession").is_some());
}

#[tokio::test]
async fn a_wrong_password_changes_nothing() {
    let world = world().await;
    let cases = [
        (Status::unauthenticated("x"), StatusCode::UNAUTHORIZED, "Mật khẩu chưa đúng. Gõ lại."),
        (Status::resource_exhausted("x"), StatusCode::TOO_MANY_REQUESTS, "Đã thử nhiều lần. Đợi một phút rồi thử lại."),
    ];
    for (status, expected, says) in cases {
        world.services.refuses("CreateSession", status);
        let answer = unlock(&world, &[("password", "sai rồi")]).await;
        assert_eq!((answer.status(), answer.body().as_str()), (expected, says));
        assert!(!answer.headers().contains_key("set-cookie"));
    }
    assert_eq!(unlock(&world, &[("password", "")]).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(world.services.asked::<contract::accounts::v1::DeleteSessionRequest>("DeleteSession").is_none(), "the session goes on");
}

#[tokio::test]
async fn another_account_cannot_open_it() {
    let world = world().await;
    unlock(&world, &[("login", "admin"), ("password", "của người khác")]).await;
    let asked: CreateSessionRequest = world.services.asked("CreateSession").unwrap();
    assert_eq!(asked.login, "duong.le", "the password is always asked of the account whose screen it is");
}

#[tokio::test]
async fn a_locked_session_opens_nothing_but_the_door() {
    let world = world().await;
    world.services.answers("LockSession", vec![LockSessionResponse::default()]);
    assert_eq!(send_to(&world, "/lock", "csrf=x").await.status(), StatusCode::FORBIDDEN);
    let csrf = gateway::session::csrf("session");
    assert_eq!(send_to(&world, "/lock", &format!("csrf={csrf}")).await.status(), StatusCode::NO_CONTENT);
    assert!(world.services.asked::<LockSessionRequest>("LockSession").is_some());

    let locked = Principal { locked: true, ..principal() };
    world.services.answers("ResolveSession", vec![ResolveSessionResponse { principal: Some(locked) }]);
    let answer = desk(&world).await;
    assert_eq!((answer.status(), answer.headers()["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/unlock?return=%2Faccount"));
    let changed = send_to(&world, "/account", &format!("csrf={csrf}&language=en")).await;
    assert_eq!((changed.status(), changed.headers()["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/unlock"), "nothing is done");
    let door = world.send(Request::get("/unlock?return=/account").header("cookie", COOKIE).body(Body::empty()).unwrap()).await;
    assert_eq!(door.status(), StatusCode::OK);
    assert!(door.body().contains("name=\"return\" value=\"/account\"") && !door.body().contains("data-idle-minutes"));

    world.services.refuses("CreateSession", Status::unauthenticated("x"));
    let wrong = send_to(&world, "/unlock", &format!("csrf={csrf}&return=/account&password=x")).await;
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    assert!(wrong.body().contains("<a href=\"#password\">Mật khẩu chưa đúng. Gõ lại.</a>"));
    world.services.answers("CreateSession", vec![CreateSessionResponse { token: "fresh".into(), ..CreateSessionResponse::default() }]);
    let opened = send_to(&world, "/unlock", &format!("csrf={csrf}&return=/account&password=x")).await;
    assert_eq!((opened.status(), opened.headers()["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/account"));
    assert!(opened.headers()["set-cookie"].to_str().unwrap().starts_with("__Host-sid=fresh; "));
}

#[tokio::test]
async fn the_door_of_an_open_session_leads_on() {
    let world = world().await;
    for (back, expected) in [("/account", "/account"), ("//evil.vn", "/posts/CP3")] {
        let request = Request::get(format!("/unlock?return={back}")).header("cookie", COOKIE);
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status(), answer.headers()["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, expected));
    }
}

#[tokio::test]
async fn a_form_of_elsewhere_cannot_open_it() {
    let world = world().await;
    assert_eq!(send(&world, "csrf=x&password=x").await.status(), StatusCode::FORBIDDEN);
}
