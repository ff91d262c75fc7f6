//! A new link takes the old password, the old links and the sessions away.

use contract::accounts::v1::{AccountState, CreatePasswordLinkRequest, GetAccountRequest, SetPasswordRequest};
use tonic::Code;

use crate::world::{PHRASE, World, anonymous, reason};

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_password_is_the_owners_alone_to_set() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let account = world.active(&admin, world.officer(&admin, "hbia.siu").await).await;
    let token = world.try_sign_in("10.0.0.3", "hbia.siu", PHRASE).await.unwrap().token;
    let request = CreatePasswordLinkRequest { account_id: account.account_id.clone() };
    let first = world.call(&admin).create_password_link(request.clone()).await.unwrap().into_inner();
    assert!(world.resolve(&token).await.is_err());
    assert_eq!(reason(&world.try_sign_in("10.0.0.3", "hbia.siu", PHRASE).await.unwrap_err()), "WRONG_LOGIN_OR_PASSWORD");
    let get = GetAccountRequest { account_id: account.account_id.clone() };
    let invited = world.call(&admin).get_account(get).await.unwrap().into_inner().account.unwrap();
    assert_eq!(invited.state(), AccountState::Invited);

    let second = world.call(&admin).create_password_link(request).await.unwrap().into_inner();
    let set = |link: &str| SetPasswordRequest { link_token: link.into(), password: format!("{PHRASE} mới") };
    assert_eq!(world.call(&anonymous("10.0.0.3")).set_password(set(&first.link_token)).await.unwrap_err().code(), Code::NotFound);
    world.call(&anonymous("10.0.0.3")).set_password(set(&second.link_token)).await.unwrap();
    world.try_sign_in("10.0.0.3", "hbia.siu", &format!("{PHRASE} mới")).await.unwrap();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_could_not_give_an_accounts_authority_cannot_take_the_account() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let account = world.active(&admin, world.officer(&admin, "hbia.siu").await).await;
    let request = CreatePasswordLinkRequest { account_id: account.account_id.clone() };
    world.execute("update accounts.grants set valid_until = now() + interval '1 day' where role_id = 'PROVINCE_POLICE_ADMIN'").await;
    let status = world.call(&admin).create_password_link(request).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::PermissionDenied, "GRANT_BEYOND_OWN"),
        "the officer's grant outlasts the administrator's"
    );
    let own = CreatePasswordLinkRequest { account_id: admin.account().unwrap().account_id.to_string() };
    assert_eq!(reason(&world.call(&admin).create_password_link(own).await.unwrap_err()), "OWN_ACCOUNT");
    world.end().await;
}
