//! Statistics, administration and command: what the pages say of sample answers, and what their forms ask the services.
use axum::body::Body;
use contract::{
    accounts::v1::{
        Account, AccountState, CreateAccountRequest, CreateAccountResponse, CreatePasswordLinkResponse, GetAccountResponse, Grant,
        ListAccountsRequest, ListAccountsResponse, ListRolesResponse, ListUnitsResponse, LockAccountRequest, LockAccountResponse,
        PermissionGrant, Principal, ResolveSessionResponse, Role, Unit, UnitKind,
    },
    vehicles::v1::{
        CrossingCount, Decision, Direction, DistrictCount, ExportStatisticsRequest, ExportStatisticsResponse, GetStatisticsRequest,
        GetStatisticsResponse, ListTripsResponse, PlateColor, Purpose, TripState, TripSummary, VehicleType,
    },
};
use http::{Request, Response, StatusCode};
use runtime::grpc::Problem;
use tonic::{Code, Status};

use crate::world::{self, World, area, plate, time};

pub const ACCOUNT: &str = "0199f000-0000-7000-8000-000000000042";
const GRANT: &str = "0199f000-0000-7000-8000-000000000043";
const UNIT: &str = "0199f000-0000-7000-8000-000000000044";

pub fn administrator() -> Principal {
    let permissions = ["accounts.accounts.manage", "accounts.accounts.read", "vehicles.statistics.read", "vehicles.trips.read"];
    let grant = |permission: &str| PermissionGrant { permission: permission.into(), areas: vec!["2021.64".into()] };
    let unit = Unit {
        name: "Công an tỉnh Gia Lai".into(),
        kind: UnitKind::ProvincePolice.into(),
        post_code: String::new(),
        ..world::principal().unit.unwrap()
    };
    Principal {
        login: "admin".into(),
        full_name: "Nguyễn Hoàng Sơn".into(),
        unit: Some(unit),
        permissions: permissions.map(grant).into(),
        ..world::principal()
    }
}

fn units() -> Vec<Unit> {
    let unit = |unit_id: &str, name: &str, kind: UnitKind, code: &str, area_name: &str| Unit {
        unit_id: unit_id.into(),
        name: name.into(),
        kind: kind.into(),
        area: Some(area(code, area_name)),
        ..Unit::default()
    };
    vec![
        unit("0199f000-0000-7000-8000-000000000009", "Công an tỉnh Gia Lai", UnitKind::ProvincePolice, "64", "Tỉnh Gia Lai"),
        unit(UNIT, "Công an xã Trà Đa", UnitKind::CommunePolice, "23596", "Xã Trà Đa, Thành phố Pleiku"),
    ]
}

pub fn account(state: AccountState) -> Account {
    let grant = |number: u8, role: &str, from: &str, until: Option<&str>| Grant {
        grant_id: GRANT.replace("43", &number.to_string()),
        role_id: role.into(),
        area: Some(area("23596", "Xã Trà Đa, Thành phố Pleiku")),
        valid_from: time(from),
        valid_until: until.and_then(time),
    };
    Account {
        account_id: ACCOUNT.into(),
        login: "tinh.pham".into(),
        full_name: "Rơ̆ Mah H’Bưm".into(),
        unit: units().pop(),
        state: state.into(),
        grants: vec![
            grant(43, "COMMUNE_POLICE", "01T07:00", None),
            grant(45, "COMMUNE_POLICE", "01T07:00", Some("15T07:00")),
            grant(46, "OLD_ROLE", "25T07:00", Some("31T07:00")),
        ],
        created_at: time("01T07:00"),
        last_signed_in_at: time("18T21:48"),
        version: 7,
    }
}

