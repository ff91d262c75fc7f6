//! Lines of a bench: ours, the baseline of the same run, and their ratio, which is what counts.

use serde::Serialize;

#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub lines: Vec<Line>,
}

#[derive(Debug, Serialize)]
pub struct Line {
    pub name: &'static str,
    pub ours: Option<f64>,
    pub baseline: Option<f64>,
    pub unit: &'static str,
    /// Ours over the baseline where more is better, else the other way round: 1.0 is as good, more is better.
    pub ratio: Option<f64>,
    pub goal: f64,
    /// Why it was not measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_run: Option<String>,
}

impl Line {
    /// More is better.
    pub fn at_least(name: &'static str, unit: &'static str, ours: f64, baseline: f64) -> Self {
        Self::new(name, unit, ours, baseline, ours / baseline)
    }

    /// Less is better.
    pub fn at_most(name: &'static str, unit: &'static str, ours: f64, baseline: f64) -> Self {
        Self::new(name, unit, ours, baseline, baseline / ours)
    }

    pub fn not_run(name: &'static str, unit: &'static str, why: impl Into<String>) -> Self {
        Self { name, ours: None, baseline: None, unit, ratio: None, goal: super::goal(name), not_run: Some(why.into()) }
    }

    fn new(name: &'static str, unit: &'static str, ours: f64, baseline: f64, ratio: f64) -> Self {
        let ratio = Some(ratio).filter(|ratio| ratio.is_finite());
        Self { name, ours: Some(ours), baseline: Some(baseline), unit, ratio, goal: super::goal(name), not_run: None }
    }
}

impl Report {
    pub fn add(&mut self, line: Line) {
        self.lines.push(line);
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{:22} {:>12} {:>12} {:6} {:>6} {:>6}", "line", "ours", "baseline", "unit", "ratio", "goal")?;
        for line in &self.lines {
            let number = |value: Option<f64>, digits: usize| value.map_or("-".to_owned(), |value| format!("{value:.digits$}"));
            let (ours, baseline, ratio) = (number(line.ours, 1), number(line.baseline, 1), number(line.ratio, 2));
            write!(f, "{:22} {ours:>12} {baseline:>12} {:6} {ratio:>6} {:>6.2}", line.name, line.unit, line.goal)?;
            match &line.not_run {
                Some(why) => writeln!(f, "  not run: {why}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}
