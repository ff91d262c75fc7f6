//! `/sampling/campaigns/new`: a campaign with its sites. Adding a site is a button of the form, so that it works without script.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    common::v1::Area,
    lab::v1::{CreateCampaignRequest, SamplingReason, Site as SamplingSite},
};
use http::StatusCode;
use ids::CampaignId;

use super::place_filter::{self, Place};
use crate::{
    desk::{self, is_away},
    error::{Fault, PageError},
    forms::Typed,
    lab::{failure, person, words},
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{Field, Kind, Mistake, Page, render},
};

const PATH: &str = "/sampling/campaigns/new";
const MOST_SITES: usize = 30;

#[derive(Template)]
#[template(path = "create_campaign.html")]
struct CampaignPage {
    page: Page,
    mistakes: Vec<Mistake>,
    fields: Vec<Field>,
    sites: Vec<Vec<Field>>,
    communes: Vec<String>,
    id: String,
}

/// `GET /sampling/campaigns/new`
pub async fn get(State(site): State<Arc<Site>>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabCampaignsManage)?;
    show(&site, &user, &Typed::default(), Vec::new())
}

/// `POST /sampling/campaigns/new`
pub async fn post(State(site): State<Arc<Site>>, OfficerForm { user, mut typed }: OfficerForm) -> Result<Response, PageError> {
    user.require(Permission::LabCampaignsManage)?;
    match typed.get("do").to_owned().as_str() {
        "add" => {
            let next = typed.groups("sites").clamp(1, MOST_SITES - 1);
            typed.set(&format!("sites-{next}-name"), "");
            return show(&site, &user, &typed, Vec::new());
        }
        pressed => {
            if let Some(number) = pressed.strip_prefix("drop:").and_then(|number| number.parse().ok()) {
                typed.remove_group("sites", number);
                return show(&site, &user, &typed, Vec::new());
            }
        }
    }
    match send(&site, &user, &typed).await {
        Ok(mistakes) if mistakes.is_empty() => Ok(Redirect::to("/sampling").into_response()),
        Ok(mistakes) => {
            let mut response = show(&site, &user, &typed, mistakes)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) if is_away(&error) => desk::resend(&site, &user, PATH, &typed),
        Err(error) => Err(error),
    }
}

/// Nothing to mend means that the campaign is planned.
async fn send(site: &Site, user: &CurrentUser, typed: &Typed) -> Result<Vec<Mistake>, PageError> {
    let reader = Reader { words: site.words(user.lang), site, typed, mistakes: Vec::new() };
    let request = match reader.request()? {
        Ok(request) => request,
        Err(mistakes) => return Ok(mistakes),
    };
    match site.clients.sampling(user.caller.clone()).create_campaign(request).await {
        Ok(_) => Ok(Vec::new()),
        Err(status) => failure::mistakes(status, user.lang, |fault: &Fault| Mistake::new(box_of(&fault.path), fault.text(user.lang))),
    }
}