fn counts() -> GetStatisticsResponse {
    let crossing = |day: u8, post: &str, direction: Direction, decision: Decision, vehicles: i32, people: i32| CrossingCount {
        day: format!("2021-10-{day}"),
        post_id: post.into(),
        direction: direction.into(),
        decision: decision.into(),
        vehicles,
        people,
    };
    let district = |code: &str, vehicles: i32, people: i32, arrivals: [i32; 6]| {
        let [arrivals_expected, arrivals_confirmed, arrivals_late, arrivals_missing, arrivals_mismatched, median_delay_minutes] = arrivals;
        DistrictCount {
            area: Some(area(code, "")),
            vehicles,
            people,
            arrivals_expected,
            arrivals_confirmed,
            arrivals_late,
            arrivals_missing,
            arrivals_mismatched,
            median_delay_minutes,
        }
    };
    GetStatisticsResponse {
        crossings: vec![
            crossing(18, "CP3", Direction::In, Decision::Transit, 1_204, 1_633),
            crossing(18, "CP1", Direction::In, Decision::Destination, 310, 402),
            crossing(19, "CP3", Direction::In, Decision::TurnBack, 12, 31),
            crossing(19, "CP1", Direction::Out, Decision::TurnBack, 4, 9),
        ],
        districts: vec![district("622", 210, 305, [214, 180, 22, 9, 3, 47]), district("623", 41, 60, [41, 41, 0, 0, 0, 0])],
        as_of_sequence: 18_204,
        as_of: time("19T02:14"),
        violations_opened: 3,
    }
}

pub async fn world() -> World {
    let world = World::start().await;
    world.services.answers("ResolveSession", vec![ResolveSessionResponse { principal: Some(administrator()) }]);
    let role = |id: &str, name_vi: &str, permissions: &[&str]| Role {
        role_id: id.into(),
        name_vi: name_vi.into(),
        name_en: "x".into(),
        permissions: permissions.iter().map(|it| (*it).to_owned()).collect(),
    };
    let roles = vec![
        role("COMMUNE_POLICE", "Công an xã, phường, thị trấn", &["vehicles.arrivals.confirm", "vehicles.arrivals.read"]),
        role("TECH_ADMIN", "Quản trị kỹ thuật", &[]),
    ];
    world.services.answers("ListRoles", vec![ListRolesResponse { roles }]);
    world.services.answers("ListUnits", vec![ListUnitsResponse { units: units(), next_page_token: String::new() }]);
    let accounts = vec![account(AccountState::Active)];
    world.services.answers("ListAccounts", vec![ListAccountsResponse { accounts, next_page_token: ACCOUNT.into() }]);
    world.services.answers("GetAccount", vec![GetAccountResponse { account: Some(account(AccountState::Active)) }]);
    world.services.answers("GetStatistics", vec![counts()]);
    world
}

pub async fn get(world: &World, path: &str) -> Response<String> {
    world.send(Request::get(path).header("cookie", "__Host-sid=session").body(Body::empty()).unwrap()).await
}

/// A form of one of our pages, with the token of its session unless the test brings its own.
pub async fn post(world: &World, path: &str, pairs: &[(&str, &str)]) -> Response<String> {
    let page = get(world, "/accounts").await;
    let csrf = page.body().split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let pairs: Vec<(&str, &str)> = [("csrf", csrf.as_str())].into_iter().chain(pairs.iter().copied()).collect();
    let request = Request::post(path)
        .header("cookie", "__Host-sid=session")
        .header("host", "localhost:8080")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    world.send(request.body(Body::from(serde_urlencoded::to_string(pairs).unwrap())).unwrap()).await
}

/// What the page itself says, without its frame and without the names of this build's files and session.
pub fn content(answer: &Response<String>) -> String {
    let html = answer.body();
    let main = html.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let mut text = main.replace(gateway::assets::ICONS_SVG, "icons.svg");
    if let Some(csrf) = main.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()) {
        text = text.replace(csrf, "[csrf]");
    }
    text
}

