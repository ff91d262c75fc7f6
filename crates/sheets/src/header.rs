//! Where the header is and which column is which. Titles stand anywhere in the first rows, in one row or in several with merged cells, below
//! letterheads, with numbers, asterisks and remarks in brackets.

use vietnam::fold::fold;

use crate::grid::{Grid, GridRow, Raw};
use crate::limits::DEEPEST_HEADER;
use crate::{FileError, Template, Words};

/// How many rows a header has at most.
const TALLEST: usize = 3;

pub(crate) struct Header {
    /// The place of its first row among the grid's rows, and of the first row below it.
    first: usize,
    pub below: usize,
    /// For each of the template's columns its place in the file.
    pub places: Vec<Option<usize>>,
    /// The file's own titles.
    pub titles: Vec<String>,
}

/// How well a header fits: required columns first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fit {
    required: usize,
    all: usize,
}

impl Header {
    /// The best header of the grid, the highest and lowest of equal ones: `None` where no title of the template is.
    pub(crate) fn find(grid: &Grid, template: &Template) -> Option<(Fit, Self)> {
        let names: Vec<Vec<String>> = template.columns.iter().map(names).collect();
        let mut best: Option<(Fit, Self)> = None;
        for height in 1..=TALLEST {
            for first in 0..grid.rows.len().min(DEEPEST_HEADER) {
                let Some(rows) = grid.rows.get(first..first + height) else { break };
                let header = Self::read(rows, first, &names);
                let fit = header.fit(template);
                if fit.all > 0 && best.as_ref().is_none_or(|(best, _)| fit > *best) {
                    best = Some((fit, header));
                }
            }
        }
        best
    }

    /// Refuses a header that lacks what is required or has it twice.
    pub(crate) fn check(&self, grid: &Grid, template: &Template) -> Result<(), FileError> {
        let found = self.places.iter().flatten().count();
        // One word that happens to be a title makes no header.
        if found < 2 && template.columns.len() > 1 {
            return Err(FileError::NoHeader);
        }
        let missing =
            |(column, place): (&crate::Column, &Option<usize>)| (column.required && place.is_none()).then(|| column.title.clone());
        let missing: Vec<Words> = template.columns.iter().zip(&self.places).filter_map(missing).collect();
        if !missing.is_empty() {
            return Err(FileError::MissingColumns(missing));
        }
        let rows = &grid.rows[self.first..self.below];
        for (column, place) in template.columns.iter().zip(&self.places) {
            let names = names(column);
            let again = |other: &usize| Some(*other) != *place && bottom(rows, *other).is_some_and(|title| matches(&forms(&title), &names));
            if place.is_some() && (0..self.titles.len()).any(|other| again(&other)) {
                return Err(FileError::ColumnTwice(column.title.clone()));
            }
        }
        Ok(())
    }

    fn read(rows: &[GridRow], first: usize, names: &[Vec<String>]) -> Self {
        let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let labels: Vec<Vec<String>> = (0..width).map(|column| labels(rows, column)).collect();
        let mut places = vec![None; names.len()];
        // A title in one cell is surer than one put together from several.
        let most = labels.iter().map(Vec::len).max().unwrap_or(0);
        for rank in 0..most {
            for (column, label) in labels.iter().enumerate().filter_map(|(column, labels)| Some((column, labels.get(rank)?))) {
                let taken = places.contains(&Some(column));
                let forms = forms(label);
                let wanted = names.iter().position(|names| matches(&forms, names)).filter(|place| !taken && places[*place].is_none());
                if let Some(place) = wanted {
                    places[place] = Some(column);
                }
            }
        }
        let titles = (0..width).map(|column| bottom(rows, column).unwrap_or_default()).collect();
        Self { first, below: first + rows.len(), places, titles }
    }

    fn fit(&self, template: &Template) -> Fit {
        let found = || template.columns.iter().zip(&self.places).filter(|(_, place)| place.is_some());
        Fit { required: found().filter(|(column, _)| column.required).count(), all: found().count() }
    }
}

/// What a column is called: the title in both languages, the key, the synonyms.
fn names(column: &crate::Column) -> Vec<String> {
    let titles = [column.title.vi.as_ref(), column.title.en.as_ref(), column.key];
    titles.into_iter().chain(column.synonyms.iter().copied()).map(plain).collect()
}

/// Letters and digits alone, folded: `2. Họ và tên (*)` → `2 ho va ten`.
fn plain(title: &str) -> String {
    let spaced: String = fold(title).chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn matches(forms: &[String], names: &[String]) -> bool {
    forms.iter().any(|form| !form.is_empty() && names.contains(form))
}

/// A title as it is, without what stands in brackets, without a number in front, and each side of a slash.
fn forms(title: &str) -> Vec<String> {
    let mut outside = String::new();
    let mut depth = 0_u32;
    for letter in title.chars() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(letter),
            _ => {}
        }
    }
    let numbered = |text: &str| text.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ' ').to_owned();
    let whole = plain(title);
    let bare = plain(&outside);
    let mut forms = vec![numbered(&whole), numbered(&bare), whole, bare];
    forms.extend(outside.split(['/', '\n']).map(plain));
    forms
}

/// The lowest cell of a column with something in it.
fn bottom(rows: &[GridRow], column: usize) -> Option<String> {
    rows.iter().rev().find_map(|row| text(row, column))
}

/// The titles a column can have, the surest first: the lowest cell, the others, then all of them together, where a cell that is merged to the
/// right counts for the columns below it.
fn labels(rows: &[GridRow], column: usize) -> Vec<String> {
    let own: Vec<String> = rows.iter().rev().filter_map(|row| text(row, column)).collect();
    let Some(lowest) = own.first() else { return Vec::new() };
    let mut labels = own.clone();
    if rows.len() > 1 {
        let above = rows.iter().take(rows.len() - 1).filter_map(|row| (0..=column).rev().find_map(|left| text(row, left)));
        let joined = above.filter(|title| title != lowest).chain([lowest.clone()]).collect::<Vec<_>>().join(" ");
        labels.push(joined);
    }
    labels
}

fn text(row: &GridRow, column: usize) -> Option<String> {
    row.cells.get(column).filter(|cell| !cell.is_empty()).map(Raw::shown)
}
