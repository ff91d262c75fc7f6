//! ListReportCategories: what can be reported today, with its questions.

use contract::reports::v1::{ListReportCategoriesRequest, ListReportCategoriesResponse};
use runtime::Caller;

use crate::{error::Error, form::Form, request, service::Reports, store};

pub async fn handle(
    service: &Reports,
    _caller: &Caller,
    request: ListReportCategoriesRequest,
) -> Result<ListReportCategoriesResponse, Error> {
    request::check(&request)?;
    let mut conn = service.database.acquire().await?;
    let forms = store::rules::forms(&mut conn, service.now()).await?;
    Ok(ListReportCategoriesResponse { categories: forms.iter().map(Form::message).collect::<Result<_, _>>()? })
}
