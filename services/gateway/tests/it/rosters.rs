//! Lists of people on the pages: looked at, taken without choosing the file again, taken back; and labels of tubes as a PDF.
use axum::body::Body;
use base64ct::{Base64, Encoding as _};
use contract::lab::v1::{
    Campaign, GetRosterTemplateResponse, ImportRosterRequest, ImportRosterResponse, ListCampaignsResponse, ListRostersRequest,
    ListRostersResponse, ListSamplingSessionsResponse, PrintTubeLabelsRequest, PrintTubeLabelsResponse, Roster, RosterFault,
    UndoRosterRequest, UndoRosterResponse,
};
use http::{Request, Response, StatusCode};
use runtime::grpc::{FieldViolation, Problem};
use tonic::Status;

use crate::{
    report_samples::sign_in,
    world::{World, area, time},
};

const CAMPAIGN: &str = "0199f000-0000-7000-8000-0000000000a1";
const LIST: &str = "0199f000-0000-7000-8000-0000000000a2";
const OLD: &str = "0199f000-0000-7000-8000-0000000000a3";
const MADE: &str = "0199f000-0000-7000-8000-0000000000a4";
const CSV: &[u8] = "\u{feff}Họ tên;Năm sinh\r\nSiu Blưk;1986\r\n".as_bytes();

fn path() -> String {
    format!("/sampling/campaigns/{CAMPAIGN}/rosters")
}

async fn world(permissions: &[&str]) -> World {
    let world = World::start().await;
    sign_in(&world.services, permissions);
    world.services.answers("ListSamplingSessions", vec![ListSamplingSessionsResponse::default()]);
    world.services.answers("ListCampaigns", vec![ListCampaignsResponse::default()]);
    let list = |import_id: &str, account: &str, undone| Roster {
        import_id: import_id.into(),
        imported_at: time("18T14:05"),
        account_id: account.into(),
        rows: 3,
        new_people: 2,
        wrong_rows: 1,
        undone_at: undone,
    };
    let rosters = vec![list(LIST, "0199f000-0000-7000-8000-000000000007", None), list(OLD, "another", time("18T15:00"))];
    let listed = ListRostersResponse { rosters, next_page_token: "more".into(), campaign_name: "Sàng lọc <Trà Đa>".into() };
    world.services.answers("ListRosters", vec![listed]);
    world
}

async fn planner() -> World {
    world(&["lab.sampling.read", "lab.campaigns.manage"]).await
}

async fn sampler() -> World {
    world(&["lab.sampling.read", "lab.sampling.take", "lab.labels.print"]).await
}

fn answer() -> ImportRosterResponse {
    let fault = RosterFault {
        row: 5,
        column: "Ngày sinh".into(),
        value: "31/02/1987".into(),
        sentence: "Dòng 5".into(),
        rule: "Cần ngày dạng 18/01/1987".into(),
    };
    ImportRosterResponse {
        rows: 4,
        new_people: 2,
        known_people: 1,
        wrong_rows: 1,
        faults: vec![fault],
        result: b"PK-workbook".to_vec(),
        same_as_import_id: String::new(),
    }
}

async fn get(world: &World, path: &str) -> Response<String> {
    world.send(Request::get(path).header("cookie", "__Host-sid=session").body(Body::empty()).unwrap()).await
}

async fn send(world: &World, pairs: &[(&str, &str)], file: Option<&[u8]>) -> Response<String> {
    send_with(world, &gateway::session::csrf("session"), pairs, file).await
}

