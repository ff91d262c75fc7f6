//! `/guide/{role}`, `/about`, `/accessibility`: prose that lives in `guide.ftl`, sections and steps by their numbers.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    error::PageError,
    site::Site,
    text::{Lang, Words},
    view::{BarLink, Page, render},
};

/// Who has a guide.
pub const ROLES: [&str; 10] =
    ["driver", "citizen", "result", "post", "commune-police", "reports", "sampler", "courier", "laboratory", "cdc"];

#[derive(Template)]
#[template(path = "guide.html")]
struct GuidePage {
    page: Page,
    lead: String,
    roles: Vec<BarLink>,
    sections: Vec<Section>,
    /// Steps to follow, or paragraphs to read.
    numbered: bool,
}

struct Section {
    title: String,
    steps: Vec<String>,
}

/// `GET /guide/{role}`
pub async fn get(State(site): State<Arc<Site>>, Path(role): Path<String>, lang: Lang) -> Result<Response, PageError> {
    let role = ROLES.into_iter().find(|known| *known == role).ok_or(PageError::NotFound)?;
    let words = site.words(lang);
    let link = |to: &str| BarLink {
        href: format!("{}/guide/{to}", lang.prefix()),
        label: words.t(&format!("guide-nav-{to}")),
        count: None,
        current: to == role,
    };
    let page = site.public_page(lang, &format!("/guide/{role}"), words.t(&format!("guide-{role}-title")));
    let lead = words.t(&format!("guide-{role}-lead"));
    let sections = sections(&words, &format!("guide-{role}"));
    render(&GuidePage { page, lead, roles: ROLES.map(link).into(), sections, numbered: true })
}

/// `GET /about`
pub async fn about(State(site): State<Arc<Site>>, lang: Lang) -> Result<Response, PageError> {
    prose(&site, lang, "about")
}

/// `GET /accessibility`
pub async fn accessibility(State(site): State<Arc<Site>>, lang: Lang) -> Result<Response, PageError> {
    prose(&site, lang, "accessibility")
}

fn prose(site: &Site, lang: Lang, name: &str) -> Result<Response, PageError> {
    let words = site.words(lang);
    let page = site.public_page(lang, &format!("/{name}"), words.t(&format!("{name}-title")));
    render(&GuidePage { page, lead: String::new(), roles: Vec::new(), sections: sections(&words, name), numbered: false })
}

fn sections(words: &Words, name: &str) -> Vec<Section> {
    let numbered = |prefix: String| (1..).map(move |number| format!("{prefix}-{number}")).take_while(|key| words.has(key));
    numbered(name.to_owned())
        .map(|key| Section { title: words.t(&key), steps: numbered(key).map(|step| words.t(&step)).collect() })
        .collect()
}
