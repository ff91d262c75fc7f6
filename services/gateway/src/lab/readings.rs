//! Cycle thresholds as a technician writes them: `E 24,1; N 23,6; RdRp 25,3`.
use contract::lab::v1::{CtValue, Gene};

use crate::text::Lang;

const GENES: [(Gene, &str); 5] = [(Gene::E, "E"), (Gene::N, "N"), (Gene::Rdrp, "RdRp"), (Gene::Orf1ab, "ORF1ab"), (Gene::S, "S")];

/// Genes with their values; `None` where it does not read. What was not detected is left out, as a machine's "Undetermined" is.
pub fn parse(text: &str) -> Option<Vec<CtValue>> {
    let text = text.replace(['=', ':'], " ").replace([';', '/'], "\n");
    let mut values = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        while let [gene, value, rest @ ..] = words.as_slice() {
            if let Some(value) = one(gene, value)? {
                values.push(value);
            }
            words = rest.to_vec();
        }
        if !words.is_empty() {
            return None;
        }
    }
    Some(values)
}

fn one(gene: &str, value: &str) -> Option<Option<CtValue>> {
    let (gene, _) = GENES.iter().find(|(_, name)| name.eq_ignore_ascii_case(gene))?;
    if ["undetermined", "-", "không"].contains(&value.to_lowercase().as_str()) {
        return Some(None);
    }
    let ct: f64 = value.trim_end_matches(',').replace(',', ".").parse().ok()?;
    (5.0..=45.0).contains(&ct).then(|| Some(CtValue { gene: (*gene).into(), ct }))
}

/// `E 24,1; RdRp 25,3`
pub fn shown(lang: Lang, values: &[CtValue]) -> String {
    let name = |gene: Gene| GENES.iter().find(|(it, _)| *it == gene).map_or("", |(_, name)| name);
    let one = |value: &CtValue| format!("{}\u{a0}{}", name(value.gene()), decimal(lang, value.ct));
    values.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// One digit behind the comma, or behind the point in English.
pub fn decimal(lang: Lang, value: f64) -> String {
    let text = format!("{value:.1}");
    if lang == Lang::Vi { text.replace('.', ",") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_people_write_them() {
        for (text, expected) in [
            ("E 24,1; N 23,6; RdRp 25,3", Some("E 24,1; N 23,6; RdRp 25,3")),
            ("e=24.1 n=Undetermined", Some("E 24,1")),
            ("ORF1ab: 30", Some("ORF1ab 30,0")),
            ("", Some("")),
            ("E -4", None),
            ("E 60", None),
            ("24,1", None),
            ("X 24", None),
        ] {
            let read = parse(text).map(|values| shown(Lang::Vi, &values).replace('\u{a0}', " "));
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }
}
