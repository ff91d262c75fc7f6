//! ExportStatistics: the counts of GetStatistics as a workbook.

use contract::{
    Permission,
    vehicles::v1::{ExportStatisticsRequest, ExportStatisticsResponse},
};
use runtime::{Caller, Language};
use vietnam::{AreaKey, areas};

use crate::{
    error::Error,
    request,
    service::Vehicles,
    store::statistics,
    tally::{self, Days},
    workbook::{self, Heading},
};

const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub async fn handle(service: &Vehicles, caller: &Caller, request: ExportStatisticsRequest) -> Result<ExportStatisticsResponse, Error> {
    caller.require(Permission::VehiclesStatisticsRead)?;
    let days = Days::parse(&request.from_day, &request.until_day, request.cutoff_hour);
    let days = request::check_with(&request, days)?;
    let scope = tally::scope(&service.profile, caller, days)?;
    let language = match &*request.language {
        "en" => Language::En,
        "vi" => Language::Vi,
        _ => caller.language,
    };
    let mut transaction = service.begin().await?;
    let counted = statistics::read(&mut transaction, &scope, service.now()).await?;
    let heading = Heading { by: caller.account()?.name.clone(), areas: names(&scope.roots), days, as_of: counted.as_of };
    let content = workbook::write(&service.profile, &heading, &counted, language)?;
    let last = days.until.pred_opt().unwrap_or(days.until);
    Ok(ExportStatisticsResponse { file_name: format!("thong-ke-{}-{last}.xlsx", days.from), media_type: MEDIA_TYPE.to_owned(), content })
}

fn names(roots: &[String]) -> String {
    let named = roots.iter().filter_map(|root| AreaKey::parse(root).ok()).filter_map(areas::get).map(|area| area.display_name());
    named.collect::<Vec<_>>().join("; ")
}
