//! Texts from scanners and keyboards, whole and mangled.

use proptest::prelude::*;
use vietnam::scan::{Mangling, Payload, read};
use vietnam::{PlateKind, Sex, ShortCode};

fn kind(text: &str) -> &'static str {
    read(text).payload.kind()
}

#[test]
fn the_ministrys_example_reads() {
    let Payload::PersonalQr(person) =
        read("001093029317|NGUYEN LE KHA HAN|1987-01-18|0|162979388586171100|<1<GD4640123456789<0905123456<sig").payload
    else {
        panic!("a personal QR")
    };
    assert_eq!(person.name.as_str(), "NGUYEN LE KHA HAN");
    assert_eq!(person.id.as_ref().map(|id| id.as_str()), Some("001093029317"));
    assert_eq!(person.birth.map(|birth| birth.canonical()).as_deref(), Some("1987-01-18"));
    assert_eq!((person.on_behalf, person.qid.as_str(), person.sex), (false, "162979388586171100", Sex::Male));
    assert_eq!(person.declarant_qid, None);
    assert_eq!(person.phone.as_ref().map(|phone| phone.e164()), Some("+84905123456"));
    assert_eq!(person.health_card.as_deref(), Some("GD4640123456789"));
}

#[test]
fn a_masked_personal_qr_keeps_what_shows() {
    let Payload::PersonalQr(person) = read("******029317|NGUYEN LE KHA HAN|1987-**-**|1|162979388586171100|987<2<<<").payload else {
        panic!("a personal QR")
    };
    assert_eq!(person.id.as_ref().map(|id| (id.is_masked(), id.key())), Some((true, None)));
    assert_eq!(person.birth.map(|birth| birth.canonical()).as_deref(), Some("1987"));
    assert_eq!((person.on_behalf, person.declarant_qid.as_deref(), person.sex), (true, Some("987"), Sex::Female));
}

#[test]
fn a_chip_card_reads_with_and_without_extra_fields() {
    for text in [
        "064193029317|230123456|Rơ Châm H'Lan|18011993|Nữ|Làng Bruk, Ia Kring, Pleiku, Gia Lai|25042021",
        "064193029317|230123456|Rơ Châm H'Lan|18011993|Nữ|Làng Bruk, Ia Kring, Pleiku, Gia Lai|25042021||Cha|Mẹ|",
    ] {
        let scanned = read(text);
        assert_eq!(scanned.mangled_by, None);
        let Payload::CitizenCard(card) = scanned.payload else { panic!("a chip card") };
        assert_eq!((card.name.as_str(), card.id.as_str(), card.sex), ("Rơ Châm H’Lan", "064193029317", Sex::Female));
        assert_eq!(card.former_id.as_ref().map(|id| id.as_str()), Some("230123456"));
        assert_eq!(card.birth.map(|birth| birth.canonical()).as_deref(), Some("1993-01-18"));
        assert_eq!(card.issued_on, "2021-04-25".parse().ok());
    }
    assert_eq!(kind("064193029317||Siu Hŏ|1993|Nam|Pleiku|25042021"), "CITIZEN_CARD");
}

#[test]
fn a_health_card_carries_its_name_as_hex() {
    let name: String = "Siu Hŏ".bytes().map(|byte| format!("{byte:02x}")).collect();
    let Payload::HealthCard(card) =
        read(&format!("GD4640123456789|{name}|01/02/1990|1|506c65696b75|64 - 001|01/01/2021|-|01/01/2022")).payload
    else {
        panic!("a health card")
    };
    assert_eq!(
        (card.name.as_str(), card.number.as_str(), card.sex, card.address.as_deref()),
        ("Siu Hŏ", "GD4640123456789", Sex::Male, Some("Pleiku"))
    );
}

#[test]
fn prefixes_codes_and_plates_are_told_apart() {
    let code = ShortCode::from_number(8_192_000_123).unwrap();
    for (text, kind_of) in [
        ("GL1:6BFOXN%TSMAHN-H", "OWN_PASS"),
        ("GL1:6BFOXN%TSMAHN-H\r\n", "OWN_PASS"),
        ("GL1:6BFOXN%TSMAHN-Hế", "UNKNOWN"),
        ("GL1:", "UNKNOWN"),
        ("GL1:abc", "UNKNOWN"),
        ("HC1:6BFOXN%TSMAHN-H", "EU_DCC"),
        ("7M4G-03VS", "SHORT_CODE"),
        ("7m4g o3vs", "SHORT_CODE"),
        ("7m4go3vs", "SHORT_CODE"),
        ("7M4G-03VT", "UNKNOWN"),
        ("81C-123.45", "PLATE"),
        ("81c12345", "PLATE"),
        ("81MĐ1-234.56", "PLATE"),
        ("Ia Băng", "UNKNOWN"),
        ("", "UNKNOWN"),
        ("a|b|c", "UNKNOWN"),
        ("||||||", "UNKNOWN"),
    ] {
        assert_eq!(kind(text), kind_of, "{text}");
    }
    assert_eq!(read("7M4G-03VS").payload, Payload::ShortCode(code));
}

#[test]
fn a_text_that_is_code_and_plate_is_both() {
    let both = (0..100_000u32).map(|number| format!("81C{number:05}")).find(|text| ShortCode::parse(text).is_ok()).unwrap();
    let Payload::CodeOrPlate(code, plate) = read(&both).payload else { panic!("both") };
    assert_eq!((code.compact(), plate.compact(), plate.kind()), (both.clone(), both.as_str(), PlateKind::CivilCar));
    let written = plate.display();
    assert_eq!(kind(written), "PLATE", "the separators of a plate are not those of a code");
}

