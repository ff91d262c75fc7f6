//! Every kind of plate, in the writings that officers use, and what tells plates apart.

use proptest::prelude::*;
use vietnam::plate::{InvalidPlate, PLATE_PROVINCES, fold, is_near};
use vietnam::{Plate, PlateColor, PlateKind};

fn plate(text: &str) -> Plate {
    Plate::parse(text, "VN", PlateColor::Unspecified).unwrap()
}

#[test]
fn every_kind_is_recognised_and_shown_in_its_form() {
    use PlateKind::*;
    for (text, kind, compact, display) in [
        ("81C-123.45", CivilCar, "81C12345", "81C-123.45"),
        ("81c 12345", CivilCar, "81C12345", "81C-123.45"),
        ("81B12345", CivilCar, "81B12345", "81B-123.45"),
        ("81B-123.45", CivilCar, "81B12345", "81B-123.45"),
        ("81-B12345", CivilCar, "81B12345", "81B-123.45"),
        ("70B-024.63", CivilCar, "70B02463", "70B-024.63"),
        ("81K-1234", CivilCar, "81K1234", "81K-1234"),
        ("29J-1234", OldCivil, "29J1234", "29J-1234"),
        ("29LD-311.13", Special, "29LD31113", "29LD-311.13"),
        ("29-LD-311.13", Special, "29LD31113", "29LD-311.13"),
        ("81DA 1234", Special, "81DA1234", "81DA-1234"),
        ("51R-123.45", Special, "51R12345", "51R-123.45"),
        ("81RM-012.34", Special, "81RM01234", "81RM-012.34"),
        ("29KT-123.45", Special, "29KT12345", "29KT-123.45"),
        ("29TĐ-123.45", Special, "29TĐ12345", "29TĐ-123.45"),
        ("29TD-123.45", Special, "29TĐ12345", "29TĐ-123.45"),
        ("81CD-001.23", Special, "81CD00123", "81CD-001.23"),
        ("81-B1 123.45", MotorbikeSmall, "81B112345", "81-B1 123.45"),
        ("81b1-12345", MotorbikeSmall, "81B112345", "81-B1 123.45"),
        ("81-B1 2345", MotorbikeSmall, "81B12345", "81-B1 2345"),
        ("81B1 2345", MotorbikeSmall, "81B12345", "81-B1 2345"),
        ("81-A1 123.45", MotorbikeLarge, "81A112345", "81-A1 123.45"),
        ("81-AB 123.45", MotorbikeTwoLetter, "81AB12345", "81-AB 123.45"),
        ("81-AB 1234", Moped, "81AB1234", "81-AB 1234"),
        ("29-MĐ1 234.56", Moped, "29MĐ123456", "29-MĐ1 234.56"),
        ("29MD1-234.56", Moped, "29MĐ123456", "29-MĐ1 234.56"),
        ("TM-12-34", Army, "TM1234", "TM-12-34"),
        ("tm 1234", Army, "TM1234", "TM-12-34"),
        ("KB 12 34", Army, "KB1234", "KB-12-34"),
        ("80-291-NG-01", Diplomatic, "80291NG01", "80-291-NG-01"),
        ("80 291 NN 12", Diplomatic, "80291NN12", "80-291-NN-12"),
        ("80NG-636-70", Diplomatic, "80NG63670", "80NG-636-70"),
        ("80-011-NG-01", Diplomatic, "80011NG01", "80-011-NG-01"),
        ("TC3386", Army, "TC3386", "TC-33-86"),
        ("50TĐ-82108", Special, "50TĐ82108", "50TĐ-821.08"),
        ("51R-14139", Special, "51R14139", "51R-141.39"),
        ("29-MĐ1 013.53", Moped, "29MĐ101353", "29-MĐ1 013.53"),
        ("T81-123.45", Temporary, "T8112345", "T81-123.45"),
        ("T81 123456", Temporary, "T81123456", "T81-123.456"),
        ("８１C－12345", CivilCar, "81C12345", "81C-123.45"),
    ] {
        let plate = plate(text);
        assert_eq!((plate.kind(), plate.compact(), plate.display()), (kind, compact, display), "{text}");
        assert!(plate.recognised(), "{text}");
    }
}

