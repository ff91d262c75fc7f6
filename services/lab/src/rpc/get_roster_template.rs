//! GetRosterTemplate: the spreadsheet to fill in.

use contract::{
    Permission,
    lab::v1::{GetRosterTemplateRequest, GetRosterTemplateResponse},
};
use runtime::Caller;

use crate::{error::Error, roster, service::Lab, spreadsheet};

const PERMISSION: Permission = Permission::LabCampaignsManage;

pub async fn handle(_: &Lab, caller: &Caller, _: GetRosterTemplateRequest) -> Result<GetRosterTemplateResponse, Error> {
    caller.require(PERMISSION)?;
    Ok(GetRosterTemplateResponse {
        file_name: "danh-sach-lay-mau.xlsx".to_owned(),
        media_type: spreadsheet::MEDIA_TYPE.to_owned(),
        content: spreadsheet::empty(&roster::template())?,
    })
}
