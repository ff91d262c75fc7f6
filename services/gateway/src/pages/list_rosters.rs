//! `/sampling/campaigns/{campaign}/rosters`: a list of people is looked at and then taken, without choosing the file again and without script. Below it
//! the lists that were taken.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use base64ct::{Base64, Encoding as _};
use contract::{
    Permission,
    lab::v1::{GetRosterTemplateRequest, ImportRosterRequest, ImportRosterResponse, ListRostersRequest, ListRostersResponse},
};
use http::StatusCode;
use ids::{CampaignId, RosterId};
use serde::Deserialize;

use crate::{
    assets,
    desk::{self, is_away},
    download::attachment,
    error::{Fault, PageError},
    forms::Typed,
    lab::{
        failure,
        roster::{self, Answer, Row},
        sheet::{self, NoSheet},
    },
    session::{CurrentUser, OfficerUpload},
    site::Site,
    uploads::{self, File},
    view::{Mistake, Page, filters, render},
};

#[derive(Template)]
#[template(path = "list_rosters.html")]
struct RostersPage {
    page: Page,
    mistakes: Vec<Mistake>,
    title: String,
    /// What was taken back.
    undone: String,
    action: String,
    /// Made with the page: pressing twice is once.
    id: String,
    answer: Option<Answer>,
    carried: Option<Carried>,
    file_error: String,
    rows: Vec<Row>,
    older: Option<String>,
    labels: bool,
}

/// The file between two steps, in base64: nobody chooses it again.
struct Carried {
    content: String,
    id: String,
    /// What the button does and says.
    press: &'static str,
    says: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: String,
    /// Of a list that was taken back: how many were erased and how many stayed.
    erased: Option<i32>,
    kept: i32,
}

/// What came of a form.
enum Outcome {
    Nothing,
    Answered {
        answer: ImportRosterResponse,
        dry: bool,
        sent: Sent,
    },
    Refused(Vec<Mistake>),
    /// Nobody answered: the same can be sent again.
    Away {
        dry: bool,
        sent: Sent,
    },
}

/// A file as it was sent.
struct Sent {
    id: RosterId,
    content: Vec<u8>,
}

/// `GET /sampling/campaigns/{campaign}/rosters`
pub async fn get(
    State(site): State<Arc<Site>>,
    Path(campaign): Path<String>,
    Query(asked): Query<Asked>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    user.require(Permission::LabCampaignsManage)?;
    show(&site, &user, id(&campaign)?, &asked, Outcome::Nothing).await
}

/// `POST /sampling/campaigns/{campaign}/rosters`: looks at a file, or takes it.
pub async fn post(State(site): State<Arc<Site>>, Path(campaign): Path<String>, form: OfficerUpload) -> Result<Response, PageError> {
    form.user().require(Permission::LabCampaignsManage)?;
    let campaign = id(&campaign)?;
    let request_id = form.user().caller.request_id;
    let work = async {
        let (user, typed, file) = form.read().await?;
        let outcome = send(&site, &user, campaign, &typed, file).await?;
        show(&site, &user, campaign, &Asked::default(), outcome).await
    };
    uploads::in_time(request_id, work).await
}

/// `GET /sampling/roster-template`
pub async fn template(State(site): State<Arc<Site>>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabCampaignsManage)?;
    let file = site.clients.rosters(user.caller.clone()).get_roster_template(GetRosterTemplateRequest {}).await?.into_inner();
    attachment(&file.file_name, &file.media_type, file.content)
}

pub fn id(campaign: &str) -> Result<CampaignId, PageError> {
    CampaignId::parse(campaign).map_err(|_| PageError::NotFound)
}

pub fn path(campaign: CampaignId) -> String {
    format!("/sampling/campaigns/{campaign}/rosters")
}

