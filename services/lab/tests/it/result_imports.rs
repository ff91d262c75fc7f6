//! Files of instruments: whole runs are recorded, every other row is kept aside with its reason, and nothing is taken twice.

use std::fmt::Write as _;

use contract::lab::v1::{self as pb, ImportedRunState, RunState, TestOutcome};
use ids::ResultImportId;
use tonic::Code;

use crate::{
    laboratory::{APPROVER, TECHNICIAN, result_of},
    world::{AN_KHE, CDC, PROVINCE, World, fields, reason, world},
};

const ONE: &str = "893456789001";
const TWO: &str = "893456789002";
const THREE: &str = "893456789003";
const POOL: &str = "893456789009";

fn import(world: &World, file: &str) -> pb::ImportRunResultsRequest {
    pb::ImportRunResultsRequest {
        import_id: ResultImportId::mint(world.now()).to_string(),
        laboratory_id: CDC.to_owned(),
        content: file.as_bytes().to_vec(),
        ..pb::ImportRunResultsRequest::default()
    }
}

async fn taken(world: &World, request: &pb::ImportRunResultsRequest) -> pb::ImportRunResultsResponse {
    world.technician().import_run_results(request.clone()).await.expect("taken").into_inner()
}

async fn seen(world: &World, import_id: &str) -> pb::GetResultImportResponse {
    let request = pb::GetResultImportRequest { import_id: import_id.to_owned() };
    world.technician().get_result_import(request).await.expect("seen").into_inner()
}

fn reasons(aside: &[pb::RowAside]) -> Vec<(i32, &str)> {
    aside.iter().map(|row| (row.row.as_ref().expect("a row").number, row.reason.as_str())).collect()
}

/// A header in Vietnamese, and rows with semicolons.
fn file(rows: &[&str]) -> String {
    let mut file = "\u{feff}Lô chạy;Giếng;Mã ống;Kết quả;Ct E;Ct N\r\n".to_owned();
    for row in rows {
        write!(file, "{row}\r\n").unwrap();
    }
    file
}

