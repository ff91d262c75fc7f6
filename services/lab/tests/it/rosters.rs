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
    let said: Vec<(&str, &str)> = dry.faults.iter().map(|fault| (fault.value.as_str(), fault.rule.as_str())).collect();
    let date = "Cần ngày dạng 18/01/1987 hoặc năm như 1987";
    assert_eq!(said, [("31/02/1987", date), ("An 5", "Ghi họ tên bằng chữ, tối đa 100 ký tự")]);
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

fn list(rows: &[&str]) -> Vec<u8> {
    [&["Họ tên;Năm sinh;SĐT"], rows].concat().join("\r\n").into_bytes()
}

#[tokio::test]
async fn lists_of_a_campaign_are_told_newest_first_with_what_became_of_them() {
    let mut world = world().await;
    let (campaign, other) = (campaign(&world).await, campaign(&world).await);
    let mut taken = Vec::new();
    let (known, new, wrong) = ("Siu Blưk;1986;0905000001", "Nay H’Bưm;1990;0905000002", "An 5;1990;0905000003");
    for (campaign, rows) in [(&campaign, &[known][..]), (&campaign, &[known, new, wrong]), (&other, &[new])] {
        world.advance(1);
        let request = pb::ImportRosterRequest { content: list(rows), ..import(&world, campaign, false) };
        world.planner().import_roster(request.clone()).await.unwrap();
        taken.push(request.import_id);
    }
    world
        .planner()
        .import_roster(pb::ImportRosterRequest { content: list(&[new, wrong]), ..import(&world, &campaign, true) })
        .await
        .unwrap();
    let undo = pb::UndoRosterRequest { import_id: taken[0].clone(), command_id: world.command() };
    world.planner().undo_roster(undo).await.unwrap();

    let mut seen = Vec::new();
    let mut page = pb::ListRostersRequest { campaign_id: campaign, page_size: 1, ..pb::ListRostersRequest::default() };
    loop {
        let answer = world.planner().list_rosters(page.clone()).await.unwrap().into_inner();
        assert_eq!(answer.campaign_name, world.campaign().name);
        seen.extend(answer.rosters);
        if answer.next_page_token.is_empty() {
            break;
        }
        page.page_token = answer.next_page_token;
    }
    assert_eq!(seen.iter().map(|roster| &roster.import_id).collect::<Vec<_>>(), [&taken[1], &taken[0]]);
    let counts: Vec<(i32, i32, i32, bool)> =
        seen.iter().map(|roster| (roster.rows, roster.new_people, roster.wrong_rows, roster.undone_at.is_some())).collect();
    assert_eq!(counts, [(3, 1, 1, false), (1, 1, 0, true)]);
    assert!(seen.iter().all(|roster| !roster.account_id.is_empty() && roster.imported_at.is_some()));

    // A token of another campaign's lists, another district, somebody who plans nothing.
    let wrong = pb::ListRostersRequest { campaign_id: other, ..page.clone() };
    assert_eq!(fields(&world.planner().list_rosters(wrong).await.unwrap_err()), ["page_token"]);
    page.page_token.clear();
    let mut outside = world.call(world.account(AN_KHE, PLANNER));
    assert_eq!(outside.list_rosters(page.clone()).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(world.sampler().list_rosters(page).await.unwrap_err().code(), Code::PermissionDenied);
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
