//! Preferences.

use contract::accounts::v1::{Preferences, UpdatePreferencesRequest};
use tonic::Code;

use crate::world::{World, caller_of, fields};

#[tokio::test(flavor = "multi_thread")]
async fn preferences_are_kept_for_the_next_session() {
    let world = World::start().await;
    let token = world.try_sign_in("10.0.0.1", "cp1", &world.password("cp1")).await.unwrap().token;
    let me = caller_of(&world.resolve(&token).await.unwrap());
    let chosen = Preferences { language: "en".into(), theme: "dark".into(), gloves: true };
    world.call(&me).update_preferences(UpdatePreferencesRequest { preferences: Some(chosen.clone()) }).await.unwrap();
    assert_eq!(world.resolve(&token).await.unwrap().preferences, Some(chosen));
    let wrong = Preferences { language: "fr".into(), theme: "pink".into(), gloves: false };
    let status = world.call(&me).update_preferences(UpdatePreferencesRequest { preferences: Some(wrong) }).await.unwrap_err();
    assert_eq!((status.code(), fields(&status)), (Code::InvalidArgument, vec!["preferences.language".into(), "preferences.theme".into()]));
    world.end().await;
}
