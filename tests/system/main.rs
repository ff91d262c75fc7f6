//! The whole product from outside: one journey per file, and the conventions of the house that a program can check.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a fixture that fails ends the test")]

mod a_certificate_is_read_offline;
mod a_code_is_scanned_by_camera;
mod a_day_reconciles;
mod a_list_is_taken;
mod a_matter_reported_twice;
mod a_photo_is_evidence;
mod a_report_is_answered;
mod a_report_survives_a_bad_link;
mod a_screen_left_alone_is_locked;
mod a_swab_becomes_a_result;
mod a_trace_is_followed_to_the_stream;
mod a_truck_is_followed_through_the_api;
mod axe;
mod bad_input_is_refused_and_nothing_is_stored;
mod both_readers_of_certificates_agree;
mod browser;
mod conventions;
mod dropped_clients_hurt_nobody;
mod every_page_is_accessible;
mod every_page_of_the_laboratory_is_accessible;
mod somebody_is_met_under_another_number;
mod the_journey_through_the_pages;