#[tokio::test]
async fn statistics_are_drawn_and_written() {
    let world = world().await;
    let answer = get(&world, "/statistics?from=2021-10-18&to=2021-10-19&cutoff=8").await;
    assert_eq!((answer.status(), answer.headers()["cache-control"].to_str().unwrap()), (StatusCode::OK, "no-store"));
    let asked: GetStatisticsRequest = world.services.asked("GetStatistics").unwrap();
    assert_eq!((asked.from_day.as_str(), asked.until_day.as_str(), asked.cutoff_hour), ("2021-10-18", "2021-10-20", 8));
    let text = content(&answer);
    assert_eq!((text.matches("<svg class=\"chart\"").count(), text.matches("<table").count()), (6, 6), "a table under each chart");
    assert_eq!(text.matches("role=\"img\"").count(), text.matches("<desc").count());
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn a_window_that_cannot_be_read_is_shown_again() {
    let world = world().await;
    for (query, field) in [("from=x", "from"), ("from=2021-10-19&to=2021-10-18", "to")] {
        for path in ["/statistics", "/statistics/workbook"] {
            let answer = get(&world, &format!("{path}?{query}")).await;
            assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.body().contains(&format!("<a href=\"#{field}\">")), "{query}");
        }
    }
    let field = runtime::grpc::FieldViolation::new("until_day", "OUT_OF_RANGE", "Chọn tối đa một năm", "At most a year");
    world.services.refuses("GetStatistics", Problem::invalid(vec![field]).into());
    let answer = get(&world, "/statistics?from=2019-10-18&to=2021-10-18").await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body().contains("<a href=\"#to\">Chọn tối đa một năm</a>") && answer.body().contains("value=\"2019-10-18\""));
}

#[tokio::test]
async fn the_workbook_is_an_attachment() {
    let world = world().await;
    let file =
        ExportStatisticsResponse { file_name: "thong-ke.xlsx".into(), media_type: "application/x-test".into(), content: b"PK".into() };
    world.services.answers("ExportStatistics", vec![file]);
    let answer = get(&world, "/statistics/workbook?from=2021-10-18&to=2021-10-18&cutoff=17").await;
    assert_eq!((answer.status(), answer.body().as_str()), (StatusCode::OK, "PK"));
    assert_eq!(answer.headers()["content-type"], "application/x-test");
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"thong-ke.xlsx\""));
    let asked: ExportStatisticsRequest = world.services.asked("ExportStatistics").unwrap();
    assert_eq!((asked.until_day.as_str(), asked.cutoff_hour, asked.language.as_str()), ("2021-10-19", 17, "vi"));
}

#[tokio::test]
async fn the_province_starts_at_what_is_overdue() {
    let world = world().await;
    let trip = |number: u8, state: TripState, purpose: Purpose, due: &str| TripSummary {
        trip_id: world::TRIP.replace("001", &format!("{number:03}")),
        state: state.into(),
        plate: plate("81C-207.14", PlateColor::Yellow),
        vehicle_type: VehicleType::Truck.into(),
        purpose: purpose.into(),
        entry_post_id: "CP3".into(),
        exit_post_id: if purpose == Purpose::Transit { "CP2".into() } else { String::new() },
        destinations: if purpose == Purpose::Transit { Vec::new() } else { vec![area("23596", "Xã Trà Đa, Thành phố Pleiku")] },
        due_at: time(due),
        ..TripSummary::default()
    };
    let trips =
        vec![trip(1, TripState::Overdue, Purpose::Transit, "19T01:00"), trip(2, TripState::EnRoute, Purpose::Destination, "19T01:45")];
    world.services.answers("ListTrips", vec![ListTripsResponse { trips, next_page_token: "more".into() }]);
    let answer = get(&world, "/command").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.body().contains("<title>(2+ quá hạn) Chỉ huy"), "{}", answer.body());
    insta::assert_snapshot!(content(&answer));
}

