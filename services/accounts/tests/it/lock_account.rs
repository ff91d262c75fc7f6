//! Locking and unlocking.

use contract::accounts::v1::{AccountState, LockAccountRequest, UnlockAccountRequest};
use tonic::Code;

use crate::world::{PHRASE, World, reason};

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_account_is_out_at_the_next_call_and_comes_back_when_unlocked() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let account = world.active(&admin, world.officer(&admin, "hbia.siu").await).await;
    let token = world.try_sign_in("10.0.0.3", "hbia.siu", PHRASE).await.unwrap().token;
    let lock =
        |version: i64| LockAccountRequest { account_id: account.account_id.clone(), version, reason: "Nghỉ việc: Siu H’Bia".into() };
    let stale = world.call(&admin).lock_account(lock(account.version - 1)).await.unwrap_err();
    assert_eq!((stale.code(), reason(&stale).as_str()), (Code::Aborted, "STALE_VERSION"));
    let locked = world.call(&admin).lock_account(lock(account.version)).await.unwrap().into_inner().account.unwrap();
    assert_eq!((locked.state(), locked.version), (AccountState::Locked, account.version + 1));
    assert_eq!(reason(&world.resolve(&token).await.unwrap_err()), "SESSION_ENDED");
    assert_eq!(reason(&world.try_sign_in("10.0.0.3", "hbia.siu", PHRASE).await.unwrap_err()), "ACCOUNT_LOCKED");
    let revoked = world.told("SessionRevoked").await;
    world.call(&admin).lock_account(lock(account.version)).await.expect("sent again");
    assert_eq!(world.told("SessionRevoked").await, revoked);
    assert_eq!(
        world.count("select count(*) from audit.entries where detail::text like '%Siu H%' or reason is not null").await,
        0,
        "the reason is sealed"
    );

    let unlock =
        UnlockAccountRequest { account_id: account.account_id.clone(), version: locked.version, reason: "Trở lại làm việc".into() };
    let back = world.call(&admin).unlock_account(unlock).await.unwrap().into_inner().account.unwrap();
    assert_eq!(back.state(), AccountState::Active);
    assert!(world.resolve(&token).await.is_err(), "old sessions stay ended");
    world.try_sign_in("10.0.0.3", "hbia.siu", PHRASE).await.unwrap();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_locks_himself_or_an_account_of_another_area() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let own = LockAccountRequest { account_id: admin.account().unwrap().account_id.to_string(), version: 1, reason: "thử".into() };
    assert_eq!(reason(&world.call(&admin).lock_account(own).await.unwrap_err()), "OWN_ACCOUNT");
    let account = world.active(&admin, world.officer(&admin, "hbia.siu").await).await;
    let lock = LockAccountRequest { account_id: account.account_id.clone(), version: account.version, reason: "thử".into() };
    let mut elsewhere = admin.clone();
    for (_, areas) in &mut elsewhere.permissions {
        *areas = vec!["2021.64.622".into()];
    }
    assert_eq!(world.call(&elsewhere).lock_account(lock.clone()).await.unwrap_err().code(), Code::NotFound);
    let officer = world.sign_in("cp1").await;
    assert_eq!(world.call(&officer).lock_account(lock).await.unwrap_err().code(), Code::PermissionDenied);
    world.end().await;
}
