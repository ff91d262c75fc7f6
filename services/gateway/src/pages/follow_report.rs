//! `/follow`: what became of a report, for who has its code and PIN. Both travel in forms only, never in an address.
use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use contract::reports::v1::{
    AddReporterMessageRequest, FollowReportRequest, FollowedReport, ReopenReportRequest, ReportState, Speaker, Ticket,
};
use http::StatusCode;
use ids::CommandId;
use tonic::Status;

use crate::{
    assets,
    desk::{self, is_away},
    error::{self, PageError},
    forms::Typed,
    reporting::{photos, state::says},
    site::Site,
    text::Words,
    uploads::{self, File, Upload},
    view::{
        Due, Field, Kind, Mistake, Moment, Page, Radio, Radios, Tag, filters, render,
        reports::{self, Categories},
    },
    visitor::Visitor,
};

#[derive(Template)]
#[template(path = "follow.html")]
struct DoorPage {
    page: Page,
    mistakes: Vec<Mistake>,
    code: Field,
    pin: Field,
}

#[derive(Template)]
#[template(path = "followed.html")]
struct FollowedPage {
    page: Page,
    mistakes: Vec<Mistake>,
    /// What was just done; empty when the page was only opened.
    done: String,
    code: String,
    pin: String,
    tag: Tag,
    says: String,
    category: String,
    recipient: String,
    /// The agency that has it now; empty for none.
    agency: String,
    merged: bool,
    received: Option<Moment>,
    due: Option<Due>,
    outcome: String,
    answer: String,
    answered: Option<Moment>,
    messages: Vec<Said>,
    photos: Vec<photos::Shown>,
    /// Whether one more is taken.
    may_add_photo: bool,
    photo_mistake: String,
    /// Made with the page: sending twice is one.
    command_id: String,
    message: Option<Field>,
    reopen: Option<Reopen>,
    rate: Option<Rate>,
    rated: String,
}

/// A message, and whose it is.
pub struct Said {
    pub mine: bool,
    pub at: Option<Moment>,
    pub text: String,
}

struct Reopen {
    until: Option<Moment>,
    reason: Field,
    open: bool,
}

struct Rate {
    rating: Radios,
    comment: Field,
}

/// `GET /follow`
pub async fn get(State(site): State<Arc<Site>>, visitor: Visitor) -> Result<Response, PageError> {
    door(&site, &visitor, &Typed::default(), Vec::new(), StatusCode::OK)
}

/// `POST /follow`: opens a report, or says something about it.
pub async fn post(State(site): State<Arc<Site>>, visitor: Visitor, upload: Upload) -> Result<Response, PageError> {
    uploads::in_time(visitor.caller.request_id, take(&site, &visitor, upload)).await
}

async fn take(site: &Site, visitor: &Visitor, mut upload: Upload) -> Result<Response, PageError> {
    let photo = upload.next_file().await?;
    // One at a time: what follows is not a photo of this form.
    while upload.next_file().await?.is_some() {}
    let typed = upload.typed;
    let follower = Follower { site, visitor, words: site.words(visitor.lang), photo };
    match follower.answer(&typed).await {
        Err(error) if is_away(&error) => {
            let page = site.public_page(visitor.lang, "/follow", follower.words.t("resend-title"));
            desk::resend_on(page, &format!("{}/follow", visitor.lang.prefix()), &typed, error.status())
        }
        answer => answer,
    }
}

