//! The gateway from outside.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod add_grant;
mod api;
mod desk;
mod desk_samples;
mod live;
mod lock;
mod office;
mod pages;
mod service;
mod texts;
mod world;
