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
    assert_eq!(
        names,
        [
            "CAMPAIGN_MANAGER",
            "CDC_EPI",
            "COMMUNE_POLICE",
            "COURIER",
            "DISTRICT_POLICE",
            "HEALTH_ADMIN",
            "LAB_APPROVER",
            "LAB_RECEIVER",
            "LAB_TECH",
            "POST_OFFICER",
            "PROVINCE_POLICE_ADMIN",
            "RESULT_DESK",
            "SAMPLER",
            "TECH_ADMIN",
        ]
    );
    let (lab, others): (Vec<&str>, Vec<&str>) =
        contract::Permission::ALL.iter().map(|permission| permission.as_str()).partition(|permission| permission.starts_with("lab."));
    let role = |id: &str| roles.iter().find(|role| role.role_id == id).unwrap();
    assert_eq!(role("PROVINCE_POLICE_ADMIN").permissions, others, "all but the laboratory");
    for police in ["COMMUNE_POLICE", "DISTRICT_POLICE", "POST_OFFICER", "TECH_ADMIN"] {
        assert!(role(police).permissions.iter().all(|permission| !permission.starts_with("lab.")), "{police}");
    }
    let health: Vec<&str> = role("HEALTH_ADMIN").permissions.iter().map(String::as_str).filter(|it| it.starts_with("lab.")).collect();
    assert_eq!(health, lab, "and the health service has all of it");
    assert_eq!((role("TECH_ADMIN").permissions.len(), role("TECH_ADMIN").name_en.as_str()), (0, "Technical administrator"));
    let officer = world.sign_in("cp1").await;
    assert_eq!(world.call(&officer).list_roles(ListRolesRequest {}).await.unwrap_err().code(), Code::PermissionDenied);
    world.end().await;
}
