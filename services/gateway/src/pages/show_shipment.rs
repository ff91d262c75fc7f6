//! `/shipments/{shipment}`: a box with its manifest, on screen and paper; handed over, left at the door, received, and differences explained.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use contract::{
    Permission,
    lab::v1::{
        GetShipmentRequest, HandOverShipmentRequest, LeaveShipmentRequest, ManifestLine, ManifestState, ReceiveShipmentRequest,
        ResolveManifestLineRequest, Shipment, ShipmentState,
    },
};
use http::StatusCode;
use ids::{CommandId, ShipmentId};
use tonic::Status;

use crate::{
    assets,
    desk::{self, is_away},
    error::{Fault, PageError},
    forms::Typed,
    lab::{failure, readings, scans, words},
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{Field, Kind, Mistake, Moment, Page, Tag, filters, render},
};

#[derive(Template)]
#[template(path = "show_shipment.html")]
struct ShipmentPage {
    page: Page,
    mistakes: Vec<Mistake>,
    href: String,
    number: String,
    tag: Tag,
    place: String,
    laboratory: String,
    tubes: String,
    packed: Option<Moment>,
    handed: Option<Moment>,
    handed_celsius: String,
    left: Option<Moment>,
    left_where: String,
    received: Option<Moment>,
    received_celsius: String,
    lines: Vec<Line>,
    /// Barcodes that were in the box and that nobody knows; said once.
    unknown: Vec<String>,
    hand_over: Option<Field>,
    leave: Option<Field>,
    receive: Option<(Field, Field)>,
    explains: bool,
    command_id: String,
}

struct Line {
    barcode: String,
    kind: String,
    sealed: Option<Moment>,
    tag: Tag,
    note: String,
    missing: bool,
}

/// `GET /shipments/{shipment}`
pub async fn get(State(site): State<Arc<Site>>, Path(shipment): Path<String>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabSamplesRead)?;
    let shipment = read(&site, &user, &id(&shipment)?).await?;
    show(&site, &user, &shipment, &Typed::default(), Vec::new(), Vec::new())
}

/// `POST /shipments/{shipment}`: what the pressed button says.
pub async fn post(
    State(site): State<Arc<Site>>,
    Path(shipment): Path<String>,
    OfficerForm { user, typed }: OfficerForm,
) -> Result<Response, PageError> {
    let id = id(&shipment)?;
    match act(&site, &user, &id, &typed).await {
        Err(error) if is_away(&error) => desk::resend(&site, &user, &format!("/shipments/{id}"), &typed),
        answer => answer,
    }
}

fn id(text: &str) -> Result<String, PageError> {
    Ok(ShipmentId::parse(text).map_err(|_| PageError::NotFound)?.to_string())
}

async fn read(site: &Site, user: &CurrentUser, shipment_id: &str) -> Result<Shipment, PageError> {
    let request = GetShipmentRequest { shipment_id: shipment_id.to_owned() };
    site.clients.sampling(user.caller.clone()).get_shipment(request).await?.into_inner().shipment.ok_or(PageError::NotFound)
}

async fn act(site: &Site, user: &CurrentUser, id: &str, typed: &Typed) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let command = Command { words: &words, id, typed, mistakes: Vec::new() };
    let refused = match command.send(site, user).await? {
        Sent::Done(unknown) if unknown.is_empty() => return Ok(Redirect::to(&format!("/shipments/{id}")).into_response()),
        Sent::Done(unknown) => {
            let shipment = read(site, user, id).await?;
            return show(site, user, &shipment, &Typed::default(), Vec::new(), unknown);
        }
        Sent::Mend(mistakes) => mistakes,
        Sent::Refused(status) => failure::mistakes(status, user.lang, |fault: &Fault| {
            Mistake::new(if fault.path.starts_with("barcodes") { "scans" } else { "" }, fault.text(user.lang))
        })?,
    };
    let shipment = read(site, user, id).await?;
    let mut response = show(site, user, &shipment, typed, refused, Vec::new())?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

