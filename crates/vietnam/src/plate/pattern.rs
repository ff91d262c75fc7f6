//! The forms of Vietnamese plates, from the rarest to the commonest, so that a form with a fixed series wins over a general one.

use super::{PlateColor, PlateKind, compact, is_plate_letter};

pub(super) struct Found {
    pub kind: PlateKind,
    pub compact: String,
    pub display: String,
}

/// Series of cars (circular 24/2023) and their subset on blue plates.
const CAR_SERIES: &str = "ABCDEFGHKLMNPSTUVXYZ";
const STATE_SERIES: &str = "ABCDEFGHKLM";
const OLD_SERIES: &str = "IJOQ";
const DIPLOMATIC_SERIES: [&str; 4] = ["NG", "QT", "NN", "CV"];
/// With Đ where it belongs; it is often left out, and `TD` is then the same series.
const SPECIAL_SERIES: [&str; 12] = ["LD", "DA", "KT", "RM", "R", "TĐ", "HC", "HĐ", "MK", "CT", "LB", "CD"];

pub(super) fn recognise(written: &str, color: PlateColor) -> Option<Found> {
    let compact = compact(written);
    let parts = Parts::of(&compact);
    army(&parts)
        .or_else(|| temporary(&parts))
        .or_else(|| parts.province.and_then(|province| with_province(&parts, province, written, color)))
}

/// The compact text cut where letters and digits meet: `81` `B` `12345`.
struct Parts<'a> {
    whole: &'a str,
    province: Option<&'a str>,
    letters: &'a str,
    digits: &'a str,
}

impl<'a> Parts<'a> {
    fn of(whole: &'a str) -> Self {
        let first = whole.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(whole.len());
        let (front, rest) = whole.split_at(first);
        let second = rest.find(|letter: char| letter.is_ascii_digit()).unwrap_or(rest.len());
        let (letters, digits) = rest.split_at(second);
        Self { whole, province: (front.len() >= 2).then_some(front), letters, digits }
    }

    fn found(&self, kind: PlateKind, display: String) -> Option<Found> {
        Some(Found { kind, compact: self.whole.to_owned(), display })
    }
}

/// `TM-12-34`: region and arm, an optional B, four digits.
fn army(parts: &Parts) -> Option<Found> {
    let mut letters = parts.letters.chars();
    let (region, arm, more) = (letters.next()?, letters.next()?, letters.as_str());
    let fits = parts.whole.starts_with(parts.letters)
        && "ABCDHKPQTV".contains(region)
        && ('A'..='X').contains(&arm)
        && matches!(more, "" | "B")
        && digits(parts.digits, 4, 4);
    fits.then(|| format!("{}-{}-{}", parts.letters, &parts.digits[..2], &parts.digits[2..]))
        .and_then(|display| parts.found(PlateKind::Army, display))
}

/// `T81-123.45`: T, province, five or six digits.
fn temporary(parts: &Parts) -> Option<Found> {
    if !parts.whole.starts_with('T') || parts.letters != "T" || !digits(parts.digits, 7, 8) {
        return None;
    }
    let (province, number) = parts.digits.split_at(2);
    parts.found(PlateKind::Temporary, format!("T{province}-{}", dotted(number)))
}

fn with_province(parts: &Parts, province: &str, written: &str, color: PlateColor) -> Option<Found> {
    if province.len() == 5 {
        return diplomatic(parts, province);
    }
    if province.len() != 2 {
        return None;
    }
    embassy(parts, province)
        .or_else(|| special(parts, province))
        .or_else(|| two_letters(parts, province))
        .or_else(|| one_letter(parts, province, written, color))
}

/// `80-291-NG-01`
fn diplomatic(parts: &Parts, front: &str) -> Option<Found> {
    let fits = DIPLOMATIC_SERIES.contains(&parts.letters) && digits(parts.digits, 2, 5);
    let display = || format!("{}-{}-{}-{}", &front[..2], &front[2..], parts.letters, parts.digits);
    if fits { parts.found(PlateKind::Diplomatic, display()) } else { None }
}

