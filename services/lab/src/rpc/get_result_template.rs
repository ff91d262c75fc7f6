//! GetResultTemplate: the spreadsheet of results to fill in.

use contract::{
    Permission,
    lab::v1::{GetResultTemplateRequest, GetResultTemplateResponse},
};
use runtime::Caller;

use crate::{error::Error, instrument_file, service::Lab, spreadsheet};

const PERMISSION: Permission = Permission::LabRunsPerform;

pub async fn handle(_: &Lab, caller: &Caller, _: GetResultTemplateRequest) -> Result<GetResultTemplateResponse, Error> {
    caller.require(PERMISSION)?;
    Ok(GetResultTemplateResponse {
        file_name: "ket-qua-xet-nghiem.xlsx".to_owned(),
        media_type: spreadsheet::MEDIA_TYPE.to_owned(),
        content: spreadsheet::empty(&instrument_file::template())?,
    })
}
