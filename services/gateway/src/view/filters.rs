//! The one way in which templates write times.
use askama::{Result, Values, filters::Safe};

use super::Moment;

/// `{{ at|moment }}`: today's times without their date.
#[askama::filter_fn]
pub fn moment(at: &Moment, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(format!("<time class=\"nb\" datetime=\"{}\">{}</time>", at.machine(), at.short())))
}

/// `{{ at|full }}`: day, month, year, hour and minute.
#[askama::filter_fn]
pub fn full(at: &Moment, _: &dyn Values) -> Result<Safe<String>> {
    Ok(Safe(format!("<time class=\"nb\" datetime=\"{}\">{}</time>", at.machine(), at.full())))
}
