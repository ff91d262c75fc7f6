//! The service's counts as sections of a page: for each question a chart and, under it, the table with the same numbers.
use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};
use contract::vehicles::v1::{CrossingCount, Decision, Direction, DistrictCount, GetStatisticsResponse};
use vietnam::areas;

use super::Asked;
use crate::{
    site::Site,
    text::Words,
    view::{
        Chart, Naming, Series,
        chart::number,
        words::{self},
    },
};

/// A chart has room for so many names; the table has them all.
const MOST_BARS: usize = 12;

/// One question and its answer.
pub struct Section {
    pub id: &'static str,
    pub title: String,
    /// Absent when there is nothing to draw.
    pub chart: Option<Chart>,
    pub head: Vec<String>,
    pub rows: Vec<Row>,
}

/// A line of a table: its name, and a number for each further column.
pub struct Row {
    pub name: String,
    pub counts: Vec<String>,
}

/// Vehicles and people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    pub vehicles: i64,
    pub people: i64,
}

impl Load {
    fn add(&mut self, count: &CrossingCount) {
        self.vehicles += i64::from(count.vehicles);
        self.people += i64::from(count.people);
    }
}

/// All that passed the posts.
pub fn total(counted: &GetStatisticsResponse) -> Load {
    by(&counted.crossings, |_| ()).remove(&()).unwrap_or_default()
}

/// Destinations that nobody has confirmed after their time.
pub fn missing(counted: &GetStatisticsResponse) -> i64 {
    counted.districts.iter().map(|district| i64::from(district.arrivals_missing)).sum()
}

/// Every section, in the order of the page.
pub fn all(site: &Site, words: &Words, asked: Asked, counted: &GetStatisticsResponse) -> Vec<Section> {
    let maker = Maker { site, words };
    vec![
        maker.posts(&counted.crossings),
        maker.days(&counted.crossings, asked),
        maker.directions(&counted.crossings),
        maker.decisions(&counted.crossings),
        maker.districts(&counted.districts),
        maker.arrivals(&counted.districts),
    ]
}

fn by<K: Ord>(crossings: &[CrossingCount], key: impl Fn(&CrossingCount) -> K) -> BTreeMap<K, Load> {
    let mut sums = BTreeMap::new();
    for count in crossings {
        sums.entry(key(count)).or_insert_with(Load::default).add(count);
    }
    sums
}

struct Maker<'a> {
    site: &'a Site,
    words: &'a Words,
}

