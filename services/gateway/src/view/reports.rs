//! Reports of citizens in words: categories, urgencies, outcomes, who has one.
use contract::{
    common::v1::Area,
    reports::v1::{Category, ListReportCategoriesRequest, Outcome, Recipient, RejectionReason, Urgency},
};
use runtime::Caller;
use vietnam::areas;

use crate::{
    error::PageError,
    site::Site,
    text::{Lang, Words},
};

/// What can be reported today.
#[derive(Debug, Clone, Default)]
pub struct Categories(pub Vec<Category>);

impl Categories {
    pub async fn of_today(site: &Site, caller: &Caller) -> Result<Self, PageError> {
        let answer = site.clients.reports(caller.clone()).list_report_categories(ListReportCategoriesRequest {}).await?;
        Ok(Self(answer.into_inner().categories))
    }

    pub fn find(&self, id: &str) -> Option<&Category> {
        self.0.iter().find(|category| category.category_id == id)
    }

    /// Its name; the id of one that is no longer in force.
    pub fn name(&self, lang: Lang, id: &str) -> String {
        self.find(id).map_or_else(|| id.to_owned(), |category| said(lang, &category.name_vi, &category.name_en))
    }
}

/// Of two texts the one in the language of the page.
pub fn said(lang: Lang, vi: &str, en: &str) -> String {
    match lang {
        Lang::En if !en.is_empty() => en.to_owned(),
        Lang::Vi | Lang::En => vi.to_owned(),
    }
}

/// "Công an xã Trà Đa", "Chốt Cầu 110"; empty when nobody has it.
pub fn recipient(site: &Site, words: &Words, recipient: Option<&Recipient>) -> String {
    let Some(recipient) = recipient else { return String::new() };
    if !recipient.post_id.is_empty() {
        return site.post_name(words.lang(), &recipient.post_id);
    }
    let Some(area) = recipient.area.as_ref() else { return String::new() };
    let known = areas::resolve(&area.code, &area.valid_from, site.province.era).ok();
    let name = known.map_or_else(|| area_name(Some(area)), |area| area.full_name());
    match words.lang() {
        Lang::Vi => words.a("reports-police", lower_first(&name)),
        Lang::En => words.a("reports-police", name),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

pub fn area_name(area: Option<&Area>) -> String {
    area.map(|area| if area.name.is_empty() { area.code.clone() } else { area.name.clone() }).unwrap_or_default()
}

pub fn urgency(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Immediate => "urgency-immediate",
        Urgency::Urgent => "urgency-urgent",
        Urgency::Normal => "urgency-normal",
        Urgency::Complex => "urgency-complex",
        Urgency::Unspecified => "unknown",
    }
}

pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::VerifiedViolation => "outcome-verified-violation",
        Outcome::NotFound => "outcome-not-found",
        Outcome::Unfounded => "outcome-unfounded",
        Outcome::OutOfScope => "outcome-out-of-scope",
        Outcome::Unspecified => "unknown",
    }
}

pub fn rejection(reason: RejectionReason) -> &'static str {
    match reason {
        RejectionReason::Spam => "rejection-spam",
        RejectionReason::NoGround => "rejection-no-ground",
        RejectionReason::OutOfScope => "rejection-out-of-scope",
        RejectionReason::Unspecified => "unknown",
    }
}
