//! Why something could not be printed.

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// The face has Vietnamese, the highland languages and the other Latin letters.
    #[error("the letter {0:?} has no form in the face of labels and slips")]
    Letter(char),
    /// Code 128 is printed with the letters, digits and signs of ASCII.
    #[error("a bar code of 1 to 20 characters of ASCII")]
    BarCode,
    #[error("the text of a QR code is too long")]
    QrCode,
    #[error("the labels of this layout are too small for the bar code")]
    TooSmall,
    #[error("a sheet has no label of that number")]
    Position,
    #[error("more than 5 000 labels at once")]
    TooMany,
    #[error("the slip does not fit on its page")]
    TooMuch,
    #[error("the face or the page could not be made")]
    Page,
}

impl PrintError {
    /// What a person can do about it, in Vietnamese.
    pub fn vi(&self) -> String {
        match self {
            Self::Letter(letter) => format!("Phông chữ in không có chữ “{letter}”. Hãy ghi tên bằng chữ Latinh."),
            Self::BarCode => "Mã vạch phải có 1 đến 20 chữ cái không dấu hoặc chữ số.".to_owned(),
            Self::QrCode => "Nội dung mã QR quá dài.".to_owned(),
            Self::TooSmall => "Nhãn quá nhỏ cho mã vạch này. Hãy chọn khổ nhãn lớn hơn.".to_owned(),
            Self::Position => "Tờ nhãn không có vị trí bắt đầu đó.".to_owned(),
            Self::TooMany => "Mỗi lần chỉ in được 5.000 nhãn.".to_owned(),
            Self::TooMuch => "Phiếu có quá nhiều nội dung cho một trang.".to_owned(),
            Self::Page => "Không tạo được trang in.".to_owned(),
        }
    }

    /// The same in English.
    pub fn en(&self) -> String {
        match self {
            Self::Letter(letter) => format!("The printed face has no letter “{letter}”. Write the name in Latin letters."),
            Self::BarCode => "A bar code has 1 to 20 plain letters and digits.".to_owned(),
            Self::QrCode => "The text of the QR code is too long.".to_owned(),
            Self::TooSmall => "The labels are too small for this bar code. Choose larger ones.".to_owned(),
            Self::Position => "The sheet has no such first position.".to_owned(),
            Self::TooMany => "At most 5,000 labels are printed at once.".to_owned(),
            Self::TooMuch => "The slip has too much on it for one page.".to_owned(),
            Self::Page => "The page could not be made.".to_owned(),
        }
    }
}
