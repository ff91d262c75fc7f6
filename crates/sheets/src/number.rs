//! Numbers as people write them, with a comma or a point, and as spreadsheets keep them.

/// From here on a spreadsheet's number is no longer exact.
pub(crate) const EXACT: f64 = 1e15;

/// Reads `24,5`, `24.5`, `1.234,5`, `1,234.5`, `1 234`; one separator alone is the decimal one.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    let compact = bare(text)?;
    let commas = compact.matches(',').count();
    let points = compact.matches('.').count();
    let plain = match (commas, points) {
        (0, 0 | 1) => compact,
        (1, 0) => compact.replace(',', "."),
        (0, _) => grouped(&compact, '.')?,
        (_, 0) => grouped(&compact, ',')?,
        (1, _) if compact.rfind(',') > compact.rfind('.') => {
            let (whole, fraction) = compact.split_once(',')?;
            format!("{}.{fraction}", grouped(whole, '.')?)
        }
        (_, 1) if compact.rfind('.') > compact.rfind(',') => {
            let (whole, fraction) = compact.split_once('.')?;
            format!("{}.{fraction}", grouped(whole, ',')?)
        }
        _ => return None,
    };
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Reads `1234`, `1.234`, `1,234`, `1 234`, `-5`.
pub(crate) fn integer(text: &str) -> Option<i64> {
    let compact = bare(text)?;
    let plain = match (compact.contains('.'), compact.contains(',')) {
        (false, false) => compact,
        (true, false) => grouped(&compact, '.')?,
        (false, true) => grouped(&compact, ',')?,
        (true, true) => return None,
    };
    plain.parse().ok()
}

/// A number without a fraction, `None` where digits may be lost.
pub(crate) fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "held below 1e15 in the same condition")]
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

/// As a spreadsheet shows it, without an exponent.
pub(crate) fn shown(number: f64) -> String {
    whole(number).map_or_else(|| number.to_string(), |whole| whole.to_string())
}

/// Without blanks; digits, separators and a sign in front, nothing else.
fn bare(text: &str) -> Option<String> {
    let compact: String =
        text.chars().filter(|letter| !letter.is_whitespace()).map(|letter| if letter == '−' { '-' } else { letter }).collect();
    let digits = compact.strip_prefix(['-', '+']).unwrap_or(&compact);
    let fits = digits.starts_with(|letter: char| letter.is_ascii_digit())
        && digits.ends_with(|letter: char| letter.is_ascii_digit())
        && digits.len() <= 30
        && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    fits.then_some(compact)
}

/// Groups of three behind the first.
fn grouped(text: &str, separator: char) -> Option<String> {
    let mut groups = text.split(separator);
    let first = groups.next()?.trim_start_matches(['-', '+']);
    ((1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3)).then(|| text.replace(separator, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_points_and_groups() {
        for (text, number) in [
            ("24,5", 24.5),
            ("24.5", 24.5),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("1.234.567", 1_234_567.0),
            ("1 234,5", 1234.5),
            ("-2,5", -2.5),
            ("007", 7.0),
            ("1.234", 1.234),
        ] {
            assert_eq!(decimal(text), Some(number), "{text}");
        }
        for text in ["", "24,", ",5", "1.23.456", "1,2,3", "24,5 °C", "1e5", "1.234,5,6", "NaN", "1,2.3,4", "--1"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn whole_numbers_with_groups() {
        for (text, number) in [("1234", 1234), ("1.234", 1234), ("1,234", 1234), ("1 234", 1234), ("-5", -5), ("+5", 5)] {
            assert_eq!(integer(text), Some(number), "{text}");
        }
        for text in ["1.5", "1.234,5", "12.34", "x", "99999999999999999999"] {
            assert_eq!(integer(text), None, "{text}");
        }
        assert_eq!((whole(2.0), whole(2.5), whole(1e15)), (Some(2), None, None));
        assert_eq!(shown(64_123_456_789.0), "64123456789");
        assert_eq!(shown(24.5), "24.5");
    }
}
