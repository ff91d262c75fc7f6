//! One file per page: what it reads, what it shows, and its form where it has one.
pub mod guide;
pub mod list;
pub mod place_filter;
pub mod public_row;
pub mod robots;
pub mod show_public_trip;
