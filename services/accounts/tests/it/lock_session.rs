//! A session whose screen was left alone.

use contract::accounts::v1::{DeleteSessionRequest, LockSessionRequest};
use tonic::Code;

use crate::world::{World, anonymous, caller_of, reason};

#[tokio::test(flavor = "multi_thread")]
async fn it_says_so_until_it_is_replaced() {
    let world = World::start().await;
    let session = world.try_sign_in("10.0.0.1", "cp3", &world.password("cp3")).await.unwrap();
    let other = world.try_sign_in("10.0.0.1", "cp3", &world.password("cp3")).await.unwrap();
    let principal = world.resolve(&session.token).await.unwrap();
    assert!(!principal.locked);
    let officer = caller_of(&principal);
    for _ in 0..2 {
        world.call(&officer).lock_session(LockSessionRequest {}).await.unwrap();
    }
    assert!(world.resolve(&session.token).await.unwrap().locked);
    assert!(!world.resolve(&other.token).await.unwrap().locked, "on another device he goes on");
    assert_eq!(world.audited("LockSession").await, 1, "twice is once");
    world.call(&officer).delete_session(DeleteSessionRequest {}).await.unwrap();
    assert_eq!(reason(&world.resolve(&session.token).await.unwrap_err()), "SESSION_ENDED");
    let nobody = world.call(&anonymous("10.0.0.1")).lock_session(LockSessionRequest {}).await.unwrap_err();
    assert_eq!(nobody.code(), Code::Unauthenticated);
    world.end().await;
}
