//! Published reports as the standard asks for them: by number, by service, by day. The service lists them newest first, page by page.
use chrono::{NaiveDate, TimeDelta};
use contract::reports::v1::{ListPublishedReportsRequest, PublishedReport};
use vietnam::time;

use super::{Asked, failure::Failure};
use crate::{site::Site, view::moment};

/// The standard: the first thousand, or ninety days.
const MOST: usize = 1_000;
const DAYS: i64 = 90;
const PAGE_SIZE: i32 = 50;
/// Numbers that the service takes at once.
const CODES: usize = 50;

/// Which of them are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// With numbers the standard asks for nothing else.
    codes: Vec<String>,
    services: Vec<String>,
    first: NaiveDate,
    last: NaiveDate,
    /// Published ones are closed; who asks for open ones gets none.
    none: bool,
}

impl Filter {
    /// Of the parameters of `requests`.
    pub fn read(site: &Site, asked: &Asked) -> Result<Self, Failure> {
        let codes = listed(asked.query.get("service_request_id"));
        if !codes.is_empty() {
            return Ok(Self::of_codes(codes));
        }
        let statuses = listed(asked.query.get("status"));
        let mut wrong = Vec::new();
        if statuses.iter().any(|status| !matches!(status.as_str(), "open" | "closed")) {
            wrong.push(("status", "open311-wrong-status"));
        }
        let mut day = |name: &'static str| {
            let text = asked.query.get(name);
            let day = parse_day(text);
            if day.is_none() && !text.is_empty() {
                wrong.push((name, "open311-wrong-date"));
            }
            day
        };
        let (first, last) = (day("start_date"), day("end_date"));
        let (first, last) = window(first, last, time::day_of(site.now()));
        if last < first || last - first > TimeDelta::days(DAYS) {
            wrong.push(("start_date, end_date", "open311-wrong-window"));
        }
        if !wrong.is_empty() {
            return Err(Failure::parameters(site, &wrong));
        }
        let none = !statuses.is_empty() && statuses.iter().all(|status| status == "open");
        Ok(Self { codes, services: listed(asked.query.get("service_code")), first, last, none })
    }

    /// These numbers, whenever it was; what is no number is nobody's.
    pub fn of_codes(codes: Vec<String>) -> Self {
        let codes: Vec<String> = codes.into_iter().map(|code| code.to_uppercase()).filter(|code| day_of_code(code).is_some()).collect();
        Self { none: codes.is_empty(), codes, ..Self::default() }
    }

    fn admits(&self, report: &PublishedReport) -> bool {
        (self.codes.is_empty() || self.codes.contains(&report.code))
            && (self.services.is_empty() || self.services.contains(&report.category_id))
    }

    /// What the service is asked for some of the numbers, or for the days where there are none.
    fn request(&self, codes: &[String]) -> ListPublishedReportsRequest {
        let category_id = if let [only] = self.services.as_slice() { only.clone() } else { String::new() };
        let day = |day: NaiveDate| if codes.is_empty() { day.to_string() } else { String::new() };
        ListPublishedReportsRequest {
            page_size: PAGE_SIZE,
            category_id,
            codes: codes.to_vec(),
            received_from: day(self.first),
            received_to: day(self.last),
            ..ListPublishedReportsRequest::default()
        }
    }
}

/// All that the filter admits, newest first. Each page is a question of its address.
pub async fn find(site: &Site, asked: &Asked, filter: &Filter) -> Result<Vec<PublishedReport>, Failure> {
    let mut found = Vec::new();
    if filter.none {
        return Ok(found);
    }
    let asks = if filter.codes.is_empty() {
        vec![filter.request(&[])]
    } else {
        filter.codes.chunks(CODES).map(|some| filter.request(some)).collect()
    };
    for mut request in asks {
        while found.len() < MOST {
            asked.count(site)?;
            let page = site.clients.reports(asked.caller.clone()).list_published_reports(request.clone()).await;
            let page = page.map_err(|status| Failure::of_status(site, &status, &[]))?.into_inner();
            found.extend(page.reports.into_iter().filter(|report| filter.admits(report)));
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                break;
            }
        }
    }
    found.truncate(MOST);
    Ok(found)
}

/// The day on which it came, which its number says.
pub fn requested_on(report: &PublishedReport) -> Option<NaiveDate> {
    day_of_code(&report.code).or_else(|| report.seen_on.parse().ok())
}

/// The day in `PA-20211018-0007`; none for what is no number of a report.
pub fn day_of_code(code: &str) -> Option<NaiveDate> {
    let (day, number) = code.strip_prefix("PA-")?.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let looks = day.len() == 8 && digits(day) && (4..=9).contains(&number.len()) && digits(number);
    if looks { NaiveDate::parse_from_str(day, "%Y%m%d").ok() } else { None }
}

/// Values between commas.
fn listed(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A day of the province, from a day or from a moment.
fn parse_day(text: &str) -> Option<NaiveDate> {
    let moment = || time::parse_rfc3339(text).ok().or_else(|| moment::parse_local(text)).map(time::day_of);
    text.parse().ok().or_else(moment)
}

/// Ninety days from what is said; until today where nothing is.
fn window(first: Option<NaiveDate>, last: Option<NaiveDate>, today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let days = TimeDelta::days(DAYS);
    let before = |day: NaiveDate| day.checked_sub_signed(days).unwrap_or(NaiveDate::MIN);
    let after = |day: NaiveDate| day.checked_add_signed(days).unwrap_or(NaiveDate::MAX);
    match (first, last) {
        (Some(first), Some(last)) => (first, last),
        (Some(first), None) => (first, after(first)),
        (None, Some(last)) => (before(last), last),
        (None, None) => (before(today), today),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_says_its_day() {
        let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap();
        assert_eq!(day_of_code("PA-20211018-0007"), Some(day("2021-10-18")));
        assert_eq!(day_of_code("PA-20211018-12345"), Some(day("2021-10-18")));
        for code in ["PA-20211318-0007", "PA-20211018-07", "PA-20211018-00x7", "20211018-0007", "PA-2021+018-0007", ""] {
            assert_eq!(day_of_code(code), None, "{code}");
        }
    }

    #[test]
    fn days_are_read_from_moments_too() {
        for text in ["2021-10-18", "2021-10-17T17:00:00Z", "2021-10-18T23:59:59+07:00", "2021-10-18T05:00"] {
            assert_eq!(parse_day(text).map(|day| day.to_string()).as_deref(), Some("2021-10-18"), "{text}");
        }
        assert_eq!(parse_day("hôm qua"), None);
    }

    #[test]
    fn ninety_days_are_what_nobody_narrowed() {
        let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
        let today = day("2021-10-19").unwrap();
        for (first, last, from, to) in [
            (None, None, "2021-07-21", "2021-10-19"),
            (None, day("2021-06-30"), "2021-04-01", "2021-06-30"),
            (day("2021-04-01"), None, "2021-04-01", "2021-06-30"),
        ] {
            let (first, last) = window(first, last, today);
            assert_eq!((first.to_string().as_str(), last.to_string().as_str()), (from, to));
        }
    }
}
