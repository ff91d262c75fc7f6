//! What the police may hear: no event holds an outcome, a barcode or a name, whatever happened in the laboratory.

use contract::lab::v1::{self as pb, TestOutcome};

use crate::{laboratory::result_of, world::world};

const TUBES: [&str; 4] = ["893456789001", "893456789002", "893456789003", "893456789004"];

/// Words of outcomes and causes, what was read and written, and who it was.
const SECRETS: [&str; 16] = [
    "POSITIVE",
    "NEGATIVE",
    "INDETERMINATE",
    "INVALID",
    "SUSPECT",
    "Positive",
    "Negative",
    "23.4",
    "Nguyễn",
    "0640860000",
    "12 Lê Lợi",
    "89345678900",
    "LightPower",
    "Đọc nhầm",
    "LC-2021",
    "CORRECTED",
];

#[tokio::test]
async fn no_event_says_what_was_found_or_of_whom() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let people = world.pooled(&session, 1..4, TUBES[0]).await;
    let mut codes: Vec<String> = people.iter().flat_map(|person| [person.code.clone(), person.code.replace('-', "")]).collect();
    for (number, barcode) in (5..).zip(&TUBES[1..3]) {
        let person = world.swabbed(&session, number, barcode).await;
        codes.push(person.code.replace('-', ""));
    }
    world.tested(&[(&TUBES[..1], TestOutcome::Positive), (&TUBES[1..2], TestOutcome::Positive)]).await;
    let run = world.tested(&[(&TUBES[2..3], TestOutcome::Negative)]).await;
    let correct = pb::CorrectResultRequest {
        result_id: result_of(&run, TUBES[2]).result_id.clone(),
        command_id: world.command(),
        outcome: TestOutcome::Positive.into(),
        ct: vec![pb::CtValue { gene: pb::Gene::E.into(), ct: 23.4 }],
        reason: "Đọc nhầm của Nguyễn Văn An".to_owned(),
    };
    let corrected = world.technician().correct_result(correct).await.unwrap().into_inner().run.unwrap();
    world.approved(&corrected).await;
    world.advance(1);
    world.swabbed_again(&session, &people[0], TUBES[3]).await;
    world.tested(&[(&TUBES[3..], TestOutcome::Invalid)]).await;
    world.advance(24 * 14);
    lab::pass_time(&world.service, world.now()).await.unwrap();
    let told = world.events().await;
    for name in ["TubeSealed", "TubeReceived", "ResultsApproved", "ResampleRequested", "FitStatusChanged"] {
        assert!(told.iter().any(|event| event.starts_with(name)), "{name} is among them");
    }
    let payloads: Vec<Vec<u8>> =
        sqlx::query_scalar("select payload from events.outbox order by number").fetch_all(&world.pool).await.unwrap();
    assert!(payloads.len() > 15);
    for (subject, payload) in told.iter().zip(payloads) {
        let text = format!("{subject} {}", String::from_utf8_lossy(&payload));
        for secret in SECRETS.into_iter().chain(codes.iter().map(String::as_str)) {
            assert!(!text.contains(secret), "{secret} in {subject}");
        }
        let ct = 23.4_f64.to_le_bytes();
        assert!(!payload.windows(8).any(|bytes| bytes == ct), "a Ct in {subject}");
    }
}

#[tokio::test]
async fn why_somebody_may_not_travel_reads_the_same_whatever_it_is() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    world.pooled(&session, 1..3, TUBES[0]).await;
    world.swabbed(&session, 4, TUBES[1]).await;
    world.swabbed(&session, 5, TUBES[2]).await;
    world
        .tested(&[(&TUBES[..1], TestOutcome::Positive), (&TUBES[1..2], TestOutcome::Invalid), (&TUBES[2..3], TestOutcome::Indeterminate)])
        .await;
    let subjects = world.events().await;
    let payloads: Vec<Vec<u8>> = sqlx::query_scalar("select payload from events.outbox where subject like '%FitStatusChanged%'")
        .fetch_all(&world.pool)
        .await
        .unwrap();
    let mut told: Vec<pb::FitStatusChanged> = payloads.iter().map(|bytes| prost::Message::decode(&bytes[..]).unwrap()).collect();
    assert_eq!(told.len(), 4);
    for changed in &mut told {
        changed.person_key.clear();
    }
    assert!(told.iter().all(|changed| *changed == told[0]), "{told:?}");
    let areas: Vec<&String> = subjects.iter().filter(|event| event.starts_with("FitStatusChanged")).collect();
    assert!(areas.iter().all(|subject| *subject == areas[0]), "where he was swabbed is not told: {areas:?}");
}
