//! What a person can prove: the certificate of his newest answer, its page, the keys, and what becomes of it when the answer was wrong.

use contract::lab::v1::{self as pb, TestOutcome};
use tonic::{Code, Status};

use crate::{
    laboratory::result_of,
    world::{World, fields, reason, world},
};

const TUBE: &str = "893456789001";

fn own(person: &pb::Subject) -> pb::IssueOwnCertificateRequest {
    pb::IssueOwnCertificateRequest { code: person.code.clone(), birth: person.birth.clone() }
}

async fn issue(world: &World, person: &pb::Subject) -> Result<pb::IssueOwnCertificateResponse, Status> {
    Ok(world.laboratory(world.anonymous("127.0.0.20")).issue_own_certificate(own(person)).await?.into_inner())
}

async fn verify(world: &World, text: &str) -> pb::VerifyCertificateResponse {
    let request = pb::VerifyCertificateRequest { text: text.to_owned() };
    world.laboratory(world.anonymous("127.0.0.21")).verify_certificate(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn an_answer_has_one_certificate_that_says_what_was_found_and_who_answers_for_it() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let person = world.swabbed(&session, 1, TUBE).await;
    assert_eq!(reason(&issue(&world, &person).await.unwrap_err()), "NOTHING_TO_CERTIFY");
    world.tested(&[(&[TUBE], TestOutcome::Negative)]).await;
    world.advance(1);
    let issued = issue(&world, &person).await.unwrap();
    assert!(issued.text.starts_with("HC1:") && !issued.replaces_another);
    assert_eq!(issue(&world, &person).await.unwrap(), issued);
    let said = verify(&world, &issued.text).await.certificate.unwrap();
    assert_eq!((said.finding(), said.full_name.as_str(), said.birth.as_str()), (TestOutcome::Negative, "Nguyễn Văn An", "1986-01-18"));
    assert!(said.authority.starts_with("Sở Y tế") && said.country == "VN" && said.centre.contains("CDC") && said.revocation_known);
    let wrong = pb::IssueOwnCertificateRequest { birth: "1986-01-19".to_owned(), ..own(&person) };
    let refused = world.laboratory(world.anonymous("127.0.0.22")).issue_own_certificate(wrong).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
    let slip = pb::PrintOwnResultRequest { code: person.code.clone(), birth: person.birth.clone() };
    let slip = world.laboratory(world.anonymous("127.0.0.20")).print_own_result(slip).await.unwrap().into_inner();
    assert!(slip.content.starts_with(b"%PDF") && slip.media_type == "application/pdf");
    assert_eq!(world.count("certificates").await, 1);
    world.events().await;
}

#[tokio::test]
async fn a_corrected_answer_revokes_its_certificate() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let person = world.swabbed(&session, 1, TUBE).await;
    let run = world.tested(&[(&[TUBE], TestOutcome::Negative)]).await;
    world.advance(1);
    let wrong = issue(&world, &person).await.unwrap();
    let correct = pb::CorrectResultRequest {
        result_id: result_of(&run, TUBE).result_id.clone(),
        command_id: world.command(),
        outcome: TestOutcome::Positive.into(),
        ct: vec![pb::CtValue { gene: pb::Gene::E.into(), ct: 21.0 }],
        reason: "Đọc nhầm giếng".to_owned(),
    };
    let run = world.technician().correct_result(correct).await.unwrap().into_inner().run.unwrap();
    assert!(verify(&world, &wrong.text).await.certificate.is_some(), "the old answer stands until the new one is approved");
    world.approved(&run).await;
    assert_eq!(verify(&world, &wrong.text).await.refusal, "CERTIFICATE_REVOKED");
    assert_eq!(reason(&issue(&world, &person).await.unwrap_err()), "NOTHING_TO_CERTIFY", "the CDC speaks with him first");
    let release = pb::ReleasePositiveRequest { subject_id: person.subject_id.clone(), command_id: world.command() };
    world.epidemiologist().release_positive(release).await.unwrap();
    let right = issue(&world, &person).await.unwrap();
    assert!(right.replaces_another);
    assert_eq!(verify(&world, &right.text).await.certificate.unwrap().finding(), TestOutcome::Positive);
    world.events().await;
}

#[tokio::test]
async fn what_cannot_be_certified_yet_tells_nothing() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let person = world.swabbed(&session, 1, TUBE).await;
    world.tested(&[(&[TUBE], TestOutcome::Negative)]).await;
    world.advance(1);
    let before = issue(&world, &person).await.unwrap();
    world.swabbed_again(&session, &person, "893456789002").await;
    assert_eq!(issue(&world, &person).await.unwrap(), before, "while the next sample waits");
    world.tested(&[(&["893456789002"], TestOutcome::Positive)]).await;
    assert_eq!(issue(&world, &person).await.unwrap(), before, "and while the CDC has not spoken with him");
    world.events().await;
}

#[tokio::test]
async fn keys_are_public_and_a_forged_text_says_why_it_is_refused() {
    let mut world = world().await;
    let mut anybody = world.laboratory(world.anonymous("127.0.0.23"));
    let jwks = anybody.list_certificate_keys(pb::ListCertificateKeysRequest {}).await.unwrap().into_inner().jwks;
    assert!(jwks.contains("\"ES256\"") && !jwks.contains("\"d\""), "{jwks}");
    let jws = anybody.list_revoked_certificates(pb::ListRevokedCertificatesRequest {}).await.unwrap().into_inner().jws;
    assert!(jws.contains("signature"));
    assert_eq!(verify(&world, "HC1:ABC").await.refusal, "CERTIFICATE_MALFORMED");
    assert_eq!(verify(&world, "81C-123.45").await.refusal, "CERTIFICATE_NONE");
    world.events().await;
}

#[tokio::test]
async fn printed_labels_are_tubes_and_no_number_is_printed_twice() {
    let mut world = world().await;
    let print = |layout: &str| pb::PrintTubeLabelsRequest { layout: layout.to_owned(), labels: 65 };
    let sheet = world.sampler().print_tube_labels(print("a4-5x13")).await.unwrap().into_inner();
    assert!(sheet.content.starts_with(b"%PDF"));
    world.planner().print_tube_labels(print("a4-3x8")).await.unwrap();
    assert_eq!(world.count("label_serials where last = 130").await, 1);
    assert_eq!(fields(&world.sampler().print_tube_labels(print("a3")).await.unwrap_err()), ["layout"]);
    world.events().await;
}