#[test]
fn colour_tells_what_text_cannot() {
    let blue = |text| Plate::parse(text, "", PlateColor::Blue).unwrap();
    assert_eq!(blue("80A-012.34").kind(), PlateKind::State);
    assert_eq!(blue("81C-1234").kind(), PlateKind::State);
    // N is no series of blue plates: the colour was misread.
    assert_eq!(blue("81N-123.45").kind(), PlateKind::CivilCar);
    assert_eq!(blue("80A-012.34").key(), plate("80A-012.34").key());
}

#[test]
fn nothing_that_can_be_read_aloud_is_refused() {
    for (text, country, kind) in [
        ("ກຂ 1234", "LAO", PlateKind::Foreign),
        ("ភ្នំពេញ 2A-1234", "KH", PlateKind::Foreign),
        ("81C-12345", "LA", PlateKind::Foreign),
        ("ກຂ 1234", "VN", PlateKind::Unrecognised),
        ("???", "VN", PlateKind::Unrecognised),
        ("81C", "VN", PlateKind::Unrecognised),
        ("81W-123.45", "VN", PlateKind::Unrecognised),
        ("mờ, …45", "VN", PlateKind::Unrecognised),
    ] {
        let plate = Plate::parse(text, country, PlateColor::Unspecified).unwrap();
        assert_eq!((plate.kind(), plate.recognised()), (kind, false), "{text}");
        assert!(!plate.compact().is_empty() && !plate.display().is_empty());
    }
    let unused_code = plate("13C-123.45");
    assert_eq!((unused_code.kind(), unused_code.recognised(), unused_code.display()), (PlateKind::CivilCar, false, "13C-123.45"));
}

#[test]
fn refusals_have_their_own_reasons() {
    let parse = |text: &str, country| Plate::parse(text, country, PlateColor::White).unwrap_err();
    assert_eq!(parse("", "VN"), InvalidPlate::Empty);
    assert_eq!(parse("  ", "VN"), InvalidPlate::Empty);
    assert_eq!(parse(&"8".repeat(200), "VN"), InvalidPlate::TooLong);
    assert_eq!(parse("81C-123.45", "Lào"), InvalidPlate::Country);
}

#[test]
fn keys_tell_kinds_and_countries_apart() {
    assert_eq!(plate("81B-123.45").compact(), plate("81-B1 2345").compact());
    assert_ne!(plate("81B-123.45").key(), plate("81-B1 2345").key());
    let lao = |text| Plate::parse(text, "LA", PlateColor::Other).unwrap().key();
    let khmer = |text| Plate::parse(text, "KHM", PlateColor::Other).unwrap().key();
    assert_ne!(lao("1234"), khmer("1234"));
    assert_ne!(lao("ກຂ 1234"), lao("ກຄ 1234"));
    assert_ne!(khmer("ភ្នំ 1234"), khmer("ភន 1234"));
    assert_eq!(lao("ກຂ 1234"), lao("ກຂ-1234"));
    assert_eq!(plate("29TD-123.45").key(), plate("29TĐ-123.45").key());
    assert_eq!(plate("81C-123.45").key(), "VN:CAR:81C12345");
}

#[test]
fn the_province_is_that_of_the_plates_codes() {
    assert_eq!(plate("81C-123.45").province(), Some("Gia Lai"));
    assert_eq!(plate("64C-123.45").province(), Some("Vĩnh Long"));
    assert_eq!(plate("T81-123.45").province(), Some("Gia Lai"));
    assert_eq!(plate("TM-12-34").province(), None);
    assert!(PLATE_PROVINCES.is_sorted_by_key(|(code, _)| *code));
}

