//! What is told about a photo that was not taken.

use files::Refusal;
use runtime::grpc::{FieldViolation, Problem};
use tonic::Code;

use crate::photo::{self, PhotoError};

pub fn problem(error: &PhotoError) -> Problem {
    match error {
        PhotoError::Refused(Refusal::Busy) => Problem::unavailable("PHOTOS_BUSY"),
        PhotoError::Refused(refusal) => {
            let (reason, vi, en) = refused(*refusal);
            Problem::invalid(vec![FieldViolation::new("content", reason, vi, en)])
        }
        PhotoError::Enough => Problem::new(
            Code::FailedPrecondition,
            "ENOUGH_PHOTOS",
            "Đã đủ số ảnh. Bỏ bớt một ảnh rồi thêm ảnh khác.",
            "There are as many photos as a report can have. Remove one to add another.",
        ),
        PhotoError::TooManySent => Problem {
            retry_after: photo::WINDOW.to_std().ok(),
            ..Problem::new(
                Code::ResourceExhausted,
                "TOO_MANY_PHOTOS",
                "Mạng này đã gửi quá nhiều ảnh. Gửi phản ánh không kèm ảnh, rồi thêm ảnh sau một giờ.",
                "Too many photos came from this network. Send the report without, and add the photos after an hour.",
            )
        },
        PhotoError::NoRoom => Problem::new(
            Code::ResourceExhausted,
            "NO_ROOM_FOR_PHOTOS",
            "Hệ thống đang nhận quá nhiều ảnh. Gửi phản ánh không kèm ảnh, rồi thêm ảnh sau.",
            "Too many photos are coming in. Send the report without, and add the photos later.",
        ),
        PhotoError::Sent => Problem::new(
            Code::FailedPrecondition,
            "ALREADY_SENT",
            "Phản ánh đã được gửi. Thêm ảnh bằng mã phản ánh và mã PIN.",
            "The report was sent. Add the photo with its code and PIN.",
        ),
        PhotoError::Files(error) => Problem::internal(error),
    }
}

fn refused(refusal: Refusal) -> (&'static str, &'static str, &'static str) {
    match refusal {
        Refusal::Empty => ("EMPTY", "Chọn một tệp ảnh", "Choose a photo"),
        Refusal::TooLarge => (
            "TOO_LARGE",
            "Ảnh quá 5 MB. Chọn cỡ ảnh nhỏ hơn trong máy ảnh",
            "The photo has more than 5 MB. Choose a smaller size in the camera",
        ),
        Refusal::UnknownKind => ("UNKNOWN_KIND", "Chỉ nhận ảnh JPEG, PNG hoặc WebP", "Only JPEG, PNG and WebP photos are taken"),
        Refusal::TooManyPixels => (
            "TOO_MANY_PIXELS",
            "Ảnh quá 25 triệu điểm ảnh. Chọn cỡ ảnh nhỏ hơn trong máy ảnh",
            "The photo has more than 25 million pixels. Choose a smaller size in the camera",
        ),
        Refusal::CutOff => ("CUT_OFF", "Ảnh chưa tới đủ. Gửi lại ảnh này", "The photo did not arrive whole. Send it again"),
        Refusal::Broken | Refusal::Busy => ("BROKEN", "Không mở được ảnh. Chọn ảnh khác", "The photo cannot be opened. Choose another"),
    }
}
