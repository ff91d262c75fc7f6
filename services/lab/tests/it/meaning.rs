//! What results mean for people, through the whole service: pools, re-swabs, re-runs, alarms.

use contract::lab::v1::{self as pb, TaskKind, TestOutcome, TubeState};

use crate::{
    laboratory::{EPIDEMIOLOGIST, result_of},
    world::{AN_KHE, PLEIKU, World, reason, world},
};

const POOL: &str = "893456789001";
const SINGLES: [&str; 3] = ["893456789011", "893456789012", "893456789013"];

fn means(outcomes: &[&str], fit: &str) -> (Vec<String>, String) {
    (outcomes.iter().map(|outcome| (*outcome).to_owned()).collect(), fit.to_owned())
}

#[tokio::test]
async fn people_of_a_positive_pool_are_called_back_and_each_leaves_by_his_own_result() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let people = world.pooled(&session, 1..4, POOL).await;
    world.tested(&[(&[POOL], TestOutcome::Positive)]).await;
    for person in &people {
        assert_eq!(world.means(person).await, means(&["SUSPECT_PENDING"], "UNKNOWN"));
    }
    let tasks = world.tasks(TaskKind::Resample).await;
    assert_eq!(tasks.len(), 3);
    assert!(tasks.iter().all(|task| task.cause == "POOL_POSITIVE" && task.full_name == "Nguyễn Văn An" && !task.overdue));
    world.advance(25);
    assert!(world.tasks(TaskKind::Resample).await.iter().all(|task| task.overdue));
    // A re-swab is done when the next swab is sealed.
    for (person, barcode) in people.iter().zip(SINGLES) {
        world.swabbed_again(&session, person, barcode).await;
    }
    assert!(world.tasks(TaskKind::Resample).await.is_empty());
    let outcomes = [TestOutcome::Negative, TestOutcome::Positive];
    world.tested(&[(&SINGLES[..1], outcomes[0]), (&SINGLES[1..2], outcomes[1])]).await;
    assert_eq!(world.means(&people[0]).await, means(&["SUSPECT_PENDING", "NEGATIVE"], "FIT"));
    assert_eq!(world.means(&people[1]).await, means(&["SUSPECT_PENDING", "POSITIVE"], "NOT_FIT"));
    assert_eq!(world.means(&people[2]).await, means(&["SUSPECT_PENDING", "WAITING"], "UNKNOWN"));
    assert_eq!(world.count("person_outcomes where outcome = 'SUSPECT_PENDING' and answered_by is null").await, 1);
    assert_eq!(world.count("tasks where kind = 'DISCORDANT_POOL'").await, 0);
    let told = world.events().await;
    assert_eq!(told.iter().filter(|event| event.starts_with("ResampleRequested")).count(), 3);
}

#[tokio::test]
async fn kept_singles_are_run_first_and_a_discordant_pool_waits_for_a_decision() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let mut people = Vec::new();
    for (number, barcode) in (1..).zip(SINGLES) {
        people.push(world.swabbed(&session, number, barcode).await);
    }
    world.tested(&[(&SINGLES, TestOutcome::Positive)]).await;
    assert!(world.tasks(TaskKind::Resample).await.is_empty());
    let reruns = world.tasks(TaskKind::RerunSingles).await;
    assert_eq!((reruns.len(), reruns[0].full_name.as_str()), (3, ""));
    assert_eq!(world.life(SINGLES[0]).await.tube.unwrap().state(), TubeState::Received);
    let pooled_again = world.technician().start_run(world.plate(&[&SINGLES[..2]])).await.unwrap_err();
    assert_eq!(reason(&pooled_again), "SAMPLES");
    let negative = |barcode| (std::slice::from_ref(barcode), TestOutcome::Negative);
    world.tested(&[negative(&SINGLES[0]), negative(&SINGLES[1])]).await;
    assert_eq!(world.means(&people[0]).await, means(&["NEGATIVE"], "FIT"));
    // The last of them is looked at by itself, and then all stay pending.
    let last = world.read(&[negative(&SINGLES[2])]).await;
    assert_eq!(result_of(&last, SINGLES[2]).single_review, "DISCORDANT");
    assert_eq!(reason(&world.approver().approve_results(world.approve(&last, &[])).await.unwrap_err()), "RESULT_STATE");
    world.approved(&last).await;
    for person in &people {
        assert_eq!(world.means(person).await, means(&["SUSPECT_PENDING"], "UNKNOWN"));
    }
    assert!(world.tasks(TaskKind::RerunSingles).await.is_empty());
    let alarms = world.tasks(TaskKind::DiscordantPool).await;
    assert_eq!(alarms.len(), 1);
    let resolve = pb::ResolveDiscordantPoolRequest {
        task_id: alarms[0].task_id.clone(),
        command_id: world.command(),
        accept_singles: true,
        reason: "Nhiễm chéo giếng bên cạnh".to_owned(),
    };
    let done = world.approver().resolve_discordant_pool(resolve.clone()).await.unwrap().into_inner().task.unwrap();
    assert!(done.done_at.is_some());
    assert_eq!(world.approver().resolve_discordant_pool(resolve.clone()).await.unwrap().into_inner().task.unwrap(), done);
    let twice = pb::ResolveDiscordantPoolRequest { command_id: world.command(), ..resolve };
    assert_eq!(reason(&world.approver().resolve_discordant_pool(twice).await.unwrap_err()), "RESULT_STATE");
    for person in &people {
        assert_eq!(world.means(person).await, means(&["NEGATIVE"], "FIT"));
    }
    assert_eq!(world.life(SINGLES[1]).await.steps.last().unwrap().note, "Nhiễm chéo giếng bên cạnh");
    world.events().await;
}

