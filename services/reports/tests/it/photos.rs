//! Photos: they come before their report and after it, handlers see pixels alone, the file itself is evidence for who may have it.

use contract::{Permission, reports::v1 as pb};
use ids::{PhotoId, SubmissionId};
use testing::{PHOTOGRAPHER, photo};
use tonic::Code;

use crate::world::{CHIEF, IA_LE, PLEIKU, PROVINCE, Sent, TRA_DA, World, fields, reason, world};

fn add(world: &World, submission: &str, content: Vec<u8>) -> pb::AddPhotoRequest {
    pb::AddPhotoRequest { submission_id: submission.to_owned(), photo_id: PhotoId::mint(world.now()).to_string(), content }
}

async fn added(world: &World, submission: &str, shade: u8) -> pb::Photo {
    world.photos().add_photo(add(world, submission, photo(shade))).await.unwrap().into_inner().photo.unwrap()
}

/// A report that was sent with photos.
async fn sent_with(world: &World, count: u8) -> (Sent, Vec<String>) {
    let request = world.report();
    let mut ids = Vec::new();
    for shade in 0..count {
        ids.push(added(world, &request.submission_id, shade).await.photo_id);
    }
    (world.sent(pb::CreateReportRequest { photo_ids: ids.clone(), ..request }).await, ids)
}

fn evidence(sent: &Sent, photo: &str) -> pb::GetPhotoEvidenceRequest {
    pb::GetPhotoEvidenceRequest {
        report_id: sent.id.clone(),
        photo_id: photo.to_owned(),
        reason: "Biên bản số 12, gọi 0905 123 456".to_owned(),
    }
}

