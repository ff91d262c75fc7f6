//! Who was found positive: the CDC reads it first, the person when he was told or some hours later.

use contract::lab::v1::{self as pb, TestOutcome};
use tonic::Code;

use crate::{
    laboratory::{APPROVER, EPIDEMIOLOGIST},
    world::{AN_KHE, PROVINCE, World, world},
};

const TUBES: [&str; 2] = ["893456789001", "893456789002"];

async fn listed(world: &World, only_waiting: bool) -> Vec<pb::PositivePerson> {
    let request = pb::ListPositivePeopleRequest { only_waiting, ..pb::ListPositivePeopleRequest::default() };
    world.epidemiologist().list_positive_people(request).await.unwrap().into_inner().people
}

#[tokio::test]
async fn the_cdc_reads_a_positive_and_lets_the_person_know() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let first = world.swabbed(&session, 1, TUBES[0]).await;
    world.swabbed(&session, 2, TUBES[1]).await;
    world.tested(&[(&TUBES[..1], TestOutcome::Positive), (&TUBES[1..], TestOutcome::Positive)]).await;
    let people = listed(&world, true).await;
    assert_eq!(people.len(), 2);
    let person = people.iter().find(|person| person.subject_id == first.subject_id).unwrap();
    assert_eq!((person.full_name.as_str(), person.barcode.as_str(), person.ct[0].ct), ("Nguyễn Văn An", TUBES[0], 23.4));
    assert_eq!((person.address.as_str(), person.again, person.released_at), ("12 Lê Lợi", false, None));
    let release = pb::ReleasePositiveRequest { subject_id: first.subject_id.clone(), command_id: world.command() };
    for denied in [world.account(AN_KHE, EPIDEMIOLOGIST), world.account(PROVINCE, APPROVER)] {
        let code = world.laboratory(denied).release_positive(release.clone()).await.unwrap_err().code();
        assert!(matches!(code, Code::NotFound | Code::PermissionDenied), "{code}");
    }
    let released = world.epidemiologist().release_positive(release.clone()).await.unwrap().into_inner().person.unwrap();
    assert!(released.released_at.is_some());
    world.advance(1);
    let again = world.epidemiologist().release_positive(release).await.unwrap().into_inner().person.unwrap();
    assert_eq!(again, released);
    assert_eq!((listed(&world, true).await.len(), listed(&world, false).await.len()), (1, 2));
    assert_eq!(listed(&world, false).await[1].subject_id, first.subject_id);
    assert!(world.count("audit.entries where action = 'lab.ListPositivePeople' and kind = 'read'").await >= 4);
    let one = pb::ListPositivePeopleRequest { page_size: 1, ..pb::ListPositivePeopleRequest::default() };
    let page = world.epidemiologist().list_positive_people(one.clone()).await.unwrap().into_inner();
    let next = pb::ListPositivePeopleRequest { page_token: page.next_page_token, ..one };
    let rest = world.epidemiologist().list_positive_people(next).await.unwrap().into_inner();
    assert_eq!((rest.people[0].subject_id.as_str(), rest.next_page_token.as_str()), (first.subject_id.as_str(), ""));
    world.events().await;
}

#[tokio::test]
async fn time_releases_a_result_and_ends_the_days_of_a_case() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let person = world.swabbed(&session, 1, TUBES[0]).await;
    world.tested(&[(&TUBES[..1], TestOutcome::Positive)]).await;
    world.advance(11);
    assert_eq!(lab::pass_time(&world.service, world.now()).await.unwrap(), 0);
    world.advance(1);
    assert_eq!(lab::pass_time(&world.service, world.now()).await.unwrap(), 1);
    assert!(listed(&world, true).await.is_empty());
    world.advance(24 * 14 - 13);
    assert_eq!(lab::pass_time(&world.service, world.now()).await.unwrap(), 0);
    assert_eq!(world.means(&person).await.1, "NOT_FIT");
    world.advance(1);
    assert_eq!(lab::pass_time(&world.service, world.now()).await.unwrap(), 1);
    assert_eq!(world.means(&person).await.1, "UNKNOWN");
    assert_eq!(lab::pass_time(&world.service, world.now()).await.unwrap(), 0);
    // Sampled again weeks later, and found positive again.
    let session = world.session_on("2021-11-01", "2021-11-07").await.session_id;
    world.swabbed_again(&session, &person, TUBES[1]).await;
    world.tested(&[(&TUBES[1..], TestOutcome::Positive)]).await;
    assert!(listed(&world, true).await[0].again);
    world.events().await;
}