fn door(site: &Site, visitor: &Visitor, typed: &Typed, mistakes: Vec<Mistake>, status: StatusCode) -> Result<Response, PageError> {
    let words = site.words(visitor.lang);
    let field = |name: &str, key: &str, hint: &str| Field {
        name: name.to_owned(),
        label: words.t(key),
        hint: words.t(hint),
        value: typed.get(name).to_owned(),
        error: Mistake::of(&mistakes, name).to_owned(),
        class: "code w-m",
        maxlength: 20,
        ..Field::default()
    };
    let title = words.t("follow-title");
    let page = site.public_page(visitor.lang, "/follow", desk::title(&words, &title, !mistakes.is_empty()).into_owned());
    let code = field("code", "follow-code", "follow-code-hint");
    let pin = Field { inputmode: "numeric", value: String::new(), ..field("pin", "follow-pin", "follow-pin-hint") };
    let mut response = render(&DoorPage { page, mistakes, code, pin })?;
    *response.status_mut() = status;
    Ok(response)
}

struct Follower<'a> {
    site: &'a Site,
    visitor: &'a Visitor,
    words: Words,
    /// The file that the form brought.
    photo: Option<File>,
}

/// What came of a form.
enum Outcome {
    Done(&'static str),
    Wrong(Vec<Mistake>),
}

impl Follower<'_> {
    async fn answer(&self, typed: &Typed) -> Result<Response, PageError> {
        let missing = [("code", "follow-missing-code"), ("pin", "follow-missing-pin")];
        let missing = missing.into_iter().filter(|(name, _)| typed.get(name).is_empty());
        let missing: Vec<Mistake> = missing.map(|(name, key)| Mistake::new(name, self.words.t(key))).collect();
        if !missing.is_empty() {
            return door(self.site, self.visitor, typed, missing, StatusCode::UNPROCESSABLE_ENTITY);
        }
        match self.act(typed).await {
            Ok((report, outcome)) => self.show(typed, report, outcome).await,
            Err(status) => self.refuse(typed, status),
        }
    }

    /// Does what the form says, and reads the report.
    async fn act(&self, typed: &Typed) -> Result<(FollowedReport, Outcome), Status> {
        let outcome = match typed.get("do") {
            "message" => self.outcome(self.message(typed).await, "follow-done-message")?,
            "reopen" => self.outcome(self.reopen(typed).await, "follow-done-reopen")?,
            "rate" => self.outcome(self.rate(typed).await, "follow-done-rate")?,
            "photo" => self.outcome(self.add_photo(typed).await, "follow-done-photo")?,
            _ => Outcome::Done(""),
        };
        let request = FollowReportRequest { ticket: Some(ticket(typed)) };
        let answer = self.site.clients.reports(self.visitor.caller.clone()).follow_report(request).await?;
        Ok((answer.into_inner().report.unwrap_or_default(), outcome))
    }

    /// What has to be mended is shown at the form; everything else stays a failure.
    fn outcome(&self, answer: Result<(), Failure>, done: &'static str) -> Result<Outcome, Status> {
        match answer {
            Ok(()) => Ok(Outcome::Done(done)),
            Err(Failure::Wrong(mistakes)) => Ok(Outcome::Wrong(mistakes)),
            Err(Failure::Refused(status)) => match PageError::from(status.clone()) {
                PageError::Invalid(faults) => {
                    let mistake = |fault: &error::Fault| Mistake::new(box_of(&fault.path), fault.text(self.visitor.lang));
                    Ok(Outcome::Wrong(faults.iter().map(mistake).collect()))
                }
                PageError::Refused { .. } | PageError::Conflict => {
                    Ok(Outcome::Wrong(vec![Mistake::new("", error::message(&status, self.visitor.lang))]))
                }
                _ => Err(status),
            },
        }
    }

    async fn message(&self, typed: &Typed) -> Result<(), Failure> {
        let text = typed.get("message").to_owned();
        if text.is_empty() {
            return Err(self.wrong("message", "follow-missing-message"));
        }
        let request = AddReporterMessageRequest { ticket: Some(ticket(typed)), message_id: self.command_id(typed), text };
        self.site.clients.reports(self.visitor.caller.clone()).add_reporter_message(request).await?;
        Ok(())
    }

