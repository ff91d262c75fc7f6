//! Rows as CSV (RFC 4180) that a spreadsheet opens without running anything in it.
use super::document::Node;

/// The header and a line for each row; a row's fields are in the order of the header.
pub fn write(names: &[&str], rows: &[Node]) -> String {
    let mut csv = String::new();
    line(&mut csv, names.iter().map(|name| (*name).to_owned()));
    for row in rows {
        if let Node::Fields(fields) = row {
            line(&mut csv, fields.iter().map(|(_, node)| text(node)));
        }
    }
    csv
}

fn line(csv: &mut String, cells: impl Iterator<Item = String>) {
    csv.push_str(&cells.map(|cell| quoted(&harmless(cell))).collect::<Vec<_>>().join(","));
    csv.push_str("\r\n");
}

fn text(node: &Node) -> String {
    match node {
        Node::Text(text) => text.clone(),
        Node::Number(number) => number.to_string(),
        Node::Flag(flag) => flag.to_string(),
        Node::Empty | Node::Fields(_) | Node::List(..) => String::new(),
    }
}

/// A spreadsheet takes a cell that begins so for a formula.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let row = |cell: &str| Node::Fields(vec![("a", Node::text(cell)), ("b", Node::Empty)]);
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+84", "'+84"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("a=1", "a=1"),
            ("nói \"có\", rồi\nđi", "\"nói \"\"có\"\", rồi\nđi\""),
        ] {
            assert_eq!(write(&["a", "b"], &[row(cell)]), format!("a,b\r\n{expected},\r\n"), "{cell:?}");
        }
    }
}
