//! The statements of one real command, as PostgreSQL logged them, made repeatable: what was unique to that command differs each time.

use std::future::Future;

use anyhow::{Context as _, Result, ensure};
use ids::CommandId;
use runtime::Clock;
use sqlx::{AssertSqlSafe, Either, Executor as _, PgConnection, SqlSafeStr as _, TypeInfo as _};

use super::system::System;

/// One statement for pgbench, with the variables `n` (the copy of a row that was made before) and `u` (anything else that is new).
pub struct Statement(pub String);

/// Settings of a service's role under which its statements are logged with their parameters.
const LOGGED: [&str; 2] = ["log_statement = 'all'", "log_error_verbosity = 'default'"];

/// What PostgreSQL logged while one command ran.
pub struct Log {
    text: String,
    /// An id made before the command.
    begun: String,
}

/// Lets `command` run with every statement of the service `role` logged. `database` is a superuser's way into its database.
pub async fn logged<T>(
    system: &System,
    database: &mut PgConnection,
    role: &str,
    command: impl Future<Output = Result<T>>,
) -> Result<(T, Log)> {
    for setting in LOGGED {
        run(database, format!("alter role {role} set {setting}")).await?;
    }
    reconnect(database, role).await?;
    let before = std::fs::metadata(system.database_log())?.len();
    let begun = CommandId::mint(Clock::system().now()).to_string();
    let answer = command.await?;
    for setting in LOGGED {
        let name = setting.split_once(' ').map_or(setting, |(name, _)| name);
        run(database, format!("alter role {role} reset {name}")).await?;
    }
    reconnect(database, role).await?;
    let log = std::fs::read(system.database_log())?;
    let text = String::from_utf8_lossy(log.get(usize::try_from(before)?..).unwrap_or_default()).into_owned();
    Ok((answer, Log { text, begun }))
}

impl Log {
    /// What the backend did that was the first to be told `marker`, from its `begin` to its end.
    pub fn transaction(&self, marker: &str) -> Option<Vec<Logged>> {
        transaction(&self.text, marker)
    }

    /// The statements for pgbench. `known` are texts that differ each time, each with its expression; so do ids that were made meanwhile.
    pub async fn repeatable(&self, database: &mut PgConnection, logged: &[Logged], known: Vec<(String, String)>) -> Result<Vec<Statement>> {
        let mut fresh = Fresh { known, begun: self.begun.clone(), ids: Vec::new() };
        let mut statements = Vec::with_capacity(logged.len());
        for line in logged {
            let types = if line.parameters.is_empty() { Vec::new() } else { types(database, &line.sql).await? };
            ensure!(types.len() >= line.parameters.len(), "{} has other parameters than were logged", line.sql);
            statements.push(Statement(fresh.statement(line, &types)));
        }
        Ok(statements)
    }
}

async fn run(database: &mut PgConnection, sql: String) -> Result<()> {
    database.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    Ok(())
}

/// The pool of the service opens its connections anew, so that settings of the role hold.
async fn reconnect(database: &mut PgConnection, role: &str) -> Result<()> {
    run(database, format!("select pg_terminate_backend(pid) from pg_stat_activity where usename = '{role}'")).await
}

async fn types(database: &mut PgConnection, sql: &str) -> Result<Vec<String>> {
    let described = database.describe(AssertSqlSafe(sql.to_owned()).into_sql_str()).await.with_context(|| sql.to_owned())?;
    Ok(match described.parameters() {
        Some(Either::Left(types)) => types.iter().map(|one| one.name().to_owned()).collect(),
        _ => Vec::new(),
    })
}

pub struct Logged {
    sql: String,
    pub parameters: Vec<Option<String>>,
}

fn transaction(log: &str, marker: &str) -> Option<Vec<Logged>> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in log.lines() {
        match (line.strip_prefix('\t'), pid(line), entries.last_mut()) {
            (Some(more), _, Some((_, text))) => {
                text.push('\n');
                text.push_str(more);
            }
            (None, Some((pid, text)), _) => entries.push((pid.to_owned(), text.to_owned())),
            _ => {}
        }
    }
    let at = entries.iter().position(|(_, text)| text.starts_with("DETAIL:") && text.contains(marker))?;
    let pid = entries[at].0.clone();
    let own: Vec<&str> = entries.iter().filter(|(other, _)| *other == pid).map(|(_, text)| text.as_str()).collect();
    let at = own.iter().position(|text| text.starts_with("DETAIL:") && text.contains(marker))?;
    let is = |text: &str, word: &str| statement(text).is_some_and(|sql| sql.trim().to_lowercase().starts_with(word));
    let first = own[..at].iter().rposition(|text| is(text, "begin"))?;
    let mut logged: Vec<Logged> = Vec::new();
    for text in &own[first..] {
        match (statement(text), text.strip_prefix("DETAIL:  parameters: "), logged.last_mut()) {
            (Some(sql), ..) => logged.push(Logged { sql: sql.to_owned(), parameters: Vec::new() }),
            (None, Some(values), Some(last)) => last.parameters = parameters(values),
            _ => {}
        }
        if let Some(last) = logged.last_mut()
            && last.sql.trim().to_lowercase().ends_with("commit and chain")
        {
            // The rest of what we send in one round trip would be more of them to pgbench.
            last.sql = "commit".to_owned();
            break;
        }
    }
    Some(logged)
}

/// Process and rest of `2026-11-26 17:40:00.123 UTC [812] LOG:  statement: BEGIN`.
fn pid(line: &str) -> Option<(&str, &str)> {
    let (_, rest) = line.split_once(" [")?;
    rest.split_once("] ")
}

