//! The crate from outside: passes against key folders.

mod passes;
