//! How fast the laboratory takes what comes as a file: the results of an instrument until a second person has approved them and everybody has heard of
//! it, and a list of people. The baseline is the database alone with the same rows.

use std::{fmt::Write as _, sync::Arc, time::Instant};

use anyhow::{Context as _, Result, ensure};
use contract::lab::v1::Subject;
use ids::{SubjectId, TubeId};
use runtime::Clock;
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, Row as _};

use super::{
    Plan, rebuild,
    report::{Line, Report},
    rows::Mark,
    system::System,
};
use crate::simulate::{
    self,
    lab::{
        self,
        desk::{self, Arrived, Campaign},
        plates::{self, PLATE_384},
        staff::Staff,
    },
    person::{Desks, Stopwatch},
    reconcile,
};

pub const IMPORT: &str = "import_results";
pub const ROSTER: &str = "roster_import";
const DATABASE: &str = "LAB_DATABASE_URL";

pub async fn measure(plan: &Plan, system: &System, clock: &Clock, report: &mut Report) -> Result<()> {
    let watch = Arc::new(Stopwatch::default());
    let desks = Arc::new(Desks::open(&system.gateway, &simulate::logins(&system.env)?, &watch).await?);
    let staff = Staff::new(desks, watch, clock.clone());
    let campaign = desk::plan(&staff, &system.gateway).await?;
    let mut database = system.superuser(DATABASE).await?;
    if plan.wants(ROSTER) {
        report.add(roster(plan, &staff, &campaign, &mut database).await?);
    }
    if plan.wants(IMPORT) {
        report.add(results(plan, system, &staff, &campaign, &mut database).await?);
    }
    Ok(())
}

/// People a second of one list, from the file to the answer.
async fn roster(plan: &Plan, staff: &Staff, campaign: &Campaign, database: &mut PgConnection) -> Result<Line> {
    let mut list = "Họ tên;Năm sinh;SĐT;Số CCCD\r\n".to_owned();
    for number in 0..plan.people {
        writeln!(list, "Ksor H’Lan;{};09{number:08};064186{number:06}\r", 1940 + number % 60)?;
    }
    let mark = Mark::now(database).await?;
    let begun = Instant::now();
    let taken = campaign.list(staff, list.into_bytes()).await?;
    let ours = plan.people as f64 / begun.elapsed().as_secs_f64();
    ensure!(usize::try_from(taken.new_people)? == plan.people, "of {} people {} are new", plan.people, taken.new_people);
    let alone = mark.write_again(database, 1).await?;
    Ok(Line::at_least(ROSTER, "1/s", ours, plan.people as f64 / alone.as_secs_f64()))
}

/// Rows a second of an instrument's file, from its request until all of it is recorded and approved, the last event is in the stream and the road has
/// heard of everybody.
async fn results(plan: &Plan, system: &System, staff: &Staff, campaign: &Campaign, database: &mut PgConnection) -> Result<Line> {
    let tube = received(staff, campaign).await?;
    let barcodes = copies(database, tube, plan.samples).await?;
    let mut file = plates::HEADING.to_owned();
    for barcodes in barcodes.chunks(PLATE_384.samples) {
        file.push_str(&plates::rows(&PLATE_384.start(staff, barcodes).await?, |_| false));
    }
    let (rows, transactions) = (file.lines().count() - 1, barcodes.chunks(PLATE_384.samples).count());
    let mut road = system.superuser("VEHICLES_DATABASE_URL").await?;
    reconcile::quiet(database, &Clock::system()).await?;
    let mark = Mark::now(database).await?;
    let begun = Instant::now();
    let import = plates::import(staff, file).await?;
    let left = plates::approve_import(staff, &import).await?;
    reconcile::quiet(database, &Clock::system()).await?;
    let last: i64 = database.fetch_one("select published_number from events.relay").await?.try_get(0)?;
    rebuild::applied(&mut road, "lab", u64::try_from(last)?).await.context("vehicles does not hear of the laboratory")?;
    let ours = rows as f64 / begun.elapsed().as_secs_f64();
    ensure!(left.is_empty(), "{} runs are not approved", left.len());
    let alone = mark.write_again(database, transactions).await?;
    Ok(Line::at_least(IMPORT, "1/s", ours, rows as f64 / alone.as_secs_f64()))
}

/// A tube with the swab of somebody who is known on the road, in the laboratory.
async fn received(staff: &Staff, campaign: &Campaign) -> Result<TubeId> {
    let subject = Subject {
        subject_id: SubjectId::mint(staff.now()).to_string(),
        full_name: "Rơ Châm H’Lan".to_owned(),
        birth: "1986".to_owned(),
        id_number: "064186999999".to_owned(),
        ..Subject::default()
    };
    let registered = desk::register(staff, subject).await?;
    let shift = campaign.open(staff, 0).await?;
    let tubes = shift.swab(staff, &[Arrived { place: 0, subject_id: registered.subject_id, alone: true }]).await?;
    let tube = tubes.into_iter().next().context("nobody was swabbed")?;
    lab::receive_rack(staff, &[tube.barcode], "RECEIVED_OUTSIDE_MANIFEST").await?;
    Ok(tube.id)
}

/// As many copies of the tube, each with the swab of somebody else; their barcodes.
async fn copies(database: &mut PgConnection, tube: TubeId, count: usize) -> Result<Vec<String>> {
    let row = database.fetch_one(AssertSqlSafe(format!("select subject_id from tube_members where tube_id = '{tube}'"))).await?;
    let subject = SubjectId::from_uuid(row.try_get(0)?);
    let id = "'00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0')";
    let copy = |table: &str, original: String, changes: &str| {
        format!(
            "insert into {table} select (jsonb_populate_record(original, jsonb_build_object({changes}))).*
             from {table} original, generate_series(1, {count}) n where {original}"
        )
    };
    let key = "'person_key', '\\x' || md5('p' || n) || md5('q' || n)";
    for sql in [
        copy("subjects", format!("subject_id = '{subject}'"), &format!("'subject_id', {id}, 'code', 'COPY' || n, {key}")),
        copy("seal.data_keys", format!("record_id = '{subject}'"), &format!("'record_id', {id}")),
        copy("tubes", format!("tube_id = '{tube}'"), &format!("'tube_id', {id}, 'barcode', 'COPY' || lpad(n::text, 8, '0')")),
        copy("tube_members", format!("tube_id = '{tube}'"), &format!("'tube_id', {id}, 'subject_id', {id}")),
        "vacuum analyze".to_owned(),
    ] {
        database.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    }
    Ok((1..=count).map(|number| format!("COPY{number:08}")).collect())
}