    async fn reopen(&self, typed: &Typed) -> Result<(), Failure> {
        let reason = typed.get("reason").to_owned();
        if reason.chars().count() < 10 {
            return Err(self.wrong("reason", "follow-missing-reason"));
        }
        let request = ReopenReportRequest { ticket: Some(ticket(typed)), command_id: self.command_id(typed), reason };
        self.site.clients.reports(self.visitor.caller.clone()).reopen_report(request).await?;
        Ok(())
    }

    async fn rate(&self, typed: &Typed) -> Result<(), Failure> {
        let Some(rating) = typed.get("rating").parse().ok().filter(|rating| (1..=5).contains(rating)) else {
            return Err(self.wrong("rating", "follow-missing-rating"));
        };
        let comment = typed.get("comment").to_owned();
        let request = contract::reports::v1::RateReportRequest { ticket: Some(ticket(typed)), rating, comment };
        self.site.clients.reports(self.visitor.caller.clone()).rate_report(request).await?;
        Ok(())
    }

    async fn add_photo(&self, typed: &Typed) -> Result<(), Failure> {
        let photo = self.photo.as_ref().ok_or_else(|| self.wrong(photos::BOX, "photo-missing"))?;
        let added = photos::add_to_report(self.site, self.visitor, ticket(typed), &self.command_id(typed), photo).await?;
        added.map_err(|text| Failure::Wrong(vec![Mistake::new(photos::BOX, text)]))
    }

    fn wrong(&self, field: &str, key: &str) -> Failure {
        Failure::Wrong(vec![Mistake::new(field, self.words.t(key))])
    }

    fn command_id(&self, typed: &Typed) -> String {
        CommandId::parse(typed.get("command_id")).unwrap_or_else(|_| CommandId::mint(self.site.now())).to_string()
    }

    /// A wrong pair says one thing, whichever of the two is wrong.
    fn refuse(&self, typed: &Typed, status: Status) -> Result<Response, PageError> {
        let (key, code) = match PageError::from(status) {
            PageError::NotFound | PageError::Invalid(_) => ("follow-wrong-pair", StatusCode::UNPROCESSABLE_ENTITY),
            PageError::TooMany => ("follow-too-many", StatusCode::TOO_MANY_REQUESTS),
            error => return Err(error),
        };
        door(self.site, self.visitor, typed, vec![Mistake::new("code", self.words.t(key))], code)
    }

    async fn show(&self, typed: &Typed, report: FollowedReport, outcome: Outcome) -> Result<Response, PageError> {
        let words = &self.words;
        let categories = Categories::of_today(self.site, &self.visitor.caller).await?;
        let (done, mistakes) = match outcome {
            Outcome::Done(key) => (if key.is_empty() { String::new() } else { words.t(key) }, Vec::new()),
            Outcome::Wrong(mistakes) => (String::new(), mistakes),
        };
        let status = if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let title = words.a("followed-title", &report.code);
        let mut page = self.site.public_page(self.visitor.lang, "/follow", desk::title(words, &title, !mistakes.is_empty()).into_owned());
        page.scripts = vec![assets::SENDING_JS, assets::SHRINK_JS];
        let mut followed = self.view(page, typed, &report, &categories, done, mistakes);
        followed.photos = photos::of_ticket(self.site, self.visitor, ticket(typed)).await;
        followed.may_add_photo = followed.message.is_some() && followed.photos.len() < photos::MOST_OF_REPORT;
        let mut response = render(&followed)?;
        *response.status_mut() = status;
        Ok(response)
    }