enum Sent {
    Done(Vec<String>),
    Mend(Vec<Mistake>),
    Refused(Status),
}

struct Command<'a> {
    words: &'a Words,
    id: &'a str,
    typed: &'a Typed,
    mistakes: Vec<Mistake>,
}

impl Command<'_> {
    async fn send(mut self, site: &Site, user: &CurrentUser) -> Result<Sent, PageError> {
        let command_id = CommandId::parse(self.typed.get("command-id")).map_err(|_| PageError::Unreadable)?.to_string();
        let shipment_id = self.id.to_owned();
        let mut sampling = site.clients.sampling(user.caller.clone());
        let done = match self.typed.get("do") {
            "hand-over" => {
                let celsius = self.celsius("hand-celsius");
                let request = HandOverShipmentRequest { shipment_id, command_id, celsius };
                if self.mistakes.is_empty() { sampling.hand_over_shipment(request).await.map(drop) } else { Ok(()) }
            }
            "leave" => {
                let place = self.needs("where", "shipment-missing-where");
                let request = LeaveShipmentRequest { shipment_id, command_id, r#where: place };
                if self.mistakes.is_empty() { sampling.leave_shipment(request).await.map(drop) } else { Ok(()) }
            }
            "receive" => {
                let celsius = self.celsius("receive-celsius");
                let barcodes = scans::barcodes(self.typed.get("scans"));
                if barcodes.is_empty() {
                    self.mistakes.push(Mistake::new("scans", self.words.t("receive-missing")));
                }
                if self.mistakes.is_empty() {
                    let request = ReceiveShipmentRequest { shipment_id, command_id, barcodes, celsius };
                    match sampling.receive_shipment(request).await {
                        Ok(answer) => return Ok(Sent::Done(answer.into_inner().unknown_barcodes)),
                        Err(status) => return Ok(Sent::Refused(status)),
                    }
                }
                Ok(())
            }
            pressed => {
                let (state, barcode) = explained(pressed).ok_or(PageError::Unreadable)?;
                let note = self.needs("note", "shipment-missing-note");
                let request = ResolveManifestLineRequest { shipment_id, command_id, barcode, state: state.into(), note };
                if self.mistakes.is_empty() { sampling.resolve_manifest_line(request).await.map(drop) } else { Ok(()) }
            }
        };
        Ok(match done {
            Ok(()) if self.mistakes.is_empty() => Sent::Done(Vec::new()),
            Ok(()) => Sent::Mend(self.mistakes),
            Err(status) => Sent::Refused(status),
        })
    }

    /// A temperature in degrees; empty when it was not measured.
    fn celsius(&mut self, name: &str) -> Option<f64> {
        let text = self.typed.get(name).replace(',', ".");
        if text.is_empty() {
            return None;
        }
        let celsius = text.parse().ok().filter(|celsius| (-90.0..=60.0).contains(celsius));
        if celsius.is_none() {
            self.mistakes.push(Mistake::new(name, self.words.t("shipment-wrong-celsius")));
        }
        celsius
    }

    fn needs(&mut self, name: &str, key: &str) -> String {
        if self.typed.get(name).chars().count() < 3 {
            // Each line of the manifest has a box of its own for the note.
            let field = if name == "note" { "" } else { name };
            self.mistakes.push(Mistake::new(field, self.words.t(key)));
        }
        self.typed.get(name).to_owned()
    }
}

/// `lost:GL-0001` names a line of the manifest and what became of it.
fn explained(pressed: &str) -> Option<(ManifestState, String)> {
    let (verb, barcode) = pressed.split_once(':')?;
    let state = match verb {
        "arrived" => ManifestState::Arrived,
        "not-sent" => ManifestState::NotSent,
        "lost" => ManifestState::Lost,
        _ => return None,
    };
    Some((state, barcode.to_owned()))
}