#[test]
fn caps_lock_is_undone() {
    for (text, kind) in [
        ("gl1:6bfoxn%tsmahn-h", "OWN_PASS"),
        ("hc1:6bfoxn%tsmahn-h", "EU_DCC"),
        ("001093029317|nguyen le kha han|1987-01-18|0|162979388586171100|<1<", "PERSONAL_QR"),
        ("064193029317|230123456|rƠ cHÂM h'lAN|18011993|nỮ|pLEIKU|25042021", "CITIZEN_CARD"),
    ] {
        let scanned = read(text);
        assert_eq!((scanned.payload.kind(), scanned.mangled_by.map(Mangling::code)), (kind, Some("CAPS_LOCK")), "{text}");
    }
    let Payload::CitizenCard(card) = read("064193029317|230123456|rƠ cHÂM h'lAN|18011993|nỮ|pLEIKU|25042021").payload else {
        panic!("a chip card")
    };
    assert_eq!((card.name.as_str(), card.residence.as_str(), card.sex), ("Rơ Châm H’Lan", "Pleiku", Sex::Female));
}

#[test]
fn typing_modes_are_undone_when_that_is_unique() {
    for (mangled, original, mangling) in [
        ("GL1:6BFOXN%TÁMA7ĐK", "GL1:6BFOXN%TASMA7DDK", None),
        ("GL1:0Ă71A10", "GL1:0AW71A10", Some(Mangling::Telex)),
        ("GL1:0Ă71AA0", "GL1:0A871AA0", Some(Mangling::Vni)),
        (
            "001093029317|KSỎ BIAT|1987-01-18|0|162979388586171100|<1<",
            "001093029317|KSOR BIAT|1987-01-18|0|162979388586171100|<1<",
            Some(Mangling::Telex),
        ),
    ] {
        let scanned = read(mangled);
        match mangling {
            Some(mangling) => assert_eq!((scanned.payload, scanned.mangled_by), (read(original).payload, Some(mangling)), "{mangled}"),
            None => assert!(scanned.mangled_by.is_some(), "{mangled}"),
        }
    }
}

#[test]
fn unclear_originals_say_what_to_switch_off() {
    for (text, code) in [("GL1:ÁNH6BẾN8ĐAN7ỌNG5", "TELEX_ON"), ("GL1:ÁNH6BẾN8ĐAN7ỌNGAA", "VNI_ON"), ("1Ế", "TELEX_ON")] {
        let scanned = read(text);
        assert_eq!((scanned.payload, scanned.mangled_by.map(Mangling::code)), (Payload::Unknown(text.to_owned()), Some(code)), "{text}");
    }
    assert_eq!(read("Đak Đoa").mangled_by, None, "a place's name is no mangled scan");
}

#[test]
fn what_was_scanned_does_not_show_in_debug() {
    let shown = format!("{:?}", read("001093029317|NGUYEN LE KHA HAN|1987-01-18|0|162979388586171100|<1<"));
    assert!(shown.contains("PERSONAL_QR") && !shown.contains("NGUYEN") && !shown.contains("0010"), "{shown}");
}

/// What Telex makes of adjacent keys; enough to mangle most codes.
fn telex(text: &str) -> String {
    let pairs = [
        ("DD", "Đ"),
        ("AA", "Â"),
        ("EE", "Ê"),
        ("AW", "Ă"),
        ("AS", "Á"),
        ("AF", "À"),
        ("AR", "Ả"),
        ("AX", "Ã"),
        ("AJ", "Ạ"),
        ("ES", "É"),
        ("EF", "È"),
        ("ER", "Ẻ"),
        ("EX", "Ẽ"),
        ("EJ", "Ẹ"),
        ("W", "Ư"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (keys, letter)| text.replace(keys, letter))
}

fn vni(text: &str) -> String {
    let pairs = [
        ("D9", "Đ"),
        ("A6", "Â"),
        ("E6", "Ê"),
        ("A8", "Ă"),
        ("A1", "Á"),
        ("A2", "À"),
        ("A3", "Ả"),
        ("A4", "Ã"),
        ("A5", "Ạ"),
        ("E1", "É"),
        ("E2", "È"),
        ("E5", "Ẹ"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (keys, letter)| text.replace(keys, letter))
}

proptest! {
    #[test]
    fn a_mangled_code_is_repaired_or_refused_and_never_another(number in 0..ShortCode::LIMIT, by_telex in any::<bool>()) {
        let code = ShortCode::from_number(number).unwrap();
        let mangled = if by_telex { telex(&code.to_string()) } else { vni(&code.to_string()) };
        let scanned = read(&mangled);
        match scanned.payload {
            Payload::ShortCode(found) | Payload::CodeOrPlate(found, _) => prop_assert_eq!(found, code),
            Payload::Unknown(_) => prop_assert!(scanned.mangled_by.is_some()),
            Payload::Plate(_) => prop_assert!(!mangled.is_ascii()),
            other => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,80}|(GL1:|gl1:|HC1:)?[0-9A-ZÀ-ỹ|* .:-]{0,60}") {
        let _ = read(&text);
    }
}
