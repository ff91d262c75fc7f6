//! `gsvt bench` on a small scale: every line has its baseline, or says why it was not run.

use serde_json::Value;

use crate::running::{complaint, output};

#[test]
fn commands_are_measured_beside_the_database_alone() {
    let lines = "decide_c1,decide_c16_p99,start,report,import,roster";
    let small = ["--decisions", "64", "--samples", "400", "--people", "50", "--seconds", "1"];
    let arguments = [&["bench", "--only", lines, "--report", "json"][..], &small].concat();
    let output = output(&arguments, &[("GSVT_LOG", "error")]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let lines = report["lines"].as_array().unwrap();
    let names: Vec<&str> = lines.iter().map(|line| line["name"].as_str().unwrap()).collect();
    let measured = ["start_to_ready", "decide_c1", "decide_c16", "decide_c16_p99", "report_c16", "roster_import", "import_results"];
    assert_eq!(names, measured);
    for line in lines {
        let number = |field: &str| line[field].as_f64().unwrap_or_else(|| panic!("no {field} in {line}"));
        let (ours, baseline, ratio) = (number("ours"), number("baseline"), number("ratio"));
        assert!(ours > 0.0 && baseline > 0.0 && number("goal") > 0.0, "{line}");
        let more_is_better = line["unit"] == "1/s";
        let expected = if more_is_better { ours / baseline } else { baseline / ours };
        assert!((ratio - expected).abs() < 1e-9, "{line}");
    }
}

#[test]
fn a_line_that_there_is_not_is_said() {
    let (sentence, code) = complaint(&output(&["bench", "--only", "decide_c1,lsit"], &[]));
    assert_eq!(code, 1);
    assert!(sentence.starts_with("no line begins with lsit; there are start_to_ready, "), "{sentence}");
}
