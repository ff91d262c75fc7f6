//! What a person reads of himself: with his code and his birth, never before the CDC, and with a limit that locks no family out.

use contract::lab::v1::{self as pb, LookUpResultRequest, PersonOutcome, TestOutcome, TubeState};
use tonic::{Code, Status};

use crate::{
    laboratory::result_of,
    world::{World, reason, world},
};

const TUBE: &str = "893456789001";
const AGAIN: &str = "893456789002";

async fn look(world: &World, address: &str, code: &str, birth: &str) -> Result<pb::LookUpResultResponse, Status> {
    let request = LookUpResultRequest { code: code.to_owned(), birth: birth.to_owned() };
    Ok(world.laboratory(world.anonymous(address)).look_up_result(request).await?.into_inner())
}

async fn own(world: &World, person: &pb::Subject) -> Vec<pb::OwnResult> {
    look(world, "127.0.0.20", &person.code, "1986-01-18").await.unwrap().results
}

#[tokio::test]
async fn a_family_reads_initials_and_where_the_sample_is() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let person = world.swabbed(&session, 1, TUBE).await;
    let answer = look(&world, "127.0.0.20", &person.code.to_lowercase(), "1986-01-18").await.unwrap();
    assert_eq!(answer.initials, "N.V.A");
    let [waiting] = &answer.results[..] else { panic!("one sample") };
    assert_eq!(
        (waiting.outcome(), waiting.progress(), waiting.place.as_str()),
        (PersonOutcome::Waiting, TubeState::Received, "Trường THCS Trà Đa")
    );
    assert!(!format!("{answer:?}").contains("Nguyễn") && !format!("{answer:?}").contains(TUBE));
    world.tested(&[(&[TUBE], TestOutcome::Negative)]).await;
    let negative = own(&world, &person).await.remove(0);
    assert_eq!((negative.outcome(), negative.progress(), negative.corrected), (PersonOutcome::Negative, TubeState::Resulted, false));
    assert!(negative.counts_until.is_some() && negative.released_at.is_some() && negative.laboratory.contains("CDC"));
    assert!(world.count("audit.entries where action = 'lab.LookUpResult' and account is null").await >= 2);
    world.events().await;
}

#[tokio::test]
async fn a_positive_result_waits_for_the_cdc_and_a_correction_is_said() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let person = world.swabbed(&session, 1, TUBE).await;
    let run = world.read(&[(&[TUBE], TestOutcome::Positive)]).await;
    let before = own(&world, &person).await;
    let run = world.approved(&run).await;
    assert_eq!(own(&world, &person).await, before, "nothing tells that a result is there");
    let release = pb::ReleasePositiveRequest { subject_id: person.subject_id.clone(), command_id: world.command() };
    world.epidemiologist().release_positive(release).await.unwrap();
    assert_eq!(own(&world, &person).await[0].outcome(), PersonOutcome::Positive);
    let correct = pb::CorrectResultRequest {
        result_id: result_of(&run, TUBE).result_id.clone(),
        command_id: world.command(),
        outcome: TestOutcome::Negative.into(),
        ct: Vec::new(),
        reason: "Nhầm giếng".to_owned(),
    };
    let corrected = world.technician().correct_result(correct).await.unwrap().into_inner().run.unwrap();
    assert_eq!(own(&world, &person).await[0].outcome(), PersonOutcome::Positive, "the old one stands");
    world.approved(&corrected).await;
    let told = own(&world, &person).await.remove(0);
    assert_eq!((told.outcome(), told.corrected), (PersonOutcome::Negative, true));
    world.events().await;
}

#[tokio::test]
async fn somebody_of_a_positive_pool_reads_that_he_is_tested_again_and_no_more() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let people = world.pooled(&session, 1..3, TUBE).await;
    world.tested(&[(&[TUBE], TestOutcome::Positive)]).await;
    let suspect = own(&world, &people[0]).await.remove(0);
    assert_eq!((suspect.outcome(), suspect.method, suspect.tested_at), (PersonOutcome::SuspectPending, 0, None));
    world.advance(1);
    world.swabbed_again(&session, &people[0], AGAIN).await;
    world.tested(&[(&[AGAIN], TestOutcome::Negative)]).await;
    let answered = own(&world, &people[0]).await;
    assert_eq!(answered.iter().map(pb::OwnResult::outcome).collect::<Vec<_>>(), [PersonOutcome::Negative]);
    world.events().await;
}

#[tokio::test]
async fn a_guesser_spends_his_own_tries_and_learns_nothing() {
    let mut world = world().await;
    let person = world.somebody(1).await;
    let unknown = look(&world, "127.0.0.30", "X88H-ZR7G", "1986-01-18").await.unwrap_err();
    let wrong = look(&world, "127.0.0.31", &person.code, "1986-01-19").await.unwrap_err();
    assert_eq!((unknown.code(), unknown.message()), (wrong.code(), wrong.message()));
    // But for the number of the request they are the same to the byte.
    let shown = |status: &Status| (reason(status), status.details().len());
    assert_eq!(shown(&unknown), shown(&wrong));
    for day in 10..20 {
        let refused = look(&world, "127.0.0.32", &person.code, &format!("1986-02-{day}")).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound);
    }
    let refused = look(&world, "127.0.0.32", &person.code, "1986-01-18").await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::ResourceExhausted, "TOO_MANY_TRIES"));
    assert!(look(&world, "127.0.0.33", &person.code, "1986-01-18").await.is_ok(), "the family is not locked out");
    world.advance(1);
    assert!(look(&world, "127.0.0.32", &person.code, "1986-01-18").await.is_ok());
    world.events().await;
}

#[tokio::test]
async fn of_whom_only_a_year_is_on_file_the_year_is_asked_with_fewer_tries() {
    let mut world = world().await;
    let mut person = world.person("Rơ Châm H’Lan", "");
    person.birth = "1950".to_owned();
    let person = world.registered(person).await.subject.unwrap();
    assert!(look(&world, "127.0.0.40", &person.code, "1950").await.is_ok());
    assert_eq!(look(&world, "127.0.0.40", &person.code, "1950-01-01").await.unwrap_err().code(), Code::NotFound);
    for year in 1951..1954 {
        assert_eq!(look(&world, "127.0.0.41", &person.code, &year.to_string()).await.unwrap_err().code(), Code::NotFound);
    }
    assert_eq!(reason(&look(&world, "127.0.0.41", &person.code, "1950").await.unwrap_err()), "TOO_MANY_TRIES");
    let full = world.somebody(2).await;
    assert_eq!(look(&world, "127.0.0.42", &full.code, "1986").await.unwrap_err().code(), Code::NotFound, "a year is not enough for him");
    world.events().await;
}
