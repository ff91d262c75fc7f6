//! ListPossiblePeople and AnswerPossiblePerson: one person under two numbers, or two of one name.

use contract::vehicles::v1::{self as pb, IdType};
use ids::PersonId;
use tonic::Code;

use crate::world::{IA_LE, SONG_AN, TRA_DA, World, driver, to_tra_da, world};

/// A trip at CP3 whose driver is the usual one with this number.
async fn arrived(world: &mut World, plate: &str, id_type: IdType, number: &str, phone: &str) -> pb::Trip {
    let mut declaration = to_tra_da(plate, world.now());
    let id_country = if id_type == IdType::Passport { "LA" } else { "" };
    let (id_number, id_country, phone) = (number.to_owned(), id_country.to_owned(), phone.to_owned());
    declaration.people = vec![pb::Person { id_type: id_type.into(), id_number, id_country, phone, ..driver() }];
    world.at_post(declaration, "CP3", IA_LE).await
}

async fn questions(world: &World, trip: &pb::Trip) -> Vec<pb::PossiblePerson> {
    let request = pb::ListPossiblePeopleRequest { post_id: "CP3".to_owned(), trip_id: trip.trip_id.clone() };
    world.officer("CP3", IA_LE).list_possible_people(request).await.unwrap().into_inner().possible_people
}

fn answer(trip: &pb::Trip, question: &pb::PossiblePerson, same: bool) -> pb::AnswerPossiblePersonRequest {
    pb::AnswerPossiblePersonRequest {
        post_id: "CP3".to_owned(),
        trip_id: trip.trip_id.clone(),
        person_id: question.person_id.clone(),
        other_person_id: question.other_person_id.clone(),
        same,
    }
}

async fn trips_of(world: &World, number: &str) -> usize {
    let text = format!("{number}||Rơ Châm H’Lan|18011986|Nữ|12 Lê Duẩn, Pleiku|01012021");
    let request = pb::FindTripsRequest { post_id: "CP3".to_owned(), text };
    world.officer("CP3", IA_LE).find_trips(request).await.unwrap().into_inner().trips.len()
}

#[tokio::test]
async fn an_officer_says_who_is_one_and_who_is_two() {
    let mut world = world().await;
    let first = arrived(&mut world, "81C-123.45", IdType::Cccd, "064086012345", "0905123456").await;
    assert!(questions(&world, &first).await.is_empty());
    arrived(&mut world, "81C-111.11", IdType::Passport, "PA1112223", "0905999999").await;
    let second = arrived(&mut world, "81D-777.77", IdType::Cccd, "064086054321", "0905123456").await;

    let asked = questions(&world, &second).await;
    assert_eq!(asked.len(), 1, "another phone is another person");
    assert_eq!((&*asked[0].masked_number, &*asked[0].other_masked_number), ("••• 321", "••• 345"));
    assert_eq!((&*asked[0].full_name, &*asked[0].other_post_id, asked[0].other_id_type()), ("Rơ Châm H’Lan", "CP3", IdType::Cccd));
    assert_eq!(trips_of(&world, "064086012345").await, 1, "until somebody answers they are two");

    let mut officer = world.officer("CP3", IA_LE);
    for _ in 0..2 {
        officer.answer_possible_person(answer(&second, &asked[0], false)).await.unwrap();
    }
    assert!(questions(&world, &second).await.is_empty() && questions(&world, &first).await.is_empty(), "it is not asked again");
    assert_eq!(trips_of(&world, "064086012345").await, 1);

    let third = arrived(&mut world, "81C-333.33", IdType::Passport, "PA7654321", "0905123456").await;
    let asked = questions(&world, &third).await;
    assert_eq!(asked.len(), 2);
    let paper = asked.iter().find(|one| one.other_masked_number == "••• 345").unwrap();
    for _ in 0..2 {
        officer.answer_possible_person(answer(&third, paper, true)).await.unwrap();
    }
    assert_eq!(questions(&world, &third).await.len(), 1, "the other number is still a question");
    assert_eq!(trips_of(&world, "064086012345").await, 2, "the passport is found by the identity card");
    assert_eq!(world.count("audit.entries where action = 'vehicles.AnswerPossiblePerson' and kind = 'write'").await, 4);
    assert_eq!(world.count("audit.entries where action = 'vehicles.ListPossiblePeople' and kind = 'read'").await, 6);
    assert_eq!(world.count("audit.entries where detail::text like '%0640860%'").await, 0);
    world.events().await;
}

#[tokio::test]
async fn only_the_desk_asks_and_only_about_possible_ones() {
    let mut world = world().await;
    let first = arrived(&mut world, "81C-123.45", IdType::Cccd, "064086012345", "0905123456").await;
    let second = arrived(&mut world, "81D-777.77", IdType::Cccd, "064086054321", "0905123456").await;
    let question = questions(&world, &second).await.remove(0);
    let mut officer = world.officer("CP3", IA_LE);
    let stranger =
        pb::AnswerPossiblePersonRequest { other_person_id: PersonId::mint(world.now()).to_string(), ..answer(&second, &question, true) };
    assert_eq!(officer.answer_possible_person(stranger).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(officer.answer_possible_person(answer(&first, &question, true)).await.unwrap_err().code(), Code::NotFound);
    let request = pb::ListPossiblePeopleRequest { post_id: "CP3".to_owned(), trip_id: second.trip_id.clone() };
    assert_eq!(world.officer("CP1", SONG_AN).list_possible_people(request.clone()).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(world.police(TRA_DA).list_possible_people(request).await.unwrap_err().code(), Code::PermissionDenied);
    assert_eq!(
        world.police(TRA_DA).answer_possible_person(answer(&second, &question, true)).await.unwrap_err().code(),
        Code::PermissionDenied
    );
    assert_eq!(world.count("person_numbers").await, 0, "nothing is linked");
    world.events().await;
}
