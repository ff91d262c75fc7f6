//! Many barcodes in one box: a hand scanner ends each with Enter, people write commas, a spreadsheet gives tabs.

/// The barcodes in the order in which they were scanned, each once.
pub fn barcodes(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | ';')) {
        let barcode = part.trim().to_uppercase();
        if !barcode.is_empty() && !found.contains(&barcode) {
            found.push(barcode);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_barcode_counts_once() {
        assert_eq!(barcodes("gl-0001-1\r\nGL-0002-2, gl-0001-1;\tGL-0003-3\n\n"), ["GL-0001-1", "GL-0002-2", "GL-0003-3"]);
        assert!(barcodes(" \n ").is_empty());
    }
}
