//! How large a file may be. What is larger was made by a program, and programs use the API.

/// 10 MB.
pub const MOST_BYTES: usize = 10_000_000;
/// Rows with something in them, the header's included.
pub const MOST_ROWS: usize = 50_000;
pub const MOST_COLUMNS: usize = 200;
/// Of all parts of a workbook together, unpacked.
pub(crate) const MOST_INFLATED: u64 = 150_000_000;
pub(crate) const MOST_PARTS: usize = 2_000;
/// Cells with something in them: what is kept of a file stays below some 100 MB.
pub(crate) const MOST_CELLS: usize = 1_500_000;
/// Excel's own limit.
pub(crate) const LONGEST_CELL: usize = 32_767;
/// Titles, dates and signatures stand above a header, but not more than this.
pub(crate) const DEEPEST_HEADER: usize = 40;
