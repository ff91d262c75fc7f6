//! What stops a scan at the desk: each with words that a person in gloves can act on.

use runtime::grpc::Problem;
use tonic::Code;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeskError {
    /// Where the barcode was used: the day of its tube.
    #[error("the barcode was used before")]
    BarcodeUsed(chrono::NaiveDate),
    #[error("the shift is closed")]
    SessionClosed,
    #[error("tubes are open")]
    TubesOpen,
    #[error("the person is in another open tube of the shift")]
    InAnotherTube,
    #[error("the person is in this tube already")]
    InThisTube,
    #[error("the person is not in the tube")]
    NotInTube,
}

impl DeskError {
    pub fn problem(&self) -> Problem {
        let precondition = |reason, vi, en| Problem::new(Code::FailedPrecondition, reason, vi, en);
        match self {
            Self::BarcodeUsed(day) => {
                let day = vietnam::time::format_date(*day);
                Problem::new(
                    Code::AlreadyExists,
                    "BARCODE_USED",
                    format!("Mã ống này đã dùng ngày {day}. Dừng lại, lấy ống khác."),
                    format!("This barcode was used on {day}. Stop, and take another tube."),
                )
            }
            Self::SessionClosed => precondition("SESSION_CLOSED", "Ca lấy mẫu đã đóng.", "The shift is closed."),
            Self::TubesOpen => precondition(
                "TUBES_OPEN",
                "Còn ống đang mở. Niêm phong hoặc hủy ống trước khi đóng ca.",
                "Tubes are open. Seal or void them before you close the shift.",
            ),
            Self::InAnotherTube => precondition(
                "IN_ANOTHER_TUBE",
                "Người này đang ở một ống khác còn mở của ca. Bỏ ra khỏi ống kia trước.",
                "This person is in another open tube of the shift. Take him out of that one first.",
            ),
            Self::InThisTube => precondition(
                "IN_THIS_TUBE",
                "Người này đã có trong ống. Quét người tiếp theo.",
                "This person is in the tube already. Scan the next one.",
            ),
            Self::NotInTube => precondition("NOT_IN_TUBE", "Người này không có trong ống.", "This person is not in the tube."),
        }
    }
}
