//! Charts drawn by the server: numbers in, geometry out. A unit is a 340th of the width, so that text is 13 px on a phone.
use askama::{Template, filters::HtmlSafe};

use crate::text::Lang;

const WIDTH: f64 = 340.0;
/// A wide letter of the chart's text.
const LETTER: f64 = 7.6;
/// Between a mark and the text that belongs to it.
const GAP: f64 = 6.0;
/// Between two lines of text.
const LINE: f64 = 16.0;

/// Each series differs by dash, thickness and the words beside it, not by colour alone. More than three are not drawn.
const CLASSES: [&str; 3] = ["a", "b", "c"];

/// Numbers of one kind, one for each label of the chart.
#[derive(Debug, Clone)]
pub struct Series {
    pub name: String,
    pub values: Vec<i64>,
}

/// `{{ chart }}` writes the picture.
#[derive(Debug, Clone, Template)]
#[template(path = "_chart.html")]
pub struct Chart {
    id: String,
    title: String,
    description: String,
    height: f64,
    grid: Vec<Grid>,
    bars: Vec<Bar>,
    lines: Vec<Line>,
    texts: Vec<Text>,
}

impl HtmlSafe for Chart {}

/// What names a chart: its id, and its title and description for whoever does not see it.
#[derive(Debug, Clone)]
pub struct Naming {
    pub id: String,
    pub title: String,
    pub description: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Grid {
    x: f64,
    y: f64,
    end: f64,
}

#[derive(Debug, Clone, PartialEq)]
struct Bar {
    class: &'static str,
    y: f64,
    length: f64,
}

#[derive(Debug, Clone, PartialEq)]
struct Line {
    class: &'static str,
    points: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Text {
    class: &'static str,
    x: f64,
    y: f64,
    anchor: &'static str,
    text: String,
}

impl Chart {
    /// For each label its name, and under it a bar for each series with the number and its word at the end.
    pub fn bars(naming: Naming, lang: Lang, labels: &[String], series: &[Series]) -> Self {
        let series = &series[..series.len().min(CLASSES.len())];
        let most = series.iter().flat_map(|one| one.values.iter()).copied().max().unwrap_or_default();
        let said = |one: &Series, value: i64| format!("{} {}", number(lang, value), one.name);
        let widest = series.iter().map(|one| width(&said(one, most))).fold(0.0, f64::max);
        let longest = (WIDTH - GAP - widest).max(40.0);
        let mut chart = Self::empty(naming);
        let mut y = 0.0;
        for (row, label) in labels.iter().enumerate() {
            y += LINE;
            chart.texts.push(Text { class: "label", x: 0.0, y: round(y - 3.0), anchor: "start", text: label.clone() });
            for (one, class) in series.iter().zip(CLASSES) {
                let value = one.values.get(row).copied().unwrap_or_default();
                let length = round(longest * share(value, most));
                chart.bars.push(Bar { class, y: round(y + 2.0), length });
                chart.texts.push(Text { class, x: round(length + GAP), y: round(y + 13.0), anchor: "start", text: said(one, value) });
                y += LINE;
            }
            y += 8.0;
        }
        chart.height = y.max(1.0);
        chart
    }

