//! The slip that a person takes home.

use labels::{Field, PrintError, ResultSlip, Tone, Words, print_slip};

use crate::{codes, read_back};

/// As long as a certificate with two names.
const CERTIFICATE: &str = "HC1:NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL-AH-R6IOOK.IR9B+9G4G50PHZF0AT4V22F/8X*G3M9JUPY0BX/KR96R/S09T./0LWTKD33236J3TA3M*4VV2 73-E3GG396B-43O058YIB73A*G3W19UEBY5:PI0EGSP4*2DN43U*0CEBQ/GXQFY73CIBC:G 7376BXBJBAJ UNFMJCRN0H3PQN*E33H3OA70M3FMJIJN523.K5QZ4A+2XEN QT QTHC31M3+E32R44$28A9H0D3ZCL4JMYAZ+S-A5$XKX6T2YC 35H/ITX8GL2-LH/CJTK96L6SR9MU9RFGJA6Q3QR$P2OIC0JVLA8J3ET3:H3A+2+33U SAAUOT3TPTO4UBZIC0JKQTL*QDKBO.AI9BVYTOCFOPS4IJCOT0$89NT2V457U8+9W2KQ-7LF9-DF07U$B97JJ1D7WKP/HLIJL8JF8JFHJP7NVDEBU1J*Z222E.GJ457661CFFTWM-8P2IUE7K*SSW613:9/:TT5IYQBTBU16R4I1A/9VRPJ-TS.7ZEM7MSVOCD4RG2L-TQJROXL2J:52J7F0Q10SMAP3CG3KHF0DWIH";

fn slip(tone: Tone) -> ResultSlip {
    let field = |vi: &str, en: &str, value: &str| Field { name: Words::new(vi, en), value: value.to_owned() };
    ResultSlip {
        authority: Words::new("Trung tâm Kiểm soát bệnh tật tỉnh Gia Lai", "Gia Lai Centre for Disease Control"),
        title: Words::new("Phiếu kết quả xét nghiệm", "Test result"),
        number: "Số / No. KQ-2021-000172".to_owned(),
        fields: vec![
            field("Họ và tên", "Full name", "Rơ\u{306} Mah H’Bưm"),
            field("Người giám hộ", "Guardian", "Ksor Ƀiăt, Siu Hŏ"),
            field("Năm sinh", "Year of birth", "1987"),
            field("Nơi lấy mẫu", "Sampled at", "Trạm y tế xã Trà Đa, đường 19/5, thành phố Pleiku"),
            field("Thời điểm lấy mẫu", "Sampled on", "18/10/2021 07:30"),
            field("Phương pháp", "Method", "Real-time RT-PCR, mẫu gộp"),
        ],
        result: match tone {
            Tone::Plain => Words::new("ÂM TÍNH với SARS-CoV-2", "SARS-CoV-2 not detected"),
            Tone::Loud => Words::new("DƯƠNG TÍNH với SARS-CoV-2", "SARS-CoV-2 DETECTED"),
        },
        tone,
        qr: CERTIFICATE.to_owned(),
        qr_note: Words::new("Quét mã này để kiểm tra kết quả.", "Scan this code to check the result."),
        notes: vec![Words::new("Tiếp tục thực hiện 5K.", "Keep following the 5K rules.")],
        foot: Words::new("In lúc 18/10/2021 16:05.", "Printed on 18/10/2021 at 16:05."),
    }
}

/// Without the line ends that the page put into texts.
fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn both_languages_every_name_and_the_code_are_on_it() {
    for tone in [Tone::Plain, Tone::Loud] {
        let slip = slip(tone);
        let pdf = print_slip(&slip).unwrap();
        assert!(pdf.len() < 60_000, "{}", pdf.len());
        let read = read_back(&pdf, 200);
        assert_eq!(read["metadata"]["Title"], "Phiếu kết quả xét nghiệm Số / No. KQ-2021-000172");
        assert_eq!(read["pages"].as_array().unwrap().len(), 1);
        let page = &read["pages"][0];
        let text = flowing(page["text"].as_str().unwrap());
        let words = [&slip.authority, &slip.title, &slip.result, &slip.qr_note, &slip.notes[0], &slip.foot];
        let fields = slip.fields.iter().flat_map(|field| [&field.name.vi, &field.name.en, &field.value]);
        for wanted in words.into_iter().flat_map(|words| [&words.vi, &words.en]).chain(fields) {
            assert!(text.contains(wanted.as_str()), "{wanted} in {text}");
        }
        assert_eq!(codes(page, "QRCode"), [CERTIFICATE]);
        let structure = page["structure"].as_array().unwrap();
        let count = |wanted: &[&str; 2]| structure.iter().filter(|element| element[0] == wanted[0] && element[1] == wanted[1]).count();
        assert_eq!(count(&["H1", "vi"]), 1, "{structure:?}");
        assert_eq!((count(&["P", "vi"]), count(&["P", "en"])), (18, 12), "{structure:?}");
        let figure = structure.iter().find(|element| element[0] == "Figure").unwrap();
        assert_eq!(figure[2], "Mã QR. Quét mã này để kiểm tra kết quả. / Scan this code to check the result.");
    }
}

#[test]
fn what_does_not_fit_is_refused_and_not_cut() {
    let mut long = slip(Tone::Plain);
    let field = long.fields[0].clone();
    long.fields = vec![field; 60];
    assert_eq!(print_slip(&long), Err(PrintError::TooMuch));
    let foreign = ResultSlip { number: "ສ".to_owned(), ..slip(Tone::Plain) };
    assert_eq!(print_slip(&foreign), Err(PrintError::Letter('ສ')));
    let code = ResultSlip { qr: "x".repeat(5_000), ..slip(Tone::Plain) };
    assert_eq!(print_slip(&code), Err(PrintError::QrCode));
    assert_eq!(format!("{foreign:?}"), "ResultSlip(…)");
}
