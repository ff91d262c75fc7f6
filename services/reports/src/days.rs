//! The working days as people read them, and what a province may declare about one.

use chrono::{Datelike, Days, Months, NaiveDate};
use contract::reports::v1::{self as pb, DayKind};
use runtime::Caller;
use vietnam::{
    province::Profile,
    working_time::{self, Calendar},
};

use crate::{
    error::Error,
    fault::{Fault, Faults},
    store::calendar::Change,
};

/// How far ahead a day is declared at most.
const AHEAD: Months = Months::new(24);

/// The first and the last day of "2024-05".
pub fn month(text: &str) -> Result<(NaiveDate, NaiveDate), Vec<Fault>> {
    let mut faults = Faults::default();
    let first = format!("{text}-01").parse::<NaiveDate>();
    let first = faults.take(first, "month", "Ghi tháng như 2024-05", "A month such as 2024-05");
    let last = first.and_then(|first| first.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1)));
    faults.or(first.zip(last))
}

/// Each day of a month with what was declared about it.
pub fn days((first, last): (NaiveDate, NaiveDate), changes: &[Change]) -> Vec<pb::CalendarDay> {
    let day = |day: NaiveDate| {
        let change = changes.iter().find(|change| change.day == day && change.withdrawn_at.is_none());
        let (kind, reason) = match (change, working_time::notice(day)) {
            (Some(change), _) => (change.kind, change.reason.clone()),
            (None, Some(notice)) => (if notice.worked { DayKind::MadeUp } else { DayKind::Off }, notice.reason.to_owned()),
            (None, None) if working_time::is_weekend(day) => (DayKind::Weekend, String::new()),
            (None, None) => (DayKind::Worked, String::new()),
        };
        pb::CalendarDay { day: day.to_string(), kind: kind.into(), reason, change: change.map(message) }
    };
    first.iter_days().take_while(|day| *day <= last && day.month() == first.month()).map(day).collect()
}

pub fn message(change: &Change) -> pb::CalendarChange {
    pb::CalendarChange {
        change_id: change.id.to_string(),
        day: change.day.to_string(),
        kind: change.kind.into(),
        reason: change.reason.clone(),
        declared_by: change.declared_by.to_string(),
        declared_at: Some(change.declared_at.into()),
        withdrawn_at: change.withdrawn_at.map(Into::into),
    }
}

/// Working days are the whole province's: nobody of a part of it changes them.
pub fn is_of_the_province(caller: &Caller, permission: contract::Permission, profile: &Profile) -> Result<(), Error> {
    let province = profile.area.to_string();
    if caller.areas(permission).contains(&province) { Ok(()) } else { Err(Error::not_found()) }
}

/// A day that is not over and changes by being declared so.
pub fn declared(request: &pb::DeclareWorkingDayRequest, today: NaiveDate) -> Result<(NaiveDate, DayKind), Vec<Fault>> {
    let mut faults = Faults::default();
    let day = faults.take(request.day.parse::<NaiveDate>(), "day", "Ghi ngày như 2024-05-02", "A day such as 2024-05-02");
    let latest = today.checked_add_months(AHEAD).unwrap_or(NaiveDate::MAX);
    if day.is_some_and(|day| day < today || day > latest) {
        faults.add("day", "Chọn ngày từ hôm nay đến hai năm tới", "A day from today to two years from now");
    }
    let kind = request.kind();
    if !matches!(kind, DayKind::Off | DayKind::MadeUp) {
        faults.add("kind", "Chọn nghỉ hoặc làm việc", "Choose off or worked");
    }
    faults.or(day.map(|day| (day, kind)))
}

/// Refuses what is so already.
pub fn must_change(calendar: &Calendar, day: NaiveDate, kind: DayKind) -> Result<(), Error> {
    if calendar.is_working_day(day) != (kind == DayKind::MadeUp) {
        return Ok(());
    }
    let mut faults = Faults::default();
    faults.add("kind", "Ngày này vốn đã như vậy", "The day is so already");
    Err(Error::invalid(faults.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_has_its_days_with_their_kinds() {
        let days = days(month("2024-05").unwrap(), &[]);
        assert_eq!(days.len(), 31);
        for (day, kind, reason) in
            [(1, DayKind::Off, true), (2, DayKind::Worked, false), (4, DayKind::MadeUp, true), (5, DayKind::Weekend, false)]
        {
            let found = &days[day - 1];
            assert_eq!((found.kind(), !found.reason.is_empty()), (kind, reason), "{day}");
        }
        assert_eq!(super::days(month("2024-02").unwrap(), &[]).len(), 29);
        assert!(month("2024-13").is_err() && month("05-2024").is_err());
    }

    #[test]
    fn only_what_changes_a_day_to_come_is_declared() {
        let request =
            |day: &str, kind: DayKind| pb::DeclareWorkingDayRequest { day: day.to_owned(), kind: kind.into(), ..Default::default() };
        let today = date("2024-04-20");
        let fields = |request: pb::DeclareWorkingDayRequest| -> Vec<String> {
            declared(&request, today).err().unwrap_or_default().into_iter().map(|fault| fault.field_path).collect()
        };
        assert!(fields(request("2024-05-02", DayKind::Off)).is_empty());
        assert_eq!(fields(request("2024-04-19", DayKind::Off)), ["day"]);
        assert_eq!(fields(request("2026-04-21", DayKind::Weekend)), ["day", "kind"]);
        let calendar = Calendar::default();
        assert!(must_change(&calendar, date("2024-05-02"), DayKind::Off).is_ok());
        assert!(must_change(&calendar, date("2024-05-01"), DayKind::Off).is_err());
        assert!(must_change(&calendar, date("2024-05-01"), DayKind::MadeUp).is_ok());
    }
}
