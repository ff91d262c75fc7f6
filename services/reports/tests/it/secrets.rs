//! Whoever reports stays unknown: nothing by which he could be reached is in an answer, an event, the audit or the database in plaintext, and so it
//! is with what people wrote.

use contract::reports::v1 as pb;
use ids::SubmissionId;

use crate::{
    log,
    world::{PLEIKU, TRA_DA, World, answer, area, world},
};

/// How the reporter could be reached.
const REACHED: &[&str] = &[
    "Phan Thị Giấu",
    "905 777 888",
    "905777888",
    "giau@kin.vn",
    "912 333 444",
    "912333444",
    "Trần Văn Lộ",
    "kin.zalo99",
    "230112233",
    "064093000123",
];

/// What was written and is read by those who handle it alone.
const WRITTEN: &[&str] =
    &["dỡ hàng", "quán phở", "13.9811", "108.0022", "gạo và cám", "quay đầu", "màu đỏ", "bà Hai", "thừa nhận", "vẫn ở đó", "chậm quá"];

/// Hexadecimal, ids and parts of a second, in which digits stand by chance.
const RANDOM: &str = r"\\x[0-9a-f]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\.[0-9]+\+00";

struct Told {
    answers: String,
    secrets: Vec<String>,
}

/// Everything that can be said about a report is said, and everything that was answered to handlers is kept.
async fn told(world: &World) -> Told {
    let submission_id = SubmissionId::mint(world.now()).to_string();
    let place = pb::Place {
        area: area("23596"),
        landmark: "trước quán phở Hồng, zalo kin.zalo99".to_owned(),
        latitude: Some(13.9811),
        longitude: Some(108.0022),
    };
    let request = pb::CreateReportRequest {
        submission_id: submission_id.clone(),
        answers: vec![answer("loaded", "yes"), answer("goods", "gạo và cám, gọi 0905 777 888")],
        place: Some(place),
        plate: "81C-123.45".to_owned(),
        text: "Xe dỡ hàng mỗi tối. Tôi là Trần Văn Lộ, CMND 230112233, CCCD 064093000123.".to_owned(),
        contact: Some(pb::Contact {
            name: "Phan Thị Giấu".to_owned(), phone: "0905 777 888".to_owned(), email: "giau@kin.vn".to_owned()
        }),
        ..world.report()
    };
    let mut answers = String::new();
    world.admitted("81C-123.45", world.now() - chrono::Duration::hours(3)).await;
    // He is signed in, which nobody learns either.
    let reporter = world.account(None, TRA_DA, &[]);
    let account = reporter.account().unwrap().clone();
    let created = world.call(reporter).create_report(request).await.unwrap().into_inner();
    let sent = world.stored(created).await;
    let mut police = world.police(TRA_DA);
    let report = world.started(&mut police, &sent.id).await;
    let ask = pb::AskReporterRequest {
        report_id: sent.id.clone(),
        command_id: world.command(),
        version: report.version,
        text: "Xe quay đầu ở đâu?".to_owned(),
    };
    police.ask_reporter(ask).await.unwrap();
    let message = pb::AddReporterMessageRequest {
        ticket: Some(sent.ticket.clone()),
        message_id: world.command(),
        text: "Xe màu đỏ, gọi 0912 333 444".to_owned(),
    };
    world.citizen().add_reporter_message(message).await.unwrap();
    let version = world.get(&mut police, &sent.id).await.unwrap().version;
    let note =
        pb::AddReportNoteRequest { report_id: sent.id.clone(), command_id: world.command(), version, text: "Hỏi bà Hai".to_owned() };
    let report = police.add_report_note(note).await.unwrap().into_inner().report.unwrap();
    let draft = world.draft(&report, pb::Outcome::VerifiedViolation);
    let report = police.draft_answer(draft).await.unwrap().into_inner().report.unwrap();
    let mut chief = world.chief(PLEIKU);
    chief.approve_answer(world.approve(&report)).await.unwrap();
    let rate = pb::RateReportRequest { ticket: Some(sent.ticket.clone()), rating: 2, comment: "chậm quá, 0912333444".to_owned() };
    world.citizen().rate_report(rate).await.unwrap();
    let reopen = pb::ReopenReportRequest {
        ticket: Some(sent.ticket.clone()),
        command_id: world.command(),
        reason: "Xe vẫn ở đó, gọi 0912 333 444".to_owned(),
    };
    world.citizen().reopen_report(reopen).await.unwrap();
    answers.push_str(&format!("{:?}", world.get(&mut chief, &sent.id).await.unwrap()));
    answers.push_str(&format!("{:?}", chief.list_reports(pb::ListReportsRequest::default()).await.unwrap().into_inner()));
    answers.push_str(&format!("{:?}", world.citizen().list_published_reports(pb::ListPublishedReportsRequest::default()).await.unwrap()));
    let secrets = vec![
        submission_id.clone(),
        submission_id.replace('-', ""),
        sent.ticket.pin,
        account.account_id.to_string(),
        account.session_id.to_string(),
    ];
    Told { answers, secrets }
}

