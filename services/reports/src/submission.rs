//! What a citizen sends, read: everything that is wrong with it named at once, and nothing left in it by which he could be reached.

use chrono::{DateTime, Duration, Utc};
use contract::reports::v1 as pb;
use ids::{SubmissionId, TripId};
use seal::{Keyring, SealError};
use vietnam::province::Profile;

use crate::{
    contact,
    fault::{Fault, Faults},
    form::Form,
    place::{self, Place},
    plate::ReadPlate,
};

/// By what a submission is known; its id is kept nowhere.
pub fn index(keyring: &Keyring, submission: SubmissionId) -> Result<[u8; 32], SealError> {
    keyring.index("reports.submission", &submission.to_string())
}

/// How long ago something may have been seen.
const OLDEST: Duration = Duration::days(14);

/// A report as it is stored.
#[derive(Debug, Clone)]
pub struct Submission {
    pub category: String,
    pub place: Place,
    pub plate: ReadPlate,
    pub chosen_trip: Option<TripId>,
    pub seen_at: DateTime<Utc>,
    /// Text, place and answers as handlers read them.
    pub told: pb::Report,
    /// The same as it was written, where that differs.
    pub original: Option<pb::Report>,
    pub contact: Option<pb::Contact>,
}

/// Reads it under the form that was filled in; `None` where there is none of that name and version.
pub fn parse(
    request: &pb::CreateReportRequest,
    form: Option<&Form>,
    profile: &Profile,
    now: DateTime<Utc>,
) -> Result<Submission, Vec<Fault>> {
    let mut faults = Faults::default();
    match form {
        Some(form) => form.check(&request.answers, &mut faults),
        None => faults.add("category_id", "Chọn loại phản ánh trong danh sách", "Choose a category of the list"),
    }
    let message = request.place.clone().unwrap_or_default();
    let place = place::parse(&message, profile, "place").map_err(|found| faults.0.extend(found)).ok();
    let seen_at = faults.time(request.seen_at, "seen_at");
    if seen_at.is_some_and(|seen_at| seen_at > now) {
        faults.add("seen_at", "Ghi thời điểm đã qua", "A moment in the past");
    }
    if seen_at.is_some_and(|seen_at| seen_at < now - OLDEST) {
        faults.add("seen_at", "Chỉ nhận việc trong 14 ngày gần đây", "At most 14 days ago");
    }
    let chosen_trip = Some(request.trip_id.as_str()).filter(|text| !text.is_empty());
    let chosen_trip =
        chosen_trip.and_then(|text| faults.take(TripId::parse(text), "trip_id", "Chọn xe trong danh sách", "Choose a vehicle of the list"));
    let contact = request.contact.clone().filter(|contact| *contact != pb::Contact::default());
    if contact.as_ref().is_some_and(|contact| !contact.email.is_empty() && !is_address(&contact.email)) {
        faults.add("contact.email", "Ghi địa chỉ như ten@vidu.vn", "An address such as name@example.com");
    }
    if request.text.trim().chars().count() < TEXT_AT_LEAST {
        faults.add("text", "Mô tả ít nhất 10 ký tự", "At least 10 characters");
    }
    let written = pb::Report {
        text: request.text.trim().to_owned(),
        place: Some(message),
        answers: request.answers.clone(),
        plate: request.plate.trim().to_owned(),
        ..pb::Report::default()
    };
    let plate = ReadPlate::parse(&request.plate);
    let (told, hidden) = mask(&written, form);
    let hidden = hidden || plate.hidden;
    let submission = place.zip(seen_at).zip(form).map(|((place, seen_at), form)| Submission {
        category: form.category_id.clone(),
        place,
        plate,
        chosen_trip,
        seen_at,
        told,
        original: hidden.then_some(written),
        contact,
    });
    faults.or(submission)
}

/// As in the contract, which does not know that blanks say nothing.
const TEXT_AT_LEAST: usize = 10;

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !text.contains(char::is_whitespace))
}

