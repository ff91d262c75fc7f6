//! Sheets of labels, whole and begun.

use labels::{Label, Layout, LayoutBook, PrintError, TubeCode, print_labels};

use crate::{codes, read_back};

fn layout(key: &str) -> Layout {
    LayoutBook::shipped().unwrap().find(key, "2021-10-18".parse().unwrap()).unwrap().clone()
}

fn label(serial: u32) -> Label {
    let code = TubeCode::of(2021, serial).unwrap();
    Label {
        code: code.compact(), shown: code.to_string(), lines: vec!["Trạm y tế Trà Đa".to_owned(), "18/10/2021 · gộp 5".to_owned()]
    }
}

fn wanted(serials: std::ops::Range<u32>) -> Vec<String> {
    let mut codes: Vec<String> = serials.map(|serial| label(serial).code).collect();
    codes.sort();
    codes
}

#[test]
fn every_code_of_a_full_sheet_is_read_at_office_resolution() {
    for (key, size) in [("a4-5x13", (595.0, 842.0)), ("a4-3x8", (595.0, 842.0)), ("roll-50x30", (142.0, 85.0))] {
        let layout = layout(key);
        let count = u32::try_from(layout.count()).unwrap();
        let labels: Vec<Label> = (0..count).map(label).collect();
        let read = read_back(&print_labels(&layout, &labels, 0).unwrap(), 300);
        let pages = read["pages"].as_array().unwrap();
        assert_eq!(pages.len(), 1, "{key}");
        assert_eq!((pages[0]["size"][0].as_f64().unwrap().round(), pages[0]["size"][1].as_f64().unwrap().round()), size);
        assert_eq!(codes(&pages[0], "Code128"), wanted(0..count), "{key}");
        assert_eq!(codes(&pages[0], "QRCode"), wanted(0..count), "{key}");
        let text = pages[0]["text"].as_str().unwrap();
        for label in &labels {
            assert!(text.contains(&label.shown), "{key}: {} in {text}", label.shown);
        }
        assert!(text.contains("Trạm y tế Trà Đa"), "{text}");
    }
}

#[test]
fn a_sheet_that_was_begun_goes_on_where_it_ended() {
    let layout = layout("a4-3x8");
    let labels: Vec<Label> = (0..27).map(label).collect();
    let read = read_back(&print_labels(&layout, &labels, 22).unwrap(), 300);
    let pages = read["pages"].as_array().unwrap();
    assert_eq!(pages.iter().map(|page| codes(page, "Code128").len()).collect::<Vec<_>>(), [2, 24, 1]);
    assert_eq!(codes(&pages[0], "Code128"), wanted(0..2));
    assert_eq!(codes(&pages[2], "Code128"), wanted(26..27));
    // The 23rd label of the sheet: second column, last row.
    let first =
        pages[0]["codes"].as_array().unwrap().iter().find(|code| code["format"] == "Code128" && code["text"] == label(0).code).unwrap();
    let (left, top) = (first["left"].as_f64().unwrap() / 300.0 * 25.4, first["top"].as_f64().unwrap() / 300.0 * 25.4);
    assert!((73.0..137.0).contains(&left) && (250.0..284.0).contains(&top), "{left} {top}");
}

#[test]
fn long_codes_of_bought_tubes_fit_the_larger_label_alone() {
    let bought = Label { code: "GL-2021-000172-AB".to_owned(), shown: "GL-2021-000172-AB".to_owned(), lines: Vec::new() };
    let read = read_back(&print_labels(&layout("a4-3x8"), std::slice::from_ref(&bought), 0).unwrap(), 300);
    assert_eq!(codes(&read["pages"][0], "Code128"), [bought.code.as_str()]);
    assert_eq!(print_labels(&layout("a4-5x13"), &[bought], 0), Err(PrintError::TooSmall));
}

#[test]
fn a_line_that_is_too_long_is_cut_and_says_so() {
    let long = Label { lines: vec!["Trung tâm Y tế thành phố Pleiku, điểm lấy mẫu số 12".to_owned()], ..label(1) };
    let read = read_back(&print_labels(&layout("a4-5x13"), &[long], 0).unwrap(), 300);
    let text = read["pages"][0]["text"].as_str().unwrap();
    assert!(text.contains("Trung tâm") && text.contains('…') && !text.contains("số 12"), "{text}");
}

#[test]
fn what_cannot_be_printed_says_why_in_both_languages() {
    let print = |label: Label, first| print_labels(&layout("a4-3x8"), &[label], first).unwrap_err();
    for (error, wanted) in [
        (print(label(1), 24), PrintError::Position),
        (print(Label { code: "ống 1".to_owned(), ..label(1) }, 0), PrintError::BarCode),
        (print(Label { lines: vec!["ສົມສັກ".to_owned()], ..label(1) }, 0), PrintError::Letter('ສ')),
        (print_labels(&layout("a4-3x8"), &vec![label(1); 5_001], 0).unwrap_err(), PrintError::TooMany),
    ] {
        assert_eq!(error, wanted);
        assert!(!error.vi().is_empty() && error.vi() != error.en());
    }
    assert_eq!(format!("{:?}", label(1)), "Label(…)");
}