#[tokio::test]
async fn a_discordant_pool_that_is_sampled_again_calls_everybody_back() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let people = world.pooled(&session, 1..3, POOL).await;
    world.tested(&[(&[POOL], TestOutcome::Positive)]).await;
    world.advance(1);
    for (person, barcode) in people.iter().zip(SINGLES) {
        world.swabbed_again(&session, person, barcode).await;
    }
    let negative = |barcode| (std::slice::from_ref(barcode), TestOutcome::Negative);
    world.tested(&[negative(&SINGLES[0]), negative(&SINGLES[1])]).await;
    assert_eq!(world.means(&people[0]).await, means(&["SUSPECT_PENDING", "SUSPECT_PENDING"], "UNKNOWN"));
    let alarm = world.tasks(TaskKind::DiscordantPool).await.remove(0);
    let resolve = pb::ResolveDiscordantPoolRequest {
        task_id: alarm.task_id,
        command_id: world.command(),
        accept_singles: false,
        reason: "Nghi nhầm ống".to_owned(),
    };
    world.approver().resolve_discordant_pool(resolve).await.unwrap();
    assert_eq!(world.tasks(TaskKind::Resample).await.len(), 2);
    world.advance(1);
    world.swabbed_again(&session, &people[0], SINGLES[2]).await;
    world.tested(&[negative(&SINGLES[2])]).await;
    assert_eq!(world.means(&people[0]).await, means(&["SUSPECT_PENDING", "SUSPECT_PENDING", "NEGATIVE"], "FIT"));
    assert_eq!(world.means(&people[1]).await, means(&["SUSPECT_PENDING", "SUSPECT_PENDING"], "UNKNOWN"));
    assert_eq!(world.tasks(TaskKind::Resample).await.len(), 1);
    world.events().await;
}

#[tokio::test]
async fn a_refused_or_voided_tube_calls_its_people_back() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let people = world.pooled(&session, 1..3, POOL).await;
    let reject = pb::RejectTubeRequest {
        barcode: POOL.to_owned(),
        command_id: world.command(),
        reason: pb::RejectReason::Leak.into(),
        note: String::new(),
    };
    world.receiver().reject_tube(reject).await.unwrap();
    assert_eq!(world.means(&people[0]).await, means(&["RESAMPLE"], "UNKNOWN"));
    assert_eq!(world.tasks(TaskKind::Resample).await.len(), 2);
    world.advance(1);
    let again = world.tube_of(&session, SINGLES[0], &[&people[0]]).await;
    assert_eq!(world.tasks(TaskKind::Resample).await.len(), 1);
    let void = pb::VoidTubeRequest { tube_id: again.tube_id, command_id: world.command(), reason: "Rơi".to_owned() };
    world.sampler().void_tube(void).await.unwrap();
    let causes: Vec<String> = world.tasks(TaskKind::Resample).await.into_iter().map(|task| task.cause).collect();
    assert_eq!(causes, ["REJECTED", "VOID"]);
    world.events().await;
}

async fn tasks_of(world: &World, area: &str) -> usize {
    let mut reader = world.laboratory(world.account(area, EPIDEMIOLOGIST));
    reader.list_tasks(pb::ListTasksRequest::default()).await.unwrap().into_inner().tasks.len()
}

#[tokio::test]
async fn a_re_swab_is_seen_where_the_person_was_swabbed_and_where_he_lives() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let mut person = world.person("Nguyễn Văn An", "064086000001");
    person.area = crate::world::area("23632");
    let person = world.registered(person).await.subject.unwrap();
    world.swabbed_again(&session, &person, POOL).await;
    world.tested(&[(&[POOL], TestOutcome::Invalid)]).await;
    assert_eq!((tasks_of(&world, PLEIKU).await, tasks_of(&world, AN_KHE).await), (1, 1));
    assert_eq!(tasks_of(&world, "2021.64.639").await, 0);
    assert_eq!(world.count("audit.entries where action = 'lab.ListTasks' and kind = 'read'").await, 3);
    world.advance(1);
    world.swabbed_again(&session, &person, SINGLES[0]).await;
    let done = pb::ListTasksRequest { done: true, ..pb::ListTasksRequest::default() };
    assert_eq!(world.epidemiologist().list_tasks(done).await.unwrap().into_inner().tasks.len(), 1);
    world.events().await;
}
