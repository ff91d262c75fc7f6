//! What several pages show: the frame of a page, form fields, tags, plates, times.
pub mod chart;
pub mod due;
pub mod field;
pub mod filters;
pub mod moment;
pub mod page;
pub mod plate;
pub mod radios;
pub mod reports;
pub mod tag;
pub mod words;

pub use chart::{Chart, Naming, Series};
pub use due::Due;
pub use field::{Choice, Field, Kind, Mistake};
pub use moment::Moment;
pub use page::{Bar, BarLink, Page};
pub use plate::PlateView;
pub use radios::{Asked, Radio, Radios};
pub use tag::Tag;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use crate::error::PageError;

/// Renders a page; a template that cannot be rendered is our fault.
pub fn render(template: &impl Template) -> Result<Response, PageError> {
    match template.render() {
        Ok(html) => Ok(Html(html).into_response()),
        Err(error) => {
            tracing::error!(%error, "a template cannot be rendered");
            Err(PageError::Internal)
        }
    }
}
