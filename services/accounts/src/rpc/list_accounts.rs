//! Accounts of the caller's area by name, or those that a part of a name or login fits. A page token is an id, never a name: it stands in URLs.

use audit::Kind;
use contract::{
    Permission,
    accounts::v1::{ListAccountsRequest, ListAccountsResponse},
};
use ids::{AccountId, UnitId};
use runtime::Caller;
use serde_json::json;
use vietnam::fold::fold;

use crate::{account::Account, decode::Reader, error::Error, proto, service::Accounts, store, trail};

struct Query {
    size: usize,
    after: Option<AccountId>,
    text: String,
    unit: Option<UnitId>,
}

pub async fn handle(accounts: &Accounts, caller: Caller, request: ListAccountsRequest) -> Result<ListAccountsResponse, Error> {
    caller.require(Permission::AccountsAccountsRead)?;
    let query = decode(request)?;
    let areas = caller.areas(Permission::AccountsAccountsRead);
    let mut tx = accounts.database.begin().await?;
    let now = store::now(&mut tx).await?;
    let visible = store::accounts::all_visible(&mut tx, &accounts.keyring, &areas, query.unit.map(UnitId::as_uuid)).await?;
    let (mut page, more) = page(visible, &query)?;
    for account in &mut page {
        account.grants = store::grants::of_account(&mut tx, account.id, now).await?;
    }
    let found: Vec<String> = page.iter().map(|account| account.id.to_string()).collect();
    let searched = accounts.keyring.index("accounts.accounts.query", &fold(&query.text))?;
    let searched = (!query.text.is_empty()).then(|| searched.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let detail = json!({ "found": found, "query_index": searched, "unit": query.unit.map(|unit| unit.to_string()) });
    let permission = Some(Permission::AccountsAccountsRead);
    trail::record(
        &mut tx,
        &caller,
        now,
        trail::Row { kind: Kind::Read, action: "accounts.ListAccounts", permission, account: None, detail },
    )
    .await?;
    tx.commit().await?;
    let next_page_token = found.last().filter(|_| more).cloned().unwrap_or_default();
    Ok(ListAccountsResponse { accounts: page.iter().map(proto::account).collect(), next_page_token })
}

fn decode(request: ListAccountsRequest) -> Result<Query, Error> {
    let mut reader = Reader::of(&request);
    let size = reader.page_size(request.page_size, 25, 100);
    let mut optional = |field: &str, text: &str| (!text.is_empty()).then(|| reader.id(field, text, AccountId::parse)).flatten();
    let after = optional("page_token", &request.page_token);
    let unit = optional("unit_id", &request.unit_id).map(|id| UnitId::from_uuid(id.as_uuid()));
    reader.finish(Some(Query { size, after, text: request.query.trim().to_owned(), unit }))
}

/// The accounts of one page in order, and whether there are more. Exact spelling comes before spelling without marks.
fn page(visible: Vec<Account>, query: &Query) -> Result<(Vec<Account>, bool), Error> {
    let (exact, folded) = (query.text.to_lowercase(), fold(&query.text));
    let rank = |account: &Account| {
        let name = account.full_name.to_lowercase();
        if name.contains(&exact) || account.login.contains(&exact) { Some(0u8) } else { fold(&name).contains(&folded).then_some(1) }
    };
    let mut ordered: Vec<(u8, String, Account)> =
        visible.into_iter().filter_map(|account| Some((rank(&account)?, fold(&account.full_name), account))).collect();
    ordered.sort_by(|one, other| (one.0, &one.1, one.2.id).cmp(&(other.0, &other.1, other.2.id)));
    let start = match query.after {
        None => 0,
        Some(after) => ordered.iter().position(|(_, _, account)| account.id == after).ok_or_else(unknown_page)? + 1,
    };
    let more = ordered.len() > start + query.size;
    Ok((ordered.into_iter().skip(start).take(query.size).map(|(_, _, account)| account).collect(), more))
}

fn unknown_page() -> Error {
    let mut reader = Reader::of_nothing();
    reader.refuse(
        "page_token",
        "UNKNOWN_VALUE",
        "Trang này không còn. Hãy bắt đầu lại từ trang đầu.",
        "This page is gone. Begin again with the first.",
    );
    reader.refused()
}
