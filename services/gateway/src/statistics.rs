//! What the statistics page is asked for: a window of report days and the hour at which they begin.
pub mod sections;

use chrono::{DateTime, Days, NaiveDate, Utc};
use contract::vehicles::v1::{ExportStatisticsRequest, GetStatisticsRequest};
use vietnam::time;

use crate::{
    error::Fault,
    forms::Typed,
    text::{Lang, Words},
    view::Mistake,
};

/// Report days, both ends included, and the hour that ends them: 0 for the calendar's days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub cutoff: u32,
}

impl Asked {
    /// Reads the boxes `from`, `to` and `cutoff`; empty ones mean today and midnight.
    pub fn parse(words: &Words, typed: &Typed, now: DateTime<Utc>) -> Result<Self, Vec<Mistake>> {
        let cutoff = typed.get("cutoff").parse().ok().filter(|hour| *hour < 24).unwrap_or_default();
        let today = time::report_day_of(now, cutoff);
        let mut mistakes = Vec::new();
        let mut day = |name: &str, default: NaiveDate| match typed.get(name) {
            "" => default,
            text => parse_day(text).unwrap_or_else(|| {
                mistakes.push(Mistake::new(name, words.t("statistics-wrong-day")));
                default
            }),
        };
        let first = day("from", today);
        let last = day("to", today.max(first));
        if mistakes.is_empty() && last < first {
            mistakes.push(Mistake::new("to", words.t("statistics-wrong-order")));
        }
        if mistakes.is_empty() { Ok(Self { first, last, cutoff }) } else { Err(mistakes) }
    }

    /// The day after the last: the service's windows are half-open.
    fn until(&self) -> NaiveDate {
        self.last.checked_add_days(Days::new(1)).unwrap_or(self.last)
    }

    fn cutoff_hour(&self) -> i32 {
        i32::try_from(self.cutoff).unwrap_or_default()
    }

    pub fn request(&self) -> GetStatisticsRequest {
        GetStatisticsRequest { from_day: self.first.to_string(), until_day: self.until().to_string(), cutoff_hour: self.cutoff_hour() }
    }

    pub fn export(&self, lang: Lang) -> ExportStatisticsRequest {
        let GetStatisticsRequest { from_day, until_day, cutoff_hour } = self.request();
        ExportStatisticsRequest { from_day, until_day, cutoff_hour, language: lang.code().to_owned() }
    }

    /// `from=2021-10-18&to=2021-10-18&cutoff=8`
    pub fn query(&self) -> String {
        format!("from={}&to={}&cutoff={}", self.first, self.last, self.cutoff)
    }

    pub fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = self.last;
        self.first.iter_days().take_while(move |day| *day <= last)
    }
}

/// Where the service's complaints belong on the page.
pub fn mistakes(faults: &[Fault], lang: Lang) -> Vec<Mistake> {
    let name = |path: &str| match path {
        "from_day" => "from",
        "until_day" => "to",
        "cutoff_hour" => "cutoff",
        _ => "",
    };
    faults.iter().map(|fault| Mistake::new(name(&fault.path), fault.text(lang))).collect()
}

/// `2021-10-18` as a date box gives it, or `18/10/2021` as people type it.
fn parse_day(text: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d/%m/%Y"].iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Texts;

    fn asked(pairs: &[(&str, &str)]) -> Result<Asked, Vec<String>> {
        let words = Texts::load().unwrap().words(Lang::Vi);
        let now = DateTime::parse_from_rfc3339("2021-10-19T10:00:00+07:00").unwrap().to_utc();
        let typed = Typed::new(pairs.iter().copied());
        Asked::parse(&words, &typed, now).map_err(|mistakes| mistakes.into_iter().map(|mistake| mistake.field).collect())
    }

    #[test]
    fn a_window_is_read_from_its_boxes() {
        for (pairs, expected) in [
            (&[][..], Ok("from=2021-10-19&to=2021-10-19&cutoff=0")),
            (&[("cutoff", "8")], Ok("from=2021-10-20&to=2021-10-20&cutoff=8")),
            (&[("from", "2021-10-18"), ("to", "20/10/2021"), ("cutoff", "17")], Ok("from=2021-10-18&to=2021-10-20&cutoff=17")),
            (&[("from", "2021-10-18"), ("cutoff", "24")], Ok("from=2021-10-18&to=2021-10-19&cutoff=0")),
            (&[("from", "2021-10-25")], Ok("from=2021-10-25&to=2021-10-25&cutoff=0")),
            (&[("from", "hôm qua"), ("to", "x")], Err(vec!["from", "to"])),
            (&[("from", "2021-10-19"), ("to", "2021-10-18")], Err(vec!["to"])),
        ] {
            let read = asked(pairs).map(|asked| asked.query());
            assert_eq!(read, expected.map(str::to_owned).map_err(|fields| fields.into_iter().map(str::to_owned).collect()), "{pairs:?}");
        }
    }

    #[test]
    fn the_service_is_asked_for_a_half_open_window() {
        let asked = asked(&[("from", "2021-10-18"), ("to", "2021-10-31"), ("cutoff", "8")]).unwrap();
        let request = asked.request();
        assert_eq!((request.from_day.as_str(), request.until_day.as_str(), request.cutoff_hour), ("2021-10-18", "2021-11-01", 8));
        assert_eq!(asked.days().count(), 14);
    }
}
