//! The desk: people, tubes, wrong scans taken back, and what is a hard stop.

use contract::lab::v1 as pb;
use tonic::Code;

use crate::world::{fields, reason, world};

const MASKED: &str = "******029317|NGUYEN LE KHA HAN|1987-**-**|0|162979388586171100|";
const CARD: &str = "064186000123|231000123|Rơ Mah H'Bưm|18011986|Nữ|Làng Bruk Ngol, Pleiku|01052021";

fn find(scan: &str) -> pb::FindSubjectRequest {
    pb::FindSubjectRequest { scan: scan.to_owned() }
}

#[tokio::test]
async fn a_person_is_found_again_by_code_card_and_masked_qr() {
    let mut world = world().await;
    let said = world.sampler().find_subject(find(CARD)).await.unwrap().into_inner();
    assert_eq!(said.kind, "CITIZEN_CARD");
    let scanned = said.scanned.unwrap();
    assert_eq!((scanned.full_name.as_str(), scanned.birth.as_str()), ("Rơ Mah H’Bưm", "1986-01-18"));
    let subject = pb::Subject { subject_id: world.person("x", "").subject_id, ..scanned };
    let registered = world.registered(subject.clone()).await;
    let code = registered.subject.unwrap().code;
    assert!(registered.matches.is_empty());
    assert_eq!(world.registered(subject).await.subject.unwrap().code, code, "the same again is the same person");
    for scan in [CARD, &code, &code.to_lowercase().replace('-', "")] {
        let found = world.sampler().find_subject(find(scan)).await.unwrap().into_inner();
        assert_eq!(found.subject.expect("found").code, code, "{scan}");
    }
    // A masked personal QR hides number and birthday; who it is says the QID.
    let masked = world.sampler().find_subject(find(MASKED)).await.unwrap().into_inner().scanned.unwrap();
    assert_eq!((masked.id_number.as_str(), masked.birth.as_str(), masked.qid.as_str()), ("", "1987", "162979388586171100"));
    let subject = pb::Subject { subject_id: world.person("x", "").subject_id, ..masked };
    let code = world.registered(subject).await.subject.unwrap().code;
    assert_eq!(world.sampler().find_subject(find(MASKED)).await.unwrap().into_inner().subject.unwrap().code, code);
    assert_eq!(world.sampler().find_subject(find("GL21-X88HZR7G")).await.unwrap().into_inner().kind, "BARCODE");
    assert_eq!(world.sampler().find_subject(find("Nguyễn Văn An")).await.unwrap().into_inner().kind, "UNKNOWN");
    world.events().await;
}

#[tokio::test]
async fn who_may_be_the_same_is_named_and_never_blocks() {
    let mut world = world().await;
    let first = world.registered(world.person("Nguyễn Thị Hoà", "")).await.subject.unwrap();
    let again = world.registered(world.person("NGUYỄN THỊ HÒA", "064186000123")).await;
    assert_eq!(again.matches.iter().map(|found| (&*found.code, &*found.same)).collect::<Vec<_>>(), [(&*first.code, "NAME_BIRTH_PHONE")]);
    let number = world.registered(world.person("Trần Thị Nụ", "064186000123")).await;
    assert_eq!(number.matches[0].same, "ID_NUMBER");
    let wrong = pb::Subject { birth: "31/02/1986".to_owned(), phone: "123".to_owned(), ..world.person("A1", "!!") };
    let refused = world.sampler().register_subject(pb::RegisterSubjectRequest { subject: Some(wrong) }).await.unwrap_err();
    // Those that break a limit of the contract come first.
    assert_eq!(fields(&refused), ["subject.birth", "subject.full_name", "subject.id_number", "subject.phone"]);
    world.events().await;
}

#[tokio::test]
async fn a_citizen_registers_himself_and_learns_of_nobody_else() {
    let mut world = world().await;
    world.registered(world.person("Nguyễn Thị Hoà", "064186000123")).await;
    let mine = world.person("Nguyễn Thị Hoà", "064186000123");
    let request = pb::RegisterMyselfRequest { subject: Some(mine) };
    let one = world.citizen().register_myself(request.clone()).await.unwrap().into_inner();
    let again = world.citizen().register_myself(request).await.unwrap().into_inner();
    assert_eq!(one, again);
    assert_eq!(world.sampler().find_subject(find(&one.code)).await.unwrap().into_inner().subject.unwrap().full_name, "Nguyễn Thị Hoà");
    assert_eq!(world.citizen().find_subject(find(&one.code)).await.unwrap_err().code(), Code::Unauthenticated);
    world.events().await;
}

