//! A database per target, with two roles: the owner changes its shape, the target's own role only its content.

use anyhow::Context;
use runtime::Env;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::{Settings, home::Home, private_servers::PrivateServers};
use crate::targets::{TARGETS, Target};

/// Makes what is missing; returns each target's way into its database.
pub async fn prepare(servers: &PrivateServers, home: &Home) -> anyhow::Result<Settings> {
    let mut settings = Settings::new();
    for target in storing() {
        let password = home.password(target.name)?;
        prepare_one(servers, target.name, &password)
            .await
            .with_context(|| format!("the database of {} cannot be prepared", target.name))?;
        settings.push((variable(target), servers.database(target.name, &password, target.name)));
    }
    Ok(settings)
}

/// The settings with which migrations run: the superuser, acting as the owner.
pub fn as_owners(env: &Env, servers: &PrivateServers) -> Env {
    storing().fold(env.clone(), |env, target| {
        let url = servers.superuser_database(target.name);
        env.with(variable(target), format!("{url}?options[role]={}_owner", target.name))
    })
}

fn storing() -> impl Iterator<Item = &'static Target> {
    TARGETS.iter().filter(|target| target.store.is_some())
}

fn variable(target: &Target) -> String {
    target.variable("DATABASE_URL")
}

async fn prepare_one(servers: &PrivateServers, name: &str, password: &str) -> anyhow::Result<()> {
    let mut server = PgConnection::connect(&servers.superuser_database("postgres")).await?;
    for (role, login) in [(format!("{name}_owner"), "nologin"), (name.to_owned(), "login")] {
        if !exists(&mut server, "pg_roles", "rolname", &role).await? {
            run(&mut server, format!("create role {role} {login}")).await?;
        }
    }
    run(&mut server, format!("alter role {name} password '{password}'")).await?;
    if !exists(&mut server, "pg_database", "datname", name).await? {
        run(&mut server, format!("create database {name} owner {name}_owner")).await?;
    }
    run(&mut server, format!("revoke all on database {name} from public; grant connect on database {name} to {name}")).await?;
    server.close().await?;
    let mut database = PgConnection::connect(&servers.superuser_database(name)).await?;
    for (what, right) in [("schemas", "usage"), ("tables", "select, insert, update, delete"), ("sequences", "usage, select")] {
        run(&mut database, format!("alter default privileges for role {name}_owner grant {right} on {what} to {name}")).await?;
    }
    Ok(database.close().await?)
}

async fn exists(connection: &mut PgConnection, catalog: &str, column: &str, name: &str) -> sqlx::Result<bool> {
    let found = connection.fetch_optional(AssertSqlSafe(format!("select 1 from {catalog} where {column} = '{name}'"))).await?;
    Ok(found.is_some())
}

/// Names are those of the table of targets and passwords are ours, so nothing needs escaping.
async fn run(connection: &mut PgConnection, statements: String) -> sqlx::Result<()> {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(statements))).await.map(drop)
}
