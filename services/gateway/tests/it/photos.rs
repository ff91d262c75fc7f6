//! Photos on the pages: chosen without script, shown as part of the page and never by an address of their own, fetched by officers alone.
use axum::body::Body;
use contract::reports::v1::{
    AddCasePhotoRequest, AddCasePhotoResponse, AddPhotoRequest, AddPhotoResponse, AddReporterPhotoRequest, AddReporterPhotoResponse,
    CreateReportRequest, GetPhotoEvidenceRequest, GetPhotoEvidenceResponse, GetReportPhotoResponse, ListReportPhotosResponse,
    ListReporterPhotosResponse, ListSubmissionPhotosResponse, Photo, RemovePhotoRequest, RemovePhotoResponse,
};
use http::{Request, Response, StatusCode};
use runtime::grpc::{FieldViolation, Problem};
use tonic::{Code, Status};

use crate::{
    report_samples::{CODE, DECIDES, PIN, REPORT, sign_in},
    reports::{Pairs, form, heading, press},
    world::World,
};

const PHOTO: &str = "0199f000-0000-7000-8000-000000000091";
const OFFICER: &str = "__Host-sid=session";
const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];

fn photos() -> Vec<Photo> {
    vec![Photo { photo_id: PHOTO.into(), width: 640, height: 480, thumbnail: JPEG.into(), ..Photo::default() }]
}

