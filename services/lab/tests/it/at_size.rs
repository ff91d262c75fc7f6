//! At size: the longest list of people, and the results of many runs with pools of ten, approved in bulk, with what they mean for everybody.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use contract::lab::v1::{self as pb, TestOutcome};
use ids::{RequestId, ResultImportId, RosterId};
use runtime::grpc::Scope;

use crate::world::{CDC, World, world};

const LISTED: usize = 5_000;
const RUNS: usize = 14;
const WELLS: usize = 360;
const PEOPLE: usize = 10;

/// Tubes of so many people each, sealed and received, as so many desks would have left them; the road knows the first of each.
async fn received(world: &World, session: &str, tubes: usize, people: usize) {
    let kind = if people == 1 { "SINGLE" } else { "FIELD_POOL" };
    let script = format!(
        "create temporary table made as
           select gen_random_uuid() as tube_id, 'SIZE' || lpad(number::text, 8, '0') as barcode from generate_series(1, {tubes}) number;
         insert into tubes (tube_id, request_hash, barcode, year, kind, pool_limit, specimen, state, session_id, reason, area, seen_by, opened_at,
           sealed_at, people, laboratory_id, received_at)
         select tube_id, '', barcode, 2021, '{kind}', 10, 'NP_SWAB', 'RECEIVED', '{session}', 'COMMUNITY_SCREENING', '2021.64.622.23596',
           '{{2021.64,2021.64.622,2021.64.622.23596}}', '{now}', '{now}', {people}, 'CDC-GL', '{now}' from made;
         create temporary table persons as select tube_id, place, gen_random_uuid() as subject_id from made, generate_series(1, {people}) place;
         insert into subjects (subject_id, request_hash, code, birth_index, person_key, registered_at, sealed)
         select subject_id, '', 'S' || row_number() over (), '', case when place = 1 then sha256(subject_id::text::bytea) end, '{now}', ''
         from persons;
         insert into tube_members (tube_id, subject_id, session_id, position, swabbed_at, open)
         select tube_id, subject_id, '{session}', place, '{now}', false from persons;
         analyze",
        now = world.now()
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(&mut *world.pool.acquire().await.unwrap()).await.unwrap();
}

#[tokio::test]
async fn five_thousand_pools_of_ten_are_approved_in_bulk_within_seconds() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    received(&world, &session, RUNS * WELLS, PEOPLE).await;
    let mut runs: Vec<pb::Run> = Vec::new();
    for run in 0..RUNS {
        let barcodes: Vec<String> = (1..=WELLS).map(|well| format!("SIZE{:08}", run * WELLS + well)).collect();
        let wells: Vec<[&str; 1]> = barcodes.iter().map(|barcode| [barcode.as_str()]).collect();
        // One pool of each run is positive.
        let outcome = |well: usize| if well == 7 { TestOutcome::Positive } else { TestOutcome::Negative };
        let tested: Vec<(&[&str], TestOutcome)> = wells.iter().enumerate().map(|(number, well)| (&well[..], outcome(number))).collect();
        runs.push(world.read(&tested).await);
    }
    let mut approver = world.approver();
    let began = Instant::now();
    let mut slowest = Duration::ZERO;
    let mut left: Vec<pb::Run> = Vec::new();
    for run in &runs {
        let one = Instant::now();
        let answer = approver.approve_results(world.approve(run, &[])).await.unwrap().into_inner();
        slowest = slowest.max(one.elapsed());
        assert_eq!(usize::try_from(answer.approved).unwrap(), WELLS - 1);
        left.extend(answer.run);
    }
    let took = began.elapsed();
    println!("{} results of {} people in {took:?}, the slowest run {slowest:?}", RUNS * (WELLS - 1), RUNS * (WELLS - 1) * PEOPLE);
    let people = i64::try_from(RUNS * (WELLS - 1) * PEOPLE).unwrap();
    assert_eq!(world.count("person_outcomes where outcome = 'NEGATIVE'").await, people);
    assert_eq!(world.count("subjects where fit_status = 'FIT'").await, people);
    for run in &left {
        world.approved(run).await;
    }
    assert_eq!(world.count("tasks where kind = 'RESAMPLE' and done_at is null").await, i64::try_from(RUNS * PEOPLE).unwrap());
    // Seconds on a quiet machine; the bound only tells a statement for each person from a few for all.
    assert!(took < Duration::from_secs(120), "{took:?}");
    world.events().await;
}

/// In the time that a form with a file has: this build is not optimised.
async fn in_time<F: Future>(world: &World, work: F) -> F::Output {
    Scope::new(RequestId::mint(world.now()), Duration::from_secs(60)).run(work).await
}

/// Plates of an instrument's file, with two controls each.
const PLATES: usize = 8;
const SAMPLES: usize = 382;

