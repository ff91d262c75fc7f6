//! One file per page: what it reads, what it shows, and its form where it has one.
pub mod account;
pub mod declare_trip;
pub mod guide;
pub mod list;
pub mod live;
pub mod pass;
pub mod place_filter;
pub mod public_row;
pub mod robots;
pub mod set_password;
pub mod show_public_trip;
pub mod sign_in;
