//! Accounts are made by who may give what they get, once.

use chrono::Duration;
use contract::accounts::v1::{AccountState, CreateAccountRequest, GetAccountRequest};
use tonic::Code;

use crate::world::{PHRASE, World, anonymous, caller_of, fields, grant, now, reason};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_officer_gets_a_link_and_then_works() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let request = world.officer(&admin, "hbia.siu").await;
    let made = world.call(&admin).create_account(request.clone()).await.unwrap().into_inner();
    let account = made.account.clone().unwrap();
    assert_eq!((account.state(), account.version, account.grants.len()), (AccountState::Invited, 1, 1));
    assert_eq!(account.grants[0].area.as_ref().unwrap().name, "Xã Song An, Thị xã An Khê");
    assert!(made.link_expires_at.is_some());

    let again = world.call(&admin).create_account(request.clone()).await.unwrap().into_inner();
    assert_eq!(
        (again.account, again.link_token.as_str()),
        (made.account, ""),
        "sent again it is the same account, and its link is not shown again"
    );
    let other = CreateAccountRequest { login: "other".into(), ..request.clone() };
    assert_eq!(reason(&world.call(&admin).create_account(other).await.unwrap_err()), "ID_REUSED");
    let taken = CreateAccountRequest { account_id: ids::AccountId::mint(now()).to_string(), ..request };
    assert_eq!(reason(&world.call(&admin).create_account(taken).await.unwrap_err()), "LOGIN_TAKEN");
    assert_eq!((world.told("AccountChanged").await, world.count("select count(*) from accounts.accounts").await), (1, 17));
    assert_eq!(world.count("select count(*) from audit.entries where action = 'accounts.CreateAccount' and kind = 'write'").await, 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_arrive_together_are_one_account() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let request = world.officer(&admin, "hbia.siu").await;
    let (mut one, mut other) = (world.call(&admin), world.call(&admin));
    let (one, other) = tokio::join!(one.create_account(request.clone()), other.create_account(request));
    assert_eq!(one.unwrap().into_inner().account, other.unwrap().into_inner().account);
    assert_eq!(world.told("AccountChanged").await, 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_is_told_together() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let request = CreateAccountRequest {
        account_id: "7".into(),
        login: "Dương Lê".into(),
        full_name: "Lê 2".into(),
        unit_id: "nowhere".into(),
        grants: vec![grant("POST_OFFICER", "99999"), grant("", "64")],
    };
    let status = world.call(&admin).create_account(request).await.unwrap_err();
    let mut wrong = fields(&status);
    wrong.sort();
    assert_eq!(wrong, ["account_id", "full_name", "grants[0].area.code", "grants[1].role_id", "login", "unit_id"]);
    let good = world.officer(&admin, "hbia.siu").await;
    for (change, field) in [
        (CreateAccountRequest { grants: vec![grant("EMPEROR", "64")], ..good.clone() }, "grants[0].role_id"),
        (CreateAccountRequest { grants: vec![], ..good.clone() }, "grants"),
        (CreateAccountRequest { unit_id: ids::UnitId::mint(now()).to_string(), ..good.clone() }, "unit_id"),
        (with_end(good.clone(), -1), "grants[0].valid_until"),
    ] {
        assert_eq!(fields(&world.call(&admin).create_account(change).await.unwrap_err()), [field]);
    }
    assert_eq!(world.count("select count(*) from accounts.accounts").await, 16, "nothing was stored");
    world.end().await;
}

fn with_end(mut request: CreateAccountRequest, hours: i64) -> CreateAccountRequest {
    for grant in &mut request.grants {
        grant.valid_until = Some((now() + Duration::hours(hours)).into());
    }
    request
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_more_than_he_holds() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let district = world.unit(&admin, "Công an thành phố Pleiku").await;
    let commune = world.unit(&admin, "Công an xã Trà Đa").await;
    let elsewhere = world.unit(&admin, "Công an xã Song An").await;
    // An administrator of Pleiku for two days.
    let mut request = world.officer(&admin, "quantri.pleiku").await;
    request.unit_id.clone_from(&district.unit_id);
    request.grants = vec![grant("PROVINCE_POLICE_ADMIN", "622")];
    world.active(&admin, with_end(request, 48)).await;
    let token = world.try_sign_in("10.0.0.1", "quantri.pleiku", PHRASE).await.unwrap().token;
    let local = caller_of(&world.resolve(&token).await.unwrap());

    let base = world.officer(&admin, "nhanvien").await;
    let wanted = |unit: &str, role: &str, area: &str, hours: i64| {
        let id = ids::AccountId::mint(now()).to_string();
        with_end(CreateAccountRequest { account_id: id, unit_id: unit.into(), grants: vec![grant(role, area)], ..base.clone() }, hours)
    };
    for (request, expected) in [
        (wanted(&commune.unit_id, "COMMUNE_POLICE", "64", 1), "GRANT_BEYOND_OWN"),
        (wanted(&commune.unit_id, "COMMUNE_POLICE", "23632", 1), "GRANT_BEYOND_OWN"),
        (wanted(&commune.unit_id, "COMMUNE_POLICE", "23596", 49), "GRANT_BEYOND_OWN"),
        (wanted(&elsewhere.unit_id, "COMMUNE_POLICE", "23596", 1), "UNIT_BEYOND_OWN"),
        (wanted(&district.parent_unit_id, "COMMUNE_POLICE", "23596", 1), "UNIT_BEYOND_OWN"),
        (wanted(&commune.unit_id, "TECH_ADMIN", "64", 1), "GRANT_BEYOND_OWN"),
    ] {
        let status = world.call(&local).create_account(request).await.unwrap_err();
        assert_eq!((status.code(), reason(&status).as_str()), (Code::PermissionDenied, expected));
    }
    let mut unlimited = wanted(&commune.unit_id, "COMMUNE_POLICE", "23596", 1);
    unlimited.grants[0].valid_until = None;
    assert_eq!(reason(&world.call(&local).create_account(unlimited).await.unwrap_err()), "GRANT_BEYOND_OWN");
    world.call(&local).create_account(wanted(&commune.unit_id, "COMMUNE_POLICE", "23596", 1)).await.unwrap();

    // His context still says that he may, but his grant was taken a second ago: what the database says counts.
    world.execute("update accounts.grants set revoked_at = now() where area = '2021.64.622' and role_id = 'PROVINCE_POLICE_ADMIN'").await;
    let late = wanted(&commune.unit_id, "COMMUNE_POLICE", "23596", 1);
    assert_eq!(world.call(&local).create_account(late).await.unwrap_err().code(), Code::PermissionDenied);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_make_accounts() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let request = world.officer(&admin, "hbia.siu").await;
    for (caller, code) in [
        (anonymous("10.0.0.1"), Code::Unauthenticated),
        (world.sign_in("cp1").await, Code::PermissionDenied),
        (world.sign_in("tttt").await, Code::PermissionDenied),
    ] {
        assert_eq!(world.call(&caller).create_account(request.clone()).await.unwrap_err().code(), code);
        let get = GetAccountRequest { account_id: request.account_id.clone() };
        assert_eq!(world.call(&caller).get_account(get).await.unwrap_err().code(), code);
    }
    world.end().await;
}