/// The form of a list as a browser sends it.
async fn send_with(world: &World, csrf: &str, pairs: &[(&str, &str)], file: Option<&[u8]>) -> Response<String> {
    let mut body = Vec::new();
    for (name, value) in [("csrf", csrf), ("id", MADE)].iter().chain(pairs) {
        body.extend(format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    if let Some(file) = file {
        body.extend(b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n");
        body.extend([file, b"\r\n"].concat());
    }
    body.extend(b"--x--\r\n");
    let request = Request::post(path())
        .header("sec-fetch-site", "same-origin")
        .header("cookie", "__Host-sid=session")
        .header("content-type", "multipart/form-data; boundary=x");
    world.send(request.body(Body::from(body)).unwrap()).await
}

async fn post(world: &World, path: &str, pairs: &[(&str, &str)]) -> Response<String> {
    let csrf = gateway::session::csrf("session");
    let pairs: Vec<(&str, &str)> = [("csrf", csrf.as_str())].into_iter().chain(pairs.iter().copied()).collect();
    let request = Request::post(path)
        .header("cookie", "__Host-sid=session")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    world.send(request.body(Body::from(serde_urlencoded::to_string(pairs).unwrap())).unwrap()).await
}

#[tokio::test]
async fn a_list_is_looked_at_and_taken_from_the_page_that_shows_it() {
    let world = planner().await;
    world.services.answers("ImportRoster", vec![answer()]);
    let looked = send(&world, &[("do", "look")], Some(CSV)).await;
    assert_eq!(looked.status(), StatusCode::OK, "{}", looked.body());
    let asked: ImportRosterRequest = world.services.asked("ImportRoster").unwrap();
    assert_eq!(
        (asked.dry_run, asked.content.as_slice(), asked.campaign_id.as_str(), asked.import_id.as_str()),
        (true, CSV, CAMPAIGN, MADE)
    );
    let carried = Base64::encode_string(CSV);
    for said in [
        "Xem trước, chưa ghi gì",
        "Danh sách người: Sàng lọc &#60;Trà Đa&#62;",
        "<div class=\"alarm\"><b>1</b>dòng sai",
        "31/02/1987",
        "Cần ngày dạng 18/01/1987",
        "Nhận 3 dòng đúng",
        &format!("name=\"content\" value=\"{carried}\""),
        &format!("name=\"id\" value=\"{MADE}\""),
    ] {
        assert!(looked.body().contains(said), "{said}: {}", looked.body());
    }
    assert!(!looked.body().contains("data:application"), "nothing became of the rows yet");

    let taken = send(&world, &[("content", &carried), ("do", "take")], None).await;
    let asked: ImportRosterRequest = world.services.asked("ImportRoster").unwrap();
    assert_eq!((asked.dry_run, asked.content.as_slice(), asked.import_id.as_str()), (false, CSV, MADE));
    let workbook = format!("spreadsheetml.sheet;base64,{}\" download=\"danh-sach-da-nhan.xlsx\"", Base64::encode_string(b"PK-workbook"));
    for said in ["Đã nhận danh sách", &workbook] {
        assert!(taken.body().contains(said), "{said}: {}", taken.body());
    }
    assert!(!taken.body().contains("value=\"take\"") && !taken.body().contains(&carried), "it is taken once");

    world.services.answers("ImportRoster", vec![ImportRosterResponse { same_as_import_id: LIST.into(), ..answer() }]);
    for (pairs, file) in [(vec![("do", "look")], Some(CSV)), (vec![("content", carried.as_str()), ("do", "take")], None)] {
        let same = send(&world, &pairs, file).await;
        assert!(same.body().contains("Tệp này đã được nhận lúc 18/10 14:05"), "{}", same.body());
        assert!(!same.body().contains("value=\"take\"") && !same.body().contains("data:application"));
    }
    let none = ImportRosterResponse { rows: 1, new_people: 0, known_people: 0, ..answer() };
    world.services.answers("ImportRoster", vec![none]);
    let none = send(&world, &[("do", "look")], Some(CSV)).await;
    assert!(none.body().contains("Không có dòng nào nhận được") && !none.body().contains("value=\"take\""));
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said_at_its_box_and_no_file_is_lost() {
    let world = planner().await;
    let nothing = send(&world, &[("do", "look")], None).await;
    assert!(nothing.status() == StatusCode::UNPROCESSABLE_ENTITY && nothing.body().contains("<a href=\"#file\">Chọn tệp danh sách"));
    for bytes in [3 * 1024 * 1024 + 1, 5 * 1024 * 1024 + 1] {
        let large = send(&world, &[("do", "look")], Some(&vec![b'a'; bytes])).await;
        assert!(large.status() == StatusCode::UNPROCESSABLE_ENTITY && large.body().contains("<a href=\"#file\">Tệp quá 3 MB"));
    }
    let fault = FieldViolation::new("content", "INVALID", "Tệp có mật khẩu", "The file has a password");
    world.services.refuses("ImportRoster", Problem::invalid(vec![fault]).into());
    let refused = send(&world, &[("do", "look")], Some(CSV)).await;
    assert!(refused.status() == StatusCode::UNPROCESSABLE_ENTITY && refused.body().contains("<a href=\"#file\">Tệp có mật khẩu"));

    // As large as a file may be, it is carried whole.
    let large = vec![b'a'; 3 * 1024 * 1024];
    world.services.refuses("ImportRoster", Status::unavailable("down"));
    world.services.refuses("ListRosters", Status::unavailable("down"));
    let away = send(&world, &[("do", "look")], Some(&large)).await;
    assert_eq!(away.status(), StatusCode::SERVICE_UNAVAILABLE);
    let carried = Base64::encode_string(&large);
    assert!(away.body().contains("Tệp vẫn còn ở đây") && away.body().contains(&carried) && away.body().contains("value=\"look\""));
    let again = send(&world, &[("content", &carried), ("do", "take")], None).await;
    assert!(again.status() == StatusCode::SERVICE_UNAVAILABLE && again.body().contains("value=\"take\""));
    assert_eq!(get(&world, &path()).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(send(&world, &[("content", "!"), ("do", "take")], None).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(send_with(&world, "another", &[("do", "look")], Some(CSV)).await.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn lists_are_told_with_who_took_them_and_taken_back_when_asked_twice() {
    let world = planner().await;
    let page = get(&world, &format!("{}?page=next", path())).await;
    assert_eq!(world.services.asked::<ListRostersRequest>("ListRosters").unwrap().page_token, "next");
    let undo = format!("{}/{LIST}/undo", path());
    for said in [
        "18/10 14:05",
        "bạn",
        "người khác",
        "Đã thu hồi",
        &format!("href=\"{undo}\" data-confirm"),
        "?page=more",
        "/sampling/roster-template",
    ] {
        assert!(page.body().contains(said), "{said}: {}", page.body());
    }
    assert!(!page.body().contains(&format!("{OLD}/undo")) && !page.body().contains("/sampling/labels"));

    let asks = get(&world, &undo).await;
    assert!(
        asks.body().contains("Thu hồi danh sách nhận lúc 18/10 14:05?") && asks.body().contains("đã ghi 2 người mới"),
        "{}",
        asks.body()
    );
    assert_eq!(get(&world, &format!("{}/{OLD}/undo", path())).await.headers()["location"], path());
    world.services.answers("UndoRoster", vec![UndoRosterResponse { erased_people: 2, kept_people: 1 }]);
    let undone = post(&world, &undo, &[("command-id", MADE)]).await;
    let asked: UndoRosterRequest = world.services.asked("UndoRoster").unwrap();
    assert_eq!((asked.import_id.as_str(), asked.command_id.as_str()), (LIST, MADE));
    let back = undone.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!((undone.status(), back.as_str()), (StatusCode::SEE_OTHER, format!("{}?erased=2&kept=1", path()).as_str()));
    assert!(get(&world, &back).await.body().contains("xóa 2 người, giữ 1 người"));
    world.services.refuses("UndoRoster", Status::unavailable("down"));
    let away = post(&world, &undo, &[("command-id", MADE)]).await;
    assert!(away.status() == StatusCode::SERVICE_UNAVAILABLE && away.body().contains(MADE));

    let file = GetRosterTemplateResponse { file_name: "a.xlsx".into(), media_type: "application/x".into(), content: b"PK".into() };
    world.services.answers("GetRosterTemplate", vec![file]);
    let file = get(&world, "/sampling/roster-template").await;
    assert!(file.headers()["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"a.xlsx\""));
    assert_eq!(file.body(), "PK");
}

#[tokio::test]
async fn only_who_manages_a_campaign_reaches_its_lists() {
    let world = planner().await;
    let named = || Campaign { name: "Đợt".into(), ..Campaign::default() };
    let campaign = |id: &str, code: &str| Campaign { campaign_id: id.into(), area: Some(area(code, "x")), ..named() };
    let campaigns = vec![campaign(CAMPAIGN, "23596"), campaign(OLD, "64")];
    world.services.answers("ListCampaigns", vec![ListCampaignsResponse { campaigns, ..ListCampaignsResponse::default() }]);
    let page = get(&world, "/sampling").await;
    assert!(page.body().contains(&format!("href=\"{}\"", path())), "{}", page.body());
    assert!(!page.body().contains(&format!("/sampling/campaigns/{OLD}/rosters")), "the province's own is managed from above");
    world.services.refuses("ListRosters", Status::not_found("campaign"));
    assert_eq!(get(&world, &path()).await.status(), StatusCode::NOT_FOUND);
    assert!(!page.body().contains("/sampling/labels"));
    assert_eq!(get(&world, "/sampling/labels").await.status(), StatusCode::NOT_FOUND);

    let world = sampler().await;
    let page = get(&world, "/sampling").await;
    assert!(page.body().contains("href=\"/sampling/labels\"") && !page.body().contains("/rosters"));
    for page in [path(), format!("{}/{LIST}/undo", path()), "/sampling/roster-template".to_owned()] {
        assert_eq!(get(&world, &page).await.status(), StatusCode::NOT_FOUND, "{page}");
    }
    assert_eq!(send(&world, &[("do", "look")], Some(CSV)).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(post(&world, &format!("{}/{LIST}/undo", path()), &[("command-id", MADE)]).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn labels_are_a_pdf_to_keep() {
    let world = world(&["lab.sampling.read", "lab.campaigns.manage", "lab.labels.print"]).await;
    assert!(get(&world, "/sampling").await.body().contains("href=\"/sampling/labels\""), "who plans prints for all sites");
    let page = get(&world, "/sampling/labels").await;
    assert!(page.body().contains("A4, 65 nhãn") && page.body().contains("value=\"65\""), "{}", page.body());
    let file = PrintTubeLabelsResponse { file_name: "nhan.pdf".into(), media_type: "application/pdf".into(), content: b"%PDF-1.7".into() };
    world.services.answers("PrintTubeLabels", vec![file]);
    let pdf = post(&world, "/sampling/labels", &[("layout", "a4-3x8"), ("labels", " 24 ")]).await;
    let asked: PrintTubeLabelsRequest = world.services.asked("PrintTubeLabels").unwrap();
    assert_eq!((asked.layout.as_str(), asked.labels), ("a4-3x8", 24));
    assert_eq!(
        (pdf.status(), &pdf.headers()["content-type"], pdf.body().as_str()),
        (StatusCode::OK, &"application/pdf".parse().unwrap(), "%PDF-1.7")
    );
    let fault = FieldViolation::new("labels", "INVALID", "x", "x");
    world.services.refuses("PrintTubeLabels", Problem::invalid(vec![fault]).into());
    let wrong = post(&world, "/sampling/labels", &[("layout", "a4-3x8"), ("labels", "nhiều")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body().contains("<a href=\"#labels\">Ghi số nhãn") && wrong.body().contains("value=\"nhiều\""), "{}", wrong.body());
}