/// A form with files as a browser sends it.
async fn send(world: &World, path: &str, cookie: &str, pairs: &Pairs, files: &[&[u8]]) -> Response<String> {
    let mut body = Vec::new();
    for (name, value) in pairs {
        body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    for file in files {
        body.extend(b"--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n");
        body.extend([*file, b"\r\n"].concat());
    }
    body.extend(b"--x--\r\n");
    let request = Request::post(path)
        .header("sec-fetch-site", "same-origin")
        .header("cookie", cookie)
        .header("content-type", "multipart/form-data; boundary=x");
    world.send(request.body(Body::from(body)).unwrap()).await
}

/// The step of the photos, with what was asked before it.
async fn step(world: &World) -> Response<String> {
    let page = press(world, &world.get("/report").await, &[("category", "NO_MASK")], "next").await;
    let page = press(world, &page, &[("landmark", "trước chợ")], "next").await;
    let page = press(world, &page, &[], "next").await;
    let page = press(world, &page, &[("text", "Nhiều người không đeo khẩu trang")], "next").await;
    assert_eq!(heading(&page), "Có ảnh không?");
    page
}

async fn add(world: &World, page: &Response<String>, files: &[&[u8]], button: &str) -> Response<String> {
    let mut pairs = form(page);
    pairs.push(("do".to_owned(), button.to_owned()));
    send(world, "/report", "", &pairs, files).await
}

fn value(page: &Response<String>, name: &str) -> String {
    form(page).into_iter().find(|(it, _)| it == name).unwrap().1
}

#[tokio::test]
async fn a_photo_is_taken_in_at_its_step_and_travels_with_the_report() {
    let world = World::start().await;
    let page = step(&world).await;
    assert!(page.body().contains("enctype=\"multipart/form-data\"") && page.body().contains("accept=\"image/jpeg,image/png,image/webp\""));
    world.services.answers("AddPhoto", vec![AddPhotoResponse::default()]);
    world.services.answers("ListSubmissionPhotos", vec![ListSubmissionPhotosResponse { photos: photos() }]);
    let added = add(&world, &page, &[JPEG], "add").await;
    assert_eq!((added.status(), heading(&added)), (StatusCode::OK, "Có ảnh không?"), "{}", added.body());
    let asked: AddPhotoRequest = world.services.asked("AddPhoto").unwrap();
    assert_eq!((asked.submission_id, asked.content.as_slice()), (value(&page, "id"), JPEG));
    assert!(value(&page, "new-photos").starts_with(&asked.photo_id), "an id made with the page: sending twice is one");
    assert!(added.body().contains("<img src=\"data:image/jpeg;base64,/9j/4AECAw==\" alt=\"Ảnh 1\">"), "{}", added.body());
    let next = add(&world, &added, &[], "next").await;
    assert_eq!(heading(&next), "Có để lại cách liên hệ không?");
    let check = press(&world, &next, &[], "next").await;
    assert!(check.body().contains("1 ảnh"), "{}", check.body());
    press(&world, &check, &[], "send").await;
    let sent: CreateReportRequest = world.services.asked("CreateReport").unwrap();
    assert_eq!(sent.photo_ids, [PHOTO]);
    world.services.answers("RemovePhoto", vec![RemovePhotoResponse {}]);
    world.services.answers("ListSubmissionPhotos", vec![ListSubmissionPhotosResponse::default()]);
    let dropped = add(&world, &added, &[], &format!("drop-{PHOTO}")).await;
    assert_eq!(world.services.asked::<RemovePhotoRequest>("RemovePhoto").unwrap().photo_id, PHOTO);
    assert!(!dropped.body().contains("<img"));
}

#[tokio::test]
async fn what_is_wrong_with_a_photo_is_said_at_its_box() {
    let world = World::start().await;
    let page = step(&world).await;
    let nothing = add(&world, &page, &[], "add").await;
    assert!(nothing.status() == StatusCode::UNPROCESSABLE_ENTITY && nothing.body().contains("<a href=\"#photo\">Chọn ảnh rồi bấm"));
    let fault = FieldViolation::new("content", "UNKNOWN_KIND", "Chỉ nhận ảnh JPEG, PNG hoặc WebP", "Only JPEG");
    world.services.refuses("AddPhoto", Problem::invalid(vec![fault]).into());
    let wrong = add(&world, &page, &[b"GIF89a"], "next").await;
    assert!(wrong.body().contains("<a href=\"#photo\">Ảnh thứ 1: Chỉ nhận ảnh JPEG"), "{}", wrong.body());
    assert_eq!(heading(&wrong), "Có ảnh không?", "nobody goes on without the photo that he chose");
    world.services.refuses("AddPhoto", Problem::new(Code::ResourceExhausted, "TOO_MANY_PHOTOS", "Gửi không kèm ảnh", "x").into());
    assert!(add(&world, &page, &[JPEG], "add").await.body().contains("Gửi không kèm ảnh"));
    world.services.refuses("AddPhoto", Status::unavailable("down"));
    let away = add(&world, &page, &[JPEG], "next").await;
    assert!(away.body().contains("Ảnh chưa tới nơi") && value(&away, "text").contains("khẩu trang"), "nothing else is lost");
    let large = vec![0; 5 * 1024 * 1024 + 1];
    let refused = add(&world, &page, &[&large], "add").await;
    assert!(refused.body().contains("Ảnh quá 5 MB"));
    let gone = FieldViolation::new("photo_ids[0]", "INVALID", "Ảnh không còn trên hệ thống. Chọn lại ảnh", "Choose again");
    let next = add(&world, &page, &[], "next").await;
    let check = press(&world, &next, &[], "next").await;
    world.services.refuses("CreateReport", Problem::invalid(vec![gone]).into());
    let back = press(&world, &check, &[], "send").await;
    assert!(heading(&back) == "Có ảnh không?" && back.body().contains("Chọn lại ảnh"), "{}", back.body());
}

#[tokio::test]
async fn the_reporter_sees_his_photos_and_adds_one() {
    let world = World::start().await;
    world.services.answers("ListReporterPhotos", vec![ListReporterPhotosResponse { photos: photos() }]);
    world.services.answers("AddReporterPhoto", vec![AddReporterPhotoResponse::default()]);
    let ticket = |button: &str| -> Pairs {
        [("code", CODE), ("pin", PIN), ("command_id", PHOTO), ("do", button)].map(|(name, value)| (name.into(), value.into())).into()
    };
    let opened = send(&world, "/follow", "", &ticket(""), &[]).await;
    assert!(opened.body().contains("src=\"data:image/jpeg;base64,") && opened.body().contains("enctype=\"multipart/form-data\""));
    assert_eq!(opened.headers()["cache-control"], "no-store");
    let added = send(&world, "/follow", "", &ticket("photo"), &[JPEG]).await;
    assert!(added.body().contains("Đã thêm ảnh."), "{}", added.body());
    let asked: AddReporterPhotoRequest = world.services.asked("AddReporterPhoto").unwrap();
    assert_eq!((asked.photo_id.as_str(), asked.content.as_slice(), asked.ticket.unwrap().pin.as_str()), (PHOTO, JPEG, PIN));
    let nothing = send(&world, "/follow", "", &ticket("photo"), &[]).await;
    assert!(nothing.status() == StatusCode::UNPROCESSABLE_ENTITY && nothing.body().contains("<a href=\"#photo\">Chọn ảnh"));
    let enough = Problem::new(Code::FailedPrecondition, "ENOUGH_PHOTOS", "Đã đủ số ảnh.", "Enough.");
    world.services.refuses("AddReporterPhoto", enough.into());
    assert!(send(&world, "/follow", "", &ticket("photo"), &[JPEG]).await.body().contains("Đã đủ số ảnh."));
    world.services.refuses("ListReporterPhotos", Status::unavailable("down"));
    assert_eq!(send(&world, "/follow", "", &ticket(""), &[]).await.status(), StatusCode::OK, "without them the report is there");
}

async fn officer(permissions: &[&str]) -> World {
    let world = World::start().await;
    sign_in(&world.services, permissions);
    world.services.answers("ListReportPhotos", vec![ListReportPhotosResponse { photos: photos() }]);
    world
}

#[tokio::test]
async fn a_handler_adds_a_photo_as_evidence() {
    let world = officer(&["reports.reports.read", "reports.reports.handle"]).await;
    world.services.answers("AddCasePhoto", vec![AddCasePhotoResponse::default()]);
    let case = get(&world, &format!("/reports/{REPORT}"), OFFICER).await;
    let photo_id = case.body().split("name=\"photo_id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let csrf = gateway::session::csrf("session");
    let typed: Pairs = [("csrf", csrf), ("photo_id", photo_id.clone())].map(|(name, it)| (name.into(), it)).into();
    let path = format!("/reports/{REPORT}/photos");
    let done = send(&world, &path, OFFICER, &typed, &[JPEG]).await;
    assert_eq!(
        (done.status(), done.headers()["location"].to_str().unwrap()),
        (StatusCode::SEE_OTHER, format!("/reports/{REPORT}#photos").as_str())
    );
    let asked: AddCasePhotoRequest = world.services.asked("AddCasePhoto").unwrap();
    assert_eq!((asked.report_id.as_str(), asked.photo_id, asked.content.as_slice()), (REPORT, photo_id.clone(), JPEG));
    let nothing = send(&world, &path, OFFICER, &typed, &[]).await;
    assert!(nothing.status() == StatusCode::UNPROCESSABLE_ENTITY && nothing.body().contains("<a href=\"#photo\">Chọn ảnh"));
    let forged: Pairs = vec![("photo_id".into(), photo_id)];
    assert_eq!(send(&world, &path, OFFICER, &forged, &[JPEG]).await.status(), StatusCode::FORBIDDEN);
}

async fn get(world: &World, path: &str, cookie: &str) -> Response<String> {
    world.send(Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap()).await
}

/// The form below a photo by which its file is fetched.
async fn fetch(world: &World, path: &str, reason: &str, csrf: &str) -> Response<String> {
    let body = serde_urlencoded::to_string([("csrf", csrf), ("evidence-1", reason)]).unwrap();
    let request = Request::post(path)
        .header("cookie", OFFICER)
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    world.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn an_officer_sees_photos_as_pictures_and_nothing_else() {
    let world = officer(&DECIDES).await;
    let photo = GetReportPhotoResponse { file_name: "PA-1.jpg".into(), media_type: "text/html".into(), content: b"<script>".into() };
    world.services.answers("GetReportPhoto", vec![photo]);
    let case = get(&world, &format!("/reports/{REPORT}"), OFFICER).await;
    let path = format!("/reports/{REPORT}/photos/{PHOTO}");
    assert!(case.body().contains(&format!("<a href=\"{path}\"><img src=\"data:image/jpeg;base64,")), "{}", case.body());
    assert!(!case.body().contains("/evidence"), "who handles it has no originals");
    let shown = get(&world, &path, OFFICER).await;
    for (name, expected) in [
        ("content-type", "image/jpeg"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
        ("content-disposition", "inline; filename=\"PA-1.jpg\"; filename*=UTF-8''PA-1.jpg"),
    ] {
        assert_eq!(shown.headers()[name], expected);
    }
    assert_eq!(get(&world, &path, "").await.status(), StatusCode::SEE_OTHER, "nobody else");
    assert_eq!(get(&world, &format!("/reports/{REPORT}/photos/1"), OFFICER).await.status(), StatusCode::NOT_FOUND);
    let csrf = gateway::session::csrf("session");
    assert_eq!(fetch(&world, &format!("{path}/evidence"), "Biên bản số 12", &csrf).await.status(), StatusCode::NOT_FOUND);
    world.services.refuses("ListReportPhotos", Status::unavailable("down"));
    let case = get(&world, &format!("/reports/{REPORT}"), OFFICER).await;
    assert!(case.status() == StatusCode::OK && case.body().contains("Chưa đọc được ảnh"));
}

#[tokio::test]
async fn the_file_itself_is_downloaded_with_a_reason() {
    let world = officer(&[&DECIDES[..], &["reports.evidence.read"]].concat()).await;
    let path = format!("/reports/{REPORT}/photos/{PHOTO}/evidence");
    let case = get(&world, &format!("/reports/{REPORT}"), OFFICER).await;
    assert!(case.body().contains(&format!("action=\"{path}\"")) && case.body().contains("Tải tệp gốc của ảnh 1"));
    let csrf = gateway::session::csrf("session");
    let file = GetPhotoEvidenceResponse { file_name: "PA-1-sha256-00.png".into(), media_type: "image/png".into(), content: JPEG.into() };
    world.services.answers("GetPhotoEvidence", vec![file]);
    let found = fetch(&world, &path, " Biên bản số 12 ", &csrf).await;
    assert_eq!((found.status(), &found.headers()["content-type"]), (StatusCode::OK, &http::HeaderValue::from_static("image/png")));
    assert!(found.headers()["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"PA-1-sha256-00.png\""));
    assert_eq!(world.services.asked::<GetPhotoEvidenceRequest>("GetPhotoEvidence").unwrap().reason, "Biên bản số 12");
    assert_eq!(fetch(&world, &path, "Biên bản số 12", "another").await.status(), StatusCode::FORBIDDEN);
    world.services.refuses("GetPhotoEvidence", Problem::invalid(vec![FieldViolation::new("reason", "TOO_SHORT", "x", "x")]).into());
    let wrong = fetch(&world, &path, "cần", &csrf).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body().contains("<a href=\"#evidence-1\">Ghi lý do") && wrong.body().contains(">cần</textarea>"), "{}", wrong.body());
}
