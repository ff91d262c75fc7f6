//! Code 128 (ISO/IEC 15417): the bars of a text, one value per module.

use barcoders::sym::code128::Code128;

use crate::PrintError;

/// The blank modules on each side without which scanners do not find the code.
pub(crate) const QUIET: u16 = 10;
const LONGEST: usize = 20;
/// The crate's sign for "begin with character set B": all of printable ASCII.
const SET_B: char = 'Ɓ';

/// True is a dark module; without the quiet zones.
pub(crate) fn modules(text: &str) -> Result<Vec<bool>, PrintError> {
    if text.is_empty() || text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return Err(PrintError::BarCode);
    }
    let code = Code128::new(format!("{SET_B}{text}")).map_err(|_| PrintError::BarCode)?;
    Ok(code.encode().into_iter().map(|module| module == 1).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eleven_modules_for_each_symbol_and_thirteen_for_the_stop() {
        let modules = modules("T7K3M2Q9G").unwrap();
        assert_eq!(modules.len(), 11 * (1 + 9 + 1) + 13);
        // Start B: two dark, one light, one dark, two light, one dark, four light.
        let start = [true, true, false, true, false, false, true, false, false, false, false];
        assert_eq!(modules[..11], start);
        assert!(modules.ends_with(&[true, true]));
    }

    #[test]
    fn only_what_scanners_type_is_encoded() {
        for text in ["", "ống", "123456789012345678901", "a\n"] {
            assert_eq!(super::modules(text), Err(PrintError::BarCode), "{text}");
        }
    }
}
