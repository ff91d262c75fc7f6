//! Numbers of people's papers.

use vietnam::identity::{IdWarning, InvalidIdNumber};
use vietnam::{IdKind, IdNumber, PartialDate, Sex};

fn number(kind: IdKind, text: &str) -> IdNumber {
    IdNumber::parse(kind, text, "").unwrap()
}

#[test]
fn a_citizen_number_tells_province_sex_and_year() {
    for (text, province, sex, year) in [
        ("064093029317", "64", Sex::Male, 1993),
        ("064193029317", "64", Sex::Female, 1993),
        ("001 205 000 001", "01", Sex::Male, 2005),
        ("001399000001", "01", Sex::Female, 2099),
    ] {
        let number = number(IdKind::Cccd, text);
        assert_eq!((number.province_code(), number.sex(), number.birth_year()), (Some(province), Some(sex), Some(year)), "{text}");
    }
}

/// The ministry's own example contradicts itself, which is why these warn.
#[test]
fn contradictions_warn() {
    let citizen = number(IdKind::Cccd, "001093029317");
    let birth = PartialDate::read("1987-01-18").ok();
    assert_eq!(citizen.warnings(birth, Sex::Male), [IdWarning::BirthDiffers]);
    assert_eq!(citizen.warnings(birth, Sex::Female), [IdWarning::BirthDiffers, IdWarning::SexDiffers]);
    assert_eq!(citizen.warnings(PartialDate::read("1993").ok(), Sex::Unknown), []);
    assert_eq!(number(IdKind::Cccd, "003093029317").warnings(None, Sex::Male), [IdWarning::ProvinceUnknown]);
    assert_eq!(number(IdKind::Cccd, "******029317").warnings(birth, Sex::Female), []);
    assert_eq!(IdWarning::BirthDiffers.code(), "ID_BIRTH_DIFFERS");
}

#[test]
fn keys_join_what_is_one_number_and_nothing_else() {
    assert_eq!(number(IdKind::Cmnd, "001093029317").key(), number(IdKind::Cccd, "001.093.029.317").key());
    assert_eq!(number(IdKind::Cmnd, "230-123-456").key().as_deref(), Some("CMND:VN:230123456"));
    assert_eq!(number(IdKind::Cccd, "******029317").key(), None);
    let lao = IdNumber::parse(IdKind::Passport, "p 1234567", "LAO").unwrap();
    assert_eq!(lao.key().as_deref(), Some("PASSPORT:LA:P1234567"));
    assert_ne!(lao.key(), number(IdKind::Passport, "P1234567").key());
    assert!(number(IdKind::Cccd, "******029317").may_equal(&number(IdKind::Cccd, "001093029317")));
    assert!(!number(IdKind::Cccd, "******029318").may_equal(&number(IdKind::Cccd, "001093029317")));
}

#[test]
fn each_paper_says_what_it_wants() {
    for (kind, text, country, error) in [
        (IdKind::Cccd, "00109302931", "", InvalidIdNumber::Cccd),
        (IdKind::Cccd, "00109302931x", "", InvalidIdNumber::Cccd),
        (IdKind::Cccd, "************", "", InvalidIdNumber::Cccd),
        (IdKind::Cmnd, "2301234567", "", InvalidIdNumber::Cmnd),
        (IdKind::Passport, "12345678", "VN", InvalidIdNumber::Passport),
        (IdKind::Passport, "Ế1234567", "VN", InvalidIdNumber::Passport),
        (IdKind::Passport, "ab", "LA", InvalidIdNumber::Passport),
        (IdKind::Passport, "B1234567", "Lào", InvalidIdNumber::Country),
        (IdKind::Other, "", "", InvalidIdNumber::Other),
    ] {
        assert_eq!(IdNumber::parse(kind, text, country).err(), Some(error), "{text}");
    }
}

#[test]
fn the_form_tells_the_paper() {
    for (text, kind) in [
        ("001093029317", IdKind::Cccd),
        ("230123456", IdKind::Cmnd),
        ("C1234567", IdKind::Passport),
        ("P00123456", IdKind::Passport),
        ("12/GT", IdKind::Other),
    ] {
        assert_eq!(IdNumber::detect(text, "VN").unwrap().kind(), kind, "{text}");
    }
}

#[test]
fn numbers_do_not_show_in_debug() {
    assert_eq!(format!("{:?}", number(IdKind::Cccd, "001093029317")), "IdNumber(…)");
}