#[test]
fn near_matches_are_those_of_tired_eyes_and_fingers() {
    for (one, two) in [
        ("81C-123.45", "81C-0123.45"),
        ("81C-123.45", "81C-132.45"),
        ("81C-123.45", "81C-123.54"),
        ("81C-123.45", "8IC-I23.45"),
        ("81B-100.08", "818-1OO.OB"),
        ("81C-123.45", "81C-723.48"),
        ("81C-123.45", "81-C1 2345"),
        ("81C-123.45", "1C-123.45"),
    ] {
        assert!(plate(one).is_near(&plate(two)), "{one} {two}");
        assert!(is_near(two, one));
    }
    for (one, two) in [("81C-123.45", "77H-987.65"), ("81C-123.45", "81C-987.45"), ("1234", "5678"), ("123", "1")] {
        assert!(!plate(one).is_near(&plate(two)), "{one} {two}");
    }
    let lao = Plate::parse("81C-123.45", "LA", PlateColor::Other).unwrap();
    assert!(!lao.is_near(&plate("81C-123.45")));
    assert_eq!(fold("81B-100.08"), fold("8IB 1OO.OB"));
}

fn any_plate() -> impl Strategy<Value = String> {
    "[0-9]{2}[A-Z][0-9]{4,6}|[0-9]{2}[A-Z]{2}[0-9]{4,5}|[A-Z]{2}-[0-9]{2}-[0-9]{2}|T[0-9]{7,8}|[0-9]{5}(NG|QT|NN|CV)[0-9]{2,5}\
     |[0-9]{2}-[A-Z][1-9] [0-9]{4,5}|[0-9]{2}(TD|TĐ|HD|MD|MĐ|LD|RM|R|CD)-?[0-9]{4,6}|[A-Z0-9 .Đ-]{1,12}|\\PC{1,20}"
}

proptest! {
    #[test]
    fn the_shown_form_reads_back_as_the_same_plate(text in any_plate()) {
        if let Ok(first) = Plate::parse(&text, "VN", PlateColor::Unspecified)
            && let Ok(again) = Plate::parse(first.display(), "VN", PlateColor::Unspecified)
        {
            prop_assert_eq!(again.key(), first.key());
            prop_assert_eq!(&again, &first);
        }
    }

    #[test]
    fn recognised_plates_always_show_a_form_that_reads(text in any_plate()) {
        if let Ok(plate) = Plate::parse(&text, "VN", PlateColor::Unspecified)
            && plate.recognised()
        {
            prop_assert!(Plate::parse(plate.display(), "VN", PlateColor::Unspecified).is_ok());
        }
    }

    #[test]
    fn case_and_separators_do_not_enter_the_key(text in "[0-9]{2}[A-Z]{1,2}[0-9]{4}") {
        let written = plate(&text);
        let spaced = plate(&format!("{}-{}", &text[..text.len() - 4], &text[text.len() - 4..]).to_lowercase());
        prop_assert_eq!(spaced.key(), written.key());
    }

    #[test]
    fn nearness_is_symmetric_and_forgives_one_slip(text in "[0-9]{2}[A-HK-Z][0-9]{5}", place in 0usize..8, sign in "[0-9A-Z]") {
        let mut wrong: Vec<char> = text.chars().collect();
        wrong[place] = sign.chars().next().unwrap();
        let wrong: String = wrong.into_iter().collect();
        prop_assert!(is_near(&text, &wrong));
        prop_assert!(is_near(&wrong, &text));
    }

    #[test]
    fn text_up_to_twenty_characters_is_kept(text in "[^\\p{Z}\\p{C}]{1,20}") {
        let kept = Plate::parse(&text, "VN", PlateColor::Unspecified).unwrap();
        prop_assert!(!kept.compact().is_empty() && !kept.display().is_empty() && !kept.key().is_empty());
    }
}
