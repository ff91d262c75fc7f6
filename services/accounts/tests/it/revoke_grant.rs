//! Taking a grant away.

use contract::accounts::v1::RevokeGrantRequest;
use tonic::Code;

use crate::world::{PHRASE, World, reason};

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_grant_is_gone_and_so_are_the_sessions() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let account = world.active(&admin, world.officer(&admin, "hbia.siu").await).await;
    let token = world.try_sign_in("10.0.0.3", "hbia.siu", PHRASE).await.unwrap().token;
    let revoke = |grant_id: &str, version: i64| RevokeGrantRequest {
        account_id: account.account_id.clone(),
        grant_id: grant_id.into(),
        version,
        reason: "Đổi chốt".into(),
    };
    let grant = &account.grants[0].grant_id;
    assert_eq!(world.call(&admin).revoke_grant(revoke(grant, 99)).await.unwrap_err().code(), Code::Aborted);
    let left = world.call(&admin).revoke_grant(revoke(grant, account.version)).await.unwrap().into_inner().account.unwrap();
    assert_eq!((left.grants.len(), left.version), (0, account.version + 1));
    assert_eq!(reason(&world.resolve(&token).await.unwrap_err()), "SESSION_ENDED");
    let fresh = world.try_sign_in("10.0.0.3", "hbia.siu", PHRASE).await.unwrap().token;
    assert!(world.resolve(&fresh).await.unwrap().permissions.is_empty());
    let again = world.call(&admin).revoke_grant(revoke(grant, account.version)).await.unwrap().into_inner().account.unwrap();
    assert_eq!(again.version, left.version, "twice is once");
    let unknown = ids::GrantId::mint(crate::world::now()).to_string();
    assert_eq!(world.call(&admin).revoke_grant(revoke(&unknown, left.version)).await.unwrap_err().code(), Code::NotFound);
    world.end().await;
}
