//! What the state of a report means to who sent it.
use contract::reports::v1::ReportState;

/// What the state means to who reported.
pub fn says(state: ReportState) -> &'static str {
    match state {
        ReportState::Received | ReportState::Returned => "follow-says-received",
        ReportState::Assigned => "follow-says-assigned",
        ReportState::InProgress => "follow-says-in-progress",
        ReportState::NeedInfo => "follow-says-need-info",
        ReportState::AnswerDraft => "follow-says-answer-draft",
        ReportState::Answered => "follow-says-answered",
        ReportState::Rejected => "follow-says-rejected",
        ReportState::Closed => "follow-says-closed",
        ReportState::Merged => "follow-says-merged",
        ReportState::Transferred => "follow-says-transferred",
        ReportState::Unspecified => "public-unknown",
    }
}
