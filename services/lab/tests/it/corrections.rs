//! Corrections: the old version stands until another person approves the new one, and then everything is derived anew.

use contract::lab::v1::{self as pb, ResultState, RunState, TaskKind, TestOutcome, TubeState};

use crate::{
    laboratory::result_of,
    world::{World, fields, reason, world},
};

const TUBES: [&str; 2] = ["893456789001", "893456789002"];

fn correction(world: &World, run: &pb::Run, barcode: &str, outcome: TestOutcome) -> pb::CorrectResultRequest {
    let ct = if outcome == TestOutcome::Positive { vec![pb::CtValue { gene: pb::Gene::N.into(), ct: 31.2 }] } else { Vec::new() };
    pb::CorrectResultRequest {
        result_id: result_of(run, barcode).result_id.clone(),
        command_id: world.command(),
        outcome: outcome.into(),
        ct,
        reason: "Đọc nhầm giếng của ông Kín".to_owned(),
    }
}

#[tokio::test]
async fn the_old_result_stands_until_the_new_one_is_approved() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let person = world.swabbed(&session, 1, TUBES[0]).await;
    let run = world.tested(&[(&TUBES[..1], TestOutcome::Negative)]).await;
    assert_eq!(world.means(&person).await.1, "FIT");
    let mut bare = correction(&world, &run, TUBES[0], TestOutcome::Positive);
    bare.ct.clear();
    assert_eq!(fields(&world.technician().correct_result(bare).await.unwrap_err()), ["ct"]);
    let request = correction(&world, &run, TUBES[0], TestOutcome::Positive);
    let corrected = world.technician().correct_result(request.clone()).await.unwrap().into_inner().run.unwrap();
    let result = result_of(&corrected, TUBES[0]);
    assert_eq!((corrected.state(), result.version, result.single_review.as_str()), (RunState::Read, 2, "CORRECTED"));
    assert_eq!(result.correction_reason, "Đọc nhầm giếng của ông Kín");
    assert_eq!(world.technician().correct_result(request).await.unwrap().into_inner().run.unwrap(), corrected);
    let second = correction(&world, &run, TUBES[0], TestOutcome::Invalid);
    assert_eq!(reason(&world.technician().correct_result(second).await.unwrap_err()), "RESULT_STATE");
    assert_eq!(world.means(&person).await, (vec!["NEGATIVE".to_owned()], "FIT".to_owned()));
    let done = world.approved(&corrected).await;
    assert_eq!(done.state(), RunState::Approved);
    assert_eq!(world.means(&person).await, (vec!["POSITIVE".to_owned()], "NOT_FIT".to_owned()));
    assert_eq!(world.count("results where state = 'REPLACED' and version = 1").await, 1);
    let words = "results where sealed_reason is not null and position(convert_to('ông Kín', 'UTF8') in sealed_reason)";
    assert_eq!((world.count(&format!("{words} = 0")).await, world.count(&format!("{words} > 0")).await), (1, 0), "the reason is sealed");
    let back = correction(&world, &done, TUBES[0], TestOutcome::Negative);
    let back = world.technician().correct_result(back).await.unwrap().into_inner().run.unwrap();
    world.approved(&back).await;
    assert_eq!(world.means(&person).await, (vec!["NEGATIVE".to_owned()], "FIT".to_owned()));
    assert_eq!(world.count("subjects where fit_version = 3").await, 1);
    let told = world.events().await;
    assert_eq!(told.iter().filter(|event| event.starts_with("FitStatusChanged")).count(), 3);
}

#[tokio::test]
async fn a_refused_correction_leaves_what_stood() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let person = world.swabbed(&session, 1, TUBES[0]).await;
    let run = world.tested(&[(&TUBES[..1], TestOutcome::Negative)]).await;
    let request = correction(&world, &run, TUBES[0], TestOutcome::Positive);
    let corrected = world.technician().correct_result(request).await.unwrap().into_inner().run.unwrap();
    let refuse = pb::RefuseResultRequest {
        result_id: result_of(&corrected, TUBES[0]).result_id.clone(),
        command_id: world.command(),
        reason: "Không có cơ sở".to_owned(),
    };
    let refused = world.approver().refuse_result(refuse).await.unwrap().into_inner().run.unwrap();
    assert_eq!((refused.state(), result_of(&refused, TUBES[0]).state()), (RunState::Approved, ResultState::Refused));
    assert_eq!(world.life(TUBES[0]).await.tube.unwrap().state(), TubeState::Resulted);
    assert_eq!(world.means(&person).await, (vec!["NEGATIVE".to_owned()], "FIT".to_owned()));
    world.events().await;
}

#[tokio::test]
async fn a_corrected_pool_brings_its_singles_back_or_takes_them_out() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let person = world.swabbed(&session, 1, TUBES[0]).await;
    world.swabbed(&session, 2, TUBES[1]).await;
    let run = world.tested(&[(&TUBES, TestOutcome::Negative)]).await;
    let positive = correction(&world, &run, TUBES[0], TestOutcome::Positive);
    let corrected = world.technician().correct_result(positive).await.unwrap().into_inner().run.unwrap();
    let run = world.approved(&corrected).await;
    assert_eq!(world.life(TUBES[1]).await.tube.unwrap().state(), TubeState::Received);
    assert_eq!((world.means(&person).await.1.as_str(), world.tasks(TaskKind::RerunSingles).await.len()), ("UNKNOWN", 2));
    let negative = correction(&world, &run, TUBES[0], TestOutcome::Negative);
    let corrected = world.technician().correct_result(negative).await.unwrap().into_inner().run.unwrap();
    world.approved(&corrected).await;
    assert_eq!(world.life(TUBES[1]).await.tube.unwrap().state(), TubeState::Resulted);
    assert_eq!((world.means(&person).await.1.as_str(), world.tasks(TaskKind::RerunSingles).await.len()), ("FIT", 0));
    world.events().await;
}

#[tokio::test]
async fn a_tube_that_was_run_again_keeps_its_result_when_its_pool_is_corrected() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let person = world.swabbed(&session, 1, TUBES[0]).await;
    world.swabbed(&session, 2, TUBES[1]).await;
    let run = world.tested(&[(&TUBES, TestOutcome::Positive)]).await;
    world.tested(&[(&TUBES[..1], TestOutcome::Positive)]).await;
    let unclear = pb::CorrectResultRequest { ct: Vec::new(), ..correction(&world, &run, TUBES[0], TestOutcome::Indeterminate) };
    let corrected = world.technician().correct_result(unclear).await.unwrap().into_inner().run.unwrap();
    world.approved(&corrected).await;
    assert_eq!(world.life(TUBES[0]).await.tube.unwrap().state(), TubeState::Resulted);
    assert_eq!(world.life(TUBES[1]).await.tube.unwrap().state(), TubeState::Received);
    assert_eq!(world.means(&person).await, (vec!["POSITIVE".to_owned()], "NOT_FIT".to_owned()));
    world.events().await;
}
