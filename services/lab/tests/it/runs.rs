//! Runs: what may stand on a plate, what its wells may say, and what a failed control does.

use contract::lab::v1::{self as pb, ResultState, RunState, TestOutcome, TubeState, WellKind};
use tonic::Code;

use crate::{
    laboratory::{TECHNICIAN, reading, result_of, well},
    world::{AN_KHE, fields, reason, world},
};

const ONE: &str = "893456789001";
const TWO: &str = "893456789002";
const POOL: &str = "893456789003";

#[tokio::test]
async fn every_well_whose_tube_may_not_be_in_it_is_named() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    world.swabbed(&session, 1, ONE).await;
    world.pooled(&session, 2..4, POOL).await;
    let sealed = world.somebody(5).await;
    world.tube_of(&session, TWO, &[&sealed]).await;
    let plate = world.plate(&[&[ONE, POOL], &[TWO], &["893456789099"]]);
    let refused = world.technician().start_run(plate).await.unwrap_err();
    let wanted = ["wells[2].barcodes[1]", "wells[3].barcodes[0]", "wells[4].barcodes[0]"];
    assert_eq!((reason(&refused).as_str(), fields(&refused)), ("SAMPLES", wanted.map(str::to_owned).to_vec()));
    let mut bare = world.plate(&[&[ONE]]);
    bare.wells.remove(1);
    assert_eq!(fields(&world.technician().start_run(bare).await.unwrap_err()), ["wells"]);
    let mut twice = world.plate(&[&[ONE]]);
    twice.wells.push(well("A3", WellKind::Tube, &[ONE]));
    assert_eq!(fields(&world.technician().start_run(twice).await.unwrap_err()), ["wells[3].position", "wells[3].barcodes[0]"]);
    let request = world.plate(&[&[ONE], &[POOL]]);
    let run = world.technician().start_run(request.clone()).await.unwrap().into_inner().run.unwrap();
    assert_eq!((run.number.as_str(), run.state(), run.samples), ("LC-20211018-0001", RunState::Started, 2));
    assert_eq!(run.wells.iter().filter(|well| well.pool).map(|well| well.barcodes.as_slice()).collect::<Vec<_>>(), [[POOL]]);
    assert_eq!(world.technician().start_run(request.clone()).await.unwrap().into_inner().run.unwrap(), run);
    let other = pb::StartRunRequest { kit: "khác".to_owned(), ..request };
    assert_eq!(reason(&world.technician().start_run(other).await.unwrap_err()), "ID_REUSED");
    assert_eq!(world.life(ONE).await.tube.unwrap().state(), TubeState::InRun);
    let again = world.technician().start_run(world.plate(&[&[ONE]])).await.unwrap_err();
    assert_eq!(fields(&again), ["wells[2].barcodes[0]"]);
    let mut elsewhere = world.laboratory(world.account(AN_KHE, TECHNICIAN));
    assert_eq!(elsewhere.start_run(world.plate(&[&[ONE]])).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(elsewhere.get_run(pb::GetRunRequest { run_id: run.run_id }).await.unwrap_err().code(), Code::NotFound);
    world.events().await;
}

