//! `/sampling/labels`: sheets of labels for tubes, with codes that no tube has yet, as a PDF to print.
use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use contract::{Permission, lab::v1::PrintTubeLabelsRequest};
use http::StatusCode;

use crate::{
    desk::{self, is_away},
    download::attachment,
    error::{Fault, PageError},
    forms::Typed,
    lab::failure,
    session::{CurrentUser, OfficerForm},
    site::Site,
    text::Words,
    view::{Choice, Field, Kind, Mistake, Page, render},
};

const PATH: &str = "/sampling/labels";
/// How labels lie, by the name of the layout; the first is chosen where nothing is.
const LAYOUTS: [(&str, &str); 3] = [("a4-5x13", "labels-a4-65"), ("a4-3x8", "labels-a4-24"), ("roll-50x30", "labels-roll")];
/// A sheet of the first layout.
const USUAL: &str = "65";

#[derive(Template)]
#[template(path = "print_labels.html")]
struct LabelsPage {
    page: Page,
    mistakes: Vec<Mistake>,
    fields: Vec<Field>,
}

/// `GET /sampling/labels`
pub async fn get(State(site): State<Arc<Site>>, user: CurrentUser) -> Result<Response, PageError> {
    user.require(Permission::LabLabelsPrint)?;
    show(&site, &user, &Typed::new([("labels", USUAL)]), Vec::new())
}

/// `POST /sampling/labels`: the PDF.
pub async fn post(State(site): State<Arc<Site>>, OfficerForm { user, typed }: OfficerForm) -> Result<Response, PageError> {
    user.require(Permission::LabLabelsPrint)?;
    let words = site.words(user.lang);
    // What is no number is refused as none would be.
    let labels = typed.get("labels").parse().unwrap_or_default();
    let request = PrintTubeLabelsRequest { layout: typed.get("layout").to_owned(), labels };
    let mistakes = match site.clients.sampling(user.caller.clone()).print_tube_labels(request).await {
        Ok(file) => {
            let file = file.into_inner();
            return attachment(&file.file_name, &file.media_type, file.content);
        }
        Err(status) => failure::mistakes(status, user.lang, |fault: &Fault| mistake(&words, fault)),
    };
    match mistakes {
        Ok(mistakes) => {
            let mut response = show(&site, &user, &typed, mistakes)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(error) if is_away(&error) => desk::resend(&site, &user, PATH, &typed),
        Err(error) => Err(error),
    }
}

fn mistake(words: &Words, fault: &Fault) -> Mistake {
    if fault.path == "layout" {
        Mistake::new("layout", words.t("labels-missing-layout"))
    } else {
        Mistake::new("labels", words.t("labels-wrong-count"))
    }
}

fn show(site: &Site, user: &CurrentUser, typed: &Typed, mistakes: Vec<Mistake>) -> Result<Response, PageError> {
    let words = site.words(user.lang);
    let field = |name: &str, key: &str| Field {
        name: name.to_owned(),
        label: words.t(key),
        value: typed.get(name).to_owned(),
        error: Mistake::of(&mistakes, name).to_owned(),
        ..Field::default()
    };
    let layouts = LAYOUTS.map(|(layout, key)| Choice::new(layout, words.t(key)));
    let fields = vec![
        Field { kind: Kind::Select(layouts.into()), hint: words.t("labels-layout-hint"), ..field("layout", "labels-layout") },
        Field { hint: words.t("labels-count-hint"), inputmode: "numeric", class: "w-s", maxlength: 4, ..field("labels", "labels-count") },
    ];
    let title = words.t("labels-title");
    let page = user.page(site, "/sampling", desk::title(&words, &title, !mistakes.is_empty()).into_owned());
    render(&LabelsPage { page, mistakes, fields })
}
