//! The roles in force today.

use contract::{
    Permission,
    accounts::v1::{ListRolesRequest, ListRolesResponse},
};
use runtime::Caller;

use crate::{error::Error, proto, service::Accounts, store};

pub async fn handle(accounts: &Accounts, caller: Caller, _: ListRolesRequest) -> Result<ListRolesResponse, Error> {
    caller.require(Permission::AccountsAccountsRead)?;
    let mut conn = accounts.database.acquire().await.map_err(Error::from)?;
    let now = store::now(&mut conn).await?;
    let roles = store::grants::roles(&mut conn, now).await?;
    Ok(ListRolesResponse { roles: roles.into_iter().map(proto::role).collect() })
}
