//! Units of one's area.

use contract::accounts::v1::ListUnitsRequest;
use tonic::Code;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn parents_come_first_and_pages_join_without_gap() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let all = world.units(&admin).await;
    assert_eq!(all.len(), 2 + 5 + 17 + 220 + 2 + 17);
    for (index, unit) in all.iter().enumerate() {
        let parent = all.iter().position(|other| other.unit_id == unit.parent_unit_id);
        assert!(unit.parent_unit_id.is_empty() || parent.is_some_and(|parent| parent < index), "{}", unit.name);
    }
    let mut paged = Vec::new();
    let mut page_token = String::new();
    loop {
        let page = world.call(&admin).list_units(ListUnitsRequest { page_size: 100, page_token }).await.unwrap().into_inner();
        paged.extend(page.units);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(paged, all);
    let officer = world.sign_in("cp1").await;
    assert_eq!(world.call(&officer).list_units(ListUnitsRequest::default()).await.unwrap_err().code(), Code::PermissionDenied);
    world.end().await;
}
