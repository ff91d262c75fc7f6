//! Giving an account one more grant.

use contract::accounts::v1::{Account, AccountState, AddGrantRequest, Grant};
use ids::GrantId;
use tonic::Code;

use crate::world::{PHRASE, World, fields, grant, now, reason};

fn request(account: &Account, role: &str, area: &str) -> AddGrantRequest {
    AddGrantRequest {
        account_id: account.account_id.clone(),
        version: account.version,
        grant: Some(Grant { grant_id: GrantId::mint(now()).to_string(), ..grant(role, area) }),
        reason: "Trực thay xã bên".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn open_sessions_have_it_at_once_and_twice_is_once() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let account = world.active(&admin, world.officer(&admin, "hbia.siu").await).await;
    let token = world.try_sign_in("10.0.0.3", "hbia.siu", PHRASE).await.unwrap().token;
    let request = request(&account, "COMMUNE_POLICE", "23596");
    let given = world.call(&admin).add_grant(request.clone()).await.unwrap().into_inner().account.unwrap();
    assert_eq!((given.grants.len(), given.version, given.state()), (2, account.version + 1, AccountState::Active));
    let held = world.resolve(&token).await.unwrap().permissions;
    assert!(held.iter().any(|held| held.permission == "vehicles.arrivals.confirm" && held.areas == ["2021.64.622.23596"]), "{held:?}");

    let again = world.call(&admin).add_grant(request.clone()).await.unwrap().into_inner().account.unwrap();
    assert_eq!((again.grants.len(), again.version), (2, given.version), "sent again it is the same grant");
    let mut other = request.clone();
    other.grant.as_mut().unwrap().role_id = "DISTRICT_POLICE".into();
    assert_eq!(reason(&world.call(&admin).add_grant(other).await.unwrap_err()), "ID_REUSED");
    let mut stale = request.clone();
    stale.grant.as_mut().unwrap().grant_id = GrantId::mint(now()).to_string();
    assert_eq!(reason(&world.call(&admin).add_grant(stale).await.unwrap_err()), "STALE_VERSION");
    let stored =
        "select count(*) from accounts.grants where role_id = 'COMMUNE_POLICE' and area = '2021.64.622.23596' and created_by is not null";
    assert_eq!((world.audited("AddGrant").await, world.count(stored).await), (2, 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_needs_a_longer_password_ends_the_shorter_one() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let account = world.active(&admin, world.officer(&admin, "hbia.siu").await).await;
    let token = world.try_sign_in("10.0.0.3", "hbia.siu", PHRASE).await.unwrap().token;
    let raised =
        world.call(&admin).add_grant(request(&account, "PROVINCE_POLICE_ADMIN", "622")).await.unwrap().into_inner().account.unwrap();
    assert_eq!(raised.state(), AccountState::Invited);
    assert_eq!(reason(&world.resolve(&token).await.unwrap_err()), "SESSION_ENDED");
    assert_eq!(world.try_sign_in("10.0.0.3", "hbia.siu", PHRASE).await.unwrap_err().code(), Code::Unauthenticated);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_or_beyond_him_is_refused_and_nothing_is_stored() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let account = world.active(&admin, world.officer(&admin, "hbia.siu").await).await;
    for (role, area, field) in [("EMPEROR", "64", "grant.role_id"), ("COMMUNE_POLICE", "99999", "grant.area.code")] {
        assert_eq!(fields(&world.call(&admin).add_grant(request(&account, role, area)).await.unwrap_err()), [field]);
    }
    let without = AddGrantRequest { grant: None, ..request(&account, "COMMUNE_POLICE", "64") };
    assert_eq!(world.call(&admin).add_grant(without).await.unwrap_err().code(), Code::InvalidArgument);
    // What he holds himself ends in an hour.
    world.execute("update accounts.grants set valid_until = now() + interval '1 hour' where role_id = 'PROVINCE_POLICE_ADMIN'").await;
    let beyond = world.call(&admin).add_grant(request(&account, "COMMUNE_POLICE", "64")).await.unwrap_err();
    assert_eq!((beyond.code(), reason(&beyond).as_str()), (Code::PermissionDenied, "GRANT_BEYOND_OWN"));
    world.execute("update accounts.grants set valid_until = null where role_id = 'PROVINCE_POLICE_ADMIN'").await;
    let own = Account { account_id: admin.account().unwrap().account_id.to_string(), version: 1, ..Account::default() };
    assert_eq!(reason(&world.call(&admin).add_grant(request(&own, "COMMUNE_POLICE", "64")).await.unwrap_err()), "OWN_ACCOUNT");
    let officer = world.sign_in("cp1").await;
    assert_eq!(world.call(&officer).add_grant(request(&account, "POST_OFFICER", "64")).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(world.count("select count(*) from accounts.grants").await, 19, "eighteen of the demonstration and his own");
    world.end().await;
}
