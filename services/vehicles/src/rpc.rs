//! One file per RPC: authorise, read, transaction, decision, save, reply.

pub mod answer_possible_person;
pub mod assess_trip;
pub mod cancel_trip;
pub mod close_trip;
pub mod confirm_arrival;
pub mod decide_trip;
pub mod declare_trip;
pub mod enter_trip;
pub mod export_statistics;
pub mod find_trips;
pub mod get_arrival;
pub mod get_pass;
pub mod get_public_trip;
pub mod get_statistics;
pub mod get_trip;
pub mod list_areas;
pub mod list_arrivals;
pub mod list_commitment_templates;
pub mod list_pass_keys;
pub mod list_possible_people;
pub mod list_posts;
pub mod list_public_trips;
pub mod list_trips;
pub mod receive_trip;
pub mod record_sighting;
pub mod watch_trips;
