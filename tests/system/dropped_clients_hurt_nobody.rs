//! Sixty-four clients hang up in the middle of a command: the next one is served, and no session of the database stays in a transaction.

use std::time::Duration;

use serde_json::json;
use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::{io::AsyncWriteExt as _, net::TcpStream, task::JoinSet};

use system::{
    api::Caller,
    truck::{TRA_DA, Truck},
    world::World,
};

#[tokio::test]
async fn the_next_command_is_served() {
    let world = World::of_its_own(&[]).await;
    let address = world.url.replace("http://localhost", "127.0.0.1");
    let mut clients = JoinSet::new();
    for _ in 0..64 {
        let truck = Truck::to("81C-541.01", TRA_DA);
        let body = json!({"tripId": truck.trip, "declaration": truck.declaration()}).to_string();
        let address = address.clone();
        clients.spawn(async move {
            let mut client = TcpStream::connect(&address).await.unwrap();
            let head = format!(
                "POST /v1/trips HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            client.write_all(head.as_bytes()).await.unwrap();
            client.write_all(body.as_bytes()).await.unwrap();
            // Reset, not closed in peace: the server is at work on it.
            client.set_zero_linger().unwrap();
        });
    }
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    Truck::to("81C-541.02", TRA_DA).declare(&Caller::anybody(&world, 41)).await;
    assert_eq!(idle_in_transaction(&world).await, 0);
}

/// Sessions that have done nothing in an open transaction for a second.
#[expect(clippy::disallowed_methods, reason = "looks into the product's database from outside")]
async fn idle_in_transaction(world: &World) -> i64 {
    let mut database = PgConnection::connect(&world.setting("VEHICLES_DATABASE_URL")).await.unwrap();
    let older = Duration::from_secs(1);
    sqlx::query("select pg_sleep($1)").bind(older.as_secs_f64()).execute(&mut database).await.unwrap();
    let question =
        "select count(*) from pg_stat_activity where state like 'idle in transaction%' and state_change < now() - interval '1 second'";
    sqlx::query(question).fetch_one(&mut database).await.unwrap().get(0)
}
