//! The crate from outside: passes against key folders, data keys against a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod data_keys;
mod passes;
