//! `POST /open311/v2/requests`: a program sends a citizen's report.
use std::sync::Arc;

use axum::{extract::State, response::Response};
use chrono::{DateTime, TimeDelta, Utc};
use contract::{
    Timestamp,
    common::v1::Area,
    reports::v1::{Contact, CreateReportRequest, Place, QuestionAnswer},
};
use http::{HeaderMap, StatusCode};
use ids::SubmissionId;

use super::{
    Asked,
    asked::jurisdiction,
    discovery,
    document::{Document, Node},
    failure::Failure,
};
use crate::{forms::Typed, site::Site, view::moment};

/// `POST /open311/v2/requests.xml`
pub async fn post(State(site): State<Arc<Site>>, asked: Asked, headers: HeaderMap, typed: Typed) -> Response {
    asked.answer(create(&site, &asked, &headers, &typed).await)
}

async fn create(site: &Site, asked: &Asked, headers: &HeaderMap, typed: &Typed) -> Result<Document, Failure> {
    jurisdiction(site, typed.get("jurisdiction_id"))?;
    let request = Reader { site, typed, wrong: Vec::new() }.request(headers)?;
    let answers = request.answers.clone();
    let made = site.clients.reports(asked.caller.clone()).create_report(request).await;
    let made = made.map_err(|status| Failure::of_status(site, &status, &answers))?.into_inner();
    let follow = format!("{}{}/follow", discovery::base(site, headers), asked.lang.prefix());
    let notice = site.words(asked.lang).ab("open311-created", made.pin, follow);
    let request = Node::Fields(vec![
        ("service_request_id", Node::text(made.code)),
        ("service_notice", Node::text(notice)),
        ("account_id", Node::Empty),
    ]);
    let node = Node::List("request", vec![request]);
    Ok(Document { status: StatusCode::CREATED, root: "service_requests", node })
}

/// Reads the form. Only what cannot be put into the service's request is refused here; the service names everything else.
struct Reader<'a> {
    site: &'a Site,
    typed: &'a Typed,
    wrong: Vec<(&'static str, &'static str)>,
}

impl Reader<'_> {
    fn request(mut self, headers: &HeaderMap) -> Result<CreateReportRequest, Failure> {
        for name in ["media_url", "media"] {
            if !self.typed.get(name).is_empty() {
                self.wrong.push((name, "open311-media"));
            }
        }
        let submission = self.submission(headers);
        let request = CreateReportRequest {
            submission_id: submission.to_string(),
            category_id: self.text("service_code"),
            // The one in force, so that sending again after a new version is the same.
            category_version: 0,
            answers: answers(self.typed),
            plate: self.text("attribute[plate]"),
            trip_id: String::new(),
            place: Some(self.place()),
            seen_at: self.seen_at(submission),
            text: self.text("description"),
            contact: self.contact(),
            photo_ids: Vec::new(),
            proof: String::new(),
        };
        if self.wrong.is_empty() { Ok(request) } else { Err(Failure::parameters(self.site, &self.wrong)) }
    }

    /// From the client, so that sending again is harmless, or ours.
    fn submission(&mut self, headers: &HeaderMap) -> SubmissionId {
        let header = headers.get("idempotency-key").map(|value| value.to_str().unwrap_or("?").trim_matches('"'));
        let (name, id) = match header {
            Some(id) => ("Idempotency-Key", id),
            None => ("submission_id", self.typed.get("submission_id")),
        };
        if !id.is_empty()
            && let Ok(id) = SubmissionId::parse(id)
        {
            return id;
        }
        if !id.is_empty() {
            self.wrong.push((name, "open311-wrong-submission"));
        }
        SubmissionId::mint(self.site.now())
    }

    fn place(&mut self) -> Place {
        let code = self.text("address_id");
        let area = || Area { code: code.clone(), valid_from: self.site.province.era.valid_from_text().to_owned(), name: String::new() };
        Place {
            area: (!code.is_empty()).then(area),
            landmark: self.text("address_string"),
            latitude: self.degrees("lat"),
            longitude: self.degrees("long"),
        }
    }

    fn degrees(&mut self, name: &'static str) -> Option<f64> {
        let text = self.typed.get(name);
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        if number.is_none() && !text.is_empty() {
            self.wrong.push((name, "open311-wrong-degrees"));
        }
        number
    }

    fn seen_at(&mut self, submission: SubmissionId) -> Option<Timestamp> {
        let text = self.typed.get("attribute[seen_at]");
        if text.is_empty() {
            return Some(minute_of(submission, self.site.now()).into());
        }
        let at = vietnam::time::parse_rfc3339(text).ok().or_else(|| moment::parse_local(text));
        if at.is_none() {
            self.wrong.push(("attribute[seen_at]", "open311-wrong-seen-at"));
        }
        at.map(Timestamp::from)
    }

    fn contact(&self) -> Option<Contact> {
        let names = [self.text("last_name"), self.text("first_name")];
        let name = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ");
        let contact = Contact { name, phone: self.text("phone"), email: self.text("email") };
        (contact != Contact::default()).then_some(contact)
    }

    fn text(&self, name: &str) -> String {
        self.typed.get(name).to_owned()
    }
}

/// `attribute[goods]=food`; what was left empty is no answer.
fn answers(typed: &Typed) -> Vec<QuestionAnswer> {
    let answer = |(name, value): (&str, &str)| {
        let question_id = name.strip_prefix("attribute[")?.strip_suffix(']')?.to_owned();
        let told = !value.trim().is_empty() && !matches!(question_id.as_str(), "plate" | "seen_at");
        told.then(|| QuestionAnswer { question_id, value: value.trim().to_owned() })
    };
    typed.pairs().filter_map(answer).collect()
}

/// Who says no time means now. The minute in which the id was made stays the same when the report is sent again; an id of the future is of now.
fn minute_of(submission: SubmissionId, now: DateTime<Utc>) -> DateTime<Utc> {
    let made = submission.as_uuid().get_timestamp().map_or(0, |made| made.to_unix().0);
    let made = i64::try_from(made).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)).unwrap_or(now).min(now);
    made - TimeDelta::seconds(made.timestamp().rem_euclid(60)) - TimeDelta::nanoseconds(made.timestamp_subsec_nanos().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sending_again_means_the_same_minute() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        let id = SubmissionId::mint(at("2021-10-19T02:14:07+07:00"));
        for (now, expected) in [
            ("2021-10-19T02:14:07.5+07:00", "2021-10-19T02:14:00+07:00"),
            ("2021-10-19T05:00:59+07:00", "2021-10-19T02:14:00+07:00"),
            ("2021-10-19T02:13:30.25+07:00", "2021-10-19T02:13:00+07:00"),
        ] {
            assert_eq!(minute_of(id, at(now)), at(expected), "{now}");
        }
    }

    #[test]
    fn attributes_are_answers_but_for_plate_and_time() {
        let pairs = [("attribute[goods]", " food "), ("attribute[plate]", "81C"), ("attribute[people]", ""), ("attribute", "x")];
        let answers = answers(&Typed::new(pairs));
        assert_eq!(answers, [QuestionAnswer { question_id: "goods".into(), value: "food".into() }]);
    }
}
