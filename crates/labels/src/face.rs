//! The printed face, that of the pages, in two weights: to draw with, and to measure with.

use krilla::text::Font;
use rustybuzz::UnicodeBuffer;

use crate::PrintError;

/// Points per millimetre.
pub(crate) const POINTS: f32 = 72.0 / 25.4;

/// One weight.
pub(crate) struct Face {
    pub font: Font,
    shaper: rustybuzz::Face<'static>,
}

pub(crate) struct Faces {
    pub regular: Face,
    pub strong: Face,
}

impl Faces {
    pub(crate) fn load() -> Result<Self, PrintError> {
        Ok(Self {
            regular: Face::read(include_bytes!("../fonts/inter-regular.otf"))?,
            strong: Face::read(include_bytes!("../fonts/inter-semibold.otf"))?,
        })
    }
}

impl Face {
    fn read(bytes: &'static [u8]) -> Result<Self, PrintError> {
        let font = Font::new(bytes.to_vec().into(), 0).ok_or(PrintError::Page)?;
        let shaper = rustybuzz::Face::from_slice(bytes, 0).ok_or(PrintError::Page)?;
        Ok(Self { font, shaper })
    }

    /// The length of a line in millimetres at a size in points; refuses what the face has no form for.
    pub(crate) fn length(&self, text: &str, size: f32) -> Result<f32, PrintError> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        let shaped = rustybuzz::shape(&self.shaper, &[], buffer);
        if let Some(missing) = shaped.glyph_infos().iter().find(|glyph| glyph.glyph_id == 0) {
            let place = usize::try_from(missing.cluster).unwrap_or(0);
            return Err(PrintError::Letter(text.get(place..).and_then(|rest| rest.chars().next()).unwrap_or('?')));
        }
        let units: i32 = shaped.glyph_positions().iter().map(|glyph| glyph.x_advance).sum();
        #[expect(clippy::cast_precision_loss, reason = "a line of text is some thousands of units long")]
        let ems = units as f32 / self.shaper.units_per_em() as f32;
        Ok(ems * size / POINTS)
    }

    /// The lines of a text that is broken between words, and within words that are too long.
    pub(crate) fn lines(&self, text: &str, size: f32, width: f32) -> Result<Vec<String>, PrintError> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if self.length(&longer, size)? <= width {
                    line = longer;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line = self.broken(word, size, width, &mut lines)?;
            }
            lines.push(line);
        }
        Ok(lines)
    }

    /// Pushes full lines of a long word and gives back its rest.
    fn broken(&self, word: &str, size: f32, width: f32, lines: &mut Vec<String>) -> Result<String, PrintError> {
        let mut line = String::new();
        for letter in word.chars() {
            line.push(letter);
            // A mark stays with its letter.
            let is_mark = ('\u{300}'..='\u{36f}').contains(&letter);
            if !is_mark && line.chars().count() > 1 && self.length(&line, size)? > width {
                line.pop();
                lines.push(std::mem::replace(&mut line, letter.to_string()));
            }
        }
        Ok(line)
    }

    /// The text cut to one line, with an ellipsis where something is missing.
    pub(crate) fn cut(&self, text: &str, size: f32, width: f32) -> Result<String, PrintError> {
        if self.length(text, size)? <= width {
            return Ok(text.to_owned());
        }
        let mut kept = text.to_owned();
        while kept.pop().is_some() {
            let cut = format!("{}…", kept.trim_end());
            if self.length(&cut, size)? <= width {
                return Ok(cut);
            }
        }
        Ok(String::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_letter_of_the_provinces_names_has_a_form() {
        let faces = Faces::load().unwrap();
        let names = "Rơ\u{306} Mah H’Bưm · Ksor Ƀiăt, ƀơ\u{306} · Siu Hŏ · Nguyễn Thị Ễ · Đinh Ưng · Č č Ĕ ĕ Ĭ ĭ Ŏ ŏ Ŭ ŭ ʼ “Kŭ” – 24,5 °C";
        let vietnamese = "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ";
        for face in [&faces.regular, &faces.strong] {
            for text in [names, vietnamese, &vietnamese.to_lowercase()] {
                assert!(face.length(text, 10.0).unwrap() > 10.0);
            }
            assert_eq!(face.length("Nay ສົມສັກ", 10.0), Err(PrintError::Letter('ສ')));
        }
    }

    #[test]
    fn a_line_is_as_long_as_its_letters() {
        let faces = Faces::load().unwrap();
        let (once, twice) = (faces.regular.length("mm", 10.0).unwrap(), faces.regular.length("mmmm", 10.0).unwrap());
        assert!((twice - 2.0 * once).abs() < 0.01);
        assert!((faces.regular.length("mm", 20.0).unwrap() - twice).abs() < 0.01);
        assert_eq!(faces.regular.length("", 10.0), Ok(0.0));
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_no_word_is_lost(text in "[a-zàảãáạăâđễệừữỷ’ ]{0,60}", width in 10.0f32..60.0) {
            let face = Faces::load().unwrap().regular;
            let lines = face.lines(&text, 9.0, width).unwrap();
            for line in &lines {
                prop_assert!(face.length(line, 9.0).unwrap() <= width);
            }
            let letters = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.join("")), letters(&text));
            prop_assert!(face.length(&face.cut(&text, 9.0, width).unwrap(), 9.0).unwrap() <= width);
        }
    }
}
