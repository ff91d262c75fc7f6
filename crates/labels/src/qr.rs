//! QR codes (ISO/IEC 18004): the modules of a text.

use fast_qr::{ECL, QRBuilder};

use crate::PrintError;

/// The blank modules on each side.
pub(crate) const QUIET: u16 = 4;

/// A square of modules, true is dark.
#[derive(Debug)]
pub(crate) struct Matrix {
    pub side: u16,
    dark: Vec<bool>,
}

impl Matrix {
    /// With quartile error correction, as the certificates' specification asks for; a smaller one where the text would not fit.
    pub(crate) fn of(text: &str) -> Result<Self, PrintError> {
        let code = [ECL::Q, ECL::M, ECL::L].into_iter().find_map(|level| QRBuilder::new(text).ecl(level).build().ok());
        let code = code.ok_or(PrintError::QrCode)?;
        let side = u16::try_from(code.size).map_err(|_| PrintError::QrCode)?;
        let dark =
            (0..code.size).flat_map(|row| code[row].iter().take(code.size).map(|module| module.value()).collect::<Vec<_>>()).collect();
        Ok(Self { side, dark })
    }

    /// Each run of dark modules in a row: row, first column, length.
    pub(crate) fn runs(&self) -> Vec<(u16, u16, u16)> {
        let rows = (0_u16..).zip(self.dark.chunks(usize::from(self.side)));
        rows.flat_map(|(row, modules)| runs(modules).into_iter().map(move |(first, length)| (row, first, length))).collect()
    }
}

/// Each run of dark modules: the first and how many.
pub(crate) fn runs(modules: &[bool]) -> Vec<(u16, u16)> {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for (place, _) in (0_u16..).zip(modules).filter(|(_, dark)| **dark) {
        match runs.last_mut() {
            Some((first, length)) if *first + *length == place => *length += 1,
            _ => runs.push((place, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_dark_modules() {
        assert_eq!(runs(&[true, true, false, true, false]), [(0, 2), (3, 1)]);
        assert_eq!(runs(&[]), []);
    }

    #[test]
    fn a_text_that_no_code_holds() {
        assert_eq!(Matrix::of("T7K3M2Q9G").unwrap().side, 21);
        assert_eq!(Matrix::of(&"ễ".repeat(2_000)).unwrap_err(), PrintError::QrCode);
    }
}
