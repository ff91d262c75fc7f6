//! PrintOwnResult: the newest answer as a page to print, in both languages, with its certificate.

use chrono::{DateTime, Utc};
use contract::lab::v1::{PersonOutcome, PrintOwnResultRequest, PrintOwnResultResponse, TestMethod};
use labels::{Field, ResultSlip, Tone, Words};
use runtime::Caller;
use vietnam::{PartialDate, time};

use crate::{
    certificate,
    error::Error,
    own_person, request,
    rpc::issue_own_certificate::{Proved, prove},
    service::Lab,
    trail::{self, Act},
};

pub async fn handle(service: &Lab, caller: &Caller, request: PrintOwnResultRequest) -> Result<PrintOwnResultResponse, Error> {
    request::check(&request)?;
    let now = service.now();
    let (mut transaction, known) = own_person::open(service, caller, &request.code, &request.birth).await?;
    let proved = prove(service, &mut transaction, &known).await?;
    trail::record_own(&mut transaction, caller, Act::read("lab.PrintOwnResult", known.subject.as_uuid(), None), now).await?;
    transaction.commit().await?;
    let slip = slip(service, &proved, now);
    let content = tokio::task::spawn_blocking(move || labels::print_slip(&slip)).await;
    let content = content.map_err(|_| Error::Certificate)?.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "a slip was not printed");
        Error::Certificate
    })?;
    Ok(PrintOwnResultResponse { file_name: "ket-qua-xet-nghiem.pdf".to_owned(), media_type: "application/pdf".to_owned(), content })
}

fn slip(service: &Lab, proved: &Proved, now: DateTime<Utc>) -> ResultSlip {
    let Proved { answer, person, .. } = proved;
    let field = |vi: &str, en: &str, value: String| Field { name: Words::new(vi, en), value };
    let birth = PartialDate::read(&person.birth).map(PartialDate::display).unwrap_or_default();
    let (result, tone) = match answer.outcome {
        PersonOutcome::Positive => (Words::new("DƯƠNG TÍNH: có phát hiện SARS-CoV-2", "POSITIVE: SARS-CoV-2 detected"), Tone::Loud),
        _ => (Words::new("ÂM TÍNH: không phát hiện SARS-CoV-2", "NEGATIVE: SARS-CoV-2 not detected"), Tone::Plain),
    };
    let method = match answer.method {
        TestMethod::AgRapid | TestMethod::AgAuto => "Kháng nguyên / antigen",
        TestMethod::RtPcr | TestMethod::Unspecified => "RT-PCR",
    };
    ResultSlip {
        authority: Words::new(certificate::authority(service), format!("Department of Health, {}", service.profile.name_en)),
        title: Words::new("KẾT QUẢ XÉT NGHIỆM SARS-CoV-2", "SARS-CoV-2 TEST RESULT"),
        number: answer.result.to_string(),
        fields: vec![
            field("Họ và tên", "Full name", person.full_name.clone()),
            field("Ngày sinh", "Birth", birth),
            field("Nơi lấy mẫu", "Sampled at", answer.place.clone()),
            field("Lấy mẫu lúc", "Sampled on", time::format_full(answer.sampled_at)),
            field("Xét nghiệm lúc", "Tested on", time::format_full(answer.tested_at)),
            field("Phương pháp", "Method", method.to_owned()),
            field("Phòng xét nghiệm", "Laboratory", answer.laboratory.clone()),
        ],
        result,
        tone,
        qr: proved.text.clone(),
        qr_note: Words::new("Chứng nhận số; quét để kiểm tra", "Digital certificate; scan to check"),
        notes: vec![Words::new(
            "Ai kiểm tra sẽ tự quyết định kết quả có giá trị đến khi nào.",
            "Whoever checks it decides until when the result counts.",
        )],
        foot: Words::new(format!("In lúc {}", time::format_full(now)), format!("Printed on {}", time::format_full(now))),
    }
}
