//! What the forms of `/accounts/{account}` do: lock, unlock, revoke a grant, renew the password. A refusal shows the account as it is now.
use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    accounts::v1::{CreatePasswordLinkRequest, GetAccountRequest, LockAccountRequest, RevokeGrantRequest, UnlockAccountRequest},
};
use http::{HeaderMap, StatusCode};
use tonic::Status;

use super::{
    password_link,
    show_account::{self, Refusal},
};
use crate::{
    error::{self, PageError},
    forms::Typed,
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Lang,
    view::Mistake,
};

/// Shorter ones explain nothing; the service holds to the same.
pub const SHORTEST_REASON: usize = 3;

/// One of the forms: its account, the box of its reason, and what was typed.
struct Change {
    site: Arc<Site>,
    user: CurrentUser,
    account: String,
    field: String,
    reason: String,
    version: i64,
}

impl Change {
    fn new(site: Arc<Site>, user: CurrentUser, account: String, field: String, typed: &Typed) -> Result<Self, PageError> {
        user.require(Permission::AccountsAccountsManage)?;
        let reason = typed.get(&field).to_owned();
        let version = typed.get("version").parse().map_err(|_| PageError::Unreadable)?;
        Ok(Self { site, user, account, field, reason, version })
    }

    /// Whether the reason explains anything; the service is not asked before it does.
    fn explained(&self) -> bool {
        self.reason.chars().count() >= SHORTEST_REASON
    }

    async fn unexplained(self) -> Result<Response, PageError> {
        let text = self.site.words(self.user.lang).t("accounts-missing-reason");
        let mistakes = vec![Mistake::new(self.field.as_str(), text)];
        self.show(mistakes, StatusCode::UNPROCESSABLE_ENTITY).await
    }

    /// Back to the page, which says what was done or why it was not.
    async fn answer<T>(self, outcome: Result<T, Status>, done: &str) -> Result<Response, PageError> {
        match outcome {
            Ok(_) => Ok(Redirect::to(&format!("/accounts/{}?done={done}", self.account)).into_response()),
            Err(status) => {
                let (mistakes, status) = refused(status, &self.field, self.user.lang)?;
                self.show(mistakes, status).await
            }
        }
    }

    async fn show(self, mistakes: Vec<Mistake>, status: StatusCode) -> Result<Response, PageError> {
        let refusal = Refusal { field: self.field, typed: self.reason, mistakes };
        let mut response = show_account::show(&self.site, &self.user, &self.account, None, refusal).await?;
        *response.status_mut() = status;
        Ok(response)
    }
}

/// What a service says of a change that it does not make, in words; other failures stay failures.
fn refused(status: Status, field: &str, lang: Lang) -> Result<(Vec<Mistake>, StatusCode), PageError> {
    let (reason, text) = (error::reason(&status), error::message(&status, lang));
    let whole = |status| Ok((vec![Mistake::new("", text)], status));
    match (reason.as_str(), PageError::from(status)) {
        ("STALE_VERSION" | "OWN_ACCOUNT" | "ACCOUNT_LOCKED", _) => whole(StatusCode::CONFLICT),
        ("UNIT_BEYOND_OWN" | "GRANT_BEYOND_OWN", _) => whole(StatusCode::FORBIDDEN),
        (_, PageError::Invalid(faults)) => {
            let at = |path: &str| if path == "reason" { field } else { "" };
            let mistakes = faults.iter().map(|fault| Mistake::new(at(&fault.path), fault.text(lang))).collect();
            Ok((mistakes, StatusCode::UNPROCESSABLE_ENTITY))
        }
        (_, error) => Err(error),
    }
}

/// `POST /accounts/{account}/lock`
pub async fn lock(
    State(site): State<Arc<Site>>,
    Path(account): Path<String>,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    let change = Change::new(site, user, account, "reason".to_owned(), &typed)?;
    if !change.explained() {
        return change.unexplained().await;
    }
    let request = LockAccountRequest { account_id: change.account.clone(), version: change.version, reason: change.reason.clone() };
    let outcome = change.site.clients.accounts(change.user.caller.clone()).lock_account(request).await;
    change.answer(outcome, "locked").await
}

