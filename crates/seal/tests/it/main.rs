//! The crate from outside: passes against key folders.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod passes;