#[tokio::test]
async fn a_pool_is_filled_corrected_and_sealed() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let (one, two) = (world.somebody(1).await, world.somebody(2).await);
    let tube = world.opened(&session, "GL21-X88HZR7G", pb::TubeKind::FieldPool).await;
    let empty = pb::SealTubeRequest { tube_id: tube.tube_id.clone(), command_id: world.command() };
    assert_eq!(reason(&world.sampler().seal_tube(empty).await.unwrap_err()), "TUBE_EMPTY");
    let request = world.add(&tube, &one);
    let added = world.sampler().add_tube_member(request.clone()).await.unwrap().into_inner().tube.unwrap();
    assert_eq!((added.people, added.members[0].full_name.as_str(), added.members[0].code.as_str()), (1, "Nguyễn Văn An", &*one.code));
    assert_eq!(world.sampler().add_tube_member(request).await.unwrap().into_inner().tube.unwrap().people, 1, "sent twice is one swab");
    assert_eq!(reason(&world.sampler().add_tube_member(world.add(&tube, &one)).await.unwrap_err()), "IN_THIS_TUBE");
    world.added(&tube, &two).await;
    let remove =
        pb::RemoveTubeMemberRequest { tube_id: tube.tube_id.clone(), command_id: world.command(), subject_id: one.subject_id.clone() };
    let left = world.sampler().remove_tube_member(remove).await.unwrap().into_inner().tube.unwrap();
    assert_eq!(left.members.iter().map(|member| (member.position, &*member.code)).collect::<Vec<_>>(), [(1, &*two.code)]);
    let gone =
        pb::RemoveTubeMemberRequest { tube_id: tube.tube_id.clone(), command_id: world.command(), subject_id: one.subject_id.clone() };
    assert_eq!(reason(&world.sampler().remove_tube_member(gone).await.unwrap_err()), "NOT_IN_TUBE");
    let sealed = world.sealed(&tube).await;
    assert_eq!(sealed.state(), pb::TubeState::Sealed);
    assert_eq!(reason(&world.sampler().add_tube_member(world.add(&tube, &one)).await.unwrap_err()), "TUBE_STATE");
    let life = world.life("gl21-x88hzr7g").await;
    let kinds: Vec<&str> = life.steps.iter().map(|step| step.kind.as_str()).collect();
    assert_eq!(kinds, ["TubeOpened", "MemberAdded", "MemberAdded", "MemberRemoved", "TubeSealed"]);
    assert_eq!(world.events().await, ["TubeSealed.64.622.23596"]);
}

#[tokio::test]
async fn nobody_is_in_two_open_tubes_of_a_shift_and_a_full_tube_says_so() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let (one, two) = (world.somebody(1).await, world.somebody(2).await);
    let first = world.opened(&session, "893456789001", pb::TubeKind::Single).await;
    let second = world.opened(&session, "893456789002", pb::TubeKind::Single).await;
    world.added(&first, &one).await;
    assert_eq!(reason(&world.sampler().add_tube_member(world.add(&second, &one)).await.unwrap_err()), "IN_ANOTHER_TUBE");
    assert_eq!(reason(&world.sampler().add_tube_member(world.add(&first, &two)).await.unwrap_err()), "TUBE_FULL");
    world.sealed(&first).await;
    // A second swab of the same person, for another test, goes into another tube once the first is closed.
    world.added(&second, &one).await;
    world.events().await;
}

#[tokio::test]
async fn a_used_barcode_is_a_hard_stop_until_the_year_of_vietnam_changes() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let request = world.tube(&session, "893456789001", pb::TubeKind::Single);
    world.sampler().open_tube(request.clone()).await.unwrap();
    world.sampler().open_tube(request).await.unwrap();
    let reused = world.sampler().open_tube(world.tube(&session, "893456789001", pb::TubeKind::Single)).await.unwrap_err();
    assert_eq!((reused.code(), reason(&reused).as_str()), (Code::AlreadyExists, "BARCODE_USED"));
    assert!(reused.message().contains("18/10/2021"), "{}", reused.message());
    let wrong = world.sampler().open_tube(world.tube(&session, "TX88HZR77", pb::TubeKind::Single)).await.unwrap_err();
    assert_eq!(fields(&wrong), ["barcode"]);
    // 31 December, 17:30 UTC: in Vietnam the new year has begun.
    world.clock.advance(std::time::Duration::from_secs(74 * 86_400 + 16 * 3600 + 1800));
    world.sampler().open_tube(world.tube(&session, "893456789001", pb::TubeKind::Single)).await.unwrap();
    world.events().await;
}

#[tokio::test]
async fn of_many_who_scan_one_barcode_at_once_one_gets_it() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let open = |_| {
        let (mut sampler, request) = (world.sampler(), world.tube(&session, "893456789001", pb::TubeKind::Single));
        async move { sampler.open_tube(request).await }
    };
    let outcomes = futures::future::join_all((0..12).map(open)).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for refused in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert_eq!(reason(refused), "BARCODE_USED");
    }
    world.events().await;
}