fn is_in(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn a_photo_comes_before_its_report_and_is_seen_without_place_and_name() {
    let mut world = world().await;
    let (sent, ids) = sent_with(&world, 2).await;
    let mut police = world.photos_as(TRA_DA, &[Permission::ReportsReportsRead]);
    let listed = police.list_report_photos(pb::ListReportPhotosRequest { report_id: sent.id.clone() }).await.unwrap().into_inner().photos;
    assert_eq!(listed.iter().map(|photo| photo.photo_id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!((listed[0].width, listed[0].height), (640, 480));
    let get = pb::GetReportPhotoRequest { report_id: sent.id.clone(), photo_id: ids[1].clone() };
    let seen = police.get_report_photo(get).await.unwrap().into_inner();
    assert_eq!((seen.file_name.as_str(), seen.media_type.as_str()), (format!("{}-2.jpg", sent.ticket.code).as_str(), "image/jpeg"));
    assert!(is_in(&photo(1), PHOTOGRAPHER), "the upload says who took it");
    for clean in [&seen.content, &listed[0].thumbnail] {
        assert!(clean.starts_with(&[0xFF, 0xD8]) && !is_in(clean, PHOTOGRAPHER) && !is_in(clean, "Exif"));
    }
    let own = world.photos().list_reporter_photos(pb::ListReporterPhotosRequest { ticket: Some(sent.ticket.clone()) }).await.unwrap();
    assert_eq!(own.into_inner().photos, listed);
    let reads = "audit.entries where account is not null and permission = 'reports.reports.read' and subject is not null and action like";
    assert_eq!(world.count(&format!("{reads} 'reports.%Photo%'")).await, 2, "each read left a row");
    world.events().await;
}

#[tokio::test]
async fn the_file_itself_is_evidence_for_a_permission_of_its_own() {
    let mut world = world().await;
    let (sent, ids) = sent_with(&world, 1).await;
    let refused = world.photos_as(PROVINCE, CHIEF).get_photo_evidence(evidence(&sent, &ids[0])).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied, "handling and deciding is not enough");
    let holder = [Permission::ReportsEvidenceRead];
    let short = pb::GetPhotoEvidenceRequest { reason: "cần".to_owned(), ..evidence(&sent, &ids[0]) };
    assert_eq!(fields(&world.photos_as(PROVINCE, &holder).get_photo_evidence(short).await.unwrap_err()), ["reason"]);
    let elsewhere = world.photos_as(IA_LE, &holder).get_photo_evidence(evidence(&sent, &ids[0])).await.unwrap_err();
    assert_eq!(elsewhere.code(), Code::NotFound);
    let file = world.photos_as(PROVINCE, &holder).get_photo_evidence(evidence(&sent, &ids[0])).await.unwrap().into_inner();
    assert_eq!(file.content, photo(0), "bit for bit");
    let digest = requests::hex(&files::digest(&photo(0)));
    assert_eq!(file.file_name, format!("{}-1-sha256-{digest}.jpg", sent.ticket.code));
    let kept = "audit.entries where action = 'reports.GetPhotoEvidence' and reason = 'Biên bản số 12, gọi ***'";
    assert_eq!(world.count(kept).await, 1, "with its reason, and no phone in it");
    world.events().await;
}

#[tokio::test]
async fn the_same_photo_sent_again_is_one_photo() {
    let mut world = world().await;
    let report = world.report();
    let first = add(&world, &report.submission_id, photo(1));
    let crowd = futures::future::join_all((0..5).map(|_| {
        let (mut citizen, request) = (world.photos(), first.clone());
        async move { citizen.add_photo(request).await.map(|answer| answer.into_inner().photo.unwrap().photo_id) }
    }));
    assert!(crowd.await.into_iter().all(|answer| answer.unwrap() == first.photo_id));
    assert_eq!(world.count("photos").await, 1);
    let other = pb::AddPhotoRequest { content: photo(2), ..first.clone() };
    assert_eq!(reason(&world.photos().add_photo(other).await.unwrap_err()), "ID_REUSED");
    let stranger = pb::AddPhotoRequest { submission_id: SubmissionId::mint(world.now()).to_string(), ..first.clone() };
    assert_eq!(reason(&world.photos().add_photo(stranger).await.unwrap_err()), "ID_REUSED", "nobody learns whose it is");
    let named = pb::CreateReportRequest { photo_ids: vec![first.photo_id.clone()], ..report.clone() };
    let created = world.citizen().create_report(named.clone()).await.unwrap().into_inner();
    assert_eq!(world.citizen().create_report(named).await.unwrap().into_inner().code, created.code);
    assert!(world.photos().add_photo(first).await.is_ok(), "the answer of before");
    let late = world.photos().add_photo(add(&world, &report.submission_id, photo(3))).await.unwrap_err();
    assert_eq!((late.code(), reason(&late).as_str()), (Code::FailedPrecondition, "ALREADY_SENT"));
    world.events().await;
}

#[tokio::test]
async fn what_is_no_photo_and_what_is_too_much_is_refused() {
    let mut world = world().await;
    let submission = SubmissionId::mint(world.now()).to_string();
    let half = photo(0)[..photo(0).len() / 2].to_vec();
    let large = [photo(0), vec![0; files::MOST_BYTES]].concat();
    for (content, expected) in [
        (b"GIF89a\x01\0\x01\0".to_vec(), "UNKNOWN_KIND"),
        (b"<svg onload='alert(1)'/>".to_vec(), "UNKNOWN_KIND"),
        (half, "CUT_OFF"),
        (large[..files::MOST_BYTES + 1].to_vec(), "TOO_LARGE"),
    ] {
        let refused = world.photos().add_photo(add(&world, &submission, content)).await.unwrap_err();
        let found = runtime::grpc::Problem::from_status(&refused).fields;
        assert_eq!((refused.code(), found[0].field.as_str(), found[0].reason.as_ref()), (Code::InvalidArgument, "content", expected));
    }
    let huge = [large, vec![0; 64 * 1024]].concat();
    let huge = world.photos().add_photo(add(&world, &submission, huge)).await.unwrap_err();
    assert!(matches!(huge.code(), Code::OutOfRange | Code::ResourceExhausted), "{huge}");
    assert_eq!(world.count("photos").await, 0);
    for shade in 0..5 {
        added(&world, &submission, shade).await;
    }
    let sixth = world.photos().add_photo(add(&world, &submission, photo(9))).await.unwrap_err();
    assert_eq!(reason(&sixth), "ENOUGH_PHOTOS");
    world
        .execute("insert into sent_photos (client_key, sent_at) select client_key, sent_at from sent_photos, generate_series(1, 11)")
        .await;
    let another = SubmissionId::mint(world.now()).to_string();
    let flood = world.photos().add_photo(add(&world, &another, photo(9))).await.unwrap_err();
    assert_eq!((flood.code(), reason(&flood).as_str()), (Code::ResourceExhausted, "TOO_MANY_PHOTOS"));
    world.advance(1);
    assert!(world.photos().add_photo(add(&world, &another, photo(9))).await.is_ok());
    world.events().await;
}

#[tokio::test]
async fn a_report_names_only_photos_of_its_own_submission() {
    let mut world = world().await;
    let report = world.report();
    let own = added(&world, &report.submission_id, 1).await.photo_id;
    let others = added(&world, &SubmissionId::mint(world.now()).to_string(), 2).await.photo_id;
    let unknown = PhotoId::mint(world.now()).to_string();
    let named = pb::CreateReportRequest { photo_ids: vec![own.clone(), others, unknown, own.clone()], ..report.clone() };
    let refused = world.citizen().create_report(named).await.unwrap_err();
    assert_eq!(fields(&refused), ["photo_ids[1]", "photo_ids[2]", "photo_ids[3]"]);
    let (sent, ids) = sent_with(&world, 1).await;
    let foreign = pb::GetReportPhotoRequest { report_id: sent.id.clone(), photo_id: own };
    let mut police = world.photos_as(TRA_DA, CHIEF);
    assert_eq!(police.get_report_photo(foreign).await.unwrap_err().code(), Code::NotFound);
    let get = pb::GetReportPhotoRequest { report_id: sent.id.clone(), photo_id: ids[0].clone() };
    for (mut who, code) in [
        (world.photos(), Code::Unauthenticated),
        (world.photos_as(TRA_DA, &[Permission::ReportsReportsHandle]), Code::PermissionDenied),
        (world.photos_as(IA_LE, CHIEF), Code::NotFound),
    ] {
        assert_eq!(who.get_report_photo(get.clone()).await.unwrap_err().code(), code);
        let list = pb::ListReportPhotosRequest { report_id: sent.id.clone() };
        assert_eq!(who.list_report_photos(list).await.unwrap_err().code(), code);
    }
    assert!(world.photos_as(PLEIKU, CHIEF).get_report_photo(get).await.is_ok());
    world.events().await;
}

#[tokio::test]
async fn what_nobody_names_is_gone_after_a_day_and_what_is_taken_back_at_once() {
    let mut world = world().await;
    let report = world.report();
    let [kept, back] = [added(&world, &report.submission_id, 1).await, added(&world, &report.submission_id, 2).await];
    assert_eq!(world.files().len(), 6);
    let list = pb::ListSubmissionPhotosRequest { submission_id: report.submission_id.clone() };
    assert_eq!(world.photos().list_submission_photos(list.clone()).await.unwrap().into_inner().photos, [kept.clone(), back.clone()]);
    let stranger = SubmissionId::mint(world.now()).to_string();
    for (submission, left) in [(&stranger, 2), (&report.submission_id, 1), (&report.submission_id, 1)] {
        let remove = pb::RemovePhotoRequest { submission_id: submission.clone(), photo_id: back.photo_id.clone() };
        world.photos().remove_photo(remove).await.unwrap();
        assert_eq!(world.photos().list_submission_photos(list.clone()).await.unwrap().into_inner().photos.len(), left);
    }
    reports::pass_time(&world.service, world.now()).await.unwrap();
    assert_eq!((world.files().len(), world.count("photos").await), (3, 1));
    world.advance(24);
    let late = pb::CreateReportRequest { photo_ids: vec![kept.photo_id], ..report };
    assert_eq!(fields(&world.citizen().create_report(late).await.unwrap_err()), ["photo_ids[0]"]);
    reports::pass_time(&world.service, world.now()).await.unwrap();
    assert_eq!((world.files().len(), world.count("photos").await), (0, 0));
    assert_eq!(world.count("seal.data_keys where wrapped is not null").await, 0, "nor can a backup of the folder be read");
    assert_eq!(world.count("sent_photos").await, 0);
    world.events().await;
}

#[tokio::test]
async fn erasing_a_report_erases_its_photos() {
    let mut world = world().await;
    let (sent, ids) = sent_with(&world, 2).await;
    reports::pass_time(&world.service, world.now()).await.unwrap();
    assert_eq!(world.files().len(), 6);
    assert_eq!(world.count("seal.data_keys where wrapped is not null").await, 1, "the report's key opens its photos");
    let id = uuid::Uuid::parse_str(&sent.id).unwrap();
    seal::erase(&mut world.pool.acquire().await.unwrap(), id).await.unwrap();
    let get = pb::GetReportPhotoRequest { report_id: sent.id.clone(), photo_id: ids[0].clone() };
    let refused = world.photos_as(TRA_DA, CHIEF).get_report_photo(get).await.unwrap_err();
    assert_eq!(reason(&refused), "ERASED", "from that moment on");
    let list = pb::ListReportPhotosRequest { report_id: sent.id.clone() };
    assert!(world.photos_as(TRA_DA, CHIEF).list_report_photos(list).await.unwrap().into_inner().photos.is_empty());
    world.advance(25);
    reports::pass_time(&world.service, world.now()).await.unwrap();
    assert_eq!((world.files().len(), world.count("photos").await), (0, 0), "and within a day the bytes are gone");
    world.events().await;
}

#[tokio::test]
async fn a_handler_adds_evidence_that_its_reporter_never_sees() {
    let mut world = world().await;
    let (sent, _) = sent_with(&world, 1).await;
    let request =
        pb::AddCasePhotoRequest { report_id: sent.id.clone(), photo_id: PhotoId::mint(world.now()).to_string(), content: photo(7) };
    let handler = [Permission::ReportsReportsRead, Permission::ReportsReportsHandle];
    let mut police = world.photos_as(TRA_DA, &handler);
    let added = police.add_case_photo(request.clone()).await.unwrap().into_inner().photo.unwrap();
    assert!(added.by_handler && !is_in(&added.thumbnail, PHOTOGRAPHER));
    assert_eq!(police.add_case_photo(request.clone()).await.unwrap().into_inner().photo.unwrap(), added, "sent twice, and one");
    let other = pb::AddCasePhotoRequest { content: photo(8), ..request.clone() };
    assert_eq!(reason(&police.add_case_photo(other).await.unwrap_err()), "ID_REUSED");
    let listed = police.list_report_photos(pb::ListReportPhotosRequest { report_id: sent.id.clone() }).await.unwrap().into_inner().photos;
    assert_eq!(listed.iter().map(|photo| photo.by_handler).collect::<Vec<_>>(), [false, true]);
    let own = world.photos().list_reporter_photos(pb::ListReporterPhotosRequest { ticket: Some(sent.ticket.clone()) }).await.unwrap();
    assert_eq!(own.into_inner().photos, listed[..1]);
    let report = world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap();
    assert_eq!(report.history.iter().filter(|line| line.kind == "ReportEvidenced").count(), 1);
    let fresh =
        |request: &pb::AddCasePhotoRequest| pb::AddCasePhotoRequest { photo_id: PhotoId::mint(world.now()).to_string(), ..request.clone() };
    let reader = world.photos_as(TRA_DA, &handler[..1]).add_case_photo(fresh(&request)).await.unwrap_err();
    let elsewhere = world.photos_as(IA_LE, &handler).add_case_photo(fresh(&request)).await.unwrap_err();
    assert_eq!((reader.code(), elsewhere.code()), (Code::PermissionDenied, Code::NotFound));
    let mut holder = world.photos_as(PROVINCE, &[Permission::ReportsEvidenceRead]);
    let file = holder.get_photo_evidence(evidence(&sent, &added.photo_id)).await.unwrap().into_inner();
    assert_eq!(file.content, photo(7), "the file itself is kept as it came");
    world.events().await;
}

#[tokio::test]
async fn the_reporter_adds_a_photo_later_and_whoever_works_on_it_sees_that() {
    let mut world = world().await;
    let (sent, _) = sent_with(&world, 1).await;
    let later = |content: Vec<u8>| pb::AddReporterPhotoRequest {
        ticket: Some(sent.ticket.clone()),
        photo_id: PhotoId::mint(world.now()).to_string(),
        content,
    };
    let request = later(photo(5));
    let photo_id = world.photos().add_reporter_photo(request.clone()).await.unwrap().into_inner().photo.unwrap().photo_id;
    let again = world.photos().add_reporter_photo(request.clone()).await.unwrap().into_inner().photo.unwrap();
    assert_eq!((again.photo_id.as_str(), again.thumbnail.is_empty()), (photo_id.as_str(), false));
    let report = world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap();
    assert_eq!(report.history.iter().filter(|line| line.kind == "ReporterWrote").count(), 1);
    let list = pb::ListReportPhotosRequest { report_id: sent.id.clone() };
    let listed = world.photos_as(TRA_DA, CHIEF).list_report_photos(list).await.unwrap().into_inner().photos;
    assert_eq!((listed.len(), listed[1].photo_id.as_str()), (2, photo_id.as_str()));
    let wrong = pb::Ticket { pin: "00000000".to_owned(), ..sent.ticket.clone() };
    let refused = world.photos().add_reporter_photo(pb::AddReporterPhotoRequest { ticket: Some(wrong), ..request }).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
    for shade in 10..18 {
        world.photos().add_reporter_photo(later(photo(shade))).await.unwrap();
    }
    assert_eq!(reason(&world.photos().add_reporter_photo(later(photo(30))).await.unwrap_err()), "ENOUGH_PHOTOS");
    let (over, _) = sent_with(&world, 1).await;
    world.answered(&over.id, pb::Outcome::NotFound).await;
    let late = pb::AddReporterPhotoRequest { ticket: Some(over.ticket), ..later(photo(31)) };
    assert_eq!(reason(&world.photos().add_reporter_photo(late).await.unwrap_err()), "WRONG_STATE");
    let published = world.citizen().list_published_reports(pb::ListPublishedReportsRequest::default()).await.unwrap().into_inner();
    assert!(!format!("{published:?}").to_lowercase().contains("photo"), "never of a public case");
    world.events().await;
}

#[tokio::test]
async fn nothing_of_a_photo_is_readable_in_the_folder_the_database_or_the_stream() {
    let mut world = world().await;
    sent_with(&world, 1).await;
    let original = photo(0);
    for file in world.files() {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!is_in(&bytes, PHOTOGRAPHER) && !is_in(&bytes, "JFIF") && !bytes.windows(32).any(|part| part == &original[500..532]));
    }
    let digest = requests::hex(&files::digest(&original));
    for table in ["photos", "sent_photos", "audit.entries", "events.outbox", "report_history"] {
        let found = format!("(select row_to_json(t)::text as line from {table} t) t where line ~ '{digest}|Giau|Samsung'");
        assert_eq!(world.count(&found).await, 0, "{table}");
    }
    assert!(world.events().await.iter().all(|event| !event.to_lowercase().contains("photo")));
}
