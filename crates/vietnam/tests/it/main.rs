//! What the vocabulary promises as a whole; small value types have their tests inline.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod areas;
mod identity;
mod plate;
mod scan;
