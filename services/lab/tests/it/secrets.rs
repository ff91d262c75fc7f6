//! Nobody's data lie open in a table, leave in an event, or stand in the audit; and every reading of a person leaves its row.

use crate::world::world;
use contract::lab::v1 as pb;

const SECRETS: [&str; 5] = ["Bí Danh", "064186000999", "0905777888", "905777888", "17 Hẻm Kín"];

#[tokio::test]
async fn nothing_that_names_a_person_is_readable_in_the_database() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let subject = pb::Subject {
        phone: "0905777888".to_owned(),
        address: "17 Hẻm Kín".to_owned(),
        ..world.person("Nguyễn Thị Bí Danh", "064186000999")
    };
    let subject = world.registered(subject).await.subject.unwrap();
    let tube = world.tube_of(&session, "893456789001", &[&subject]).await;
    let void = pb::VoidTubeRequest { tube_id: tube.tube_id, command_id: world.command(), reason: "của Bí Danh, 0905777888".to_owned() };
    world.sampler().void_tube(void).await.unwrap();
    world.events().await;
    let tables = sqlx::query_scalar(
        "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
    );
    let mut rows = 0;
    let tables: Vec<String> = tables.fetch_all(&world.pool).await.unwrap();
    for table in tables {
        let texts = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select t::text from {table} t")));
        let texts: Vec<String> = texts.fetch_all(&world.pool).await.unwrap();
        rows += texts.len();
        for text in texts {
            let bytes = SECRETS.map(|secret| secret.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
            for secret in SECRETS.into_iter().map(str::to_owned).chain(bytes) {
                assert!(!text.contains(&secret), "{secret} in {table}: {text}");
            }
        }
    }
    assert!(rows > 20, "{rows}");
}

#[tokio::test]
async fn every_reading_of_a_person_leaves_its_row() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let subject = world.somebody(1).await;
    let tube = world.tube_of(&session, "893456789001", &[&subject]).await;
    world.sampler().find_subject(pb::FindSubjectRequest { scan: subject.code.clone() }).await.unwrap();
    world.life(&tube.barcode).await;
    let actions = sqlx::query_scalar("select kind || ' ' || action from audit.entries order by at").fetch_all(&world.pool);
    let actions: Vec<String> = actions.await.unwrap();
    let count = |kind: &str, action: &str| actions.iter().filter(|row| **row == format!("{kind} {action}")).count();
    for (kind, action) in [
        ("write", "lab.RegisterSubject"),
        ("write", "lab.OpenTube"),
        ("write", "lab.AddTubeMember"),
        ("write", "lab.SealTube"),
        ("read", "lab.FindSubject"),
        ("read", "lab.GetTube"),
    ] {
        assert_eq!(count(kind, action), 1, "{kind} {action}: {actions:?}");
    }
    world.events().await;
}

#[tokio::test]
async fn a_laboratory_reads_a_tubes_life_without_its_people() {
    let mut world = world().await;
    let session = world.session().await.session_id;
    let subject = world.somebody(1).await;
    world.tube_of(&session, "893456789001", &[&subject]).await;
    world.packed(&["893456789001"]).await;
    let request = pb::GetTubeRequest { barcode: "893456789001".to_owned(), year: 2021 };
    let seen = world.receiver().get_tube(request).await.unwrap().into_inner().tube.unwrap();
    assert_eq!((seen.people, seen.members.len()), (1, 0));
    assert_eq!(world.life("893456789001").await.tube.unwrap().members.len(), 1);
    world.events().await;
}