#[tokio::test]
async fn a_plate_is_read_whole_or_not_at_all() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    world.swabbed(&session, 1, ONE).await;
    let run = world.started(&[&[ONE]]).await;
    let mut wrong = world.readings(&run, &[TestOutcome::Positive]);
    wrong.readings[2].ct[0].ct = -3.0;
    assert_eq!(fields(&world.technician().record_run_results(wrong).await.unwrap_err()), ["readings[2].ct[0].ct"]);
    let mut short = world.readings(&run, &[]);
    assert_eq!(fields(&world.technician().record_run_results(short.clone()).await.unwrap_err()), ["readings"]);
    short.readings.push(reading("H12", TestOutcome::Negative));
    assert!(fields(&world.technician().record_run_results(short).await.unwrap_err()).contains(&"readings[2].position".to_owned()));
    let request = world.readings(&run, &[TestOutcome::Positive]);
    let read = world.technician().record_run_results(request.clone()).await.unwrap().into_inner().run.unwrap();
    assert_eq!((read.state(), read.waiting, read.single_review), (RunState::Read, 1, 1));
    assert_eq!(world.technician().record_run_results(request).await.unwrap().into_inner().run.unwrap(), read);
    let twice = world.readings(&run, &[TestOutcome::Negative]);
    assert_eq!(reason(&world.technician().record_run_results(twice).await.unwrap_err()), "RUN_STATE");
    let result = result_of(&read, ONE);
    assert_eq!((result.outcome(), result.state(), result.single_review.as_str()), (TestOutcome::Positive, ResultState::Read, "POSITIVE"));
    assert_eq!(result.ct[0].ct, 23.4);
    let got = world.approver().get_run(pb::GetRunRequest { run_id: run.run_id }).await.unwrap().into_inner().run.unwrap();
    assert_eq!(got, read);
    assert_eq!(world.count("audit.entries where action = 'lab.GetRun' and kind = 'read'").await, 1);
    world.events().await;
}

#[tokio::test]
async fn a_failed_control_voids_the_run_and_its_tubes_wait_again() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let person = world.swabbed(&session, 1, ONE).await;
    let run = world.started(&[&[ONE]]).await;
    let mut request = world.readings(&run, &[TestOutcome::Positive]);
    request.readings[1] = reading("A2", TestOutcome::Positive);
    let void = world.technician().record_run_results(request).await.unwrap().into_inner().run.unwrap();
    assert_eq!((void.state(), void.void_reason.as_str(), void.waiting), (RunState::Void, "CONTROL_FAILED", 0));
    assert_eq!(reason(&world.approver().approve_results(world.approve(&void, &[])).await.unwrap_err()), "RESULT_STATE");
    assert_eq!(world.life(ONE).await.tube.unwrap().state(), TubeState::Received);
    assert_eq!(world.means(&person).await, (vec![], "UNKNOWN".to_owned()));
    world.tested(&[(&[ONE], TestOutcome::Negative)]).await;
    assert_eq!(world.means(&person).await, (vec!["NEGATIVE".to_owned()], "FIT".to_owned()));
    let told = world.events().await;
    assert_eq!(told.iter().filter(|event| event.starts_with("RunVoided")).count(), 1);
    assert_eq!(told.iter().filter(|event| event.starts_with("ResultsApproved")).count(), 1);
}

#[tokio::test]
async fn a_run_is_stopped_while_nothing_of_it_is_approved() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    world.swabbed(&session, 1, ONE).await;
    world.swabbed(&session, 2, TWO).await;
    let stop = |world: &crate::world::World, run: &pb::Run| pb::VoidRunRequest {
        run_id: run.run_id.clone(),
        command_id: world.command(),
        reason: "Mất điện".to_owned(),
    };
    let run = world.read(&[(&[ONE], TestOutcome::Negative)]).await;
    let request = stop(&world, &run);
    let void = world.technician().void_run(request.clone()).await.unwrap().into_inner().run.unwrap();
    assert_eq!(
        (void.state(), void.void_reason.as_str(), result_of(&void, ONE).state()),
        (RunState::Void, "Mất điện", ResultState::Refused)
    );
    assert_eq!(world.technician().void_run(request).await.unwrap().into_inner().run.unwrap(), void);
    let run = world.tested(&[(&[ONE], TestOutcome::Negative), (&[TWO], TestOutcome::Negative)]).await;
    assert_eq!((run.state(), run.waiting), (RunState::Approved, 0));
    assert_eq!(reason(&world.technician().void_run(stop(&world, &run)).await.unwrap_err()), "RUN_STATE");
    assert_eq!(world.events().await.iter().filter(|event| event.starts_with("RunVoided")).count(), 1);
}
