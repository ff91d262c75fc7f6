//! The executable as people and supervisors meet it: its sentences, its exit codes, what it leaves behind.

mod check_config;
mod events_tail;
mod running;
mod up;
mod up_refuses;
