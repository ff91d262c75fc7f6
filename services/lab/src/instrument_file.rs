//! The columns of an instrument's file, and its rows as results. Machines write a row a well with a column a gene, or a row a gene; both are read.

use contract::lab::v1::{CtValue, Gene, ImportedRow, TestOutcome};
use requests::Coded as _;
use sheets::{Choice, Column, Kind, Row, Table, Template, Value, Words};
use vietnam::fold::fold;

const OUTCOME: &[Choice] = &[
    Choice {
        key: "NEGATIVE",
        vi: "Âm tính",
        en: "Negative",
        synonyms: &["neg", "am", "không phát hiện", "not detected", "undetected", "target not detected"],
    },
    Choice {
        key: "POSITIVE",
        vi: "Dương tính",
        en: "Positive",
        synonyms: &["pos", "dương", "phát hiện", "có phát hiện", "detected", "target detected"],
    },
    Choice {
        key: "INDETERMINATE",
        vi: "Không xác định",
        en: "Indeterminate",
        synonyms: &["nghi ngờ", "inconclusive", "presumptive", "equivocal"],
    },
    Choice { key: "INVALID", vi: "Không hợp lệ", en: "Invalid", synonyms: &["hỏng", "lỗi", "failed", "error"] },
];

/// Columns of genes, in a file with a row a well.
const GENES: [(&str, Gene); 5] =
    [("ct_e", Gene::E), ("ct_n", Gene::N), ("ct_rdrp", Gene::Rdrp), ("ct_orf1ab", Gene::Orf1ab), ("ct_s", Gene::S)];

/// How machines say that nothing was seen, folded.
const UNSEEN: [&str; 9] = ["undetermined", "undet", "n/a", "na", "nan", "no ct", "none", "khong", "khong xac dinh"];
/// Of the extraction and not of the virus.
const INTERNAL: [&str; 6] = ["ic", "ipc", "rnase p", "rnasep", "rp", "internal control"];

pub fn template() -> Template {
    let column =
        |key, vi, en, synonyms, kind, example| Column { key, title: Words::fixed(vi, en), synonyms, required: false, kind, example };
    let ct = Kind::Text { longest: 20 };
    Template {
        title: Words::fixed("Kết quả xét nghiệm", "Test results"),
        instructions: Words::fixed(
            "Mỗi dòng một giếng. Ghi số lô chạy và giếng, hoặc mã ống; ghi kết quả và Ct của các gen đã thấy. Lô chạy được ghi khi mọi giếng, kể cả chứng, đều có kết quả.",
            "One well a row. Write the run and the well, or the tube's barcode; the result, and the Ct of the genes seen. A run is recorded when each of its wells, controls included, has a result.",
        ),
        columns: vec![
            column(
                "run",
                "Lô chạy",
                "Run",
                &["số lô chạy", "số lô", "lô", "run number", "run name", "plate", "plate name", "experiment name"],
                Kind::Code { longest: 30 },
                "LC-20211018-0001",
            ),
            column("well", "Giếng", "Well", &["vị trí giếng", "vị trí", "well position", "position"], Kind::Code { longest: 5 }, "A1"),
            column(
                "barcode",
                "Mã ống",
                "Barcode",
                &["mã mẫu", "mẫu", "sample", "sample name", "sample id", "specimen id", "tube"],
                Kind::Text { longest: 60 },
                "GL21-00017-3",
            ),
            column(
                "outcome",
                "Kết quả",
                "Result",
                &["kết luận", "interpretation", "call", "outcome", "final result"],
                Kind::Choice(OUTCOME),
                "Dương tính",
            ),
            column("gene", "Gen", "Target", &["gene", "target name", "detector", "mục tiêu"], Kind::Text { longest: 30 }, ""),
            column("ct", "Ct", "Cq", &["giá trị ct", "ct value", "cт", "cp"], ct, ""),
            column("ct_e", "Ct E", "Cq E", &["gen e", "e gene", "e ct"], ct, "24,1"),
            column("ct_n", "Ct N", "Cq N", &["gen n", "n gene", "n ct"], ct, "23,6"),
            column("ct_rdrp", "Ct RdRp", "Cq RdRp", &["gen rdrp", "rdrp gene", "rdrp ct", "rdrp"], ct, ""),
            column("ct_orf1ab", "Ct ORF1ab", "Cq ORF1ab", &["gen orf1ab", "orf1ab gene", "orf1ab ct", "orf1ab"], ct, ""),
            column("ct_s", "Ct S", "Cq S", &["gen s", "s gene", "s ct"], ct, ""),
        ],
    }
}

