//! Why a file could not be read at all.

use crate::Words;
use crate::limits::{MOST_BYTES, MOST_COLUMNS, MOST_ROWS};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("an empty file")]
    Empty,
    #[error("a file larger than {MOST_BYTES} bytes")]
    TooLarge,
    #[error("a workbook that unpacks to more than any real one")]
    UnpacksTooLarge,
    #[error("more than {MOST_ROWS} rows, or too many cells")]
    TooManyRows,
    #[error("more than {MOST_COLUMNS} columns")]
    TooManyColumns,
    /// The binary format before 2007.
    #[error("an old .xls workbook")]
    OldWorkbook,
    #[error("a workbook with a password")]
    Protected,
    /// A picture, a PDF file, a page of HTML with the name of a workbook.
    #[error("no spreadsheet")]
    NotASpreadsheet,
    #[error("a damaged file")]
    Damaged,
    /// No row looks like the template's header.
    #[error("no row with the titles of the columns")]
    NoHeader,
    #[error("required columns are missing")]
    MissingColumns(Vec<Words>),
    #[error("a column stands in the file twice")]
    ColumnTwice(Words),
    #[error("a header without rows below it")]
    NoRows,
}

impl FileError {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "FILE_EMPTY",
            Self::TooLarge => "FILE_TOO_LARGE",
            Self::UnpacksTooLarge => "FILE_UNPACKS_TOO_LARGE",
            Self::TooManyRows => "FILE_TOO_MANY_ROWS",
            Self::TooManyColumns => "FILE_TOO_MANY_COLUMNS",
            Self::OldWorkbook => "FILE_OLD_WORKBOOK",
            Self::Protected => "FILE_PROTECTED",
            Self::NotASpreadsheet => "FILE_NOT_A_SPREADSHEET",
            Self::Damaged => "FILE_DAMAGED",
            Self::NoHeader => "FILE_NO_HEADER",
            Self::MissingColumns(_) => "FILE_MISSING_COLUMNS",
            Self::ColumnTwice(_) => "FILE_COLUMN_TWICE",
            Self::NoRows => "FILE_NO_ROWS",
        }
    }

    /// What is wrong and what to do about it.
    pub fn sentence(&self) -> Words {
        match self {
            Self::Empty => Words::fixed("Tệp trống.", "The file is empty."),
            Self::TooLarge => Words::fixed("Tệp lớn hơn 10 MB. Hãy chia nhỏ.", "The file is larger than 10 MB. Split it."),
            Self::UnpacksTooLarge => Words::fixed(
                "Tệp bung ra quá lớn. Hãy chép dữ liệu sang tệp mới.",
                "The file unpacks to too much. Copy the data into a new file.",
            ),
            Self::TooManyRows => Words::made(
                format!("Tệp có hơn {MOST_ROWS} dòng hoặc quá nhiều ô. Hãy chia nhỏ."),
                format!("The file has more than {MOST_ROWS} rows or too many cells. Split it."),
            ),
            Self::TooManyColumns => Words::made(
                format!("Tệp có hơn {MOST_COLUMNS} cột. Hãy xóa cột thừa."),
                format!("The file has more than {MOST_COLUMNS} columns. Delete those that are not needed."),
            ),
            Self::OldWorkbook => Words::fixed(
                "Tệp .xls kiểu cũ. Hãy lưu lại thành Excel Workbook (.xlsx).",
                "An old .xls file. Save it as an Excel workbook (.xlsx).",
            ),
            Self::Protected => {
                Words::fixed("Tệp có mật khẩu. Hãy bỏ mật khẩu rồi lưu lại.", "The file has a password. Remove it and save again.")
            }
            Self::NotASpreadsheet => {
                Words::fixed("Đây không phải bảng tính. Cần tệp .xlsx hoặc .csv.", "This is no spreadsheet. It takes .xlsx or .csv.")
            }
            Self::Damaged => {
                Words::fixed("Tệp bị hỏng. Hãy mở và lưu lại rồi gửi lại.", "The file is damaged. Open it, save it and send it again.")
            }
            Self::NoHeader => Words::fixed(
                "Không tìm thấy dòng tiêu đề. Hãy dùng tệp mẫu; tệp CSV cần lưu dạng CSV UTF-8.",
                "No row has the titles of the columns. Use the template; save CSV as CSV UTF-8.",
            ),
            Self::MissingColumns(titles) => missing(titles),
            Self::ColumnTwice(title) => Words::made(
                format!("Cột “{}” có hai lần. Hãy giữ lại một.", title.vi),
                format!("The column “{}” is there twice. Keep one.", title.en),
            ),
            Self::NoRows => Words::fixed("Dưới dòng tiêu đề không có dòng nào.", "There are no rows below the titles."),
        }
    }
}

fn missing(titles: &[Words]) -> Words {
    let list = |word: fn(&Words) -> &str| titles.iter().map(word).collect::<Vec<_>>().join(", ");
    Words::made(format!("Thiếu cột: {}.", list(|title| &title.vi)), format!("Columns are missing: {}.", list(|title| &title.en)))
}
