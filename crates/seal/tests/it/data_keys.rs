//! Data keys in a real database: an erased record is unreadable for ever.

use seal::{Keyring, MIGRATOR, Place, SealError};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

const RECORD: Uuid = Uuid::from_u128(0x0192a0b0_0000_7000_8000_000000000001);
const OTHER: Uuid = Uuid::from_u128(0x0192a0b0_0000_7000_8000_000000000002);
const NAME: Place = Place { table: "people", column: "full_name", row: RECORD };

#[tokio::test]
async fn an_erased_record_is_unreadable_and_the_others_are_not() {
    let database = testing::database(&[&MIGRATOR]).await;
    let mut conn = PgConnection::connect(&database.url).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::create_missing(folder.path()).unwrap();
    let sealed = seal::create_key(&mut conn, &keyring, RECORD).await.unwrap().seal(NAME, "Nay H’Bưm".as_bytes()).unwrap();
    seal::create_key(&mut conn, &keyring, OTHER).await.unwrap();
    assert_eq!(seal::open_key(&mut conn, &keyring, RECORD).await.unwrap().open_text(NAME, &sealed).unwrap(), "Nay H’Bưm");
    let other = seal::open_key(&mut conn, &keyring, OTHER).await.unwrap();
    assert!(matches!(other.open(NAME, &sealed), Err(SealError::DoesNotOpen)), "a record's key opens only its own");
    assert_eq!(seal::open_keys(&mut conn, &keyring, &[RECORD, OTHER]).await.unwrap().len(), 2);

    for _ in 0..2 {
        seal::erase(&mut conn, RECORD).await.unwrap();
        assert!(matches!(seal::open_key(&mut conn, &keyring, RECORD).await, Err(SealError::Erased(_))));
    }
    assert!(seal::create_key(&mut conn, &keyring, RECORD).await.is_err(), "an erased record does not come back");
    assert_eq!(seal::open_keys(&mut conn, &keyring, &[RECORD, OTHER]).await.unwrap().len(), 1);
    assert!(matches!(seal::open_key(&mut conn, &keyring, Uuid::nil()).await, Err(SealError::NoKey(_))));
}
