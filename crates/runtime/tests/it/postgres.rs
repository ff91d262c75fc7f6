use std::{path::Path, process::Command, sync::OnceLock};

use runtime::DatabaseConfig;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

static SERVER: OnceLock<u16> = OnceLock::new();

/// An empty database of this test's own.
pub async fn database(name: &str) -> DatabaseConfig {
    let port = tokio::task::spawn_blocking(|| *SERVER.get_or_init(start)).await.expect("started");
    let mut connection = PgConnection::connect(&format!("postgresql://postgres@127.0.0.1:{port}/postgres")).await.expect("connected");
    connection.execute(AssertSqlSafe(format!("create database {name}"))).await.expect("created");
    DatabaseConfig::new(format!("postgresql://postgres@127.0.0.1:{port}/{name}"), name)
}

fn start() -> u16 {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
    let folder = format!("/tmp/gsvt-runtime-{port}");
    assert!(!Path::new(&folder).exists());
    let script = format!(
        "set -e; bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1); mkdir -p {folder}; $bin/initdb -D {folder} -A trust -U postgres -N >/dev/null;
         $bin/pg_ctl -D {folder} -w -o '-p {port} -c unix_socket_directories= -c fsync=off' -l {folder}/log start >/dev/null"
    );
    assert!(Command::new("runuser").args(["-u", "postgres", "--", "bash", "-c", &script]).status().expect("ran").success());
    port
}
