//! `/sampling`: today's shifts with their desks, the campaigns, and the form that opens a shift at a site.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    lab::v1::{Campaign, ListCampaignsRequest, ListSamplingSessionsRequest, OpenSamplingSessionRequest, SamplingSession},
};
use http::StatusCode;
use ids::SamplingSessionId;
use vietnam::{AreaKey, areas, time};

use crate::{
    desk::{self, is_away},
    error::{Fault, PageError},
    forms::Typed,
    lab::{failure, words},
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{Choice, Field, Kind, Mistake, Page, render},
};

const PATH: &str = "/sampling";

#[derive(Template)]
#[template(path = "list_sampling.html")]
struct SamplingPage {
    page: Page,
    mistakes: Vec<Mistake>,
    sessions: Vec<SessionRow>,
    campaigns: Vec<CampaignRow>,
    /// Boxes of the form that opens a shift; none for who takes no samples.
    open: Vec<Field>,
    session_id: String,
    takes: bool,
    labels: bool,
    manages: bool,
}

struct SessionRow {
    href: String,
    site: String,
    place: String,
    team: String,
    reason: String,
    people: String,
    tubes: i32,
    open_tubes: String,
    closed: bool,
}

struct CampaignRow {
    name: String,
    reason: String,
    place: String,
    days: String,
    sites: Vec<String>,
    /// Where its lists of people are, for who may take them.
    rosters: Option<String>,
}

/// `GET /sampling`
pub async fn get(State(site): State<Arc<Site>>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabSamplingRead)?;
    show(&site, &user, &Typed::default(), Vec::new()).await
}

/// `POST /sampling`: opens a shift and goes to its desk.
pub async fn post(State(site): State<Arc<Site>>, OfficerForm { user, typed }: OfficerForm) -> Result<Response, PageError> {
    user.require(Permission::LabSamplingTake)?;
    match open(&site, &user, &typed).await {
        Ok(Ok(address)) => Ok(Redirect::to(&address).into_response()),
        Ok(Err(mistakes)) => {
            let mut response = show(&site, &user, &typed, mistakes).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) if is_away(&error) => desk::resend(&site, &user, PATH, &typed),
        Err(error) => Err(error),
    }
}

async fn open(site: &Site, user: &CurrentUser, typed: &Typed) -> Result<Result<String, Vec<Mistake>>, PageError> {
    let words = site.words(user.lang);
    let chosen = typed.get("site").split_once('|');
    let missing = [("site", chosen.is_none(), "sampling-missing-site"), ("team", typed.get("team").is_empty(), "sampling-missing-team")];
    let missing: Vec<Mistake> =
        missing.into_iter().filter(|(_, missing, _)| *missing).map(|(name, _, key)| Mistake::new(name, words.t(key))).collect();
    let Some((campaign, site_id)) = chosen.filter(|_| missing.is_empty()) else { return Ok(Err(missing)) };
    let session_id = SamplingSessionId::parse(typed.get("id")).map_err(|_| PageError::Unreadable)?.to_string();
    let request = OpenSamplingSessionRequest {
        session_id: session_id.clone(),
        campaign_id: campaign.to_owned(),
        site_id: site_id.to_owned(),
        team: typed.get("team").to_owned(),
        shift: typed.get("shift").to_owned(),
    };
    match site.clients.sampling(user.caller.clone()).open_sampling_session(request).await {
        Ok(_) => Ok(Ok(format!("{PATH}/{session_id}"))),
        Err(status) => failure::mistakes(status, user.lang, |fault: &Fault| {
            let name = match fault.path.as_str() {
                "team" => "team",
                "shift" => "shift",
                _ => "site",
            };
            Mistake::new(name, fault.text(user.lang))
        })
        .map(Err),
    }
}

