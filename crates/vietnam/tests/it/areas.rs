//! The embedded areas: complete, findable, and honest about what the reform made of them.

use std::collections::{BTreeMap, HashSet};

use vietnam::areas::{self, Extent, Match, Succession, UnknownArea};
use vietnam::{AreaKey, AreaKind, Era, Level};

fn key(text: &str) -> AreaKey {
    AreaKey::parse(text).unwrap()
}

fn codes(hits: &[areas::Hit]) -> Vec<String> {
    hits.iter().map(|hit| hit.area.code()).collect()
}

#[test]
fn both_states_are_complete() {
    let count = |era: Era| {
        let provinces = areas::provinces(era);
        let communes: usize = provinces.iter().map(|province| areas::communes(province.key).len()).sum();
        let districts: usize = provinces
            .iter()
            .map(|province| areas::children(province.key).iter().filter(|area| area.level() == Level::District).count())
            .sum();
        (provinces.len(), districts, communes)
    };
    assert_eq!(count(Era::Y2021), (63, 705, 10_599));
    assert_eq!(count(Era::Y2025), (34, 0, 3_321));
}

#[test]
fn gia_lai_has_its_districts_and_communes() {
    let province = key("2021.64");
    let by_district: Vec<(String, usize)> =
        areas::children(province).iter().map(|district| (district.code(), areas::children(district.key).len())).collect();
    let expected = [
        ("622", 22),
        ("623", 11),
        ("624", 8),
        ("625", 14),
        ("626", 17),
        ("627", 14),
        ("628", 13),
        ("629", 12),
        ("630", 14),
        ("631", 10),
        ("632", 20),
        ("633", 15),
        ("634", 8),
        ("635", 9),
        ("637", 14),
        ("638", 10),
        ("639", 9),
    ];
    assert_eq!(by_district, expected.map(|(code, communes)| (code.to_owned(), communes)));
    let kinds = |within: &str| {
        areas::communes(key(within)).iter().fold(BTreeMap::new(), |mut kinds: BTreeMap<AreaKind, usize>, area| {
            *kinds.entry(area.kind).or_default() += 1;
            kinds
        })
    };
    assert_eq!(kinds("2021.64"), BTreeMap::from([(AreaKind::Ward, 24), (AreaKind::Township, 14), (AreaKind::Commune, 182)]));
    assert_eq!(kinds("2025.52"), BTreeMap::from([(AreaKind::Ward, 25), (AreaKind::Commune, 110)]));
}

#[test]
fn a_code_means_another_place_after_the_reform() {
    let name = |era, code| areas::find(era, code).unwrap().full_name();
    assert_eq!((name(Era::Y2021, "23563"), name(Era::Y2025, "23563")), ("Phường Ia Kring".to_owned(), "Phường Diên Hồng".to_owned()));
    assert_eq!(areas::find(Era::Y2021, "23563").unwrap().key, key("2021.64.622.23563"));
    assert_eq!(areas::find(Era::Y2025, "23563").unwrap().key, key("2025.52.23563"));
    for (era, code) in
        [(Era::Y2021, "99999"), (Era::Y2021, "636"), (Era::Y2025, "622"), (Era::Y2021, ""), (Era::Y2021, "+3563"), (Era::Y2021, "٢٣٥٦٣")]
    {
        assert_eq!(areas::find(era, code), None, "{code}");
    }
    assert_eq!(areas::get(key("2021.64.623.23563")), None);
}

#[test]
fn names_are_shown_with_the_area_above() {
    let shown = |text| areas::get(key(text)).unwrap().display_name();
    assert_eq!(shown("2021.64.622.23596"), "Xã Trà Đa, Thành phố Pleiku");
    assert_eq!(shown("2021.64.622"), "Thành phố Pleiku, Tỉnh Gia Lai");
    assert_eq!(shown("2025.52.23575"), "Phường Pleiku, Tỉnh Gia Lai");
    assert_eq!(shown("2025.52"), "Tỉnh Gia Lai");
}

