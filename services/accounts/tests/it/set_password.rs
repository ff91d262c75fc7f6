//! Setting a password with a one-time link.

use contract::accounts::v1::SetPasswordRequest;
use runtime::grpc::Problem;
use tonic::Code;

use crate::world::{PHRASE, World, anonymous, fields, grant};

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_and_for_three_days() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let made = world.call(&admin).create_account(world.officer(&admin, "hbia.siu").await).await.unwrap().into_inner();
    let citizen = anonymous("10.0.0.3");
    let set = |password: &str| SetPasswordRequest { link_token: made.link_token.clone(), password: password.into() };
    for (password, reason) in [("quá ngắn", "TOO_SHORT"), ("matkhau123456", "TOO_COMMON"), ("tôi là hbia.siu đây", "CONTAINS_LOGIN")]
    {
        let status = world.call(&citizen).set_password(set(password)).await.unwrap_err();
        assert_eq!(
            (fields(&status), &*Problem::from_status(&status).fields[0].reason),
            (vec!["password".to_owned()], reason),
            "{password}"
        );
    }
    world.execute("update accounts.password_links set expires_at = now()").await;
    assert_eq!(world.call(&citizen).set_password(set(PHRASE)).await.unwrap_err().code(), Code::NotFound);
    world.execute("update accounts.password_links set expires_at = now() + interval '1 hour'").await;
    let (mut one, mut other) = (world.call(&citizen), world.call(&citizen));
    let (one, other) = tokio::join!(one.set_password(set(PHRASE)), other.set_password(set(PHRASE)));
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1, "of two at once one wins");
    assert_eq!(world.call(&citizen).set_password(set(PHRASE)).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(world.audited("SetPassword").await, 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_administers_needs_a_longer_one() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let mut request = world.officer(&admin, "pho.quantri").await;
    request.grants = vec![grant("PROVINCE_POLICE_ADMIN", "23632")];
    let link_token = world.call(&admin).create_account(request).await.unwrap().into_inner().link_token;
    let set = |password: &str| SetPasswordRequest { link_token: link_token.clone(), password: password.into() };
    let status = world.call(&anonymous("10.0.0.3")).set_password(set("mưa rừng ướt")).await.unwrap_err();
    assert_eq!(Problem::from_status(&status).fields[0].message_en, "At least 15 characters are needed.");
    world.call(&anonymous("10.0.0.3")).set_password(set("mưa rừng ướt áo")).await.unwrap();
    world.end().await;
}