/// A row of the file; or what in it does not read, as its column and its value.
pub fn row(table: &Table, row: &Row) -> (ImportedRow, Option<String>) {
    let text = |key: &str| table.get(row, key).and_then(Value::as_text).unwrap_or_default();
    let mut wrong = table.errors_of(row).first().map(|error| format!("{}: {}", error.title.vi, error.value));
    let mut ct = Vec::new();
    let mut take = |gene: Option<Gene>, title: &str, value: &str| match (gene, number(value)) {
        (Some(gene), Ok(Some(value))) => ct.push(CtValue { gene: gene.into(), ct: value }),
        (_, Ok(None)) | (None, _) => {}
        (Some(_), Err(())) => wrong = wrong.take().or(Some(format!("{title}: {value}"))),
    };
    for (key, gene) in GENES {
        take(Some(gene), gene.code(), text(key));
    }
    match gene(text("gene")) {
        Ok(gene) => take(gene, "Ct", text("ct")),
        Err(()) => wrong = wrong.or(Some(format!("Gen: {}", text("gene")))),
    }
    let imported = ImportedRow {
        number: i32::try_from(row.number).unwrap_or(i32::MAX),
        run: text("run").to_owned(),
        position: text("well").to_owned(),
        barcode: text("barcode").to_uppercase(),
        outcome: TestOutcome::read(text("outcome")).unwrap_or_default().into(),
        ct,
    };
    (imported, wrong)
}

/// A gene as machines name it; none for the internal control and where no gene is named.
fn gene(text: &str) -> Result<Option<Gene>, ()> {
    let said = fold(text).replace(['-', '_'], " ");
    if said.is_empty() || INTERNAL.contains(&said.as_str()) {
        return Ok(None);
    }
    let bare = said.replace("gene", "").replace("gen", "").replace("sars cov 2", "").replace(' ', "");
    let known = match bare.as_str() {
        "e" => Gene::E,
        "n" | "n1" | "n2" => Gene::N,
        "rdrp" => Gene::Rdrp,
        "orf1ab" | "orf1" | "orf1a" | "orf1b" => Gene::Orf1ab,
        "s" => Gene::S,
        _ => return Err(()),
    };
    Ok(Some(known))
}

/// With a comma or a point; none where nothing was seen.
fn number(text: &str) -> Result<Option<f64>, ()> {
    match text.trim().replace(',', ".").parse::<f64>() {
        // Machines write nought where they saw nothing.
        Ok(number) if number.is_finite() => Ok(Some(number).filter(|number| *number != 0.0)),
        _ => {
            let said = fold(text);
            let dash = !said.chars().any(char::is_alphanumeric);
            if dash || UNSEEN.contains(&said.as_str()) { Ok(None) } else { Err(()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(file: &str) -> Vec<(ImportedRow, Option<String>)> {
        let table = sheets::read(file.as_bytes(), &template()).unwrap();
        table.rows.iter().map(|it| row(&table, it)).collect()
    }

    fn seen(row: &ImportedRow) -> Vec<(Gene, f64)> {
        row.ct.iter().map(|value| (value.gene(), value.ct)).collect()
    }

    #[test]
    fn a_row_a_well_with_decimal_commas_and_nothing_seen() {
        let read = rows(
            "\u{feff}Lô chạy;Giếng;Mã ống;Kết quả;Ct E;Ct N\r\nLC-20211018-0001;A01;gl21-1;Dương tính;24,1;Undetermined\r\n;;GL21-2;âm tính;;-\r\n;;GL21-3;Neg;abc;\r\n",
        );
        let (first, wrong) = &read[0];
        assert_eq!((first.run.as_str(), first.position.as_str(), first.barcode.as_str()), ("LC-20211018-0001", "A01", "GL21-1"));
        assert_eq!((first.outcome(), seen(first), wrong), (TestOutcome::Positive, vec![(Gene::E, 24.1)], &None));
        assert_eq!((read[1].0.outcome(), seen(&read[1].0), &read[1].1), (TestOutcome::Negative, vec![], &None));
        assert_eq!(read[2].1.as_deref(), Some("E: abc"));
    }

    #[test]
    fn nothing_seen_is_written_in_many_ways() {
        for text in ["", "-", "–", "N/A", "Undetermined", "NaN", "No Ct", "0", "0,0", "Không", "KHÔNG XÁC ĐỊNH"] {
            assert_eq!(number(text), Ok(None), "{text}");
        }
        assert_eq!(
            (number("24,1"), number(" 31.25 "), number("24 °C"), number("inf")),
            (Ok(Some(24.1)), Ok(Some(31.25)), Err(()), Err(()))
        );
    }

    #[test]
    fn a_row_a_gene_as_machines_write_it() {
        let read = rows(
            "Well Position,Sample Name,Target Name,CT,Result\nB3,GL21-9,ORF1ab,31.25,Detected\nB3,GL21-9,N gene,30.75,\nB3,GL21-9,RNase P,22.1,\nB3,GL21-9,X,22.1,\n",
        );
        assert_eq!(seen(&read[0].0), [(Gene::Orf1ab, 31.25)]);
        assert_eq!(seen(&read[1].0), [(Gene::N, 30.75)]);
        assert_eq!((read[1].0.outcome(), seen(&read[2].0).len()), (TestOutcome::Unspecified, 0));
        assert_eq!(read[3].1.as_deref(), Some("Gen: X"));
        for text in ["N", "N gene", "SARS-CoV-2 N", "gen N", "n-gene"] {
            assert_eq!(gene(text), Ok(Some(Gene::N)), "{text}");
        }
        assert_eq!((gene("RNase-P"), gene("IC"), gene("")), (Ok(None), Ok(None), Ok(None)));
    }
}
