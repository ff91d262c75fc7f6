//! The service on the wire: one line per RPC.

use contract::accounts::v1::{account_service_server::AccountService, *};
use runtime::grpc::accept;
use tonic::{Request, Response, Status};

use crate::{rpc, service::Accounts};

macro_rules! answer {
    ($self:ident, $request:ident, $rpc:ident) => {{
        let (caller, request) = accept($request)?;
        Ok(Response::new(rpc::$rpc::handle($self, caller, request).await?))
    }};
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl AccountService for Accounts {
    async fn create_session(&self, request: Request<CreateSessionRequest>) -> Answer<CreateSessionResponse> {
        answer!(self, request, create_session)
    }

    async fn delete_session(&self, request: Request<DeleteSessionRequest>) -> Answer<DeleteSessionResponse> {
        answer!(self, request, delete_session)
    }

    async fn lock_session(&self, request: Request<LockSessionRequest>) -> Answer<LockSessionResponse> {
        answer!(self, request, lock_session)
    }

    async fn resolve_session(&self, request: Request<ResolveSessionRequest>) -> Answer<ResolveSessionResponse> {
        answer!(self, request, resolve_session)
    }

    async fn get_current_account(&self, request: Request<GetCurrentAccountRequest>) -> Answer<GetCurrentAccountResponse> {
        answer!(self, request, get_current_account)
    }

    async fn update_preferences(&self, request: Request<UpdatePreferencesRequest>) -> Answer<UpdatePreferencesResponse> {
        answer!(self, request, update_preferences)
    }

    async fn list_units(&self, request: Request<ListUnitsRequest>) -> Answer<ListUnitsResponse> {
        answer!(self, request, list_units)
    }

    async fn list_roles(&self, request: Request<ListRolesRequest>) -> Answer<ListRolesResponse> {
        answer!(self, request, list_roles)
    }

    async fn list_accounts(&self, request: Request<ListAccountsRequest>) -> Answer<ListAccountsResponse> {
        answer!(self, request, list_accounts)
    }

    async fn get_account(&self, request: Request<GetAccountRequest>) -> Answer<GetAccountResponse> {
        answer!(self, request, get_account)
    }

    async fn create_account(&self, request: Request<CreateAccountRequest>) -> Answer<CreateAccountResponse> {
        answer!(self, request, create_account)
    }

    async fn lock_account(&self, request: Request<LockAccountRequest>) -> Answer<LockAccountResponse> {
        answer!(self, request, lock_account)
    }

    async fn unlock_account(&self, request: Request<UnlockAccountRequest>) -> Answer<UnlockAccountResponse> {
        answer!(self, request, unlock_account)
    }

    async fn create_password_link(&self, request: Request<CreatePasswordLinkRequest>) -> Answer<CreatePasswordLinkResponse> {
        answer!(self, request, create_password_link)
    }

    async fn set_password(&self, request: Request<SetPasswordRequest>) -> Answer<SetPasswordResponse> {
        answer!(self, request, set_password)
    }

    async fn add_grant(&self, request: Request<AddGrantRequest>) -> Answer<AddGrantResponse> {
        answer!(self, request, add_grant)
    }

    async fn revoke_grant(&self, request: Request<RevokeGrantRequest>) -> Answer<RevokeGrantResponse> {
        answer!(self, request, revoke_grant)
    }
}