#[test]
fn the_contracts_pair_resolves() {
    let resolve = |code, from| areas::resolve(code, from, Era::Y2021).map(|area| area.key.to_string());
    assert_eq!(resolve("23563", ""), Ok("2021.64.622.23563".to_owned()));
    assert_eq!(resolve("23563", "2025-07-01"), Ok("2025.52.23563".to_owned()));
    assert_eq!(resolve("23563", "2024-01-01"), Err(UnknownArea::ValidFrom));
    assert_eq!(resolve("622", "2025-07-01"), Err(UnknownArea::Code("2025")));
    assert_eq!(Era::on("2025-06-30".parse().unwrap()), Era::Y2021);
    assert_eq!(Era::on("2025-07-01".parse().unwrap()), Era::Y2025);
}

#[test]
fn the_full_spelling_ranks_first_and_nothing_is_chosen() {
    let within = Some(key("2021.64.632"));
    assert_eq!(codes(&areas::search(Era::Y2021, within, "Ia Băng")), ["23905", "23924"]);
    assert_eq!(codes(&areas::search(Era::Y2021, within, "ia bang")), ["23924", "23905"]);
    assert_eq!(codes(&areas::search(Era::Y2021, within, "Xã Ia Băng")), ["23905", "23924"]);
    let hits = areas::search(Era::Y2021, Some(key("2021.64")), "Ia Băng");
    assert_eq!(codes(&hits[..2]), ["23719", "23905"]);
    assert_eq!(hits[..2].iter().map(|hit| hit.matched).collect::<Vec<_>>(), [Match::Exact, Match::Exact]);
    assert_eq!(hits[2].matched, Match::Folded);
    assert_eq!(codes(&areas::search(Era::Y2021, Some(key("2021.64")), "ia bang, chu prong")), ["23924", "23905"]);
    for name in ["Tây Sơn", "An Phú", "Ia Băng", "Ia Sao", "Ia O"] {
        let exact = areas::search(Era::Y2021, Some(key("2021.64")), name).iter().filter(|hit| hit.matched == Match::Exact).count();
        assert_eq!(exact, 2, "{name}");
    }
}

#[test]
fn spellings_and_abbreviations_find_the_place() {
    for (query, first) in [
        ("Yaly", "23734"),
        ("TT. Ia Ly", "23734"),
        ("thi tran ia ly", "23734"),
        ("Đak Đoa", "626"),
        ("đắc đoa", "626"),
        ("tp pleiku", "622"),
        ("Plei Ku", "622"),
        ("tra da", "23596"),
        ("Tr\u{61}\u{300} Đa", "23596"),
        ("Song An, An Khê", "23632"),
    ] {
        assert_eq!(codes(&areas::search(Era::Y2021, Some(key("2021.64")), query)).first().map(String::as_str), Some(first), "{query}");
    }
    assert!(areas::search(Era::Y2021, None, "  ").is_empty());
    assert!(areas::search(Era::Y2021, None, ",").is_empty());
    assert_eq!(areas::search(Era::Y2021, None, "a").len(), 50);
}

#[test]
fn the_reform_is_followed_where_it_is_known() {
    let Succession::Into(into) = areas::successors("23632") else { panic!("Song An has a successor") };
    assert_eq!(into.iter().map(|(area, extent)| (area.code(), *extent)).collect::<Vec<_>>(), [("23629".to_owned(), Extent::Whole)]);
    assert!(areas::predecessors("23629").iter().any(|(area, _)| area.code() == "23632"));
    let Succession::Into(divided) = areas::successors("00007") else { panic!("a divided commune has successors") };
    assert!(divided.len() > 1 && divided.iter().filter(|(_, extent)| *extent == Extent::LargestPart).count() == 1);
    let unknown: Vec<String> = areas::communes(key("2021.64"))
        .iter()
        .filter(|area| areas::successors(&area.code()) == Succession::Unknown)
        .map(|area| area.name.to_owned())
        .collect();
    assert_eq!(unknown, ["Tân Sơn", "Kông Pla"]);
}

#[test]
fn every_area_is_found_again_and_lies_in_its_ancestors() {
    for era in Era::ALL {
        let mut seen = HashSet::new();
        for province in areas::provinces(era) {
            for area in areas::communes(province.key) {
                assert_eq!(areas::get(area.key), Some(area));
                assert_eq!(AreaKey::parse(&area.key.to_string()), Ok(area.key));
                assert!(area.key.ancestors().iter().all(|above| areas::get(*above).is_some() && above.covers(area.key)));
                assert!(!area.name.is_empty() && area.name.trim() == area.name && !area.name.contains("  "), "{}", area.name);
                assert!(seen.insert(area.key));
            }
        }
    }
}
