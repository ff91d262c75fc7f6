//! The demonstration's accounts.

use std::os::unix::fs::PermissionsExt as _;

use vietnam::province::Profile;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn seeding_again_changes_nothing_and_gives_the_same_logins() {
    let world = World::start().await;
    let counts = "select (select count(*) from accounts.units) * 1000 + (select count(*) from accounts.accounts) * 10 + (select count(*) from accounts.grants)";
    let before = world.count(counts).await;
    let logins = accounts::seed_demo(&world.env, &Profile::load("gia-lai-2021").unwrap()).await.unwrap();
    assert_eq!(world.count(counts).await, before);
    let names: Vec<&str> = logins.iter().map(|login| login.login.as_str()).collect();
    assert_eq!(
        names,
        [
            "admin",
            "cp1",
            "cp2",
            "cp3",
            "cp4",
            "trada",
            "phuthien",
            "songan",
            "pleiku",
            "tttt",
            "soyte",
            "cdc",
            "laymau",
            "giaomau",
            "xetnghiem",
            "duyet"
        ]
    );
    for login in &logins {
        assert_eq!(login.password, world.password(&login.login));
        world.try_sign_in("10.0.0.1", &login.login, &login.password).await.expect("each can sign in");
    }
    let whose: Vec<&str> = logins.iter().map(|login| login.whose.as_str()).collect();
    assert_eq!((whose[5], whose[6], whose[8]), ("Công an xã Trà Đa", "Công an thị trấn Phú Thiện", "Công an thành phố Pleiku"));
    assert_eq!((whose[10], whose[12]), ("Sở Y tế Gia Lai", "Trung tâm Y tế thành phố Pleiku"));
    let file = std::path::Path::new(&world.env.text("ACCOUNTS_KEYS").unwrap()).join("demo-logins");
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_2025_has_no_districts_and_the_same_logins() {
    let world = World::start().await;
    let logins = accounts::seed_demo(&world.env, &Profile::load("gia-lai-2025").unwrap()).await.unwrap();
    assert_eq!(logins.len(), 16);
    assert_eq!(world.count("select count(*) from accounts.units where area like '2025%' and kind = 2").await, 0);
    let pleiku = world.sign_in("pleiku").await;
    assert_eq!(
        pleiku.areas(contract::Permission::VehiclesArrivalsRead),
        ["2021.64.622", "2025.52.23575"],
        "records of both states stay his"
    );
    world.end().await;
}