async fn show(site: &Site, user: &CurrentUser, typed: &Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let mut sampling = site.clients.sampling(user.caller.clone());
    let request = ListSamplingSessionsRequest { page_size: 100, ..ListSamplingSessionsRequest::default() };
    let sessions = sampling.list_sampling_sessions(request).await?.into_inner().sessions;
    let campaigns = sampling.list_campaigns(ListCampaignsRequest { page_size: 50, ..ListCampaignsRequest::default() }).await?;
    let campaigns = campaigns.into_inner().campaigns;
    let takes = user.require(Permission::LabSamplingTake).is_ok();
    let title = words.t("sampling-title");
    render(&SamplingPage {
        page: user.page(site, PATH, desk::title(&words, &title, !mistakes.is_empty()).into_owned()),
        sessions: sessions.iter().map(|session| session_row(&words, session)).collect(),
        open: if takes { fields(site, &words, &campaigns, typed, &mistakes) } else { Vec::new() },
        campaigns: campaigns.iter().map(|campaign| campaign_row(site, user, campaign)).collect(),
        session_id: SamplingSessionId::parse(typed.get("id")).unwrap_or_else(|_| SamplingSessionId::mint(site.now())).to_string(),
        takes,
        labels: user.require(Permission::LabLabelsPrint).is_ok(),
        manages: user.require(Permission::LabCampaignsManage).is_ok(),
        mistakes,
    })
}

fn session_row(words: &Words, session: &SamplingSession) -> SessionRow {
    let at = session.site.clone().unwrap_or_default();
    let team = [session.team.as_str(), session.shift.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    SessionRow {
        href: format!("{PATH}/{}", session.session_id),
        site: at.name,
        place: at.area.map(|area| area.name).unwrap_or_default(),
        team,
        reason: words.t(words::reason(session.reason())),
        people: words.n("people-count", session.people),
        tubes: session.tubes,
        open_tubes: if session.open_tubes.is_empty() { String::new() } else { words.n("sampling-open-tubes", session.open_tubes.len()) },
        closed: session.closed,
    }
}

fn campaign_row(site: &Site, user: &CurrentUser, campaign: &Campaign) -> CampaignRow {
    let words = site.words(user.lang);
    let day = |text: &str| text.parse().map_or_else(|_| text.to_owned(), time::format_date);
    CampaignRow {
        name: campaign.name.clone(),
        reason: words.t(words::reason(campaign.reason())),
        place: campaign.area.clone().map(|area| area.name).unwrap_or_default(),
        days: words.ab("campaign-days", day(&campaign.from_day), day(&campaign.to_day)),
        sites: campaign.sites.iter().map(|site| format!("{} {}", site.site_id, site.name)).collect(),
        rosters: manages(site, user, campaign).then(|| format!("{PATH}/campaigns/{}/rosters", campaign.campaign_id)),
    }
}

/// A campaign around one's own areas is seen there and managed from above.
fn manages(site: &Site, user: &CurrentUser, campaign: &Campaign) -> bool {
    let area = campaign.area.clone().unwrap_or_default();
    let Ok(area) = areas::resolve(&area.code, &area.valid_from, site.province.era) else { return false };
    let held = user.caller.areas(Permission::LabCampaignsManage);
    held.iter().any(|root| AreaKey::parse(root).is_ok_and(|root| root.covers(area.key)))
}

/// Campaigns of today, each with its sites.
fn fields(site: &Site, words: &Words, campaigns: &[Campaign], typed: &Typed, mistakes: &[Mistake]) -> Vec<Field> {
    let today = time::day_of(site.now()).to_string();
    let running = campaigns.iter().filter(|campaign| campaign.from_day <= today && today <= campaign.to_day);
    let site_of = |campaign: &Campaign| {
        let id = campaign.campaign_id.clone();
        let name = campaign.name.clone();
        campaign
            .sites
            .iter()
            .map(move |site| Choice::new(format!("{id}|{}", site.site_id), format!("{} – {name}", site.name)))
            .collect::<Vec<_>>()
    };
    let sites = std::iter::once(Choice::new("", words.t("choose"))).chain(running.flat_map(site_of)).collect();
    let field = |name: &str, key: &str| Field {
        name: name.to_owned(),
        label: words.t(key),
        value: typed.get(name).to_owned(),
        error: Mistake::of(mistakes, name).to_owned(),
        maxlength: 80,
        ..Field::default()
    };
    vec![
        Field { kind: Kind::Select(sites), maxlength: 0, ..field("site", "sampling-site") },
        Field { hint: words.t("sampling-team-hint"), ..field("team", "sampling-team") },
        Field { hint: words.t("sampling-shift-hint"), maxlength: 40, ..field("shift", "sampling-shift") },
    ]
}
