//! The fixtures themselves: separate databases, separate accounts, servers that survive being killed.

use futures::StreamExt;
use sqlx::{Connection, Executor, PgConnection, Row};

#[tokio::test]
async fn each_test_has_a_database_of_its_own() {
    let fill = async |url: String| {
        let mut connection = PgConnection::connect(&url).await?;
        connection.execute("create table notes (text text)").await?;
        Ok(connection.close().await?)
    };
    let first = testing::database_from("template_notes", fill).await;
    let second = testing::database_from("template_notes", async |_| anyhow::bail!("the template is made once")).await;
    let mut connection = PgConnection::connect(&first.url).await.unwrap();
    connection.execute("insert into notes values ('a')").await.unwrap();
    let mut other = PgConnection::connect(&second.url).await.unwrap();
    let count: i64 = other.fetch_one("select count(*) from notes").await.unwrap().get(0);
    assert_eq!(count, 0);
}

#[tokio::test]
async fn a_dropped_database_is_gone() {
    let database = testing::database(&[]).await;
    let url = database.url.clone();
    drop(database);
    assert!(PgConnection::connect(&url).await.is_err());
}

#[tokio::test]
async fn each_test_has_streams_of_its_own() {
    let (first, second) = (testing::nats().await, testing::nats().await);
    let config = async_nats::jetstream::stream::Config { name: "VEHICLES".to_owned(), ..Default::default() };
    let context = events::connect(&first.url, "testing").await.unwrap();
    context.create_stream(config).await.unwrap();
    let other = events::connect(&second.url, "testing").await.unwrap();
    assert_eq!(other.stream_names().count().await, 0);
}

#[tokio::test]
async fn a_killed_postgres_starts_again_with_what_was_committed() {
    let mut server = testing::private_postgres().await;
    let mut connection = PgConnection::connect(server.url()).await.unwrap();
    connection.execute("create table notes as select 'kept' as text").await.unwrap();
    server.kill();
    assert!(connection.ping().await.is_err());
    server.restart().await;
    let mut connection = PgConnection::connect(server.url()).await.unwrap();
    let text: String = connection.fetch_one("select text from notes").await.unwrap().get(0);
    assert_eq!(text, "kept");
}

#[tokio::test]
async fn a_frozen_postgres_answers_after_it_was_resumed() {
    let server = testing::private_postgres().await;
    let mut connection = PgConnection::connect(server.url()).await.unwrap();
    server.pause();
    let answer = tokio::time::timeout(std::time::Duration::from_millis(200), connection.ping());
    assert!(answer.await.is_err());
    server.resume();
    PgConnection::connect(server.url()).await.unwrap().ping().await.unwrap();
}

#[tokio::test]
async fn a_killed_nats_server_starts_again_with_what_was_acknowledged() {
    let mut server = testing::private_nats().await;
    let config = async_nats::jetstream::stream::Config { name: "KEPT".to_owned(), subjects: vec!["kept".to_owned()], ..Default::default() };
    let context = events::connect(server.url(), "testing").await.unwrap();
    context.create_stream(config).await.unwrap();
    context.publish("kept", "message".into()).await.unwrap().await.unwrap();
    server.kill();
    server.restart().await;
    let context = events::connect(server.url(), "testing").await.unwrap();
    let stream = context.get_stream("KEPT").await.unwrap();
    assert_eq!(stream.cached_info().state.messages, 1);
}
