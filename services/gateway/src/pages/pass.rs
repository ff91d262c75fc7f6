//! `/pass/{token}`: the driver's slip. Its standing comes first; only an admitted trip has a green one.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::vehicles::v1::{CancelTripRequest, GetPassRequest, Pass, PassStanding, Purpose, TripState};
use fast_qr::{
    ECL, QRBuilder,
    convert::{Builder as _, Shape, svg::SvgBuilder},
};

use crate::{
    assets,
    error::PageError,
    site::Site,
    text::Words,
    view::{Moment, Page, PlateView, Tag, filters, render, words},
    visitor::Visitor,
};

#[derive(Template)]
#[template(path = "pass.html")]
struct PassPage {
    page: Page,
    pass: PassView,
    /// Where the declaration can be taken back; none once a post has decided.
    cancel: Option<String>,
    made: Moment,
}

/// What the slip says, on the screen and on paper.
pub struct PassView {
    pub title: String,
    pub plate: PlateView,
    pub code: String,
    pub tag: Tag,
    pub says: String,
    /// Class of the note that says it: only `good` is green.
    pub class: &'static str,
    pub vehicle: String,
    pub purpose: String,
    pub entry: String,
    pub exit: String,
    pub destinations: Vec<String>,
    pub valid_until: Option<Moment>,
    pub issued_at: Option<Moment>,
    pub clauses: Vec<String>,
    /// SVG drawn by us.
    pub qr: String,
    pub qr_label: String,
    pub admitted: bool,
}

/// `GET /pass/{token}`
pub async fn get(State(site): State<Arc<Site>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, PageError> {
    let request = GetPassRequest { pass_token: token.clone(), language: visitor.lang.code().to_owned() };
    let answer = site.clients.vehicles(visitor.caller.clone()).get_pass(request).await.map_err(hidden)?;
    let pass = answer.into_inner().pass.ok_or(PageError::NotFound)?;
    let words = site.words(visitor.lang);
    let cancel = matches!(pass.trip_state(), TripState::Declared).then(|| format!("{}/pass/{token}/cancel", visitor.lang.prefix()));
    let view = PassView::new(&site, &words, &pass)?;
    let title = words.a("pass-title", &view.plate.text);
    let page = site
        .public_page(visitor.lang, &format!("/pass/{token}"), title)
        .with_script(assets::LIVE_JS)
        .with_script(assets::DRAFT_JS)
        .with_script(assets::PRINT_JS);
    render(&PassPage { page, pass: view, cancel, made: Moment::new(site.now(), site.now()) })
}

/// `POST /pass/{token}/cancel`
pub async fn cancel(State(site): State<Arc<Site>>, Path(token): Path<String>, visitor: Visitor) -> Result<Response, PageError> {
    site.clients.vehicles(visitor.caller.clone()).cancel_trip(CancelTripRequest { pass_token: token.clone() }).await.map_err(hidden)?;
    Ok(Redirect::to(&format!("{}/pass/{token}", visitor.lang.prefix())).into_response())
}

/// A token that is none is as unknown as any other.
fn hidden(status: tonic::Status) -> PageError {
    match PageError::from(status) {
        PageError::Invalid(_) | PageError::Forbidden => PageError::NotFound,
        error => error,
    }
}

impl PassView {
    pub fn new(site: &Site, words: &Words, pass: &Pass) -> Result<Self, PageError> {
        let now = site.now();
        let standing = pass.standing();
        let admitted = standing == PassStanding::Admitted;
        let plate = PlateView::new(words, pass.plate.as_ref());
        let post = |id: &str| if id.is_empty() { String::new() } else { site.post_name(words.lang(), id) };
        let (says, class) = says(standing);
        Ok(Self {
            title: words.t(title(admitted, pass.purpose())),
            code: pass.short_code.clone(),
            tag: Tag::standing(words, standing),
            says: words.t(says),
            class,
            vehicle: words.t(words::vehicle_type(pass.vehicle_type())),
            purpose: words.t(words::purpose(pass.purpose())),
            entry: post(&pass.entry_post_id),
            exit: post(&pass.exit_post_id),
            destinations: pass.destinations.iter().map(|area| area.name.clone()).collect(),
            valid_until: Moment::of(pass.valid_until.as_ref(), now).filter(|_| admitted),
            issued_at: Moment::of(pass.issued_at.as_ref(), now),
            clauses: pass.clauses.clone(),
            qr: qr(&pass.qr_text)?,
            qr_label: words.a("pass-qr", &plate.text),
            admitted,
            plate,
        })
    }
}

fn title(admitted: bool, purpose: Purpose) -> &'static str {
    match (admitted, purpose) {
        (true, Purpose::Transit) => "pass-slip-admitted-transit",
        (true, _) => "pass-slip-admitted-destination",
        (false, _) => "pass-slip-other",
    }
}

fn says(standing: PassStanding) -> (&'static str, &'static str) {
    match standing {
        PassStanding::Admitted => ("pass-says-admitted", "good"),
        PassStanding::Declared | PassStanding::Unspecified => ("pass-says-declared", "info"),
        PassStanding::Referred => ("pass-says-referred", "warn"),
        PassStanding::TurnedBack => ("pass-says-turned-back", "warn"),
        PassStanding::Refused => ("pass-says-refused", "bad"),
        PassStanding::Ended => ("pass-says-ended", ""),
    }
}

/// The code as a picture: black on white in both themes, because a scanner reads it. Level M survives a wet windscreen.
pub fn qr(text: &str) -> Result<String, PageError> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().map_err(|error| {
        tracing::error!(?error, "a text does not fit into a QR code");
        PageError::Internal
    })?;
    Ok(SvgBuilder::default().shape(Shape::Square).margin(4).to_str(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_without_inline_style() {
        let svg = qr("GL1:6BFOXN*TS0BI$ZD-PHQ7I9AD66V5B22CH9M9ESI9XBHXK-%69LQOGI.*V76GCV4*XUA2P").unwrap();
        assert!(svg.starts_with("<svg"), "{}", &svg[..80]);
        assert!(!svg.contains("style="));
    }
}