    /// A line for each series over labels in order, each with its name where it ends.
    pub fn lines(naming: Naming, lang: Lang, labels: &[String], series: &[Series]) -> Self {
        let series = &series[..series.len().min(CLASSES.len())];
        let most = series.iter().flat_map(|one| one.values.iter()).copied().max().unwrap_or_default();
        let steps = steps(most);
        let top = steps.last().copied().unwrap_or(1);
        let named = series.iter().map(|one| width(&one.name)).fold(0.0, f64::max);
        let plot = Plot {
            left: width(&number(lang, top)) + GAP,
            right: WIDTH - named - GAP,
            top: 10.0,
            bottom: 150.0,
            most: top,
            count: labels.len(),
        };
        let mut chart = Self::empty(naming);
        chart.height = plot.bottom + 28.0;
        for step in steps {
            let y = plot.y(step);
            chart.grid.push(Grid { x: round(plot.left), y, end: round(plot.right) });
            chart.texts.push(Text { class: "tick", x: round(plot.left - 4.0), y: round(y + 4.0), anchor: "end", text: number(lang, step) });
        }
        for index in ticks(labels.len()) {
            let (x, y) = (plot.x(index), plot.bottom + 20.0);
            chart.texts.push(Text { class: "tick", x, y, anchor: "middle", text: labels[index].clone() });
        }
        let ends: Vec<f64> = series.iter().map(|one| plot.y(one.values.last().copied().unwrap_or_default()) + 4.0).collect();
        for ((one, class), y) in series.iter().zip(CLASSES).zip(apart(&ends, plot.bottom)) {
            chart.lines.push(Line { class, points: plot.points(&one.values) });
            chart.texts.push(Text { class, x: round(plot.right + GAP), y: round(y), anchor: "start", text: one.name.clone() });
        }
        chart
    }

    fn empty(naming: Naming) -> Self {
        let Naming { id, title, description } = naming;
        Self { id, title, description, height: 1.0, grid: Vec::new(), bars: Vec::new(), lines: Vec::new(), texts: Vec::new() }
    }
}

/// Where the values of a line chart lie.
struct Plot {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    most: i64,
    count: usize,
}

impl Plot {
    /// A single label stands in the middle.
    fn x(&self, index: usize) -> f64 {
        let last = self.count.saturating_sub(1);
        let part = if last == 0 { 0.5 } else { index as f64 / last as f64 };
        round(self.left + (self.right - self.left) * part)
    }

    fn y(&self, value: i64) -> f64 {
        round(self.bottom - (self.bottom - self.top) * share(value, self.most))
    }

