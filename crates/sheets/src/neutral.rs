//! Texts that a spreadsheet would take for a formula, made harmless when they are written and restored when they are read.

/// `=HYPERLINK(…)` → `'=HYPERLINK(…)`. Signed numbers and telephone numbers stay as they are: they compute nothing.
pub(crate) fn made(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

pub(crate) fn undone(text: &str) -> String {
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text).to_owned()
}

/// The first characters that Excel, LibreOffice and Google take for the beginning of a formula, also behind blanks and in full width.
fn is_formula(text: &str) -> bool {
    let Some(first) = text.trim_start_matches(' ').chars().next() else { return false };
    match first {
        '=' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠' => true,
        '+' | '-' => !text.chars().skip(1).all(|letter| letter.is_ascii_digit() || matches!(letter, ' ' | '.' | ',')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_lose_their_teeth_and_numbers_stay() {
        for text in ["=1+1", "=HYPERLINK(\"x\")", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "  =1", "＝1"] {
            assert_eq!(made(text), format!("'{text}"));
        }
        for text in ["", "Rơ Mah H’Bưm", "+84 912 345 678", "-2,5", "'x", "a=b"] {
            assert_eq!(made(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(text in "[=+@'a-z0-9 -]{0,12}") {
            prop_assume!(!text.starts_with('\''));
            prop_assert_eq!(undone(&made(&text)), text);
        }
    }
}
