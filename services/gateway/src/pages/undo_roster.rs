//! `/sampling/campaigns/{campaign}/rosters/{import}/undo`: asks before a list is taken back, and takes it back. Also the dialog of the lists.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    lab::v1::{ListRostersRequest, Roster, UndoRosterRequest},
};
use ids::{CampaignId, CommandId, RosterId};

use super::list_rosters::{id, path};
use crate::{
    assets,
    desk::{self, is_away},
    error::PageError,
    session::{CurrentUser, OfficerForm},
    site::Site,
    uploads,
    view::{Moment, Page, render},
};

#[derive(Template)]
#[template(path = "undo_roster.html")]
struct UndoPage {
    page: Page,
    title: String,
    back: String,
    action: String,
    command_id: String,
    says: String,
}

/// `GET /sampling/campaigns/{campaign}/rosters/{import}/undo`
pub async fn get(
    State(site): State<Arc<Site>>,
    Path((campaign, import)): Path<(String, String)>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    user.require(Permission::LabCampaignsManage)?;
    let (campaign, import) = (id(&campaign)?, RosterId::parse(&import).map_err(|_| PageError::NotFound)?);
    let roster = find(&site, &user, campaign, import).await?;
    if roster.undone_at.is_some() {
        return Ok(Redirect::to(&path(campaign)).into_response());
    }
    let words = site.words(user.lang);
    let at = Moment::of(roster.imported_at.as_ref(), site.now());
    let title = words.a("roster-undo-title", at.map(|at| at.short()).unwrap_or_default());
    render(&UndoPage {
        page: user.page(&site, "/sampling", title.clone()).with_script(assets::SENDING_JS),
        title,
        back: path(campaign),
        action: address(campaign, import),
        command_id: CommandId::mint(site.now()).to_string(),
        says: words.n("roster-undo-new", roster.new_people),
    })
}

/// `POST /sampling/campaigns/{campaign}/rosters/{import}/undo`
pub async fn post(
    State(site): State<Arc<Site>>,
    Path((campaign, import)): Path<(String, String)>,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    user.require(Permission::LabCampaignsManage)?;
    let (campaign, import) = (id(&campaign)?, RosterId::parse(&import).map_err(|_| PageError::NotFound)?);
    let command_id = CommandId::parse(typed.get("command-id")).map_err(|_| PageError::Unreadable)?.to_string();
    let request = UndoRosterRequest { import_id: import.to_string(), command_id };
    let work = async {
        match site.clients.rosters(user.caller.clone()).undo_roster(request).await.map_err(PageError::from) {
            Ok(answer) => {
                let answer = answer.into_inner();
                let counts = [("erased", answer.erased_people), ("kept", answer.kept_people)];
                let counts = serde_urlencoded::to_string(counts).unwrap_or_default();
                Ok(Redirect::to(&format!("{}?{counts}", path(campaign))).into_response())
            }
            Err(error) if is_away(&error) => desk::resend(&site, &user, &address(campaign, import), &typed),
            Err(error) => Err(error),
        }
    };
    // The key of each person is destroyed: five thousand take longer than a page has.
    uploads::in_time(user.caller.request_id, work).await
}

fn address(campaign: CampaignId, import: RosterId) -> String {
    format!("{}/{import}/undo", path(campaign))
}

async fn find(site: &Site, user: &CurrentUser, campaign: CampaignId, import: RosterId) -> Result<Roster, PageError> {
    let mut request = ListRostersRequest { campaign_id: campaign.to_string(), page_size: 100, page_token: String::new() };
    loop {
        let found = site.clients.rosters(user.caller.clone()).list_rosters(request.clone()).await?.into_inner();
        if let Some(roster) = found.rosters.into_iter().find(|roster| roster.import_id == import.to_string()) {
            return Ok(roster);
        }
        if found.next_page_token.is_empty() {
            return Err(PageError::NotFound);
        }
        request.page_token = found.next_page_token;
    }
}
