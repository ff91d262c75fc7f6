//! The executable as people and supervisors meet it: its sentences, its exit codes, what it leaves behind.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

mod bench;
mod check_config;
mod events_tail;
mod first_administrator;
mod running;
mod up;
mod up_refuses;
