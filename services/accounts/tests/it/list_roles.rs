//! Roles in force.

use contract::accounts::v1::ListRolesRequest;
use tonic::Code;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn each_role_shows_its_version_in_force() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    world.execute("insert into accounts.roles values ('TECH_ADMIN', now() + interval '1 day', 'mai', 'tomorrow', '{}')").await;
    let roles = world.call(&admin).list_roles(ListRolesRequest {}).await.unwrap().into_inner().roles;
    let names: Vec<&str> = roles.iter().map(|role| role.role_id.as_str()).collect();
    assert_eq!(names, ["COMMUNE_POLICE", "DISTRICT_POLICE", "POST_OFFICER", "PROVINCE_POLICE_ADMIN", "TECH_ADMIN"]);
    assert_eq!(roles[3].permissions, contract::Permission::ALL.iter().map(|permission| permission.as_str()).collect::<Vec<_>>());
    assert_eq!((roles[4].permissions.len(), roles[4].name_en.as_str()), (0, "Technical administrator"));
    let officer = world.sign_in("cp1").await;
    assert_eq!(world.call(&officer).list_roles(ListRolesRequest {}).await.unwrap_err().code(), Code::PermissionDenied);
    world.end().await;
}
