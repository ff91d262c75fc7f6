//! ListPosts, ListAreas and ListCommitmentTemplates: what forms are made of.

use contract::vehicles::v1::{self as pb, ListAreasRequest as Areas};

use crate::world::{World, fields, world};

async fn codes(world: &World, request: Areas) -> Vec<String> {
    let answer = world.citizen().list_areas(request).await.unwrap().into_inner();
    answer.areas.into_iter().map(|area| area.code).collect()
}

#[tokio::test]
async fn areas_are_found_below_a_parent_or_by_name() {
    let mut world = world().await;
    let by = |query: &str, parent: &str| Areas { query: query.to_owned(), parent_code: parent.to_owned(), ..Areas::default() };
    let found = codes(&world, by("Ia Băng", "64")).await;
    assert_eq!(found[..3], ["23719", "23905", "23924"].map(str::to_owned), "full spelling first, both of it, then the same without marks");
    assert_eq!(codes(&world, by("", "64")).await.len(), 17, "districts of the province");
    assert_eq!(codes(&world, by("", "")).await.len(), 50, "the first page of 63 provinces");
    let first = Areas { page_size: 10, ..by("", "64") };
    let answer = world.citizen().list_areas(first.clone()).await.unwrap().into_inner();
    let second = codes(&world, Areas { page_token: answer.next_page_token, ..first }).await;
    assert_eq!((answer.areas.len(), second.len()), (10, 7));
    let new = Areas { valid_from: "2025-07-01".to_owned(), page_size: 250, ..by("", "52") };
    assert_eq!(codes(&world, new).await.len(), 135, "communes of the province since the reform");
    for (request, field) in [
        (by("", "99999"), "parent_code"),
        (Areas { valid_from: "2024-01-01".to_owned(), ..Areas::default() }, "valid_from"),
        (Areas { page_token: "2021.99".to_owned(), ..Areas::default() }, "page_token"),
    ] {
        assert_eq!(fields(&world.citizen().list_areas(request).await.unwrap_err()), [field]);
    }
    world.events().await;
}

#[tokio::test]
async fn posts_and_commitments_are_those_of_the_province_and_the_day() {
    let mut world = world().await;
    let posts = world.citizen().list_posts(pb::ListPostsRequest {}).await.unwrap().into_inner().posts;
    let named: Vec<(&str, &str)> = posts.iter().map(|post| (&*post.post_id, &*post.kind)).collect();
    assert_eq!(named[0], ("CP1", "PROVINCIAL"));
    assert_eq!((named.len(), named[4]), (5, ("LT", "BORDER_GATE")));
    assert_eq!(posts[2].area.as_ref().unwrap().name, "Xã Ia Le, Huyện Chư Pưh");
    let on = |day: &str| pb::ListCommitmentTemplatesRequest { day: day.to_owned() };
    let today = world.citizen().list_commitment_templates(on("")).await.unwrap().into_inner().templates;
    let same = world.citizen().list_commitment_templates(on("2021-10-18")).await.unwrap().into_inner().templates;
    assert!(!today.is_empty() && today == same);
    let before = world.citizen().list_commitment_templates(on("2019-01-01")).await.unwrap().into_inner().templates;
    assert!(before.is_empty());
    assert_eq!(fields(&world.citizen().list_commitment_templates(on("18/10/2021")).await.unwrap_err()), ["day"]);
    world.events().await;
}
