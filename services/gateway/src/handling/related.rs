//! What a report has to do with others: reports about the same matter, another agency, the police above; and whether it was erased.
use contract::reports::v1::{MergedReport, Report};

use super::history;
use crate::{
    site::Site,
    text::Words,
    view::{
        Due, Moment, Tag,
        reports::{self, said},
    },
};

pub struct Related {
    pub merged_into: Option<Link>,
    pub merged: Vec<Link>,
    pub transfer: Option<Outside>,
    /// Who above was told; empty for nobody.
    pub escalated: String,
    /// The form that was filled in, where it is sorted otherwise since; else empty.
    pub answered_form: String,
    pub erased: bool,
}

/// Another report about the same matter.
pub struct Link {
    pub href: String,
    pub code: String,
    pub tag: Tag,
    pub unread: bool,
}

/// Another agency that has it, or had it.
pub struct Outside {
    pub agency: String,
    pub reason: String,
    pub since: Option<Moment>,
    /// Absent once it came back.
    pub due: Option<Due>,
    pub ended: Option<Moment>,
    pub answer: String,
}

pub fn of(site: &Site, words: &Words, report: &Report) -> Related {
    let link = |other: &MergedReport| Link {
        href: format!("/reports/{}", other.report_id),
        code: other.code.clone(),
        tag: Tag::report(words, other.state()),
        unread: other.unread,
    };
    let sorted_otherwise = report.answered_form.as_ref().filter(|form| form.category_id != report.category_id);
    Related {
        merged_into: report.merged_into.as_ref().map(link),
        merged: report.merged.iter().map(link).collect(),
        transfer: report.transfer.as_ref().map(|transfer| {
            let now = site.now();
            let agency = transfer.agency.clone().unwrap_or_default();
            let ended = Moment::of(transfer.ended_at.as_ref(), now);
            Outside {
                agency: said(words.lang(), &agency.name_vi, &agency.name_en),
                reason: transfer.reason.clone(),
                since: Moment::of(transfer.transferred_at.as_ref(), now),
                due: if ended.is_some() { None } else { Due::of(words, transfer.due_at.as_ref(), now) },
                ended,
                answer: transfer.answer.clone(),
            }
        }),
        escalated: history::told(site, words, report.escalated_to.as_ref()),
        answered_form: sorted_otherwise.map(|form| reports::said(words.lang(), &form.name_vi, &form.name_en)).unwrap_or_default(),
        erased: report.erased,
    }
}