struct Reader<'a> {
    words: Words,
    site: &'a Site,
    typed: &'a Typed,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn request(mut self) -> Result<Result<CreateCampaignRequest, Vec<Mistake>>, PageError> {
        let campaign_id = CampaignId::parse(self.typed.get("id")).map_err(|_| PageError::Unreadable)?.to_string();
        self.needs("name", "campaign-missing-name");
        self.needs("reason", "campaign-missing-reason");
        let area = self.place("area");
        self.needs("from", "campaign-missing-day");
        self.needs("to", "campaign-missing-day");
        let sites = (0..self.typed.groups("sites").clamp(1, MOST_SITES)).map(|number| self.sampling_site(number)).collect();
        let request = CreateCampaignRequest {
            campaign_id,
            name: self.typed.get("name").to_owned(),
            reason: SamplingReason::from_str_name(self.typed.get("reason")).unwrap_or_default().into(),
            area,
            from_day: self.typed.get("from").to_owned(),
            to_day: self.typed.get("to").to_owned(),
            sites,
        };
        Ok(if self.mistakes.is_empty() { Ok(request) } else { Err(self.mistakes) })
    }

    fn sampling_site(&mut self, number: usize) -> SamplingSite {
        let part = |part: &str| format!("sites-{number}-{part}");
        self.needs(&part("code"), "campaign-missing-site-code");
        self.needs(&part("name"), "campaign-missing-site-name");
        SamplingSite {
            site_id: self.typed.get(&part("code")).to_uppercase(),
            name: self.typed.get(&part("name")).to_owned(),
            area: self.place(&part("area")),
            capacity_per_hour: self.typed.get(&part("capacity")).parse().unwrap_or_default(),
        }
    }

    fn needs(&mut self, name: &str, key: &str) {
        if self.typed.get(name).is_empty() {
            self.mistakes.push(Mistake::new(name, self.words.t(key)));
        }
    }

    fn place(&mut self, name: &str) -> Option<Area> {
        let province = &self.site.province;
        let text = self.typed.get(name);
        let whole = vietnam::areas::get(province.area).filter(|area| area.full_name() == text || area.display_name() == text);
        let key = match (whole, place_filter::find(province, text)) {
            (Some(area), _) | (None, Place::One(area)) => return Some(person::message(area)),
            (None, Place::Several(_)) => "person-area-several",
            (None, Place::Any | Place::Unknown) => "person-wrong-area",
        };
        self.mistakes.push(Mistake::new(name, self.words.t(key)));
        None
    }
}

/// `sites[2].site_id` is typed into `sites-2-code`.
fn box_of(path: &str) -> String {
    let part = path.rsplit('.').next().unwrap_or_default();
    if let Some(number) = failure::index(path) {
        let part = match part {
            "site_id" => "code",
            "name" => "name",
            "capacity_per_hour" => "capacity",
            _ => "area",
        };
        return format!("sites-{number}-{part}");
    }
    match path.split('.').next().unwrap_or_default() {
        "from_day" => "from",
        "to_day" => "to",
        "sites" => "sites-0-code",
        "name" => "name",
        "reason" => "reason",
        "area" => "area",
        _ => "",
    }
    .to_owned()
}

fn show(site: &Site, user: &CurrentUser, typed: &Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let field = |name: String, key: &str, maxlength: u32| Field {
        label: words.t(key),
        value: typed.get(&name).to_owned(),
        error: Mistake::of(&mistakes, &name).to_owned(),
        maxlength,
        name,
        ..Field::default()
    };
    let fields = vec![
        field("name".into(), "campaign-name", 120),
        Field { kind: Kind::Select(words::reasons(&words)), ..field("reason".into(), "campaign-reason", 0) },
        Field { datalist: "communes", hint: words.t("campaign-area-hint"), ..field("area".into(), "campaign-area", 120) },
        Field { kind: Kind::Input("date"), class: "w-m", ..field("from".into(), "campaign-from", 0) },
        Field { kind: Kind::Input("date"), class: "w-m", ..field("to".into(), "campaign-to", 0) },
    ];
    let sites = (0..typed.groups("sites").clamp(1, MOST_SITES)).map(|number| {
        let part = |part: &str| format!("sites-{number}-{part}");
        vec![
            Field { hint: words.t("campaign-site-code-hint"), ..field(part("code"), "campaign-site-code", 20) },
            field(part("name"), "campaign-site-name", 120),
            Field { datalist: "communes", ..field(part("area"), "campaign-site-area", 120) },
            Field { hint: words.t("optional"), inputmode: "numeric", ..field(part("capacity"), "campaign-site-capacity", 4) },
        ]
    });
    let sites = sites.collect();
    let title = words.t("campaign-plan");
    render(&CampaignPage {
        page: user.page(site, "/sampling", desk::title(&words, &title, !mistakes.is_empty()).into_owned()),
        fields,
        sites,
        communes: place_filter::communes(&site.province),
        id: CampaignId::parse(typed.get("id")).unwrap_or_else(|_| CampaignId::mint(site.now())).to_string(),
        mistakes,
    })
}
