//! What became of the communes of 2021 in the state of 2025.

use std::sync::OnceLock;

use super::{Area, Era, find};

/// How much of a commune of 2021 went into one of 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    Whole,
    /// A part, and the one to take when nothing more is known: the largest.
    LargestPart,
    Part,
}

/// Where a commune of 2021 went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Succession {
    /// By code, with its extent; several when the commune was divided.
    Into(Vec<(Area, Extent)>),
    /// The source does not say: about 560 communes were merged away before the reform it describes. Nothing may be guessed.
    Unknown,
}

struct Step {
    from: u32,
    to: u32,
    extent: Extent,
}

/// The communes of 2025 that took over a commune of 2021.
pub fn successors(commune_2021: &str) -> Succession {
    let steps = related(commune_2021, |step| (step.from, step.to), Era::Y2025);
    if steps.is_empty() { Succession::Unknown } else { Succession::Into(steps) }
}

/// The communes of 2021 of which a commune of 2025 was made, as far as the source knows them.
pub fn predecessors(commune_2025: &str) -> Vec<(Area, Extent)> {
    related(commune_2025, |step| (step.to, step.from), Era::Y2021)
}

fn related(code: &str, direction: fn(&Step) -> (u32, u32), era: Era) -> Vec<(Area, Extent)> {
    let Some(code) = (code.len() == 5).then(|| code.parse::<u32>().ok()).flatten() else { return Vec::new() };
    let steps = steps().iter().filter(|step| direction(step).0 == code);
    steps.filter_map(|step| Some((find(era, &format!("{:05}", direction(step).1))?, step.extent))).collect()
}

fn steps() -> &'static [Step] {
    static STEPS: OnceLock<Vec<Step>> = OnceLock::new();
    STEPS.get_or_init(|| include_str!("../../data/areas/areas_2021_to_2025.csv").lines().skip(1).filter_map(step).collect())
}

fn step(line: &str) -> Option<Step> {
    let mut fields = line.split(',');
    let (from, to) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let extent = match fields.next()? {
        "whole" => Extent::Whole,
        "part_default" => Extent::LargestPart,
        _ => Extent::Part,
    };
    Some(Step { from, to, extent })
}