    fn view(
        &self,
        page: Page,
        typed: &Typed,
        report: &FollowedReport,
        categories: &Categories,
        done: String,
        mistakes: Vec<Mistake>,
    ) -> FollowedPage {
        let (words, now) = (&self.words, self.site.now());
        let field = |name: &str, key: &str| Field {
            name: name.to_owned(),
            label: words.t(key),
            value: if done.is_empty() { typed.get(name).to_owned() } else { String::new() },
            error: Mistake::of(&mistakes, name).to_owned(),
            kind: Kind::Area,
            ..Field::default()
        };
        let over = matches!(report.state(), ReportState::Answered | ReportState::Rejected | ReportState::Closed);
        let message =
            (!over).then(|| Field { maxlength: 2000, hint: words.t("follow-message-hint"), ..field("message", "follow-message") });
        let until = Moment::of(report.reopen_until.as_ref(), now);
        let reopen = until.map(|until| Reopen {
            until: Some(until),
            reason: Field { maxlength: 2000, ..field("reason", "follow-reason") },
            open: !Mistake::of(&mistakes, "reason").is_empty(),
        });
        let option = |number: i32| Radio {
            value: number.to_string(),
            label: words.t(RATINGS[usize::try_from(5 - number).unwrap_or_default()]),
            sub: String::new(),
            checked: typed.get("rating") == number.to_string(),
        };
        let rate = report.may_rate.then(|| Rate {
            rating: Radios {
                name: "rating".into(),
                legend: words.t("follow-rating"),
                error: Mistake::of(&mistakes, "rating").to_owned(),
                options: (1..=5).rev().map(option).collect(),
                ..Radios::default()
            },
            comment: Field { maxlength: 500, ..field("comment", "follow-comment") },
        });
        let rejected = report.state() == ReportState::Rejected || report.rejection != 0;
        let outcome = match (rejected, report.outcome) {
            (true, _) => words.t(reports::rejection(report.rejection())),
            (false, 0) => String::new(),
            (false, _) => words.t(reports::outcome(report.outcome())),
        };
        FollowedPage {
            code: report.code.clone(),
            pin: pin(typed),
            tag: Tag::report(words, report.state()),
            says: words.t(says(report.state())),
            category: categories.name(words.lang(), &report.category_id),
            recipient: reports::recipient(self.site, words, report.recipient.as_ref()),
            agency: report.transferred_to.as_ref().map(|it| reports::said(words.lang(), &it.name_vi, &it.name_en)).unwrap_or_default(),
            merged: report.merged,
            received: Moment::of(report.received_at.as_ref(), now),
            due: if over { None } else { Due::of(words, report.due_at.as_ref(), now) },
            outcome,
            answer: report.public_answer.clone(),
            answered: Moment::of(report.answered_at.as_ref(), now),
            messages: report
                .messages
                .iter()
                .map(|message| Said {
                    mine: message.speaker() == Speaker::Reporter,
                    at: Moment::of(message.sent_at.as_ref(), now),
                    text: message.text.clone(),
                })
                .collect(),
            may_add_photo: false,
            photo_mistake: Mistake::of(&mistakes, photos::BOX).to_owned(),
            photos: Vec::new(),
            command_id: if done.is_empty() { self.command_id(typed) } else { CommandId::mint(now).to_string() },
            message,
            reopen,
            rate,
            rated: if report.rating > 0 { words.n("follow-rated", report.rating) } else { String::new() },
            done,
            mistakes,
            page,
        }
    }
}

/// Why a form did nothing.
enum Failure {
    Wrong(Vec<Mistake>),
    Refused(Status),
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self::Refused(status)
    }
}

/// From very content to not at all.
const RATINGS: [&str; 5] = ["rating-5", "rating-4", "rating-3", "rating-2", "rating-1"];

fn ticket(typed: &Typed) -> Ticket {
    Ticket { code: typed.get("code").to_uppercase(), pin: pin(typed) }
}

/// As it is stored: people write it in groups.
fn pin(typed: &Typed) -> String {
    typed.get("pin").chars().filter(char::is_ascii_alphanumeric).collect()
}

fn box_of(path: &str) -> &'static str {
    match path {
        "text" => "message",
        "reason" => "reason",
        "rating" => "rating",
        "comment" => "comment",
        _ => "",
    }
}