#[tokio::test]
async fn thousands_of_results_of_one_file_are_recorded_and_approved_with_progress() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    received(&world, &session, PLATES * SAMPLES, 1).await;
    let mut file = "Run,Well,Sample ID,Result,Ct E,Ct N\n".to_owned();
    for plate in 0..PLATES {
        let barcodes: Vec<String> = (1..=SAMPLES).map(|well| format!("SIZE{:08}", plate * SAMPLES + well)).collect();
        let wells: Vec<[&str; 1]> = barcodes.iter().map(|barcode| [barcode.as_str()]).collect();
        let run = world.started(&wells.iter().map(|well| &well[..]).collect::<Vec<_>>()).await;
        for well in run.wells {
            let barcode = well.barcodes.first().map(String::as_str).unwrap_or_default();
            let positive = well.kind() == pb::WellKind::PositiveControl || barcode.ends_with("0077");
            let said = if positive { "Detected,24.5,23.25" } else { "Not detected,Undetermined,Undetermined" };
            writeln!(file, "{},{},{barcode},{said}", run.number, well.position).unwrap();
        }
    }
    let import = pb::ImportRunResultsRequest {
        import_id: ResultImportId::mint(world.now()).to_string(),
        laboratory_id: CDC.to_owned(),
        content: file.into_bytes(),
        ..pb::ImportRunResultsRequest::default()
    };
    let began = Instant::now();
    let mut technician = world.technician();
    let answer = in_time(&world, technician.import_run_results(import.clone())).await.unwrap().into_inner().result_import.unwrap();
    let (answered, runs) = (began.elapsed(), i32::try_from(PLATES).unwrap());
    assert_eq!((answer.rows, answer.rows_aside, answer.runs), (i32::try_from(PLATES * (SAMPLES + 2)).unwrap(), 0, runs));
    lab::work_off_imports(&world.service, None, Duration::from_secs(600)).await.unwrap();
    let recorded = began.elapsed();
    let approve = pb::ApproveResultImportRequest { import_id: import.import_id.clone(), command_id: world.command() };
    world.approver().approve_result_import(approve).await.unwrap();
    lab::work_off_imports(&world.service, None, Duration::from_secs(600)).await.unwrap();
    let took = began.elapsed();
    println!("{} results: answered after {answered:?}, recorded after {recorded:?}, approved after {took:?}", PLATES * SAMPLES);
    let seen = world.technician().get_result_import(pb::GetResultImportRequest { import_id: import.import_id }).await.unwrap().into_inner();
    let done = seen.result_import.unwrap();
    assert_eq!((done.runs_recorded, done.runs_to_approve, done.runs_approved), (runs, runs, runs));
    let positive = seen.runs.iter().map(|run| run.waiting).sum::<i32>();
    assert!(positive > 0, "they wait for a single review");
    let negative = i64::try_from(PLATES * SAMPLES).unwrap() - i64::from(positive);
    assert_eq!(world.count("person_outcomes where outcome = 'NEGATIVE'").await, negative);
    let get = pb::GetSamplingSessionRequest { session_id: session };
    let session = world.sampler().get_sampling_session(get).await.unwrap().into_inner().session.unwrap();
    assert_eq!((session.advised_pool_size, session.prevalence_per_10000), (10, 0), "nobody is positive yet");
    world.events().await;
}

#[tokio::test]
async fn the_longest_list_is_taken_within_a_request() {
    let mut world = world().await;
    let campaign = world.planner().create_campaign(world.campaign()).await.unwrap().into_inner().campaign.unwrap().campaign_id;
    let mut list = "Họ tên;Năm sinh;SĐT;Số CCCD\r\n".to_owned();
    for number in 0..LISTED - 1 {
        writeln!(list, "Ksor H’Lan;{};09{number:08};064186{number:06}\r", 1940 + number % 70).unwrap();
    }
    // Who stands in it twice is one person.
    list.push_str("Ksor H’Lan;1940;0900000000;064186000000\r\n");
    let mut import = pb::ImportRosterRequest {
        campaign_id: campaign,
        import_id: RosterId::mint(world.now()).to_string(),
        content: list.into_bytes(),
        dry_run: false,
    };
    let began = Instant::now();
    let mut planner = world.planner();
    let taken = in_time(&world, planner.import_roster(import.clone())).await.unwrap().into_inner();
    println!("{LISTED} people in {:?}", began.elapsed());
    assert_eq!((taken.new_people, taken.known_people, taken.wrong_rows), (4_999, 1, 0));
    assert_eq!(world.count("subjects").await, 4_999);
    import.import_id = RosterId::mint(world.now()).to_string();
    import.content.extend_from_slice(b"Siu H'Nga;1990;0999999999;\r\n");
    import.content.drain(..import.content.len() - 4_000);
    import.content.splice(..0, "Họ tên;Năm sinh;SĐT;Số CCCD\r\n".bytes());
    let again = world.planner().import_roster(import).await.unwrap().into_inner();
    assert_eq!(again.new_people, 1, "the others are known: {again:?}");
    world.events().await;
}
