//! What statistics are asked for: days, cut-off hour, and how much of the province the caller may count.

use chrono::NaiveDate;
use contract::Permission;
use runtime::Caller;
use vietnam::{province::Profile, time::Window};

use crate::{
    error::Error,
    fault::{Fault, Faults},
    store::statistics::Scope,
};

/// A bulletin's days: `from` belongs to them, `until` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub from: NaiveDate,
    pub until: NaiveDate,
    pub cutoff_hour: u32,
}

const MOST_DAYS: i64 = 370;

impl Days {
    pub fn parse(from: &str, until: &str, cutoff_hour: i32) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let mut day =
            |text: &str, field| faults.take(text.parse::<NaiveDate>(), field, "Ghi ngày như 2021-10-18", "A day such as 2021-10-18");
        let days = day(from, "from_day").zip(day(until, "until_day"));
        if let Some((from, until)) = days {
            let count = (until - from).num_days();
            if count < 1 {
                faults.add("until_day", "Ghi ngày sau ngày đầu", "A day after the first");
            } else if count > MOST_DAYS {
                faults.add("until_day", "Chọn tối đa một năm", "At most a year");
            }
        }
        let cutoff_hour = u32::try_from(cutoff_hour).unwrap_or_default();
        faults.or(days.map(|(from, until)| Self { from, until, cutoff_hour }))
    }

    fn window(self) -> Window {
        let start = |day| Window::report_day(day, self.cutoff_hour).from;
        Window { from: start(self.from), to: start(self.until) }
    }
}

/// An officer of a post counts his post; everyone else the posts and destinations in his areas.
pub fn scope(profile: &Profile, caller: &Caller, days: Days) -> Result<Scope, Error> {
    let roots = caller.areas(Permission::VehiclesStatisticsRead);
    let own = caller.account()?.post.as_deref();
    let within = |post: &&vietnam::province::Post| post.area.ancestors().iter().any(|area| roots.contains(&area.to_string()));
    let posts = profile.posts.iter().filter(within).filter(|post| own.is_none_or(|own| own == post.id));
    Ok(Scope {
        window: days.window(),
        first_day: days.from,
        days: i32::try_from((days.until - days.from).num_days()).unwrap_or_default(),
        posts: posts.map(|post| post.id.clone()).collect(),
        roots,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_half_open_and_begin_at_the_cut_off() {
        let days = Days::parse("2021-10-18", "2021-10-20", 8).unwrap();
        let window = days.window();
        assert_eq!(
            (window.from.to_rfc3339(), window.to.to_rfc3339()),
            ("2021-10-17T01:00:00+00:00".into(), "2021-10-19T01:00:00+00:00".into())
        );
        let midnight = Days::parse("2021-10-18", "2021-10-19", 0).unwrap().window();
        assert_eq!(midnight, Window::day("2021-10-18".parse().unwrap()));
        for (from, until) in [("2021-10-18", "2021-10-18"), ("2021-10-18", "2023-10-18"), ("x", "2021-10-18"), ("2021-10-18", "")] {
            assert!(Days::parse(from, until, 0).is_err(), "{from} {until}");
        }
    }
}
