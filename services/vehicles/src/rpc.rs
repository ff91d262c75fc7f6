//! One file per RPC: authorise, read, transaction, decision, save, reply.

pub mod assess_trip;
pub mod cancel_trip;
pub mod close_trip;
pub mod confirm_arrival;
pub mod decide_trip;
pub mod declare_trip;
pub mod enter_trip;
pub mod get_pass;
pub mod get_trip;
pub mod list_pass_keys;
pub mod receive_trip;
pub mod record_sighting;
