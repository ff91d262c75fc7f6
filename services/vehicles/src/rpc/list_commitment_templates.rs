//! ListCommitmentTemplates: what a driver of each kind signs on a day.

use chrono::NaiveDate;
use contract::vehicles::v1::{CommitmentTemplate, ListCommitmentTemplatesRequest, ListCommitmentTemplatesResponse};
use runtime::Caller;
use vietnam::time;

use crate::{commitment::Template, error::Error, fault::Faults, request, service::Vehicles, store::templates};

pub async fn handle(
    service: &Vehicles,
    _caller: &Caller,
    request: ListCommitmentTemplatesRequest,
) -> Result<ListCommitmentTemplatesResponse, Error> {
    let mut faults = Faults::default();
    let day = match &*request.day {
        "" => Some(time::day_of(service.now())),
        text => faults.take(text.parse::<NaiveDate>(), "day", "Ghi ngày như 2021-10-18", "A day such as 2021-10-18"),
    };
    let day = request::check_with(&request, faults.or(day))?;
    let mut conn = service.database.acquire().await?;
    let templates = templates::before(&mut conn, time::Window::day(day).to).await?;
    Ok(ListCommitmentTemplatesResponse { templates: templates.into_iter().map(message).collect() })
}

fn message(template: Template) -> CommitmentTemplate {
    CommitmentTemplate {
        template_id: template.id,
        version: template.version,
        purpose: template.purpose.into(),
        valid_from: Some(template.valid_from.into()),
        clauses_vi: template.clauses_vi,
        clauses_en: template.clauses_en,
    }
}
