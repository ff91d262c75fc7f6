//! Signing in, and how hard it is to guess.

use std::time::{Duration, Instant};

use futures::future::join_all;
use runtime::grpc::Problem;
use tonic::Code;

use crate::world::{World, reason};

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_signs_in_with_his_password_alone() {
    let world = World::start().await;
    let session = world.try_sign_in("10.0.0.1", " CP1 ", &world.password("cp1")).await.unwrap();
    assert_eq!((session.token.len(), session.account.unwrap().login.as_str()), (43, "cp1"));
    for (login, password) in [("cp1", "wrong"), ("nobody", "wrong"), ("nobody", &*world.password("cp1")), ("kh ông", "x")] {
        let status = world.try_sign_in("10.0.0.2", login, password).await.unwrap_err();
        assert_eq!((status.code(), reason(&status).as_str()), (Code::Unauthenticated, "WRONG_LOGIN_OR_PASSWORD"), "{login}");
    }
    assert_eq!(world.audited("CreateSession").await, 5, "one row each, also for logins that nobody has");
    assert_eq!(world.count("select count(*) from accounts.sessions").await, 1);
    assert_eq!(world.count("select count(*) from accounts.sessions where octet_length(token_hash) = 32").await, 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guesser_gets_five_guesses_however_fast_he_is() {
    let world = World::start().await;
    let tries = join_all((0..40).map(|number| {
        let world = &world;
        async move { world.try_sign_in("10.6.6.6", "cp2", &format!("guess number {number}")).await.unwrap_err().code() }
    }))
    .await;
    let looked_at = tries.iter().filter(|code| **code == Code::Unauthenticated).count();
    assert!((1..=5).contains(&looked_at), "{tries:?}");
    assert_eq!(world.count("select max(tries)::int8 from accounts.sign_in_tries where kind = 1").await, i64::try_from(looked_at).unwrap());

    world.execute("update accounts.sign_in_tries set tries = 5, blocked_until = window_ends_at where kind = 1").await;
    let status = world.try_sign_in("10.6.6.6", "cp2", &world.password("cp2")).await.unwrap_err();
    let problem = Problem::from_status(&status);
    assert_eq!((problem.code, &*problem.reason), (Code::ResourceExhausted, "TOO_MANY_TRIES"));
    let wait = problem.retry_after.unwrap();
    assert!(wait > Duration::from_secs(600) && wait <= Duration::from_secs(901), "{wait:?}");

    world.try_sign_in("10.0.0.9", "cp2", &world.password("cp2")).await.expect("the officer elsewhere is not locked out");
    world
        .execute(
            "update accounts.sign_in_tries set window_ends_at = now() - interval '1 second', blocked_until = now() - interval '1 second'",
        )
        .await;
    world.try_sign_in("10.6.6.6", "cp2", &world.password("cp2")).await.expect("no lock-out is for ever");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_on_many_addresses_do_not_lock_an_officer_out_of_his_own() {
    let world = World::start().await;
    world.try_sign_in("10.0.0.1", "cp3", &world.password("cp3")).await.unwrap();
    for number in 0..20 {
        let status = world.try_sign_in(&format!("10.7.{number}.1"), "cp3", "guess").await.unwrap_err();
        assert_eq!(status.code(), Code::Unauthenticated, "{number}");
    }
    let status = world.try_sign_in("10.7.99.1", "cp3", "guess").await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted, "twenty are enough for all strangers together");
    world.try_sign_in("10.0.0.1", "cp3", &world.password("cp3")).await.expect("his own address has a budget of its own");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_login_takes_as_long_as_a_known_one() {
    let world = World::start().await;
    world.execute("delete from accounts.sign_in_tries").await;
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    for number in 0..15 {
        for (login, times) in [("cp4", &mut known), ("nobody", &mut unknown)] {
            let begun = Instant::now();
            world.try_sign_in(&format!("10.8.{number}.1"), login, "not the password").await.unwrap_err();
            times.push(begun.elapsed());
        }
    }
    // What else the machine does only adds: the shortest says what the work is.
    let shortest = |times: Vec<Duration>| times.into_iter().min().unwrap().as_secs_f64();
    let (known, unknown) = (shortest(known), shortest(unknown));
    assert!((0.33..3.0).contains(&(known / unknown)), "known {known} s, unknown {unknown} s");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_checked_before_a_try_is_counted() {
    let world = World::start().await;
    let status = world.try_sign_in("10.0.0.1", "", &"x".repeat(129)).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(world.count("select count(*) from accounts.sign_in_tries").await, 0);
    world.end().await;
}