impl Maker<'_> {
    fn posts(&self, crossings: &[CrossingCount]) -> Section {
        let mut sums = by(crossings, |count| count.post_id.clone());
        let known = self.site.province.posts.iter().filter_map(|post| sums.remove_entry(&post.id)).collect::<Vec<_>>();
        let loads = known.into_iter().chain(sums).map(|(post, load)| (self.site.post_name(self.words.lang(), &post), load)).collect();
        self.loads("posts", "statistics-by-post", "statistics-post", loads)
    }

    fn directions(&self, crossings: &[CrossingCount]) -> Section {
        let sums = by(crossings, |count| count.direction());
        let loads = sums.into_iter().map(|(direction, load)| (self.words.t(words::direction(direction)), load)).collect();
        self.loads("directions", "statistics-by-direction", "statistics-direction", loads)
    }

    fn districts(&self, districts: &[DistrictCount]) -> Section {
        let load = |district: &DistrictCount| Load { vehicles: district.vehicles.into(), people: district.people.into() };
        let loads = districts.iter().map(|district| (self.place(district), load(district))).collect();
        self.loads("districts", "statistics-by-district", "statistics-district", loads)
    }

    /// One day is a pair of bars, several are lines.
    fn days(&self, crossings: &[CrossingCount], asked: Asked) -> Section {
        let sums = by(crossings, |count| count.day.parse::<NaiveDate>().unwrap_or_default());
        let days: Vec<(NaiveDate, Load)> = asked.days().map(|day| (day, sums.get(&day).copied().unwrap_or_default())).collect();
        let loads = days.iter().map(|(day, load)| (vietnam::time::format_date(*day), *load)).collect();
        let section = self.loads("days", "statistics-by-day", "statistics-day", loads);
        if days.len() < 2 || sums.is_empty() {
            return section;
        }
        let labels: Vec<String> = days.iter().map(|(day, _)| format!("{:02}/{:02}", day.day(), day.month())).collect();
        let series = [
            Series { name: self.words.t("statistics-vehicles"), values: days.iter().map(|(_, load)| load.vehicles).collect() },
            Series { name: self.words.t("statistics-people"), values: days.iter().map(|(_, load)| load.people).collect() },
        ];
        let description = series.iter().map(|one| self.range(one)).collect::<Vec<_>>().join("; ");
        let naming = Naming { id: "days-chart".into(), title: section.title.clone(), description };
        Section { chart: Some(Chart::lines(naming, self.words.lang(), &labels, &series)), ..section }
    }

    /// `Xe: từ 210 đến 340`
    fn range(&self, series: &Series) -> String {
        let lang = self.words.lang();
        let (least, most) =
            (series.values.iter().min().copied().unwrap_or_default(), series.values.iter().max().copied().unwrap_or_default());
        format!("{}: {}", series.name, self.words.ab("statistics-range", number(lang, least), number(lang, most)))
    }

    /// Those who entered and those who left stand apart: a vehicle that turned back did one or the other.
    fn decisions(&self, crossings: &[CrossingCount]) -> Section {
        let sums = by(crossings, |count| (count.decision(), count.direction()));
        let of = |decision, direction| sums.get(&(decision, direction)).copied().unwrap_or_default();
        let name = |decision: Decision| self.words.t(decision_word(decision));
        let loads: Vec<(String, Load)> =
            by(crossings, |count| count.decision()).into_iter().map(|(decision, load)| (name(decision), load)).collect();
        let rows = by(crossings, |count| count.decision()).into_iter().map(|(decision, load)| {
            let (inward, outward) = (of(decision, Direction::In), of(decision, Direction::Out));
            self.row(name(decision), [inward.vehicles, inward.people, outward.vehicles, outward.people, load.vehicles, load.people])
        });
        let keys =
            ["statistics-decision", "statistics-in-vehicles", "statistics-in-people", "statistics-out-vehicles", "statistics-out-people"];
        let head = keys.into_iter().chain(["statistics-all-vehicles", "statistics-all-people"]).map(|key| self.words.t(key)).collect();
        let rows = rows.collect();
        Section { head, rows, ..self.loads("decisions", "statistics-by-decision", "statistics-decision", loads) }
    }

    fn arrivals(&self, districts: &[DistrictCount]) -> Section {
        let asked: Vec<&DistrictCount> = districts.iter().filter(|district| district.arrivals_expected > 0).collect();
        let series = |key: &str, value: fn(&DistrictCount) -> i32| Series {
            name: self.words.t(key),
            values: asked.iter().map(|district| i64::from(value(district))).collect(),
        };
        let series = [
            series("statistics-on-time-word", |district| district.arrivals_confirmed - district.arrivals_late),
            series("statistics-late-word", |district| district.arrivals_late),
            series("statistics-missing-word", |district| district.arrivals_missing),
        ];
        let names: Vec<String> = asked.iter().map(|district| self.place(district)).collect();
        let title = self.words.t("statistics-arrivals");
        let chart = self.bars("arrivals", &title, &names, &series);
        let row = |district: &&DistrictCount| {
            let counts = [
                district.arrivals_expected,
                district.arrivals_confirmed,
                district.arrivals_late,
                district.arrivals_missing,
                district.arrivals_mismatched,
            ];
            let mut row = self.row(self.place(district), counts.map(i64::from));
            let delay = i64::from(district.median_delay_minutes);
            row.counts.push(if district.arrivals_late > 0 { self.words.n("statistics-minutes", delay) } else { "–".to_owned() });
            row
        };
        let keys = [
            "statistics-district",
            "statistics-expected",
            "statistics-confirmed",
            "statistics-late",
            "statistics-missing",
            "statistics-mismatched",
            "statistics-delay",
        ];
        Section { id: "arrivals", title, chart, head: keys.map(|key| self.words.t(key)).into(), rows: asked.iter().map(row).collect() }
    }

    /// Vehicles and people of each name, as bars and as a table that ends with their sum.
    fn loads(&self, id: &'static str, title: &str, first: &str, loads: Vec<(String, Load)>) -> Section {
        let names: Vec<String> = loads.iter().map(|(name, _)| name.clone()).collect();
        let series = [
            Series { name: self.words.t("statistics-vehicles-word"), values: loads.iter().map(|(_, load)| load.vehicles).collect() },
            Series { name: self.words.t("statistics-people-word"), values: loads.iter().map(|(_, load)| load.people).collect() },
        ];
        let title = self.words.t(title);
        let chart = self.bars(id, &title, &names, &series);
        let mut rows: Vec<Row> = loads.iter().map(|(name, load)| self.row(name.clone(), [load.vehicles, load.people])).collect();
        if loads.len() > 1 {
            let sums = series.each_ref().map(|one| one.values.iter().sum());
            rows.push(self.row(self.words.t("statistics-sum"), sums));
        }
        let head = [first, "statistics-vehicles", "statistics-people"].map(|key| self.words.t(key)).into();
        Section { id, title, chart, head, rows }
    }

    /// The largest names first, as many as a chart has room for; nothing where every number is 0.
    fn bars(&self, id: &str, title: &str, names: &[String], series: &[Series]) -> Option<Chart> {
        let lang = self.words.lang();
        let weight = |row: usize| series.iter().filter_map(|one| one.values.get(row)).sum::<i64>();
        let mut rows: Vec<usize> = (0..names.len()).filter(|row| weight(*row) > 0).collect();
        if rows.len() > MOST_BARS {
            rows.sort_by_key(|row| std::cmp::Reverse(weight(*row)));
            rows.truncate(MOST_BARS);
        }
        let said = |row: &usize| {
            let values = series.iter().map(|one| format!("{} {}", number(lang, one.values[*row]), one.name));
            format!("{}: {}", names[*row], values.collect::<Vec<_>>().join(", "))
        };
        let description = rows.iter().map(said).collect::<Vec<_>>().join("; ");
        let naming = Naming { id: format!("{id}-chart"), title: title.to_owned(), description };
        let shown: Vec<String> = rows.iter().map(|row| names[*row].clone()).collect();
        let series: Vec<Series> =
            series.iter().map(|one| Series { name: one.name.clone(), values: rows.iter().map(|row| one.values[*row]).collect() }).collect();
        (!rows.is_empty()).then(|| Chart::bars(naming, lang, &shown, &series))
    }

    fn row(&self, name: String, counts: impl IntoIterator<Item = i64>) -> Row {
        Row { name, counts: counts.into_iter().map(|count| number(self.words.lang(), count)).collect() }
    }

    /// `Thành phố Pleiku`: the province goes without saying.
    fn place(&self, district: &DistrictCount) -> String {
        let area = district.area.clone().unwrap_or_default();
        areas::resolve(&area.code, &area.valid_from, self.site.province.era).map_or(area.name, |area| area.full_name())
    }
}

fn decision_word(decision: Decision) -> &'static str {
    match decision {
        Decision::Transit => "statistics-decided-transit",
        Decision::Destination => "statistics-decided-destination",
        Decision::TurnBack => "statistics-decided-turn-back",
        Decision::Refuse => "statistics-decided-refuse",
        Decision::Refer => "statistics-decided-refer",
        Decision::Unspecified => "unknown",
    }
}
