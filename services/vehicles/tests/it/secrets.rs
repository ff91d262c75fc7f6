//! No table of the database holds a person's data in plaintext.

use contract::vehicles::v1 as pb;
use ids::{ConfirmationId, SightingId};

use crate::world::{IA_LE, TRA_DA, to_tra_da, world};

const SECRETS: &[&str] = &[
    "Rơ Châm",
    "H’Lan",
    "ro cham",
    "1986",
    "064086012345",
    "230112233",
    "905123456",
    "905 123 456",
    "Trần Văn Kín",
    "064090054321",
    "Lê Duẩn",
    "Kho Trà Đa",
    "905111222",
    "Bí Mật",
    "Chợ Rẫy",
    "36.6",
    "CK-17",
    "Đủ giấy tờ",
    "sân kho",
    "bà Hai",
];

/// Hexadecimal, ids and parts of a second, in which a year of birth stands by chance.
const RANDOM: &str = r"\\x[0-9a-f]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\.[0-9]+\+00";

#[tokio::test]
async fn nothing_of_a_person_is_stored_in_plaintext() {
    let mut world = world().await;
    let trip = world.admitted(to_tra_da("81C-123.45", world.now())).await;
    let sighting = pb::RecordSightingRequest {
        trip_id: trip.trip_id.clone(),
        sighting_id: SightingId::mint(world.now()).to_string(),
        area: crate::world::area("23596"),
        note: "trước nhà bà Hai".to_owned(),
        ..pb::RecordSightingRequest::default()
    };
    world.police(TRA_DA).record_sighting(sighting).await.unwrap();
    let answer = pb::ConfirmArrivalRequest {
        arrival_id: trip.arrivals[0].arrival_id.clone(),
        confirmation_id: ConfirmationId::mint(world.now()).to_string(),
        result: pb::ArrivalResult::WrongPersons.into(),
        headcount: 3,
        note: "Xe ở sân kho, có bà Hai".to_owned(),
    };
    world.police(TRA_DA).confirm_arrival(answer).await.unwrap();
    let close = pb::CloseTripRequest { trip_id: trip.trip_id, reason: "Hỏi bà Hai: xe đã ra".to_owned(), version: 0 };
    world.officer("CP3", IA_LE).close_trip(close).await.unwrap();
    world.events().await;

    let tables = sqlx::query_scalar(
        "select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables
         where table_schema not in ('pg_catalog', 'information_schema')",
    );
    let tables: Vec<String> = tables.fetch_all(&world.pool).await.unwrap();
    assert!(tables.len() > 15);
    for table in tables {
        for secret in SECRETS {
            // Bytes are searched as bytes: their text form is hexadecimal.
            let bytes: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            let read = format!("regexp_replace(t::text, '{RANDOM}', '', 'g') ilike '%{secret}%'");
            let found = world.count(&format!("{table} t where {read} or t::text like '%{bytes}%'")).await;
            assert_eq!(found, 0, "{secret} in {table}");
        }
    }
}
