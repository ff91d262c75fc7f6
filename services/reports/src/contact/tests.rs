//! What people write, with what has to be hidden in it and what has to stay.

use super::*;

fn kinds(text: &str) -> Vec<Kind> {
    people_in(text).into_iter().map(|finding| finding.kind).collect()
}

#[test]
fn contacts_are_hidden_in_every_spelling() {
    for (text, masked) in [
        ("Gọi tôi 0905123456 nhé", "Gọi tôi *** nhé"),
        ("Gọi 0905 123 456.", "Gọi ***."),
        ("sđt 0905.123.456", "sđt ***"),
        ("sđt 0905-12-34-56", "sđt ***"),
        ("ĐT: +84 905 123 456", "ĐT: ***"),
        ("số 84905123456", "số ***"),
        ("(0905) 123456", "(***"),
        ("O905 123 456", "***"),
        ("0 9 0 5 1 2 3 4 5 6", "***"),
        ("lúc 20 0905123456", "lúc 20 ***"),
        ("máy bàn 0269 3824 123", "máy bàn ***"),
        ("gọi 905123456", "gọi ***"),
        ("0905\u{200b}123\u{200b}456", "***"),
        ("số ０９０５１２３４５６", "số ***"),
        ("CCCD 064093000123", "CCCD ***"),
        ("CMND 230112233, xin giữ kín", "CMND ***, xin giữ kín"),
        ("CMND 230 112 233", "CMND ***"),
        ("mail nam.nguyen@gmail.com nhé", "mail *** nhé"),
        ("mail nam @ gmail.com", "mail ***"),
        ("zalo nam_nguyen88", "zalo ***"),
        ("Zalo của tôi: nam.nguyen", "Zalo của tôi: ***"),
        ("facebook nguoi.dan.pleiku", "facebook ***"),
        ("Tôi là Nguyễn Văn Nam, ở xã Trà Đa", "Tôi là ***, ở xã Trà Đa"),
        ("Tên tôi là Rơ Châm H’Lan.", "Tên tôi là ***."),
        ("mình là Nam nhà gần đó", "mình là *** nhà gần đó"),
        ("tôi tên nguyễn thị hoa ở gần đó", "tôi tên *** ở gần đó"),
        ("Người báo: Ksor Hŏ", "Người báo: ***"),
        ("Họ và tên: Trần Thị Bé", "Họ và tên: ***"),
        ("Ký tên Siu H'Bia", "Ký tên ***"),
    ] {
        assert_eq!(mask(text), Masked { text: masked.to_owned(), hidden: true }, "{text}");
    }
}

#[test]
fn what_was_seen_stays_as_it_was_written() {
    for text in [
        "Xe 81C-123.45 dừng ở quán phở Hồng, gần cầu số 3",
        "Biển 81C12345, rơ moóc 51R-123.45, xe 29LD-311.13",
        "81C-123.45 lúc 20:40 ngày 18/10/2021, khoảng 15 phút",
        "Xe máy 81-B1 123.45 chở 3 người về hướng QL14 km 1650",
        "Chở khoảng 1.000.000 đồng, sau đó 100.000.000 đồng",
        "Thẻ GL-7K3M-2Q9X, chuyến PA-20211018-0007",
        "Tôi là người dân xã Trà Đa, thấy xe dừng",
        "Tôi là Công an xã nghỉ hưu",
        "Tôi thấy trên facebook có người nói xe này vào Chư Sê",
        "Nhóm zalo của xóm cũng thấy. Xe 81C-123.45 vẫn còn đó",
        "tối là xe lại chạy về Ia Le",
        "Công an huyện Chư Prông đã đến",
        "Có 6 người trốn trong thùng xe, 2 trẻ em",
        "Gọi 113 không ai nghe",
        "Hàng 12.500 kg, 250 bao, số seri 4411",
        "Xe con là Toyota màu trắng",
    ] {
        assert_eq!(mask(text), Masked { text: text.to_owned(), hidden: false });
    }
}

#[test]
fn no_person_gets_into_a_text_for_everybody() {
    for (text, found) in [
        ("Lái xe Nguyễn Văn An đã bị lập biên bản.", Kind::Name),
        ("Tài xế là Rơ Châm H’Lan.", Kind::Name),
        ("Đã mời ông Hùng lên làm việc.", Kind::Name),
        ("Đã mời bà Lê Thị Thanh Lịch lên làm việc.", Kind::Name),
        ("Đã phạt Ksor Hŏ 2 triệu đồng.", Kind::Name),
        ("đã phạt trần văn bình 2 triệu đồng", Kind::Name),
        ("Đồng chí Phạm Văn Tĩnh đã kiểm tra.", Kind::Name),
        ("Liên hệ 0269 3824 123 để biết thêm.", Kind::Phone),
        ("Người lái có số 064093000123.", Kind::IdNumber),
        ("Gửi về congan@gialai.gov.vn.", Kind::Email),
    ] {
        assert_eq!(kinds(text), [found], "{text}");
    }
    let found = people_in("Lái xe Nguyễn Văn An, điện thoại 0905 123 456.");
    let hints: Vec<(Kind, &str)> = found.iter().map(|finding| (finding.kind, finding.hint.as_str())).collect();
    assert_eq!(hints, [(Kind::Name, "N. V. A."), (Kind::Phone, "…456")]);
}

#[test]
fn places_offices_and_initials_are_no_people() {
    for text in [
        "Công an huyện Chư Prông đã kiểm tra xe 81C-123.45 tại xã Trà Đa, Pleiku.",
        "Xe vào Chư Sê, đi Ia Le rồi về Đăk Đoa.",
        "Tại đường Trần Hưng Đạo, gần trường Nguyễn Du, phường Hội Phú.",
        "Số 12 Lê Duẩn, thành phố Pleiku.",
        "Xe từ Thành phố Hồ Chí Minh, của Hoàng Anh Gia Lai.",
        "Do Công an xã xử lý. Nay Công an huyện trả lời.",
        "Lái xe N. V. A. (sinh năm 1986) đã bị phạt 2.000.000 đồng.",
        "Chốt Cầu 110 và Chốt Trạm Sao Mai không thấy xe này.",
        "Hà Tĩnh, Hà Nội và Lâm Đồng đã được báo.",
        "Cảm ơn anh, chị đã phản ánh. Công an xã Ia Khươl đã nhắc nhở.",
        "Không tìm thấy xe. Bà con tiếp tục theo dõi.",
        "Ủy ban nhân dân huyện Krông Pa đã phối hợp.",
    ] {
        assert_eq!(people_in(text), [], "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_and_what_is_masked_holds_no_contact(text in "\\PC{0,120}") {
        let masked = mask(&text);
        proptest::prop_assert_eq!(masked.hidden, masked.text != text);
        people_in(&text);
    }

    #[test]
    fn no_phone_gets_through(number in "0(3[2-9]|5[689]|7[06-9]|8[1-9]|9[0-46-9])[0-9]{7}", gap in "[ .-]{0,2}", cut in 3usize..7, before in "[a-z ]{0,10} ", after in " [a-z ]{0,10}") {
        let text = format!("{before}{}{gap}{}{after}", &number[..cut], &number[cut..]);
        let masked = mask(&text);
        proptest::prop_assert!(masked.hidden && !masked.text.contains(&number[cut..]), "{}", masked.text);
    }
}