/// `POST /accounts/{account}/unlock`
pub async fn unlock(
    State(site): State<Arc<Site>>,
    Path(account): Path<String>,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    let change = Change::new(site, user, account, "reason".to_owned(), &typed)?;
    if !change.explained() {
        return change.unexplained().await;
    }
    let request = UnlockAccountRequest { account_id: change.account.clone(), version: change.version, reason: change.reason.clone() };
    let outcome = change.site.clients.accounts(change.user.caller.clone()).unlock_account(request).await;
    change.answer(outcome, "unlocked").await
}

/// `POST /accounts/{account}/grants/{grant}/revoke`
pub async fn revoke_grant(
    State(site): State<Arc<Site>>,
    Path((account, grant)): Path<(String, String)>,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    let change = Change::new(site, user, account, show_account::reason_of(&grant), &typed)?;
    if !change.explained() {
        return change.unexplained().await;
    }
    let (account_id, reason) = (change.account.clone(), change.reason.clone());
    let request = RevokeGrantRequest { account_id, grant_id: grant, version: change.version, reason };
    let outcome = change.site.clients.accounts(change.user.caller.clone()).revoke_grant(request).await;
    change.answer(outcome, "revoked").await
}

/// `POST /accounts/{account}/password-link`: the link is in the answer and nowhere else.
pub async fn renew_password(
    State(site): State<Arc<Site>>,
    Path(account): Path<String>,
    headers: HeaderMap,
    OfficerForm { user, .. }: OfficerForm,
) -> Result<Response, PageError> {
    user.require(Permission::AccountsAccountsManage)?;
    let mut accounts = site.clients.accounts(user.caller.clone());
    // Asked before: once the link is made nothing may come between it and the page.
    let found = accounts.get_account(GetAccountRequest { account_id: account.clone() }).await.map_err(hidden)?.into_inner();
    let found = found.account.ok_or(PageError::NotFound)?;
    match accounts.create_password_link(CreatePasswordLinkRequest { account_id: account.clone() }).await {
        Ok(made) => {
            let made = made.into_inner();
            password_link::show(&site, &user, &headers, &found, &made.link_token, made.link_expires_at)
        }
        Err(status) => {
            let (mistakes, status) = refused(status, "", user.lang)?;
            let mut response = show_account::show(&site, &user, &account, None, Refusal { mistakes, ..Refusal::default() }).await?;
            *response.status_mut() = status;
            Ok(response)
        }
    }
}

/// An id that is none is as unknown as any other.
fn hidden(status: Status) -> PageError {
    match PageError::from(status) {
        PageError::Invalid(_) => PageError::NotFound,
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use runtime::grpc::Problem;
    use tonic::Code;

    use super::*;

    #[test]
    fn a_refusal_says_why_and_a_failure_stays_one() {
        let cases = [
            (Code::Aborted, "STALE_VERSION", Ok(StatusCode::CONFLICT)),
            (Code::FailedPrecondition, "OWN_ACCOUNT", Ok(StatusCode::CONFLICT)),
            (Code::PermissionDenied, "UNIT_BEYOND_OWN", Ok(StatusCode::FORBIDDEN)),
            (Code::NotFound, "NOT_FOUND", Err(PageError::NotFound)),
            (Code::Internal, "INTERNAL", Err(PageError::Internal)),
        ];
        for (code, reason, expected) in cases {
            let status = Status::from(Problem::new(code, reason, "Tiếng Việt", "English"));
            let expected = expected.map(|status| (vec![Mistake::new("", "Tiếng Việt")], status));
            assert_eq!(refused(status, "reason", Lang::Vi), expected, "{reason}");
        }
    }
}
