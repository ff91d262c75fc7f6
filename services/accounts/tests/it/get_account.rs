//! One account.

use contract::accounts::v1::GetAccountRequest;
use tonic::Code;

use crate::world::{World, grant};

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_another_area_does_not_exist() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let account = world.active(&admin, world.officer(&admin, "hbia.siu").await).await;
    let before = world.audited("GetAccount").await;
    let get = GetAccountRequest { account_id: account.account_id.clone() };
    let found = world.call(&admin).get_account(get.clone()).await.unwrap().into_inner().account.unwrap();
    assert_eq!(found.full_name, "Siu H’Bia Ƀiăt");
    assert_eq!(world.audited("GetAccount").await, before + 1);

    let pleiku = world.unit(&admin, "Công an thành phố Pleiku").await;
    let mut request = world.officer(&admin, "quantri.pleiku").await;
    request.unit_id = pleiku.unit_id;
    request.grants = vec![grant("PROVINCE_POLICE_ADMIN", "622")];
    let local = world.active(&admin, request).await;
    let mut local_caller = admin.clone();
    for (_, areas) in &mut local_caller.permissions {
        *areas = vec!["2021.64.622".into()];
    }
    assert_eq!(world.call(&local_caller).get_account(get).await.unwrap_err().code(), Code::NotFound);
    world.call(&local_caller).get_account(GetAccountRequest { account_id: local.account_id }).await.unwrap();
    let unknown = GetAccountRequest { account_id: ids::AccountId::mint(crate::world::now()).to_string() };
    assert_eq!(world.call(&admin).get_account(unknown).await.unwrap_err().code(), Code::NotFound);
    world.end().await;
}
