//! `/reports/{report}`: one report as those see it who handle it: what was seen, the linked trip with its commitments, messages, history, and the
//! forms that fit. How the reporter can be reached is nowhere in it.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use contract::{
    Permission,
    reports::v1::{
        Agency, GetReportRequest, ListAgenciesRequest, ListMergeCandidatesRequest, ListReportPhotosRequest, MergeCandidate, QuestionKind,
        Report, Speaker,
    },
    vehicles::v1::GetPublicTripRequest,
};
use http::StatusCode;
use ids::{PhotoId, ReportId};
use serde::Deserialize;

use super::{follow_report::Said, public_row::Row, report_photo};
use crate::{
    assets, desk,
    error::PageError,
    forms::Typed,
    handling::{
        self, Verb,
        forms::{Form, Maker},
        history::{self, Line},
        related::{self, Related},
    },
    reporting::photos,
    session::CurrentUser,
    site::Site,
    text::Words,
    view::{
        Due, Field, Kind, Mistake, Moment, Page, Tag, filters, render,
        reports::{self, Categories, said},
    },
};

/// Trips shown with a report; a plate is rarely on more.
const TRIPS: usize = 3;

#[derive(Template)]
#[template(path = "show_report.html")]
struct CasePage {
    page: Page,
    mistakes: Vec<Mistake>,
    done: String,
    case: Case,
    trips: Vec<Trip>,
    messages: Vec<Said>,
    photos: Vec<CasePhoto>,
    /// For who handles it.
    photo_form: Option<PhotoForm>,
    /// They could not be read now.
    photos_away: bool,
    history: Vec<Line>,
    related: Related,
    answer: Option<Answer>,
    forms: Vec<Form>,
    /// What was typed into a form that no longer fits, to be read and copied.
    kept: Vec<String>,
    version: i64,
    areas: Vec<String>,
}

struct Case {
    id: String,
    code: String,
    tag: Tag,
    urgency: Tag,
    category: String,
    plate: String,
    /// Landmark, area, position.
    place: Vec<String>,
    seen: Option<Moment>,
    received: Option<Moment>,
    due: Option<Due>,
    recipient: String,
    handler: String,
    text: String,
    answers: Vec<(String, String)>,
    contact_hidden: bool,
    reopened: bool,
    rating: String,
    rating_comment: String,
}

struct PhotoForm {
    /// Made with the page: pressing twice is once.
    id: String,
    error: String,
}

/// A photo, and the box of the reason for who may fetch its file as evidence.
struct CasePhoto {
    shown: photos::Shown,
    reason: Option<Field>,
}

/// The trip that the plate was on.
struct Trip {
    open: bool,
    href: String,
    /// Absent once it left the public list.
    row: Option<Row>,
}

struct Answer {
    outcome: String,
    public: String,
    internal: String,
    by: String,
    at: Option<Moment>,
    published: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Arrived {
    done: String,
}

/// What a form came to that was not taken.
#[derive(Debug, Default)]
pub struct Refusal {
    pub verb: Option<Verb>,
    pub typed: Typed,
    pub mistakes: Vec<Mistake>,
}

/// `GET /reports/{report}`
pub async fn get(
    State(site): State<Arc<Site>>,
    Path(report): Path<String>,
    Query(arrived): Query<Arrived>,
    user: CurrentUser,
) -> Result<Response, PageError> {
    show(&site, &user, &report, Verb::parse(&arrived.done), Refusal::default(), StatusCode::OK).await
}

/// The page as the report is now, with what was typed into a form that was refused.
pub async fn show(
    site: &Site,
    user: &CurrentUser,
    id: &str,
    done: Option<Verb>,
    refusal: Refusal,
    status: StatusCode,
) -> Result<Response, PageError> {
    user.require(Permission::ReportsReportsRead)?;
    let report_id = ReportId::parse(id).map_err(|_| PageError::NotFound)?.to_string();
    let answer = site.clients.reports(user.caller.clone()).get_report(GetReportRequest { report_id }).await?.into_inner();
    let report = answer.report.ok_or(PageError::NotFound)?;
    let categories = Categories::of_today(site, &user.caller).await?;
    let offers = Offers::of(site, user, &report).await?;
    let reader = Reader { site, user, words: site.words(user.lang), categories, report, offers };
    let mut response = render(&reader.page(done, refusal).await)?;
    *response.status_mut() = status;
    Ok(response)
}

/// What the forms offer to choose from.
struct Offers {
    verbs: Vec<Verb>,
    candidates: Vec<MergeCandidate>,
    agencies: Vec<Agency>,
}

impl Offers {
    async fn of(site: &Site, user: &CurrentUser, report: &Report) -> Result<Self, PageError> {
        let mut offers = Self { verbs: handling::verbs(user, report), candidates: Vec::new(), agencies: Vec::new() };
        let mut reports = site.clients.reports(user.caller.clone());
        if offers.verbs.contains(&Verb::Merge) {
            let request = ListMergeCandidatesRequest { report_id: report.report_id.clone() };
            offers.candidates = reports.list_merge_candidates(request).await?.into_inner().candidates;
        }
        if offers.verbs.contains(&Verb::Transfer) {
            offers.agencies = reports.list_agencies(ListAgenciesRequest {}).await?.into_inner().agencies;
        }
        let nothing = (offers.candidates.is_empty(), offers.agencies.is_empty());
        offers.verbs.retain(|verb| !matches!((verb, nothing), (Verb::Merge, (true, _)) | (Verb::Transfer, (_, true))));
        Ok(offers)
    }
}

struct Reader<'a> {
    site: &'a Site,
    user: &'a CurrentUser,
    words: Words,
    categories: Categories,
    report: Report,
    offers: Offers,
}

