//! Signing out.

use contract::accounts::v1::DeleteSessionRequest;
use tonic::Code;

use crate::world::{World, anonymous, caller_of, reason};

#[tokio::test(flavor = "multi_thread")]
async fn after_signing_out_the_token_is_good_for_nothing() {
    let world = World::start().await;
    let token = world.try_sign_in("10.0.0.1", "cp1", &world.password("cp1")).await.unwrap().token;
    let other = world.try_sign_in("10.0.0.1", "cp1", &world.password("cp1")).await.unwrap().token;
    let me = caller_of(&world.resolve(&token).await.unwrap());
    world.call(&me).delete_session(DeleteSessionRequest {}).await.unwrap();
    world.call(&me).delete_session(DeleteSessionRequest {}).await.expect("twice is once");
    assert_eq!(reason(&world.resolve(&token).await.unwrap_err()), "SESSION_ENDED");
    world.resolve(&other).await.expect("the session on his other device goes on");
    assert_eq!((world.told("SessionRevoked").await, world.audited("DeleteSession").await), (1, 1));
    let status = world.call(&anonymous("10.0.0.1")).delete_session(DeleteSessionRequest {}).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    world.end().await;
}
