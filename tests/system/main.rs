//! The whole product from outside: one journey per file, and the conventions of the house that a program can check.

mod a_day_reconciles;
mod a_truck_is_followed_through_the_api;
mod api;
mod bad_input_is_refused_and_nothing_is_stored;
mod conventions;
mod truck;
mod world;