/// `80NG-636-70`, the other writing: the country's number stands behind the series.
fn embassy(parts: &Parts, province: &str) -> Option<Found> {
    let fits = DIPLOMATIC_SERIES.contains(&parts.letters) && digits(parts.digits, 5, 5);
    let display = || format!("{province}{}-{}-{}", parts.letters, &parts.digits[..3], &parts.digits[3..]);
    if fits { parts.found(PlateKind::Diplomatic, display()) } else { None }
}

fn special(parts: &Parts, province: &str) -> Option<Found> {
    if parts.letters.replace('Đ', "D") == "MD" {
        return electric(parts, province);
    }
    let same = |series: &&&str| **series == parts.letters || series.replace('Đ', "D") == parts.letters;
    let series = SPECIAL_SERIES.iter().find(same)?;
    if !digits(parts.digits, 4, 5) {
        return None;
    }
    let compact = format!("{province}{series}{}", parts.digits);
    Some(Found { kind: PlateKind::Special, compact, display: format!("{province}{series}-{}", dotted(parts.digits)) })
}

/// `81-MĐ1 123.45`, and without the digit of the series.
fn electric(parts: &Parts, province: &str) -> Option<Found> {
    let compact = format!("{province}MĐ{}", parts.digits);
    let display = match parts.digits.len() {
        4 | 5 => format!("{province}-MĐ {}", dotted(parts.digits)),
        6 => format!("{province}-MĐ{} {}", &parts.digits[..1], dotted(&parts.digits[1..])),
        _ => return None,
    };
    Some(Found { kind: PlateKind::Moped, compact, display })
}

fn two_letters(parts: &Parts, province: &str) -> Option<Found> {
    let fits = parts.letters.len() == 2 && parts.letters.chars().all(|letter| CAR_SERIES.contains(letter));
    let kind = match parts.digits.len() {
        _ if !fits => return None,
        4 => PlateKind::Moped,
        5 => PlateKind::MotorbikeTwoLetter,
        _ => return None,
    };
    digits(parts.digits, 4, 5)
        .then(|| format!("{province}-{} {}", parts.letters, dotted(parts.digits)))
        .and_then(|display| parts.found(kind, display))
}

/// Cars `81C-123.45` and motorbikes `81-B1 123.45`. Five digits after the letter can be either (`81B12345`): the separators decide, and without any
/// it is a car, because posts see more of them.
fn one_letter(parts: &Parts, province: &str, written: &str, color: PlateColor) -> Option<Found> {
    let letter = parts.letters.chars().next().filter(|letter| letter.is_ascii_uppercase() && parts.letters.len() == 1)?;
    let series_digit = parts.digits.bytes().next()?;
    let bike = match parts.digits.len() {
        6 => true,
        5 => series_digit != b'0' && written_as_bike(written),
        _ => false,
    };
    if bike && series_digit != b'0' && digits(parts.digits, 5, 6) {
        let kind = if letter == 'A' { PlateKind::MotorbikeLarge } else { PlateKind::MotorbikeSmall };
        let (series, number) = parts.digits.split_at(1);
        return parts.found(kind, format!("{province}-{letter}{series} {}", dotted(number)));
    }
    let kind = match letter {
        letter if CAR_SERIES.contains(letter) && digits(parts.digits, 4, 5) => {
            if color == PlateColor::Blue && STATE_SERIES.contains(letter) { PlateKind::State } else { PlateKind::CivilCar }
        }
        letter if OLD_SERIES.contains(letter) && digits(parts.digits, 4, 4) => PlateKind::OldCivil,
        _ => return None,
    };
    parts.found(kind, format!("{province}{letter}-{}", dotted(parts.digits)))
}

/// Whether a separator follows the digit after the series letter and none the letter itself: `81-B1 2345`, not `81B-123.45`.
fn written_as_bike(written: &str) -> bool {
    let mut letters = written.chars().skip_while(|letter| !letter.is_ascii_uppercase()).skip(1);
    let (digit, after) = (letters.next(), letters.next());
    digit.is_some_and(|digit| digit.is_ascii_digit()) && after.is_some_and(|after| !is_plate_letter(after))
}

fn digits(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `123.45`, `1234`, `123.456`
fn dotted(number: &str) -> String {
    if number.len() >= 5 { format!("{}.{}", &number[..3], &number[3..]) } else { number.to_owned() }
}
