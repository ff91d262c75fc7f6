//! One file per RPC: authorise, read, transaction, decision, save, reply.

pub mod add_photo;
pub mod add_report_note;
pub mod add_reporter_message;
pub mod add_reporter_photo;
pub mod approve_answer;
pub mod ask_reporter;
pub mod assign_report;
pub mod create_report;
pub mod draft_answer;
pub mod follow_report;
pub mod get_photo_evidence;
pub mod get_report;
pub mod get_report_photo;
pub mod list_published_reports;
pub mod list_report_categories;
pub mod list_report_photos;
pub mod list_reporter_photos;
pub mod list_reports;
pub mod list_submission_photos;
pub mod rate_report;
pub mod reject_report;
pub mod remove_photo;
pub mod reopen_report;
pub mod return_report;
pub mod start_report;
