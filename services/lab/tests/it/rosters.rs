//! Lists of people as they have them: dry run, import, the same file again, and taken back.

use contract::lab::v1 as pb;
use ids::RosterId;
use tonic::Code;

use crate::world::{AN_KHE, PLANNER, World, fields, world};

const LIST: &str = "\u{feff}DANH SÁCH LẤY MẪU TỔ 5;;;;\r\nSTT;Họ tên;Năm sinh;SĐT;Số CCCD\r\n1;Nguyễn Thị Hoà;1986;905123456;64186000123\r\n\
    2;Ksor H’Lan;18/01/1990;;\r\n3;Trần Văn Bảy;31/02/1987;;\r\n4;An 5;1990;;\r\n5;Nguyễn Thị Hoà;1986;0905 123 456;064186000123\r\n";

async fn campaign(world: &World) -> String {
    world.planner().create_campaign(world.campaign()).await.unwrap().into_inner().campaign.unwrap().campaign_id
}

fn import(world: &World, campaign: &str, dry_run: bool) -> pb::ImportRosterRequest {
    pb::ImportRosterRequest {
        campaign_id: campaign.to_owned(),
        import_id: RosterId::mint(world.now()).to_string(),
        content: LIST.as_bytes().to_vec(),
        dry_run,
    }
}

#[tokio::test]
async fn a_list_is_looked_at_taken_once_and_taken_back() {
    let mut world = world().await;
    let campaign = campaign(&world).await;
    let dry = world.planner().import_roster(import(&world, &campaign, true)).await.unwrap().into_inner();
    assert_eq!((dry.rows, dry.new_people, dry.known_people, dry.wrong_rows), (5, 2, 1, 2));
    let said: Vec<(i32, &str)> = dry.faults.iter().map(|fault| (fault.row, fault.column.as_str())).collect();
    assert_eq!(said, [(5, "Ngày sinh"), (6, "Họ và tên")]);
    assert!(dry.faults[0].sentence.contains("31/02/1987"), "{}", dry.faults[0].sentence);
    assert_eq!(world.count("subjects").await, 0);

    let request = import(&world, &campaign, false);
    let taken = world.planner().import_roster(request.clone()).await.unwrap().into_inner();
    assert_eq!((taken.new_people, taken.known_people, taken.same_as_import_id.as_str()), (2, 1, ""));
    assert!(taken.result.starts_with(b"PK"), "a workbook");
    let again = world.planner().import_roster(import(&world, &campaign, false)).await.unwrap().into_inner();
    assert_eq!(again.same_as_import_id, request.import_id);
    assert_eq!(world.count("subjects").await, 2);

    // Somebody without papers is found by the name, within the areas of the list.
    let find = pb::FindSubjectRequest { scan: "ksor h'lan".to_owned() };
    let found = world.sampler().find_subject(find.clone()).await.unwrap().into_inner();
    assert_eq!(found.candidates.iter().map(|it| (&*it.full_name, &*it.same)).collect::<Vec<_>>(), [("Ksor H’Lan", "NAME")]);
    let mut an_khe = world.call(world.account(AN_KHE, crate::world::SAMPLER));
    assert!(an_khe.find_subject(find.clone()).await.unwrap().into_inner().candidates.is_empty());

    // Who was sampled stays; the other is erased, key and all.
    let session = world.sampler().open_sampling_session(world.shift(&campaign)).await.unwrap().into_inner().session.unwrap().session_id;
    let sampled = pb::Subject { subject_id: found.candidates[0].subject_id.clone(), ..pb::Subject::default() };
    world.tube_of(&session, "893456789001", &[&sampled]).await;
    let undo = pb::UndoRosterRequest { import_id: request.import_id, command_id: world.command() };
    let mut outside = world.call(world.account(AN_KHE, PLANNER));
    assert_eq!(outside.undo_roster(undo.clone()).await.unwrap_err().code(), Code::NotFound);
    let undone = world.planner().undo_roster(undo.clone()).await.unwrap().into_inner();
    assert_eq!((undone.erased_people, undone.kept_people), (1, 1));
    world.planner().undo_roster(undo).await.unwrap();
    assert_eq!(world.count("seal.data_keys where wrapped is null").await, 1);
    assert_eq!(world.count("subjects where id_index is not null").await, 0);
    world.events().await;
}

#[tokio::test]
async fn what_is_no_list_is_refused_and_so_is_a_template_that_nobody_filled_in() {
    let mut world = world().await;
    let campaign = campaign(&world).await;
    let file = world.planner().get_roster_template(pb::GetRosterTemplateRequest {}).await.unwrap().into_inner();
    assert_eq!(file.file_name, "danh-sach-lay-mau.xlsx");
    // Nobody has been written into the last one.
    for content in [b"%PDF-1.7".to_vec(), vec![0; 2000], b"PK\x03\x04 broken".to_vec(), file.content] {
        let wrong = pb::ImportRosterRequest { content, ..import(&world, &campaign, true) };
        let refused = world.planner().import_roster(wrong).await.unwrap_err();
        assert_eq!((refused.code(), fields(&refused)), (Code::InvalidArgument, vec!["content".to_owned()]));
    }
    world.events().await;
}
