//! The history of a report in words: what was done, by whom, and why.
use contract::reports::v1::{Recipient, ReportEntry};

use crate::{
    site::Site,
    text::Words,
    view::{
        Moment,
        reports::{self, said},
    },
};

pub struct Line {
    pub at: Option<Moment>,
    pub what: String,
    pub who: String,
    pub detail: String,
    pub class: &'static str,
}

/// One line. Officers know each other by their work here, not by name.
pub fn line(site: &Site, words: &Words, entry: &ReportEntry, own_account: &str) -> Line {
    let what = happened(&entry.kind).map_or_else(|| entry.kind.clone(), |key| words.t(key));
    let to = reports::recipient(site, words, entry.recipient.as_ref().filter(|_| entry.kind == "ReportAssigned"));
    Line {
        at: Moment::of(entry.at.as_ref(), site.now()),
        what: if to.is_empty() { what } else { format!("{what}: {to}") },
        who: if entry.account_id.is_empty() { String::new() } else { words.t(who(&entry.account_id, own_account)) },
        detail: detail(site, words, entry),
        class: if matches!(entry.kind.as_str(), "ReportOverdue" | "ReportEscalated") { "bad" } else { "" },
    }
}

/// The key of who did something.
pub fn who(account_id: &str, own_account: &str) -> &'static str {
    match account_id {
        "" => "case-by-nobody",
        id if id == own_account => "case-by-you",
        _ => "case-by-other",
    }
}

fn detail(site: &Site, words: &Words, entry: &ReportEntry) -> String {
    let by_rule = entry.kind == "ReportAssigned" && entry.account_id.is_empty() && !entry.detail.is_empty();
    if by_rule {
        let why = said(words.lang(), &entry.rule_vi, &entry.rule_en);
        return words.a("case-by-rule", if why.is_empty() { entry.detail.clone() } else { why });
    }
    let now = site.now();
    match (Moment::of(entry.due_before.as_ref(), now), Moment::of(entry.due_after.as_ref(), now)) {
        (Some(before), Some(after)) => format!("{}. {}", words.ab("case-due-moved", before.full(), after.full()), entry.detail),
        _ => entry.detail.clone(),
    }
}

fn happened(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "ReportReceived" => "happened-received",
        "ReportAssigned" => "happened-assigned",
        "ReportReturned" => "happened-returned",
        "ReportStarted" => "happened-started",
        "ReportNoted" => "happened-noted",
        "ReportEvidenced" => "happened-evidenced",
        "ReporterAsked" => "happened-asked",
        "ReporterWrote" => "happened-wrote",
        "AnswerDrafted" => "happened-drafted",
        "AnswerSentBack" => "happened-sent-back",
        "AnswerPublished" => "happened-published",
        "ReportRejected" => "happened-rejected",
        "ReportReopened" => "happened-reopened",
        "ReportRated" => "happened-rated",
        "ReportOverdue" => "happened-overdue",
        "ReportEscalated" => "happened-escalated",
        "ReportClosed" => "happened-closed",
        "ReportMerged" => "happened-merged",
        "ReportTookIn" => "happened-took-in",
        "ReportUnmerged" => "happened-unmerged",
        "ReportLetGo" => "happened-let-go",
        "ReportTransferred" => "happened-transferred",
        "TransferAnswered" => "happened-transfer-answered",
        "TransferRefused" => "happened-transfer-refused",
        "ReportDueMoved" => "happened-due-moved",
        "ContactErased" => "happened-contact-erased",
        "ReportErased" => "happened-erased",
        _ => return None,
    })
}

/// The recipient of the police of an area, in words.
pub fn told(site: &Site, words: &Words, above: Option<&Recipient>) -> String {
    above.map(|above| words.a("reports-escalated", reports::recipient(site, words, Some(above)))).unwrap_or_default()
}