fn show(
    site: &Site,
    user: &CurrentUser,
    shipment: &Shipment,
    typed: &Typed,
    mistakes: Vec<Mistake>,
    unknown: Vec<String>,
) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let now = site.now();
    let title = words.a("shipment-title", &shipment.number);
    let page = user.page(site, "/shipments", desk::title(&words, &title, !mistakes.is_empty()).into_owned());
    let forms = Forms::new(user, &words, shipment, typed, &mistakes);
    let degrees = |value: Option<f64>| value.map(|value| format!("{} °C", readings::decimal(user.lang, value))).unwrap_or_default();
    render(&ShipmentPage {
        page: page.with_script(assets::PRINT_JS).with_script(assets::SENDING_JS),
        href: format!("/shipments/{}", shipment.shipment_id),
        number: shipment.number.clone(),
        tag: words::shipment_tag(&words, shipment.state()),
        place: shipment.area.clone().unwrap_or_default().name,
        laboratory: shipment.laboratory.clone().unwrap_or_default().name,
        tubes: words.n("tube-count", shipment.tubes),
        packed: Moment::of(shipment.packed_at.as_ref(), now),
        handed: Moment::of(shipment.handed_at.as_ref(), now),
        handed_celsius: degrees(shipment.handed_celsius),
        left: Moment::of(shipment.left_at.as_ref(), now),
        left_where: shipment.left_where.clone(),
        received: Moment::of(shipment.received_at.as_ref(), now),
        received_celsius: degrees(shipment.received_celsius),
        lines: shipment.lines.iter().map(|line| view(site, &words, line)).collect(),
        unknown,
        hand_over: forms.hand_over,
        leave: forms.leave,
        receive: forms.receive,
        explains: forms.explains,
        command_id: CommandId::mint(now).to_string(),
        mistakes,
    })
}

/// What this person may do with the box as it is.
struct Forms {
    hand_over: Option<Field>,
    leave: Option<Field>,
    receive: Option<(Field, Field)>,
    explains: bool,
}

impl Forms {
    fn new(user: &CurrentUser, words: &Words, shipment: &Shipment, typed: &Typed, mistakes: &[Mistake]) -> Self {
        let state = shipment.state();
        let carries = user.require(Permission::LabShipmentsCarry).is_ok();
        let receives = user.require(Permission::LabTubesReceive).is_ok();
        let field = |name: &str, key: &str, hint: &str| Field {
            name: name.to_owned(),
            label: words.t(key),
            hint: words.t(hint),
            value: typed.get(name).to_owned(),
            error: Mistake::of(mistakes, name).to_owned(),
            ..Field::default()
        };
        let celsius = |name: &str| Field { class: "w-m", inputmode: "decimal", ..field(name, "shipment-celsius", "shipment-celsius-hint") };
        let scans = || Field { kind: Kind::Area, class: "scans", ..field("scans", "receive-scans", "scans-hint") };
        let on_the_way = matches!(state, ShipmentState::Packed | ShipmentState::OnTheWay | ShipmentState::Left);
        Self {
            hand_over: (carries && state == ShipmentState::Packed).then(|| celsius("hand-celsius")),
            leave: (carries && state == ShipmentState::OnTheWay)
                .then(|| Field { maxlength: 200, ..field("where", "shipment-where", "shipment-where-hint") }),
            receive: (receives && on_the_way).then(|| (scans(), celsius("receive-celsius"))),
            explains: receives && state == ShipmentState::Different,
        }
    }
}

fn view(site: &Site, words: &Words, line: &ManifestLine) -> Line {
    Line {
        barcode: line.barcode.clone(),
        kind: if line.tube_id.is_empty() { String::new() } else { words::tube_kind(words, line.kind(), line.people) },
        sealed: Moment::of(line.sealed_at.as_ref(), site.now()),
        tag: words::manifest_tag(words, line.state()),
        note: line.note.clone(),
        missing: line.state() == ManifestState::Missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_names_its_tube() {
        assert_eq!(explained("lost:GL-0001"), Some((ManifestState::Lost, "GL-0001".to_owned())));
        assert_eq!(explained("unlisted:GL-0001"), None);
        assert_eq!(explained("lost"), None);
    }
}
