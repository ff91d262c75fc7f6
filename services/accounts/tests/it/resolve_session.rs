//! Sessions end by the database's clock; what a principal may do is true at this moment.

use contract::accounts::v1::{GetCurrentAccountRequest, ResolveSessionRequest};
use tonic::Code;

use crate::world::{World, caller_of, reason};

#[tokio::test(flavor = "multi_thread")]
async fn a_principal_says_who_and_what_he_may_do_where() {
    let world = World::start().await;
    let token = world.try_sign_in("10.0.0.1", "cp1", &world.password("cp1")).await.unwrap().token;
    let principal = world.resolve(&token).await.unwrap();
    assert_eq!((principal.login.as_str(), principal.full_name.as_str()), ("cp1", "Lê Thị Thanh Lịch"));
    let permissions: Vec<&str> = principal.permissions.iter().map(|held| held.permission.as_str()).collect();
    assert_eq!(
        permissions,
        [
            "reports.reports.handle",
            "reports.reports.read",
            "vehicles.sightings.record",
            "vehicles.statistics.read",
            "vehicles.trips.decide",
            "vehicles.trips.enter",
            "vehicles.trips.find",
            "vehicles.trips.read"
        ]
    );
    assert!(principal.permissions.iter().all(|held| held.areas == ["2021.64.623.23632"]));
    assert_eq!(principal.unit.as_ref().unwrap().post_code, "CP1");
    let me = caller_of(&principal);
    let current = world.call(&me).get_current_account(GetCurrentAccountRequest {}).await.unwrap().into_inner().principal.unwrap();
    assert_eq!((current.account_id, current.permissions), (principal.account_id, principal.permissions));
    let status = world.call(&me).resolve_session(ResolveSessionRequest { token }).await.unwrap_err();
    assert_eq!(reason(&status), "GATEWAY_ONLY");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_idle_too_long_and_after_a_shift() {
    let world = World::start().await;
    for (field, minutes, open) in
        [("last_seen_at", 29, true), ("last_seen_at", 31, false), ("expires_at", 719, true), ("expires_at", 721, false)]
    {
        let token = world.try_sign_in("10.0.0.1", "cp1", &world.password("cp1")).await.unwrap().token;
        world
            .execute(&format!("update accounts.sessions set {field} = {field} - interval '{minutes} minutes' where ended_at is null"))
            .await;
        assert_eq!(world.resolve(&token).await.is_ok(), open, "{field} {minutes} minutes ago");
        world.execute("update accounts.sessions set ended_at = now()").await;
    }
    for token in ["", "x", &"A".repeat(43)] {
        let status = world.resolve(token).await.unwrap_err();
        assert_eq!((status.code(), reason(&status).as_str()), (Code::Unauthenticated, "SESSION_ENDED"));
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_ends_counts_no_more_at_the_next_call() {
    let world = World::start().await;
    let token = world.try_sign_in("10.0.0.1", "trada", &world.password("trada")).await.unwrap().token;
    assert_eq!(world.resolve(&token).await.unwrap().permissions.len(), 7);
    world
        .execute("update accounts.grants set valid_from = now() - interval '1 day', valid_until = now() where role_id = 'COMMUNE_POLICE'")
        .await;
    assert_eq!(world.resolve(&token).await.unwrap().permissions.len(), 0);
    world
        .execute("update accounts.grants set valid_until = null, valid_from = now() + interval '1 hour' where role_id = 'COMMUNE_POLICE'")
        .await;
    assert_eq!(world.resolve(&token).await.unwrap().permissions.len(), 0, "not yet");
    world.execute("update accounts.grants set valid_from = now() where role_id = 'COMMUNE_POLICE'").await;
    assert_eq!(world.resolve(&token).await.unwrap().permissions.len(), 7);
    world.execute("insert into accounts.roles values ('COMMUNE_POLICE', now(), 'x', 'x', array['vehicles.trips.read'])").await;
    assert_eq!(world.resolve(&token).await.unwrap().permissions.len(), 1, "a role's new version counts from its day on");
    world.end().await;
}