/// Hides in every text of a person's own how he could be reached.
fn mask(written: &pb::Report, form: Option<&Form>) -> (pb::Report, bool) {
    let mut told = pb::Report { plate: String::new(), ..written.clone() };
    let mut hidden = false;
    let mut hide = |text: &mut String| {
        let masked = contact::mask(text);
        hidden |= masked.hidden;
        *text = masked.text;
    };
    hide(&mut told.text);
    if let Some(place) = &mut told.place {
        place.area = None;
        hide(&mut place.landmark);
    }
    for answer in told.answers.iter_mut().filter(|answer| form.is_none_or(|form| form.is_text(&answer.question_id))) {
        hide(&mut answer.value);
    }
    (told, hidden)
}

#[cfg(test)]
mod tests {
    use contract::common::v1::Area;

    use super::*;
    use crate::seed;

    fn now() -> DateTime<Utc> {
        "2021-10-18T01:00:00Z".parse().unwrap()
    }

    fn request() -> pb::CreateReportRequest {
        let answer = |question: &str, value: &str| pb::QuestionAnswer { question_id: question.to_owned(), value: value.to_owned() };
        let area = Area { code: "23596".to_owned(), ..Area::default() };
        pb::CreateReportRequest {
            category_id: "LOAD_UNLOAD".to_owned(),
            answers: vec![answer("loaded", "yes"), answer("goods", "Gạo, gọi 0905 123 456")],
            plate: "81C12345".to_owned(),
            place: Some(pb::Place { area: Some(area), landmark: "trước nhà tôi, 0905123456".to_owned(), ..pb::Place::default() }),
            seen_at: Some((now() - Duration::hours(1)).into()),
            text: "Xe dỡ hàng ở đây. Tôi là Nguyễn Văn Nam.".to_owned(),
            ..pb::CreateReportRequest::default()
        }
    }

    fn parsed(request: &pb::CreateReportRequest) -> Result<Submission, Vec<String>> {
        let form = seed::read("gia-lai-2021").unwrap().unwrap().forms.into_iter().find(|form| form.category_id == request.category_id);
        parse(request, form.as_ref(), &Profile::load("gia-lai-2021").unwrap(), now())
            .map_err(|faults| faults.into_iter().map(|fault| fault.field_path).collect())
    }

    #[test]
    fn nothing_is_left_by_which_the_reporter_could_be_reached() {
        let submission = parsed(&request()).unwrap();
        assert_eq!(submission.told.text, "Xe dỡ hàng ở đây. Tôi là ***.");
        assert_eq!(submission.told.place.as_ref().unwrap().landmark, "trước nhà tôi, ***");
        assert_eq!(submission.told.answers[1].value, "Gạo, gọi ***");
        assert_eq!(submission.original.unwrap().text, request().text);
        assert_eq!((submission.plate.text.as_str(), submission.category.as_str()), ("81C-123.45", "LOAD_UNLOAD"));
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let wrong = pb::CreateReportRequest {
            answers: Vec::new(),
            place: None,
            seen_at: Some((now() + Duration::seconds(1)).into()),
            text: "   ngắn     ".to_owned(),
            trip_id: "nothing".to_owned(),
            contact: Some(pb::Contact { email: "nam".to_owned(), ..pb::Contact::default() }),
            ..request()
        };
        assert_eq!(parsed(&wrong).unwrap_err(), ["answers.loaded", "place", "seen_at", "trip_id", "contact.email", "text"]);
        let early = pb::CreateReportRequest { seen_at: Some((now() - Duration::days(14) - Duration::seconds(1)).into()), ..request() };
        assert_eq!(parsed(&early).unwrap_err(), ["seen_at"]);
        let edge = pb::CreateReportRequest { seen_at: Some((now() - Duration::days(14)).into()), ..request() };
        assert!(parsed(&edge).is_ok());
        let unknown = pb::CreateReportRequest { category_id: "PARKING".to_owned(), ..request() };
        assert_eq!(parsed(&unknown).unwrap_err(), ["category_id"]);
    }
}
