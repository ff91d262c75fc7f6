//! Approval: four eyes, what is left for a look one by one, and one winner of a hundred.

use contract::lab::v1::{self as pb, ResultState, RunState, TestOutcome, TubeState};
use tonic::Code;

use crate::{
    laboratory::{APPROVER, TECHNICIAN, result_of},
    world::{AN_KHE, PROVINCE, reason, world},
};

const TUBES: [&str; 4] = ["893456789001", "893456789002", "893456789003", "893456789004"];

#[tokio::test]
async fn whoever_read_a_result_cannot_approve_it() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    world.swabbed(&session, 1, TUBES[0]).await;
    let both = world.account(PROVINCE, &[TECHNICIAN, APPROVER].concat());
    let run = world.read_by(&both, &[(&TUBES[..1], TestOutcome::Negative)]).await;
    let own = world.laboratory(both).approve_results(world.approve(&run, &[])).await.unwrap_err();
    assert_eq!((own.code(), reason(&own).as_str()), (Code::PermissionDenied, "OWN_RESULT"));
    let technician = world.technician().approve_results(world.approve(&run, &[])).await.unwrap_err();
    assert_eq!(technician.code(), Code::PermissionDenied);
    let mut elsewhere = world.laboratory(world.account(AN_KHE, APPROVER));
    assert_eq!(elsewhere.approve_results(world.approve(&run, &[])).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(world.count("person_outcomes").await, 0);
    world.events().await;
}

#[tokio::test]
async fn all_together_leaves_what_needs_a_look() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    for (number, barcode) in (1..).zip(TUBES) {
        world.swabbed(&session, number, barcode).await;
    }
    let outcomes = [TestOutcome::Negative, TestOutcome::Positive, TestOutcome::Indeterminate, TestOutcome::Invalid];
    let tubes: Vec<[&str; 1]> = TUBES.iter().map(|barcode| [*barcode]).collect();
    let wells: Vec<(&[&str], TestOutcome)> = tubes.iter().map(|tube| &tube[..]).zip(outcomes).collect();
    let run = world.read(&wells).await;
    let reviews = TUBES.map(|barcode| result_of(&run, barcode).single_review.clone());
    assert_eq!(reviews, ["", "POSITIVE", "INDETERMINATE", "INVALID"]);
    let request = world.approve(&run, &[]);
    let caller = world.account(PROVINCE, APPROVER);
    let answer = world.laboratory(caller.clone()).approve_results(request.clone()).await.unwrap().into_inner();
    let left = answer.run.clone().unwrap();
    assert_eq!((answer.approved, left.state(), left.waiting, left.single_review), (1, RunState::Read, 3, 3));
    assert_eq!(world.laboratory(caller).approve_results(request).await.unwrap().into_inner(), answer);
    assert_eq!(reason(&world.approver().approve_results(world.approve(&run, &[])).await.unwrap_err()), "RESULT_STATE");
    let waiting = pb::ListRunsRequest { only_waiting: true, ..pb::ListRunsRequest::default() };
    assert_eq!(world.approver().list_runs(waiting.clone()).await.unwrap().into_inner().runs[0].single_review, 3);
    let done = world.approved(&left).await;
    assert_eq!((done.state(), done.waiting), (RunState::Approved, 0));
    assert!(world.approver().list_runs(waiting).await.unwrap().into_inner().runs.is_empty());
    assert_eq!(world.count("person_outcomes where outcome = 'POSITIVE' and released_at is null").await, 1);
    for barcode in TUBES {
        assert_eq!(world.life(barcode).await.tube.unwrap().state(), TubeState::Resulted);
    }
    let told = world.events().await;
    let count = |name: &str| told.iter().filter(|event| event.starts_with(name)).count();
    assert_eq!((count("ResultsApproved"), count("ResampleRequested"), count("FitStatusChanged")), (2, 2, 4));
}

#[tokio::test]
async fn a_refused_result_is_run_again() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    world.swabbed(&session, 1, TUBES[0]).await;
    let run = world.read(&[(&TUBES[..1], TestOutcome::Indeterminate)]).await;
    let request = pb::RefuseResultRequest {
        result_id: result_of(&run, TUBES[0]).result_id.clone(),
        command_id: world.command(),
        reason: "Đường cong không rõ".to_owned(),
    };
    let refused = world.approver().refuse_result(request.clone()).await.unwrap().into_inner().run.unwrap();
    assert_eq!((refused.state(), result_of(&refused, TUBES[0]).state()), (RunState::Approved, ResultState::Refused));
    assert_eq!(world.approver().refuse_result(request.clone()).await.unwrap().into_inner().run.unwrap(), refused);
    let twice = pb::RefuseResultRequest { command_id: world.command(), ..request };
    assert_eq!(reason(&world.approver().refuse_result(twice).await.unwrap_err()), "RESULT_STATE");
    let life = world.life(TUBES[0]).await;
    assert_eq!((life.tube.unwrap().state(), life.steps.last().unwrap().note.as_str()), (TubeState::Received, "Đường cong không rõ"));
    assert_eq!(world.count("person_outcomes").await, 0);
    world.tested(&[(&TUBES[..1], TestOutcome::Negative)]).await;
    assert_eq!(world.count("person_outcomes where outcome = 'NEGATIVE'").await, 1);
    world.events().await;
}

#[tokio::test]
async fn of_a_hundred_who_approve_at_once_one_wins() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    world.pooled(&session, 1..4, TUBES[0]).await;
    let run = world.read(&[(&TUBES[..1], TestOutcome::Negative)]).await;
    let approve = |_| {
        let (mut approver, request) = (world.approver(), world.approve(&run, &[]));
        async move {
            loop {
                match approver.approve_results(request.clone()).await {
                    // Nothing was done: too many at once for the database's connections. The same again, as any client does.
                    Err(status) if status.code() == Code::Unavailable => {}
                    other => return other.map(|answer| answer.into_inner().approved).map_err(|status| reason(&status)),
                }
            }
        }
    };
    let outcomes = futures::future::join_all((0..100).map(approve)).await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Ok(1)).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err("RESULT_STATE".to_owned())).count(), 99);
    assert_eq!(world.count("person_outcomes where outcome = 'NEGATIVE' and version = 1").await, 3);
    let told = world.events().await;
    let count = |name: &str| told.iter().filter(|event| event.starts_with(name)).count();
    assert_eq!((count("ResultsApproved"), count("FitStatusChanged")), (1, 3));
}
