//! What a citizen gets for his report: the code and the PIN, once, and what happens next. It is the answer to a form, so that neither is in an address.
use askama::Template;
use axum::response::Response;
use contract::reports::v1::CreateReportResponse;

use crate::{
    assets,
    error::PageError,
    site::Site,
    view::{
        Moment, Page, filters, render,
        reports::{self, Categories},
    },
    visitor::Visitor,
};

#[derive(Template)]
#[template(path = "report_sent.html")]
struct SentPage {
    page: Page,
    code: String,
    pin: String,
    /// In two groups, to be read and written down.
    pin_spaced: String,
    category: String,
    recipient: String,
    due: Option<Moment>,
    draft: String,
}

/// `draft` is what the device calls the draft that is no longer needed.
pub fn show(
    site: &Site,
    visitor: &Visitor,
    categories: &Categories,
    draft: &str,
    made: CreateReportResponse,
) -> Result<Response, PageError> {
    let words = site.words(visitor.lang);
    let report = made.report.unwrap_or_default();
    let mut page = site.public_page(visitor.lang, "/report", words.t("report-sent-title"));
    page.scripts = vec![assets::DRAFT_JS, assets::COPY_JS, assets::PRINT_JS];
    page.other_language = None;
    render(&SentPage {
        page,
        pin_spaced: spaced(&made.pin),
        code: made.code,
        pin: made.pin,
        category: categories.name(visitor.lang, &report.category_id),
        recipient: reports::recipient(site, &words, report.recipient.as_ref()),
        due: Moment::of(report.due_at.as_ref(), site.now()),
        draft: draft.to_owned(),
    })
}

/// `1234 5678`
fn spaced(pin: &str) -> String {
    match pin.split_at_checked(4) {
        Some((first, second)) if pin.len() == 8 => format!("{first}\u{a0}{second}"),
        _ => pin.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_pin_is_read_in_two_groups() {
        assert_eq!(super::spaced("12345678"), "1234\u{a0}5678");
        assert_eq!(super::spaced("123456"), "123456");
    }
}