    fn points(&self, values: &[i64]) -> String {
        let points: Vec<String> = values.iter().enumerate().map(|(index, value)| format!("{},{}", self.x(index), self.y(*value))).collect();
        points.join(" ")
    }
}

/// 0 and up to five round numbers above it, the last of them not below `most`.
fn steps(most: i64) -> Vec<i64> {
    let mut step = 1;
    let mut factors = [2, 5, 10].into_iter().cycle();
    let mut decade = 1;
    while step * 5 < most {
        let factor = factors.next().unwrap_or(10);
        step = decade * factor;
        if factor == 10 {
            decade = step;
        }
    }
    let count = (most.max(1) + step - 1) / step;
    (0..=count).map(|number| number * step).collect()
}

/// At most four labels of an axis, first and last among them.
fn ticks(count: usize) -> Vec<usize> {
    let last = count.saturating_sub(1);
    let parts = last.min(3);
    let mut ticks: Vec<usize> = (0..=parts).map(|part| (last * part + parts / 2).checked_div(parts).unwrap_or_default()).collect();
    ticks.truncate(count);
    ticks.dedup();
    ticks
}

/// The heights moved apart until no text covers another, in the order given.
fn apart(wanted: &[f64], bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|one, other| wanted[*one].total_cmp(&wanted[*other]));
    let mut heights = wanted.to_vec();
    for pair in order.windows(2) {
        heights[pair[1]] = heights[pair[1]].max(heights[pair[0]] + LINE);
    }
    let mut limit = bottom + 4.0;
    for index in order.into_iter().rev() {
        heights[index] = heights[index].min(limit);
        limit = heights[index] - LINE;
    }
    heights
}

/// `1.234` in Vietnamese, `1,234` in English.
pub fn number(lang: Lang, value: i64) -> String {
    let separator = match lang {
        Lang::Vi => '.',
        Lang::En => ',',
    };
    let digits = value.unsigned_abs().to_string();
    let mut text = String::from(if value < 0 { "−" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

fn share(value: i64, most: i64) -> f64 {
    if most <= 0 { 0.0 } else { (value.max(0) as f64 / most as f64).min(1.0) }
}

fn width(text: &str) -> f64 {
    text.chars().count() as f64 * LETTER
}

/// Tenths are finer than any screen.
fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naming() -> Naming {
        Naming { id: "posts".into(), title: "Theo chốt".into(), description: "Nhiều nhất là CP3.".into() }
    }

    fn series(name: &str, values: &[i64]) -> Series {
        Series { name: name.into(), values: values.to_vec() }
    }

    #[test]
    fn an_axis_has_round_numbers_and_reaches_the_highest() {
        for (most, expected) in [
            (0, vec![0, 1]),
            (1, vec![0, 1]),
            (5, vec![0, 1, 2, 3, 4, 5]),
            (6, vec![0, 2, 4, 6]),
            (11, vec![0, 5, 10, 15]),
            (310, vec![0, 100, 200, 300, 400]),
            (1234, vec![0, 500, 1000, 1500]),
            (5001, vec![0, 2000, 4000, 6000]),
        ] {
            assert_eq!(steps(most), expected, "{most}");
        }
    }

    #[test]
    fn an_axis_names_its_ends() {
        for (count, expected) in [
            (0, vec![]),
            (1, vec![0]),
            (2, vec![0, 1]),
            (4, vec![0, 1, 2, 3]),
            (7, vec![0, 2, 4, 6]),
            (31, vec![0, 10, 20, 30]),
            (370, vec![0, 123, 246, 369]),
        ] {
            assert_eq!(ticks(count), expected, "{count}");
        }
    }

    #[test]
    fn texts_at_the_ends_of_lines_do_not_cover_each_other() {
        for (wanted, expected) in [
            (vec![20.0, 100.0], vec![20.0, 100.0]),
            (vec![50.0, 52.0], vec![50.0, 66.0]),
            (vec![154.0, 154.0], vec![138.0, 154.0]),
            (vec![154.0, 150.0, 149.0], vec![154.0, 138.0, 122.0]),
        ] {
            assert_eq!(apart(&wanted, 150.0), expected, "{wanted:?}");
        }
    }

    #[test]
    fn thousands_are_parted_as_the_language_does() {
        for (value, vi, en) in [(0, "0", "0"), (999, "999", "999"), (1234, "1.234", "1,234"), (-1_234_567, "−1.234.567", "−1,234,567")]
        {
            assert_eq!((number(Lang::Vi, value).as_str(), number(Lang::En, value).as_str()), (vi, en));
        }
    }

    #[test]
    fn the_longest_bar_leaves_room_for_its_number() {
        for (values, lengths) in [([310, 402], [204.8, 265.6]), ([0, 0], [0.0, 0.0]), ([1, 4], [70.2, 280.8])] {
            let all = [series("xe", &values[..1]), series("người", &values[1..])];
            let chart = Chart::bars(naming(), Lang::Vi, &["CP3".into()], &all);
            assert_eq!([chart.bars[0].length, chart.bars[1].length], lengths, "{values:?}");
            assert!(chart.texts.iter().all(|text| text.x + width(&text.text) <= WIDTH + 0.1));
        }
    }

    #[test]
    fn a_line_spans_the_plot_and_never_leaves_it() {
        let labels: Vec<String> = (18..=20).map(|day| format!("{day}/10")).collect();
        let chart = Chart::lines(naming(), Lang::Vi, &labels, &[series("Xe", &[100, 0, 400]), series("Người", &[400, 200, 0])]);
        assert_eq!(chart.lines[0].points, "28.8,115 162.4,150 296,10");
        assert_eq!((chart.lines[0].class, chart.lines[1].class), ("a", "b"));
        assert_eq!((chart.grid[0].y, chart.grid.last().unwrap().y), (150.0, 10.0));
        assert!(chart.texts.iter().all(|text| text.anchor != "start" || text.x + width(&text.text) <= WIDTH + 0.1));
    }

    #[test]
    fn more_than_three_series_are_not_drawn_and_text_is_escaped() {
        let all: Vec<Series> = (0..5).map(|_| series("<b>", &[1])).collect();
        let chart = Chart::bars(naming(), Lang::Vi, &["<i>".into()], &all);
        assert_eq!(chart.bars.len(), 3);
        assert!(!chart.to_string().contains("<b>") && !chart.to_string().contains("<i>"));
    }
}
