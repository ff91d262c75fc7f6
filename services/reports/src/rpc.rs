//! One file per RPC: authorise, read, transaction, decision, save, reply.

pub mod add_report_note;
pub mod add_reporter_message;
pub mod approve_answer;
pub mod ask_reporter;
pub mod assign_report;
pub mod create_report;
pub mod draft_answer;
pub mod follow_report;
pub mod get_report;
pub mod list_published_reports;
pub mod list_report_categories;
pub mod list_reports;
pub mod rate_report;
pub mod reject_report;
pub mod reopen_report;
pub mod return_report;
pub mod start_report;
