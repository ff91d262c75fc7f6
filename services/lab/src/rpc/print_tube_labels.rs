//! PrintTubeLabels: sheets of labels with codes that no tube has yet.

use contract::{
    Permission,
    lab::v1::{PrintTubeLabelsRequest, PrintTubeLabelsResponse},
};
use labels::{Label, LayoutBook, TubeCode};
use requests::{Invalid, fault::Faults};
use runtime::Caller;
use vietnam::time;

use crate::{error::Error, request, service::Lab, store::certificates::take_serials, tube};

const PERMISSION: Permission = Permission::LabLabelsPrint;

pub async fn handle(service: &Lab, caller: &Caller, request: PrintTubeLabelsRequest) -> Result<PrintTubeLabelsResponse, Error> {
    caller.require(PERMISSION)?;
    request::check(&request)?;
    let now = service.now();
    let day = time::day_of(now);
    let book = LayoutBook::shipped().map_err(|_| Error::corrupt("the layouts of labels"))?;
    let Some(layout) = book.find(&request.layout, day).cloned() else {
        let known: Vec<&str> = book.in_force(day).map(|layout| layout.key.as_str()).collect();
        let mut faults = Faults::default();
        faults.add("layout", format!("Chọn một trong: {}", known.join(", ")), format!("One of: {}", known.join(", ")));
        return Err(Invalid(faults.0).into());
    };
    let year = tube::year_of(now);
    let mut transaction = service.begin().await?;
    let first = take_serials(&mut transaction, year, request.labels).await?;
    transaction.commit().await?;
    let labels = (first..first + request.labels).map(|serial| label(year, serial)).collect::<Result<Vec<_>, Error>>()?;
    let printed = tokio::task::spawn_blocking(move || labels::print_labels(&layout, &labels, 0)).await;
    let content = printed.map_err(|_| Error::corrupt("labels"))?.map_err(|_| Error::corrupt("labels"))?;
    let file_name = format!("nhan-ong-{}.pdf", day.format("%Y%m%d"));
    Ok(PrintTubeLabelsResponse { file_name, media_type: "application/pdf".to_owned(), content })
}

fn label(year: i16, serial: i32) -> Result<Label, Error> {
    let code =
        u32::try_from(serial).ok().and_then(|serial| TubeCode::of(i32::from(year), serial)).ok_or(Error::corrupt("a label's number"))?;
    Ok(Label { code: code.compact(), shown: code.to_string(), lines: vec![year.to_string()] })
}