#[tokio::test]
async fn no_handler_reads_how_the_reporter_is_reached() {
    let mut world = world().await;
    let told = told(&world).await;
    assert!(told.answers.contains("bà Hai") && told.answers.contains("contact_hidden: true"), "the answers are whole");
    for secret in REACHED.iter().copied().chain(told.secrets.iter().map(String::as_str)) {
        assert!(!told.answers.contains(secret), "{secret} in an answer");
    }
    world.events().await;
}

#[tokio::test]
async fn nothing_of_it_is_stored_in_plaintext() {
    let mut world = world().await;
    let told = told(&world).await;
    world.events().await;
    let tables = sqlx::query_scalar(
        "select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables
         where table_schema not in ('pg_catalog', 'information_schema')",
    );
    let tables: Vec<String> = tables.fetch_all(&world.pool).await.unwrap();
    assert!(tables.len() > 12);
    for table in &tables {
        for secret in REACHED.iter().chain(WRITTEN).copied().chain(told.secrets.iter().map(String::as_str)) {
            // Bytes are searched as bytes: their text form is hexadecimal. Ids are looked for as they are.
            let bytes: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            let read = if uuid::Uuid::parse_str(secret).is_ok() {
                "t::text".to_owned()
            } else {
                format!("regexp_replace(t::text, '{RANDOM}', '', 'g')")
            };
            let found = world.count(&format!("{table} t where {read} ilike '%{secret}%' or t::text like '%{bytes}%'")).await;
            // The categories are everybody's, and their questions speak of loading.
            assert!(found == 0 || table == "public.category_forms", "{secret} in {table}");
        }
    }
    assert_eq!(world.count("withheld where kind = 'CONTACT'").await, 1);
    assert!(world.count("withheld where kind = 'ORIGINAL'").await >= 4);
}

#[tokio::test]
async fn nothing_of_it_is_logged_also_when_it_goes_wrong() {
    log::keep();
    let mut world = world().await;
    let told = told(&world).await;
    let wrong = pb::CreateReportRequest {
        text: "0905 777 888".to_owned(),
        place: None,
        contact: Some(pb::Contact {
            name: "Phan Thị Giấu".to_owned(), phone: "0905777888x".to_owned(), email: "giau@kin.vn x".to_owned()
        }),
        ..world.report()
    };
    assert!(world.citizen().create_report(wrong).await.is_err());
    world.events().await;
    let written = log::kept();
    assert!(written.contains("DEBUG"), "the log is one");
    for secret in REACHED.iter().chain(WRITTEN).copied().chain(told.secrets.iter().map(String::as_str)) {
        assert!(!written.contains(secret), "{secret} in the log");
    }
}

#[tokio::test]
async fn each_reading_and_writing_leaves_a_row_and_none_says_who_reported() {
    let mut world = world().await;
    told(&world).await;
    let acts = |account: &str| format!("audit.entries where account is {account} and subject is not null");
    assert_eq!(world.count(&acts("null")).await, 4, "create, message, rate, reopen");
    assert_eq!(world.count(&format!("{} and (client is not null or session is not null or unit is not null)", acts("null"))).await, 0);
    assert!(world.count(&acts("not null")).await >= 8);
    assert_eq!(world.count("audit.entries where action = 'reports.ApproveAnswer' and permission = 'reports.answers.approve'").await, 1);
    world.events().await;
}

#[tokio::test]
async fn an_erased_report_is_unreadable() {
    let mut world = world().await;
    let sent = world.sent(world.report()).await;
    let id = uuid::Uuid::parse_str(&sent.id).unwrap();
    seal::erase(&mut world.pool.acquire().await.unwrap(), id).await.unwrap();
    let refused = world.get(&mut world.police(TRA_DA), &sent.id).await.unwrap_err();
    assert_eq!(crate::world::reason(&refused), "ERASED");
    world.events().await;
}
