//! `/shipments`: boxes on their way, and the form that packs one by scanning.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    lab::v1::{ListLaboratoriesRequest, ListSealedTubesRequest, ListShipmentsRequest, PackShipmentRequest, Shipment},
};
use http::StatusCode;
use ids::ShipmentId;
use serde::Deserialize;

use crate::{
    desk::{self, is_away},
    error::{Fault, PageError},
    forms::Typed,
    lab::{failure, scans, words},
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{BarLink, Choice, Field, Kind, Mistake, Moment, Page, Tag, filters, render},
};

const PATH: &str = "/shipments";

#[derive(Template)]
#[template(path = "list_shipments.html")]
struct ShipmentsPage {
    page: Page,
    mistakes: Vec<Mistake>,
    chips: Vec<BarLink>,
    rows: Vec<Row>,
    older: Option<String>,
    pack: Option<Pack>,
}

struct Row {
    href: String,
    number: String,
    tag: Tag,
    laboratory: String,
    place: String,
    tubes: String,
    packed: Option<Moment>,
    alarm: bool,
}

/// Tubes that wait for a box, and the boxes of the form.
struct Pack {
    waiting: Vec<Waiting>,
    laboratory: Field,
    scans: Field,
    id: String,
}

struct Waiting {
    barcode: String,
    kind: String,
    place: String,
    sealed: Option<Moment>,
    checked: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    all: String,
    page: String,
}

/// `GET /shipments`
pub async fn get(State(site): State<Arc<Site>>, Query(asked): Query<Asked>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabSamplesRead)?;
    show(&site, &user, &asked, &Typed::default(), Vec::new()).await
}

/// `POST /shipments`: writes the manifest of a box.
pub async fn post(State(site): State<Arc<Site>>, OfficerForm { user, typed }: OfficerForm) -> Result<Response, PageError> {
    user.require(Permission::LabShipmentsCarry)?;
    match pack(&site, &user, &typed).await {
        Ok(Ok(address)) => Ok(Redirect::to(&address).into_response()),
        Ok(Err(mistakes)) => {
            let mut response = show(&site, &user, &Asked::default(), &typed, mistakes).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) if is_away(&error) => desk::resend(&site, &user, PATH, &typed),
        Err(error) => Err(error),
    }
}

async fn pack(site: &Site, user: &CurrentUser, typed: &Typed) -> Result<Result<String, Vec<Mistake>>, PageError> {
    let words = site.words(user.lang);
    let mut barcodes = scans::barcodes(typed.get("scans"));
    barcodes.extend(typed.all("tube").map(str::to_owned).filter(|ticked| !typed.get("scans").to_uppercase().contains(ticked.as_str())));
    let mut mistakes = Vec::new();
    if barcodes.is_empty() {
        mistakes.push(Mistake::new("scans", words.t("pack-missing-tubes")));
    }
    if typed.get("laboratory").is_empty() {
        mistakes.push(Mistake::new("laboratory", words.t("pack-missing-laboratory")));
    }
    if !mistakes.is_empty() {
        return Ok(Err(mistakes));
    }
    let shipment_id = ShipmentId::parse(typed.get("id")).map_err(|_| PageError::Unreadable)?.to_string();
    let request = PackShipmentRequest { shipment_id: shipment_id.clone(), laboratory_id: typed.get("laboratory").to_owned(), barcodes };
    match site.clients.sampling(user.caller.clone()).pack_shipment(request).await {
        Ok(_) => Ok(Ok(format!("{PATH}/{shipment_id}"))),
        Err(status) => failure::mistakes(status, user.lang, |fault: &Fault| {
            Mistake::new(if fault.path.starts_with("barcodes") { "scans" } else { "laboratory" }, fault.text(user.lang))
        })
        .map(Err),
    }
}