async fn send(site: &Site, user: &CurrentUser, campaign: CampaignId, typed: &Typed, file: Option<File>) -> Result<Outcome, PageError> {
    let words = site.words(user.lang);
    let content = match sheet::content(typed, file)? {
        Ok(content) => content,
        Err(no) => {
            let key = if no == NoSheet::Missing { "roster-missing-file" } else { "roster-too-large" };
            return Ok(Outcome::Refused(vec![Mistake::new("file", words.t(key))]));
        }
    };
    let dry = typed.get("do") != "take";
    let sent = Sent { id: RosterId::parse(typed.get("id")).map_err(|_| PageError::Unreadable)?, content };
    let request = ImportRosterRequest {
        campaign_id: campaign.to_string(),
        import_id: sent.id.to_string(),
        content: sent.content.clone(),
        dry_run: dry,
    };
    match site.clients.rosters(user.caller.clone()).import_roster(request).await {
        Ok(answer) => Ok(Outcome::Answered { answer: answer.into_inner(), dry, sent }),
        Err(status) => match failure::mistakes(status, user.lang, |fault: &Fault| Mistake::new("file", fault.text(user.lang))) {
            Ok(mistakes) => Ok(Outcome::Refused(mistakes)),
            Err(error) if is_away(&error) => Ok(Outcome::Away { dry, sent }),
            Err(error) => Err(error),
        },
    }
}

async fn show(site: &Site, user: &CurrentUser, campaign: CampaignId, asked: &Asked, outcome: Outcome) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let listed = listed(site, user, campaign, asked, &outcome).await?;
    let title = words.a("rosters-of", &listed.campaign_name);
    let path = path(campaign);
    let mut shown = Shown { status: StatusCode::OK, answer: None, carried: None, mistakes: Vec::new() };
    match outcome {
        Outcome::Nothing => {}
        Outcome::Answered { answer, dry, sent } => {
            let answer = Answer::new(site, &words, answer, dry, &listed.rosters);
            shown.carried = answer.take.clone().map(|says| carried(sent, false, says));
            shown.answer = Some(answer);
        }
        Outcome::Refused(mistakes) => {
            shown.mistakes = mistakes;
            shown.status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        Outcome::Away { dry, sent } => {
            shown.carried = Some(carried(sent, dry, words.t("roster-again")));
            shown.mistakes = vec![Mistake::new("", words.t("roster-away"))];
            shown.status = StatusCode::SERVICE_UNAVAILABLE;
        }
    }
    let mut page = user.page(site, "/sampling", desk::title(&words, &title, !shown.mistakes.is_empty()).into_owned());
    page.scripts = vec![assets::SENDING_JS, assets::CONFIRM_JS];
    let mut response = render(&RostersPage {
        undone: asked.erased.map(|erased| words.ab("roster-undone-says", erased, asked.kept)).unwrap_or_default(),
        id: RosterId::mint(site.now()).to_string(),
        file_error: Mistake::of(&shown.mistakes, "file").to_owned(),
        rows: roster::rows(site, user, &path, &listed.rosters).await,
        older: older(&path, &listed.next_page_token),
        labels: user.require(Permission::LabLabelsPrint).is_ok(),
        answer: shown.answer,
        carried: shown.carried,
        mistakes: shown.mistakes,
        action: path,
        title,
        page,
    })?;
    *response.status_mut() = shown.status;
    Ok(response)
}

/// What a page shows of an outcome.
struct Shown {
    status: StatusCode,
    answer: Option<Answer>,
    carried: Option<Carried>,
    mistakes: Vec<Mistake>,
}

fn carried(sent: Sent, dry: bool, says: String) -> Carried {
    let press = if dry { "look" } else { "take" };
    Carried { content: Base64::encode_string(&sent.content), id: sent.id.to_string(), press, says }
}

/// The lists of the campaign; none while nobody answers and a file has to be kept.
async fn listed(
    site: &Site,
    user: &CurrentUser,
    campaign: CampaignId,
    asked: &Asked,
    outcome: &Outcome,
) -> Result<ListRostersResponse, PageError> {
    let request = ListRostersRequest { campaign_id: campaign.to_string(), page_size: 25, page_token: asked.page.clone() };
    match site.clients.rosters(user.caller.clone()).list_rosters(request).await.map_err(PageError::from) {
        Ok(found) => Ok(found.into_inner()),
        Err(error) if is_away(&error) && !matches!(outcome, Outcome::Nothing) => Ok(ListRostersResponse::default()),
        Err(error) => Err(error),
    }
}

fn older(path: &str, token: &str) -> Option<String> {
    (!token.is_empty()).then(|| format!("{path}?{}", serde_urlencoded::to_string([("page", token)]).unwrap_or_default()))
}
