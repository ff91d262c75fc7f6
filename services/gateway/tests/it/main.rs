//! The gateway from outside.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod add_grant;
mod api;
mod cases;
mod desk;
mod desk_samples;
mod handling;
mod live;
mod lock;
mod office;
mod open311;
mod pages;
mod photos;
mod report_samples;
mod reports;
mod rosters;
mod service;
mod texts;
mod world;
mod xml;
