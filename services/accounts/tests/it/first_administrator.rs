//! The first administrator of a province is made once, by a command and not by another account.

use accounts::{Agency, ServeError};
use contract::accounts::v1::{CreateAccountRequest, SetPasswordRequest};
use tonic::Code;
use vietnam::province::Profile;

use crate::world::{PHRASE, World, anonymous, caller_of};

async fn make(world: &World, login: &str) -> Result<String, ServeError> {
    make_in(world, Agency::Police, login).await
}

async fn make_in(world: &World, agency: Agency, login: &str) -> Result<String, ServeError> {
    let profile = Profile::load("gia-lai-2021").unwrap();
    accounts::first_administrator(&world.env, &profile, agency, login, "Lê Thùy Dương").await.map(|link| link.token)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_health_service_has_a_first_one_of_its_own() {
    let world = World::start().await;
    assert!(matches!(make_in(&world, Agency::Health, "duong.le").await, Err(ServeError::HasAdministrator)), "the demonstration's");
    world.execute("update accounts.accounts set password_hash = null where login = 'soyte'").await;
    make_in(&world, Agency::Health, "duong.le").await.expect("one of the police is none of the health service");
    let police = world.sign_in("admin").await;
    let unit_id = world.unit(&police, "Sở Y tế Gia Lai").await.unit_id;
    let request = CreateAccountRequest { unit_id, ..world.officer(&police, "hbia.siu").await };
    let created = world.call(&police).create_account(request).await;
    assert_eq!(created.unwrap_err().code(), Code::PermissionDenied, "no administrator of the police reaches the health service");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn he_is_made_once_and_makes_the_others() {
    let world = World::start().await;
    // Nobody administers yet: the demonstration's administrator has no password.
    world.execute("update accounts.accounts set password_hash = null where login = 'admin'").await;
    let lost = make(&world, "duong.le").await.unwrap();
    let token = make(&world, "duong.le").await.expect("who lost his link gets another one");
    let set = |token: &str| SetPasswordRequest { link_token: token.into(), password: PHRASE.into() };
    assert_eq!(world.call(&anonymous("10.9.9.9")).set_password(set(&lost)).await.unwrap_err().code(), Code::NotFound);
    world.call(&anonymous("10.9.9.9")).set_password(set(&token)).await.unwrap();

    let session = world.try_sign_in("10.0.0.1", "duong.le", PHRASE).await.unwrap();
    let first = caller_of(&world.resolve(&session.token).await.unwrap());
    world.call(&first).create_account(world.officer(&first, "hbia.siu").await).await.unwrap();
    assert_eq!((world.audited("FirstAdministrator").await, world.count("select count(*) from accounts.accounts").await), (2, 18));
    assert!(matches!(make(&world, "somebody.else").await, Err(ServeError::HasAdministrator)));
    assert!(matches!(make(&world, "duong.le").await, Err(ServeError::HasAdministrator)), "not even for himself");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_works_already_is_raised() {
    let world = World::start().await;
    world.execute("update accounts.accounts set password_hash = null where login = 'admin'").await;
    for (login, expected) in [("cp1", "somebody else has this login: choose another one"), ("Dương", "a login has 3 to 60 letters")] {
        let refused = make(&world, login).await.unwrap_err().to_string();
        assert!(refused.starts_with(expected), "{refused}");
    }
    assert_eq!(world.count("select count(*) from accounts.accounts").await, 16, "nothing was stored");
    world.end().await;
}