fn statement(text: &str) -> Option<&str> {
    let text = text.strip_prefix("LOG:  ")?;
    text.strip_prefix("statement: ").or_else(|| text.strip_prefix("execute ")?.split_once(": ").map(|(_, sql)| sql))
}

/// `$1 = 'a''b', $2 = NULL`
fn parameters(values: &str) -> Vec<Option<String>> {
    let mut found = Vec::new();
    let mut rest = values;
    while let Some((_, after)) = rest.split_once(" = ") {
        let Some(quoted) = after.strip_prefix('\'') else {
            found.push(None);
            rest = after.strip_prefix("NULL").unwrap_or(after);
            continue;
        };
        let mut value = String::new();
        let mut letters = quoted.char_indices().peekable();
        let mut end = quoted.len();
        while let Some((at, letter)) = letters.next() {
            if letter != '\'' {
                value.push(letter);
            } else if letters.next_if(|(_, next)| *next == '\'').is_some() {
                value.push('\'');
            } else {
                end = at + 1;
                break;
            }
        }
        found.push(Some(value));
        rest = &quoted[end..];
    }
    found
}

/// What is new each time: texts that are known, and every id that was made while the command ran.
struct Fresh {
    known: Vec<(String, String)>,
    /// An id made before the command.
    begun: String,
    ids: Vec<String>,
}

/// Letters of an id, and of them those that say its time.
const ID: usize = 36;
const TIME: usize = 13;

impl Fresh {
    fn statement(&mut self, line: &Logged, types: &[String]) -> String {
        let mut sql = String::new();
        let mut rest = line.sql.as_str();
        while let Some(at) = rest.find('$') {
            let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
            let number: usize = rest[at + 1..at + 1 + digits].parse().unwrap_or(0);
            sql.push_str(&rest[..at]);
            match (line.parameters.get(number.wrapping_sub(1)), types.get(number.wrapping_sub(1))) {
                (Some(value), Some(kind)) => sql.push_str(&self.value(value.as_deref(), kind)),
                _ => sql.push('$'),
            }
            rest = &rest[at + 1 + if number == 0 { 0 } else { digits }..];
        }
        sql.push_str(rest);
        sql
    }

    fn value(&mut self, value: Option<&str>, kind: &str) -> String {
        let Some(value) = value else { return format!("null::{kind}") };
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = value;
        while let Some(letter) = rest.chars().next() {
            match self.fresh(rest) {
                Some((expression, length)) => {
                    parts.push(literal(&std::mem::take(&mut plain)));
                    parts.push(expression);
                    rest = &rest[length..];
                }
                None => {
                    plain.push(letter);
                    rest = &rest[letter.len_utf8()..];
                }
            }
        }
        parts.push(literal(&plain));
        format!("({})::{kind}", parts.join(" || "))
    }

    /// The expression for what `text` begins with and differs each time, and how long that is.
    fn fresh(&mut self, text: &str) -> Option<(String, usize)> {
        if let Some((known, expression)) = self.known.iter().find(|(known, _)| !known.is_empty() && text.starts_with(known.as_str())) {
            return Some((expression.clone(), known.len()));
        }
        let text = text.get(..ID)?;
        let id = uuid::Uuid::parse_str(text).ok()?;
        let new = text.get(..TIME) >= self.begun.get(..TIME);
        if id.get_version_num() != 7 || !new {
            return None;
        }
        let number = self.ids.iter().position(|known| known == text).unwrap_or_else(|| {
            self.ids.push(text.to_owned());
            self.ids.len() - 1
        });
        Some((format!("md5('{number}-' || :u::text)"), ID))
    }
}

/// A literal in which pgbench sees no variable.
fn literal(text: &str) -> String {
    format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''").replace(':', "\\x3a"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_gives_the_statements_of_one_decision() {
        let log = "2026-11-26 17:40:00.1 UTC [7] LOG:  statement: BEGIN\n\
                   2026-11-26 17:40:00.1 UTC [8] LOG:  execute sqlx_s_9: select 1\n\
                   2026-11-26 17:40:00.2 UTC [7] LOG:  execute sqlx_s_1: insert into d\n\tvalues ($1, $2)\n\
                   2026-11-26 17:40:00.2 UTC [7] DETAIL:  parameters: $1 = '01932f0e-0000-7000-8000-000000000001', $2 = NULL\n\
                   2026-11-26 17:40:00.3 UTC [7] LOG:  statement: select; commit and chain\n";
        let found = transaction(log, "01932f0e-0000-7000-8000-000000000001").unwrap();
        let texts: Vec<&str> = found.iter().map(|line| line.sql.as_str()).collect();
        assert_eq!(texts, ["BEGIN", "insert into d\nvalues ($1, $2)", "commit"]);
        assert_eq!(found[1].parameters, [Some("01932f0e-0000-7000-8000-000000000001".to_owned()), None]);
    }

    #[test]
    fn parameters_keep_their_quotes() {
        assert_eq!(
            parameters("$1 = 'O''Neil, $2 = x', $2 = '', $3 = NULL"),
            [Some("O'Neil, $2 = x".to_owned()), Some(String::new()), None]
        );
    }

    #[test]
    fn what_is_new_differs_and_the_rest_stays() {
        let trip = "01932f0e-0000-7000-8000-000000000001";
        let mut fresh = Fresh { known: vec![(trip.to_owned(), "copy(:n)".to_owned())], begun: "02".to_owned(), ids: Vec::new() };
        let line = Logged { sql: "select $1, $2".to_owned(), parameters: vec![Some(trip.to_owned()), Some("10:30".to_owned())] };
        let text = fresh.statement(&line, &["UUID".to_owned(), "TEXT".to_owned()]);
        assert_eq!(text, "select (E'' || copy(:n) || E'')::UUID, (E'10\\x3a30')::TEXT");
    }
}
