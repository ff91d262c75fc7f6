//! Accounts by name, by part of a name, page by page.

use contract::accounts::v1::{ListAccountsRequest, ListAccountsResponse};
use runtime::Caller;
use tonic::Code;

use crate::world::{World, fields};

const EVERYBODY: [&str; 16] = [
    "giaomau",
    "cdc",
    "songan",
    "tttt",
    "duyet",
    "cp4",
    "cp1",
    "phuthien",
    "admin",
    "xetnghiem",
    "trada",
    "cp2",
    "laymau",
    "cp3",
    "soyte",
    "pleiku",
];

async fn list(world: &World, caller: &Caller, query: &str, page_size: i32, page_token: &str) -> ListAccountsResponse {
    let request = ListAccountsRequest { query: query.into(), page_size, page_token: page_token.into(), ..ListAccountsRequest::default() };
    world.call(caller).list_accounts(request).await.unwrap().into_inner()
}

fn logins(page: &ListAccountsResponse) -> Vec<&str> {
    page.accounts.iter().map(|account| account.login.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_found_without_marks_and_exact_spelling_comes_first() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    for (query, expected) in [
        ("", EVERYBODY.to_vec()),
        ("hlan", vec!["cp2"]),
        ("H'Lan", vec!["cp2"]),
        ("Hồ", vec!["tttt", "cp4", "admin"]),
        ("ho", vec!["admin", "tttt", "cp4"]),
        ("CP", vec!["cp4", "cp1", "cp2", "cp3"]),
        ("khue", vec!["pleiku"]),
        ("nobody", vec![]),
    ] {
        assert_eq!(logins(&list(&world, &admin, query, 0, "").await), expected, "{query}");
    }
    assert_eq!(world.audited("ListAccounts").await, 8);
    assert_eq!(world.count("select count(*) from audit.entries where detail::text ilike '%khue%'").await, 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_join_without_gap_and_their_tokens_name_nobody() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let whole = list(&world, &admin, "", 0, "").await;
    let mut paged = Vec::new();
    let mut token = String::new();
    loop {
        let page = list(&world, &admin, "", 3, &token).await;
        paged.extend(page.accounts);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
        ids::AccountId::parse(&token).expect("an id, for it stands in URLs");
    }
    assert_eq!(paged, whole.accounts);
    let request = ListAccountsRequest { page_token: "x".into(), page_size: -1, ..ListAccountsRequest::default() };
    let mut wrong = fields(&world.call(&admin).list_accounts(request).await.unwrap_err());
    wrong.sort();
    assert_eq!(wrong, ["page_size", "page_token"]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_accounts_of_ones_area_are_listed() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let mut local = admin.clone();
    for (_, areas) in &mut local.permissions {
        *areas = vec!["2021.64.622".into()];
    }
    assert_eq!(logins(&list(&world, &local, "", 0, "").await), ["giaomau", "trada", "laymau", "pleiku"]);
    let unit_id = world.unit(&admin, "Công an xã Song An").await.unit_id;
    let of_unit = ListAccountsRequest { unit_id, ..ListAccountsRequest::default() };
    assert_eq!(logins(world.call(&admin).list_accounts(of_unit.clone()).await.unwrap().get_ref()), ["songan"]);
    assert!(world.call(&local).list_accounts(of_unit).await.unwrap().get_ref().accounts.is_empty());
    let officer = world.sign_in("cp1").await;
    assert_eq!(world.call(&officer).list_accounts(ListAccountsRequest::default()).await.unwrap_err().code(), Code::PermissionDenied);
    world.end().await;
}