#[tokio::test]
async fn a_plate_of_an_instrument_is_recorded_and_what_is_not_of_it_is_kept_aside() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    world.swabbed(&session, 1, ONE).await;
    world.pooled(&session, 2..5, POOL).await;
    let run = world.started(&[&[ONE], &[POOL]]).await;
    let number = run.number.as_str();
    let rows = [
        format!("{number};A1;;Dương tính;24,1;23,9"),
        format!("{number};a02;;âm tính;Undetermined;"),
        format!(";;{ONE};Dương tính;31,5;32"),
        format!("{number};A4;{POOL};Neg;;"),
        format!(";;{TWO};Âm tính;;"),
        format!("{number};A5;;Âm tính;;"),
        "LC-20211018-0099;A1;;Âm tính;;".to_owned(),
        format!("{number};A3;;Dương tính;nhiều;"),
        ";;;Âm tính;;".to_owned(),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let mut request = import(&world, &file(&rows));
    request.dry_run = true;
    let dry = taken(&world, &request).await;
    let wanted = [(6, "UNKNOWN_BARCODE"), (7, "UNKNOWN_WELL"), (8, "UNKNOWN_RUN"), (9, "CELL"), (10, "NO_PLACE")];
    assert_eq!(reasons(&dry.aside), wanted);
    let said = dry.result_import.unwrap();
    assert_eq!((said.rows, said.runs, said.rows_aside, said.runs_recorded), (9, 1, 5, 0));
    assert_eq!(world.count("result_imports").await, 0);

    request.dry_run = false;
    let answer = taken(&world, &request).await;
    let said = answer.result_import.unwrap();
    assert_eq!((said.rows, said.runs, said.runs_recorded, said.rows_aside), (9, 1, 1, 5));
    assert_eq!(reasons(&answer.aside), wanted);
    assert!(answer.aside[0].sentence.contains(TWO) && answer.aside[3].sentence.contains("nhiều"), "{:#?}", answer.aside);
    let got = world.technician().get_run(pb::GetRunRequest { run_id: run.run_id.clone() }).await.unwrap().into_inner().run.unwrap();
    assert_eq!((got.state(), got.waiting, got.single_review), (RunState::Read, 2, 1));
    let result = result_of(&got, ONE);
    assert_eq!((result.outcome(), result.ct.iter().map(|it| it.ct).collect::<Vec<_>>()), (TestOutcome::Positive, vec![31.5, 32.0]));
    assert_eq!(got.read_by, said.imported_by);

    // The same file again, under whatever name: the same import.
    let again = taken(&world, &import(&world, &file(&rows))).await;
    assert!(again.same_file);
    assert_eq!(again.result_import.unwrap().import_id, said.import_id);
    assert_eq!(taken(&world, &request).await.result_import.unwrap(), said, "sent twice");
    let mut reused = import(&world, &file(&rows[..3]));
    reused.import_id.clone_from(&request.import_id);
    assert_eq!(reason(&world.technician().import_run_results(reused).await.unwrap_err()), "ID_REUSED");
    // Another file that says the same of a run that is read, and one that says something else.
    let file = file(&[&format!("{number};A3;{ONE};Dương tính;31,5;"), &format!("{number};A4;{POOL};Dương tính;30;")]);
    let other = taken(&world, &import(&world, &file)).await;
    assert_eq!((other.result_import.as_ref().unwrap().known_rows, reasons(&other.aside)), (1, vec![(3, "RUN_READ")]));
    let list = world.technician().list_result_imports(pb::ListResultImportsRequest::default()).await.unwrap().into_inner();
    assert_eq!(list.result_imports.len(), 2);
    let mut elsewhere = world.laboratory(world.account(AN_KHE, TECHNICIAN));
    let outside = pb::GetResultImportRequest { import_id: said.import_id.clone() };
    assert_eq!(elsewhere.get_result_import(outside).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(elsewhere.import_run_results(request).await.unwrap_err().code(), Code::NotFound);
    assert!(elsewhere.list_result_imports(pb::ListResultImportsRequest::default()).await.unwrap().into_inner().result_imports.is_empty());
    world.events().await;
}

#[tokio::test]
async fn rows_that_found_no_place_find_it_later_or_are_settled() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    world.swabbed(&session, 1, ONE).await;
    world.swabbed(&session, 2, TWO).await;
    let first = world.started(&[&[ONE]]).await;
    let number = first.number.as_str();
    let rows = [
        format!("{number};;PC;Dương tính;24,1;"),
        format!("{number};;NC;Âm tính;;"),
        format!(";;{TWO};Âm tính;;"),
        format!("{number};A3;{TWO};Âm tính;;"),
        format!("{number};A3;{ONE};;;"),
        format!(";;{THREE};Âm tính;;"),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let answer = taken(&world, &import(&world, &file(&rows))).await;
    let wanted = [
        (2, "INCOMPLETE_RUN"),
        (3, "INCOMPLETE_RUN"),
        (4, "UNKNOWN_BARCODE"),
        (5, "OTHER_BARCODE"),
        (6, "NO_OUTCOME"),
        (7, "UNKNOWN_BARCODE"),
    ];
    assert_eq!(reasons(&answer.aside), wanted);
    assert!(answer.aside[0].sentence.contains("A3"), "{}", answer.aside[0].sentence);
    let import_id = answer.result_import.unwrap().import_id;
    assert_eq!(world.life(ONE).await.tube.unwrap().state(), pb::TubeState::InRun, "nothing was recorded");

    // The second tube comes to a run of its own, recorded at the bench: that row is known then.
    let second = world.started(&[&[TWO]]).await;
    let readings = world.readings(&second, &[TestOutcome::Negative]);
    world.technician().record_run_results(readings).await.unwrap();
    let retry = pb::RetryResultImportRequest { import_id: import_id.clone(), command_id: world.command() };
    let said = world.technician().retry_result_import(retry.clone()).await.unwrap().into_inner().result_import.unwrap();
    assert_eq!((said.known_rows, said.rows_aside), (1, 5));
    assert_eq!(world.technician().retry_result_import(retry).await.unwrap().into_inner().result_import.unwrap(), said);

    let settle = pb::SettleResultImportRequest { import_id: import_id.clone(), command_id: world.command(), reason: "ghi tay".to_owned() };
    let bare = pb::SettleResultImportRequest { reason: String::new(), ..settle.clone() };
    assert_eq!(fields(&world.technician().settle_result_import(bare).await.unwrap_err()), ["reason"]);
    let said = world.technician().settle_result_import(settle).await.unwrap().into_inner().result_import.unwrap();
    assert_eq!(said.rows_aside, 0);
    assert_eq!(world.count("imported_rows").await, 5, "they stay on record");
    assert!(seen(&world, &import_id).await.aside.is_empty());
    world.events().await;
}

#[tokio::test]
async fn runs_of_one_file_are_approved_together_by_another_person() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    for (number, barcode) in [(1, ONE), (2, TWO), (3, THREE)] {
        world.swabbed(&session, number, barcode).await;
    }
    let mut rows = Vec::new();
    let mut runs = Vec::new();
    for (barcode, outcome) in [(ONE, "Âm tính;;"), (TWO, "Dương tính;29,5;"), (THREE, "Âm tính;;")] {
        let run = world.started(&[&[barcode]]).await;
        // The control of the third did not say what it has to.
        let control = if barcode == THREE { "Âm tính;;" } else { "Dương tính;24,1;" };
        let number = &run.number;
        rows.extend([format!("{number};A1;;{control}"), format!("{number};A2;;Âm tính;;"), format!("{number};A3;;{outcome}")]);
        runs.push(run);
    }
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let technician = world.account(PROVINCE, &[TECHNICIAN, APPROVER].concat());
    let answer = world.laboratory(technician.clone()).import_run_results(import(&world, &file(&rows))).await.unwrap().into_inner();
    let import_id = answer.result_import.unwrap().import_id;
    let read = seen(&world, &import_id).await;
    let states: Vec<_> = read.runs.iter().map(|run| (run.state(), run.run_state(), run.waiting, run.single_review)).collect();
    let recorded = ImportedRunState::Recorded;
    assert_eq!(states, [(recorded, RunState::Read, 1, 0), (recorded, RunState::Read, 1, 1), (recorded, RunState::Void, 0, 0)]);

    let approve = pb::ApproveResultImportRequest { import_id: import_id.clone(), command_id: world.command() };
    let own = world.laboratory(technician).approve_result_import(approve.clone()).await.unwrap_err();
    assert_eq!((own.code(), reason(&own).as_str()), (Code::PermissionDenied, "OWN_RESULT"));
    let said = world.approver().approve_result_import(approve).await.unwrap().into_inner().result_import.unwrap();
    assert_eq!((said.runs_to_approve, said.runs_approved), (3, 3));
    let states: Vec<_> = seen(&world, &import_id).await.runs.iter().map(|run| (run.run_state(), run.waiting)).collect();
    assert_eq!(states, [(RunState::Approved, 0), (RunState::Read, 1), (RunState::Void, 0)], "a positive is looked at by itself");
    assert_eq!(world.life(ONE).await.tube.unwrap().state(), pb::TubeState::Resulted);
    assert_eq!(world.life(THREE).await.tube.unwrap().state(), pb::TubeState::Received, "it waits for another run");
    world.events().await;
}