async fn show(site: &Site, user: &CurrentUser, asked: &Asked, typed: &Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let all = !asked.all.is_empty();
    let request = ListShipmentsRequest { only_open: !all, page_size: 25, page_token: asked.page.clone() };
    let found = site.clients.sampling(user.caller.clone()).list_shipments(request).await?.into_inner();
    let title = words.t("shipments-title");
    let link = |href: &str, key: &str, current: bool| BarLink { href: href.to_owned(), label: words.t(key), count: None, current };
    let older = (!found.next_page_token.is_empty()).then(|| {
        let query = [("all", asked.all.as_str()), ("page", found.next_page_token.as_str())];
        format!("{PATH}?{}", serde_urlencoded::to_string(query).unwrap_or_default())
    });
    render(&ShipmentsPage {
        page: user.page(site, PATH, desk::title(&words, &title, !mistakes.is_empty()).into_owned()),
        chips: vec![link(PATH, "shipments-open", !all), link("/shipments?all=1", "shipments-all", all)],
        rows: found.shipments.iter().map(|shipment| row(site, &words, shipment)).collect(),
        older,
        pack: if user.require(Permission::LabShipmentsCarry).is_ok() {
            Some(packing(site, user, &words, typed, &mistakes).await?)
        } else {
            None
        },
        mistakes,
    })
}

fn row(site: &Site, words: &Words, shipment: &Shipment) -> Row {
    use contract::lab::v1::ShipmentState::{Different, Left};
    Row {
        href: format!("{PATH}/{}", shipment.shipment_id),
        number: shipment.number.clone(),
        tag: words::shipment_tag(words, shipment.state()),
        laboratory: shipment.laboratory.clone().unwrap_or_default().name,
        place: shipment.area.clone().unwrap_or_default().name,
        tubes: words.n("tube-count", shipment.tubes),
        packed: Moment::of(shipment.packed_at.as_ref(), site.now()),
        alarm: matches!(shipment.state(), Different | Left),
    }
}

async fn packing(site: &Site, user: &CurrentUser, words: &Words, typed: &Typed, mistakes: &[Mistake]) -> Result<Pack, PageError> {
    let mut sampling = site.clients.sampling(user.caller.clone());
    let request = ListSealedTubesRequest { page_size: 200, ..ListSealedTubesRequest::default() };
    let tubes = sampling.list_sealed_tubes(request).await?.into_inner().tubes;
    let laboratories = sampling.list_laboratories(ListLaboratoriesRequest {}).await?.into_inner().laboratories;
    let ticked: Vec<&str> = typed.all("tube").collect();
    let waiting = tubes.iter().map(|tube| Waiting {
        barcode: tube.barcode.clone(),
        kind: words::tube_kind(words, tube.kind(), tube.people),
        place: tube.area.clone().unwrap_or_default().name,
        sealed: Moment::of(tube.sealed_at.as_ref(), site.now()),
        checked: ticked.contains(&tube.barcode.as_str()),
    });
    let all = |name: &str| {
        let texts = mistakes.iter().filter(|mistake| mistake.field == name).map(|mistake| mistake.text.as_str());
        texts.collect::<Vec<_>>().join(" ")
    };
    let choices = laboratories.iter().map(|laboratory| Choice::new(&laboratory.laboratory_id, &laboratory.name));
    Ok(Pack {
        waiting: waiting.collect(),
        laboratory: Field {
            name: "laboratory".into(),
            label: words.t("pack-laboratory"),
            error: all("laboratory"),
            value: typed.get("laboratory").to_owned(),
            kind: Kind::Select(std::iter::once(Choice::new("", words.t("choose"))).chain(choices).collect()),
            ..Field::default()
        },
        scans: Field {
            name: "scans".into(),
            label: words.t("pack-scans"),
            hint: words.t("scans-hint"),
            error: all("scans"),
            value: typed.get("scans").to_owned(),
            kind: Kind::Area,
            class: "scans",
            ..Field::default()
        },
        id: ShipmentId::parse(typed.get("id")).unwrap_or_else(|_| ShipmentId::mint(site.now())).to_string(),
    })
}