#[tokio::test]
async fn a_search_leaves_no_name_in_an_address() {
    let world = world().await;
    let answer = post(&world, "/accounts", &[("query", " h’bưm "), ("unit", UNIT)]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let asked: ListAccountsRequest = world.services.asked("ListAccounts").unwrap();
    assert_eq!((asked.query.as_str(), asked.unit_id.as_str(), asked.page_size), ("h’bưm", UNIT, 25));
    let text = content(&answer);
    let addresses: Vec<&str> = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(addresses.iter().all(|address| !address.contains("query")), "{addresses:?}");
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn an_account_is_made_once_and_its_link_shown_once() {
    let world = world().await;
    let form = get(&world, "/accounts/new").await;
    let id = form.body().split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let filled = [
        ("id", id.as_str()),
        ("login", "Tinh.Pham"),
        ("name", "Rơ̆ Mah H’Bưm"),
        ("unit", UNIT),
        ("role", "COMMUNE_POLICE"),
        ("area", ""),
        ("from", "2021-10-20T07:00"),
        ("until", ""),
    ];
    let made = CreateAccountResponse {
        account: Some(account(AccountState::Invited)),
        link_token: "one-time".into(),
        link_expires_at: time("22T02:14"),
    };
    world.services.answers("CreateAccount", vec![made.clone()]);
    let answer = post(&world, "/accounts/new", &filled).await;
    assert_eq!((answer.status(), answer.headers()["cache-control"].to_str().unwrap()), (StatusCode::OK, "no-store"));
    assert!(answer.body().contains("http://localhost:8080/password/one-time") && answer.body().contains("data-copy=\"link\""));
    let asked: CreateAccountRequest = world.services.asked("CreateAccount").unwrap();
    let grant = &asked.grants[0];
    assert_eq!((asked.account_id.as_str(), asked.login.as_str(), grant.role_id.as_str()), (id.as_str(), "tinh.pham", "COMMUNE_POLICE"));
    assert_eq!((grant.area.as_ref().unwrap().code.as_str(), grant.valid_from, grant.valid_until), ("23596", time("20T07:00"), None));
    world.services.answers("CreateAccount", vec![CreateAccountResponse { link_token: String::new(), ..made }]);
    let again = post(&world, "/accounts/new", &filled).await;
    assert_eq!(
        (again.status(), again.headers()["location"].to_str().unwrap()),
        (StatusCode::SEE_OTHER, format!("/accounts/{ACCOUNT}?done=repeated").as_str())
    );
}

#[tokio::test]
async fn a_refused_account_keeps_what_was_typed() {
    let world = world().await;
    let answer = post(&world, "/accounts/new", &[("id", ACCOUNT), ("login", "tinh.pham"), ("area", "Ia Băng"), ("until", "mai")]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    insta::assert_snapshot!(content(&answer));
    world.services.refuses("CreateAccount", Problem::new(Code::AlreadyExists, "LOGIN_TAKEN", "Đã có người dùng.", "Taken.").into());
    let filled =
        [("id", ACCOUNT), ("login", "tinh.pham"), ("name", "Siu Hŏ"), ("unit", UNIT), ("role", "COMMUNE_POLICE"), ("area", "Xã Trà Đa")];
    let taken = post(&world, "/accounts/new", &filled).await;
    assert_eq!(taken.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.body().contains("<a href=\"#login\">Đã có người dùng.</a>") && taken.body().contains("value=\"Siu Hŏ\""));
}

#[tokio::test]
async fn an_account_is_shown_with_what_it_may_do() {
    let world = world().await;
    let answer = get(&world, &format!("/accounts/{ACCOUNT}")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(!answer.body().split("</title>").next().unwrap().contains("Bưm"), "no name in a browser's history");
    insta::assert_snapshot!(content(&answer));
    world.services.answers("GetAccount", vec![GetAccountResponse { account: Some(account(AccountState::Locked)) }]);
    let locked = get(&world, &format!("/accounts/{ACCOUNT}")).await;
    assert!(locked.body().contains(&format!("{ACCOUNT}/unlock\"")) && !locked.body().contains("/password-link\""));
    let own = Account { account_id: administrator().account_id, ..account(AccountState::Active) };
    world.services.answers("GetAccount", vec![GetAccountResponse { account: Some(own) }]);
    assert!(!content(&get(&world, &format!("/accounts/{ACCOUNT}")).await).contains("<form"), "nobody changes his own account");
}

#[tokio::test]
async fn an_account_is_locked_with_a_reason_and_a_version() {
    let world = world().await;
    let path = format!("/accounts/{ACCOUNT}/lock");
    let silent = post(&world, &path, &[("version", "7"), ("reason", " ")]).await;
    assert_eq!(silent.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.body().contains("<a href=\"#reason\">"));
    assert!(world.services.asked::<LockAccountRequest>("LockAccount").is_none());
    world.services.answers("LockAccount", vec![LockAccountResponse::default()]);
    let done = post(&world, &path, &[("version", "7"), ("reason", "Chuyển công tác")]).await;
    assert_eq!(done.headers()["location"], format!("/accounts/{ACCOUNT}?done=locked"));
    let asked: LockAccountRequest = world.services.asked("LockAccount").unwrap();
    assert_eq!((asked.account_id.as_str(), asked.version, asked.reason.as_str()), (ACCOUNT, 7, "Chuyển công tác"));
    let problem = Problem::new(Code::Aborted, "STALE_VERSION", "Tài khoản vừa được người khác thay đổi.", "Changed.");
    world.services.refuses("LockAccount", problem.into());
    let stale = post(&world, &path, &[("version", "6"), ("reason", "Chuyển công tác")]).await;
    assert_eq!(stale.status(), StatusCode::CONFLICT);
    let text = content(&stale);
    assert!(text.contains("vừa được người khác thay đổi") && text.contains(">Chuyển công tác</textarea>") && text.contains("value=\"7\""));
}

#[tokio::test]
async fn a_grant_is_revoked_where_it_is_written() {
    let world = world().await;
    let answer = post(&world, &format!("/accounts/{ACCOUNT}/grants/{GRANT}/revoke"), &[("version", "7")]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body().contains(&format!("<a href=\"#reason-{GRANT}\">")) && answer.body().contains("<details open>"));
}

#[tokio::test]
async fn a_password_is_renewed_by_a_link() {
    let world = world().await;
    let path = format!("/accounts/{ACCOUNT}/password-link");
    world.services.refuses(
        "CreatePasswordLink",
        Problem::new(Code::FailedPrecondition, "ACCOUNT_LOCKED", "Tài khoản đang bị khóa.", "Locked.").into(),
    );
    let refused = post(&world, &path, &[]).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert!(refused.body().contains("<li>Tài khoản đang bị khóa.</li>"));
    let made = CreatePasswordLinkResponse { link_token: "one-time".into(), link_expires_at: time("22T02:14") };
    world.services.answers("CreatePasswordLink", vec![made]);
    let answer = post(&world, &path, &[]).await;
    insta::assert_snapshot!(content(&answer));
}

#[tokio::test]
async fn units_and_roles_are_listed() {
    let world = world().await;
    for (path, said) in [("/units", "Công an xã Trà Đa"), ("/roles", "Không xem được dữ liệu của người và xe")] {
        let answer = get(&world, path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert!(answer.body().contains(said), "{path}");
    }
}

#[tokio::test]
async fn who_may_not_finds_nothing() {
    let world = world().await;
    world.services.answers("ResolveSession", vec![ResolveSessionResponse { principal: Some(world::principal()) }]);
    for path in ["/accounts", "/accounts/new", &format!("/accounts/{ACCOUNT}"), "/units", "/roles"] {
        assert_eq!(get(&world, path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/accounts", "/statistics", "/statistics/workbook", "/command"] {
        let answer = world.get(path).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
        assert!(answer.headers()["location"].to_str().unwrap().starts_with("/sign-in?return="), "{path}");
    }
    world.services.refuses("GetStatistics", Status::unavailable("down"));
    assert_eq!(get(&world, "/statistics").await.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_form_without_its_token_is_refused() {
    let world = world().await;
    for path in ["/accounts", "/accounts/new", &format!("/accounts/{ACCOUNT}/lock"), &format!("/accounts/{ACCOUNT}/password-link")] {
        let request = Request::post(path)
            .header("cookie", "__Host-sid=session")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(world.send(request.body(Body::from("csrf=x")).unwrap()).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
}
