//! Accounts as its callers meet it: over gRPC, with a real PostgreSQL and JetStream.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on should panic")]

mod add_grant;
mod create_account;
mod create_password_link;
mod create_session;
mod delete_session;
mod first_administrator;
mod get_account;
mod list_accounts;
mod list_roles;
mod list_units;
mod lock_account;
mod lock_session;
mod resolve_session;
mod revoke_grant;
mod secrets;
mod seed_demo;
mod set_password;
mod update_preferences;
mod world;
