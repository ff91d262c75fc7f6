//! One file per RPC: authorise, decode, transaction, decision, save, audit, reply.

pub mod add_grant;
pub mod create_account;
pub mod create_password_link;
pub mod create_session;
pub mod delete_session;
pub mod get_account;
pub mod get_current_account;
pub mod list_accounts;
pub mod list_roles;
pub mod list_units;
pub mod lock_account;
pub mod lock_session;
pub mod resolve_session;
pub mod revoke_grant;
pub mod set_password;
pub mod unlock_account;
pub mod update_preferences;