const REMEMBER: &str = "create table remembered (sealed bytea);
    create function remember() returns trigger language plpgsql as
        'begin insert into remembered values (new.sealed); return new; end';
    create trigger remember after insert on imported_runs for each row execute function remember()";
/// As if the process had died between the run's transaction and the import's.
const DIED_BETWEEN: &str =
    "update imported_runs set state = 'WAITING', sealed = (select sealed from remembered), claimed_at = '2021-10-18 01:00:00Z'";

#[tokio::test]
async fn what_a_crash_left_goes_on() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    world.swabbed(&session, 1, ONE).await;
    let run = world.started(&[&[ONE]]).await;
    let number = &run.number;
    let rows = [format!("{number};A1;;Dương tính;24,1;"), format!("{number};A2;;Âm tính;;"), format!("{number};A3;;Âm tính;;")];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let request = import(&world, &file(&rows));
    let mut conn = world.pool.acquire().await.unwrap();
    sqlx::raw_sql(REMEMBER).execute(&mut *conn).await.unwrap();
    taken(&world, &request).await;
    sqlx::raw_sql(DIED_BETWEEN).execute(&mut *conn).await.unwrap();
    lab::work_off_imports(&world.service, None, std::time::Duration::from_secs(60)).await.unwrap();
    assert_eq!(seen(&world, &request.import_id).await.runs[0].state(), ImportedRunState::Waiting, "it is left to who began");
    let approve = pb::ApproveResultImportRequest { import_id: request.import_id.clone(), command_id: world.command() };
    let said = world.approver().approve_result_import(approve).await.unwrap().into_inner().result_import.unwrap();
    assert_eq!(said.runs_to_approve, 0, "nobody approves what is not there yet");
    world.advance(1);
    lab::work_off_imports(&world.service, None, std::time::Duration::from_secs(60)).await.unwrap();
    let read = seen(&world, &request.import_id).await;
    assert_eq!((read.runs[0].state(), read.runs[0].run_state()), (ImportedRunState::Recorded, RunState::Read));
    assert!(read.aside.is_empty());

    // As if the bench had recorded the run with a command of its own: its rows are kept aside, and known when they are tried again.
    let quicker = format!("{DIED_BETWEEN}, record_command_id = '{}'", world.command());
    sqlx::raw_sql(sqlx::AssertSqlSafe(quicker)).execute(&mut *conn).await.unwrap();
    world.advance(1);
    lab::work_off_imports(&world.service, None, std::time::Duration::from_secs(60)).await.unwrap();
    let late = seen(&world, &request.import_id).await;
    assert_eq!((late.runs[0].state(), late.result_import.unwrap().runs), (ImportedRunState::Aside, 0));
    assert_eq!(reasons(&late.aside), [(2, "RUN_READ"), (3, "RUN_READ"), (4, "RUN_READ")]);
    let retry = pb::RetryResultImportRequest { import_id: request.import_id, command_id: world.command() };
    let said = world.technician().retry_result_import(retry).await.unwrap().into_inner().result_import.unwrap();
    assert_eq!((said.known_rows, said.rows_aside), (3, 0));
    world.events().await;
}

#[tokio::test]
async fn an_empty_template_and_what_is_no_table_are_refused() {
    let mut world = world().await;
    let template = world.technician().get_result_template(pb::GetResultTemplateRequest {}).await.unwrap().into_inner();
    assert!(template.file_name.ends_with(".xlsx"));
    let request = import(&world, "");
    for content in [template.content, b"PK\x03\x04 cut off".to_vec(), b"no;table\n1;2\n".to_vec(), b"\x00\xff\x00".to_vec()] {
        let refused = world.technician().import_run_results(pb::ImportRunResultsRequest { content, ..request.clone() }).await.unwrap_err();
        assert_eq!(fields(&refused), ["content"]);
    }
    assert_eq!(world.count("result_imports").await, 0);
    world.events().await;
}