impl Reader<'_> {
    async fn page(&self, done: Option<Verb>, refusal: Refusal) -> CasePage {
        let (site, words, report) = (self.site, &self.words, &self.report);
        let Refusal { verb, typed, mistakes } = refusal;
        let Offers { verbs, candidates, agencies } = &self.offers;
        let fits = verb.is_none_or(|verb| verbs.contains(&verb));
        let categories = &self.categories;
        let maker = Maker { site, words, categories, report, typed: &typed, sent: verb, candidates, agencies, mistakes: &mistakes };
        let forms = maker.forms(verbs);
        let mut page = self.user.page(site, "/reports", desk::title(words, &report.code, !mistakes.is_empty()).into_owned());
        page.scripts = vec![assets::SENDING_JS];
        let photos = self.photos(&typed, &mistakes).await;
        CasePage {
            photos_away: photos.is_none(),
            photos: photos.unwrap_or_default(),
            photo_form: self
                .user
                .require(Permission::ReportsReportsHandle)
                .is_ok()
                .then(|| PhotoForm { id: PhotoId::mint(site.now()).to_string(), error: Mistake::of(&mistakes, photos::BOX).to_owned() }),
            case: self.case(),
            trips: self.trips().await,
            messages: self.messages(),
            history: report.history.iter().rev().map(|entry| history::line(site, words, entry, &self.user.principal.account_id)).collect(),
            related: related::of(site, words, report),
            answer: self.answer(),
            areas: if verbs.contains(&Verb::Assign) { handling::forms::areas(site) } else { Vec::new() },
            kept: if fits { Vec::new() } else { kept(&typed) },
            done: done.map(|verb| words.t(verb.words().2)).unwrap_or_default(),
            version: report.version,
            forms,
            mistakes,
            page,
        }
    }

    fn case(&self) -> Case {
        let (words, report, now) = (&self.words, &self.report, self.site.now());
        let place = report.place.clone().unwrap_or_default();
        let position = place.latitude.zip(place.longitude).map(|(latitude, longitude)| format!("{latitude:.5}, {longitude:.5}"));
        let parts = [place.landmark.clone(), reports::area_name(place.area.as_ref()), position.unwrap_or_default()];
        Case {
            id: report.report_id.clone(),
            code: report.code.clone(),
            tag: Tag::report(words, report.state()),
            urgency: Tag::urgency(words, report.urgency()),
            category: self.categories.name(words.lang(), &report.category_id),
            plate: report.plate.clone(),
            place: parts.into_iter().filter(|part| !part.is_empty()).collect(),
            seen: Moment::of(report.seen_at.as_ref(), now),
            received: Moment::of(report.received_at.as_ref(), now),
            due: if handling::is_over(report.state()) { None } else { Due::of(words, report.due_at.as_ref(), now) },
            recipient: reports::recipient(self.site, words, report.recipient.as_ref()),
            handler: if report.handler_id.is_empty() { String::new() } else { self.who(&report.handler_id) },
            text: report.text.clone(),
            answers: report.answers.iter().map(|answer| self.answered(&answer.question_id, &answer.value)).collect(),
            contact_hidden: report.contact_hidden,
            reopened: report.reopened > 0,
            rating: if report.rating > 0 { words.n("case-rated", report.rating) } else { String::new() },
            rating_comment: report.rating_comment.clone(),
        }
    }

    /// Question and answer in words, as the form that was filled in has them; else as they were sent.
    fn answered(&self, id: &str, value: &str) -> (String, String) {
        let lang = self.words.lang();
        let category = self.report.answered_form.as_ref().or_else(|| self.categories.find(&self.report.category_id));
        let Some(question) = category.and_then(|category| category.questions.iter().find(|question| question.question_id == id)) else {
            return (id.to_owned(), value.to_owned());
        };
        let value = match (question.kind(), value) {
            (QuestionKind::YesNo, "yes") => self.words.t("report-yes"),
            (QuestionKind::YesNo, "no") => self.words.t("report-no"),
            (QuestionKind::Choice, value) => question
                .choices
                .iter()
                .find(|choice| choice.choice_id == value)
                .map_or_else(|| value.to_owned(), |choice| said(lang, &choice.name_vi, &choice.name_en)),
            (_, value) => value.to_owned(),
        };
        (said(lang, &question.text_vi, &question.text_en), value)
    }

    fn who(&self, account_id: &str) -> String {
        self.words.t(history::who(account_id, &self.user.principal.account_id))
    }

    async fn trips(&self) -> Vec<Trip> {
        let trips = self.report.trips.iter().take(TRIPS).map(async |linked| {
            let request = GetPublicTripRequest { trip_id: linked.trip_id.clone(), language: self.words.lang().code().to_owned() };
            let found = self.site.clients.vehicles(self.user.caller.clone()).get_public_trip(request).await;
            // Without it the report is still there to be worked on.
            let trip = found.ok().and_then(|answer| answer.into_inner().trip);
            let href = trip.as_ref().map(|trip| self.trip_page(&trip.trip_id, &trip.entry_post_id)).unwrap_or_default();
            let row = trip.map(|trip| Row::new(self.site, &self.words, &trip, self.site.now()));
            Trip { open: linked.open, href, row }
        });
        futures::future::join_all(trips).await
    }

    /// The officers' page of a trip where the caller may see trips, else its entry of the public list.
    fn trip_page(&self, trip: &str, post: &str) -> String {
        if self.user.require(Permission::VehiclesTripsRead).is_ok() {
            return format!("/posts/{post}/trips/{trip}");
        }
        match self.site.hosts.public.as_str() {
            "" => format!("/list/{trip}"),
            host => format!("https://{host}/list/{trip}"),
        }
    }

    /// None where they cannot be read now: the report is still there to be worked on.
    async fn photos(&self, typed: &Typed, mistakes: &[Mistake]) -> Option<Vec<CasePhoto>> {
        let request = ListReportPhotosRequest { report_id: self.report.report_id.clone() };
        let found = self.site.clients.photos(self.user.caller.clone()).list_report_photos(request).await.ok()?.into_inner();
        let has_evidence = self.user.require(Permission::ReportsEvidenceRead).is_ok();
        let photo = |shown: photos::Shown| {
            let name = format!("{}{}", report_photo::REASON, shown.number);
            let reason = has_evidence.then(|| Field {
                label: self.words.t("evidence-reason"),
                hint: self.words.t("evidence-reason-hint"),
                value: typed.get(&name).to_owned(),
                error: Mistake::of(mistakes, &name).to_owned(),
                kind: Kind::Area,
                maxlength: 500,
                name,
                ..Field::default()
            });
            CasePhoto { shown, reason }
        };
        Some(photos::shown(self.site, &found.photos).into_iter().map(photo).collect())
    }

    fn messages(&self) -> Vec<Said> {
        let said = |message: &contract::reports::v1::Message| Said {
            mine: message.speaker() == Speaker::Handler,
            at: Moment::of(message.sent_at.as_ref(), self.site.now()),
            text: message.text.clone(),
        };
        self.report.messages.iter().map(said).collect()
    }

    fn answer(&self) -> Option<Answer> {
        let answer = self.report.answer.as_ref()?;
        let now = self.site.now();
        let published = Moment::of(answer.published_at.as_ref(), now);
        Some(Answer {
            outcome: if answer.outcome == 0 { String::new() } else { self.words.t(reports::outcome(answer.outcome())) },
            public: answer.public_text.clone(),
            internal: answer.internal_text.clone(),
            by: self.who(&answer.drafted_by),
            at: published.or(Moment::of(answer.drafted_at.as_ref(), now)),
            published: published.is_some(),
        })
    }
}

/// What was written by hand into a form.
fn kept(typed: &Typed) -> Vec<String> {
    let long = |name: &str| ["-text", "-reason", "-public", "-internal"].iter().any(|end| name.ends_with(end));
    typed.pairs().filter(|(name, value)| long(name) && !value.trim().is_empty()).map(|(_, value)| value.to_owned()).collect()
}
