//! The service over real sockets, with a real PostgreSQL and a real JetStream. One file per RPC, or one for methods of one thing.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a fixture that fails ends the test")]

mod advice;
mod approve_results;
mod at_size;
mod boxes;
mod campaigns;
mod certificates;
mod corrections;
mod desk;
mod laboratory;
mod lists;
mod look_up_result;
mod meaning;
mod positives;
mod result_imports;
mod rosters;
mod runs;
mod secrets;
mod silence;
mod world;
