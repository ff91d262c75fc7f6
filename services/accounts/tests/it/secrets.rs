//! What a stolen copy of the database tells.

use futures::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};

use contract::accounts::v1::{CreatePasswordLinkRequest, ListAccountsRequest, LockAccountRequest};

use crate::world::{PHRASE, World};

/// Every row of every table as text.
async fn dump(url: &str) -> String {
    let mut conn = PgConnection::connect(url).await.unwrap();
    let tables = "select format('%I.%I', table_schema, table_name) from information_schema.tables
                  where table_type = 'BASE TABLE' and table_schema in ('accounts', 'events', 'audit', 'seal')";
    let tables: Vec<String> = conn.fetch_all(tables).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert!(tables.len() > 12, "{tables:?}");
    let mut text = String::new();
    for table in tables {
        let rows = format!("select r::text || convert_from(convert_to(coalesce(to_jsonb(r)::text, ''), 'utf8'), 'utf8') from {table} as r");
        let mut rows = conn.fetch(sqlx::raw_sql(AssertSqlSafe(rows)));
        while let Some(row) = rows.try_next().await.unwrap() {
            text.push_str(row.get::<&str, _>(0));
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn no_table_holds_a_name_a_password_or_a_token() {
    let world = World::start().await;
    let admin = world.sign_in("admin").await;
    let account = world.active(&admin, world.officer(&admin, "hbia.siu").await).await;
    let token = world.try_sign_in("10.0.0.3", "hbia.siu", PHRASE).await.unwrap().token;
    let search = ListAccountsRequest { query: "H’Bia".into(), ..ListAccountsRequest::default() };
    world.call(&admin).list_accounts(search).await.unwrap();
    let link = CreatePasswordLinkRequest { account_id: account.account_id.clone() };
    let link = world.call(&admin).create_password_link(link).await.unwrap().into_inner().link_token;
    let lock = LockAccountRequest { account_id: account.account_id, version: account.version + 1, reason: "Nghỉ việc".into() };
    world.call(&admin).lock_account(lock).await.unwrap();

    let dump = dump(&world.database.url).await;
    let mut seeded = vec![
        "H’Bia".to_owned(),
        "Siu H".into(),
        "hbia siu".into(),
        PHRASE.into(),
        token,
        link,
        "Nghỉ việc".into(),
        world.password("admin"),
    ];
    seeded.extend(["Nguyễn Hoàng Sơn", "Thanh Lịch", "H’Lan", "Minh Khuê", "nguyen hoang", "10.0.0.3"].map(str::to_owned));
    for secret in seeded {
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!dump.contains(&secret) && !dump.contains(&hex), "{secret} stands in the database");
    }
    assert!(dump.contains("hbia.siu") && dump.contains("$argon2id$v=19$m=19456,t=2,p=1$"), "the dump is one");
    world.end().await;
}
